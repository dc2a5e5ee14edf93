//! Cards for many persons at once, from a list: what it would change is shown first, and nothing is written before that is confirmed.

use accounts::{Action, Reader};
use i18n::{Lang, msg, msg_dyn, text};
use kernel::{Card, PersonId, ReaderFormat};
use people::{
    PeopleError,
    ops::{self, NewCredential, OldCards},
    queries as register,
};
use web::{
    Form, IntoResponse, Markup, Page, Response, StatusCode, Upload, WebError,
    components::{
        Button, Choice, Column, Field, Icon, LinkButton, Row, Table, Tone, alert, back_link, badge, card, cell,
        form_actions, form_faults, hidden, page_head,
    },
    html,
};

use super::{CONFIRM, LIST, PATH};
use crate::{
    AccessError,
    model::{CARD_ROWS, CardRow, card_line, card_rows, parse_card_line},
    pages::words::card_number,
    queries::{self, CardVerdict},
};

const ACCEPT: &str = ".xlsx,.csv,.txt";
/// Cards given in one transaction.
const BATCH: usize = 100;

pub(super) async fn show(reader: Reader) -> Result<Page, WebError> {
    Ok(start_page(&reader, &Form::filled([("format", ReaderFormat::W26.as_str())])))
}

fn start_page(reader: &Reader, form: &Form) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "access-desk-list");
    let formats = ReaderFormat::ALL
        .into_iter()
        .map(|format| Choice::new(format.as_str(), msg_dyn!(lang, "people-format-", format.as_str())))
        .collect();
    let most = i64::try_from(CARD_ROWS).unwrap_or_default();
    let body = html! {
        (back_link(&msg!(lang, "access-desk"), PATH))
        (page_head(&title, Markup::default()))
        (form_faults(lang, form))
        (card("", html! {
            p { (msg!(lang, "access-card-list-how", most = most)) }
            form .form method="post" action=(LIST) enctype="multipart/form-data" {
                (Field::file(lang, "file", msg!(lang, "access-card-list-file"), form, ACCEPT).required().help(msg!(lang, "access-card-list-help")))
                (Field::select("format", msg!(lang, "people-format"), form, formats).required())
                (form_actions(html! { (Button::primary(msg!(lang, "access-card-list-look")).icon(Icon::Upload)) }))
            }
        }))
        @if reader.may(Action::ImportRegister) {
            p .quiet { (msg!(lang, "access-card-list-import")) " " a href="/import" { (msg!(lang, "access-card-list-to-import")) } }
        }
    };
    accounts::page(reader, title, body)
}

/// What the list would change.
pub(super) async fn look(reader: Reader, upload: Upload) -> Result<Response, WebError> {
    let lang = reader.lang;
    let Upload { mut form, files } = upload;
    let format = ReaderFormat::parse(form.value("format")).unwrap_or(ReaderFormat::W26);
    let refused = |form: &mut Form, sentence: String| {
        form.refuse("file", sentence);
        Ok((StatusCode::UNPROCESSABLE_ENTITY, start_page(&reader, form)).into_response())
    };
    let Some(file) = files.into_iter().find(|file| file.field == "file") else {
        return refused(&mut form, msg!(lang, "access-card-list-choose"));
    };
    let read = tokio::task::spawn_blocking(move || sheet::read(&file.bytes).map(|book| card_rows(&book, format)));
    let rows = match read.await.map_err(WebError::internal)? {
        Ok(Ok(rows)) => rows,
        Ok(Err(error)) => {
            let most = i64::try_from(CARD_ROWS).unwrap_or_default();
            return refused(&mut form, text(lang, error.key(), &[("most", most.into())]));
        }
        Err(_) => return refused(&mut form, msg!(lang, "access-card-list-no-table")),
    };
    if rows.is_empty() {
        return refused(&mut form, msg!(lang, "access-card-list-empty"));
    }
    let (scope, numbers) = (reader.scope()?, reader.require(Action::SeePersonalNumbers).ok());
    let vault = reader.app.vault.clone();
    let (rows, verdicts) = reader
        .app
        .db
        .read(move |tx| {
            let numbers = numbers.as_ref().map(|scope| (scope, &vault));
            let verdicts = queries::card_verdicts(tx, &scope, numbers, &rows)?;
            Ok::<_, AccessError>((rows.clone(), verdicts))
        })
        .await?;
    Ok(preview(&reader, &rows, &verdicts).into_response())
}

