//! A new school begins with the state's calendar, the bells of a real school and the usual weeks.

use accounts::{Action, Ctx};
use i18n::msg;
use jiff::civil::Date;
use kernel::SchoolId;
use people::person::Shift;
use store::Tx;

use super::{
    bells::{self, NewSchedule},
    year_done, years as year_ops,
};
use crate::{
    CalendarError,
    model::{
        Audience, BellScheduleId, BellsWhen, GradePlans, Grades, HolidayName, Label, LessonTimes, SchoolYearId,
        StateYear,
    },
    store::{bells as bell_store, days, years},
};

/// Gives a school the state's calendar of the year around `today`; bells and weeks too, as far as it has none.
///
/// # Errors
/// [`CalendarError::Fault`] when it has that year already, [`CalendarError::Denied`], else the database's.
pub fn open_calendar(tx: &mut Tx<'_>, ctx: &Ctx, today: Date) -> Result<SchoolYearId, CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    let state = StateYear::around(today);
    let known = years::all(tx, school)?;
    let plan = year_ops::fitting(state.plan.clone(), known.iter())?;
    let year = year_ops::insert(tx, ctx, school, &plan)?;
    put_holidays(tx, school, &state)?;
    if years::plan_rows(tx, school)?.is_empty() {
        years::open_plans(tx, school)?;
        years::put_plans(tx, school, &GradePlans::usual())?;
    }
    if bell_store::schedule_rows(tx, school)?.is_empty() {
        hang_bells(tx, ctx)?;
    }
    year_done(tx, ctx, year, "school_year_opened")?;
    Ok(year)
}

/// Makes a year as the state ordered it: its days, terms, breaks and state holidays. The school's own holidays and changed days stay.
///
/// # Errors
/// [`CalendarError::Changed`] when somebody else has changed the year since `revision`, else as [`open_calendar`].
pub fn take_state(tx: &mut Tx<'_>, ctx: &Ctx, year: SchoolYearId, revision: u64) -> Result<(), CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    let known = years::all(tx, school)?;
    let found = known.iter().find(|known| known.id == year).ok_or(CalendarError::NotFound("school year"))?;
    let state = StateYear::around(found.plan.days.from());
    let plan = year_ops::fitting(state.plan.clone(), known.iter().filter(|known| known.id != year))?;
    if years::change(tx, school, year, revision, plan.name.as_str(), plan.days.from(), plan.days.until())? == 0 {
        return Err(CalendarError::Changed);
    }
    years::put_parts(tx, school, year, &plan)?;
    let of_year = plan.with_summer();
    for holiday in days::holidays(tx, school)? {
        if of_year.contains(holiday.day) && matches!(holiday.name, HolidayName::State(_)) {
            days::remove_holiday(tx, school, holiday.day)?;
        }
    }
    put_holidays(tx, school, &state)?;
    year_done(tx, ctx, year, "state_calendar_taken")
}

fn put_holidays(tx: &mut Tx<'_>, school: SchoolId, state: &StateYear) -> Result<(), CalendarError> {
    for holiday in &state.holidays {
        days::put_holiday(tx, school, holiday)?;
    }
    Ok(())
}

/// The usual bells, those of the first grade, and a short day to choose when it is wanted.
fn hang_bells(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), CalendarError> {
    let lang = ctx.actor.lang;
    let mut add = |name: String, times: fn(Shift) -> LessonTimes| -> Result<BellScheduleId, CalendarError> {
        let name = Label::parse(&name)?;
        bells::add_schedule(tx, ctx, NewSchedule { name, first: times(Shift::First), second: times(Shift::Second) })
    };
    let usual = add(msg!(lang, "calendar-preset-usual"), LessonTimes::usual)?;
    let first_grade = add(msg!(lang, "calendar-preset-first-grade"), LessonTimes::first_grade)?;
    add(msg!(lang, "calendar-preset-short"), LessonTimes::short)?;
    bells::add_rule(tx, ctx, usual, BellsWhen::ALWAYS)?;
    let audience = Audience { shift: None, grades: Grades::FIRST };
    bells::add_rule(tx, ctx, first_grade, BellsWhen { audience, ..BellsWhen::ALWAYS })
}
