//! A session that is over must not cost what somebody typed: a form that comes without one is kept in the sign-in page, and sent after
//! signing in, when the person says so.
//!
//! It is kept in the page alone, never on the server, and only for as long as the page is open. A form with passwords is not kept.

use axum::{
    body::{Body, to_bytes},
    extract::{FromRequestParts, Request},
    http::{Method, Uri},
};
use i18n::msg;
use web::{
    Cookies, Form, HeaderMap, IntoResponse, Page, Response, Shell, StatusCode, WebError,
    components::{Button, Icon, LinkButton, form_actions, hidden},
    header, html, local_path,
};

use super::sign_in;
use crate::{app::App, frame::ACCOUNT_PATH, reader::Visitor};

/// Where the kept form was going.
pub(super) const PATH: &str = "resume-path";
/// The kept form itself, urlencoded.
pub(super) const BODY: &str = "resume-form";
/// A longer form is not kept, in bytes.
const BODY_LIMIT: usize = 64 * 1024;

/// Answers somebody who is not signed in: with the sign-in page, which keeps the form that was sent and could be kept.
pub(crate) async fn sign_in_first(app: App, request: Request) -> Response {
    if request.method() != Method::POST {
        return WebError::SignIn { next: way_back(request.method(), request.headers(), request.uri()) }.into_response();
    }
    if request.headers().contains_key("hx-request") {
        // The page that sent it is still open with everything that was typed: it must not be left.
        return WebError::SignIn { next: String::new() }.into_response();
    }
    let (mut parts, body) = request.into_parts();
    let next = way_back(&parts.method, &parts.headers, &parts.uri);
    let path = parts.uri.path_and_query().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let kept = kept_form(&parts.headers, &path, body).await;
    let Ok(visitor) = Visitor::from_request_parts(&mut parts, &app).await else {
        return WebError::SignIn { next }.into_response();
    };
    let form = match kept {
        Some(body) => Form::filled([("next", next), (PATH, path), (BODY, body)]),
        None => Form::filled([("next", next)]),
    };
    // As on the sign-in page itself: the form that comes back shows whether the browser keeps cookies.
    let cookies = parts.extensions.get::<Cookies>().filter(|cookies| !cookies.are_kept(&parts.headers));
    let probe = cookies.map(|cookies| web::set_cookie(cookies.set_probe()));
    (StatusCode::UNAUTHORIZED, probe, sign_in::page_after_end(&visitor, &form)).into_response()
}

/// The form as it was sent; `None` when it cannot be kept: files, passwords, too long.
async fn kept_form(headers: &HeaderMap, path: &str, body: Body) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    if !kind.starts_with("application/x-www-form-urlencoded") || path.starts_with(ACCOUNT_PATH) {
        return None;
    }
    String::from_utf8(to_bytes(body, BODY_LIMIT).await.ok()?.to_vec()).ok()
}

/// The page to which one returns after signing in: this one; or the one of which htmx wanted a part; or the one whose form was sent.
fn way_back(method: &Method, headers: &HeaderMap, uri: &Uri) -> String {
    let shown = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()?.parse::<Uri>().ok());
    let is_part = headers.contains_key("hx-request");
    let uri = match (is_part, method == Method::GET) {
        (true, _) => shown("hx-current-url"),
        (false, true) => Some(uri.clone()),
        (false, false) => shown("referer"),
    };
    let path = uri.and_then(|uri| uri.path_and_query().map(ToString::to_string));
    path.as_deref().and_then(local_path).unwrap_or("/").to_owned()
}

/// What one sees after signing in when a form was kept: it is sent by a button, since another person may have signed in.
pub(super) fn page(visitor: &Visitor, form: &Form) -> Option<Page> {
    let path = local_path(form.text(PATH)?)?;
    let kept = Form::parse(form.value(BODY).as_bytes()).ok()?;
    let lang = visitor.lang;
    let title = msg!(lang, "accounts-resume");
    let next = local_path(form.value("next")).unwrap_or("/");
    let body = html! {
        h1 { (title) }
        form .card.form method="post" action=(path) {
            p { (msg!(lang, "accounts-resume-how")) }
            @for (name, value) in kept.pairs() { (hidden(name, value)) }
            (form_actions(html! {
                (Button::primary(msg!(lang, "accounts-resume-do")).icon(Icon::Check).attr("autofocus", ""))
                (LinkButton::quiet(msg!(lang, "accounts-resume-drop"), next))
            }))
        }
    };
    Some(Shell::new(&visitor.web, title).bare().page(body))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn one_returns_to_the_page_that_was_open_and_to_no_other_site() {
        for (method, headers, back) in [
            (Method::GET, &[][..], "/people?q=1"),
            (Method::GET, &[("hx-request", "true"), ("hx-current-url", "http://school.example/monitor")], "/monitor"),
            (Method::GET, &[("hx-request", "true")], "/"),
            (Method::POST, &[("referer", "http://school.example/people/new?a=1")], "/people/new?a=1"),
            (Method::POST, &[("referer", "http://evil.example//evil.example/")], "/"),
            (Method::POST, &[("referer", "nonsense nonsense")], "/"),
            (Method::POST, &[], "/"),
        ] {
            let headers: HeaderMap = headers
                .iter()
                .map(|(name, value)| (web::HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(way_back(&method, &headers, &Uri::from_static("/people?q=1")), back, "{method} {headers:?}");
        }
    }
}
