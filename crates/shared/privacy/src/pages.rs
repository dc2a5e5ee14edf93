//! Visits, as whoever runs the portal sees them.

use std::collections::BTreeMap;

use accounts::{Action, NavEntry, NavGroup, Reader, Right, Routes, audit};
use i18n::{Lang, local, msg, msg_dyn, number};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use sheet::{Column as FileColumn, Kind, Value, Writer};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Response, WebError,
    components::{
        Column, Field, Icon, LinkButton, Row, Table, card, cell, date_cell, empty_state, filter_bar, page_head,
    },
    header, html, parse_date,
};

use crate::{
    PrivacyError,
    queries::{self, Sum, Sums},
};

const PATH: &str = "/visits";
const CSV_PATH: &str = "/visits.csv";
const XLSX_PATH: &str = "/visits.xlsx";
const NAMES: &[&str] = &["from", "until"];
/// Days that are shown unless others are asked for.
const DAYS: i32 = 30;

pub(crate) fn routes(routes: Routes) -> Routes {
    let right = Right::Action(Action::SeeVisits);
    routes.get(PATH, right, show).get(CSV_PATH, right, csv).get(XLSX_PATH, right, xlsx)
}

pub(crate) fn nav() -> Vec<NavEntry> {
    vec![NavEntry {
        group: NavGroup::School,
        label: "privacy-visits-nav",
        href: PATH,
        icon: "eye",
        action: Action::SeeVisits,
        order: 99,
    }]
}

/// Days as the address asks for them, else the last thirty.
struct Days {
    from: Date,
    until: Date,
}

impl Days {
    fn of(filters: &Filters, today: Date) -> Self {
        let until = filters.parsed("until", parse_date).unwrap_or(today);
        let before = until.checked_sub((DAYS - 1).days()).unwrap_or(until);
        Self { from: filters.parsed("from", parse_date).unwrap_or(before).min(until), until }
    }

    fn bounds(&self, zone: &TimeZone) -> (Timestamp, Timestamp) {
        let midnight = |day: Date| day.to_zoned(zone.clone()).map(|begin| begin.timestamp());
        let from = midnight(self.from).unwrap_or(Timestamp::UNIX_EPOCH);
        (from, self.until.checked_add(1.day()).and_then(midnight).unwrap_or(Timestamp::MAX))
    }
}

async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let (lang, zone, scope) = (reader.lang, reader.app.time_zone.clone(), reader.scope()?);
    let days = Days::of(&filters, local(reader.app.session_now(), &zone).date());
    let (from, until) = days.bounds(&zone);
    let sums =
        reader.app.db.read(move |tx| queries::sums(tx, &scope, from, until)).await.map_err(PrivacyError::from)?;
    let title = msg!(lang, "privacy-visits");
    let file = |label: String, sign: Icon, path: &str| LinkButton::plain(label, filters.at_path(path)).icon(sign);
    let actions = html! {
        (file(msg!(lang, "privacy-visits-csv"), Icon::Download, CSV_PATH))
        (file(msg!(lang, "privacy-visits-xlsx"), Icon::FileSpreadsheet, XLSX_PATH))
    };
    let form = Form::filled([("from", days.from.to_string()), ("until", days.until.to_string())]);
    let fields = html! {
        (Field::date("from", msg!(lang, "privacy-visits-from"), &form))
        (Field::date("until", msg!(lang, "privacy-visits-until"), &form))
    };
    let body = html! {
        (page_head(&title, actions))
        p .quiet { (msg!(lang, "privacy-visits-how")) }
        (filter_bar(lang, &filters, PATH, None, fields, NAMES))
        div #results {
            @if sums.hours.is_empty() {
                (empty_state(Icon::Search, &msg!(lang, "privacy-visits-none"), &msg!(lang, "privacy-visits-none-how"), None))
            } @else { (tables(lang, &zone, &sums)) }
        }
    };
    Ok(accounts::page(&reader, title, body))
}

