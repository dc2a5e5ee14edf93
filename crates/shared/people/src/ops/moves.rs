//! A pupil comes into a class, goes into another, leaves, comes back; every stay in a class is kept.

use accounts::{Action, Ctx};
use jiff::{ToSpan, civil::Date};
use kernel::{ClassId, PersonId, PersonStatus, Role, SchoolId};
use store::{Param, Tx, Value};

use super::{add_person::class_is_there, latest_today, today, told_of_person};
use crate::{
    PeopleError,
    events::PupilMoved,
    model::{Arrival, Ending},
    register::Move,
    store::{enrolments, persons},
};

/// A move may be entered so many days ahead.
const AHEAD_DAYS: i64 = 1;

/// Takes a pupil into a class: somebody who is known, but in no class.
///
/// # Errors
/// [`PeopleError::Enrolled`] when the pupil is in a class, [`PeopleError::Archived`] when the pupil left (then it is [`readmit_pupil`]),
/// [`PeopleError::MoveDay`], [`PeopleError::MoveText`], [`PeopleError::NoSuchClass`], [`PeopleError::NoSuchPerson`], [`PeopleError::Denied`].
pub fn admit(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, class: ClassId, how: &Move) -> Result<(), PeopleError> {
    let school = begun(tx, ctx, Some(class), how)?;
    let held = persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    if held.status == PersonStatus::Archived {
        return Err(PeopleError::Archived);
    }
    if enrolments::open(tx, school, person)?.is_some() {
        return Err(PeopleError::Enrolled);
    }
    let last = enrolments::last(tx, school, person)?;
    let arrival = if last == 0 { Arrival::Admitted } else { Arrival::Readmitted };
    come(tx, ctx, school, person, class, arrival, how)?;
    told_of_person(tx, ctx, person, "pupil_admitted")
}

/// Puts a pupil into another class.
///
/// # Errors
/// [`PeopleError::NotEnrolled`] when the pupil is in no class, [`PeopleError::Enrolled`] when in this very one; else as [`admit`].
pub fn transfer(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, class: ClassId, how: &Move) -> Result<(), PeopleError> {
    let school = begun(tx, ctx, Some(class), how)?;
    persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    let open = enrolments::open(tx, school, person)?.ok_or(PeopleError::NotEnrolled)?;
    if open.class == class {
        return Err(PeopleError::Enrolled);
    }
    let arrival = end(tx, school, person, &open, how.day, Ending::Transferred)?.unwrap_or(Arrival::Transferred);
    come(tx, ctx, school, person, class, arrival, how)?;
    told_of_person(tx, ctx, person, "pupil_transferred")
}

/// Notes that a pupil leaves the school, where to and by which order; the first day without the pupil is the move's. Who is something else to the school
/// besides stays that.
///
/// # Errors
/// As [`admit`]; [`PeopleError::Archived`] when the pupil left already.
pub fn leave(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, how: &Move) -> Result<(), PeopleError> {
    let school = begun(tx, ctx, None, how)?;
    let held = persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    if held.status == PersonStatus::Archived {
        return Err(PeopleError::Archived);
    }
    let open = enrolments::open(tx, school, person)?.ok_or(PeopleError::NotEnrolled)?;
    end(tx, school, person, &open, how.day, Ending::Left)?;
    enrolments::tell(tx, school, person, open.number, how.why.trim(), how.document.trim())?;
    enrolments::set_class(tx, school, person, None)?;
    enrolments::unmark_repeater(tx, school, person)?;
    if persons::roles(tx, school, person)? == [Role::Pupil] {
        persons::set_status(tx, school, person, PersonStatus::Archived)?;
    } else {
        persons::take_role(tx, school, person, Role::Pupil)?;
    }
    moved(tx, ctx, person, Some(open.class), None, how.day)?;
    told_of_person(tx, ctx, person, "pupil_left")
}

/// Takes back a pupil who had left, into a class.
///
/// # Errors
/// As [`admit`]; [`PeopleError::Changed`] when the pupil has not left.
pub fn readmit_pupil(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: PersonId,
    class: ClassId,
    how: &Move,
) -> Result<(), PeopleError> {
    let school = begun(tx, ctx, Some(class), how)?;
    let held = persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    if held.status != PersonStatus::Archived {
        return Err(PeopleError::Changed);
    }
    persons::set_status(tx, school, person, PersonStatus::Active)?;
    come(tx, ctx, school, person, class, Arrival::Readmitted, how)?;
    told_of_person(tx, ctx, person, "pupil_readmitted")
}

/// Notes whether a pupil will learn the grade once more; the turn of the year heeds it.
///
/// # Errors
/// [`PeopleError::NoSuchPerson`], [`PeopleError::NotEnrolled`] when the pupil is in no class, [`PeopleError::Denied`], else the database's.
pub fn mark_repeater(tx: &mut Tx<'_>, ctx: &Ctx, person: PersonId, repeats: bool) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    persons::held(tx, school, person)?.ok_or(PeopleError::NoSuchPerson)?;
    if repeats {
        enrolments::open(tx, school, person)?.ok_or(PeopleError::NotEnrolled)?;
        enrolments::mark_repeater(tx, school, person, ctx.now)?;
    } else {
        enrolments::unmark_repeater(tx, school, person)?;
    }
    told_of_person(tx, ctx, person, if repeats { "pupil_repeats" } else { "pupil_repeats_not" })
}