fn preview(reader: &Reader, rows: &[CardRow], verdicts: &[CardVerdict]) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "access-card-list-preview");
    let lines: Vec<String> = rows
        .iter()
        .zip(verdicts)
        .filter_map(|(row, verdict)| match (verdict, row.card) {
            (CardVerdict::Give { person, .. }, Ok(card)) => Some(card_line(person.id, card)),
            _ => None,
        })
        .collect();
    let count = |count: usize| i64::try_from(count).unwrap_or_default();
    let have = verdicts.iter().filter(|verdict| matches!(verdict, CardVerdict::Has(_))).count();
    let refused = rows.len() - lines.len() - have;
    let has_card = verdicts.iter().any(|verdict| matches!(verdict, CardVerdict::Give { has_card: true, .. }));
    let olds = OldCards::ALL.map(|old| Choice::new(old.as_str(), msg_dyn!(lang, "access-desk-old-", old.as_str())));
    let form = Form::filled([("old", OldCards::Stay.as_str())]);
    let columns = vec![
        Column::number(msg!(lang, "access-card-list-line")),
        Column::new(msg!(lang, "access-card-list-who")),
        Column::new(msg!(lang, "people-card-number")),
        Column::new(msg!(lang, "access-card-list-verdict")),
    ];
    let table_rows = rows.iter().zip(verdicts).map(|(row, verdict)| {
        let number = row.card.map(card_number).unwrap_or_default();
        Row::new(vec![cell(row.line.to_string()), who(row, verdict), cell(number), said(lang, verdict)])
    });
    let body = html! {
        (back_link(&msg!(lang, "access-desk-list"), LIST))
        (page_head(&title, Markup::default()))
        p { (msg!(lang, "access-card-list-counts", give = count(lines.len()), have = count(have), refused = count(refused))) }
        @if lines.is_empty() {
            (alert(Tone::Warn, &msg!(lang, "access-card-list-nothing"), &msg!(lang, "access-card-list-nothing-how")))
        } @else {
            form .form method="post" action=(CONFIRM) {
                (hidden("rows", &lines.join(";")))
                @if has_card { (Field::select("old", msg!(lang, "access-card-list-old"), &form, olds.to_vec()).required().wide()) }
                (form_actions(html! {
                    (Button::primary(msg!(lang, "access-card-list-confirm", count = count(lines.len()))).icon(Icon::CreditCard))
                    (LinkButton::quiet(msg!(lang, "access-cancel"), LIST))
                }))
            }
        }
        (Table::new(lang, title.clone(), columns).rows(table_rows))
    };
    accounts::page(reader, title, body)
}

/// Whom the row means: the person who was found, else what the row says.
fn who(row: &CardRow, verdict: &CardVerdict) -> Markup {
    match verdict {
        CardVerdict::Give { person, .. } | CardVerdict::Has(person) => html! {
            span .two-lines { b { (person.full) } small { (person.class_name.as_deref().unwrap_or(&person.position)) } }
        },
        CardVerdict::Taken(_)
        | CardVerdict::DayCard(_)
        | CardVerdict::Twice(_)
        | CardVerdict::Nobody
        | CardVerdict::Several(_)
        | CardVerdict::NoCard(_) => cell(&row.who),
    }
}

