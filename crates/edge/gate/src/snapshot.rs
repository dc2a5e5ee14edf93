//! The compiled snapshot: what a gate must know to decide, laid out so that a decision needs a few look-ups and no allocation.
//!
//! [`Snapshot::compile`] turns the document of the server into dense arrays. Persons to whom the same rules apply share a right
//! profile; a profile, a point and a direction lead to one slice of [`Grant`]s. A compiled snapshot never changes: a newer one takes its
//! place as a whole.

mod board;
mod compile;

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{
    AccessPointId, AntiPassback, CredentialId, CredentialStatus, DeviceDoc, DeviceId, Direction, GateId, LeaveId,
    PersonId, PersonStatus, PresentDoc, ReaderFormat, RuleId, RuleVerdict, SchoolId, SchoolMode, ZoneId,
};
use rustc_hash::FxHashMap;

pub use board::board_lists;
pub(crate) use compile::applying_rules;
pub use compile::{
    CompileError, MAX_CREDENTIALS, MAX_GRANTS, MAX_PERSONS, MAX_POINTS, MAX_RIGHTS, MAX_RULES, MAX_ZONES,
};

macro_rules! indices {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) struct $name(u32);

        impl $name {
            pub(crate) fn new(place: usize) -> Self {
                // Every list is bounded far below by `compile`.
                Self(u32::try_from(place).unwrap_or(u32::MAX))
            }

            pub(crate) const fn place(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

indices! {
    /// A person's place in a snapshot.
    PersonIndex;
    /// An access point's place in a snapshot.
    PointIndex;
    /// A zone's place in a snapshot.
    ZoneIndex;
    /// A credential's place in a snapshot.
    CredentialIndex;
}

/// What a gate decides by.
#[derive(Debug)]
pub struct Snapshot {
    school: SchoolId,
    gate: GateId,
    version: u64,
    made_at: Timestamp,
    mode: SchoolMode,
    time_zone: TimeZone,
    zones: Vec<Zone>,
    zone_places: FxHashMap<ZoneId, ZoneIndex>,
    /// Row by row: whether the zone of the row lies within the zone of the column.
    nested: Vec<bool>,
    points: Vec<Point>,
    point_places: FxHashMap<AccessPointId, PointIndex>,
    doors: FxHashMap<(DeviceId, u8), PointIndex>,
    devices: Vec<DeviceDoc>,
    persons: Vec<Person>,
    person_places: FxHashMap<PersonId, PersonIndex>,
    credentials: Vec<Credential>,
    /// Slices of `holders`.
    numbers: FxHashMap<(ReaderFormat, u64), Span>,
    /// Newest credential first within a slice.
    holders: Vec<CredentialIndex>,
    /// Slices of `grants`; by profile, point and direction.
    rights: Vec<Span>,
    grants: Vec<Grant>,
    /// Sorted.
    holidays: Vec<Date>,
    /// Sorted: days that work as another weekday, and its place in the week, 0 Monday.
    moved_days: Vec<(Date, u8)>,
    /// By class and day: the minutes of the day between which its pupils stay in.
    lessons: LessonHours,
    /// Sorted by person; a person's are a slice.
    leaves: Vec<Leave>,
    rule_ids: Vec<RuleId>,
    /// Public keys by which QR passes are checked, by number.
    code_keys: FxHashMap<u16, [u8; 32]>,
    present: Vec<PresentDoc>,
    presence_through: u64,
    resets_at_midnight: bool,
    skipped: u32,
}

/// A zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Which.
    pub id: ZoneId,
    /// How many people it may hold.
    pub occupancy_limit: Option<u32>,
}

/// An access point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// Which.
    pub id: AccessPointId,
    /// The device that opens it.
    pub device: Option<DeviceId>,
    /// The door on the device, from 1.
    pub door: u8,
    /// How its readers show a card.
    pub reader_format: ReaderFormat,
    /// Anti-passback at this point.
    pub anti_passback: AntiPassback,
    /// Whether it is in use.
    pub is_enabled: bool,
    pub(crate) inner: ZoneIndex,
    pub(crate) outer: Option<ZoneIndex>,
}

