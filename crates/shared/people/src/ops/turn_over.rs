//! The turn of the school year: classes rise by a grade, the last ones finish school, new first ones are formed. It is shown first ([`suggest`]), can be changed, is
//! done in one transaction ([`turn`]) and can be taken back ([`undo`]).
//!
//! A class keeps its id as it rises, so that rules and timetables stay with the children; what it was called in which year stands in the stays of its pupils.

use std::collections::{HashMap, HashSet};

use accounts::{Action, Ctx, Scope, audit};
use jiff::{SignedDuration, ToSpan, civil::Date};
use kernel::{ClassId, PersonId, SchoolId};
use store::{StoreError, Tx};

use super::{classes::is_school_year, today};
use crate::{
    PeopleError, TurnFault,
    events::{PeopleLoaded, YearTurned},
    model::{ClassName, Ending},
    person::{ClassData, ClassView, PersonBrief, Shift},
    queries,
    register::{ClassHome, TurnOverId},
    store::{classes, enrolments, persons, schools, turn_overs},
};

/// A turn of the year can be taken back for so many days.
pub const UNDO_DAYS: i64 = 30;
/// The first day of the new stays is so many days away at most.
const FAR_DAYS: i64 = 150;
/// Nobody finishes school before this grade.
const FIRST_LEAVING_GRADE: u8 = 9;

/// What becomes of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is called so from now on. Its own name: it stays as it is.
    Becomes(ClassName),
    /// Its pupils finish school.
    Graduates,
    /// It ends; only a class without pupils can.
    Ends,
}

/// A class and what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextOf {
    /// Which.
    pub class: ClassId,
    /// What becomes of it.
    pub next: Next,
    /// In which shift it learns then.
    pub shift: Shift,
}

/// A turn of the year as it is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The school year that begins, `2027-28`.
    pub year: String,
    /// The first day of the new stays.
    pub day: Date,
    /// Every class of the school.
    pub classes: Vec<NextOf>,
    /// New classes.
    pub new: Vec<ClassData>,
    /// Whether classes that get one name become one.
    pub may_merge: bool,
}

/// What is shown before anything is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// What most schools do.
    pub plan: Plan,
    /// The classes as they are.
    pub classes: Vec<ClassView>,
    /// Pupils who learn their grade once more.
    pub repeaters: Vec<PersonBrief>,
    /// The last turn of the year, if it can still be taken back.
    pub undoable: Option<Turned>,
}

/// A turn of the year that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turned {
    /// Which.
    pub id: TurnOverId,
    /// The school year that began by it.
    pub year: String,
    /// It can be taken back before this moment.
    pub undo_until: jiff::Timestamp,
}

/// What most schools do: every class rises, the last grade finishes, as many first classes are formed as there were, classes without pupils end.
///
/// # Errors
/// [`PeopleError::NoSuchSchool`], else the database's.
pub fn suggest(tx: &mut Tx<'_>, ctx: &Ctx, scope: &Scope) -> Result<Preview, PeopleError> {
    let school = scope.school();
    let last_grade = schools::profile(tx, school)?.ok_or(PeopleError::NoSuchSchool)?.last_grade;
    let found = queries::classes(tx, scope)?;
    let next = |class: &ClassView| match class.data.name.promoted() {
        _ if class.pupils == 0 => Next::Ends,
        Some(name) if name.grade() <= last_grade => Next::Becomes(name),
        _ => Next::Graduates,
    };
    let chosen: Vec<NextOf> =
        found.iter().map(|class| NextOf { class: class.id, next: next(class), shift: class.data.shift }).collect();
    let taken: HashSet<ClassName> =
        chosen.iter().filter_map(|of| if let Next::Becomes(name) = of.next { Some(name) } else { None }).collect();
    let new = found
        .iter()
        .filter(|class| class.data.name.grade() == 1 && class.pupils > 0 && !taken.contains(&class.data.name));
    let new = new.map(|class| class.data).collect();
    let day = today(tx, ctx)?;
    let ids = enrolments::repeaters(tx, school)?;
    let by_id = queries::by_ids(tx, scope, &ids)?;
    let repeaters = ids.iter().filter_map(|id| by_id.get(id).cloned()).collect();
    let plan = Plan { year: year_of(day), day, classes: chosen, new, may_merge: false };
    Ok(Preview { plan, classes: found, repeaters, undoable: undoable(tx, ctx, school)? })
}

