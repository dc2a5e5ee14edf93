//! One webhook: how it is, what was sent, what was answered.

use accounts::{Reader, page};
use i18n::{msg, msg_dyn};
use jiff::Timestamp;
use web::{
    Filters, Form, Markup, Page, Path, Redirect, WebError,
    components::{
        Button, Column, Icon, LinkButton, Row, Table, Tone, alert, back_link, card, cell, confirm_dialog, empty_state,
        facts, hidden, moment, page_head, pager_cursor,
    },
    html,
};

use super::{PATH, home, hook_id, words};
use crate::hooks::{self, DeliveryFull, DeliveryRow, DeliveryState, HookError, HookId, HookRow, OffBecause, ops};

/// Deliveries of a page.
const ROWS: u64 = 50;

/// The page.
pub(super) async fn show(reader: Reader, Path(id): Path<String>, filters: Filters) -> Result<Page, WebError> {
    let (id, scope) = (hook_id(&id)?, reader.scope()?);
    let before = filters.parsed("after", |text| text.parse().ok());
    let found = reader.app.db.read(move |tx| {
        let hook = hooks::hooks(tx, &scope)?.into_iter().find(|hook| hook.id == id);
        // One more than is shown tells whether there are older ones.
        Ok::<_, HookError>((hook, hooks::deliveries(tx, &scope, id, before, ROWS + 1)?))
    });
    let (hook, mut rows) = found.await?;
    let hook = hook.ok_or(WebError::NotFound)?;
    let has_older = rows.len() as u64 > ROWS;
    rows.truncate(usize::try_from(ROWS).unwrap_or(usize::MAX));
    let older = rows.last().filter(|_| has_older).map(|row| format!("{}?after={}", home(id), row.number));
    let lang = reader.lang;
    let title = msg!(lang, "api-hook");
    let here = before.map_or_else(|| home(id), |before| format!("{}?after={before}", home(id)));
    let body = html! {
        (back_link(&msg!(lang, "api-hooks"), PATH))
        (page_head(&title, actions(&reader, &hook)))
        (done(&reader, &filters))
        // States change by themselves; the page follows them.
        div #hook .stack hx-get=(here) hx-trigger="every 5s" hx-select="#hook" hx-swap="outerHTML" {
            (how_it_is(&reader, &hook))
            (deliveries(&reader, &hook, &rows))
            (pager_cursor(lang, before.map(|_: u64| home(id)), older))
        }
        (dialogs(&reader, &hook))
    };
    Ok(page(&reader, title, body))
}

fn actions(reader: &Reader, hook: &HookRow) -> Markup {
    let lang = reader.lang;
    let home = home(hook.id);
    html! {
        @if hook.is_enabled {
            form method="post" action={ (home) "/test" } { (Button::primary(msg!(lang, "api-hook-test")).icon(Icon::Upload)) }
        } @else {
            form method="post" action={ (home) "/on" } { (Button::primary(msg!(lang, "api-hook-on")).icon(Icon::Plug)) }
        }
        (LinkButton::plain(msg!(lang, "api-hook-edit"), format!("{home}/edit")).icon(Icon::Edit))
        (Button::plain(msg!(lang, "api-hook-rotate")).icon(Icon::Key).opens("rotate"))
        @if hook.is_enabled { (Button::quiet(msg!(lang, "api-hook-off")).icon(Icon::PlugOff).opens("off")) }
        (Button::quiet(msg!(lang, "api-hook-remove")).icon(Icon::Trash).opens("remove"))
    }
}

fn dialogs(reader: &Reader, hook: &HookRow) -> Markup {
    let lang = reader.lang;
    let (home, url) = (home(hook.id), hook.url.clone());
    let none = Markup::default();
    html! {
        (confirm_dialog(lang, "rotate", &msg!(lang, "api-hook-rotate-ask"), &msg!(lang, "api-hook-rotate-what"),
            &format!("{home}/secret"), &none, &Button::primary(msg!(lang, "api-hook-rotate"))))
        (confirm_dialog(lang, "off", &msg!(lang, "api-hook-off-ask", url = url.clone()), &msg!(lang, "api-hook-off-what"),
            &format!("{home}/off"), &none, &Button::danger(msg!(lang, "api-hook-off"))))
        (confirm_dialog(lang, "remove", &msg!(lang, "api-hook-remove-ask", url = url), &msg!(lang, "api-hook-remove-what"),
            &format!("{home}/remove"), &none, &Button::danger(msg!(lang, "api-hook-remove"))))
    }
}

fn done(reader: &Reader, filters: &Filters) -> Markup {
    let Some(word @ ("changed" | "tested" | "on" | "off" | "again" | "skipped")) = filters.get("done") else {
        return Markup::default();
    };
    alert(Tone::Good, &msg_dyn!(reader.lang, "api-hook-done-", word), "")
}