/// A person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// Whether the person may be at the school at all.
    pub status: PersonStatus,
    /// Always let in up to and with this day.
    pub learning_until: Option<Date>,
    profile: u32,
    /// The class, if its pupils may not leave during lessons; else [`NO_LESSONS`].
    lessons: u32,
    leaves: Span,
}

const NO_LESSONS: u32 = u32::MAX;

/// By class and day: the minutes of the day between which its pupils stay in.
type LessonHours = FxHashMap<(u32, Date), (u16, u16)>;

/// A permission to leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leave {
    id: LeaveId,
    from: Timestamp,
    until: Timestamp,
    /// `None`: any that the person's rules name.
    point: Option<PointIndex>,
}

/// Looks on while a decision is made. The gate's own decisions have none (`()`), which costs them nothing.
pub(crate) trait Witness {
    /// Whether it looks at all.
    const LOOKS: bool;
    /// A window of this rule was asked.
    fn rule(&mut self, rule: RuleId, verdict: RuleVerdict);
    /// This permission opens the way.
    fn leave(&mut self, leave: LeaveId);
}

impl Witness for () {
    const LOOKS: bool = false;
    fn rule(&mut self, _: RuleId, _: RuleVerdict) {}
    fn leave(&mut self, _: LeaveId) {}
}

/// A credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Credential {
    pub(crate) id: CredentialId,
    pub(crate) person: PersonIndex,
    pub(crate) card: kernel::Card,
    pub(crate) status: CredentialStatus,
    pub(crate) valid_from: Option<Timestamp>,
    pub(crate) valid_until: Option<Timestamp>,
}

impl Credential {
    fn is_valid_at(&self, at: Timestamp) -> bool {
        self.valid_from.is_none_or(|from| from <= at) && self.valid_until.is_none_or(|until| at < until)
    }
}

/// One window of one rule. The date range, the weekday and the holiday are those of the day on which the window begins; the weekday is
/// the one as which that day works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    from: Date,
    until: Date,
    from_min: u16,
    /// Not after `from_min`: the window runs over midnight.
    to_min: u16,
    days: u8,
    on_holidays: bool,
    /// The place of its rule in `rule_ids`.
    rule: u16,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Span {
    start: u32,
    end: u32,
}

impl Span {
    const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Whose a number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holder {
    /// Nobody's.
    Unknown,
    /// Two live credentials of different persons look so to this reader.
    Ambiguous,
    /// This credential's, which is live: active, within its term, and its holder belongs to the school.
    Live(CredentialIndex),
    /// This credential's, which is not live.
    Dead(CredentialIndex),
}

/// What the rules say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    /// A rule allows it now.
    Now,
    /// A rule would allow it now were today no holiday.
    NotOnHoliday,
    /// A rule allows it at another time.
    NotNow,
    /// No rule allows it.
    Never,
}

/// A moment by the school's wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LocalTime {
    pub(crate) date: Date,
    minute: u16,
    /// As which weekday the day works, 0 Monday.
    works_as: u8,
    /// The same of the day before.
    yesterday_works_as: u8,
}

impl Snapshot {
    /// The school.
    pub fn school(&self) -> SchoolId {
        self.school
    }

    /// The public key of this number, by which QR passes are checked.
    pub fn code_key(&self, number: u16) -> Option<&[u8; 32]> {
        self.code_keys.get(&number)
    }

    /// The gate for which it was made.
    pub fn gate(&self) -> GateId {
        self.gate
    }

    /// The journal number up to which it is true.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// When the server made it.
    pub fn made_at(&self) -> Timestamp {
        self.made_at
    }

    /// The state of the school.
    pub fn mode(&self) -> SchoolMode {
        self.mode
    }

    /// The school's time zone.
    pub fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// The devices of this gate.
    pub fn devices(&self) -> &[DeviceDoc] {
        &self.devices
    }

    /// How many parts of the document were left out, since they named something that is not in it or made no sense.
    pub fn skipped(&self) -> u32 {
        self.skipped
    }

