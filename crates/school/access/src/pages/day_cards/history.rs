//! Who had which day card: since when, until when, given by whom, and how it came back.

use accounts::{Action, Reader, audit, page};
use i18n::{Lang, local, msg, msg_dyn};
use jiff::Timestamp;
use kernel::{at_micros, micros};
use people::{
    day_cards::{self, LoanCursor, LoanEnd, LoanFilter, PastLoan},
    queries::{self as register},
};
use sheet::{Kind, SheetError, Value, Writer};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Response, StatusCode, WebError,
    components::{
        Choice, Column, Field, Icon, LinkButton, Row, Table, Tone, back_link, badge, cell, empty_state, filter_bar,
        hidden, moment, page_head, pager_cursor,
    },
    header, html,
};

use super::PATH as DAY_CARDS;
use crate::AccessError;

pub(super) const PATH: &str = "/day-cards/history";
pub(super) const CSV_PATH: &str = "/day-cards/history.csv";
pub(super) const XLSX_PATH: &str = "/day-cards/history.xlsx";
/// Rows of a page.
const ROWS: u32 = 50;
/// Rows of a file at most: years of a school's loans.
const MOST_ROWS: u32 = 50_000;
/// Rows that are read at once for a file.
const CHUNK: u32 = 1_000;
const NAMES: &[&str] = &["card", "person"];

fn wanted(filters: &Filters) -> LoanFilter {
    LoanFilter {
        day_card: filters.parsed("card", |id| id.parse().ok()),
        person: filters.parsed("person", |id| id.parse().ok()),
        name: filters.get("q").unwrap_or_default().to_owned(),
    }
}

/// The row after which the page begins.
fn after(filters: &Filters) -> Option<LoanCursor> {
    let (at, id) = filters.get("after")?.split_once('.')?;
    Some((at_micros(at.parse().ok()?), id.parse().ok()?))
}

fn older(filters: &Filters, last: &PastLoan) -> String {
    let after = format!("{}.{}", micros(last.lent_at), last.credential);
    web::address(PATH, filters.others(&["page", "after", "done"]).chain([("after", after.as_str())]))
}

/// A page of the history.
pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let (scope, now) = (reader.require(Action::LendDayCards)?, reader.app.clock.now());
    let (filter, after) = (wanted(&filters), after(&filters));
    let found = reader.app.db.read(move |tx| {
        // One row more than shown tells whether there is a next page.
        let loans = day_cards::history(tx, &scope, &filter, after, ROWS + 1, now)?;
        let person = filter.person.map(|person| register::brief(tx, &scope, person)).transpose()?.flatten();
        Ok::<_, AccessError>((loans, day_cards::ever(tx, &scope)?, person))
    });
    let (mut loans, cards, person) = found.await?;
    let has_more = loans.len() > ROWS as usize;
    loans.truncate(ROWS as usize);
    let lang = reader.lang;
    let title = msg!(lang, "access-loans");
    let form = Form::filled(filters.others(&[]));
    let choices = cards.iter().map(|(id, label, is_in_pool)| {
        let label =
            if *is_in_pool { label.clone() } else { msg!(lang, "access-loans-withdrawn", label = label.as_str()) };
        Choice::new(id.to_string(), label)
    });
    let fields = html! {
        @if let Some(person) = filters.get("person") { (hidden("person", person)) }
        (Field::select("card", msg!(lang, "access-day-card-which"), &form, choices.collect()).or_none(msg!(lang, "access-loans-any-card")))
    };
    let file = |label: String, sign: Icon, path: &str| LinkButton::plain(label, filters.at_path(path)).icon(sign);
    let files = html! {
        (file(msg!(lang, "access-export-csv"), Icon::Download, CSV_PATH))
        (file(msg!(lang, "access-export-xlsx"), Icon::FileSpreadsheet, XLSX_PATH))
    };
    let body = html! {
        (back_link(&msg!(lang, "access-day-cards"), DAY_CARDS))
        (page_head(&title, files))
        @if let Some(person) = &person { p { (msg!(lang, "access-loans-of", name = person.full.as_str())) } }
        (filter_bar(lang, &filters, PATH, Some(&msg!(lang, "access-loans-search")), fields, NAMES))
        div #results {
            @if loans.is_empty() {
                (nothing(lang, &filters))
            } @else {
                (Table::new(lang, title.clone(), columns(lang)).rows(loans.iter().map(|loan| row(&reader, loan))))
                (pager_cursor(lang, filters.get("after").map(|_| filters.without(&[])), loans.last().filter(|_| has_more).map(|last| older(&filters, last))))
            }
        }
    };
    Ok(page(&reader, title, body))
}

