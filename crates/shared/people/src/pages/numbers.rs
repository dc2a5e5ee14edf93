//! Documents and contacts of a person: masked on the card, in full when asked for, and the form that changes them.

use accounts::{Action, Reader};
use i18n::{Lang, msg, msg_dyn, text};
use kernel::PersonId;
use web::{
    Form, IntoResponse, Markup, Page, Path, Response, StatusCode, WebError,
    components::{
        Button, Choice, Field, Icon, LinkButton, Tone, alert, back_link, card, cell, checkbox, facts, form_actions,
        form_faults, hidden, page_head,
    },
    html,
};

use super::{
    card::{back, page_with, person_of},
    person_id, words,
};
use crate::{
    PeopleError,
    model::{Address, Document, DocumentKind, Email, Iin, Particulars, Phone},
    ops,
    panel::Panels,
    person::{PersonData, PersonView},
    queries,
};

/// How much of the particulars a page shows.
pub(super) enum Look {
    /// Nothing: the reader has no right to it.
    Nothing,
    /// The ends of numbers, so that one can be told from another.
    Masked(Box<Particulars>),
    /// Everything; the look was noted.
    Full(Box<Particulars>),
}

/// What a reader is shown without asking for more.
pub(super) async fn masked(reader: &Reader, person: PersonId) -> Result<Look, WebError> {
    if !reader.may(Action::SeePersonalNumbers) {
        return Ok(Look::Nothing);
    }
    Ok(Look::Masked(Box::new(kept(reader, person).await?)))
}

async fn kept(reader: &Reader, person: PersonId) -> Result<Particulars, WebError> {
    let (vault, ctx) = (reader.app.vault.clone(), reader.ctx());
    let work = move |tx: &mut store::Tx<'_>| {
        let scope = ctx.require(Action::SeePersonalNumbers)?;
        queries::particulars(tx, &scope, &vault, person)
    };
    Ok(reader.app.db.read(work).await?)
}

/// The card with everything in full; the look is noted.
pub(super) async fn show(reader: Reader, Path(id): Path<String>, panels: Panels) -> Result<Page, WebError> {
    let id = person_id(&id)?;
    let person = person_of(&reader, id).await?;
    let seen = seen(&reader, id).await?;
    page_with(&reader, &person, Markup::default(), &Form::blank(), &panels, Look::Full(Box::new(seen))).await
}

async fn seen(reader: &Reader, person: PersonId) -> Result<Particulars, WebError> {
    let (vault, ctx) = (reader.app.vault.clone(), reader.ctx());
    Ok(reader.app.db.write(move |tx| ops::see_particulars(tx, &ctx, &vault, person)).await?)
}

/// The part of the card.
pub(super) fn section(reader: &Reader, person: &PersonView, look: &Look) -> Markup {
    let lang = reader.lang;
    let (kept, is_full) = match look {
        Look::Nothing => return Markup::default(),
        Look::Masked(kept) => (kept, false),
        Look::Full(kept) => (kept, true),
    };
    let home = format!("/people/{}/numbers", person.brief.id);
    let lines = lines(lang, kept, is_full);
    let lines: Vec<(&str, Markup)> = lines.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    card(
        &msg!(lang, "people-numbers"),
        html! {
            @if lines.is_empty() { p .quiet { (msg!(lang, "people-numbers-none")) } } @else { (facts(&lines)) }
            div .form-actions {
                @if !is_full && !lines.is_empty() {
                    form method="post" action={ (home) "/show" } { (Button::plain(msg!(lang, "people-numbers-show")).icon(Icon::Eye)) }
                }
                @if reader.may(Action::EditPersons) {
                    (LinkButton::plain(msg!(lang, "people-numbers-edit"), home).icon(Icon::Edit))
                }
            }
            @if is_full { p .quiet { (msg!(lang, "people-numbers-noted")) } }
        },
    )
}

fn lines(lang: Lang, kept: &Particulars, is_full: bool) -> Vec<(String, Markup)> {
    let mut lines: Vec<(String, Markup)> = Vec::new();
    if let Some(iin) = &kept.iin {
        lines.push((msg!(lang, "people-iin"), cell(if is_full { iin.expose() } else { iin.masked() })));
    }
    if let Some(document) = &kept.document {
        let number = if is_full { document.number.clone() } else { document.masked() };
        let issued = document.issued.filter(|_| is_full);
        let value = html! {
            (document_kind(lang, document.kind)) " " (number)
            @if let Some(day) = issued { " · " (i18n::date(lang, day)) }
        };
        lines.push((msg!(lang, "people-document"), value));
    }
    for phone in &kept.phones {
        let value = if is_full {
            html! { a href={ "tel:" (phone.e164()) } { (phone.show()) } }
        } else {
            cell(phone.masked())
        };
        lines.push((msg!(lang, "people-phone"), value));
    }
    if let Some(email) = &kept.email {
        let value = if is_full {
            html! { a href={ "mailto:" (email.expose()) } { (email.expose()) } }
        } else {
            cell(email.masked())
        };
        lines.push((msg!(lang, "people-email"), value));
    }
    if !kept.address.is_empty() {
        lines.push((msg!(lang, "people-address"), cell(if is_full { kept.address.expose() } else { "•••" })));
    }
    lines
}

