//! What a browser is told that keeps no cookies: what does not work without them, and how to switch them on. Otherwise signing in would lead back
//! to the sign-in page for ever.

use i18n::msg;
use web::{
    Filters, IntoResponse, Redirect, Response, Shell, StatusCode,
    components::{Icon, LinkButton, Tone, alert, card},
    html, local_path,
};

use crate::reader::Visitor;

/// Where a browser that showed no cookie is led after signing in.
pub(super) const PATH: &str = "/sign-in/cookies";

/// Leads on when the session's cookie was kept.
pub(super) async fn check(visitor: Visitor, filters: Filters) -> Response {
    if visitor.actor.is_some() {
        let next = local_path(filters.get("next").unwrap_or_default()).unwrap_or("/");
        return Redirect::to(next).into_response();
    }
    page(&visitor)
}

pub(super) fn page(visitor: &Visitor) -> Response {
    let lang = visitor.lang;
    let title = msg!(lang, "accounts-no-cookies");
    let body = html! {
        h1 { (title) }
        (alert(Tone::Warn, &msg!(lang, "accounts-no-cookies-what"), &msg!(lang, "accounts-no-cookies-lost")))
        (card(&msg!(lang, "accounts-no-cookies-how"), html! {
            ol .steps {
                li { (msg!(lang, "accounts-no-cookies-chrome")) }
                li { (msg!(lang, "accounts-no-cookies-firefox")) }
                li { (msg!(lang, "accounts-no-cookies-safari")) }
            }
            p .quiet { (msg!(lang, "accounts-no-cookies-which")) }
        }))
        p { (LinkButton::primary(msg!(lang, "accounts-no-cookies-again"), web::SIGN_IN_PATH).icon(Icon::Refresh)) }
    };
    (StatusCode::FORBIDDEN, Shell::new(&visitor.web, title).bare().page(body)).into_response()
}
