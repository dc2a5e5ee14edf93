//! The audit trail: who did what, and who looked at whom.

mod deeds;
mod export;

use std::collections::HashMap;

use accounts::{
    Action, Reader, Right, Routes, SubjectId,
    queries::{self as account_queries, Deed, DeedFilter, SUBJECTS},
};
use i18n::{Lang, msg};
use jiff::{Timestamp, ToSpan, civil, tz::TimeZone};
use kernel::{ClassId, Id, PersonId, UserId};
use store::{StoreError, Tx};
use web::{
    Filters, Form, Markup, Page, WebError,
    components::{
        Choice, Column, Field, Icon, LinkButton, Row, Table, card, cell, empty_state, filter_bar, hidden, moment,
        page_head, pager_cursor,
    },
    html, parse_date,
};

use super::read;
use crate::{person::PersonBrief, queries};

/// The page.
pub(super) const PATH: &str = "/trail";
const CSV_PATH: &str = "/trail.csv";
const XLSX_PATH: &str = "/trail.xlsx";
/// Lines of a page.
const ROWS: u32 = 50;
/// Looks on a person's card.
const LOOKS: u32 = 8;
/// Words of the trail that say that somebody looked at what is closed.
const LOOK_WORDS: [&str; 3] = ["particulars_seen", "movements_seen", "code_shown"];
/// Names of the filters.
const NAMES: &[&str] = &["from", "until", "who", "what", "person"];

pub(super) fn routes(routes: Routes) -> Routes {
    let right = Right::Action(Action::SeeTrail);
    routes.get(PATH, right, show).get(CSV_PATH, right, export::csv).get(XLSX_PATH, right, export::xlsx)
}

/// Lines with the names that belong to them.
struct Told {
    deeds: Vec<Deed>,
    /// Whom each subject is about: a person, or the holder of a card.
    persons: HashMap<SubjectId, PersonBrief>,
    /// Accounts by id.
    accounts: HashMap<UserId, String>,
    /// Classes by id.
    classes: HashMap<ClassId, String>,
}

impl Told {
    /// The name of what a line is about, when it is no person: an account, a class.
    fn name(&self, subject: SubjectId) -> Option<&str> {
        let account = self.accounts.get(&UserId::from_uuid(subject.uuid()));
        account.or_else(|| self.classes.get(&ClassId::from_uuid(subject.uuid()))).map(String::as_str)
    }
}

async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let (lang, zone) = (reader.lang, reader.app.time_zone.clone());
    let wanted = filters.clone();
    let (told, about) = read(&reader, move |tx, scope| {
        let filter = wanted_lines(tx, scope, &wanted, &zone)?;
        let deeds = account_queries::deeds(tx, scope, &filter, ROWS + 1)?;
        let about = match wanted.parsed("person", |id| id.parse().ok()) {
            Some(person) => queries::brief(tx, scope, person)?,
            None => None,
        };
        Ok((named(tx, scope, deeds)?, about))
    })
    .await?;
    let mut told = told;
    let next = told.deeds.get(ROWS as usize - 1).filter(|_| told.deeds.len() > ROWS as usize).map(|deed| deed.id);
    told.deeds.truncate(ROWS as usize);
    let title = msg!(lang, "people-trail");
    let file = |label: String, sign: Icon, path: &str| LinkButton::plain(label, filters.at_path(path)).icon(sign);
    let actions = html! {
        (file(msg!(lang, "people-trail-csv"), Icon::Download, CSV_PATH))
        (file(msg!(lang, "people-trail-xlsx"), Icon::FileSpreadsheet, XLSX_PATH))
    };
    let older = next
        .map(|id| web::address(PATH, filters.others(&["after", "done"]).chain([("after", id.to_string().as_str())])));
    let body = html! {
        (page_head(&title, actions))
        p .quiet { (msg!(lang, "people-trail-how")) }
        (filter_bar(lang, &filters, PATH, None, fields(lang, &filters, &told.accounts), NAMES))
        @if let Some(person) = &about {
            p { (msg!(lang, "people-trail-about-one", name = person.full.as_str())) " · " a href=(filters.without(&["person", "after"])) { (msg!(lang, "people-trail-about-all")) } }
        }
        div #results {
            @if told.deeds.is_empty() {
                (empty_state(Icon::Search, &msg!(lang, "people-trail-none"), &msg!(lang, "people-trail-none-how"),
                    Some(&LinkButton::plain(msg!(lang, "people-trail-all"), PATH))))
            } @else {
                (table(&reader, &title, &told))
                (pager_cursor(lang, filters.get("after").map(|_| filters.without(&["after"])), older))
            }
        }
    };
    Ok(accounts::page(&reader, title, body))
}

/// What the address asks for; what is not understood is not asked for.
fn wanted_lines(
    tx: &mut Tx<'_>,
    scope: &accounts::Scope,
    filters: &Filters,
    zone: &TimeZone,
) -> Result<DeedFilter, StoreError> {
    let midnight = |day: civil::Date| -> Option<Timestamp> { Some(day.to_zoned(zone.clone()).ok()?.timestamp()) };
    let subjects = match filters.parsed("person", |id| id.parse::<PersonId>().ok()) {
        Some(person) => {
            // The newest cards say enough.
            let cards = queries::credentials(tx, scope, person)?;
            let cards = cards.iter().map(|card| SubjectId::from_uuid(card.id.uuid()));
            std::iter::once(SubjectId::from_uuid(person.uuid())).chain(cards).take(SUBJECTS).collect()
        }
        None => Vec::new(),
    };
    Ok(DeedFilter {
        user: filters.parsed("who", |id| id.parse().ok()),
        action: filters.parsed("what", |word| deeds::WORDS.binary_search(&word).is_ok().then(|| word.to_owned())),
        subjects,
        from: filters.parsed("from", parse_date).and_then(midnight),
        until: filters.parsed("until", parse_date).and_then(|day| midnight(day.checked_add(1.day()).ok()?)),
        before: filters.parsed("after", |id| id.parse().ok()),
    })
}

