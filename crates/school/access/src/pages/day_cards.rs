//! Day cards: lent to whoever's own card is not at hand, taken back, those not handed back, and the pool itself.

mod history;

use std::collections::HashMap;

use accounts::{Action, Reader, Right, Routes, shell};
use i18n::{Lang, msg, msg_dyn, text};
use kernel::{AccessPointId, Card, DayCardId, PersonId, ReaderFormat};
use people::{
    PeopleError,
    day_cards::{self, DayCard, Loan},
    ops::{self, Lending, OwnCard},
    queries::{self as register, PersonBrief},
};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Path, Redirect, Response, StatusCode, WebError,
    components::{
        Button, Choice, Column, Field, Icon, LinkButton, Row, Table, Tone, alert, badge, card, cell, confirm_dialog,
        empty_state, form_actions, form_faults, hidden, live_state, moment, page_head,
    },
    html,
};

use super::{desk, editor::id_of, rules::form as rule_form, words::card_number};
use crate::{
    Access, AccessError,
    queries::{self, PointView},
};

pub(crate) const PATH: &str = "/day-cards";
const FIND: &str = "/day-cards/people";
const LIVE: &str = "/day-cards/live";
const POOL: &str = "/day-cards/pool";
/// What was done, as it stands in the address after a redirect; each has a sentence `access-day-card-done-<word>`.
const DONE: [&str; 4] = ["lent", "back", "added", "withdrawn"];
const FORGOTTEN: &str = "forgotten";
const LOST: &str = "lost";

/// Adds the pages of day cards.
pub(super) fn routes(routes: Routes, access: &Access) -> Routes {
    let live = access.clone();
    let (lend, manage) = (Right::Action(Action::LendDayCards), Right::Action(Action::ManageCredentials));
    routes
        .get(PATH, lend, show)
        .post(PATH, lend, self::lend)
        .get(FIND, lend, rule_form::people)
        .get(LIVE, lend, move |reader, filters| desk::taps(reader, filters, live.clone()))
        .get(history::PATH, lend, history::show)
        .get(history::CSV_PATH, lend, history::csv)
        .get(history::XLSX_PATH, lend, history::xlsx)
        .post(POOL, manage, add)
        .post("/day-cards/{id}/back", lend, back)
        .post("/day-cards/{id}/withdraw", manage, withdraw)
}

/// The address of the page with a person chosen.
pub(super) fn for_person(person: PersonId) -> String {
    web::address(PATH, [("person", person.to_string().as_str())])
}

/// What the page shows.
struct Found {
    pool: Vec<DayCard>,
    /// Those who have one.
    persons: HashMap<PersonId, PersonBrief>,
    /// Who was chosen.
    person: Option<PersonBrief>,
    /// Access points whose reader may be used.
    points: Vec<PointView>,
    /// The one that is used.
    point: Option<AccessPointId>,
}

impl Found {
    fn name(&self, loan: &Loan) -> String {
        self.persons.get(&loan.person).map(|person| person.short.clone()).unwrap_or_default()
    }

    /// Cards that are out; those whose loan is over, or goes on.
    fn out(&self, is_over: bool) -> impl Iterator<Item = (&DayCard, &Loan)> {
        let loans = self.pool.iter().filter_map(|card| card.loan.as_ref().map(|loan| (card, loan)));
        loans.filter(move |(_, loan)| loan.is_over == is_over)
    }
}

async fn found(reader: &Reader, person: Option<PersonId>, point: Option<AccessPointId>) -> Result<Found, WebError> {
    let scope = reader.require(Action::LendDayCards)?;
    let now = reader.app.clock.now();
    let found = reader.app.db.read(move |tx| {
        let pool = day_cards::pool(tx, &scope, now)?;
        let mut persons = HashMap::new();
        for person in pool.iter().filter_map(|card| card.loan.as_ref()).map(|loan| loan.person) {
            if let Some(brief) = register::brief(tx, &scope, person)? {
                persons.insert(person, brief);
            }
        }
        let person = person.map(|person| register::brief(tx, &scope, person)).transpose()?.flatten();
        let points: Vec<PointView> =
            queries::points(tx, &scope)?.into_iter().filter(|point| point.is_enabled).collect();
        let point = point.filter(|id| points.iter().any(|point| point.id == *id));
        Ok::<_, AccessError>(Found { pool, persons, person, points, point })
    });
    Ok(found.await?)
}

