//! All SQL of visits.

use ::store::{record, statements};
use jiff::Timestamp;
use kernel::SchoolId;

record! {
    /// A sum.
    pub struct Sum {
        /// What was summed by.
        pub word: String,
        /// Visits.
        pub visits: u64,
    }
    /// A sum of an hour.
    pub struct HourSum {
        /// The hour's beginning.
        pub hour: Timestamp,
        /// Visits.
        pub visits: u64,
    }
    /// A row as it is taken away.
    pub struct VisitRow {
        /// The hour's beginning.
        pub hour: Timestamp,
        /// The route's pattern.
        pub page: String,
        /// The host that led here; empty: none or our own.
        pub referrer: String,
        /// The browser's family.
        pub browser: String,
        /// The network.
        pub network: String,
        /// Visits.
        pub visits: u64,
    }
}

statements! {
    /// Adds to a sum.
    fn add(school: SchoolId, hour: Timestamp, page: &str, referrer: &str, browser: &str, network: &str, visits: u64) -> LaterMany<u64> =
        "insert into visit (school, hour, page, referrer, browser, network, visits) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (school, hour, page, referrer, browser, network) do update set visits = visit.visits + excluded.visits returning visits";
    /// Removes what has stood long enough, of every school.
    fn forget(before: Timestamp) across_schools -> Run = "delete from visit where hour < $1";
    /// The only school of the installation; of several one is given, with their number.
    fn schools(limit: u32) across_schools -> Many<SchoolId> = "select school from school order by school limit $1";

    /// Visits by hour.
    fn by_hour(school: SchoolId, from: Timestamp, until: Timestamp) -> Many<HourSum> =
        "select hour, cast(sum(visits) as bigint) as visits from visit where school = $1 and hour >= $2 and hour < $3 group by hour order by hour";
    /// Visits by page, the most visited first.
    fn by_page(school: SchoolId, from: Timestamp, until: Timestamp, limit: u32) -> Many<Sum> =
        "select page as word, cast(sum(visits) as bigint) as visits from visit where school = $1 and hour >= $2 and hour < $3
         group by page order by visits desc, word limit $4";
    /// Visits by browser.
    fn by_browser(school: SchoolId, from: Timestamp, until: Timestamp, limit: u32) -> Many<Sum> =
        "select browser as word, cast(sum(visits) as bigint) as visits from visit where school = $1 and hour >= $2 and hour < $3
         group by browser order by visits desc, word limit $4";
    /// Visits by the site that led here.
    fn by_referrer(school: SchoolId, from: Timestamp, until: Timestamp, limit: u32) -> Many<Sum> =
        "select referrer as word, cast(sum(visits) as bigint) as visits from visit where school = $1 and hour >= $2 and hour < $3 and referrer <> ''
         group by referrer order by visits desc, word limit $4";
    /// Rows as they are.
    fn rows(school: SchoolId, from: Timestamp, until: Timestamp, limit: u32) -> Many<VisitRow> =
        "select hour, page, referrer, browser, network, visits from visit where school = $1 and hour >= $2 and hour < $3
         order by hour, page, referrer, browser, network limit $4";
}
