//! Who reads: language, theme, whether a whole page or a fragment of one is wanted.

use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, Uri, header, request::Parts},
};
use i18n::Lang;

use crate::Cookies;

/// Light, dark, or as the reader's system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order in which pages offer them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The word in the cookie and in `data-theme`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == word)
    }
}

/// What a page has to know of its reader. An extractor that never fails; clones share what [`Reader::prefer`] set.
///
/// The language is the one chosen on the page (cookie), else the signed-in user's, else the browser's, else Russian.
#[derive(Clone, Debug)]
pub struct Reader(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    chosen: Option<Lang>,
    preferred: OnceLock<Lang>,
    accepted: Option<Lang>,
    theme: Theme,
    path: String,
    fragment: bool,
    json: bool,
    page_target: Option<String>,
    request_id: String,
}

impl Reader {
    pub(crate) fn of(headers: &HeaderMap, uri: &Uri, method: &Method, cookies: Cookies, request_id: String) -> Self {
        Self::made(headers, uri, method, Some(cookies), request_id)
    }

    /// A program that shows a token: cookies count for nothing, whatever goes wrong is told as JSON.
    pub(crate) fn of_program(headers: &HeaderMap, uri: &Uri, method: &Method, request_id: String) -> Self {
        Self::made(headers, uri, method, None, request_id)
    }

    fn made(headers: &HeaderMap, uri: &Uri, method: &Method, cookies: Option<Cookies>, request_id: String) -> Self {
        let word =
            |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let htmx = |name: &'static str| word(header::HeaderName::from_static(name)) == "true";
        // A page restored from htmx's history, and one that replaces the whole body, is wanted whole.
        let fragment = htmx("hx-request") && !htmx("hx-history-restore-request") && !htmx("hx-boosted");
        let accept = word(header::ACCEPT);
        let path = if method == Method::GET { uri.path_and_query().map_or("/", |path| path.as_str()) } else { "/" };
        Self(Arc::new(Inner {
            chosen: cookies.and_then(|cookies| cookies.lang(headers)),
            preferred: OnceLock::new(),
            accepted: Lang::from_accept_language(word(header::ACCEPT_LANGUAGE)),
            theme: cookies.map_or(Theme::Auto, |cookies| cookies.theme(headers)),
            path: path.to_owned(),
            fragment,
            json: cookies.is_none() || (accept.contains("json") && !accept.contains("text/html")),
            page_target: Some(word(header::HeaderName::from_static("hx-target")).to_owned())
                .filter(|target| !target.is_empty()),
            request_id,
        }))
    }

    /// The reader's language.
    pub fn lang(&self) -> Lang {
        self.0.chosen.or_else(|| self.0.preferred.get().copied()).or(self.0.accepted).unwrap_or_default()
    }

    /// Tells the language that the signed-in user keeps; what was chosen on the page goes before it. Only the first call counts.
    pub fn prefer(&self, lang: Lang) {
        let _ = self.0.preferred.set(lang);
    }

    /// The reader's theme.
    pub fn theme(&self) -> Theme {
        self.0.theme
    }

    /// Whether htmx asks for a part of a page.
    pub fn wants_fragment(&self) -> bool {
        self.0.fragment
    }

    /// Whether a program asks that wants JSON.
    pub fn wants_json(&self) -> bool {
        self.0.json
    }

    /// The id of the element that htmx will fill.
    pub fn fragment_target(&self) -> Option<&str> {
        self.0.page_target.as_deref()
    }

    /// Path and query of the page that is read; `/` while something is posted.
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The id of this request, as it stands in the log.
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        if let Some(reader) = parts.extensions.get::<Self>() {
            return Ok(reader.clone());
        }
        // A router that was not hardened, as in a test of one handler.
        let cookies = Cookies { secure: false };
        Ok(Self::of(&parts.headers, &parts.uri, &parts.method, cookies, String::new()))
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn reader(headers: &[(&'static str, &'static str)]) -> Reader {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        Reader::of(&headers, &Uri::from_static("/passes?day=1"), &Method::GET, Cookies { secure: false }, String::new())
    }

    #[test]
    fn what_was_chosen_goes_before_the_users_and_the_browsers_language() {
        let browser = reader(&[("accept-language", "en")]);
        assert_eq!(browser.lang(), Lang::En);
        browser.prefer(Lang::Kk);
        assert_eq!(browser.clone().lang(), Lang::Kk);
        let chosen = reader(&[("accept-language", "en"), ("cookie", "lang=ru")]);
        chosen.prefer(Lang::Kk);
        assert_eq!(chosen.lang(), Lang::Ru);
        assert_eq!(reader(&[]).lang(), Lang::Ru);
    }

    #[test]
    fn a_page_from_htmx_history_is_wanted_whole() {
        assert!(reader(&[("hx-request", "true")]).wants_fragment());
        assert!(!reader(&[("hx-request", "true"), ("hx-history-restore-request", "true")]).wants_fragment());
        assert!(!reader(&[]).wants_fragment());
        assert_eq!(reader(&[]).path(), "/passes?day=1");
    }
}
