//! The log as a file: CSV for other programs, XLSX for people.

use std::sync::{Arc, LazyLock};

use accounts::{App, Reader, Scope, audit, page};
use i18n::{Lang, local, msg, msg_dyn};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use sheet::{Column, Kind, Pack, SheetError, Value, Writer};
use store::StoreError;
use tokio::sync::Semaphore;
use web::{
    Filters, IntoResponse, Page, Response, StatusCode, WebError,
    components::{Icon, LinkButton, empty_state},
    header,
};

use super::{PATH, filter};
use crate::{
    AccessError,
    pages::words::{belongs, nobody},
    queries::{self, EXPORT_LIMIT, PassFilter, PassView},
};

pub(super) const CSV_PATH: &str = "/passes.csv";
pub(super) const XLSX_PATH: &str = "/passes.xlsx";

/// Files made at once: each may hold some ten megabytes and a connection to the database.
static MAKING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));
const WIDTHS: [f64; COLUMNS] = [20.0, 40.0, 16.0, 24.0, 12.0, 14.0, 34.0, 28.0, 16.0, 20.0];
const COLUMNS: usize = 10;

#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Sheet(#[from] SheetError),
    #[error("no more files can be made")]
    Closed,
}

impl From<ExportError> for WebError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Access(error) => error.into(),
            ExportError::Store(error) => AccessError::from(error).into(),
            error @ (ExportError::Sheet(_) | ExportError::Closed) => Self::internal(error),
        }
    }
}

/// What is to be put into the file, and how.
#[derive(Clone)]
struct Order {
    scope: Scope,
    filter: PassFilter,
    lang: Lang,
    zone: TimeZone,
}

pub(super) async fn csv(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    Ok(file(&reader, &filters, Kind::Csv).await?)
}

pub(super) async fn xlsx(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    Ok(file(&reader, &filters, Kind::Xlsx).await?)
}