fn nothing(lang: Lang, filters: &Filters) -> Markup {
    if filters.any(NAMES) || filters.get("q").is_some() {
        let all = LinkButton::plain(msg!(lang, "access-show-all"), PATH);
        let (what, how) = (msg!(lang, "access-loans-none-found"), msg!(lang, "access-loans-none-found-how"));
        return empty_state(Icon::Search, &what, &how, Some(&all));
    }
    empty_state(Icon::IdBadge2, &msg!(lang, "access-loans-none"), &msg!(lang, "access-loans-none-how"), None)
}

fn columns(lang: Lang) -> Vec<Column> {
    vec![
        Column::new(msg!(lang, "access-day-card-label")),
        Column::new(msg!(lang, "access-day-card-person")),
        Column::new(msg!(lang, "access-loans-from")),
        Column::new(msg!(lang, "access-loans-until")),
        Column::new(msg!(lang, "access-loans-end")),
        Column::new(msg!(lang, "access-day-card-by")),
    ]
}

const fn tone(end: LoanEnd) -> Tone {
    match end {
        LoanEnd::Out => Tone::Info,
        LoanEnd::HandedBack => Tone::Good,
        LoanEnd::BackLate | LoanEnd::Found => Tone::Plain,
        LoanEnd::Missing => Tone::Warn,
        LoanEnd::Lost => Tone::Bad,
    }
}

fn row(reader: &Reader, loan: &PastLoan) -> Row {
    let (lang, zone) = (reader.lang, &reader.app.time_zone);
    let class = loan.class_name.clone().unwrap_or_default();
    let name = html! { b { (loan.full) } };
    Row::new(vec![
        html! { b { (loan.label) } },
        html! { span .two-lines {
            @if reader.may(Action::SeePersons) { a href={ "/people/" (loan.person) } { (name) } } @else { (name) }
            small { (class) }
        } },
        moment(lang, loan.lent_at, zone),
        loan.ended_at.map_or_else(|| cell("—"), |ended| moment(lang, ended, zone)),
        html! { span .two-lines {
            (badge(tone(loan.end), &msg_dyn!(lang, "access-loan-", loan.end.as_str())))
            @if let Some(back) = back(lang, loan, |at| i18n::date_time(lang, at, zone)) { small { (back) } }
        } },
        cell(loan.lent_by_name.as_deref().unwrap_or("—")),
    ])
}

/// When the card came back and who took it; nothing for a loan that ended when it came back and of which nobody knows who took it.
fn back(lang: Lang, loan: &PastLoan, time: impl Fn(Timestamp) -> String) -> Option<String> {
    let at = loan.back_at.filter(|back| loan.ended_at != Some(*back)).map(time);
    let by = loan.back_by_name.as_deref().map(|name| msg!(lang, "access-loans-taken-by", name = name));
    let told: Vec<String> = [at, by].into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join(" · "))
}

/// The history as CSV for other programs.
pub(super) async fn csv(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    file(&reader, &filters, Kind::Csv).await
}

/// The history as XLSX for people.
pub(super) async fn xlsx(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    file(&reader, &filters, Kind::Xlsx).await
}

