//! The rules that most schools begin with: shown before they are added.

use std::collections::HashMap;

use accounts::{Reader, page};
use i18n::msg;
use jiff::civil;
use kernel::{ClassId, Who};
use web::{
    Markup, Page, Response, WebError,
    components::{Button, Icon, LinkButton, back_link, card, empty_state, form_actions, page_head},
    html,
};

use super::{PATH, sentence};
use crate::{
    AccessError,
    model::RuleInput,
    ops,
    pages::editor::done,
    queries::{self, RuleView},
};

/// Where the page is.
pub(super) const USUAL: &str = "/access/rules/usual";

fn today(reader: &Reader) -> civil::Date {
    i18n::local(reader.app.clock.now(), &reader.app.time_zone).date()
}

pub(super) async fn show(reader: Reader) -> Result<Page, WebError> {
    let (scope, today) = (reader.scope()?, today(&reader));
    let found = reader.app.db.read(move |tx| {
        let classes: HashMap<ClassId, String> = queries::who_choices(tx, &scope)?.classes.into_iter().collect();
        Ok::<_, AccessError>((ops::propose_rules(tx, &scope, today)?, classes))
    });
    let (proposed, classes) = found.await?;
    let lang = reader.lang;
    let title = msg!(lang, "access-usual");
    let body = html! {
        (back_link(&msg!(lang, "access-rules"), PATH))
        (page_head(&title, Markup::default()))
        @if proposed.is_empty() {
            (empty_state(Icon::ShieldCheck, &msg!(lang, "access-usual-none"), &msg!(lang, "access-usual-none-how"), None))
        } @else {
            p .quiet { (msg!(lang, "access-usual-how")) }
            (card("", html! { ol .rules { @for rule in &proposed { (line(&reader, rule, &classes)) } } }))
            form method="post" action=(USUAL) {
                (form_actions(html! {
                    (Button::primary(msg!(lang, "access-usual-add", count = proposed.len())).icon(Icon::Check))
                    (LinkButton::quiet(msg!(lang, "access-cancel"), PATH))
                }))
            }
        }
    };
    Ok(page(&reader, title, body))
}

fn line(reader: &Reader, rule: &RuleInput, classes: &HashMap<ClassId, String>) -> Markup {
    let shown = view(rule, classes);
    html! {
        li .rule { div .rule-text { b { (sentence::who(reader.lang, &shown)) } span { (sentence::rest(reader.lang, &shown)) } } }
    }
}

/// The rule as the list of rules will show it.
fn view(rule: &RuleInput, classes: &HashMap<ClassId, String>) -> RuleView {
    let who_name = if let Who::Class(class) = rule.who { classes.get(&class).cloned() } else { None };
    RuleView {
        id: kernel::RuleId::from_uuid(uuid::Uuid::nil()),
        name: String::new(),
        who: rule.who,
        who_name: who_name.unwrap_or_default(),
        points: Vec::new(),
        direction: rule.direction,
        windows: rule.windows.clone(),
        from: rule.from,
        until: rule.until,
        on_holidays: rule.on_holidays,
        is_enabled: rule.is_enabled,
        revision: 0,
    }
}

pub(super) async fn add(reader: Reader) -> Result<Response, WebError> {
    let (ctx, today) = (reader.ctx(), today(&reader));
    reader.app.db.write(move |tx| ops::add_usual_rules(tx, &ctx, today)).await?;
    Ok(done(PATH, "added"))
}
