//! Every webhook of the school, and how it is.

use accounts::{Reader, page};
use i18n::msg;
use web::{
    Filters, Page, WebError,
    components::{Column, Icon, LinkButton, Row, Table, Tone, alert, cell, empty_state, page_head},
    html,
};

use super::{NEW, home, words};
use crate::hooks;

/// The page.
pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let (lang, scope) = (reader.lang, reader.scope()?);
    let rows = reader.app.db.read(move |tx| hooks::hooks(tx, &scope)).await?;
    let title = msg!(lang, "api-hooks");
    let add = LinkButton::primary(msg!(lang, "api-hook-add"), NEW).icon(Icon::Plus);
    let columns = vec![
        Column::new(msg!(lang, "api-hook-url")),
        Column::new(msg!(lang, "api-hook-state")),
        Column::new(msg!(lang, "api-hook-kinds")),
        Column::number(msg!(lang, "api-hook-waiting")),
    ];
    let table = rows.iter().map(|hook| {
        Row::new(vec![
            cell(&hook.url),
            words::hook_state(lang, hook),
            cell(words::kinds(lang, &hook.kinds)),
            cell(hook.waiting.to_string()),
        ])
        .leads_to(home(hook.id))
    });
    let body = html! {
        (page_head(&title, html! { @if !rows.is_empty() { (add) } }))
        @if filters.get("done") == Some("removed") { (alert(Tone::Good, &msg!(lang, "api-hook-removed"), "")) }
        p .lead { (msg!(lang, "api-hooks-lead")) }
        @if rows.is_empty() {
            (empty_state(Icon::Plug, &msg!(lang, "api-hooks-empty"), &msg!(lang, "api-hooks-empty-how"), Some(&add)))
        } @else {
            (Table::new(lang, &title, columns).rows(table))
        }
    };
    Ok(page(&reader, title, body))
}
