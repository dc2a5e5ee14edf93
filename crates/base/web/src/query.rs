//! Filters in the address, and links that keep the others.

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::WebError;

/// The query part of an address: an ordered list of names and values.
///
/// As an extractor it reads the request's query. Empty values are dropped, since a form sends them for unused filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    path: String,
    pairs: Vec<(String, String)>,
}

/// More filters than this, or longer ones, are not looked at.
const PAIRS_LIMIT: usize = 64;
const VALUE_LIMIT: usize = 512;

/// Which page of a list is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PagePosition {
    /// From 1.
    pub number: u32,
    /// Rows on a page.
    pub size: u32,
}

impl PagePosition {
    /// How many rows stand before this page.
    pub fn offset(self) -> u64 {
        u64::from(self.number - 1) * u64::from(self.size)
    }
}

impl Filters {
    /// The filters of an address.
    pub fn parse(path: &str, query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes())
            .take(PAIRS_LIMIT)
            .filter(|(_, value)| !value.is_empty() && value.len() <= VALUE_LIMIT)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        Self { path: path.to_owned(), pairs }
    }

    /// The first value of a filter, without spaces around it; `None` when it is not set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of a filter.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.pairs
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// A filter read by its type's parser; what is not understood counts as not set.
    pub fn parsed<T>(&self, name: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        self.get(name).and_then(parse)
    }

    /// Whether any of these filters is set.
    pub fn any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.get(name).is_some())
    }

    /// The page asked for by `page=N`, with this many rows each.
    pub fn page(&self, size: u32) -> PagePosition {
        PagePosition {
            number: self.get("page").and_then(|text| text.parse().ok()).unwrap_or(1).clamp(1, 1_000_000),
            size,
        }
    }

    /// The column asked for by `sort=name` or `sort=-name` (falling), if it is one of these.
    pub fn sort<'a>(&self, columns: &[&'a str]) -> Option<(&'a str, bool)> {
        let asked = self.get("sort")?;
        let (name, falling) = asked.strip_prefix('-').map_or((asked, false), |name| (name, true));
        columns.iter().find(|column| **column == name).map(|column| (*column, falling))
    }

    /// The same address with this filter set anew. The page number is dropped, since another choice has other pages.
    pub fn with(&self, name: &str, value: impl AsRef<str>) -> String {
        let replaced = [name, "page", "after"];
        let mut pairs: Vec<(&str, &str)> = self.others(&replaced).collect();
        if !value.as_ref().is_empty() {
            pairs.push((name, value.as_ref()));
        }
        address(&self.path, pairs)
    }

    /// The same address without these filters and the page number.
    pub fn without(&self, names: &[&str]) -> String {
        address(&self.path, self.others(names).filter(|(key, _)| !matches!(*key, "page" | "after")))
    }

    /// The address of another page of the same list.
    pub fn at_page(&self, number: u32) -> String {
        let number = number.to_string();
        let page = (number != "1").then_some(("page", number.as_str()));
        address(&self.path, self.others(&["page"]).chain(page))
    }

    /// The same filters at another path, as an export needs them.
    pub fn at_path(&self, path: &str) -> String {
        address(path, self.others(&["page", "after"]))
    }

    /// Every filter but these, for hidden fields of a search form.
    pub fn others<'a>(&'a self, names: &'a [&'a str]) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())).filter(|(key, _)| !names.contains(key))
    }
}

impl<S: Sync> FromRequestParts<S> for Filters {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        Ok(Self::parse(parts.uri.path(), parts.uri.query().unwrap_or_default()))
    }
}

/// A path with a query made of these pairs.
pub fn address<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The text as it stands in a query.
pub(crate) fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The text when it is a path of this site, so that a redirect cannot leave it.
pub fn local_path(text: &str) -> Option<&str> {
    let inside = text.starts_with('/')
        && !text.starts_with("//")
        && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (inside && text.len() <= 2048).then_some(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_link_keeps_the_other_filters_and_begins_at_the_first_page() {
        let filters = Filters::parse("/passes", "day=2026-11-23&q=%D3%99&page=7&reason=&sort=-at");
        assert_eq!(filters.with("reason", "no_right"), "/passes?day=2026-11-23&q=%D3%99&sort=-at&reason=no_right");
        assert_eq!(filters.with("day", ""), "/passes?q=%D3%99&sort=-at");
        assert_eq!(filters.without(&["q", "sort", "day"]), "/passes");
        assert_eq!(filters.at_page(8), "/passes?day=2026-11-23&q=%D3%99&sort=-at&page=8");
        assert_eq!(filters.at_page(1), "/passes?day=2026-11-23&q=%D3%99&sort=-at");
        assert_eq!(filters.page(50).offset(), 300);
        assert_eq!(filters.sort(&["name", "at"]), Some(("at", true)));
        assert_eq!(filters.get("reason"), None);
    }

    #[test]
    fn a_redirect_cannot_leave_the_site() {
        for (text, inside) in [
            ("/passes?day=1", true),
            ("/", true),
            ("//evil.example", false),
            ("/\\evil.example", false),
            ("https://evil.example", false),
            ("javascript:alert(1)", false),
            ("", false),
            ("/a\nb", false),
            ("/a b", false),
        ] {
            assert_eq!(local_path(text).is_some(), inside, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_set_is_read_again(value in "\\PC{1,40}") {
            prop_assume!(!value.trim().is_empty());
            let link = Filters::parse("/x", "a=1").with("q", &value);
            let (path, query) = link.split_once('?').unwrap();
            let read = Filters::parse(path, query);
            prop_assert_eq!(read.get("q"), Some(value.trim()));
        }
    }
}