fn how_it_is(reader: &Reader, hook: &HookRow) -> Markup {
    let lang = reader.lang;
    let zone = &reader.app.time_zone;
    let at = |at: Timestamp| moment(lang, at, zone);
    let mut list = vec![
        (msg!(lang, "api-hook-url"), html! { code { (hook.url) } }),
        (msg!(lang, "api-hook-state"), words::hook_state(lang, hook)),
        (msg!(lang, "api-hook-kinds"), html! { (words::kinds(lang, &hook.kinds)) }),
        (msg!(lang, "api-hook-waiting"), html! { (hook.waiting) }),
        (msg!(lang, "api-hook-since"), at(hook.created_at)),
    ];
    if let Some(until) = hook.old_secret_until.filter(|until| *until > reader.app.session_now()) {
        list.push((msg!(lang, "api-hook-old-secret"), at(until)));
    }
    if let Some(since) = hook.failing_since.filter(|_| hook.is_enabled) {
        list.push((msg!(lang, "api-hook-failing-since"), at(since)));
        list.push((msg!(lang, "api-hook-next-at"), at(hook.next_at)));
    }
    let list: Vec<(&str, Markup)> = list.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    html! {
        @if let Some(because) = hook.off_because { (why_off(reader, hook, because)) }
        (card("", html! {
            (facts(&list))
            @if !hook.is_enabled && hook.waiting > 0 {
                form method="post" action={ (home(hook.id)) "/on" } {
                    (hidden("skip", "on"))
                    (Button::plain(msg!(lang, "api-hook-on-skip")).icon(Icon::Plug))
                }
            }
        }))
    }
}

fn why_off(reader: &Reader, hook: &HookRow, because: OffBecause) -> Markup {
    let lang = reader.lang;
    let since = hook.off_at.map(|at| i18n::date_time(lang, at, &reader.app.time_zone)).unwrap_or_default();
    let tone = if because == OffBecause::ByHand { Tone::Info } else { Tone::Bad };
    alert(tone, &msg!(lang, "api-hook-off-since", since = since), &msg_dyn!(lang, "api-hook-off-", because.as_str()))
}

fn deliveries(reader: &Reader, hook: &HookRow, rows: &[DeliveryRow]) -> Markup {
    let lang = reader.lang;
    if rows.is_empty() {
        return empty_state(
            Icon::ListDetails,
            &msg!(lang, "api-deliveries-empty"),
            &msg!(lang, "api-deliveries-empty-how"),
            None,
        );
    }
    let zone = &reader.app.time_zone;
    let columns = vec![
        Column::new(msg!(lang, "api-delivery-at")),
        Column::new(msg!(lang, "api-delivery-kind")),
        Column::new(msg!(lang, "api-delivery-state")),
        Column::number(msg!(lang, "api-delivery-attempts")),
        Column::new(msg!(lang, "api-delivery-result")),
    ];
    let table = rows.iter().map(|row| {
        Row::new(vec![
            moment(lang, row.created_at, zone),
            cell(words::kind_name(lang, &row.kind)),
            words::delivery_state(lang, row.state, row.attempts),
            cell(row.attempts.to_string()),
            cell(words::result(reader, row.status, row.trouble)),
        ])
        .leads_to(one_address(hook.id, row.number))
    });
    html! { (Table::new(lang, msg!(lang, "api-deliveries"), columns).rows(table)) }
}

fn one_address(hook: HookId, number: u64) -> String {
    format!("{}/deliveries/{number}", home(hook))
}

/// One delivery with what was sent and answered.
pub(super) async fn one(reader: Reader, Path((id, number)): Path<(String, u64)>) -> Result<Page, WebError> {
    let (id, scope) = (hook_id(&id)?, reader.scope()?);
    let found = reader.app.db.read(move |tx| {
        let hook = hooks::hooks(tx, &scope)?.into_iter().find(|hook| hook.id == id);
        Ok::<_, HookError>((hook, hooks::delivery(tx, &scope, id, number)?))
    });
    let (hook, delivery) = found.await?;
    let (hook, delivery) = hook.zip(delivery).ok_or(WebError::NotFound)?;
    let lang = reader.lang;
    let title = words::kind_name(lang, &delivery.kind);
    let body = html! {
        (back_link(&msg!(lang, "api-hook"), &home(id)))
        (page_head(&title, one_actions(&reader, &hook, &delivery)))
        (card("", one_facts(&reader, &delivery)))
        (card(&msg!(lang, "api-delivery-body"), html! { div .api-answer { pre tabindex="0" { code { (delivery.body) } } } }))
        @if let Some(answer) = &delivery.answer {
            (card(&msg!(lang, "api-delivery-answer"), html! {
                p .help { (msg!(lang, "api-delivery-answer-how")) }
                div .api-answer { pre tabindex="0" { code { (answer) } } }
            }))
        }
    };
    Ok(accounts::shell(&reader, title).style("api.css").page(body))
}

