//! The decision: a pure function of the snapshot, the gate's memory of where people are, and the attempt. No I/O, no clock, no lock,
//! no allocation.
//!
//! The first of these that holds is the reason:
//!
//! 1. The point is unknown or switched off: [`Reason::UnknownPoint`].
//! 2. Free passage: everybody is let through, even with an unknown card. The person is named when the credential is live, so that
//!    the list of who is inside stays true; the finder of a lost card is not taken for its holder.
//! 3. A QR pass is over, was shown before, or is not the school's (which is found out before, outside of the decision); or the number is
//!    nobody's, or two live credentials of different persons look so to this reader.
//! 4. The credential is suspended, lost (with an alarm), returned, not yet valid or expired.
//! 5. The person is archived or blocked.
//!
//!    A block bars the way in. Who is in may leave as if it were not there, with [`Reason::GrantedExit`] and an alarm: nobody is locked in,
//!    and nobody gets out because of it at a time when others may not. An archived person has no rights any more, which bars no way
//!    out either. Lost and returned credentials open nothing both ways: whoever shows one need not be its holder.
//! 6. The school is locked down and the person wants in. Lock-down only takes away: going out follows the rules of the day, so
//!    nobody is kept in who might leave, and no child gets out alone during lessons because of it.
//! 7. On the way out to the street, lessons of a pupil who may not leave during them; then the rules: no right here, outside the
//!    schedule, a holiday. A permission to leave goes over both. One that names a point opens it; one that names none opens those
//!    that the pupil's rules name at some hour.
//! 8. Anti-passback: hard and timed deny; soft grants with an alarm.
//! 9. The zone is full. Asked only on the way in and only of who is not in that zone or one within it already: nobody is kept in
//!    a part of the building because the part around it is full.
//!
//! A person whose learning month runs is let through where 7 to 9 would deny, both ways, and no alarm is raised; only lessons keep in
//! the smallest too, who would stand in the street alone. A guard's word
//! goes over everything but 1. What a board decided by itself is not decided again: only whose number it was is looked up.

use jiff::Timestamp;
use kernel::{
    AccessPointId, AlarmKind, AntiPassback, CredentialId, CredentialStatus, Direction, PersonId, PersonStatus, Reason,
    SchoolMode,
};

use crate::{
    presence::Presence,
    snapshot::{CredentialIndex, Holder, Person, PersonIndex, PointIndex, Right, Snapshot, Witness},
};

/// Somebody wants to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Where.
    pub point: AccessPointId,
    /// Which way.
    pub direction: Direction,
    /// By what.
    pub by: By,
    /// When.
    pub at: Timestamp,
    /// Whether the gate learnt of it only afterwards.
    pub is_replayed: bool,
}

/// By what somebody wants to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// A credential, whose number is shown so by a reader of the point's format.
    Number(u64),
    /// A QR pass, checked before: whose it is, or why it counts for nothing.
    Code(Result<PersonId, Reason>),
    /// A guard's word for this person.
    Guard(PersonId),
    /// The board decided by itself.
    Board {
        /// The number; `None`: a button.
        number: Option<u64>,
        /// Whether it opened.
        is_granted: bool,
    },
}

/// What comes of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Granted or denied, and why.
    pub reason: Reason,
    /// Who.
    pub person: Option<PersonId>,
    /// By which credential.
    pub credential: Option<CredentialId>,
    /// An alarm that goes with it.
    pub alarm: Option<AlarmKind>,
    pub(crate) person_index: Option<PersonIndex>,
    pub(crate) point_index: Option<PointIndex>,
}

impl Decision {
    fn nobody(reason: Reason, point: Option<PointIndex>) -> Self {
        Self { reason, person: None, credential: None, alarm: None, person_index: None, point_index: point }
    }

    pub(crate) fn at_unknown_point(attempt: &Attempt) -> Self {
        let person = if let By::Guard(person) = attempt.by { Some(person) } else { None };
        Self { person, ..Self::nobody(Reason::UnknownPoint, None) }
    }

