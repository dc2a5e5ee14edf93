//! One gate: its name, its token, its removal.

use accounts::{Reader, page};
use i18n::{Lang, msg};
use jiff::SignedDuration;
use kernel::GateId;
use web::{
    Form, IntoResponse, Markup, Page, Path, Response, WebError,
    components::{
        Button, Choice, Field, Icon, LinkButton, Tone, alert, back_link, card, confirm_dialog, form_actions,
        form_faults, page_head,
    },
    html,
};

use super::{GATES, PATH, list};
use crate::{
    model::{GateToken, Title},
    ops,
    pages::editor::{done, id_of, refuse, refused, removal_of, sentence},
    queries::{self, GATE_PATIENCE, GateView},
};

const REMOTE: &str = "remote";
const HERE: &str = "in_process";
/// How many records that wait at the gate it was agreed to lose.
const RECORDS: &str = "records";

async fn gate(reader: &Reader, id: GateId, patience: SignedDuration) -> Result<GateView, WebError> {
    let (scope, now) = (reader.scope()?, reader.app.clock.now());
    let found = reader.app.db.read(move |tx| queries::gate(tx, &scope, id, now, patience));
    found.await?.ok_or(WebError::NotFound)
}

fn name(lang: Lang, form: &mut Form) -> Option<Title> {
    form.parsed(lang, "name", Title::parse, |fault| sentence(lang, fault))
}

pub(super) async fn blank(reader: Reader) -> Page {
    new_page(&reader, &Form::filled([("kind", REMOTE)]))
}

pub(super) async fn add(reader: Reader, mut sent: Form) -> Result<Response, WebError> {
    let is_remote = sent.value("kind") != HERE;
    let Some(name) = name(reader.lang, &mut sent) else { return Ok(refused(new_page(&reader, &sent))) };
    let (ctx, shown) = (reader.ctx(), name.to_string());
    let (gate, token) = reader.app.db.write(move |tx| ops::add_gate(tx, &ctx, &name, is_remote)).await?;
    Ok(match token {
        Some(token) => token_page(&reader, gate, &shown, &token).into_response(),
        None => done(PATH, "added"),
    })
}

fn new_page(reader: &Reader, sent: &Form) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "access-gate-new");
    let kinds =
        vec![Choice::new(REMOTE, msg!(lang, "access-gate-remote")), Choice::new(HERE, msg!(lang, "access-gate-here"))];
    let body = html! {
        (back_link(&msg!(lang, "access-devices"), PATH))
        (page_head(&title, Markup::default()))
        (form_faults(lang, sent))
        (card("", html! {
            form .form method="post" action={ (GATES) "/new" } {
                (Field::text("name", msg!(lang, "access-name"), sent).required().attr("maxlength", "80").attr("autofocus", "").help(msg!(lang, "access-gate-name-help")))
                (Field::select("kind", msg!(lang, "access-gate-kind"), sent, kinds).help(msg!(lang, "access-gate-kind-help")))
                (form_actions(html! { (Button::primary(msg!(lang, "access-add")).icon(Icon::Check)) (LinkButton::quiet(msg!(lang, "access-cancel"), PATH)) }))
            }
        }))
    };
    page(reader, title, body)
}

/// The token, this once. It is an answer to a POST, so no address shows it again.
fn token_page(reader: &Reader, gate: GateId, name: &str, token: &GateToken) -> Page {
    let lang = reader.lang;
    let title = msg!(lang, "access-gate-token-of", name = name);
    let body = html! {
        (page_head(&title, Markup::default()))
        (alert(Tone::Warn, &msg!(lang, "access-gate-token-once"), &msg!(lang, "access-gate-token-once-how")))
        (card("", html! {
            div .field {
                label for="token" { (msg!(lang, "access-gate-token")) }
                input #token .token type="text" readonly value=(token.expose()) spellcheck="false" autocomplete="off" autofocus;
            }
            p .quiet { (msg!(lang, "access-gate-token-use")) }
            pre .command { code { "kezekshi gate --server https://… --token-file gate.token" } }
            (form_actions(html! {
                (LinkButton::primary(msg!(lang, "access-gate-token-kept"), PATH).icon(Icon::Check))
                (LinkButton::quiet(msg!(lang, "access-gate-settings"), format!("{GATES}/{gate}")))
            }))
        }))
    };
    page(reader, title, body)
}

