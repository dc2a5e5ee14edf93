//! Every rule in a plain sentence, in the order in which people want to read them.

use accounts::{Action, Reader, page};
use i18n::msg;
use kernel::RuleId;
use web::{
    Filters, Form, Markup, Page, Path, Render, Response, WebError,
    components::{Button, Icon, LinkButton, Tone, alert, badge, empty_state, hidden, page_head},
    html,
};

use super::{PATH, Part, parts, sentence, usual};
use crate::{
    AccessError, ops,
    pages::editor::{done, done_alert, id_of},
    queries::{self, RuleView},
};

const UP: &str = "up";
const DOWN: &str = "down";

pub(super) async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let scope = reader.scope()?;
    let rules = reader.app.db.read(move |tx| queries::rules(tx, &scope)).await?;
    let lang = reader.lang;
    let may_edit = reader.may(Action::EditRules);
    let add = LinkButton::primary(msg!(lang, "access-rule-add"), format!("{PATH}/new")).icon(Icon::Plus);
    let usual = LinkButton::plain(msg!(lang, "access-usual"), usual::USUAL).icon(Icon::ShieldCheck);
    let body = html! {
        (page_head(&msg!(lang, "access-rules"), html! { @if may_edit { (usual) @if !rules.is_empty() { (add) } } }))
        (parts(&reader, Part::Rules))
        (done_alert(lang, &filters))
        @if rules.is_empty() {
            @let add: Option<&dyn Render> = if may_edit { Some(&add) } else { None };
            (empty_state(Icon::ShieldLock, &msg!(lang, "access-rules-none"), &msg!(lang, "access-rules-none-how"), add))
        } @else {
            p .quiet { (msg!(lang, "access-rules-how")) }
            @if !rules.iter().any(|rule| rule.is_enabled) { (alert(Tone::Warn, &msg!(lang, "access-rules-all-off"), &msg!(lang, "access-rules-all-off-how"))) }
            ol .rules {
                @for (index, rule) in rules.iter().enumerate() { (line(&reader, rule, may_edit, index > 0, index + 1 < rules.len())) }
            }
        }
    };
    Ok(page(&reader, msg!(lang, "access-rules"), body))
}

fn line(reader: &Reader, rule: &RuleView, may_edit: bool, may_rise: bool, may_fall: bool) -> Markup {
    let lang = reader.lang;
    let who = sentence::who(lang, rule);
    let text = html! {
        @if !rule.name.is_empty() { small { (rule.name) } }
        b { (who) }
        span { (sentence::rest(lang, rule)) }
    };
    html! {
        li .rule.off[!rule.is_enabled] {
            @if may_edit { a .rule-text href={ (PATH) "/" (rule.id) } { (text) } } @else { div .rule-text { (text) } }
            @if !rule.is_enabled { (badge(Tone::Plain, &msg!(lang, "access-rule-off"))) }
            @if may_edit {
                div .rule-actions {
                    form method="post" action={ (PATH) "/" (rule.id) "/move" } {
                        (step(msg!(lang, "access-rule-up", who = &who), Icon::ChevronUp, UP, may_rise))
                        (step(msg!(lang, "access-rule-down", who = &who), Icon::ChevronDown, DOWN, may_fall))
                    }
                    form method="post" action={ (PATH) "/" (rule.id) "/enable" } {
                        @if rule.is_enabled {
                            (hidden("is_enabled", ""))
                            (Button::quiet(msg!(lang, "access-turn-off")))
                        } @else {
                            (hidden("is_enabled", "on"))
                            (Button::quiet(msg!(lang, "access-turn-on")))
                        }
                    }
                }
            }
        }
    }
}

fn step(label: String, sign: Icon, word: &'static str, may: bool) -> Button {
    Button::quiet(label).icon(sign).only_icon().sends("to", word).disabled(!may)
}

pub(super) async fn enable(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Response, WebError> {
    let (id, ctx, is_enabled) = (id_of(&id)?, reader.ctx(), form.text("is_enabled").is_some());
    reader.app.db.write(move |tx| ops::enable_rule(tx, &ctx, id, is_enabled)).await?;
    Ok(done(PATH, if is_enabled { "enabled" } else { "disabled" }))
}

/// Moves a rule one place up or down.
pub(super) async fn shift(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Response, WebError> {
    let (id, ctx, scope) = (id_of(&id)?, reader.ctx(), reader.scope()?);
    let is_up = form.value("to") == UP;
    let moved = reader.app.db.write(move |tx| {
        let mut order: Vec<RuleId> = queries::rules(tx, &scope)?.into_iter().map(|rule| rule.id).collect();
        if !order.contains(&id) {
            return Err(AccessError::NotFound("rule"));
        }
        shifted(&mut order, id, is_up);
        ops::order_rules(tx, &ctx, &order)
    });
    moved.await.map_err(|error: AccessError| WebError::from(error))?;
    Ok(web::IntoResponse::into_response(web::Redirect::to(PATH)))
}

fn shifted<T: PartialEq>(order: &mut [T], which: T, is_up: bool) {
    let Some(at) = order.iter().position(|one| *one == which) else { return };
    let to = if is_up { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < order.len()) };
    if let Some(to) = to {
        order.swap(at, to);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_moves_one_place_and_stays_within_the_list() {
        for (which, is_up, order) in [
            (2, true, [2, 1, 3]),
            (2, false, [1, 3, 2]),
            (1, true, [1, 2, 3]),
            (3, false, [1, 2, 3]),
            (9, true, [1, 2, 3]),
        ] {
            let mut list = [1, 2, 3];
            shifted(&mut list, which, is_up);
            assert_eq!(list, order, "{which} {is_up}");
        }
    }
}