async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let person = filters.parsed("person", |text| text.parse().ok());
    let found = found(&reader, person, filters.parsed("point", |text| text.parse().ok())).await?;
    let word = filters.get("done").and_then(|word| DONE.into_iter().find(|known| *known == word));
    let said = html! { @if let Some(word) = word { (alert(Tone::Good, &msg_dyn!(reader.lang, "access-day-card-done-", word), &how(reader.lang, word))) } };
    Ok(day_cards_page(&reader, &found, &Form::blank(), said))
}

fn how(lang: Lang, word: &str) -> String {
    if matches!(word, "lent" | "back") { msg!(lang, "people-done-gates-know") } else { String::new() }
}

fn done(word: &str) -> Response {
    Redirect::to(&web::address(PATH, [("done", word)])).into_response()
}

/// The page with what was filled in and what is wrong with it.
async fn again(reader: &Reader, form: &Form, said: Markup) -> Result<Response, WebError> {
    let found = found(reader, form.value("person").parse().ok(), form.value("point").parse().ok()).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, day_cards_page(reader, &found, form, said)).into_response())
}

async fn lend(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let person: Option<PersonId> = form.value("person").parse().ok();
    if person.is_none() {
        form.refuse("person", msg!(lang, "access-day-card-who"));
    }
    let own = match form.value("own") {
        FORGOTTEN => Some(OwnCard::Forgotten),
        LOST => Some(OwnCard::Lost),
        _ => None,
    };
    let pool = found(&reader, None, None).await?.pool;
    let meant = pool.iter().find(|card| card.is_meant_by(form.value("card")));
    if meant.is_none() {
        form.refuse("card", msg!(lang, "access-day-card-none-such"));
    }
    let (Some(person), Some(day_card), Some(own)) = (person, meant.map(|card| card.id), own) else {
        return again(&reader, &form, Markup::default()).await;
    };
    let ctx = reader.ctx();
    let lending = Lending { day_card, person, own };
    match reader.app.db.write(move |tx| ops::lend_day_card(tx, &ctx, &lending)).await {
        // The same reader is used for the next one.
        Ok(_) => Ok(match form.text("point") {
            Some(point) => Redirect::to(&web::address(PATH, [("done", "lent"), ("point", point)])).into_response(),
            None => done("lent"),
        }),
        Err(error) => {
            let field = if matches!(error, PeopleError::DayCardLent { .. }) { "card" } else { "person" };
            refuse(lang, &mut form, field, error)?;
            again(&reader, &form, Markup::default()).await
        }
    }
}

/// Puts the reason beside the field.
fn refuse(lang: Lang, form: &mut Form, field: &str, error: PeopleError) -> Result<(), WebError> {
    let sentence = match &error {
        PeopleError::DayCardLent { name, .. } => msg!(lang, "access-day-card-lent", name = name.full()),
        PeopleError::CardTaken { name, .. } => msg!(lang, "people-card-taken", name = name.full()),
        PeopleError::CardIsDayCard { label } => msg!(lang, "people-card-is-day-card", label = label.as_str()),
        other => match other.key() {
            Some(key) => text(lang, key, &[]),
            None => return Err(error.into()),
        },
    };
    form.refuse(field, sentence);
    Ok(())
}

async fn back(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let (id, ctx): (DayCardId, _) = (id_of(&id)?, reader.ctx());
    match reader.app.db.write(move |tx| ops::take_day_card_back(tx, &ctx, id)).await {
        // Somebody else was faster: the card lies at the desk, as was wanted.
        Ok(()) | Err(PeopleError::Changed) => Ok(done("back")),
        Err(error) => Err(error.into()),
    }
}

async fn add(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let format = ReaderFormat::parse(form.value("format")).unwrap_or(ReaderFormat::W26);
    let card = match Card::parse(form.value("number"), format) {
        Ok(card) => card,
        Err(error) => {
            form.refuse("number", people::card_fault(lang, error));
            return again(&reader, &form, Markup::default()).await;
        }
    };
    let (ctx, label) = (reader.ctx(), form.value("label").to_owned());
    match reader.app.db.write(move |tx| ops::add_day_card(tx, &ctx, &label, card)).await {
        Ok(_) => Ok(done("added")),
        Err(error) => {
            let field = if matches!(error, PeopleError::DayCardLabel) { "label" } else { "number" };
            refuse(lang, &mut form, field, error)?;
            again(&reader, &form, Markup::default()).await
        }
    }
}