fn one_actions(reader: &Reader, hook: &HookRow, delivery: &DeliveryFull) -> Markup {
    let lang = reader.lang;
    let address = one_address(hook.id, delivery.number);
    html! {
        @if hook.is_enabled {
            form method="post" action={ (address) "/again" } { (Button::primary(msg!(lang, "api-delivery-again")).icon(Icon::Refresh)) }
        }
        @if delivery.state == DeliveryState::Waiting {
            form method="post" action={ (address) "/skip" } { (Button::quiet(msg!(lang, "api-delivery-skip")).icon(Icon::X)) }
        }
    }
}

fn one_facts(reader: &Reader, delivery: &DeliveryFull) -> Markup {
    let lang = reader.lang;
    let zone = &reader.app.time_zone;
    let (state, id) = (msg!(lang, "api-delivery-state"), msg!(lang, "api-delivery-id"));
    let (at, tried) = (msg!(lang, "api-delivery-at"), msg!(lang, "api-delivery-tried"));
    let (attempts, result) = (msg!(lang, "api-delivery-attempts"), msg!(lang, "api-delivery-result"));
    let took = msg!(lang, "api-delivery-took");
    let mut list: Vec<(&str, Markup)> = vec![
        (&state, words::delivery_state(lang, delivery.state, delivery.attempts)),
        (&id, html! { code { (delivery.message) } }),
        (&at, moment(lang, delivery.created_at, zone)),
        (&attempts, html! { (delivery.attempts) }),
    ];
    if let Some(last) = delivery.tried_at {
        list.push((&tried, moment(lang, last, zone)));
        list.push((&result, html! { (words::result(reader, delivery.status, delivery.trouble)) }));
    }
    if let Some(ms) = delivery.took_ms {
        list.push((&took, html! { (msg!(lang, "api-ms", count = ms)) }));
    }
    facts(&list)
}

/// Puts a test message into the queue.
pub(super) async fn test(reader: Reader, Path(id): Path<String>) -> Result<Redirect, WebError> {
    let id = hook_id(&id)?;
    let (ctx, now) = (reader.ctx(), reader.app.session_now());
    reader.app.db.write(move |tx| ops::test(tx, &ctx, id, now)).await?;
    Ok(back(id, "tested"))
}

/// Switches it on.
pub(super) async fn switch_on(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Redirect, WebError> {
    let id = hook_id(&id)?;
    let (ctx, now, skips) = (reader.ctx(), reader.app.session_now(), form.is_checked("skip"));
    reader.app.db.write(move |tx| ops::switch_on(tx, &ctx, id, skips, now)).await?;
    Ok(back(id, "on"))
}

/// Switches it off.
pub(super) async fn switch_off(reader: Reader, Path(id): Path<String>) -> Result<Redirect, WebError> {
    let id = hook_id(&id)?;
    let (ctx, now) = (reader.ctx(), reader.app.session_now());
    reader.app.db.write(move |tx| ops::switch_off(tx, &ctx, id, now)).await?;
    Ok(back(id, "off"))
}

/// Removes it.
pub(super) async fn remove(reader: Reader, Path(id): Path<String>) -> Result<Redirect, WebError> {
    let (id, ctx) = (hook_id(&id)?, reader.ctx());
    reader.app.db.write(move |tx| ops::remove(tx, &ctx, id)).await?;
    Ok(Redirect::to(&format!("{PATH}?done=removed")))
}

/// Sends a delivery again.
pub(super) async fn again(reader: Reader, Path((id, number)): Path<(String, u64)>) -> Result<Redirect, WebError> {
    let id = hook_id(&id)?;
    let (ctx, now) = (reader.ctx(), reader.app.session_now());
    reader.app.db.write(move |tx| ops::send_again(tx, &ctx, id, number, now)).await?;
    Ok(back(id, "again"))
}

/// Leaves out a delivery that waits.
pub(super) async fn skip(reader: Reader, Path((id, number)): Path<(String, u64)>) -> Result<Redirect, WebError> {
    let id = hook_id(&id)?;
    let (ctx, now) = (reader.ctx(), reader.app.session_now());
    reader.app.db.write(move |tx| ops::skip(tx, &ctx, id, number, now)).await?;
    Ok(back(id, "skipped"))
}

fn back(id: HookId, word: &str) -> Redirect {
    Redirect::to(&format!("{}?done={word}", home(id)))
}
