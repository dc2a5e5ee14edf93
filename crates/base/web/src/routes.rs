//! The addresses that belong to no subsystem: assets, and the choice of language and theme.

use axum::{
    Router,
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use i18n::Lang;

use crate::{Cookies, Form, Theme, WebError, assets, query::local_path};

/// `GET /assets/{file}`, `GET /favicon.ico`, `POST /language`, `POST /theme`: open to everybody.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/assets/{file}", get(asset))
        .route("/favicon.ico", get(|| async { Redirect::permanent(assets::asset("favicon.svg")) }))
        .route("/language", post(choose_language))
        .route("/theme", post(choose_theme))
}

async fn asset(Path(file): Path<String>, headers: HeaderMap) -> Response {
    assets::serve(&file, &headers)
}

async fn choose_language(cookies: Cookies, form: Form) -> Result<Response, WebError> {
    let lang = Lang::parse(form.value("lang")).ok_or(WebError::NotFound)?;
    Ok(back_with(cookies.set_lang(lang), &form))
}

async fn choose_theme(cookies: Cookies, form: Form) -> Result<Response, WebError> {
    let theme = Theme::parse(form.value("theme")).ok_or(WebError::NotFound)?;
    Ok(back_with(cookies.set_theme(theme), &form))
}

fn back_with(cookie: HeaderValue, form: &Form) -> Response {
    let next = local_path(form.value("next")).unwrap_or("/").to_owned();
    let next = HeaderValue::from_str(&next).unwrap_or(HeaderValue::from_static("/"));
    (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, next)]).into_response()
}
