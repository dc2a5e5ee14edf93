//! Working hours, letters and entries of the time sheet.

use jiff::{Timestamp, civil::Date};
use kernel::{PersonId, SchoolId, UserId};
use store::{record, statements};

use crate::model::{Code, CodeFault, Entered, TimeCode, WorkPlan};

record! {
    /// A person's working hours.
    pub struct PlanRow {
        /// Whose.
        pub person: PersonId,
        /// Working days.
        pub weekdays: u8,
        /// Work begins.
        pub from_min: u16,
        /// Work ends.
        pub until_min: u16,
        /// The break.
        pub break_min: u16,
    }
    /// A letter.
    pub struct CodeRow {
        /// The letter.
        pub code: String,
        /// In Kazakh.
        pub name_kk: String,
        /// In Russian.
        pub name_ru: String,
        /// Whether hours go with it.
        pub is_work: bool,
    }
    /// The newest entry of a day.
    pub struct TimeMarkRow {
        /// Which day.
        pub day: Date,
        /// Whose.
        pub person: PersonId,
        /// The letter; empty: withdrawn.
        pub code: String,
        /// Minutes of work.
        pub minutes: u16,
        /// Of these at night.
        pub night_min: u16,
    }
    /// An entry of a day with who made it.
    pub struct TimeHistoryRow {
        /// Its number.
        pub revision: u64,
        /// The letter; empty: withdrawn.
        pub code: String,
        /// Minutes of work.
        pub minutes: u16,
        /// Of these at night.
        pub night_min: u16,
        /// Who entered it.
        pub author_name: Option<String>,
        /// When.
        pub at: Timestamp,
    }
}

impl PlanRow {
    /// The hours.
    pub(crate) const fn plan(&self) -> WorkPlan {
        WorkPlan {
            weekdays: self.weekdays,
            from_min: self.from_min,
            until_min: self.until_min,
            break_min: self.break_min,
        }
    }
}

impl CodeRow {
    /// The letter.
    pub(crate) fn code(self) -> Result<TimeCode, CodeFault> {
        Ok(TimeCode {
            code: Code::parse(&self.code)?,
            name_kk: self.name_kk,
            name_ru: self.name_ru,
            is_work: self.is_work,
        })
    }
}

impl TimeMarkRow {
    /// What was entered, unless it is withdrawn.
    pub(crate) fn entered(&self) -> Option<Entered> {
        Some(Entered { code: Code::parse(&self.code).ok()?, minutes: self.minutes, night_min: self.night_min })
    }
}

statements! {
    /// Working hours of those who have their own.
    fn plans(school: SchoolId) -> Many<PlanRow> =
        "select person, weekdays, from_min, until_min, break_min from work_plan where school = $1";
    /// A person's own working hours.
    fn put_plan(school: SchoolId, person: PersonId, weekdays: u8, from_min: u16, until_min: u16, break_min: u16) -> Run =
        "insert into work_plan (school, person, weekdays, from_min, until_min, break_min) values ($1, $2, $3, $4, $5, $6)
         on conflict (school, person) do update set weekdays = excluded.weekdays, from_min = excluded.from_min,
           until_min = excluded.until_min, break_min = excluded.break_min";
    /// A person works when the school does.
    fn remove_plan(school: SchoolId, person: PersonId) -> Run = "delete from work_plan where school = $1 and person = $2";
    /// The school's letters, when somebody has changed them.
    fn codes(school: SchoolId) -> Many<CodeRow> =
        "select code, name_kk, name_ru, is_work from time_code where school = $1 order by position, code";
    /// Adds or changes a letter.
    fn put_code(school: SchoolId, code: &str, position: u32, name_kk: &str, name_ru: &str, is_work: bool) -> Run =
        "insert into time_code (school, code, position, name_kk, name_ru, is_work) values ($1, $2, $3, $4, $5, $6)
         on conflict (school, code) do update set name_kk = excluded.name_kk, name_ru = excluded.name_ru, is_work = excluded.is_work";
    /// Removes a letter from the list; entries that have it keep it.
    fn remove_code(school: SchoolId, code: &str) -> Run = "delete from time_code where school = $1 and code = $2";
    /// The newest entry of each day.
    fn newest(school: SchoolId, from: Date, until: Date) -> Many<TimeMarkRow> =
        "select m.day, m.person, m.code, m.minutes, m.night_min from time_mark m
         where m.school = $1 and m.day between $2 and $3
           and m.revision = (select max(n.revision) from time_mark n
             where n.school = m.school and n.day = m.day and n.person = m.person)";
    /// Every entry of a day, the newest first.
    fn history(school: SchoolId, day: Date, person: PersonId) -> Many<TimeHistoryRow> =
        "select m.revision, m.code, m.minutes, m.night_min, u.name as author_name, m.at
         from time_mark m left join user_account u on u.school = m.school and u.id = m.author
         where m.school = $1 and m.day = $2 and m.person = $3 order by m.revision desc";
    /// The number of the newest entry of a day; 0: none.
    fn revision(school: SchoolId, day: Date, person: PersonId) -> Exactly<u64> =
        "select coalesce(max(revision), 0) from time_mark where school = $1 and day = $2 and person = $3";
    /// Adds an entry. None is added when somebody else has added one of this number.
    fn insert(
        school: SchoolId, day: Date, person: PersonId, revision: u64, code: &str, minutes: u16, night_min: u16, author: Option<UserId>,
        at: Timestamp,
    ) -> Run =
        "insert into time_mark (school, day, person, revision, code, minutes, night_min, author, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (school, day, person, revision) do nothing";
}
