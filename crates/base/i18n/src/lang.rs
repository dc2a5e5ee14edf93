//! The languages, and which of them a reader wants.

use std::fmt;

/// A language of the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Lang {
    /// Kazakh, the state language.
    Kk,
    /// Russian; taken when nothing is known of the reader.
    #[default]
    Ru,
    /// English.
    En,
}

/// More entries of an `Accept-Language` header than this are not looked at.
const ACCEPT_LIMIT: usize = 32;

impl Lang {
    /// Every language, in the order in which pages offer them.
    pub const ALL: [Self; 3] = [Self::Kk, Self::Ru, Self::En];

    /// The ISO 639-1 code, as in `<html lang>`, in the cookie and in file names.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Kk => "kk",
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The language's name in itself.
    pub const fn native_name(self) -> &'static str {
        match self {
            Self::Kk => "Қазақша",
            Self::Ru => "Русский",
            Self::En => "English",
        }
    }

    /// The language of a code, with or without a region (`kk`, `ru-KZ`, `EN_us`).
    pub fn parse(code: &str) -> Option<Self> {
        let primary = code.split(['-', '_']).next().unwrap_or_default().trim();
        Self::ALL.into_iter().find(|lang| lang.code().eq_ignore_ascii_case(primary))
    }

    /// The best of our languages for an `Accept-Language` header; `None` when it names none of them.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for entry in header.split(',').take(ACCEPT_LIMIT) {
            let (code, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let weight = match parameters.trim().strip_prefix("q=") {
                Some(weight) => weight.trim().parse().unwrap_or(0.0),
                None => 1.0_f32,
            };
            let Some(lang) = Self::parse(code.trim()) else { continue };
            if weight > 0.0 && best.is_none_or(|(_, heaviest)| weight > heaviest) {
                best = Some((lang, weight));
            }
        }
        best.map(|(lang, _)| lang)
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins() {
        for (header, lang) in [
            ("kk-KZ,ru;q=0.8,en;q=0.5", Some(Lang::Kk)),
            ("de, en;q=0.5, ru;q=0.9", Some(Lang::Ru)),
            ("en-US,en;q=0.9", Some(Lang::En)),
            ("ru;q=0.5,kk;q=0.5", Some(Lang::Ru)),
            ("kk;q=0", None),
            ("kk;q=zzz", None),
            ("de-DE, *;q=0.1", None),
            ("", None),
            (";;;,,,q=", None),
        ] {
            assert_eq!(Lang::from_accept_language(header), lang, "{header:?}");
        }
    }

    #[test]
    fn a_code_is_read_with_and_without_region() {
        for (code, lang) in
            [("kk", Some(Lang::Kk)), ("RU-kz", Some(Lang::Ru)), ("en_GB", Some(Lang::En)), ("kaz", None), ("", None)]
        {
            assert_eq!(Lang::parse(code), lang, "{code:?}");
        }
    }
}