fn tables(lang: Lang, zone: &TimeZone, sums: &Sums) -> Markup {
    let mut days: BTreeMap<Date, u64> = BTreeMap::new();
    for hour in &sums.hours {
        *days.entry(local(hour.hour, zone).date()).or_default() += hour.visits;
    }
    let by_day = days.iter().rev().map(|(day, visits)| (date_cell(lang, *day), *visits)).collect();
    let words = |sums: &[Sum], word: fn(Lang, &str) -> String| -> Vec<(Markup, u64)> {
        sums.iter().map(|sum| (cell(word(lang, &sum.word)), sum.visits)).collect()
    };
    let as_it_is = |_: Lang, word: &str| word.to_owned();
    html! {
        (part(lang, &msg!(lang, "privacy-visits-by-day"), &msg!(lang, "privacy-visits-day"), by_day))
        (part(lang, &msg!(lang, "privacy-visits-by-page"), &msg!(lang, "privacy-visits-page"), words(&sums.pages, as_it_is)))
        (part(lang, &msg!(lang, "privacy-visits-by-browser"), &msg!(lang, "privacy-visits-browser"), words(&sums.browsers, browser)))
        @if !sums.referrers.is_empty() {
            (part(lang, &msg!(lang, "privacy-visits-by-referrer"), &msg!(lang, "privacy-visits-referrer"), words(&sums.referrers, as_it_is)))
        }
    }
}

fn part(lang: Lang, title: &str, head: &str, lines: Vec<(Markup, u64)>) -> Markup {
    let columns = vec![Column::new(head), Column::number(msg!(lang, "privacy-visits-count"))];
    let rows = lines
        .into_iter()
        .map(|(word, visits)| Row::new(vec![word, cell(number(i64::try_from(visits).unwrap_or(i64::MAX)))]));
    card(title, html! { (Table::new(lang, title, columns).rows(rows)) })
}

fn browser(lang: Lang, word: &str) -> String {
    msg_dyn!(lang, "privacy-browser-", word)
}

async fn csv(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    file(&reader, &filters, Kind::Csv).await
}

async fn xlsx(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    file(&reader, &filters, Kind::Xlsx).await
}

async fn file(reader: &Reader, filters: &Filters, kind: Kind) -> Result<Response, WebError> {
    let (lang, zone, scope) = (reader.lang, reader.app.time_zone.clone(), reader.scope()?);
    let days = Days::of(filters, local(reader.app.session_now(), &zone).date());
    let name = format!("visits-{}-{}.{}", days.from, days.until, kind.ending());
    let (from, until) = days.bounds(&zone);
    let made = move |tx: &mut store::Tx<'_>| {
        let columns = [
            FileColumn::new(msg!(lang, "privacy-visits-hour"), 20.0),
            FileColumn::new(msg!(lang, "privacy-visits-page"), 40.0),
            FileColumn::new(msg!(lang, "privacy-visits-referrer"), 30.0),
            FileColumn::new(msg!(lang, "privacy-visits-browser"), 20.0),
            FileColumn::new(msg!(lang, "privacy-visits-network"), 24.0),
            FileColumn::new(msg!(lang, "privacy-visits-count"), 12.0),
        ];
        let mut file = Writer::new(kind, &msg!(lang, "privacy-visits"), &[], &columns)?;
        let rows = queries::rows(tx, &scope, from, until)?;
        for row in &rows {
            file.row([
                Value::Moment(local(row.hour, &zone).datetime()),
                Value::from(row.page.as_str()),
                Value::from(row.referrer.as_str()),
                Value::from(browser(lang, &row.browser)),
                Value::from(row.network.as_str()),
                Value::Number(row.visits as f64),
            ])?;
        }
        Ok::<_, PrivacyError>((file.finish()?, rows.len()))
    };
    let (bytes, rows) = reader.app.db.read(made).await?;
    let (ctx, detail) = (reader.ctx(), format!("{rows} rows"));
    let noted = move |tx: &mut store::Tx<'_>| audit::<()>(tx, &ctx, "visits_exported", None, &detail);
    reader.app.db.write(noted).await.map_err(PrivacyError::from)?;
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, kind.media_type()), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, [(header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}
