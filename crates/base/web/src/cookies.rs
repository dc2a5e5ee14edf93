//! The cookies of the product: session, a sign-in that is half done, the browser's own mark, language, theme.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
    response::AppendHeaders,
};
use i18n::Lang;

use crate::{Theme, WebError};

/// Reads and writes cookies. Over TLS the session cookie has the `__Host-` prefix, which browsers accept only from this
/// very host; over plain HTTP (the demo on loopback) it has none, since they would drop it.
///
/// As an extractor it gives what [`harden`](crate::harden) was told.
#[derive(Clone, Copy, Debug)]
pub struct Cookies {
    /// Whether the browser reaches us over TLS.
    pub secure: bool,
}

/// Language and theme are kept so long.
const TASTE_MAX_AGE_S: u32 = 365 * 24 * 3600;
/// Browsers drop a cookie after 400 days at the latest.
const BROWSER_MAX_AGE_S: u32 = 400 * 24 * 3600;
/// Between the sign-in page and the form that it sends.
const PROBE_MAX_AGE_S: u32 = 24 * 3600;
/// A `Cookie` header's entries after these are not looked at.
const COOKIES_LIMIT: usize = 64;

impl Cookies {
    /// The session token that the browser sent.
    pub fn session(self, headers: &HeaderMap) -> Option<&str> {
        value(headers, self.session_name()).filter(|token| !token.is_empty())
    }

    /// `Set-Cookie` that signs in for `max_age_s` seconds. The token holds letters, digits, `-` and `_`.
    ///
    /// `SameSite=Lax`, not `Strict`: a link from a message must land in a signed-in page; writes are guarded by the
    /// same-origin check.
    pub fn set_session(self, token: &str, max_age_s: u32) -> HeaderValue {
        self.cookie(self.session_name(), &kept(token), max_age_s, true)
    }

    /// `Set-Cookie` that signs out.
    pub fn clear_session(self) -> HeaderValue {
        self.cookie(self.session_name(), "", 0, true)
    }

    /// The token of a sign-in that waits for its second step.
    pub fn sign_in(self, headers: &HeaderMap) -> Option<&str> {
        value(headers, self.sign_in_name()).filter(|token| !token.is_empty())
    }

    /// `Set-Cookie` that keeps a sign-in waiting for its second step, for `max_age_s` seconds.
    pub fn set_sign_in(self, token: &str, max_age_s: u32) -> HeaderValue {
        self.cookie(self.sign_in_name(), &kept(token), max_age_s, true)
    }

    /// `Set-Cookie` that ends the waiting.
    pub fn clear_sign_in(self) -> HeaderValue {
        self.cookie(self.sign_in_name(), "", 0, true)
    }

    /// The mark by which a browser is known again after its session is over. It signs nobody in.
    pub fn browser(self, headers: &HeaderMap) -> Option<&str> {
        value(headers, self.browser_name()).filter(|token| !token.is_empty())
    }

    /// `Set-Cookie` that marks the browser.
    pub fn set_browser(self, token: &str) -> HeaderValue {
        self.cookie(self.browser_name(), &kept(token), BROWSER_MAX_AGE_S, true)
    }

    /// `Set-Cookie` by which the next request shows that the browser keeps cookies. It says nothing else.
    pub fn set_probe(self) -> HeaderValue {
        self.cookie("cookies", "on", PROBE_MAX_AGE_S, true)
    }

    /// Whether the browser sent any cookie of ours, so that it is known to keep them.
    pub fn are_kept(self, headers: &HeaderMap) -> bool {
        [self.session_name(), self.sign_in_name(), self.browser_name(), "cookies", "lang", "theme"]
            .into_iter()
            .any(|name| value(headers, name).is_some())
    }

    /// The language that the reader chose.
    pub fn lang(self, headers: &HeaderMap) -> Option<Lang> {
        value(headers, "lang").and_then(Lang::parse)
    }

    /// `Set-Cookie` that keeps the language.
    pub fn set_lang(self, lang: Lang) -> HeaderValue {
        self.cookie("lang", lang.code(), TASTE_MAX_AGE_S, false)
    }

