//! What a table of guardians would change, row by row, before it is confirmed.

use std::collections::HashMap;

use accounts::Reader;
use i18n::{Lang, msg, msg_dyn};
use kernel::PersonId;
use people::{everybody::Known, model::GuardianshipData};
use web::{
    Filters, Markup, Page, WebError,
    components::{
        Button, Column, Icon, Row as TableRow, Table, Tone, alert, back_link, badge, card, cell, empty_state, icon,
        page_head, pager,
    },
    html,
};

use super::{blocking, preview::person_link, progress::cancel_button};
use crate::{
    job::Job,
    kin_write::{self, KinPreview},
    model::{KinRow, KinVerdict, guardian_name},
    words,
};

/// Rows on a page.
const ROWS: u32 = 50;

pub(super) async fn preview(reader: &Reader, job: &Job, filters: &Filters) -> Result<Page, WebError> {
    let (app, scope, wanted) = (reader.app.clone(), reader.scope()?, job.clone());
    let found = blocking(move || kin_write::fresh(&app, &scope, &wanted)).await?;
    Ok(page(reader, job, filters, &found))
}

fn page(reader: &Reader, job: &Job, filters: &Filters, found: &KinPreview) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "lists-kin-preview");
    let mut rows: Vec<&KinRow> = found.plan.rows.iter().collect();
    // What needs a look stands first.
    rows.sort_by_key(|row| match row.verdict {
        KinVerdict::Refused(_) => 0,
        KinVerdict::New { .. } | KinVerdict::Change { .. } => 1,
        KinVerdict::Same { .. } => 2,
    });
    let at = filters.page(ROWS);
    let first = usize::try_from(at.offset()).unwrap_or(usize::MAX).min(rows.len());
    let shown = &rows[first..rows.len().min(first + ROWS as usize)];
    let [new, changed, same, refused] = found.plan.counts();
    let known: HashMap<PersonId, &Known> = found.register.known.iter().map(|known| (known.id, known)).collect();
    let columns = vec![
        Column::number(msg!(lang, "lists-row")),
        Column::new(msg!(lang, "lists-kin-child")),
        Column::new(msg!(lang, "lists-export-guardian")),
        Column::new(msg!(lang, "lists-verdict")),
        Column::new(msg!(lang, "lists-kin-what")),
    ];
    let count = found.plan.guardians.len();
    let body = html! {
        (back_link(&msg!(lang, "lists-import"), "/import"))
        (page_head(&title, cancel_button(lang, job)))
        p .lead { (msg!(lang, "lists-preview-what")) }
        (card("", html! {
            p { b { (msg!(lang, "lists-confirm-sums", new = new, changed = changed, same = same)) } }
            @if refused > 0 { p { (msg!(lang, "lists-kin-left", refused = refused)) } }
            @if new + changed > 0 {
                form method="post" action={ "/import/" (job.id) "/confirm" } { (Button::primary(msg!(lang, "lists-confirm", count = new + changed)).icon(Icon::Check)) }
            } @else { p { (msg!(lang, "lists-confirm-nothing")) } }
        }))
        @if count > 0 { (alert(Tone::Info, &msg!(lang, "lists-new-guardians", count = count), &msg!(lang, "lists-kin-new-how"))) }
        @if rows.is_empty() {
            (empty_state(Icon::List, &msg!(lang, "lists-preview-none"), &msg!(lang, "lists-kin-none-how"), None))
        } @else {
            (Table::new(lang, &title, columns).rows(shown.iter().map(|row| line(lang, found, &known, row))))
            (pager(lang, filters, at, rows.len() as u64))
        }
    };
    accounts::page(reader, title, body)
}

fn line(lang: Lang, found: &KinPreview, known: &HashMap<PersonId, &Known>, row: &KinRow) -> TableRow {
    let (tone, word, child) = match &row.verdict {
        KinVerdict::Refused(_) => (Tone::Bad, "refused", None),
        KinVerdict::New { child, .. } => (Tone::Good, "new", Some(*child)),
        KinVerdict::Change { child, .. } => (Tone::Info, "changed", Some(*child)),
        KinVerdict::Same { child, .. } => (Tone::Plain, "same", Some(*child)),
    };
    let said = row.draft.name.as_ref().map(people::model::PersonName::full).unwrap_or_default();
    let name = child.and_then(|child| known.get(&child)).map_or(said, |known| known.data.name.full());
    let guardian = guardian_name(&found.plan, &found.register, row).map(people::model::PersonName::full);
    TableRow::new(vec![
        cell(row.draft.row.to_string()),
        html! { (name) @if let Some(child) = child { " " (person_link(lang, child)) } },
        cell(guardian.unwrap_or_else(|| "–".into())),
        badge(tone, &msg_dyn!(lang, "lists-verdict-", word)),
        details(lang, found, row),
    ])
}

fn details(lang: Lang, found: &KinPreview, row: &KinRow) -> Markup {
    let sheet = found.book.sheets.get(found.table.sheet);
    let mark = |is_refusal: bool| if is_refusal { Icon::CircleX } else { Icon::AlertTriangle };
    html! {
        div .cell-stack {
            @match &row.verdict {
                KinVerdict::New { data, .. } => @for (name, value) in terms(lang, data) {
                    @if !value.is_empty() { div { (name) ": " (value) } }
                },
                KinVerdict::Change { old, data, .. } => @for ((name, was), (_, is)) in terms(lang, old).into_iter().zip(terms(lang, data)) {
                    @if was != is { div { (name) ": " del { (or_dash(was)) } " → " ins { (or_dash(is)) } } }
                },
                KinVerdict::Refused(Some(fault)) => p .fault-line { (icon(Icon::CircleX)) span { (msg_dyn!(lang, "lists-kin-", fault.as_str())) } },
                KinVerdict::Refused(None) | KinVerdict::Same { .. } => {}
            }
            @for fault in &row.draft.faults {
                @let class = if fault.kind.is_refusal() { "fault-line" } else { "remark" };
                p class=(class) { (icon(mark(fault.kind.is_refusal()))) span { (words::placed(lang, sheet, &found.table.mapping, *fault)) } }
            }
        }
    }
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "–".to_owned() } else { text }
}

/// The terms in words, each with the name of its column.
fn terms(lang: Lang, data: &GuardianshipData) -> [(String, String); 7] {
    let yes = |is_so: bool| if is_so { msg!(lang, "lists-export-yes") } else { msg!(lang, "lists-export-no") };
    let day = |day: Option<jiff::civil::Date>| day.map(|day| i18n::date(lang, day)).unwrap_or_default();
    [
        (msg!(lang, "lists-export-kin"), words::kin(lang, data.kind)),
        (msg!(lang, "lists-export-may-see"), yes(data.may_see)),
        (msg!(lang, "lists-export-may-pay"), yes(data.may_pay)),
        (msg!(lang, "lists-export-may-collect"), yes(data.may_collect)),
        (msg!(lang, "lists-export-since"), day(data.since)),
        (msg!(lang, "lists-export-until"), day(data.until)),
        (msg!(lang, "lists-export-note"), data.note.clone()),
    ]
}