/// Finds the names that belong to lines.
fn named(tx: &mut Tx<'_>, scope: &accounts::Scope, deeds: Vec<Deed>) -> Result<Told, StoreError> {
    let accounts = account_queries::users(tx, scope)?.into_iter().map(|user| (user.id, user.name)).collect();
    let mut holders: HashMap<SubjectId, PersonId> = HashMap::new();
    for deed in &deeds {
        let Some(subject) = deed.subject else { continue };
        if holders.contains_key(&subject) {
            continue;
        }
        let is_card = deed.action.starts_with("credential_") || deed.action.starts_with("day_card_");
        let holder = if is_card { queries::credential(tx, scope, Id::from_uuid(subject.uuid()))? } else { None };
        holders.insert(subject, holder.map_or(Id::from_uuid(subject.uuid()), |card| card.person));
    }
    let ids: Vec<PersonId> = holders.values().copied().collect();
    let known = queries::by_ids(tx, scope, &ids)?;
    let persons =
        holders.into_iter().filter_map(|(subject, person)| Some((subject, known.get(&person)?.clone()))).collect();
    let classes =
        queries::classes(tx, scope)?.into_iter().map(|class| (class.id, class.data.name.to_string())).collect();
    Ok(Told { deeds, persons, accounts, classes })
}

fn fields(lang: Lang, filters: &Filters, accounts: &HashMap<UserId, String>) -> Markup {
    let form = Form::filled(filters.others(&[]));
    let mut who: Vec<_> = accounts.iter().map(|(id, name)| Choice::new(id.to_string(), name.as_str())).collect();
    who.sort_by(|one, next| one.label.cmp(&next.label));
    let what = deeds::all(lang).into_iter().map(|(word, text)| Choice::new(word, text)).collect();
    html! {
        @if let Some(person) = filters.get("person") { (hidden("person", person)) }
        (Field::date("from", msg!(lang, "people-trail-from"), &form))
        (Field::date("until", msg!(lang, "people-trail-until"), &form))
        (Field::select("who", msg!(lang, "people-trail-who"), &form, who).or_none(msg!(lang, "people-trail-any-who")))
        (Field::select("what", msg!(lang, "people-trail-what"), &form, what).or_none(msg!(lang, "people-trail-any-what")))
    }
}

fn table(reader: &Reader, title: &str, told: &Told) -> Markup {
    let lang = reader.lang;
    let columns = vec![
        Column::new(msg!(lang, "people-trail-at")),
        Column::new(msg!(lang, "people-trail-who")),
        Column::new(msg!(lang, "people-trail-what")),
        Column::new(msg!(lang, "people-trail-about")),
        Column::number(msg!(lang, "people-trail-number")),
    ];
    let row = |deed: &Deed| {
        Row::new(vec![
            moment(lang, deed.at, &reader.app.time_zone),
            cell(who(lang, deed)),
            cell(deeds::deed(lang, &deed.action)),
            about(told, deed),
            cell(deed.seq.map(|seq| seq.to_string()).unwrap_or_default()),
        ])
    };
    html! { (Table::new(lang, title, columns).rows(told.deeds.iter().map(row))) }
}

fn who(lang: Lang, deed: &Deed) -> String {
    deed.by_name.clone().unwrap_or_else(|| msg!(lang, "people-trail-program"))
}

fn about(told: &Told, deed: &Deed) -> Markup {
    let Some(subject) = deed.subject else { return Markup::default() };
    html! {
        @if let Some(person) = told.persons.get(&subject) { a href={ "/people/" (person.id) } { (person.full) } }
        @else if let Some(name) = told.name(subject) { (name) }
    }
}

/// Who looked at what is closed of this person: the part of the card, for whoever may see the trail.
pub(super) async fn section(reader: &Reader, person: PersonId) -> Result<Markup, WebError> {
    let Ok(scope) = reader.require(Action::SeeTrail) else { return Ok(Markup::default()) };
    let lang = reader.lang;
    let looks = reader
        .app
        .db
        .read(move |tx| account_queries::deeds_about(tx, &scope, person, LOOK_WORDS, LOOKS))
        .await
        .map_err(crate::PeopleError::from)?;
    Ok(card(
        &msg!(lang, "people-trail-looks"),
        html! {
            @if looks.is_empty() { p .quiet { (msg!(lang, "people-trail-looks-none")) } } @else {
                ul {
                    @for look in &looks {
                        li { (moment(lang, look.at, &reader.app.time_zone)) " · " b { (who(lang, look)) } " · " (deeds::deed(lang, &look.action)) }
                    }
                }
            }
            p { a href={ (PATH) "?person=" (person) } { (msg!(lang, "people-trail-looks-all")) } }
        },
    ))
}
