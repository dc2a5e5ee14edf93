//! What goes wrong, and the page, fragment or JSON that says so with a next step.

use std::{error::Error, fmt, sync::Arc};

use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use i18n::{Lang, msg, text};
use maud::{Markup, html};
use serde_json::{Value, json};
use store::StoreError;

use crate::{
    Fragment, Problem, Reader, Shell,
    assets::Icon,
    components::{LinkButton, Tone, icon, toast},
    query::encode,
};

/// Where one signs in; a subsystem above serves it.
pub const SIGN_IN_PATH: &str = "/sign-in";

/// Why a request is not answered with what it asked for. [`harden`](crate::harden) renders it in the reader's language.
#[derive(Debug)]
pub enum WebError {
    /// There is nothing at this address, or nothing that the reader may know of.
    NotFound,
    /// The reader may not do this.
    Forbidden,
    /// The reader has to sign in first and then goes on to `next`, a path of ours; a part of a page for which `next` is empty stays open
    /// with what was typed in it.
    SignIn {
        /// Where to go on.
        next: String,
    },
    /// The request makes no sense. The sentence, in the reader's language, says why; empty: a general one is shown.
    BadInput(String),
    /// More was sent than is taken.
    TooLarge,
    /// Somebody else changed the same thing in the meantime.
    Conflict,
    /// Too many requests or tries; again after so many seconds.
    TooMany {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// The address does not take this method.
    WrongMethod,
    /// A form or call came from another site's page.
    ForeignOrigin,
    /// The server cannot answer just now.
    Unavailable,
    /// What only a program is told, with words of its own.
    Problem(Box<Problem>),
    /// A defect or a broken machine. The source goes to the log, the page shows the request's id.
    Internal(Box<dyn Error + Send + Sync>),
}

impl WebError {
    /// A defect or a broken machine. The text must hold no personal data: it goes to the log.
    pub fn internal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Forbidden | Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::SignIn { .. } => StatusCode::UNAUTHORIZED,
            Self::BadInput(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Conflict => StatusCode::CONFLICT,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Problem(problem) => problem.status,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The error for a bare answer of a library, such as a refused extraction.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::CONFLICT => Self::Conflict,
            StatusCode::METHOD_NOT_ALLOWED => Self::WrongMethod,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => Self::Unavailable,
            status if status.is_client_error() => Self::BadInput(String::new()),
            status => Self::internal(format!("a handler answered {status} without a word")),
        }
    }

    /// What happened, and what to do.
    pub fn sentences(&self, lang: Lang) -> (String, String) {
        match self {
            Self::NotFound => (msg!(lang, "web-error-not-found"), msg!(lang, "web-error-not-found-how")),
            Self::Forbidden => (msg!(lang, "web-error-forbidden"), msg!(lang, "web-error-forbidden-how")),
            Self::SignIn { next } if next.is_empty() => {
                (msg!(lang, "web-error-sign-in"), msg!(lang, "web-error-sign-in-stay"))
            }
            Self::SignIn { .. } => (msg!(lang, "web-error-sign-in"), msg!(lang, "web-error-sign-in-how")),
            Self::BadInput(how) if how.is_empty() => {
                (msg!(lang, "web-error-bad-input"), msg!(lang, "web-error-bad-input-how"))
            }
            Self::BadInput(how) => (msg!(lang, "web-error-bad-input"), how.clone()),
            Self::TooLarge => (msg!(lang, "web-error-too-large"), msg!(lang, "web-error-too-large-how")),
            Self::Conflict => (msg!(lang, "web-error-conflict"), msg!(lang, "web-error-conflict-how")),
            Self::TooMany { retry_after_s } => {
                (msg!(lang, "web-error-too-many"), msg!(lang, "web-error-too-many-how", seconds = *retry_after_s))
            }
            Self::WrongMethod => (msg!(lang, "web-error-wrong-method"), msg!(lang, "web-error-wrong-method-how")),
            Self::ForeignOrigin => (msg!(lang, "web-error-foreign-origin"), msg!(lang, "web-error-foreign-origin-how")),
            Self::Unavailable => (msg!(lang, "web-error-unavailable"), msg!(lang, "web-error-unavailable-how")),
            Self::Problem(problem) => (text(lang, problem.title, &[]), text(lang, problem.detail, &[])),
            Self::Internal(_) => (msg!(lang, "web-error-internal"), msg!(lang, "web-error-internal-how")),
        }
    }

