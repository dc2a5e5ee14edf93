//! Bell schedules, and when they hold.

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::SchoolId;
use people::person::Shift;
use store::{StoreError, Tx, record, statements};

use super::{grades, misfit, shift};
use crate::model::{
    Audience, BellRule, BellRuleId, BellSchedule, BellScheduleId, Bells, BellsWhen, Label, LessonTime, LessonTimes,
};

record! {
    /// A schedule without its lessons.
    pub struct ScheduleRow {
        /// Which.
        pub id: BellScheduleId,
        /// Its name.
        pub name: String,
        /// Rises with each change.
        pub revision: u64,
    }
    /// A lesson of a schedule.
    pub struct LessonRow {
        /// The schedule.
        pub schedule: BellScheduleId,
        /// 1 or 2.
        pub shift: u8,
        /// Its number.
        pub number: u8,
        /// From this minute.
        pub from_min: u16,
        /// Before this minute.
        pub until_min: u16,
    }
    /// When a schedule holds.
    pub struct RuleRow {
        /// Which.
        pub id: BellRuleId,
        /// The schedule.
        pub schedule: BellScheduleId,
        /// On this day only.
        pub day: Option<Date>,
        /// Bit 0 Monday.
        pub weekdays: u8,
        /// In this shift only.
        pub shift: Option<u8>,
        /// The lowest grade.
        pub grade_from: u8,
        /// The highest grade.
        pub grade_to: u8,
    }
}

statements! {
    /// Schedules, the oldest first.
    fn schedule_rows(school: SchoolId) -> Many<ScheduleRow> =
        "select id, name, revision from bell_schedule where school = $1 order by id";
    /// The lessons of all schedules, in order.
    fn lesson_rows(school: SchoolId) -> Many<LessonRow> =
        "select schedule, shift, number, from_min, until_min from bell_lesson where school = $1 order by schedule, shift, number";
    /// When schedules hold.
    fn rule_rows(school: SchoolId) -> Many<RuleRow> =
        "select id, schedule, day, weekdays, shift, grade_from, grade_to from bell_rule where school = $1 order by id";
    /// The schedule of this name.
    fn named(school: SchoolId, name: &str) -> One<BellScheduleId> =
        "select id from bell_schedule where school = $1 and name = $2";
    /// The revision of a schedule.
    fn revision(school: SchoolId, id: BellScheduleId) -> One<u64> =
        "select revision from bell_schedule where school = $1 and id = $2";
    /// Adds a schedule.
    fn add(school: SchoolId, id: BellScheduleId, name: &str) -> Run =
        "insert into bell_schedule (school, id, name) values ($1, $2, $3)";
    /// Changes a schedule that nobody else has changed since.
    fn change(school: SchoolId, id: BellScheduleId, revision: u64, name: &str) -> Run =
        "update bell_schedule set name = $4, revision = revision + 1 where school = $1 and id = $2 and revision = $3";
    /// Removes a schedule whose lessons are gone.
    fn remove(school: SchoolId, id: BellScheduleId) -> Run = "delete from bell_schedule where school = $1 and id = $2";
    /// Removes the lessons of a schedule.
    fn remove_lessons(school: SchoolId, schedule: BellScheduleId) -> Run =
        "delete from bell_lesson where school = $1 and schedule = $2";
    /// Adds a lesson.
    fn add_lesson(school: SchoolId, schedule: BellScheduleId, shift: u8, number: u8, from_min: u16, until_min: u16) -> Run =
        "insert into bell_lesson (school, schedule, shift, number, from_min, until_min) values ($1, $2, $3, $4, $5, $6)";
    /// Says when a schedule holds.
    fn add_rule(
        school: SchoolId, id: BellRuleId, schedule: BellScheduleId, day: Option<Date>, weekdays: u8, shift: Option<u8>, grade_from: u8,
        grade_to: u8,
    ) -> Run =
        "insert into bell_rule (school, id, schedule, day, weekdays, shift, grade_from, grade_to) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// Removes a rule; gives its schedule.
    fn remove_rule(school: SchoolId, id: BellRuleId) -> One<BellScheduleId> =
        "delete from bell_rule where school = $1 and id = $2 returning schedule";
}

/// The bells of a school.
pub(crate) fn all(tx: &mut Tx<'_>, school: SchoolId) -> Result<Bells, StoreError> {
    let mut lessons: HashMap<(BellScheduleId, u8), Vec<LessonTime>> = HashMap::new();
    for LessonRow { schedule, shift, number, from_min, until_min } in lesson_rows(tx, school)? {
        lessons.entry((schedule, shift)).or_default().push(LessonTime { number, from_min, until_min });
    }
    let mut times = |id, shift: Shift| {
        let rows = lessons.remove(&(id, shift.number())).unwrap_or_default();
        LessonTimes::new(rows).map_err(|_| misfit("bell_lesson", "from_min"))
    };
    let mut schedules = Vec::new();
    for row in schedule_rows(tx, school)? {
        let name = Label::parse(&row.name).map_err(|_| misfit("bell_schedule", "name"))?;
        let (first, second) = (times(row.id, Shift::First)?, times(row.id, Shift::Second)?);
        schedules.push(BellSchedule { id: row.id, name, first, second, revision: row.revision });
    }
    let rule = |row: RuleRow| {
        let audience = Audience {
            shift: shift("bell_rule", row.shift)?,
            grades: grades("bell_rule", row.grade_from, row.grade_to)?,
        };
        let when = BellsWhen { day: row.day, weekdays: row.weekdays, audience };
        Ok(BellRule { id: row.id, schedule: row.schedule, when })
    };
    let rules = rule_rows(tx, school)?.into_iter().map(rule).collect::<Result<_, StoreError>>()?;
    Ok(Bells::new(schedules, rules))
}

/// Writes the lessons of a schedule in place of those it has.
pub(crate) fn put_lessons(
    tx: &mut Tx<'_>,
    school: SchoolId,
    schedule: BellScheduleId,
    lessons: [(Shift, &LessonTimes); 2],
) -> Result<(), StoreError> {
    remove_lessons(tx, school, schedule)?;
    for (shift, times) in lessons {
        for lesson in times.lessons() {
            add_lesson(tx, school, schedule, shift.number(), lesson.number, lesson.from_min, lesson.until_min)?;
        }
    }
    Ok(())
}

/// Says when a schedule holds.
pub(crate) fn put_rule(tx: &mut Tx<'_>, school: SchoolId, rule: &BellRule) -> Result<(), StoreError> {
    let BellsWhen { day, weekdays, audience: Audience { shift, grades } } = rule.when;
    let shift = shift.map(Shift::number);
    add_rule(tx, school, rule.id, rule.schedule, day, weekdays, shift, grades.from(), grades.to()).map(|_| ())
}