    /// This person.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.persons.get(self.person_places.get(&id)?.place())
    }

    /// This access point.
    pub fn point(&self, id: AccessPointId) -> Option<&Point> {
        self.points.get(self.point_places.get(&id)?.place())
    }

    /// The access point behind this door of this device.
    pub fn door(&self, device: DeviceId, door: u8) -> Option<&Point> {
        self.points.get(self.doors.get(&(device, door))?.place())
    }

    /// Where people are, as the server knew it.
    pub fn present(&self) -> &[PresentDoc] {
        &self.present
    }

    /// The journal number up to which [`Snapshot::present`] is true.
    pub fn presence_through(&self) -> u64 {
        self.presence_through
    }

    /// Whether it is forgotten at midnight who is still inside.
    pub fn resets_at_midnight(&self) -> bool {
        self.resets_at_midnight
    }

    /// The moments at which the day of `at` begins and the next one does, by the school's wall clock.
    pub fn day_span(&self, at: Timestamp) -> (Timestamp, Timestamp) {
        let midnight = |day: Date| day.to_zoned(self.time_zone.clone()).map(|zoned| zoned.timestamp());
        let today = self.day(at);
        let began = midnight(today).unwrap_or(at);
        (began, today.tomorrow().and_then(midnight).unwrap_or(Timestamp::MAX))
    }

    /// The day by the school's wall clock.
    pub fn day(&self, at: Timestamp) -> Date {
        self.local(at).date
    }

    pub(crate) fn local(&self, at: Timestamp) -> LocalTime {
        let local = self.time_zone.to_datetime(at);
        let date = local.date();
        LocalTime {
            date,
            minute: local.hour() as u16 * 60 + local.minute() as u16,
            works_as: self.works_as(date),
            yesterday_works_as: date.yesterday().map_or(0, |day| self.works_as(day)),
        }
    }

    /// As which weekday a day works, 0 Monday.
    fn works_as(&self, day: Date) -> u8 {
        match self.moved_days.binary_search_by_key(&day, |moved| moved.0) {
            Ok(place) => self.moved_days[place].1,
            Err(_) => day.weekday().to_monday_zero_offset().unsigned_abs(),
        }
    }

    pub(crate) fn zones(&self) -> &[Zone] {
        &self.zones
    }

    pub(crate) fn zone_index(&self, id: ZoneId) -> Option<ZoneIndex> {
        self.zone_places.get(&id).copied()
    }

    pub(crate) fn points(&self) -> &[Point] {
        &self.points
    }

    pub(crate) fn point_index(&self, id: AccessPointId) -> Option<PointIndex> {
        self.point_places.get(&id).copied()
    }

    pub(crate) fn persons(&self) -> &[Person] {
        &self.persons
    }

    pub(crate) fn person_index(&self, id: PersonId) -> Option<PersonIndex> {
        self.person_places.get(&id).copied()
    }

    pub(crate) fn credential(&self, index: CredentialIndex) -> &Credential {
        &self.credentials[index.place()]
    }

    /// Whether `zone` lies within `outer`: is it, or is reached from it by going in.
    pub(crate) fn is_within(&self, zone: ZoneIndex, outer: ZoneIndex) -> bool {
        self.nested[zone.place() * self.zones.len() + outer.place()]
    }

    /// Whose this number is at this moment.
    ///
    /// A live credential comes before any that is not, so a card given to the next child works though the record of the last
    /// holder was never closed. Of several that are not live the newest speaks.
    pub(crate) fn holder(&self, format: ReaderFormat, number: u64, at: Timestamp) -> Holder {
        let Some(span) = self.numbers.get(&(format, number)) else { return Holder::Unknown };
        let candidates = &self.holders[span.range()];
        let mut live: Option<CredentialIndex> = None;
        for &candidate in candidates.iter().filter(|candidate| self.is_live(**candidate, at)) {
            match live {
                None => live = Some(candidate),
                Some(first) if self.credential(first).person != self.credential(candidate).person => {
                    return Holder::Ambiguous;
                }
                Some(_) => {}
            }
        }
        match (live, candidates.first()) {
            (Some(live), _) => Holder::Live(live),
            (None, Some(&newest)) => Holder::Dead(newest),
            (None, None) => Holder::Unknown,
        }
    }

    fn is_live(&self, index: CredentialIndex, at: Timestamp) -> bool {
        let credential = self.credential(index);
        credential.status == CredentialStatus::Active
            && credential.is_valid_at(at)
            && self.persons[credential.person.place()].status != PersonStatus::Archived
    }

    /// What the rules say of this person at this point in this direction.
    pub(crate) fn right<W: Witness>(
        &self,
        person: &Person,
        point: PointIndex,
        direction: Direction,
        local: LocalTime,
        witness: &mut W,
    ) -> Right {
        let grants = self.grants(person, point, direction);
        if grants.is_empty() {
            return Right::Never;
        }
        let mut right = Right::NotNow;
        for grant in grants {
            // A window longer than the time since midnight may hold by yesterday though today is a holiday, and the other way round.
            let days = [grant.begins(local), grant.began_yesterday(local)];
            let holds = days.into_iter().flatten().any(|day| grant.on_holidays || !self.is_holiday(day));
            if W::LOOKS {
                witness.rule(self.rule_ids[usize::from(grant.rule)], grant.verdict(local, days != [None; 2], holds));
            }
            if holds {
                return Right::Now;
            }
            if days != [None; 2] {
                right = Right::NotOnHoliday;
            }
        }
        right
    }

    fn is_holiday(&self, day: Date) -> bool {
        self.holidays.binary_search(&day).is_ok()
    }

    /// Whether the person has lessons during which nobody of the class leaves.
    pub(crate) fn has_lessons(&self, person: &Person, local: LocalTime) -> bool {
        person.lessons != NO_LESSONS
            && self
                .lessons
                .get(&(person.lessons, local.date))
                .is_some_and(|(from_min, to_min)| (*from_min..*to_min).contains(&local.minute))
    }

    /// The minutes of the day between which the person may not leave for lessons.
    pub(crate) fn lessons_of(&self, person: PersonId, at: Timestamp) -> Option<(u16, u16)> {
        let person = self.person(person)?;
        self.lessons.get(&(person.lessons, self.day(at))).copied()
    }

    /// The permission by which the person may leave through this point now; one without a point opens only points of the person's own.
    pub(crate) fn leave(&self, person: &Person, point: PointIndex, is_own: bool, at: Timestamp) -> Option<LeaveId> {
        let holds =
            |leave: &&Leave| leave.from <= at && at < leave.until && leave.point.map_or(is_own, |only| only == point);
        self.leaves[person.leaves.range()].iter().find(holds).map(|leave| leave.id)
    }

    fn grants(&self, person: &Person, point: PointIndex, direction: Direction) -> &[Grant] {
        let row = (person.profile as usize * self.points.len() + point.place()) * Direction::ALL.len();
        &self.grants[self.rights[row + direction as usize].range()]
    }
}