    fn of(snapshot: &Snapshot, reason: Reason, point: PointIndex, credential: CredentialIndex) -> Self {
        let credential = snapshot.credential(credential);
        Self {
            reason,
            person: Some(snapshot.persons()[credential.person.place()].id),
            credential: Some(credential.id),
            alarm: (credential.status == CredentialStatus::Lost).then_some(AlarmKind::LostCredentialUsed),
            person_index: Some(credential.person),
            point_index: Some(point),
        }
    }
}

/// Decides. See the module for the order of the reasons.
pub fn decide(snapshot: &Snapshot, presence: &Presence, attempt: &Attempt) -> Decision {
    decide_before(snapshot, presence, attempt, &mut ())
}

/// Decides while somebody looks on.
pub(crate) fn decide_before<W: Witness>(
    snapshot: &Snapshot,
    presence: &Presence,
    attempt: &Attempt,
    witness: &mut W,
) -> Decision {
    let Some(point) = snapshot.point_index(attempt.point) else {
        return Decision::at_unknown_point(attempt);
    };
    match attempt.by {
        By::Number(number) => by_number(snapshot, presence, attempt, point, number, witness),
        By::Code(shown) => by_code(snapshot, presence, attempt, point, shown, witness),
        By::Guard(person) => by_guard(snapshot, point, person),
        By::Board { number, is_granted } => by_board(snapshot, attempt, point, number, is_granted),
    }
}

fn by_guard(snapshot: &Snapshot, point: PointIndex, person: PersonId) -> Decision {
    let is_enabled = snapshot.points()[point.place()].is_enabled;
    let reason = if is_enabled { Reason::GrantedByGuard } else { Reason::UnknownPoint };
    let person_index = snapshot.person_index(person);
    Decision { person: Some(person), person_index, ..Decision::nobody(reason, Some(point)) }
}

fn by_board(
    snapshot: &Snapshot,
    attempt: &Attempt,
    point: PointIndex,
    number: Option<u64>,
    is_granted: bool,
) -> Decision {
    let reason = match (is_granted, number) {
        (true, Some(_)) => Reason::GrantedByBoard,
        (true, None) => Reason::GrantedByButton,
        (false, _) => Reason::DeniedByBoard,
    };
    let format = snapshot.points()[point.place()].reader_format;
    match number.map(|number| snapshot.holder(format, number, attempt.at)) {
        // The board had it from us as live: it was the holder's when it was shown, whatever was learnt since.
        Some(Holder::Live(credential) | Holder::Dead(credential)) => Decision::of(snapshot, reason, point, credential),
        None | Some(Holder::Unknown | Holder::Ambiguous) => Decision::nobody(reason, Some(point)),
    }
}

fn by_number<W: Witness>(
    snapshot: &Snapshot,
    presence: &Presence,
    attempt: &Attempt,
    point_index: PointIndex,
    number: u64,
    witness: &mut W,
) -> Decision {
    let point = &snapshot.points()[point_index.place()];
    if !point.is_enabled {
        return Decision::nobody(Reason::UnknownPoint, Some(point_index));
    }
    let holder = snapshot.holder(point.reader_format, number, attempt.at);
    if snapshot.mode() == SchoolMode::FreePassage {
        return by_free_passage(snapshot, point_index, holder);
    }
    match holder {
        Holder::Unknown => Decision::nobody(Reason::UnknownCredential, Some(point_index)),
        Holder::Ambiguous => Decision::nobody(Reason::AmbiguousCredential, Some(point_index)),
        Holder::Live(credential) | Holder::Dead(credential) => {
            let named = Decision::of(snapshot, Reason::Granted, point_index, credential);
            let denial = credential_denial(snapshot, credential, attempt.at);
            let person = snapshot.credential(credential).person;
            let (reason, alarm) = by_person(snapshot, presence, attempt, point_index, person, denial, witness);
            // An alarm of the credential itself stands beside the denial that it is the cause of.
            let alarm = if denial == Some(reason) { named.alarm } else { alarm };
            Decision { reason, alarm, ..named }
        }
    }
}

