//! Credentials of a person: shown, issued, stopped, replaced. A desk reader types a number and Enter, as a keyboard does.

use accounts::{Action, Reader};
use i18n::{Lang, msg, msg_dyn};
use jiff::{Timestamp, civil::Date};
use kernel::{Card, CardError, CredentialId, CredentialStatus, PersonId, PersonStatus, ReaderFormat};
use web::{
    Filters, Form, Fragment, IntoResponse, Markup, Page, Path, Response, StatusCode, WebError,
    components::{
        Button, Choice, Column, Field, Icon, LinkButton, Row, Table, Tone, alert, back_link, card, cell, checkbox,
        confirm_dialog, empty_state, hidden, moment, page_head,
    },
    html,
};

use super::{badges, card::back, card::brief_of, card::page as card_page, card::person_of, person_id, read, words};
use crate::{
    PeopleError,
    ops::{self, NewCredential, Replacement, can_become},
    panel::Panels,
    person::{CredentialView, PersonBrief, PersonView},
    queries::{self, CardHolder},
};

/// The part of a person's card that shows the credentials.
pub(super) fn section(reader: &Reader, person: &PersonView) -> Markup {
    let lang = reader.lang;
    let may_change = reader.may(Action::ManageCredentials);
    let issue = (may_change && person.brief.status != PersonStatus::Archived).then(|| {
        let path = format!("/people/{}/credentials/new", person.brief.id);
        LinkButton::primary(msg!(lang, "people-issue"), path).icon(Icon::CreditCard)
    });
    if person.credentials.is_empty() {
        let action = issue.as_ref().map(|issue| issue as &dyn web::Render);
        return html! {
            (empty_state(Icon::IdOff, &msg!(lang, "people-no-credentials"), &msg!(lang, "people-no-credentials-how"), action))
            div .form-actions { (beside(reader, person)) }
        };
    }
    let columns = vec![
        Column::new(msg!(lang, "people-card-number")),
        Column::new(msg!(lang, "people-status")),
        Column::new(msg!(lang, "people-issued-at")),
        Column::new(msg!(lang, "people-valid-until")),
        Column::actions(msg!(lang, "people-actions")),
    ];
    let rows = person.credentials.iter().map(|held| {
        let row = Row::new(vec![
            number(lang, held.card),
            words::credential_status(lang, held.status),
            moment(lang, held.issued_at, &reader.app.time_zone),
            cell(held.valid_until.map(|until| last_day(reader, until)).unwrap_or_default()),
            html! { @if may_change { (buttons(lang, person.brief.id, held)) } },
        ]);
        if held.status == CredentialStatus::Lost { row.class("bad") } else { row }
    });
    html! {
        (Table::new(lang, msg!(lang, "people-credentials"), columns).rows(rows))
        div .form-actions { @if let Some(issue) = issue { (issue) } (beside(reader, person)) }
        @if may_change { @for held in &person.credentials { (dialogs(lang, &person.brief, held)) } }
    }
}

/// What else is done about cards: a badge to print, a card for today.
fn beside(reader: &Reader, person: &PersonView) -> Markup {
    let lang = reader.lang;
    if person.brief.status == PersonStatus::Archived {
        return Markup::default();
    }
    // A day card has an end, and is handed back rather than replaced.
    let own = person.credentials.iter().find(|held| {
        let is_in_hand = matches!(held.status, CredentialStatus::Active | CredentialStatus::Suspended);
        is_in_hand && held.valid_until.is_none() && held.replaced_by.is_none()
    });
    let day_card = web::address("/day-cards", [("person", person.brief.id.to_string().as_str())]);
    let loans = web::address("/day-cards/history", [("person", person.brief.id.to_string().as_str())]);
    let code = format!("/people/{}/code", person.brief.id);
    html! {
        @if reader.may(Action::ManageCredentials) { (LinkButton::plain(msg!(lang, "people-code"), code).icon(Icon::Qrcode)) }
        @if let Some(held) = own.filter(|_| reader.may(Action::ManageCredentials)) {
            (LinkButton::plain(msg!(lang, "people-replace"), format!("/people/{}/credentials/new?replaces={}", person.brief.id, held.id)).icon(Icon::Replace))
        }
        @if reader.may(Action::LendDayCards) {
            (LinkButton::plain(msg!(lang, "people-day-card"), day_card).icon(Icon::IdBadge2))
            (LinkButton::quiet(msg!(lang, "people-day-card-loans"), loans).icon(Icon::History))
        }
        @if reader.may(Action::PrintBadges) { (LinkButton::plain(msg!(lang, "people-badge"), badges::of_person(person.brief.id)).icon(Icon::Printer)) }
    }
}