/// The school year that begins next after this day; in the autumn, the one that has begun.
fn year_of(day: Date) -> String {
    let year = i32::from(day.year());
    format!("{year}-{:02}", (year + 1) % 100)
}

fn undoable(tx: &mut Tx<'_>, ctx: &Ctx, school: SchoolId) -> Result<Option<Turned>, PeopleError> {
    let last = turn_overs::last(tx, school)?;
    let turned = last.and_then(|row| {
        let undo_until = row.made_at.checked_add(SignedDuration::from_hours(24 * UNDO_DAYS)).ok()?;
        Some(Turned { id: row.id, year: row.year, undo_until })
    });
    Ok(turned.filter(|turned| ctx.now < turned.undo_until))
}

/// Does it. Gives how many pupils were moved.
///
/// # Errors
/// [`PeopleError::Turn`] says what does not fit; then nothing was done. [`PeopleError::MoveDay`], [`PeopleError::Denied`], else the database's.
pub fn turn(tx: &mut Tx<'_>, ctx: &Ctx, plan: &Plan) -> Result<u64, PeopleError> {
    let scope = ctx.require(Action::EditPersons)?;
    let school = scope.school();
    let found = queries::classes(tx, &scope)?;
    let changes = checked(tx, ctx, &found, plan)?;
    let repeaters = repeaters(tx, school, plan, &changes)?;
    let id: TurnOverId = ctx.new_id();
    let last_day = plan.day.yesterday().unwrap_or(plan.day);
    turn_overs::add(tx, school, id, ctx.now, ctx.actor.user, &plan.year, plan.day)?;
    for change in &changes {
        keep(tx, school, id, change.class, false)?;
    }
    for (person, _) in &repeaters {
        turn_overs::end_stay(tx, school, id, *person, last_day, Ending::Repeated)?;
    }
    for change in &changes {
        let ending = match change.next {
            Next::Becomes(_) => Ending::Promoted,
            Next::Graduates => Ending::Graduated,
            Next::Ends => continue,
        };
        turn_overs::end_stays(tx, school, id, change.class.id, last_day, ending)?;
    }
    rename(tx, ctx, school, id, plan, &changes)?;
    let made = form_new(tx, ctx, school, id, plan)?;
    for change in &changes {
        if let Some(target) = change.target() {
            turn_overs::begin_stays(tx, school, id, change.class.id, target, plan.day)?;
        }
    }
    for (person, home) in &repeaters {
        let class = match home {
            Home::Is(class) => *class,
            Home::New(place) => *made.get(*place).ok_or(PeopleError::NoSuchClass)?,
        };
        turn_overs::begin_again(tx, school, id, *person, class, plan.day)?;
        enrolments::unmark_repeater(tx, school, *person)?;
    }
    let seated = turn_overs::seat(tx, school, id)?;
    turn_overs::note_blocked(tx, school, id)?;
    let gone = turn_overs::graduate(tx, school, id)?;
    told(tx, ctx, id, false, seated + gone)?;
    Ok(seated + gone)
}

/// A class that will change.
struct Change<'a> {
    class: &'a ClassView,
    next: Next,
    shift: Shift,
    /// The class in which its pupils go on, when it is not this one.
    into: Option<ClassId>,
}

impl Change<'_> {
    fn target(&self) -> Option<ClassId> {
        match self.next {
            Next::Becomes(_) => Some(self.into.unwrap_or(self.class.id)),
            Next::Graduates | Next::Ends => None,
        }
    }
}

