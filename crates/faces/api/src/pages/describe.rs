//! The interface described, each operation with a form to try it. Without scripts it is a page to read.

use std::sync::LazyLock;

use accounts::{Action, Reader, shell};
use i18n::{Lang, msg, msg_dyn};
use serde_json::Value;
use web::{
    Markup, Page,
    components::{Button, Icon, LinkButton, Tone, badge, card, page_head},
    html,
};

use super::sample;
use crate::{document, fault};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(crate::document()).unwrap_or_default());

/// One operation of the document.
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    id: &'a str,
    parameters: Vec<&'a Value>,
    body: Option<&'a Value>,
}

fn operations(document: &Value) -> Vec<(&str, Vec<Operation<'_>>)> {
    let mut tags: Vec<(&str, Vec<Operation<'_>>)> = document["tags"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|tag| Some((tag["name"].as_str()?, Vec::new())))
        .collect();
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let (Some(id), Some(tag)) = (operation["operationId"].as_str(), operation["tags"][0].as_str()) else {
                continue;
            };
            let body = operation.pointer("/requestBody/content/application~1json/schema");
            let parameters = operation["parameters"].as_array().into_iter().flatten().collect();
            if let Some((_, list)) = tags.iter_mut().find(|(name, _)| *name == tag) {
                list.push(Operation { method, path, id, parameters, body });
            }
        }
    }
    tags
}

/// The page.
pub(super) async fn show(reader: Reader) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "api-title");
    let body = html! {
        (page_head(&title, html! {
            (LinkButton::plain(msg!(lang, "api-tokens"), super::tokens::PATH).icon(Icon::Key))
            @if reader.may(Action::ManageWebhooks) { (LinkButton::plain(msg!(lang, "api-hooks"), super::hooks::PATH).icon(Icon::Plug)) }
            (LinkButton::quiet(msg!(lang, "api-document"), document::PATH).icon(Icon::Download))
        }))
        p .lead { (msg!(lang, "api-lead")) }
        (card(&msg!(lang, "api-try"), html! {
            p .help { (msg!(lang, "api-try-how")) }
            div .field.api-token hidden data-api-token="" {
                label for="api-token" { (msg!(lang, "api-token")) }
                input #api-token type="password" autocomplete="off" spellcheck="false" placeholder="kzk_…";
            }
        }))
        @for (tag, list) in operations(&DOCUMENT) {
            section .api-tag {
                h2 { (msg_dyn!(lang, "api-tag-", tag)) }
                @for operation in list { (one(lang, &operation)) }
            }
        }
        (card(&msg!(lang, "api-problems"), html! {
            p { (msg!(lang, "api-problems-how")) }
            dl .api-problems {
                @for kind in fault::KINDS {
                    dt id={ "problem-" (kind) } { code { "/api#problem-" (kind) } }
                    dd { (msg_dyn!(lang, "api-problem-", kind)) }
                }
            }
        }))
    };
    shell(&reader, title).style("api.css").script("api.js").page(body)
}

fn one(lang: Lang, operation: &Operation<'_>) -> Markup {
    let Operation { method, path, id, parameters, body } = operation;
    let word = method.to_uppercase();
    let tone = if *method == "get" { Tone::Info } else { Tone::Warn };
    html! {
        details .api-operation id=(id) {
            summary { (badge(tone, &word)) " " code { (path) } " " span { (msg_dyn!(lang, "api-op-", id)) } }
            form .form data-api-operation="" data-method=(word) data-path=(path) {
                @for parameter in parameters { (field(lang, id, parameter)) }
                @if let Some(schema) = body {
                    div .field.wide {
                        label for={ (id) "-body" } { (msg!(lang, "api-body")) }
                        textarea id={ (id) "-body" } name="body" rows="12" spellcheck="false" {
                            (serde_json::to_string_pretty(&sample::of_schema(&DOCUMENT, schema)).unwrap_or_default())
                        }
                    }
                }
                div .form-actions hidden { (Button::primary(msg!(lang, "api-send")).icon(Icon::Upload)) }
                div .api-answer hidden data-lost=(msg!(lang, "api-no-answer")) aria-live="polite" {
                    p { (msg!(lang, "api-curl")) }
                    pre tabindex="0" { code data-curl="" {} }
                    p { (msg!(lang, "api-answer")) " " b data-status="" {} }
                    pre tabindex="0" { code data-answer="" {} }
                }
            }
        }
    }
}

fn field(lang: Lang, operation: &str, parameter: &Value) -> Markup {
    let (name, place) = (parameter["name"].as_str().unwrap_or_default(), parameter["in"].as_str().unwrap_or_default());
    let schema = &parameter["schema"];
    let is_required = parameter["required"].as_bool().unwrap_or_default();
    let id = format!("{operation}-{name}");
    let words: Vec<&str> = schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let kind = match (schema["format"].as_str(), sample::type_of(schema)) {
        (Some(format), _) => format,
        (None, kind) => kind,
    };
    html! {
        div .field {
            label for=(id) { code { (name) } @if is_required { span .must aria-hidden="true" { "*" } } }
            @if words.is_empty() {
                input id=(id) name=(name) data-in=(place) required[is_required] autocomplete="off" spellcheck="false";
            } @else {
                select id=(id) name=(name) data-in=(place) required[is_required] {
                    option value="" { (msg!(lang, "api-any")) }
                    @for word in words { option value=(word) { (word) } }
                }
            }
            p .help { code { (kind) } }
        }
    }
}
