//! Texts in Kazakh, Russian and English from Fluent files.
//!
//! A subsystem keeps its texts in `locales/{kk,ru,en}.ftl` and registers them once in its `lib.rs`:
//!
//! ```ignore
//! i18n::catalog!("access", kk = include_str!("../locales/kk.ftl"), ru = include_str!("../locales/ru.ftl"),
//!     en = include_str!("../locales/en.ftl"));
//! ```
//!
//! A page then says `msg!(lang, "access-log-title")` or `msg!(lang, "access-log-found", count = 3)`. Every key begins
//! with its catalog's name and a hyphen, so two subsystems cannot claim the same key. Where the end of a key comes from
//! a value, `msg_dyn!(lang, "access-reason-", reason.as_str())` says so in a way that [`scan`] understands.
//!
//! The catalogs of all linked crates are merged at first use. [`check_all`] and [`scan`] find what a translator or a
//! programmer forgot; a test of the whole house runs both. A text never fails at run time: a missing key falls back to
//! another language, then to `⟦key⟧`, and is logged once.

mod catalog;
mod check;
mod format;
mod lang;
mod scan;

pub use catalog::{Arg, CATALOGS, Catalog, text};
pub use check::{Problem, check, check_all};
pub use format::{
    clock_time, date, date_long, date_time, day_and_month, local, money_tiyn, month_name, number, time,
    time_with_seconds, weekday_name, weekday_short,
};
pub use lang::Lang;
pub use scan::{scan, scan_with};

#[doc(hidden)]
pub use linkme;

/// Registers the texts of a crate: `catalog!("access", kk = include_str!(…), ru = include_str!(…), en = include_str!(…));`
///
/// The first word is the prefix of all its keys.
#[macro_export]
macro_rules! catalog {
    ($name:literal, kk = $kk:expr, ru = $ru:expr, en = $en:expr $(,)?) => {
        const _: () = {
            #[$crate::linkme::distributed_slice($crate::CATALOGS)]
            #[linkme(crate = $crate::linkme)]
            static CATALOG: $crate::Catalog = $crate::Catalog { name: $name, kk: $kk, ru: $ru, en: $en };
        };
    };
}

/// The text of a key in a language: `msg!(lang, "access-log-title")`, `msg!(lang, "access-log-found", count = 3, name = "5Б")`.
///
/// Arguments are integers (shown with grouped digits, choose plural forms), `&str` or `String`. Gives a `String`.
#[macro_export]
macro_rules! msg {
    ($lang:expr, $key:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::text($lang, $key, &[$((stringify!($name), $crate::Arg::from($value))),*])
    };
}

/// The text of a key whose end is known only at run time: `msg_dyn!(lang, "access-reason-", reason.as_str())`.
///
/// [`scan`](fn@crate::scan) takes every key with this prefix for used.
#[macro_export]
macro_rules! msg_dyn {
    ($lang:expr, $prefix:literal, $rest:expr $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::text($lang, &[$prefix, ::core::convert::AsRef::<str>::as_ref(&$rest)].concat(), &[$((stringify!($name), $crate::Arg::from($value))),*])
    };
}