fn said(lang: Lang, verdict: &CardVerdict) -> Markup {
    match verdict {
        CardVerdict::Give { has_card: false, .. } => badge(Tone::Good, &msg!(lang, "access-card-list-give")),
        CardVerdict::Give { has_card: true, .. } => badge(Tone::Info, &msg!(lang, "access-card-list-second")),
        CardVerdict::Has(_) => badge(Tone::Plain, &msg!(lang, "access-card-list-has")),
        CardVerdict::Taken(holder) => html! {
            (badge(Tone::Bad, &msg!(lang, "people-card-taken", name = holder.full.as_str()))) " "
            a href={ "/people/" (holder.id) } { (msg!(lang, "people-card-open-holder", name = holder.short.as_str())) }
        },
        CardVerdict::DayCard(label) => badge(Tone::Bad, &msg!(lang, "people-card-is-day-card", label = label.as_str())),
        CardVerdict::Twice(line) => {
            badge(Tone::Bad, &msg!(lang, "access-card-list-twice", line = i64::try_from(*line).unwrap_or_default()))
        }
        CardVerdict::Nobody => badge(Tone::Bad, &msg!(lang, "access-card-list-no-person")),
        CardVerdict::Several(count) => {
            badge(Tone::Bad, &msg!(lang, "access-card-list-several", count = i64::try_from(*count).unwrap_or_default()))
        }
        CardVerdict::NoCard(error) => badge(Tone::Bad, &people::card_fault(lang, *error)),
    }
}

/// Gives the cards that were confirmed; what cannot be given any more is told.
pub(super) async fn confirm(reader: Reader, form: Form) -> Result<Page, WebError> {
    let old = OldCards::parse(form.value("old")).unwrap_or(OldCards::Stay);
    let rows: Option<Vec<(PersonId, Card)>> = form.value("rows").split(';').map(parse_card_line).collect();
    let rows = rows.filter(|rows| !rows.is_empty() && rows.len() <= CARD_ROWS);
    let rows = rows.ok_or_else(|| WebError::BadInput(String::new()))?;
    let mut failed: Vec<(PersonId, PeopleError)> = Vec::new();
    for batch in rows.chunks(BATCH) {
        let (ctx, batch) = (reader.ctx(), batch.to_vec());
        failed.extend(reader.app.db.write(move |tx| give(tx, &ctx, &batch, old)).await?);
    }
    let scope = reader.scope()?;
    let ids: Vec<PersonId> = failed.iter().map(|(person, _)| *person).collect();
    let names = reader.app.db.read(move |tx| register::by_ids(tx, &scope, &ids)).await?;
    let lang = reader.lang;
    let title = msg!(lang, "access-desk-list");
    let given = i64::try_from(rows.len() - failed.len()).unwrap_or_default();
    let body = html! {
        (back_link(&msg!(lang, "access-desk"), PATH))
        (page_head(&title, Markup::default()))
        (alert(Tone::Good, &msg!(lang, "access-card-list-done", count = given), &msg!(lang, "people-done-gates-know")))
        @if !failed.is_empty() {
            (alert(Tone::Warn, &msg!(lang, "access-card-list-failed"), ""))
            ul { @for (person, error) in &failed { li {
                @if let Some(person) = names.get(person) { a href={ "/people/" (person.id) } { (person.full) } ": " }
                (reason(lang, error))
            } } }
        }
        div .form-actions { (LinkButton::plain(msg!(lang, "access-card-list-another"), LIST).icon(Icon::Upload)) }
    };
    Ok(accounts::page(&reader, title, body))
}

/// Gives these cards; those that could not be given come back with the reason.
fn give(
    tx: &mut store::Tx<'_>,
    ctx: &accounts::Ctx,
    rows: &[(PersonId, Card)],
    old: OldCards,
) -> Result<Vec<(PersonId, PeopleError)>, PeopleError> {
    let mut failed = Vec::new();
    for (person, card) in rows {
        let new = NewCredential { card: *card, valid_from: None, valid_until: None };
        match ops::give_card(tx, ctx, *person, &new, old) {
            Ok(_) => {}
            // The row is to blame; whatever else fails undoes the batch.
            Err(
                error @ (PeopleError::CardTaken { .. }
                | PeopleError::CardIsDayCard { .. }
                | PeopleError::Archived
                | PeopleError::NoSuchPerson),
            ) => failed.push((*person, error)),
            Err(error) => return Err(error),
        }
    }
    Ok(failed)
}

fn reason(lang: Lang, error: &PeopleError) -> String {
    match error {
        PeopleError::CardTaken { name, .. } => msg!(lang, "people-card-taken", name = name.full()),
        PeopleError::CardIsDayCard { label } => msg!(lang, "people-card-is-day-card", label = label.as_str()),
        other => other.key().map_or_else(|| msg!(lang, "access-card-list-no-person"), |key| text(lang, key, &[])),
    }
}
