//! Passkeys in pages: where they can be used, the forms that a script fills with what the device says, and what came back.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use i18n::{Lang, msg};
use kernel::UserId;
use web::{Cookies, Form, HeaderMap, Markup, components::hidden, header, html};

use crate::{
    app::App,
    factors::{ALGORITHMS, Assertion, Challenge, RelyingParty},
};

/// What a device is asked.
pub(super) struct Asked<'a> {
    pub(super) party: &'a RelyingParty,
    pub(super) challenge: &'a Challenge,
}

/// For whom a new passkey is made.
pub(super) struct Owner<'a> {
    pub(super) user: UserId,
    pub(super) login: &'a str,
    pub(super) name: &'a str,
}

/// Where browsers reach us, as passkeys want it; none where no browser makes them.
///
/// What the `Host` header says is not believed but for `localhost`, which no other machine can be: a page that stands between us and the browser
/// could else have passkeys made for itself.
pub(crate) fn party(app: &App, cookies: Cookies, headers: &HeaderMap) -> Option<RelyingParty> {
    if let Some(origin) = app.public_origin() {
        return RelyingParty::of_origin(origin);
    }
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let is_local =
        host == "localhost" || host.strip_prefix("localhost:").is_some_and(|port| port.parse::<u16>().is_ok());
    let scheme = if cookies.secure { "https" } else { "http" };
    is_local.then(|| RelyingParty::of_origin(&format!("{scheme}://{host}"))).flatten()
}

/// What the script put into the form; none when it is incomplete.
pub(super) fn answer(form: &Form) -> Option<Assertion> {
    let value = |name| form.value(name);
    Assertion::parse(value("credential"), value("handle"), value("client"), value("device"), value("signature"))
}

/// Why there are no passkeys here, and what whoever looks after the server can do.
pub(super) fn not_here(lang: Lang) -> String {
    msg!(lang, "accounts-passkeys-not-here-how")
}

/// A form that is sent once the device has answered.
pub(super) fn form_to_use(lang: Lang, asked: &Asked<'_>, action: &str, body: &Markup) -> Markup {
    html! {
        form .form method="post" action=(action) data-passkey="get" data-challenge=(URL_SAFE_NO_PAD.encode(asked.challenge))
            data-host=(asked.party.id) {
            @for name in ["credential", "handle", "client", "device", "signature"] { (hidden(name, "")) }
            (body)
            (told(lang))
        }
    }
}

/// A form that is sent once the device has made a passkey.
pub(super) fn form_to_make(lang: Lang, asked: &Asked<'_>, owner: &Owner<'_>, action: &str, body: &Markup) -> Markup {
    html! {
        form .form method="post" action=(action) data-passkey="create" data-challenge=(URL_SAFE_NO_PAD.encode(asked.challenge))
            data-host=(asked.party.id) data-user=(URL_SAFE_NO_PAD.encode(owner.user.as_bytes())) data-login=(owner.login)
            data-name=(owner.name) data-algorithms=(ALGORITHMS) {
            @for name in ["client", "attestation"] { (hidden(name, "")) }
            (body)
            (told(lang))
        }
    }
}

/// What the script shows when it cannot go on, and what stands there without a script.
fn told(lang: Lang) -> Markup {
    html! {
        p .fault-line role="alert" hidden data-passkey-none { (msg!(lang, "accounts-passkey-none")) }
        p .fault-line role="alert" hidden data-passkey-failed { (msg!(lang, "accounts-passkey-failed")) }
        noscript { p .fault-line { (msg!(lang, "accounts-passkey-script")) } }
    }
}