fn document_kind(lang: Lang, kind: DocumentKind) -> String {
    msg_dyn!(lang, "people-document-", kind.as_str())
}

/// The form. Who opens it sees everything, so the look is noted.
pub(super) async fn edit(reader: Reader, Path(id): Path<String>) -> Result<Page, WebError> {
    let id = person_id(&id)?;
    let person = person_of(&reader, id).await?;
    let kept = seen(&reader, id).await?;
    Ok(form_page(&reader, &person, &shown(&kept, person.revision), Markup::default()))
}

pub(super) async fn change(reader: Reader, Path(id): Path<String>, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let id = person_id(&id)?;
    let person = person_of(&reader, id).await?;
    let revision: u64 = form.value("revision").parse().map_err(|_| WebError::BadInput(String::new()))?;
    let again = |form: &Form, status: StatusCode, above: Markup| {
        Ok((status, form_page(&reader, &person, form, above)).into_response())
    };
    let Some(new) = filled_in(lang, &mut form) else {
        return again(&form, StatusCode::UNPROCESSABLE_ENTITY, Markup::default());
    };
    let (ctx, vault, data) = (reader.ctx(), reader.app.vault.clone(), person.data.clone());
    let takes = form.is_checked("take");
    let wanted = new.clone();
    let work = move |tx: &mut store::Tx<'_>| save(tx, &ctx, &vault, id, revision, &wanted, takes.then_some(&data));
    match reader.app.db.write(work).await {
        Ok(()) => Ok(back(id, "numbers")),
        Err(PeopleError::Changed) => {
            let stored = person_of(&reader, id).await?;
            let above = alert(Tone::Warn, &msg!(lang, "people-conflict"), &msg!(lang, "people-numbers-conflict-how"));
            Ok((StatusCode::CONFLICT, form_page(&reader, &stored, &shown(&new, stored.revision), above))
                .into_response())
        }
        Err(error) => {
            let above = told(lang, &mut form, error)?;
            again(&form, StatusCode::UNPROCESSABLE_ENTITY, above)
        }
    }
}

/// Saves; with `data` it first takes birth date and sex from the IIN, in the same transaction.
fn save(
    tx: &mut store::Tx<'_>,
    ctx: &accounts::Ctx,
    vault: &crypto::Vault,
    person: PersonId,
    revision: u64,
    new: &Particulars,
    data: Option<&PersonData>,
) -> Result<(), PeopleError> {
    let mut revision = revision;
    if let Some((data, iin)) = data.zip(new.iin.as_ref())
        && !iin.agrees_with(data.birth_date, data.sex)
    {
        let told = PersonData {
            birth_date: iin.birth_date().or(data.birth_date),
            sex: iin.sex().or(data.sex),
            ..data.clone()
        };
        ops::edit_person(tx, ctx, person, revision, &told)?;
        revision += 1;
    }
    ops::set_particulars(tx, ctx, vault, person, revision, new)
}

/// Puts the error beside its field; what is to be offered stands above the form.
fn told(lang: Lang, form: &mut Form, error: PeopleError) -> Result<Markup, WebError> {
    let above = match &error {
        PeopleError::IinTaken { holder, name } => {
            let who = html! { a href={ "/people/" (holder) } { (name.full()) } };
            html! { (alert(Tone::Warn, &msg!(lang, "people-fault-iin-taken"), &msg!(lang, "people-iin-taken-how"))) p { (who) } }
        }
        PeopleError::IinDisagrees { birth_date, sex } => {
            let day = birth_date.map(|day| i18n::date(lang, day)).unwrap_or_default();
            let sex = sex.map(|sex| words::sex(lang, sex)).unwrap_or_default();
            alert(Tone::Warn, &msg!(lang, "people-iin-says", date = day, sex = sex), &msg!(lang, "people-iin-says-how"))
        }
        _ => Markup::default(),
    };
    let field = match &error {
        PeopleError::IinTaken { .. } | PeopleError::IinDisagrees { .. } => "iin",
        PeopleError::TooManyPhones => "phones",
        _ => "",
    };
    form.refuse(field, words::fault(lang, error)?);
    Ok(above)
}