impl Grant {
    /// The day of `local`, if a window that begins on it holds.
    fn begins(&self, local: LocalTime) -> Option<Date> {
        let is_within = if self.is_over_midnight() {
            local.minute >= self.from_min
        } else {
            (self.from_min..self.to_min).contains(&local.minute)
        };
        (is_within && self.holds_on(local.date, local.works_as)).then_some(local.date)
    }

    /// The day before `local`, if a window that began on it still holds.
    fn began_yesterday(&self, local: LocalTime) -> Option<Date> {
        if !self.is_over_midnight() || local.minute >= self.to_min {
            return None;
        }
        local.date.yesterday().ok().filter(|yesterday| self.holds_on(*yesterday, local.yesterday_works_as))
    }

    const fn is_over_midnight(&self) -> bool {
        self.to_min <= self.from_min
    }

    /// Whether a window of it begins on this day, which works as that weekday, 0 Monday.
    fn holds_on(&self, day: Date, works_as: u8) -> bool {
        self.days >> works_as & 1 == 1 && self.is_in_force(day)
    }

    /// What it says at this moment: `is_open` is whether its hours hold, `holds` whether it lets pass.
    fn verdict(&self, local: LocalTime, is_open: bool, holds: bool) -> RuleVerdict {
        if holds {
            RuleVerdict::Grants
        } else if is_open {
            RuleVerdict::Holiday
        } else if !self.is_in_force(local.date) {
            RuleVerdict::NotInForce
        } else if self.days >> local.works_as & 1 == 0 {
            RuleVerdict::OtherDay
        } else {
            RuleVerdict::OtherTime
        }
    }

    /// Whether the date range of the rule holds this day.
    fn is_in_force(&self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }
}