fn checked<'a>(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    found: &'a [ClassView],
    plan: &Plan,
) -> Result<Vec<Change<'a>>, PeopleError> {
    let fault = |fault| Err(PeopleError::Turn(fault));
    let today = today(tx, ctx)?;
    let (first, last) = (today.checked_sub(FAR_DAYS.days()), today.checked_add(FAR_DAYS.days()));
    if first.is_ok_and(|first| plan.day < first) || last.is_ok_and(|last| plan.day > last) {
        return Err(PeopleError::MoveDay);
    }
    if !is_school_year(&plan.year) {
        return fault(TurnFault::Year);
    }
    let chosen: HashMap<ClassId, &NextOf> = plan.classes.iter().map(|of| (of.class, of)).collect();
    if chosen.len() != found.len() || chosen.len() != plan.classes.len() {
        return fault(TurnFault::Stale);
    }
    let mut keepers: HashMap<ClassName, ClassId> = HashMap::new();
    for data in &plan.new {
        if plan.new.iter().filter(|other| other.name == data.name).count() > 1 {
            return fault(TurnFault::Twice(data.name));
        }
    }
    let mut changes = Vec::new();
    // A class that stays as it is keeps its name before all others.
    let stays = |class: &&ClassView| chosen.get(&class.id).is_some_and(|of| of.next == Next::Becomes(class.data.name));
    for class in found.iter().filter(stays).chain(found.iter().filter(|class| !stays(class))) {
        let Some(of) = chosen.get(&class.id) else { return fault(TurnFault::Stale) };
        let mut change = Change { class, next: of.next, shift: of.shift, into: None };
        match of.next {
            Next::Becomes(name) => {
                let keeper = *keepers.entry(name).or_insert(class.id);
                if keeper != class.id {
                    if !plan.may_merge {
                        return fault(TurnFault::Twice(name));
                    }
                    change.into = Some(keeper);
                }
                if name == class.data.name && change.into.is_none() {
                    continue;
                }
            }
            Next::Graduates if class.data.name.grade() >= FIRST_LEAVING_GRADE => {}
            Next::Ends if class.pupils == 0 => {}
            Next::Graduates | Next::Ends => return fault(TurnFault::Ends(class.data.name)),
        }
        changes.push(change);
    }
    if let Some(data) = plan.new.iter().find(|data| keepers.contains_key(&data.name)) {
        return fault(TurnFault::Twice(data.name));
    }
    if changes.is_empty() && plan.new.is_empty() { fault(TurnFault::Nothing) } else { Ok(changes) }
}

/// Where a pupil learns the grade once more: a class that is there, or the new one at this place of the plan.
#[derive(Clone, Copy)]
enum Home {
    Is(ClassId),
    New(usize),
}

