//! The audit trail as a file: CSV for other programs, XLSX for people.

use std::sync::{Arc, LazyLock};

use accounts::{
    Reader, Scope, audit,
    queries::{self as account_queries, DeedFilter},
};
use i18n::{Lang, local, msg};
use jiff::tz::TimeZone;
use sheet::{Column, Kind, SheetError, Value, Writer};
use store::{StoreError, Tx};
use tokio::sync::Semaphore;
use web::{
    Filters, IntoResponse, Response, StatusCode, WebError,
    components::{Icon, LinkButton, empty_state},
    header,
};

use super::{PATH, deeds, named, wanted_lines, who};
use crate::PeopleError;

/// Lines of a file at most.
const LIMIT: u64 = 50_000;
/// Lines read at once.
const BATCH: u32 = 2_000;
/// Files made at once.
static MAKING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));

#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Sheet(#[from] SheetError),
    #[error("too many lines")]
    TooLong,
}

impl From<ExportError> for WebError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Store(error) => PeopleError::from(error).into(),
            error @ (ExportError::Sheet(_) | ExportError::TooLong) => Self::internal(error),
        }
    }
}

pub(super) async fn csv(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    file(&reader, &filters, Kind::Csv).await
}

pub(super) async fn xlsx(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    file(&reader, &filters, Kind::Xlsx).await
}

async fn file(reader: &Reader, filters: &Filters, kind: Kind) -> Result<Response, WebError> {
    let (scope, lang, zone) = (reader.scope()?, reader.lang, reader.app.time_zone.clone());
    let name = format!("trail-{}.{}", local(reader.app.clock.now(), &zone).date(), kind.ending());
    let turn = MAKING.clone().acquire_owned().await.map_err(WebError::internal)?;
    let wanted = filters.clone();
    let made = reader.app.db.read(move |tx| {
        // Held by the reading itself, which goes on when the browser has gone.
        let _turn = &turn;
        let filter = wanted_lines(tx, &scope, &wanted, &zone)?;
        write(tx, &scope, filter, lang, &zone, kind)
    });
    let (bytes, rows) = match made.await {
        Err(ExportError::TooLong) => return Ok(too_long(reader, filters)),
        made => made?,
    };
    // Whoever takes the trail away is noted before the file leaves.
    let (ctx, detail) = (reader.ctx(), format!("{rows} rows"));
    let noted = move |tx: &mut Tx<'_>| audit::<()>(tx, &ctx, "trail_exported", None, &detail);
    reader.app.db.write(noted).await.map_err(PeopleError::from)?;
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, kind.media_type()), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, [(header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

/// Says on a page, instead of a file that leaves out the rest without a word, that it would be too long.
fn too_long(reader: &Reader, filters: &Filters) -> Response {
    let lang = reader.lang;
    let back = LinkButton::plain(msg!(lang, "people-trail-back"), filters.at_path(PATH));
    let rows = LIMIT.to_string();
    let what = msg!(lang, "people-trail-too-long", rows = rows);
    let body = empty_state(Icon::FileSpreadsheet, &what, &msg!(lang, "people-trail-too-long-how"), Some(&back));
    (StatusCode::UNPROCESSABLE_ENTITY, accounts::page(reader, msg!(lang, "people-trail"), body)).into_response()
}

fn write(
    tx: &mut Tx<'_>,
    scope: &Scope,
    mut filter: DeedFilter,
    lang: Lang,
    zone: &TimeZone,
    kind: Kind,
) -> Result<(Vec<u8>, u64), ExportError> {
    let columns = [
        Column::new(msg!(lang, "people-trail-number"), 10.0),
        Column::new(msg!(lang, "people-trail-at"), 20.0),
        Column::new(msg!(lang, "people-trail-who"), 34.0),
        Column::new(msg!(lang, "people-trail-what"), 44.0),
        Column::new(msg!(lang, "people-trail-about"), 40.0),
        Column::new(msg!(lang, "people-trail-detail"), 40.0),
    ];
    let mut file = Writer::new(kind, &msg!(lang, "people-trail"), &[], &columns)?;
    let mut rows = 0_u64;
    loop {
        let some = account_queries::deeds(tx, scope, &filter, BATCH)?;
        let Some(last) = some.last() else { break };
        filter.before = Some(last.id);
        rows += some.len() as u64;
        if rows > LIMIT {
            return Err(ExportError::TooLong);
        }
        let told = named(tx, scope, some)?;
        for deed in &told.deeds {
            let about = deed.subject.and_then(|subject| {
                let person = told.persons.get(&subject).map(|person| person.full.clone());
                person.or_else(|| told.name(subject).map(str::to_owned))
            });
            file.row([
                Value::from(deed.seq.map(|seq| seq.to_string())),
                Value::Moment(local(deed.at, zone).datetime()),
                Value::from(who(lang, deed)),
                Value::from(deeds::deed(lang, &deed.action)),
                Value::from(about),
                Value::from(deed.detail.as_str()),
            ])?;
        }
    }
    Ok((file.finish()?, rows))
}