/// What becomes of a QR pass that is sound goes by its person, as for a card.
fn by_code<W: Witness>(
    snapshot: &Snapshot,
    presence: &Presence,
    attempt: &Attempt,
    point_index: PointIndex,
    shown: Result<PersonId, Reason>,
    witness: &mut W,
) -> Decision {
    if !snapshot.points()[point_index.place()].is_enabled {
        return Decision::nobody(Reason::UnknownPoint, Some(point_index));
    }
    let holder = shown.ok().and_then(|person| snapshot.person_index(person));
    if snapshot.mode() == SchoolMode::FreePassage {
        let is_of_school = |index: &PersonIndex| snapshot.persons()[index.place()].status != PersonStatus::Archived;
        let named = holder.filter(is_of_school);
        let person = named.map(|index| snapshot.persons()[index.place()].id);
        let nobody = Decision::nobody(Reason::GrantedFreePassage, Some(point_index));
        return Decision { person, person_index: named, ..nobody };
    }
    let (index, person) = match (shown, holder) {
        (Err(reason), _) => return Decision::nobody(reason, Some(point_index)),
        (Ok(_), None) => return Decision::nobody(Reason::UnknownCredential, Some(point_index)),
        (Ok(person), Some(index)) => (index, person),
    };
    let (reason, alarm) = by_person(snapshot, presence, attempt, point_index, index, None, witness);
    Decision { alarm, person: Some(person), person_index: Some(index), ..Decision::nobody(reason, Some(point_index)) }
}

/// What becomes of somebody who is known, and of the credential if it bars the way by itself.
fn by_person<W: Witness>(
    snapshot: &Snapshot,
    presence: &Presence,
    attempt: &Attempt,
    point: PointIndex,
    index: PersonIndex,
    of_credential: Option<Reason>,
    witness: &mut W,
) -> Ruling {
    let person = &snapshot.persons()[index.place()];
    match of_credential.or_else(|| person_denial(person)) {
        Some(reason) if attempt.direction == Direction::Out && bars_the_way_in_only(reason) => {
            leaving(by_rules(snapshot, presence, attempt, point, index, witness), person)
        }
        Some(reason) => (reason, None),
        None => by_rules(snapshot, presence, attempt, point, index, witness),
    }
}

fn by_free_passage(snapshot: &Snapshot, point: PointIndex, holder: Holder) -> Decision {
    let reason = Reason::GrantedFreePassage;
    match holder {
        Holder::Live(credential) => Decision::of(snapshot, reason, point, credential),
        Holder::Dead(credential) => {
            Decision { person: None, person_index: None, ..Decision::of(snapshot, reason, point, credential) }
        }
        Holder::Unknown | Holder::Ambiguous => Decision::nobody(reason, Some(point)),
    }
}

fn credential_denial(snapshot: &Snapshot, credential: CredentialIndex, at: Timestamp) -> Option<Reason> {
    let credential = snapshot.credential(credential);
    match credential.status {
        CredentialStatus::Suspended => Some(Reason::CredentialSuspended),
        CredentialStatus::Lost => Some(Reason::CredentialLost),
        CredentialStatus::Returned => Some(Reason::CredentialReturned),
        CredentialStatus::Active if credential.valid_from.is_some_and(|from| at < from) => {
            Some(Reason::CredentialNotYetValid)
        }
        CredentialStatus::Active if credential.valid_until.is_some_and(|until| until <= at) => {
            Some(Reason::CredentialExpired)
        }
        CredentialStatus::Active => None,
    }
}

fn person_denial(person: &Person) -> Option<Reason> {
    match person.status {
        PersonStatus::Active => None,
        PersonStatus::Blocked => Some(Reason::PersonBlocked),
        PersonStatus::Archived => Some(Reason::PersonArchived),
    }
}

/// Whether somebody who is refused for this may leave all the same: it is certain enough who it is.
const fn bars_the_way_in_only(denial: Reason) -> bool {
    matches!(
        denial,
        Reason::CredentialSuspended
            | Reason::CredentialNotYetValid
            | Reason::CredentialExpired
            | Reason::PersonBlocked
            | Reason::PersonArchived
    )
}

type Ruling = (Reason, Option<AlarmKind>);

