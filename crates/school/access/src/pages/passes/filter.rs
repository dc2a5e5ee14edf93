//! The log's filters as they stand in the address.

use jiff::{Timestamp, ToSpan, civil, tz::TimeZone};
use kernel::{Direction, Reason, at_micros, micros};
use web::{Filters, parse_date};

use crate::queries::{PassCursor, PassFilter};

/// Names of the filters beside the search box.
pub(super) const NAMES: &[&str] = &["from", "until", "class", "point", "way", "outcome", "late", "person"];
/// Every granted pass.
pub(super) const GRANTED: &str = "yes";
/// Every refused pass.
pub(super) const REFUSED: &str = "no";
/// Those that came late.
pub(super) const LATE: &str = "late";

/// What the address asks for; what is not understood is not asked for.
pub(super) fn wanted(filters: &Filters, zone: &TimeZone) -> PassFilter {
    let outcome = filters.get("outcome").unwrap_or_default();
    PassFilter {
        from: filters.parsed("from", parse_date).and_then(|day| midnight(day, zone)),
        until: filters.parsed("until", parse_date).and_then(|day| midnight(day.checked_add(1.day()).ok()?, zone)),
        person: filters.parsed("person", |id| id.parse().ok()),
        name: filters.get("q").unwrap_or_default().to_owned(),
        class: filters.parsed("class", |id| id.parse().ok()),
        point: filters.parsed("point", |id| id.parse().ok()),
        direction: filters.parsed("way", Direction::parse),
        is_granted: match outcome {
            GRANTED => Some(true),
            REFUSED => Some(false),
            _ => None,
        },
        reason: Reason::parse(outcome),
        is_late: filters.get("late").filter(|late| *late == LATE).map(|_| true),
    }
}

fn midnight(day: civil::Date, zone: &TimeZone) -> Option<Timestamp> {
    day.to_zoned(zone.clone()).ok().map(|begin| begin.timestamp())
}

/// The row after which the page begins.
pub(super) fn after(filters: &Filters) -> Option<PassCursor> {
    let (at, id) = filters.get("after")?.split_once('.')?;
    Some(PassCursor { at: at_micros(at.parse().ok()?), id: id.parse().ok()? })
}

/// The address of the page that begins after this row.
pub(super) fn older(filters: &Filters, cursor: PassCursor) -> String {
    let after = format!("{}.{}", micros(cursor.at), cursor.id);
    let pairs = filters.others(&["page", "after", "done"]).chain([("after", after.as_str())]);
    web::address(super::PATH, pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn almaty() -> TimeZone {
        TimeZone::get("Asia/Almaty").unwrap()
    }

    #[test]
    fn days_are_whole_days_of_the_school() {
        let wanted = wanted(&Filters::parse("/passes", "from=2026-11-23&until=23.11.2026"), &almaty());
        assert_eq!(wanted.from, Some("2026-11-22T19:00:00Z".parse().unwrap()));
        assert_eq!(wanted.until, Some("2026-11-23T19:00:00Z".parse().unwrap()));
    }

    #[test]
    fn an_outcome_is_granted_refused_or_one_reason() {
        for (query, granted, reason) in [
            ("outcome=yes", Some(true), None),
            ("outcome=no", Some(false), None),
            ("outcome=no_right", None, Some(Reason::NoRight)),
            ("outcome=perhaps", None, None),
            ("", None, None),
        ] {
            let wanted = wanted(&Filters::parse("/passes", query), &almaty());
            assert_eq!((wanted.is_granted, wanted.reason), (granted, reason), "{query}");
        }
    }

    #[test]
    fn the_next_page_is_found_again_and_keeps_the_filters() {
        let cursor =
            PassCursor { at: at_micros(1_795_000_000_123_456), id: kernel::PassId::from_slice(&[7; 16]).unwrap() };
        let link = older(&Filters::parse("/passes", "q=%D3%99&after=1.2"), cursor);
        let (path, query) = link.split_once('?').unwrap();
        let filters = Filters::parse(path, query);
        assert_eq!(after(&filters), Some(cursor));
        assert_eq!(filters.get("q"), Some("ә"));
    }

    #[test]
    fn nonsense_in_the_address_asks_for_everything() {
        for query in
            ["from=x&until=99.99.9999&person=1&class=..&point=%00&way=up&late=no", "after=", "after=1", "after=x.y"]
        {
            let filters = Filters::parse("/passes", query);
            assert!(wanted(&filters, &almaty()) == PassFilter::default(), "{query}");
            assert_eq!(after(&filters), None, "{query}");
        }
    }
}
