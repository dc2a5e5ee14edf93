//! How the gates are, in one line each: a part of today's dashboard.

use accounts::{Action, Reader};
use i18n::msg;
use jiff::SignedDuration;
use web::{
    Markup, WebError,
    components::{Tone, badge, card},
    html,
};

use super::{PATH, list::gate_state};
use crate::queries;

/// How the gates of the reader's school are; nothing for whoever may not see them.
///
/// # Errors
/// From the database.
pub async fn gates_summary(reader: Reader, patience: SignedDuration) -> Result<Markup, WebError> {
    let Ok(scope) = reader.require(Action::SeeDevices) else { return Ok(Markup::default()) };
    let now = reader.app.clock.now();
    let gates = reader.app.db.read(move |tx| queries::gates(tx, &scope, now, patience)).await?;
    let lang = reader.lang;
    let shown = html! {
        @if gates.is_empty() { p .quiet { (msg!(lang, "access-gates-none")) } }
        ul .gate-lines { @for gate in &gates { li {
            a href=(PATH) { (gate.name) } " " (gate_state(&reader, gate))
            @if !gate.spool_ok { " " (badge(Tone::Bad, &msg!(lang, "access-gate-spool-full"))) }
        } } }
    };
    Ok(card(&msg!(lang, "access-devices"), shown))
}