/// What becomes of a blocked person's way out, by what the rules would say without the block.
fn leaving(ruling: Ruling, person: &Person) -> Ruling {
    let has_left_the_school = person.status == PersonStatus::Archived;
    match ruling.0 {
        reason if reason.is_granted() => (Reason::GrantedExit, Some(AlarmKind::BlockedLeft)),
        Reason::NoRight if has_left_the_school => (Reason::GrantedExit, Some(AlarmKind::BlockedLeft)),
        reason => (reason, None),
    }
}

fn by_rules<W: Witness>(
    snapshot: &Snapshot,
    presence: &Presence,
    attempt: &Attempt,
    point: PointIndex,
    person_index: PersonIndex,
    witness: &mut W,
) -> Ruling {
    if snapshot.mode() == SchoolMode::LockedDown && attempt.direction == Direction::In {
        return (Reason::LockedDown, None);
    }
    let person = &snapshot.persons()[person_index.place()];
    let local = snapshot.local(attempt.at);
    let right = snapshot.right(person, point, attempt.direction, local, witness);
    let leads_out = attempt.direction == Direction::Out && snapshot.points()[point.place()].outer.is_none();
    // Who has left the school has no lessons here.
    let is_of_school = person.status != PersonStatus::Archived;
    let must_stay = leads_out && is_of_school && snapshot.has_lessons(person, local);
    let denial = if must_stay { Some(Reason::NoLeave) } else { right_denial(right) };
    let ruling = match denial {
        None => by_place(snapshot, presence, attempt, point, person_index),
        Some(denial) => {
            let leave = if leads_out { snapshot.leave(person, point, right != Right::Never, attempt.at) } else { None };
            match leave {
                Some(leave) => {
                    witness.leave(leave);
                    by_leave(by_place(snapshot, presence, attempt, point, person_index))
                }
                None => (denial, None),
            }
        }
    };
    let is_learning = person.learning_until.is_some_and(|until| local.date <= until);
    let may_be_forgiven = !matches!(ruling.0, Reason::Granted | Reason::GrantedLeave | Reason::NoLeave);
    if is_learning && may_be_forgiven { (Reason::GrantedLearning, None) } else { ruling }
}

const fn right_denial(right: Right) -> Option<Reason> {
    match right {
        Right::Now => None,
        Right::NotOnHoliday => Some(Reason::Holiday),
        Right::NotNow => Some(Reason::OutsideSchedule),
        Right::Never => Some(Reason::NoRight),
    }
}

/// What becomes of the way out of somebody who leaves by permission, by what the person's whereabouts say.
fn by_leave(ruling: Ruling) -> Ruling {
    if ruling.0 == Reason::Granted { (Reason::GrantedLeave, None) } else { ruling }
}

/// What the person's whereabouts and the fullness of the zone say.
fn by_place(
    snapshot: &Snapshot,
    presence: &Presence,
    attempt: &Attempt,
    point_index: PointIndex,
    person: PersonIndex,
) -> Ruling {
    let point = &snapshot.points()[point_index.place()];
    let whereabouts = presence.whereabouts(person);
    let is_twice = whereabouts.is_beyond(snapshot, point_index, attempt.direction);
    let is_soft = match point.anti_passback {
        AntiPassback::Off => false,
        AntiPassback::Soft => is_twice,
        AntiPassback::Hard if is_twice => return (Reason::AntiPassback, None),
        AntiPassback::Timed(minutes) if is_twice && is_within_minutes(whereabouts.since, attempt.at, minutes) => {
            return (Reason::AntiPassback, None);
        }
        AntiPassback::Hard | AntiPassback::Timed(_) => false,
    };
    if attempt.direction == Direction::In
        && !whereabouts.is_in(snapshot, point.inner)
        && snapshot.zones()[point.inner.place()]
            .occupancy_limit
            .is_some_and(|limit| presence.count_in(point.inner) >= limit)
    {
        return (Reason::ZoneFull, None);
    }
    if is_soft { (Reason::GrantedPassback, Some(AlarmKind::Passback)) } else { (Reason::Granted, None) }
}

/// Whether less than so many minutes lie between the two, whichever comes first: a clock that was set back must not hold anybody for longer.
fn is_within_minutes(since: Timestamp, at: Timestamp, minutes: u16) -> bool {
    let apart_ms = at.as_millisecond().abs_diff(since.as_millisecond());
    apart_ms < u64::from(minutes) * 60_000
}