async fn withdraw(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let (id, ctx): (DayCardId, _) = (id_of(&id)?, reader.ctx());
    match reader.app.db.write(move |tx| ops::withdraw_day_card(tx, &ctx, id)).await {
        Ok(()) => Ok(done("withdrawn")),
        Err(PeopleError::DayCardLent { name, .. }) => {
            let lang = reader.lang;
            let what = msg!(lang, "access-day-card-lent", name = name.full());
            let said = alert(Tone::Warn, &what, &msg!(lang, "access-day-card-lent-how"));
            again(&reader, &Form::blank(), said).await
        }
        Err(error) => Err(error.into()),
    }
}

fn day_cards_page(reader: &Reader, found: &Found, form: &Form, said: Markup) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "access-day-cards");
    let body = html! {
        (page_head(&title, html! { @if !found.pool.is_empty() { (LinkButton::plain(msg!(lang, "access-loans"), history::PATH).icon(Icon::History)) } }))
        p .quiet { (msg!(lang, "access-day-cards-how")) }
        (said)
        @if found.pool.is_empty() {
            (empty_state(Icon::CreditCard, &msg!(lang, "access-day-cards-empty"), &msg!(lang, "access-day-cards-empty-how"), None))
        } @else {
            (card(&msg!(lang, "access-day-card-lend"), lend_form(reader, found, form)))
            @if found.out(true).next().is_some() { (card(&msg!(lang, "access-day-cards-missing"), out(reader, found, true))) }
            (card(&msg!(lang, "access-day-cards-out"), out(reader, found, false)))
        }
        @if reader.may(Action::ManageCredentials) { (card(&msg!(lang, "access-day-cards-pool"), pool(reader, found, form))) }
    };
    shell(reader, title).script("desk.js").page(body)
}

fn lend_form(reader: &Reader, found: &Found, form: &Form) -> Markup {
    let lang = reader.lang;
    let own = [FORGOTTEN, LOST].map(|word| Choice::new(word, msg_dyn!(lang, "access-day-card-own-", word)));
    let free = found.pool.iter().filter(|card| card.loan.is_none());
    let which = Field::text("card", msg!(lang, "access-day-card-which"), form).required();
    let which = which
        .help(msg!(lang, "access-day-card-which-help"))
        .attr("autocomplete", "off")
        .attr("data-tap-field", "")
        .attr("list", "free-day-cards")
        .attr("maxlength", "24");
    // With the person chosen there is nothing left but the card.
    let which = if found.person.is_some() { which.attr("autofocus", "") } else { which };
    html! {
        (reader_choice(lang, found))
        (form_faults(lang, form))
        form .form method="post" action=(PATH) {
            (hidden("point", &found.point.map(|point| point.to_string()).unwrap_or_default()))
            (rule_form::person_field(lang, found.person.as_ref(), FIND, None, form.fault("person")))
            (which)
            datalist #free-day-cards { @for card in free { option value=(card.label) {} } }
            (Field::select("own", msg!(lang, "access-day-card-own"), form, own.to_vec()).required().help(msg!(lang, "access-day-card-own-help")))
            (form_actions(html! { (Button::primary(msg!(lang, "access-day-card-do")).icon(Icon::CreditCard)) }))
        }
    }
}

/// The reader to which the card may be held, and how it is told of.
fn reader_choice(lang: Lang, found: &Found) -> Markup {
    let now = Form::filled([("point", found.point.map(|point| point.to_string()).unwrap_or_default())]);
    let points = found.points.iter().map(|point| Choice::new(point.id.to_string(), point.name.as_str())).collect();
    let chosen = found.point.and_then(|id| found.points.iter().find(|point| point.id == id));
    html! {
        form .form method="get" action=(PATH) data-autosend {
            @if let Some(person) = &found.person { (hidden("person", &person.id.to_string())) }
            (Field::select("point", msg!(lang, "access-desk-reader"), &now, points).or_none(msg!(lang, "access-desk-here")))
            noscript { (Button::plain(msg!(lang, "access-leave-show"))) }
        }
        @if let Some(point) = chosen {
            div sse-connect=(web::address(LIVE, [("point", point.id.to_string().as_str())])) {
                p { (msg!(lang, "access-desk-hold", point = point.name.as_str())) " " (live_state(lang)) }
                div #taps hidden sse-swap="tap" {}
            }
        }
    }
}

