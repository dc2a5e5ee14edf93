//! Schools.

use jiff::Timestamp;
use kernel::SchoolId;
use store::{record, statements};

use crate::register::OrganisationId;

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
    /// What a school's page shows.
    pub struct ProfileRow {
        /// Its name in Kazakh.
        pub name_kk: String,
        /// Its name in Russian.
        pub name_ru: String,
        /// The district to which it belongs.
        pub district: Option<OrganisationId>,
        /// Its BIN.
        pub bin: String,
        /// Its address.
        pub address: String,
        /// Its phones.
        pub phones: String,
        /// The colour of badges.
        pub badge_colour: String,
        /// The grade after which pupils finish school.
        pub last_grade: u8,
        /// Rises with each change.
        pub revision: u64,
    }
}

statements! {
    /// Adds a school.
    fn add(school: SchoolId, name_kk: &str, name_ru: &str, time_zone: &str, is_demo: bool, now: Timestamp) -> Run =
        "insert into school (school, name_kk, name_ru, time_zone, mode_since, is_demo, created_at) values ($1, $2, $3, $4, $6, $5, $6)";
    /// Schools of the installation, for the operator.
    fn all() across_schools -> Many<SchoolRow> = "select school, name_kk, name_ru, time_zone, is_demo from school order by created_at, school";
    /// What its page shows.
    fn profile(school: SchoolId) -> One<ProfileRow> =
        "select name_kk, name_ru, district, bin, address, phones, badge_colour, last_grade, revision from school where school = $1";
    /// Changes it, if nobody else has since.
    fn change(
        school: SchoolId, revision: u64, name_kk: &str, name_ru: &str, bin: &str, address: &str, phones: &str, badge_colour: &str,
        last_grade: u8,
    ) -> Run =
        "update school set name_kk = $3, name_ru = $4, bin = $5, address = $6, phones = $7, badge_colour = $8, last_grade = $9,
           revision = revision + 1 where school = $1 and revision = $2";
    /// Puts it into a district.
    fn set_district(school: SchoolId, district: OrganisationId) -> Run = "update school set district = $2 where school = $1";
    /// One school.
    fn one(school: SchoolId) -> One<SchoolRow> = "select school, name_kk, name_ru, time_zone, is_demo from school where school = $1";
}
