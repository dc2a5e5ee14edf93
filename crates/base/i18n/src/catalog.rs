//! The catalogs of all crates, merged into one bundle a language, and the look-up of a text.

use std::{
    borrow::Cow,
    collections::HashSet,
    sync::{LazyLock, Mutex, PoisonError},
};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::{Lang, format::number};

/// The texts of one crate in the three languages, as Fluent source. Made by [`catalog!`](crate::catalog!).
#[derive(Clone, Copy, Debug)]
pub struct Catalog {
    /// The subsystem; every key begins with it and a hyphen.
    pub name: &'static str,
    /// Kazakh.
    pub kk: &'static str,
    /// Russian.
    pub ru: &'static str,
    /// English.
    pub en: &'static str,
}

impl Catalog {
    /// The Fluent source in a language.
    pub const fn source(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::Kk => self.kk,
            Lang::Ru => self.ru,
            Lang::En => self.en,
        }
    }
}

/// The catalogs of all linked crates.
#[linkme::distributed_slice]
pub static CATALOGS: [Catalog];

/// The value of a variable in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg<'a> {
    /// A whole number: shown with grouped digits, chooses a plural form.
    Int(i64),
    /// A text, put in as it is.
    Text(Cow<'a, str>),
}

macro_rules! int_args {
    ($($int:ty),*) => {$(
        impl From<$int> for Arg<'_> {
            fn from(value: $int) -> Self {
                Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
            }
        }
    )*};
}
int_args!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl<'a> From<&'a str> for Arg<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}
impl<'a> From<&'a String> for Arg<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}
impl From<String> for Arg<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}
impl<'a> From<Cow<'a, str>> for Arg<'a> {
    fn from(value: Cow<'a, str>) -> Self {
        Self::Text(value)
    }
}

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 3]> = LazyLock::new(|| Lang::ALL.map(|lang| bundle(lang, &CATALOGS)));

fn bundle(lang: Lang, catalogs: &[Catalog]) -> Bundle {
    let locale: LanguageIdentifier = lang.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Isolation marks would stand in titles, file names and CSV; our texts are all written left to right.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number_value) if number_value.value.fract() == 0.0 => {
            Some(number(number_value.value as i64))
        }
        _ => None,
    }));
    for catalog in catalogs {
        let resource = FluentResource::try_new(catalog.source(lang).to_owned()).unwrap_or_else(|(resource, errors)| {
            tracing::error!(catalog = catalog.name, %lang, errors = errors.len(), "a catalog has syntax errors");
            resource
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(catalog = catalog.name, %lang, errors = errors.len(), "a catalog repeats keys");
        }
    }
    bundle
}

/// The text of `key` in `lang`. Prefer [`msg!`](crate::msg!), whose keys are checked; this is for a key that stands
/// as a literal elsewhere (`text(lang, error.key(), &[])`).
///
/// A key that `lang` lacks is taken from Russian, Kazakh or English, in this order; one that none has is shown as
/// `⟦key⟧`. Either is logged once.
pub fn text(lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> String {
    let found = render(&BUNDLES[lang as usize], key, args);
    found.unwrap_or_else(|| {
        log_once(lang, key);
        [Lang::Ru, Lang::Kk, Lang::En]
            .into_iter()
            .find_map(|other| render(&BUNDLES[other as usize], key, args))
            .unwrap_or_else(|| format!("⟦{key}⟧"))
    })
}

fn render(bundle: &Bundle, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
    let pattern = bundle.get_message(key)?.value()?;
    let mut fluent_args = FluentArgs::with_capacity(args.len());
    for (name, value) in args {
        match value {
            Arg::Int(value) => fluent_args.set(*name, *value),
            Arg::Text(value) => fluent_args.set(*name, value.as_ref()),
        }
    }
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(&fluent_args), &mut errors).into_owned();
    if !errors.is_empty() {
        tracing::warn!(key, "a text lacks a variable");
    }
    Some(text)
}

/// So many different missing keys are remembered; more are a defect that a log of this size already tells.
const LOGGED_LIMIT: usize = 1000;

fn log_once(lang: Lang, key: &str) {
    static LOGGED: LazyLock<Mutex<HashSet<(Lang, String)>>> = LazyLock::new(Mutex::default);
    let mut logged = LOGGED.lock().unwrap_or_else(PoisonError::into_inner);
    if logged.len() < LOGGED_LIMIT && logged.insert((lang, key.to_owned())) {
        tracing::warn!(%lang, key, "a text is missing");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_key_shows_itself_and_never_fails() {
        assert_eq!(text(Lang::Kk, "nobody-wrote-this", &[]), "⟦nobody-wrote-this⟧");
    }
}