/// Those who learn their grade once more, with a class of that grade: of the same letter if there is one.
fn repeaters(
    tx: &mut Tx<'_>,
    school: SchoolId,
    plan: &Plan,
    changes: &[Change<'_>],
) -> Result<Vec<(PersonId, Home)>, PeopleError> {
    let mut homes: Vec<(ClassName, Home)> =
        plan.new.iter().enumerate().map(|(place, data)| (data.name, Home::New(place))).collect();
    for of in &plan.classes {
        let is_merged = changes.iter().any(|change| change.class.id == of.class && change.into.is_some());
        if let Next::Becomes(name) = of.next
            && !is_merged
        {
            homes.push((name, Home::Is(of.class)));
        }
    }
    let mut found = Vec::new();
    for person in enrolments::repeaters(tx, school)? {
        let Some(stay) = enrolments::open(tx, school, person)? else { continue };
        let Some(change) = changes.iter().find(|change| change.class.id == stay.class) else { continue };
        let name = change.class.data.name;
        let of_grade = || homes.iter().filter(|(home, _)| home.grade() == name.grade());
        let home = of_grade().find(|(home, _)| *home == name).or_else(|| of_grade().next());
        let (_, home) = home.ok_or(PeopleError::Turn(TurnFault::Repeater(person)))?;
        found.push((person, *home));
    }
    Ok(found)
}

fn keep(tx: &mut Tx<'_>, school: SchoolId, id: TurnOverId, class: &ClassView, was_new: bool) -> Result<(), StoreError> {
    let ClassData { name, shift, .. } = class.data;
    let year = classes::home(tx, school, class.id)?.map(|home| home.year).unwrap_or_default();
    turn_overs::keep_class(
        tx,
        school,
        id,
        class.id,
        was_new,
        name.grade(),
        &name.letter().to_string(),
        shift.number(),
        &year,
    )?;
    Ok(())
}

/// The letter of a class that has ended: no other class is ever called so.
fn ended(letter: char, id: TurnOverId) -> String {
    format!("{letter}·{id}")
}

fn rename(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    school: SchoolId,
    id: TurnOverId,
    plan: &Plan,
    changes: &[Change<'_>],
) -> Result<(), PeopleError> {
    for change in changes {
        turn_overs::park(tx, school, change.class.id, &change.class.id.to_string())?;
    }
    for change in changes {
        match change.next {
            Next::Becomes(name) if change.into.is_none() => {
                settle(tx, school, change.class.id, name, change.shift, &plan.year)?;
            }
            Next::Becomes(_) | Next::Graduates | Next::Ends => {
                let letter = ended(change.class.data.name.letter(), id);
                turn_overs::close(tx, school, change.class.id, &letter, ctx.now)?;
            }
        }
    }
    Ok(())
}

fn settle(
    tx: &mut Tx<'_>,
    school: SchoolId,
    class: ClassId,
    name: ClassName,
    shift: Shift,
    year: &str,
) -> Result<(), StoreError> {
    let (letter, key) = (name.letter().to_string(), classes::sort_key(name));
    turn_overs::settle(tx, school, class, name.grade(), &letter, shift.number(), &key, year)?;
    Ok(())
}

fn form_new(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    school: SchoolId,
    id: TurnOverId,
    plan: &Plan,
) -> Result<Vec<ClassId>, PeopleError> {
    let mut made = Vec::with_capacity(plan.new.len());
    for data in &plan.new {
        let class: ClassId = ctx.new_id();
        classes::add(tx, school, class, data)?;
        let home = ClassHome { year: plan.year.clone(), ..ClassHome::default() };
        classes::set_home(tx, school, class, &home.room, home.teacher, &home.year)?;
        keep(tx, school, id, &ClassView { id: class, data: *data, pupils: 0 }, true)?;
        made.push(class);
    }
    Ok(made)
}

/// Takes the last turn of the year back: classes, stays and pupils are as they were.
///
/// # Errors
/// [`PeopleError::Turn`]: [`TurnFault::TooLate`], [`TurnFault::Moved`] with those who have moved since, [`TurnFault::Twice`] when a class of a name that
/// is needed was added since. [`PeopleError::Denied`], else the database's.
pub fn undo(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<u64, PeopleError> {
    let scope = ctx.require(Action::EditPersons)?;
    let school = scope.school();
    let id = undoable(tx, ctx, school)?.ok_or(PeopleError::Turn(TurnFault::TooLate))?.id;
    let moved = turn_overs::moved_since(tx, school, id)?;
    if !moved.is_empty() {
        return Err(PeopleError::Turn(TurnFault::Moved(moved)));
    }
    let before = turn_overs::before(tx, school, id)?;
    let concerned: HashSet<ClassId> = before.iter().map(|row| row.class).collect();
    let others = queries::classes(tx, &scope)?.into_iter().filter(|class| !concerned.contains(&class.id));
    let others: HashSet<ClassName> = others.map(|class| class.data.name).collect();
    for row in &before {
        let name = classes::name(row.grade, &row.letter)?;
        if !row.was_new && others.contains(&name) {
            return Err(PeopleError::Turn(TurnFault::Twice(name)));
        }
        turn_overs::park(tx, school, row.class, &row.class.to_string())?;
    }
    for row in &before {
        let name = classes::name(row.grade, &row.letter)?;
        if row.was_new {
            turn_overs::close(tx, school, row.class, &ended(name.letter(), id), ctx.now)?;
        } else {
            let shift = Shift::of_number(row.shift).unwrap_or(Shift::First);
            settle(tx, school, row.class, name, shift, &row.year)?;
        }
    }
    let seated = turn_overs::seat_back(tx, school, id)?;
    turn_overs::bring_back(tx, school, id)?;
    turn_overs::mark_again(tx, school, id, ctx.now)?;
    turn_overs::forget_stays(tx, school, id)?;
    turn_overs::resume_stays(tx, school, id)?;
    turn_overs::set_undone(tx, school, id, ctx.now)?;
    told(tx, ctx, id, true, seated)?;
    Ok(seated)
}

fn told(tx: &mut Tx<'_>, ctx: &Ctx, id: TurnOverId, is_undone: bool, count: u64) -> Result<(), PeopleError> {
    let school = ctx.actor.school;
    journal::append(tx, school, ctx.now, &YearTurned { turn_over: id, is_undone })?;
    // Gates and others who keep a picture of all persons read it anew.
    journal::append(tx, school, ctx.now, &PeopleLoaded { count })?;
    let action = if is_undone { "year_turned_back" } else { "year_turned" };
    Ok(audit(tx, ctx, action, Some(id), &count.to_string())?)
}

/// The names of those who stand in the way of taking it back.
///
/// # Errors
/// From the database.
pub fn names(tx: &mut Tx<'_>, scope: &Scope, some: &[PersonId]) -> Result<Vec<PersonBrief>, StoreError> {
    persons::some(tx, scope.school(), some)?.into_iter().map(persons::BriefRow::view).collect()
}