/// The cards that are out: those that work today, or those that should have come back.
fn out(reader: &Reader, found: &Found, is_over: bool) -> Markup {
    let lang = reader.lang;
    let zone = &reader.app.time_zone;
    if found.out(is_over).next().is_none() {
        return html! { p .quiet { (msg!(lang, "access-day-cards-out-none")) } };
    }
    let columns = vec![
        Column::new(msg!(lang, "access-day-card-label")),
        Column::new(msg!(lang, "access-day-card-person")),
        Column::new(msg!(lang, "access-day-card-since")),
        Column::new(msg!(lang, "access-day-card-by")),
        Column::actions(msg!(lang, "access-leave-actions")),
    ];
    let rows = found.out(is_over).map(|(day_card, loan)| {
        let class = found.persons.get(&loan.person).and_then(|person| person.class_name.clone()).unwrap_or_default();
        Row::new(vec![
            html! { b { (day_card.label) } @if loan.is_lost { " " (badge(Tone::Bad, &msg!(lang, "people-credential-lost"))) } },
            html! { span .two-lines { b { a href={ "/people/" (loan.person) } { (found.name(loan)) } } small { (class) } } },
            moment(lang, loan.lent_at, zone),
            cell(loan.by_name.as_deref().unwrap_or("—")),
            html! {
                form method="post" action={ (PATH) "/" (day_card.id) "/back" } {
                    (Button::plain(msg!(lang, "access-day-card-back")).icon(Icon::ArrowBackUp))
                }
            },
        ])
    });
    let caption = if is_over { msg!(lang, "access-day-cards-missing") } else { msg!(lang, "access-day-cards-out") };
    html! {
        @if is_over { p .quiet { (msg!(lang, "access-day-cards-missing-how")) } }
        (Table::new(lang, caption, columns).rows(rows))
    }
}

/// The pool, and the form that adds a card to it.
fn pool(reader: &Reader, found: &Found, form: &Form) -> Markup {
    let lang = reader.lang;
    let formats = ReaderFormat::ALL
        .into_iter()
        .map(|format| Choice::new(format.as_str(), msg_dyn!(lang, "people-format-", format.as_str())))
        .collect();
    html! {
        @if !found.pool.is_empty() { (pool_table(lang, found)) }
        form .form method="post" action=(POOL) {
            (Field::text("label", msg!(lang, "access-day-card-label"), form).required().short().help(msg!(lang, "access-day-card-label-help")).attr("maxlength", "20"))
            (Field::text("number", msg!(lang, "people-card-number"), form).required().help(msg!(lang, "people-scan-help")).attr("autocomplete", "off").attr("maxlength", "24"))
            (Field::select("format", msg!(lang, "people-format"), form, formats))
            (form_actions(html! { (Button::plain(msg!(lang, "access-day-card-add")).icon(Icon::Plus)) }))
        }
    }
}

fn pool_table(lang: Lang, found: &Found) -> Markup {
    let columns = vec![
        Column::new(msg!(lang, "access-day-card-label")),
        Column::new(msg!(lang, "people-card-number")),
        Column::new(msg!(lang, "people-status")),
        Column::actions(msg!(lang, "access-leave-actions")),
    ];
    let rows = found.pool.iter().map(|day_card| {
        Row::new(vec![
            cell(&day_card.label),
            html! { details .quiet { summary { (card_number(day_card.card)) } (people::card_views(lang, day_card.card)) } },
            state(lang, found, day_card),
            html! { @if day_card.is_free() { (Button::quiet(msg!(lang, "access-day-card-withdraw")).icon(Icon::Trash).only_icon().opens(format!("withdraw-{}", day_card.id))) } },
        ])
    });
    html! {
        (Table::new(lang, msg!(lang, "access-day-cards-pool"), columns).rows(rows))
        @for day_card in found.pool.iter().filter(|day_card| day_card.is_free()) {
            (confirm_dialog(lang, &format!("withdraw-{}", day_card.id), &msg!(lang, "access-day-card-withdraw-ask", label = day_card.label.as_str()),
                &msg!(lang, "access-day-card-withdraw-what"), &format!("{PATH}/{}/withdraw", day_card.id), &Markup::default(),
                &Button::danger(msg!(lang, "access-day-card-withdraw")).icon(Icon::Trash)))
        }
    }
}

fn state(lang: Lang, found: &Found, day_card: &DayCard) -> Markup {
    match &day_card.loan {
        None => badge(Tone::Good, &msg!(lang, "access-day-card-here")),
        Some(loan) if loan.is_over => {
            badge(Tone::Warn, &msg!(lang, "access-day-card-missing", name = found.name(loan)))
        }
        Some(loan) => badge(Tone::Info, &msg!(lang, "access-day-card-with", name = found.name(loan))),
    }
}