/// Keeps stays in step with the class of a person who was changed in another way: added, edited, archived.
pub(super) fn follow(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: PersonId,
    class: Option<ClassId>,
    ending: Ending,
) -> Result<(), PeopleError> {
    let school = ctx.actor.school;
    let open = enrolments::open(tx, school, person)?;
    let from = open.as_ref().map(|stay| stay.class);
    if from == class {
        return Ok(());
    }
    let day = today(tx, ctx)?;
    let corrected = match &open {
        Some(open) => end(tx, school, person, open, day, ending)?,
        None => None,
    };
    if let Some(class) = class {
        let number = enrolments::last(tx, school, person)? + 1;
        let arrival = match (corrected, from, number) {
            (Some(arrival), _, _) => arrival,
            (None, Some(_), _) => Arrival::Transferred,
            (None, None, 1) => Arrival::Admitted,
            (None, None, _) => Arrival::Readmitted,
        };
        enrolments::begin(tx, school, person, number, class, day, arrival, "", "")?;
    }
    moved(tx, ctx, person, from, class, day)
}

/// Stays of many persons who were just added, in few statements.
pub(super) fn begin_many(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    school: SchoolId,
    new: &[(PersonId, ClassId)],
    since: Option<Date>,
) -> Result<(), PeopleError> {
    let day = match since {
        Some(since) => since,
        None => today(tx, ctx)?,
    };
    let classes = crate::store::classes::all(tx, school)?;
    let rows: Vec<Vec<Value<'_>>> = new
        .iter()
        .filter_map(|(person, class)| classes.iter().find(|row| row.id == *class).map(|class| (person, class)))
        .map(|(person, class)| {
            vec![
                school.value(),
                person.value(),
                Value::Int(1),
                class.id.value(),
                Value::Int(i64::from(class.grade)),
                Value::Text(&class.letter),
                day.value(),
                Value::Text(Arrival::Admitted.as_str()),
            ]
        })
        .collect();
    let columns = &["school", "person", "number", "class", "grade", "letter", "since", "how"];
    tx.insert_many::<u64>("enrolment", columns, school, &rows, "")?;
    Ok(())
}

/// The right, the class and what is told of the move.
fn begun(tx: &mut Tx<'_>, ctx: &Ctx, class: Option<ClassId>, how: &Move) -> Result<SchoolId, PeopleError> {
    let school = ctx.require(Action::EditPersons)?.school();
    class_is_there(tx, school, class)?;
    let is_line = |text: &str| text.trim().chars().count() <= Move::MAX_LETTERS && !text.chars().any(char::is_control);
    if !is_line(&how.why) || !is_line(&how.document) {
        return Err(PeopleError::MoveText);
    }
    let latest = latest_today(ctx).checked_add(AHEAD_DAYS.days()).unwrap_or(Date::MAX);
    if how.day > latest || how.day.year() < 2000 { Err(PeopleError::MoveDay) } else { Ok(school) }
}

/// Ends a stay on the day before `day`. One that began on that very day was a mistake that is being put right: it is removed, and how it began is given
/// back for the stay that takes its place.
fn end(
    tx: &mut Tx<'_>,
    school: SchoolId,
    person: PersonId,
    open: &enrolments::EnrolmentRow,
    day: Date,
    ending: Ending,
) -> Result<Option<Arrival>, PeopleError> {
    match open.since {
        Some(since) if since > day => return Err(PeopleError::MoveDay),
        Some(since) if since == day && ending == Ending::Transferred => {
            enrolments::remove(tx, school, person, open.number)?;
            return Ok(Some(open.how));
        }
        _ => {
            let until = day.yesterday().unwrap_or(day);
            let until = open.since.map_or(until, |since| until.max(since));
            enrolments::end(tx, school, person, open.number, until, ending)?;
        }
    }
    Ok(None)
}

fn come(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    school: SchoolId,
    person: PersonId,
    class: ClassId,
    arrival: Arrival,
    how: &Move,
) -> Result<(), PeopleError> {
    let before = enrolments::of_person(tx, school, person)?.into_iter().next();
    if before
        .as_ref()
        .and_then(|stay| stay.until)
        .is_some_and(|until| until >= how.day && arrival != Arrival::Transferred)
    {
        return Err(PeopleError::MoveDay);
    }
    let number = before.as_ref().map_or(0, |stay| stay.number) + 1;
    let (why, document) = (how.why.trim(), how.document.trim());
    enrolments::begin(tx, school, person, number, class, how.day, arrival, why, document)?;
    enrolments::make_pupil(tx, school, person)?;
    enrolments::set_class(tx, school, person, Some(class))?;
    enrolments::unmark_repeater(tx, school, person)?;
    moved(tx, ctx, person, before.map(|stay| stay.class), Some(class), how.day)
}

fn moved(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    person: PersonId,
    from: Option<ClassId>,
    to: Option<ClassId>,
    day: Date,
) -> Result<(), PeopleError> {
    let day = i32::from(day.year()) * 10_000 + i32::from(day.month()) * 100 + i32::from(day.day());
    journal::append(tx, ctx.actor.school, ctx.now, &PupilMoved { person, from, to, day })?;
    Ok(())
}