    const fn icon(&self) -> Icon {
        match self {
            Self::NotFound | Self::WrongMethod => Icon::MapPin,
            Self::Forbidden | Self::SignIn { .. } | Self::ForeignOrigin => Icon::Lock,
            Self::BadInput(_) | Self::TooLarge | Self::Conflict | Self::Problem(_) => Icon::AlertTriangle,
            Self::TooMany { .. } | Self::Unavailable => Icon::Clock,
            Self::Internal(_) => Icon::AlertCircle,
        }
    }
}

impl From<StoreError> for WebError {
    fn from(error: StoreError) -> Self {
        match error {
            // The machine is overloaded or going down, not broken.
            StoreError::Busy(_) | StoreError::Held(_) | StoreError::Conflict(_) | StoreError::Closed => {
                tracing::warn!(%error, "the store cannot answer now");
                Self::Unavailable
            }
            error => Self::internal(error),
        }
    }
}

impl fmt::Display for WebError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Internal(source) => write!(f, "{source}"),
            other => write!(f, "{}", other.status()),
        }
    }
}

/// Rides on the bare response until [`harden`](crate::harden) renders it: only there is the reader known.
#[derive(Clone, Debug)]
pub(crate) struct Fault(pub(crate) Arc<WebError>);

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Fault(Arc::new(self)));
        response
    }
}

/// The answer to this reader.
pub(crate) fn render(error: &WebError, reader: &Reader) -> Response {
    let mut response = match error {
        _ if reader.wants_json() => problem_json(error, reader),
        WebError::SignIn { next } if next.is_empty() && reader.wants_fragment() => as_toast(error, reader),
        WebError::SignIn { next } => sign_in(next, reader),
        _ if reader.wants_fragment() => as_toast(error, reader),
        _ => (error.status(), Shell::new(reader, error.sentences(reader.lang()).0).bare().page(page(error, reader)))
            .into_response(),
    };
    if let WebError::TooMany { retry_after_s } = error {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_s));
    }
    response
}

fn page(error: &WebError, reader: &Reader) -> Markup {
    let lang = reader.lang();
    let (what, how) = error.sentences(lang);
    html! {
        div .fault {
            div .fault-icon { (icon(error.icon())) }
            h1 { (what) }
            p .lead { (how) }
            @if matches!(error, WebError::Internal(_)) {
                p .quiet { (msg!(lang, "web-error-id")) " " code { (reader.request_id()) } }
            }
            p { (LinkButton::primary(msg!(lang, "web-error-home"), "/").icon(Icon::Home)) }
        }
    }
}

/// A failed part of a page must not replace the part: it becomes a toast.
fn as_toast(error: &WebError, reader: &Reader) -> Response {
    let (what, how) = error.sentences(reader.lang());
    let mut response = (error.status(), Fragment(toast(reader.lang(), Tone::Bad, &what, &how))).into_response();
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static("hx-retarget"), HeaderValue::from_static("#toasts"));
    headers.insert(HeaderName::from_static("hx-reswap"), HeaderValue::from_static("beforeend"));
    // Whoever asked may take only an element of the page it expects, which would leave nothing of the toast.
    headers.insert(HeaderName::from_static("hx-reselect"), HeaderValue::from_static(".toast"));
    response
}

fn sign_in(next: &str, reader: &Reader) -> Response {
    let address = format!("{SIGN_IN_PATH}?next={}", encode(next));
    let Ok(address) = HeaderValue::from_str(&address) else { return StatusCode::UNAUTHORIZED.into_response() };
    if reader.wants_fragment() {
        (StatusCode::UNAUTHORIZED, [(HeaderName::from_static("hx-redirect"), address)]).into_response()
    } else {
        (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
    }
}

/// RFC 9457.
fn problem_json(error: &WebError, reader: &Reader) -> Response {
    let lang = reader.lang();
    let (title, detail) = error.sentences(lang);
    let mut body = json!({
        "type": "about:blank",
        "status": error.status().as_u16(),
        "title": title,
        "detail": detail,
        "instance": format!("urn:uuid:{}", reader.request_id()),
    });
    if let WebError::Problem(problem) = error {
        body["type"] = Value::from(problem.kind);
        if !problem.faults.is_empty() {
            body["errors"] = problem
                .faults
                .iter()
                .map(|fault| json!({ "field": fault.field, "detail": text(lang, fault.key, &[]) }))
                .collect();
        }
    }
    let mut response =
        (error.status(), [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
    if error.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}