    /// The theme that the reader chose.
    pub fn theme(self, headers: &HeaderMap) -> Theme {
        value(headers, "theme").and_then(Theme::parse).unwrap_or_default()
    }

    /// `Set-Cookie` that keeps the theme.
    pub fn set_theme(self, theme: Theme) -> HeaderValue {
        self.cookie("theme", theme.as_str(), TASTE_MAX_AGE_S, false)
    }

    const fn session_name(self) -> &'static str {
        if self.secure { "__Host-session" } else { "session" }
    }

    const fn sign_in_name(self) -> &'static str {
        if self.secure { "__Host-sign-in" } else { "sign-in" }
    }

    const fn browser_name(self) -> &'static str {
        if self.secure { "__Host-browser" } else { "browser" }
    }

    fn cookie(self, name: &str, value: &str, max_age_s: u32, http_only: bool) -> HeaderValue {
        let secure = if self.secure { "; Secure" } else { "" };
        let http_only = if http_only { "; HttpOnly" } else { "" };
        let text = format!("{name}={value}; Path=/; Max-Age={max_age_s}; SameSite=Lax{http_only}{secure}");
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
    }
}

/// What of a token may stand in a cookie.
fn kept(token: &str) -> String {
    token.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .take(COOKIES_LIMIT)
        .filter_map(|entry| entry.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

impl<S: Sync> FromRequestParts<S> for Cookies {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        parts.extensions.get().copied().ok_or_else(|| WebError::internal("the router was not hardened: no Cookies"))
    }
}

/// The headers that give a browser several cookies made by [`Cookies`].
pub fn set_cookies<const N: usize>(cookies: [HeaderValue; N]) -> AppendHeaders<[(HeaderName, HeaderValue); N]> {
    AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, cookie)))
}

/// The header that gives a browser a cookie made by [`Cookies`].
pub fn set_cookie(cookie: HeaderValue) -> [(HeaderName, HeaderValue); 1] {
    [(header::SET_COOKIE, cookie)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(line: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(line))])
    }

    #[test]
    fn over_tls_only_the_host_cookie_is_a_session() {
        let headers = sent("session=evil; __Host-session=good; lang=kk; theme=dark");
        assert_eq!(Cookies { secure: true }.session(&headers), Some("good"));
        assert_eq!(Cookies { secure: false }.session(&headers), Some("evil"));
        assert_eq!(Cookies { secure: true }.lang(&headers), Some(Lang::Kk));
        assert_eq!(Cookies { secure: true }.theme(&headers), Theme::Dark);
        assert_eq!(Cookies { secure: true }.session(&sent("session=evil")), None);
    }

    #[test]
    fn the_steps_of_a_sign_in_have_cookies_of_their_own() {
        let (tls, plain) = (Cookies { secure: true }, Cookies { secure: false });
        assert_eq!(
            tls.set_sign_in("a;b", 300),
            "__Host-sign-in=ab; Path=/; Max-Age=300; SameSite=Lax; HttpOnly; Secure"
        );
        assert_eq!(tls.sign_in(&sent("sign-in=evil; session=x")), None);
        assert_eq!(plain.sign_in(&sent("session=x; sign-in=good")), Some("good"));
        assert_eq!(plain.browser(&sent("browser=mark")), Some("mark"));
        assert!(plain.are_kept(&sent("cookies=on")) && plain.are_kept(&sent("a=1; lang=kk")));
        assert!(!plain.are_kept(&sent("a=1")) && !plain.are_kept(&HeaderMap::new()));
    }

    #[test]
    fn a_session_cookie_is_out_of_reach_of_scripts() {
        let cookie = Cookies { secure: true }.set_session("aB-_9;\r\n x", 60);
        assert_eq!(cookie, "__Host-session=aB-_9x; Path=/; Max-Age=60; SameSite=Lax; HttpOnly; Secure");
        assert_eq!(Cookies { secure: false }.clear_session(), "session=; Path=/; Max-Age=0; SameSite=Lax; HttpOnly");
    }
}