#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error(transparent)]
    Store(#[from] store::StoreError),
    #[error(transparent)]
    Sheet(#[from] SheetError),
    #[error("more rows than a file may have")]
    TooLong,
}

async fn file(reader: &Reader, filters: &Filters, kind: Kind) -> Result<Response, WebError> {
    let (lang, zone, now) = (reader.lang, reader.app.time_zone.clone(), reader.app.clock.now());
    let (scope, filter) = (reader.require(Action::LendDayCards)?, wanted(filters));
    let written = reader.app.db.read(move |tx| {
        let mut file = begun(lang, kind)?;
        let (mut count, mut after): (u32, Option<LoanCursor>) = (0, None);
        loop {
            let loans = day_cards::history(tx, &scope, &filter, after, CHUNK, now)?;
            let Some(last) = loans.last() else { break };
            after = Some((last.lent_at, last.credential));
            for loan in &loans {
                count += 1;
                if count > MOST_ROWS {
                    return Err(FileError::TooLong);
                }
                file.row(cells(lang, loan, &zone))?;
            }
            if loans.len() < CHUNK as usize {
                break;
            }
        }
        Ok((file.finish()?, count))
    });
    let (bytes, count) = match written.await {
        Ok(written) => written,
        Err(FileError::TooLong) => return Ok(too_long(reader, filters).into_response()),
        Err(FileError::Store(error)) => return Err(AccessError::from(error).into()),
        Err(error @ FileError::Sheet(_)) => return Err(WebError::internal(error)),
    };
    // Whoever takes the history away is noted before the file leaves.
    let (ctx, detail) = (reader.ctx(), format!("{count} rows"));
    let noted = reader.app.db.write(move |tx| audit::<()>(tx, &ctx, "day_card_loans_exported", None, &detail));
    noted.await.map_err(AccessError::from)?;
    let day = local(now, &reader.app.time_zone).date();
    let disposition = format!("attachment; filename=\"day-cards-{day}.{}\"", kind.ending());
    let headers = [(header::CONTENT_TYPE, kind.media_type()), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, [(header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

fn too_long(reader: &Reader, filters: &Filters) -> (StatusCode, Page) {
    let lang = reader.lang;
    let back = LinkButton::plain(msg!(lang, "access-export-too-long-back"), filters.at_path(PATH));
    let what = msg!(lang, "access-export-too-long", rows = MOST_ROWS.to_string());
    let body = empty_state(Icon::FileSpreadsheet, &what, &msg!(lang, "access-export-too-long-how"), Some(&back));
    (StatusCode::UNPROCESSABLE_ENTITY, page(reader, msg!(lang, "access-loans"), body))
}

fn begun(lang: Lang, kind: Kind) -> Result<Writer, SheetError> {
    let columns = [
        (msg!(lang, "access-day-card-label"), 14.0),
        (msg!(lang, "access-export-name"), 40.0),
        (msg!(lang, "access-export-class"), 12.0),
        (msg!(lang, "access-loans-from"), 20.0),
        (msg!(lang, "access-loans-until"), 20.0),
        (msg!(lang, "access-loans-end"), 34.0),
        (msg!(lang, "access-loans-back"), 20.0),
        (msg!(lang, "access-day-card-by"), 28.0),
        (msg!(lang, "access-loans-back-by"), 28.0),
    ]
    .map(|(head, width)| sheet::Column::new(head, width));
    Writer::new(kind, &msg!(lang, "access-loans"), &[], &columns)
}

fn cells(lang: Lang, loan: &PastLoan, zone: &jiff::tz::TimeZone) -> [Value<'static>; 9] {
    let moment = |at: Option<Timestamp>| {
        at.map_or_else(|| Value::from(String::new()), |at| Value::Moment(local(at, zone).datetime()))
    };
    [
        Value::from(loan.label.clone()),
        Value::from(loan.full.clone()),
        Value::from(loan.class_name.clone().unwrap_or_default()),
        moment(Some(loan.lent_at)),
        moment(loan.ended_at),
        Value::from(msg_dyn!(lang, "access-loan-", loan.end.as_str())),
        moment(loan.back_at),
        Value::from(loan.lent_by_name.clone().unwrap_or_default()),
        Value::from(loan.back_by_name.clone().unwrap_or_default()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_in_the_address_asks_for_everything() {
        for query in ["card=1&person=x", "after=", "after=1", "after=x.y"] {
            let filters = Filters::parse(PATH, query);
            assert_eq!((wanted(&filters), after(&filters)), (LoanFilter::default(), None), "{query}");
        }
    }
}
