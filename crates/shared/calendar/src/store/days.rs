//! Holidays and changed days.

use jiff::civil::Date;
use kernel::SchoolId;
use people::person::Shift;
use store::{StoreError, Tx, record, statements};

use super::{grades, misfit, shift};
use crate::model::{
    ActId, Audience, Change, DayChange, DayChangeId, Holiday, HolidayName, Label, Occasion, weekday_number, weekday_of,
};

record! {
    /// A holiday.
    pub struct HolidayRow {
        /// The day.
        pub day: Date,
        /// Its name, when it is the school's own.
        pub name: String,
        /// The word of its occasion, or `own`.
        pub occasion: String,
        /// Whether it is to be confirmed.
        pub is_guess: bool,
    }
    /// A changed day.
    pub struct ChangeRow {
        /// Which.
        pub id: DayChangeId,
        /// What it was made together with.
        pub act: ActId,
        /// The day.
        pub day: Date,
        /// The word of what is changed.
        pub kind: String,
        /// As which weekday it works.
        pub as_weekday: Option<u8>,
        /// For which shift.
        pub shift: Option<u8>,
        /// The lowest grade.
        pub grade_from: u8,
        /// The highest grade.
        pub grade_to: u8,
        /// Why.
        pub reason: String,
    }
}

/// The word of a holiday that is the school's own.
const OWN: &str = "own";

statements! {
    /// All holidays, in order.
    fn holiday_rows(school: SchoolId) -> Many<HolidayRow> =
        "select day, name, occasion, is_guess from holiday where school = $1 order by day";
    /// Adds a holiday, or says anew what the day's is.
    fn put_holiday_row(school: SchoolId, day: Date, name: &str, occasion: &str, is_guess: bool) -> Run =
        "insert into holiday (school, day, name, occasion, is_guess) values ($1, $2, $3, $4, $5)
         on conflict (school, day) do update set name = excluded.name, occasion = excluded.occasion, is_guess = excluded.is_guess";
    /// Removes a holiday.
    fn remove_holiday(school: SchoolId, day: Date) -> Run = "delete from holiday where school = $1 and day = $2";
    /// Removes the holidays of some days.
    fn remove_holidays(school: SchoolId, from: Date, until: Date) -> Run =
        "delete from holiday where school = $1 and day between $2 and $3";

    /// All changed days, in order.
    fn change_rows(school: SchoolId) -> Many<ChangeRow> =
        "select id, act, day, kind, as_weekday, shift, grade_from, grade_to, reason from day_change where school = $1 order by day, id";
    /// Changes a day.
    fn add_change(
        school: SchoolId, id: DayChangeId, act: ActId, day: Date, kind: &str, as_weekday: Option<u8>, shift: Option<u8>,
        grade_from: u8, grade_to: u8, reason: &str,
    ) -> Run =
        "insert into day_change (school, id, act, day, kind, as_weekday, shift, grade_from, grade_to, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    /// Undoes what was done together; gives the days.
    fn remove_act(school: SchoolId, act: ActId) -> Many<Date> =
        "delete from day_change where school = $1 and act = $2 returning day";
}

/// All holidays, in order.
pub(crate) fn holidays(tx: &mut Tx<'_>, school: SchoolId) -> Result<Vec<Holiday>, StoreError> {
    let holiday = |row: HolidayRow| {
        let name = match Occasion::parse(&row.occasion) {
            Some(occasion) => HolidayName::State(occasion),
            None if row.occasion == OWN => {
                HolidayName::Own(Label::parse(&row.name).map_err(|_| misfit("holiday", "name"))?)
            }
            None => return Err(misfit("holiday", "occasion")),
        };
        Ok(Holiday { day: row.day, name, is_guess: row.is_guess })
    };
    holiday_rows(tx, school)?.into_iter().map(holiday).collect()
}

/// Adds a holiday, or says anew what the day's is.
pub(crate) fn put_holiday(tx: &mut Tx<'_>, school: SchoolId, holiday: &Holiday) -> Result<(), StoreError> {
    let (name, occasion) = match &holiday.name {
        HolidayName::State(occasion) => ("", occasion.as_str()),
        HolidayName::Own(name) => (name.as_str(), OWN),
    };
    put_holiday_row(tx, school, holiday.day, name, occasion, holiday.is_guess).map(|_| ())
}

/// All changed days, in order.
pub(crate) fn changes(tx: &mut Tx<'_>, school: SchoolId) -> Result<Vec<DayChange>, StoreError> {
    let change = |row: ChangeRow| {
        let audience = Audience {
            shift: shift("day_change", row.shift)?,
            grades: grades("day_change", row.grade_from, row.grade_to)?,
        };
        let change = match (row.kind.as_str(), row.as_weekday.and_then(weekday_of)) {
            ("free", _) => Change::Free,
            ("works", Some(weekday)) => Change::Works(weekday),
            ("remote", _) => Change::Remote(audience),
            _ => return Err(misfit("day_change", "kind")),
        };
        let reason = Label::parse_optional(&row.reason).map_err(|_| misfit("day_change", "reason"))?;
        Ok(DayChange { id: row.id, act: row.act, day: row.day, change, reason })
    };
    change_rows(tx, school)?.into_iter().map(change).collect()
}

/// Changes a day.
pub(crate) fn put_change(tx: &mut Tx<'_>, school: SchoolId, change: &DayChange) -> Result<(), StoreError> {
    let (weekday, audience) = match change.change {
        Change::Free => (None, Audience::EVERYBODY),
        Change::Works(weekday) => (Some(weekday_number(weekday)), Audience::EVERYBODY),
        Change::Remote(audience) => (None, audience),
    };
    let DayChange { id, act, day, .. } = *change;
    let Audience { shift, grades } = audience;
    let word = change.change.as_str();
    let shift = shift.map(Shift::number);
    add_change(tx, school, id, act, day, word, weekday, shift, grades.from(), grades.to(), change.reason.as_str())
        .map(|_| ())
}