/// What was filled in; `None` when the form now says what is wrong.
fn filled_in(lang: Lang, form: &mut Form) -> Option<Particulars> {
    let iin = form.optional("iin", Iin::parse, |error| text(lang, error.key(), &[]));
    let email = form.optional("email", Email::parse, |error| text(lang, error.key(), &[]));
    let address = form.optional("address", Address::parse, |error| text(lang, error.key(), &[]));
    let phones = phones(lang, form);
    let issued = form.optional_date(lang, "document_issued");
    let kind = form.optional(
        "document_kind",
        |word| DocumentKind::parse(word).ok_or(()),
        |()| msg!(lang, "people-fault-choice"),
    );
    let document = match kind? {
        Some(kind) => {
            let issued = issued?;
            let parse = |number: &str| Document::parse(kind, number, issued);
            Some(form.parsed(lang, "document_number", parse, |error| text(lang, error.key(), &[]))?)
        }
        None if form.text("document_number").is_some() => {
            form.refuse("document_kind", msg!(lang, "people-fault-choice"));
            return None;
        }
        None => None,
    };
    issued?;
    Some(Particulars { iin: iin?, document, phones: phones?, email: email?, address: address?.unwrap_or_default() })
}

/// One phone a line.
pub(super) fn phones(lang: Lang, form: &mut Form) -> Option<Vec<Phone>> {
    let mut phones = Vec::new();
    let lines: Vec<String> = form.value("phones").lines().map(str::to_owned).collect();
    for line in lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()) {
        match Phone::parse(line) {
            Ok(phone) if phones.contains(&phone) => {}
            Ok(phone) => phones.push(phone),
            Err(error) => {
                form.refuse("phones", text(lang, error.key(), &[]));
                return None;
            }
        }
    }
    Some(phones)
}

fn shown(kept: &Particulars, revision: u64) -> Form {
    let phones: Vec<String> = kept.phones.iter().map(Phone::show).collect();
    let document = kept.document.as_ref();
    let issued = document.and_then(|document| document.issued).map(|day| day.to_string());
    Form::filled([
        ("iin", kept.iin.map(|iin| iin.expose()).unwrap_or_default()),
        ("document_kind", document.map(|document| document.kind.as_str().to_owned()).unwrap_or_default()),
        ("document_number", document.map(|document| document.number.clone()).unwrap_or_default()),
        ("document_issued", issued.unwrap_or_default()),
        ("phones", phones.join("\n")),
        ("email", kept.email.as_ref().map(|email| email.expose().to_owned()).unwrap_or_default()),
        ("address", kept.address.expose().to_owned()),
        ("revision", revision.to_string()),
    ])
}

fn form_page(reader: &Reader, person: &PersonView, form: &Form, above: Markup) -> Page {
    let lang = reader.lang;
    let brief = &person.brief;
    let title = msg!(lang, "people-numbers-title", name = brief.short.as_str());
    let home = format!("/people/{}", brief.id);
    let kinds = DocumentKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), document_kind(lang, *kind))).collect();
    let is_told = form.fault("iin").is_some();
    let body = html! {
        (back_link(&brief.short, &home))
        (page_head(&title, Markup::default()))
        (above)
        (form_faults(lang, form))
        (card("", html! {
            form .form method="post" action={ (home) "/numbers" } autocomplete="off" {
                (Field::text("iin", msg!(lang, "people-iin"), form).short().attr("inputmode", "numeric").attr("maxlength", "20").help(msg!(lang, "people-iin-help")))
                @if is_told { (checkbox("take", "1", &msg!(lang, "people-iin-take"), form.is_checked("take"))) }
                (Field::select("document_kind", msg!(lang, "people-document"), form, kinds).or_none(msg!(lang, "people-document-none")))
                (Field::text("document_number", msg!(lang, "people-document-number"), form).short().attr("maxlength", "40"))
                (Field::date("document_issued", msg!(lang, "people-document-issued"), form))
                (Field::area("phones", msg!(lang, "people-phones"), form, 3).help(msg!(lang, "people-phones-help")))
                (Field::text("email", msg!(lang, "people-email"), form).attr("inputmode", "email").attr("maxlength", "254"))
                (Field::text("address", msg!(lang, "people-address"), form).wide().attr("maxlength", Address::MAX_LETTERS.to_string()))
                (hidden("revision", form.value("revision")))
                (form_actions(html! {
                    (Button::primary(msg!(lang, "people-save")).icon(Icon::Check))
                    (LinkButton::quiet(msg!(lang, "people-cancel"), home.as_str()))
                }))
            }
        }))
    };
    accounts::page(reader, title, body)
}