pub(super) async fn show(reader: Reader, Path(id): Path<String>, patience: SignedDuration) -> Result<Page, WebError> {
    let gate = gate(&reader, id_of(&id)?, patience).await?;
    Ok(gate_page(&reader, &gate, &Form::filled([("name", gate.name.as_str())])))
}

pub(super) async fn save(reader: Reader, Path(id): Path<String>, mut sent: Form) -> Result<Response, WebError> {
    let id = id_of(&id)?;
    let Some(name) = name(reader.lang, &mut sent) else {
        return Ok(refused(gate_page(&reader, &gate(&reader, id, GATE_PATIENCE).await?, &sent)));
    };
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::rename_gate(tx, &ctx, id, &name)).await?;
    Ok(done(PATH, "saved"))
}

pub(super) async fn rotate(reader: Reader, Path(id): Path<String>) -> Result<Page, WebError> {
    let gate = gate(&reader, id_of(&id)?, GATE_PATIENCE).await?;
    let (ctx, id) = (reader.ctx(), gate.id);
    let token = reader.app.db.write(move |tx| ops::rotate_gate_token(tx, &ctx, id)).await?;
    Ok(token_page(&reader, id, &gate.name, &token))
}

pub(super) async fn remove(reader: Reader, Path(id): Path<String>, sent: Form) -> Result<Response, WebError> {
    let (id, ctx) = (id_of(&id)?, reader.ctx());
    let given_up = sent.value(RECORDS).parse().unwrap_or(0);
    let error = match reader.app.db.write(move |tx| ops::remove_gate(tx, &ctx, id, given_up)).await {
        Ok(()) => return Ok(done(PATH, "removed")),
        Err(error) => error,
    };
    let gate = gate(&reader, id, GATE_PATIENCE).await?;
    let mut form = Form::filled([("name", gate.name.as_str())]);
    refuse(reader.lang, &mut form, error)?;
    Ok(refused(gate_page(&reader, &gate, &form)))
}

fn gate_page(reader: &Reader, gate: &GateView, sent: &Form) -> Page {
    let lang = reader.lang;
    let address = format!("{GATES}/{}", gate.id);
    let question = msg!(lang, "access-gate-remove-ask", name = &gate.name);
    let what = match gate.spool_depth {
        0 => msg!(lang, "access-gate-remove-what"),
        waiting => msg!(lang, "access-gate-remove-loses", count = waiting),
    };
    let actions = removal_of(
        lang,
        msg!(lang, "access-remove"),
        &question,
        &what,
        &format!("{address}/remove"),
        &html! { input type="hidden" name=(RECORDS) value=(gate.spool_depth); },
    );
    let body = html! {
        (back_link(&msg!(lang, "access-devices"), PATH))
        (page_head(&gate.name, actions))
        (form_faults(lang, sent))
        div .columns {
            (card(&msg!(lang, "access-settings"), html! {
                form .form method="post" action=(address) {
                    (Field::text("name", msg!(lang, "access-name"), sent).required().attr("maxlength", "80").wide())
                    (form_actions(html! { (Button::primary(msg!(lang, "access-save")).icon(Icon::Check)) (LinkButton::quiet(msg!(lang, "access-cancel"), PATH)) }))
                }
            }))
            (card(&msg!(lang, "access-device-now"), html! { (list::gate_state(reader, gate)) (list::gate_facts(reader, gate)) }))
            @if gate.is_remote { (card(&msg!(lang, "access-gate-token"), token_part(lang, gate, &address))) }
        }
    };
    page(reader, gate.name.clone(), body)
}

fn token_part(lang: Lang, gate: &GateView, address: &str) -> Markup {
    let label = msg!(lang, "access-gate-token-new");
    let question = msg!(lang, "access-gate-token-ask", name = &gate.name);
    html! {
        p .quiet { (msg!(lang, "access-gate-token-hidden")) }
        div .actions { (Button::plain(label.clone()).icon(Icon::Key).opens("token")) }
        (confirm_dialog(lang, "token", &question, &msg!(lang, "access-gate-token-what"), &format!("{address}/token"),
            &Markup::default(), &Button::danger(label).icon(Icon::Key)))
    }
}
