//! Schools.

use jiff::Timestamp;
use kernel::SchoolId;
use store::{record, statements};

record! {
    /// A school.
    pub struct SchoolRow {
        /// Which.
        pub school: SchoolId,
        /// Its name in Kazakh.
        pub name_kk: String,
        /// Its name in Russian.
        pub name_ru: String,
        /// IANA name of its time zone.
        pub time_zone: String,
        /// Whether it is made up.
        pub is_demo: bool,
    }
}

statements! {
    /// Adds a school.
    fn add(school: SchoolId, name_kk: &str, name_ru: &str, time_zone: &str, is_demo: bool, now: Timestamp) -> Run =
        "insert into school (school, name_kk, name_ru, time_zone, mode_since, is_demo, created_at) values ($1, $2, $3, $4, $6, $5, $6)";
    /// Schools of the installation, for the operator.
    fn all() across_schools -> Many<SchoolRow> = "select school, name_kk, name_ru, time_zone, is_demo from school order by created_at, school";
    /// One school.
    fn one(school: SchoolId) -> One<SchoolRow> = "select school, name_kk, name_ru, time_zone, is_demo from school where school = $1";
}
