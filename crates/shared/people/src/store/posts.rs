//! Posts that persons hold or held.

use jiff::civil::Date;
use kernel::{PersonId, SchoolId};
use store::{record, statements};

use crate::register::PostId;

record! {
    /// A post.
    pub struct PostRow {
        /// Which.
        pub id: PostId,
        /// Whose.
        pub person: PersonId,
        /// What the person works as.
        pub position: String,
        /// Where in the school.
        pub department: String,
        /// How much of a full post, in percent.
        pub rate_percent: u32,
        /// From this day.
        pub since: Date,
        /// Up to and with this day.
        pub until: Option<Date>,
        /// Hours of the week.
        pub schedule: String,
    }
}

statements! {
    /// Gives somebody a post.
    fn add(
        school: SchoolId, id: PostId, person: PersonId, position: &str, department: &str, rate_percent: u32, since: Date, until: Option<Date>,
        schedule: &str,
    ) -> Run =
        "insert into employment (school, id, person, position, department, rate_percent, since, until, schedule)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// Changes a post.
    fn change(
        school: SchoolId, id: PostId, position: &str, department: &str, rate_percent: u32, since: Date, until: Option<Date>, schedule: &str,
    ) -> Run =
        "update employment set position = $3, department = $4, rate_percent = $5, since = $6, until = $7, schedule = $8
         where school = $1 and id = $2";
    /// The posts of a person, those that go on first, then the newest.
    fn of_person(school: SchoolId, person: PersonId) -> Many<PostRow> =
        "select id, person, position, department, rate_percent, since, until, schedule from employment
         where school = $1 and person = $2 order by case when until is null then 0 else 1 end, since desc, id desc limit 50";
    /// One post.
    fn one(school: SchoolId, id: PostId) -> One<PostRow> =
        "select id, person, position, department, rate_percent, since, until, schedule from employment where school = $1 and id = $2";
}