/// The last day on which something holds that ends before this moment.
fn last_day(reader: &Reader, until: Timestamp) -> String {
    let before = until.checked_sub(jiff::SignedDuration::from_micros(1)).unwrap_or(until);
    i18n::date(reader.lang, i18n::local(before, &reader.app.time_zone).date())
}

/// A card as most readers show it, with the other ways under it.
fn number(lang: Lang, card: Card) -> Markup {
    html! {
        @if let Some((facility, number)) = card.facility() { b { (format!("{facility:03},{number:05}")) } } @else { b { (main_number(card)) } }
        details .quiet {
            summary { (msg!(lang, "people-views")) }
            (views(lang, card))
        }
    }
}

fn main_number(card: Card) -> u64 {
    let format = if card.bits == 35 { ReaderFormat::W37 } else { ReaderFormat::W34 };
    format.number(card).unwrap_or(card.value)
}

/// A card as every reader shows it, and its bytes as hex in both orders.
pub fn views(lang: Lang, card: Card) -> Markup {
    html! {
        dl .facts {
            @if let Some((facility, number)) = card.facility() {
                div { dt { (msg!(lang, "people-view-facility")) } dd { code { (format!("{facility:03},{number:05}")) } } }
            }
            @for (format, number) in card.views() { div { dt { (words::format(lang, format)) } dd { code { (number) } } } }
            @if let Some([hex, reversed]) = card.hex() {
                div { dt { (msg!(lang, "people-view-hex")) } dd { code { (hex) } } }
                div { dt { (msg!(lang, "people-view-hex-reversed")) } dd { code { (reversed) } } }
            }
        }
    }
}

const ACTS: [(&str, CredentialStatus); 4] = [
    ("suspend", CredentialStatus::Suspended),
    ("resume", CredentialStatus::Active),
    ("lose", CredentialStatus::Lost),
    ("return", CredentialStatus::Returned),
];

fn dialog_id(act: &str, credential: CredentialId) -> String {
    format!("{act}-{credential}")
}

fn buttons(lang: Lang, person: PersonId, held: &CredentialView) -> Markup {
    html! {
        @for (act, to) in ACTS {
            @if can_become(held.status, to) {
                (Button::quiet(msg_dyn!(lang, "people-act-", act)).icon(act_icon(act)).only_icon().opens(dialog_id(act, held.id)))
            }
        }
        @if held.status != CredentialStatus::Returned && held.replaced_by.is_none() {
            (LinkButton::quiet(msg!(lang, "people-replace"), format!("/people/{person}/credentials/new?replaces={}", held.id)).icon(Icon::Replace).only_icon())
        }
    }
}

fn act_icon(act: &str) -> Icon {
    match act {
        "suspend" => Icon::Lock,
        "resume" => Icon::LockOpen,
        "lose" => Icon::IdOff,
        _ => Icon::ArrowBackUp,
    }
}

fn dialogs(lang: Lang, person: &PersonBrief, held: &CredentialView) -> Markup {
    let path = format!("/people/{}/credentials/{}", person.id, held.id);
    html! {
        @for (act, to) in ACTS {
            @if can_become(held.status, to) {
                @let label = msg_dyn!(lang, "people-act-", act);
                @let doer = if act == "resume" { Button::primary(label) } else { Button::danger(label) };
                (confirm_dialog(lang, &dialog_id(act, held.id), &msg_dyn!(lang, "people-ask-", act, name = person.short.as_str()),
                    &msg_dyn!(lang, "people-what-", act), &path, &hidden("act", act), &doer.icon(act_icon(act))))
            }
        }
    }
}

