//! Single days are changed, and changed back.

use accounts::{Action, Ctx, Scope};
use jiff::civil::{Date, Weekday};
use people::{model::ClassName, person::Shift};
use store::Tx;

use super::day_done;
use crate::{
    CalendarError,
    model::{ActId, Audience, Calendar, Change, DayChange, DayKind, DaySpan, Fault, Label},
    queries,
    store::days,
};

/// So many days can be made remote at once.
pub const MAX_REMOTE_DAYS: i32 = 31;

/// Makes a working day free for everybody.
///
/// # Errors
/// [`CalendarError::Fault`] when it is in no year, was changed already or has no lessons; [`CalendarError::Denied`], else the database's.
pub fn make_free(tx: &mut Tx<'_>, ctx: &Ctx, day: Date, reason: &Label) -> Result<ActId, CalendarError> {
    let scope = ctx.require(Action::ManageCalendar)?;
    let calendar = queries::days_of(tx, &scope)?;
    can_be_free(&calendar, day)?;
    let act: ActId = ctx.new_id();
    put(tx, ctx, &scope, act, day, Change::Free, reason)?;
    Ok(act)
}

/// Holds the lessons of a day on another one: the day is free, and the other works by its timetable.
///
/// # Errors
/// As [`make_free`] and [`make_working`], and [`Fault::SameDay`].
pub fn move_lessons(tx: &mut Tx<'_>, ctx: &Ctx, day: Date, to: Date, reason: &Label) -> Result<ActId, CalendarError> {
    let scope = ctx.require(Action::ManageCalendar)?;
    if day == to {
        return Err(Fault::SameDay.into());
    }
    let calendar = queries::days_of(tx, &scope)?;
    can_be_free(&calendar, day)?;
    can_work(&calendar, to, day.weekday())?;
    let act: ActId = ctx.new_id();
    put(tx, ctx, &scope, act, day, Change::Free, reason)?;
    put(tx, ctx, &scope, act, to, Change::Works(day.weekday()), reason)?;
    Ok(act)
}

/// Makes a day work by the timetable of a weekday.
///
/// # Errors
/// [`CalendarError::Fault`] when it is in no year or in a break, was changed already, or works so anyway; [`CalendarError::Denied`], else
/// the database's.
pub fn make_working(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    day: Date,
    as_weekday: Weekday,
    reason: &Label,
) -> Result<ActId, CalendarError> {
    let scope = ctx.require(Action::ManageCalendar)?;
    let calendar = queries::days_of(tx, &scope)?;
    can_work(&calendar, day, as_weekday)?;
    let act: ActId = ctx.new_id();
    put(tx, ctx, &scope, act, day, Change::Works(as_weekday), reason)?;
    Ok(act)
}

/// Lets some learn from home on all school days of a span.
///
/// # Errors
/// [`Fault::TooMany`] beyond [`MAX_REMOTE_DAYS`], [`Fault::NoLessons`] when none of them learns on any of the days, [`Fault::DayTaken`] when some
/// learn from home already, [`Fault::Empty`] without a reason; [`CalendarError::Denied`], else the database's.
pub fn make_remote(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    days: DaySpan,
    audience: Audience,
    reason: &Label,
) -> Result<ActId, CalendarError> {
    let scope = ctx.require(Action::ManageCalendar)?;
    if days.count() > MAX_REMOTE_DAYS {
        return Err(Fault::TooMany.into());
    }
    if reason.is_empty() {
        return Err(Fault::Empty.into());
    }
    let calendar = queries::days_of(tx, &scope)?;
    let learns = |day: &Date| kinds(&calendar, *day, audience).any(|kind| kind.as_weekday().is_some());
    let wanted: Vec<Date> = days.days().filter(learns).collect();
    if wanted.is_empty() {
        return Err(Fault::NoLessons.into());
    }
    let is_taken = |day: &Date| {
        let meets = |change: &DayChange| matches!(change.change, Change::Remote(other) if other.meets(audience));
        calendar.changes(*day).iter().any(meets)
    };
    if wanted.iter().any(is_taken) {
        return Err(Fault::DayTaken.into());
    }
    let act: ActId = ctx.new_id();
    for day in wanted {
        put(tx, ctx, &scope, act, day, Change::Remote(audience), reason)?;
    }
    Ok(act)
}

/// Undoes what was done together; gives the days.
///
/// # Errors
/// [`CalendarError::Changed`] when it was undone already, [`CalendarError::Denied`], else the database's.
pub fn undo(tx: &mut Tx<'_>, ctx: &Ctx, act: ActId) -> Result<Vec<Date>, CalendarError> {
    let school = ctx.require(Action::ManageCalendar)?.school();
    let undone = days::remove_act(tx, school, act)?;
    if undone.is_empty() {
        return Err(CalendarError::Changed);
    }
    for day in &undone {
        day_done(tx, ctx, *day, "day_change_undone")?;
    }
    Ok(undone)
}

fn put(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    scope: &Scope,
    act: ActId,
    day: Date,
    change: Change,
    reason: &Label,
) -> Result<(), CalendarError> {
    let row = DayChange { id: ctx.new_id(), act, day, change, reason: reason.clone() };
    match days::put_change(tx, scope.school(), &row) {
        // Another editor was first, where this transaction could not see it.
        Err(error) if error.is_duplicate() => return Err(Fault::DayTaken.into()),
        done => done?,
    }
    day_done(tx, ctx, day, "day_changed")
}

/// What the day is for each grade and shift of an audience.
fn kinds(calendar: &Calendar, day: Date, audience: Audience) -> impl Iterator<Item = DayKind> {
    let shifts = Shift::ALL.into_iter().filter(move |shift| audience.shift.is_none_or(|only| only == *shift));
    shifts.flat_map(move |shift| {
        (audience.grades.from()..=audience.grades.to()).map(move |grade| calendar.day_kind(day, grade, shift))
    })
}

fn can_be_free(calendar: &Calendar, day: Date) -> Result<(), Fault> {
    can_be_moved(calendar, day)?;
    let learns = kinds(calendar, day, Audience::EVERYBODY).any(|kind| kind.as_weekday().is_some());
    if learns { Ok(()) } else { Err(Fault::NoLessons) }
}

fn can_work(calendar: &Calendar, day: Date, as_weekday: Weekday) -> Result<(), Fault> {
    if as_weekday == Weekday::Sunday {
        return Err(Fault::Weekday);
    }
    can_be_moved(calendar, day)?;
    let year = calendar.year_of(day).ok_or(Fault::NoYear)?;
    if (0..=ClassName::MAX_GRADE).all(|grade| year.plan.break_of(day, grade).is_some()) {
        return Err(Fault::InBreak);
    }
    let is_so = |kind: DayKind| kind.as_weekday() == Some(as_weekday);
    if kinds(calendar, day, Audience::EVERYBODY).all(is_so) { Err(Fault::HasLessons) } else { Ok(()) }
}

fn can_be_moved(calendar: &Calendar, day: Date) -> Result<(), Fault> {
    if calendar.year_of(day).is_none() {
        return Err(Fault::NoYear);
    }
    let is_moved = |change: &DayChange| matches!(change.change, Change::Free | Change::Works(_));
    if calendar.changes(day).iter().any(is_moved) { Err(Fault::DayTaken) } else { Ok(()) }
}