async fn file(reader: &Reader, filters: &Filters, kind: Kind) -> Result<Response, ExportError> {
    let zone = reader.app.time_zone.clone();
    let scope = reader.require(accounts::Action::ExportPasses).map_err(AccessError::from)?;
    let order = Order { scope, filter: filter::wanted(filters, &zone), lang: reader.lang, zone };
    let name = format!("passes-{}.{}", local(reader.app.clock.now(), &order.zone).date(), kind.ending());
    let turn = MAKING.clone().acquire_owned().await.map_err(|_| ExportError::Closed)?;
    let read = move |tx: &mut store::Tx<'_>| {
        // Held by the reading itself, which goes on when the browser has gone.
        let _turn = &turn;
        write(tx, &order, kind)
    };
    let (bytes, rows) = match reader.app.db.read(read).await {
        Err(ExportError::Access(AccessError::TooManyRows)) => return Ok(too_long(reader, filters).into_response()),
        written => written?,
    };
    // Whoever takes the log away is noted before the file leaves.
    let (ctx, detail) = (reader.ctx(), format!("{rows} rows"));
    reader.app.db.write(move |tx| audit::<()>(tx, &ctx, "passes_exported", None, &detail)).await?;
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, kind.media_type()), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, [(header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

/// Says on a page, instead of a file that leaves out the rest without a word, that it would be too long.
fn too_long(reader: &Reader, filters: &Filters) -> (StatusCode, Page) {
    let lang = reader.lang;
    let back = LinkButton::plain(msg!(lang, "access-export-too-long-back"), filters.at_path(PATH));
    let rows = EXPORT_LIMIT.to_string();
    let body = empty_state(
        Icon::FileSpreadsheet,
        &msg!(lang, "access-export-too-long", rows = rows),
        &msg!(lang, "access-export-too-long-how"),
        Some(&back),
    );
    (StatusCode::UNPROCESSABLE_ENTITY, page(reader, msg!(lang, "access-passes"), body))
}

fn heads(lang: Lang) -> [String; COLUMNS] {
    [
        msg!(lang, "access-export-at"),
        msg!(lang, "access-export-name"),
        msg!(lang, "access-export-class"),
        msg!(lang, "access-point"),
        msg!(lang, "access-direction"),
        msg!(lang, "access-outcome"),
        msg!(lang, "access-export-reason"),
        msg!(lang, "access-export-decided"),
        msg!(lang, "access-export-card"),
        msg!(lang, "access-export-late"),
    ]
}

/// The cells after the moment.
fn texts(order: &Order, pass: &PassView) -> [String; COLUMNS - 1] {
    let lang = order.lang;
    let word = if pass.reason.is_granted() {
        msg!(lang, "access-outcome-granted")
    } else {
        msg!(lang, "access-outcome-refused")
    };
    let by = msg_dyn!(lang, "access-decided-", pass.decided_by.as_str());
    [
        pass.person.as_ref().map_or_else(|| nobody(lang, pass), |person| person.full.clone()),
        pass.person.as_ref().map(|person| belongs(lang, person)).unwrap_or_default(),
        pass.point_name.clone(),
        msg_dyn!(lang, "access-direction-", pass.direction.as_str()),
        word,
        msg_dyn!(lang, "access-reason-", pass.reason.as_str()),
        pass.guard_name.as_ref().map_or(by.clone(), |guard| format!("{by}: {guard}")),
        pass.number.map(|(_, number)| number.to_string()).unwrap_or_default(),
        if pass.is_late { i18n::date_time(lang, pass.received_at, &order.zone) } else { String::new() },
    ]
}

fn write(tx: &mut store::Tx<'_>, order: &Order, kind: Kind) -> Result<(Vec<u8>, u64), ExportError> {
    let mut file = begun(order.lang, kind)?;
    let rows = write_rows(tx, order, &mut file)?;
    Ok((file.finish()?, rows))
}

fn begun(lang: Lang, kind: Kind) -> Result<Writer, SheetError> {
    let columns: Vec<_> = heads(lang).into_iter().zip(WIDTHS).map(|(head, width)| Column::new(head, width)).collect();
    Writer::new(kind, &msg!(lang, "access-passes"), &[], &columns)
}

fn write_rows(tx: &mut store::Tx<'_>, order: &Order, file: &mut Writer) -> Result<u64, ExportError> {
    queries::export(tx, &order.scope, &order.filter, EXPORT_LIMIT, |pass| {
        let at = Value::Moment(local(pass.at, &order.zone).datetime());
        Ok::<_, ExportError>(file.row(std::iter::once(at).chain(texts(order, &pass).map(Value::from)))?)
    })
}

/// Months of the log that are taken away with everything else: as long as passes are kept, and the month that has begun.
const MONTHS: i32 = 37;

/// The log in what a school takes away: `passes-2026-11.csv`, a file a month.
pub fn export_part(app: &App) -> lists::Part {
    let (clock, zone) = (app.clock.clone(), app.time_zone.clone());
    lists::Part::new(move |tx, scope, lang, pack| {
        let month = local(clock.now(), &zone).date().first_of_month();
        let order = Order { scope: *scope, filter: PassFilter::default(), lang, zone: zone.clone() };
        for back in 0..MONTHS {
            month_of_passes(tx, order.clone(), month.checked_sub(back.months())?, pack)?;
        }
        Ok(())
    })
}

/// A month, day by day, since a log that is asked for at once has a limit that a month may exceed.
fn month_of_passes(tx: &mut store::Tx<'_>, mut order: Order, month: Date, pack: &mut Pack) -> Result<(), ExportError> {
    let midnight =
        |day: Option<Date>| -> Option<Timestamp> { Some(day?.to_zoned(order.zone.clone()).ok()?.timestamp()) };
    let days: Vec<_> = month.series(1.day()).take_while(|day| day.month() == month.month()).collect();
    let bounds: Vec<_> =
        days.iter().map(|day| (midnight(Some(*day)), midnight(day.checked_add(1.day()).ok()))).collect();
    // Most of the months asked for are empty: one question tells.
    (order.filter.from, order.filter.until) =
        (bounds.first().and_then(|(from, _)| *from), bounds.last().and_then(|(_, until)| *until));
    if queries::passes(tx, &order.scope, &order.filter, None, 1)?.rows.is_empty() {
        return Ok(());
    }
    let mut file = begun(order.lang, Kind::Csv)?;
    for (from, until) in bounds.into_iter().rev() {
        (order.filter.from, order.filter.until) = (from, until);
        write_rows(tx, &order, &mut file)?;
    }
    Ok(pack.file(&format!("passes-{}.csv", month.strftime("%Y-%m")), &file.finish()?)?)
}