pub(super) async fn change(
    reader: Reader,
    Path((id, credential)): Path<(String, String)>,
    form: Form,
    panels: Panels,
) -> Result<Response, WebError> {
    let person = person_id(&id)?;
    let credential: CredentialId = credential.parse().map_err(|_| WebError::NotFound)?;
    type Turn = fn(&mut store::Tx<'_>, &accounts::Ctx, CredentialId) -> Result<(), PeopleError>;
    let (turn, word): (Turn, &str) = match form.value("act") {
        "suspend" => (ops::suspend, "suspended"),
        "resume" => (ops::resume, "resumed"),
        "lose" => (ops::report_lost, "lost"),
        "return" => (ops::give_back, "returned"),
        _ => return Err(WebError::BadInput(String::new())),
    };
    let held = read(&reader, move |tx, scope| queries::credential(tx, scope, credential)).await?;
    held.filter(|held| held.person == person).ok_or(WebError::NotFound)?;
    let ctx = reader.ctx();
    match reader.app.db.write(move |tx| turn(tx, &ctx, credential)).await {
        Ok(()) => Ok(back(person, word)),
        Err(error) => {
            let message =
                alert(Tone::Warn, &words::fault(reader.lang, error)?, &msg!(reader.lang, "people-changed-how"));
            let person = person_of(&reader, person).await?;
            Ok((StatusCode::CONFLICT, card_page(&reader, &person, message, &Form::blank(), &panels).await?)
                .into_response())
        }
    }
}

pub(super) async fn scan(reader: Reader, Path(id): Path<String>, filters: Filters) -> Result<Page, WebError> {
    let person = brief_of(&reader, person_id(&id)?).await?;
    let asked = Asked::of(&filters, person.id);
    let looked_at = look_at(&reader, &asked).await?;
    Ok(scan_page(&reader, &person, &asked, looked_at))
}

/// What a number means, as it is typed.
pub(super) async fn check(reader: Reader, filters: Filters) -> Result<Fragment, WebError> {
    let person = person_id(filters.get("person").unwrap_or_default())?;
    let asked = Asked::of(&filters, person);
    Ok(Fragment(look_at(&reader, &asked).await?))
}

/// A number that somebody holds to a reader or types.
struct Asked {
    person: PersonId,
    text: String,
    format: ReaderFormat,
    replaces: Option<CredentialId>,
}

impl Asked {
    fn of(filters: &Filters, person: PersonId) -> Self {
        Self {
            person,
            text: filters.get("text").unwrap_or_default().to_owned(),
            format: filters.parsed("format", ReaderFormat::parse).unwrap_or(ReaderFormat::W26),
            replaces: filters.parsed("replaces", |text| text.parse().ok()),
        }
    }
}

async fn look_at(reader: &Reader, asked: &Asked) -> Result<Markup, WebError> {
    let lang = reader.lang;
    if asked.text.is_empty() {
        return Ok(html! { p .quiet { (msg!(lang, "people-scan-wait")) } });
    }
    let card = match Card::parse(&asked.text, asked.format) {
        Ok(card) => card,
        Err(error) => return Ok(alert(Tone::Bad, &card_fault(lang, error), &msg!(lang, "people-card-fault-how"))),
    };
    let holder = read(reader, move |tx, scope| queries::holder_of(tx, scope, card)).await?;
    Ok(html! {
        (views(lang, card))
        @match holder {
            Some(holder) => (taken(lang, asked, &holder)),
            None => (issue_form(lang, asked, card)),
        }
    })
}

/// What is wrong with a text that is no card.
pub fn card_fault(lang: Lang, error: CardError) -> String {
    match error {
        CardError::OutOfRange => msg!(lang, "people-card-out-of-range"),
        CardError::NotANumber | CardError::Length | CardError::Parity => msg!(lang, "people-card-not-a-number"),
    }
}

fn taken(lang: Lang, asked: &Asked, holder: &CardHolder) -> Markup {
    let name = holder.person.full.as_str();
    if holder.person.id == asked.person {
        let what = if holder.is_exact { msg!(lang, "people-card-own") } else { msg!(lang, "people-card-own-looks") };
        return alert(Tone::Warn, &what, &msg!(lang, "people-card-own-how"));
    }
    let what = match holder.is_exact {
        true => msg!(lang, "people-card-taken", name = name),
        false => msg!(lang, "people-card-looks-taken", name = name),
    };
    let open = msg!(lang, "people-card-open-holder", name = holder.person.short.as_str());
    html! {
        (alert(Tone::Bad, &what, &msg!(lang, "people-card-taken-how")))
        p { (LinkButton::plain(open, format!("/people/{}", holder.person.id)).icon(Icon::User)) }
    }
}

fn issue_form(lang: Lang, asked: &Asked, card: Card) -> Markup {
    html! {
        (alert(Tone::Good, &msg!(lang, "people-card-free"), ""))
        form .form method="post" action=(format!("/people/{}/credentials/new", asked.person)) {
            (hidden("bits", &card.bits.to_string()))
            (hidden("value", &card.value.to_string()))
            (Field::date("valid_until", msg!(lang, "people-valid-until"), &Form::blank()).help(msg!(lang, "people-valid-until-help")))
            @if let Some(replaces) = asked.replaces {
                (hidden("replaces", &replaces.to_string()))
                (checkbox("lost", "on", &msg!(lang, "people-old-is-lost"), true))
            }
            div .form-actions {
                (Button::primary(if asked.replaces.is_some() { msg!(lang, "people-replace-do") } else { msg!(lang, "people-issue-do") }).icon(Icon::CreditCard))
            }
        }
    }
}

fn scan_page(reader: &Reader, person: &PersonBrief, asked: &Asked, looked_at: Markup) -> Page {
    let lang = reader.lang;
    let name = person.short.as_str();
    let title = if asked.replaces.is_some() {
        msg!(lang, "people-replace-title", name = name)
    } else {
        msg!(lang, "people-issue-title", name = name)
    };
    let now = Form::filled([("text", asked.text.as_str()), ("format", asked.format.as_str())]);
    let formats =
        ReaderFormat::ALL.into_iter().map(|format| Choice::new(format.as_str(), words::format(lang, format))).collect();
    let replaces = asked.replaces.map(|replaces| replaces.to_string());
    let body = html! {
        (back_link(name, &format!("/people/{}", person.id)))
        (page_head(&title, Markup::default()))
        div .columns {
            (card(&msg!(lang, "people-scan"), html! {
                // Enter, which desk readers send after the number, looks the card up; giving it out is a click of its own.
                form .form method="get" action=(format!("/people/{}/credentials/new", person.id)) hx-get="/people/credential-check" hx-target="#check"
                    hx-trigger="input delay:200ms, change, submit" {
                    (hidden("person", &person.id.to_string()))
                    @if let Some(replaces) = &replaces { (hidden("replaces", replaces)) }
                    (Field::text("text", msg!(lang, "people-card-number"), &now).help(msg!(lang, "people-scan-help")).wide()
                        .attr("autocomplete", "off").attr("autofocus", "").attr("inputmode", "numeric").attr("maxlength", "24"))
                    (Field::select("format", msg!(lang, "people-format"), &now, formats).help(msg!(lang, "people-format-help")).wide())
                    noscript { div .form-actions { (Button::plain(msg!(lang, "people-scan-check"))) } }
                }
            }))
            (card(&msg!(lang, "people-scan-result"), html! { div #check .card-check aria-live="polite" { (looked_at) } }))
        }
    };
    accounts::page(reader, title, body)
}

pub(super) async fn issue(reader: Reader, Path(id): Path<String>, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let person = brief_of(&reader, person_id(&id)?).await?;
    let wrong = || WebError::BadInput(String::new());
    let bits: u8 = form.value("bits").parse().map_err(|_| wrong())?;
    let card = Card::new(bits, form.value("value").parse().map_err(|_| wrong())?).map_err(|_| wrong())?;
    let until =
        form.optional_date(lang, "valid_until").ok_or_else(|| WebError::BadInput(msg!(lang, "people-fault-date")))?;
    let new = NewCredential { card, valid_from: None, valid_until: until.and_then(|day| end_of(&reader, day)) };
    let replaces: Option<CredentialId> = form.text("replaces").map(str::parse).transpose().map_err(|_| wrong())?;
    let (ctx, owner, is_lost) = (reader.ctx(), person.id, form.is_checked("lost"));
    let issued = match replaces {
        Some(old) => {
            let held = read(&reader, move |tx, scope| queries::credential(tx, scope, old)).await?;
            held.filter(|held| held.person == owner).ok_or(WebError::NotFound)?;
            let replacement = Replacement { old, is_lost, new };
            reader.app.db.write(move |tx| ops::replace_credential(tx, &ctx, &replacement)).await
        }
        None => reader.app.db.write(move |tx| ops::issue_credential(tx, &ctx, owner, &new)).await,
    };
    let message = match issued {
        Ok(_) => return Ok(back(owner, if replaces.is_some() { "replaced" } else { "issued" })),
        Err(PeopleError::CardTaken { name, .. }) => {
            alert(Tone::Bad, &msg!(lang, "people-card-taken", name = name.full()), &msg!(lang, "people-card-taken-how"))
        }
        Err(PeopleError::CardIsDayCard { label }) => alert(
            Tone::Bad,
            &msg!(lang, "people-card-is-day-card", label = label),
            &msg!(lang, "people-card-is-day-card-how"),
        ),
        Err(error) => alert(Tone::Bad, &words::fault(lang, error)?, ""),
    };
    let asked = Asked { person: owner, text: String::new(), format: ReaderFormat::W26, replaces };
    Ok((StatusCode::CONFLICT, scan_page(&reader, &person, &asked, message)).into_response())
}

/// The moment at which a day ends where the school is.
fn end_of(reader: &Reader, day: Date) -> Option<Timestamp> {
    let next = day.tomorrow().ok()?;
    next.to_zoned(reader.app.time_zone.clone()).ok().map(|zoned| zoned.timestamp())
}
