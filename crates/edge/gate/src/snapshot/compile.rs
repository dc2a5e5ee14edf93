//! From the server's document to the compiled snapshot.
//!
//! A part that names something which is not in the document is left out and counted, never a reason to stand still: a gate with one
//! broken rule is better than a gate with yesterday's rules. What is left out never widens a right: a rule whose points are all unknown
//! is dropped rather than taken for "every point", one whose windows make no sense is dropped rather than taken for "always".

use std::{cmp::Reverse, collections::HashMap, hash::Hash};

use jiff::{civil::Date, tz::TimeZone};
use kernel::{
    ClassId, Direction, GroupId, PersonDoc, PersonId, Question, ReaderFormat, Role, RuleDoc, RuleId, RuleVerdict,
    SnapshotDoc, Who, Window, ZoneId,
};
use rustc_hash::FxHashMap;

use super::{
    Credential, CredentialIndex, Grant, Leave, LessonHours, NO_LESSONS, Person, PersonIndex, Point, PointIndex,
    Snapshot, Span, Zone, ZoneIndex,
};

/// The most zones in a snapshot.
pub const MAX_ZONES: usize = 512;
/// The most access points in a snapshot.
pub const MAX_POINTS: usize = 1_000;
/// The most persons in a snapshot.
pub const MAX_PERSONS: usize = 50_000;
/// The most credentials in a snapshot.
pub const MAX_CREDENTIALS: usize = 200_000;
/// The most rules in a snapshot; their places fit 16 bits.
pub const MAX_RULES: usize = 10_000;
/// The most keys of QR passes in a snapshot; a school has one, and for a moment two.
const MAX_CODE_KEYS: usize = 64;
/// The most right profiles × points × directions in a snapshot.
pub const MAX_RIGHTS: usize = 4_000_000;
/// The most windows that all combinations of rules come to.
pub const MAX_GRANTS: usize = 4_000_000;

const MINUTES_A_DAY: u16 = 1440;
const EVERY_DAY: u8 = 0x7f;

/// Why a document is no snapshot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// The time zone is not known.
    #[error("time zone {0:?} is not known")]
    TimeZone(String),
    /// More of something than a gate takes.
    #[error("{count} {what}, at most {limit} are possible")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many are possible.
        limit: usize,
    },
}

fn bound(what: &'static str, count: usize, limit: usize) -> Result<(), CompileError> {
    if count > limit { Err(CompileError::TooMany { what, count, limit }) } else { Ok(()) }
}

impl Snapshot {
    /// Compiles the server's document.
    ///
    /// # Errors
    /// [`CompileError`] when the time zone is not known or the document is larger than a gate takes. Broken references are no
    /// errors: [`Snapshot::skipped`] counts them.
    pub fn compile(doc: &SnapshotDoc) -> Result<Self, CompileError> {
        bound("points", doc.points.len(), MAX_POINTS)?;
        bound("persons", doc.persons.len(), MAX_PERSONS)?;
        bound("credentials", doc.credentials.len(), MAX_CREDENTIALS)?;
        bound("rules", doc.rules.len(), MAX_RULES)?;
        let time_zone = TimeZone::get(&doc.time_zone).map_err(|_| CompileError::TimeZone(doc.time_zone.clone()))?;

        let mut skipped = 0;
        let (zones, zone_places) = zones(doc, &mut skipped);
        bound("zones", zones.len(), MAX_ZONES)?;
        let (points, point_places) = points(doc, &zone_places, &mut skipped);
        let doors = doors(&points, &mut skipped);
        let (persons, person_places) = first_of_each(&doc.persons, |person| person.id, &mut skipped);
        let person_places: FxHashMap<PersonId, PersonIndex> =
            person_places.into_iter().map(|(id, place)| (id, PersonIndex::new(place))).collect();
        let rules = Rules::compile(doc, &point_places, &person_places, &mut skipped);
        let table = rules.rights(&persons, points.len())?;
        let (classes, lessons) = lessons(doc, &mut skipped);
        let (leaves, leave_spans) = leaves(doc, &point_places, &person_places, persons.len(), &mut skipped);
        let persons = persons
            .into_iter()
            .zip(table.profiles)
            .zip(leave_spans)
            .map(|((person, profile), leaves)| Person {
                id: person.id,
                status: person.status,
                learning_until: person.learning_until,
                profile,
                lessons: person.class.and_then(|class| classes.get(&class).copied()).unwrap_or(NO_LESSONS),
                leaves,
            })
            .collect();
        let credentials = credentials(doc, &person_places, &mut skipped);
        let (numbers, holders) = numbers(&credentials, &points);
        let mut holidays = doc.holidays.clone();
        holidays.sort_unstable();
        holidays.dedup();
        let moved_days = moved_days(doc, &mut skipped);
        Ok(Self {
            school: doc.school,
            gate: doc.gate,
            version: doc.version,
            made_at: doc.made_at,
            mode: doc.mode,
            time_zone,
            nested: nested(&points, zones.len()),
            zones,
            zone_places,
            points,
            point_places,
            doors,
            devices: doc.devices.clone(),
            persons,
            person_places,
            credentials,
            numbers,
            holders,
            rights: table.rights,
            grants: table.grants,
            holidays,
            moved_days,
            lessons,
            leaves,
            rule_ids: rules.rules.iter().map(|rule| rule.id).collect(),
            code_keys: doc.code_keys.iter().take(MAX_CODE_KEYS).map(|key| (key.number, key.public)).collect(),
            present: doc.present.clone(),
            presence_through: doc.presence_through,
            resets_at_midnight: doc.resets_at_midnight,
            skipped,
        })
    }
}

/// The hours of each class and day in which nobody of the class leaves, and the classes' places. What is said twice of a day is taken
/// together.
fn lessons(doc: &SnapshotDoc, skipped: &mut u32) -> (FxHashMap<ClassId, u32>, LessonHours) {
    let (mut classes, mut hours) = (FxHashMap::default(), LessonHours::default());
    for lessons in &doc.lessons {
        if lessons.from_min >= lessons.to_min || lessons.to_min > MINUTES_A_DAY {
            *skipped += 1;
            continue;
        }
        let next = classes.len() as u32;
        let class = *classes.entry(lessons.class).or_insert(next);
        for day in &lessons.days {
            let span = hours.entry((class, *day)).or_insert((lessons.from_min, lessons.to_min));
            *span = (span.0.min(lessons.from_min), span.1.max(lessons.to_min));
        }
    }
    (classes, hours)
}

/// The permissions to leave, and each person's slice of them. One for a point that is not here opens nothing here.
fn leaves(
    doc: &SnapshotDoc,
    points: &FxHashMap<kernel::AccessPointId, PointIndex>,
    persons: &FxHashMap<PersonId, PersonIndex>,
    count: usize,
    skipped: &mut u32,
) -> (Vec<Leave>, Vec<Span>) {
    let mut known: Vec<(PersonIndex, Leave)> = Vec::with_capacity(doc.leaves.len());
    for leave in &doc.leaves {
        let Some(&person) = persons.get(&leave.person) else {
            *skipped += 1;
            continue;
        };
        let point = match leave.point.map(|point| points.get(&point)) {
            None => None,
            Some(Some(&point)) => Some(point),
            Some(None) => continue,
        };
        known.push((person, Leave { id: leave.id, from: leave.from, until: leave.until, point }));
    }
    known.sort_by_key(|(person, leave)| (*person, leave.from, leave.id));
    let mut spans = vec![Span::default(); count];
    for (place, (person, _)) in known.iter().enumerate() {
        let span = &mut spans[person.place()];
        if span.start == span.end {
            span.start = place as u32;
        }
        span.end = place as u32 + 1;
    }
    (known.into_iter().map(|(_, leave)| leave).collect(), spans)
}

/// The days that work as another weekday, by day; of two words on one day the later one in the list is left out.
fn moved_days(doc: &SnapshotDoc, skipped: &mut u32) -> Vec<(Date, u8)> {
    let (known, _) = first_of_each(&doc.moved_days, |moved| moved.day, skipped);
    let mut days = Vec::with_capacity(known.len());
    for moved in known {
        match moved.as_weekday.checked_sub(1).filter(|place| *place < 7) {
            Some(place) => days.push((moved.day, place)),
            None => *skipped += 1,
        }
    }
    days.sort_unstable();
    days
}

/// The first of each id, in order, and their places; repeats are counted.
fn first_of_each<'a, T, Key: Hash + Eq>(
    items: &'a [T],
    key: impl Fn(&T) -> Key,
    skipped: &mut u32,
) -> (Vec<&'a T>, FxHashMap<Key, usize>) {
    let mut kept = Vec::with_capacity(items.len());
    let mut places = FxHashMap::default();
    for item in items {
        match places.entry(key(item)) {
            std::collections::hash_map::Entry::Occupied(_) => *skipped += 1,
            std::collections::hash_map::Entry::Vacant(vacant) => {
                vacant.insert(kept.len());
                kept.push(item);
            }
        }
    }
    (kept, places)
}

/// The zones, and those that only points name: people are tracked in them too, without a limit.
fn zones(doc: &SnapshotDoc, skipped: &mut u32) -> (Vec<Zone>, FxHashMap<ZoneId, ZoneIndex>) {
    let (known, places) = first_of_each(&doc.zones, |zone| zone.id, skipped);
    let mut zones: Vec<Zone> =
        known.into_iter().map(|zone| Zone { id: zone.id, occupancy_limit: zone.occupancy_limit }).collect();
    let mut places: FxHashMap<ZoneId, ZoneIndex> =
        places.into_iter().map(|(id, place)| (id, ZoneIndex::new(place))).collect();
    for id in doc.points.iter().flat_map(|point| [Some(point.inner), point.outer]).flatten() {
        places.entry(id).or_insert_with(|| {
            *skipped += 1;
            zones.push(Zone { id, occupancy_limit: None });
            ZoneIndex::new(zones.len() - 1)
        });
    }
    (zones, places)
}

type Points = (Vec<Point>, FxHashMap<kernel::AccessPointId, PointIndex>);

fn points(doc: &SnapshotDoc, zones: &FxHashMap<ZoneId, ZoneIndex>, skipped: &mut u32) -> Points {
    let mut points = Vec::with_capacity(doc.points.len());
    let mut places = FxHashMap::default();
    let (known, _) = first_of_each(&doc.points, |point| point.id, skipped);
    for point in known {
        let Some(&inner) = zones.get(&point.inner) else { continue };
        places.insert(point.id, PointIndex::new(points.len()));
        points.push(Point {
            id: point.id,
            device: point.device,
            door: point.door,
            reader_format: point.reader_format,
            anti_passback: point.anti_passback,
            is_enabled: point.enabled,
            inner,
            outer: point.outer.and_then(|outer| zones.get(&outer).copied()),
        });
    }
    (points, places)
}

fn doors(points: &[Point], skipped: &mut u32) -> FxHashMap<(kernel::DeviceId, u8), PointIndex> {
    let mut doors = FxHashMap::default();
    for (place, point) in points.iter().enumerate() {
        let Some(device) = point.device else { continue };
        if let std::collections::hash_map::Entry::Vacant(vacant) = doors.entry((device, point.door)) {
            vacant.insert(PointIndex::new(place));
        } else {
            *skipped += 1;
        }
    }
    doors
}

/// Which zone lies within which: each within itself, the inner zone of a point within its outer one, and so on outwards.
fn nested(points: &[Point], zones: usize) -> Vec<bool> {
    let mut outwards: Vec<Vec<usize>> = vec![Vec::new(); zones];
    for point in points {
        if let Some(outer) = point.outer {
            outwards[point.inner.place()].push(outer.place());
        }
    }
    let mut nested = vec![false; zones * zones];
    for zone in 0..zones {
        let mut open = vec![zone];
        while let Some(next) = open.pop() {
            if !std::mem::replace(&mut nested[zone * zones + next], true) {
                open.extend(&outwards[next]);
            }
        }
    }
    nested
}

fn credentials(doc: &SnapshotDoc, persons: &FxHashMap<PersonId, PersonIndex>, skipped: &mut u32) -> Vec<Credential> {
    let (known, _) = first_of_each(&doc.credentials, |credential| credential.id, skipped);
    let mut credentials = Vec::with_capacity(known.len());
    for credential in known {
        let Some(&person) = persons.get(&credential.person) else {
            *skipped += 1;
            continue;
        };
        credentials.push(Credential {
            id: credential.id,
            person,
            card: credential.card,
            status: credential.status,
            valid_from: credential.valid_from,
            valid_until: credential.valid_until,
        });
    }
    credentials
}

type Numbers = (FxHashMap<(ReaderFormat, u64), Span>, Vec<CredentialIndex>);

/// The numbers of all credentials in the formats that the points use.
fn numbers(credentials: &[Credential], points: &[Point]) -> Numbers {
    let mut formats: Vec<ReaderFormat> = points.iter().map(|point| point.reader_format).collect();
    formats.sort_unstable();
    formats.dedup();
    let mut views: Vec<((ReaderFormat, u64), Reverse<kernel::CredentialId>, CredentialIndex)> = Vec::new();
    for (place, credential) in credentials.iter().enumerate() {
        for &format in &formats {
            if let Some(number) = format.number(credential.card) {
                views.push(((format, number), Reverse(credential.id), CredentialIndex::new(place)));
            }
        }
    }
    views.sort_unstable();
    let mut numbers = FxHashMap::default();
    for (place, (key, _, _)) in views.iter().enumerate() {
        let start = place as u32;
        numbers.entry(*key).or_insert(Span { start, end: start }).end = start + 1;
    }
    (numbers, views.into_iter().map(|(_, _, credential)| credential).collect())
}

/// The rules that are for the person of a question, in their order; with a verdict when the rule is for other points or the other way,
/// so that no decision here asks it.
pub(crate) fn applying_rules(
    doc: &SnapshotDoc,
    snapshot: &Snapshot,
    question: &Question,
) -> Vec<(RuleId, Option<RuleVerdict>)> {
    let Some(person) = doc.persons.iter().find(|person| person.id == question.person) else { return Vec::new() };
    let rules = Rules::compile(doc, &snapshot.point_places, &snapshot.person_places, &mut 0);
    let point = snapshot.point_index(question.point);
    let elsewhere = |rule: &Rule| match point {
        Some(point) if rule.is_for(point, question.direction) => None,
        Some(point) if rule.is_at(point) => Some(RuleVerdict::OtherWay),
        Some(_) | None => Some(RuleVerdict::OtherPoint),
    };
    let applying = rules.of(person);
    applying.iter().map(|place| &rules.rules[*place as usize]).map(|rule| (rule.id, elsewhere(rule))).collect()
}

/// A rule that can be applied.
struct Rule {
    id: RuleId,
    /// `None`: every point. Sorted.
    points: Option<Vec<PointIndex>>,
    direction: Option<Direction>,
    grants: Vec<Grant>,
}

/// The rules by whom they are for.
#[derive(Default)]
struct Rules {
    rules: Vec<Rule>,
    everybody: Vec<u32>,
    roles: FxHashMap<Role, Vec<u32>>,
    classes: FxHashMap<ClassId, Vec<u32>>,
    groups: FxHashMap<GroupId, Vec<u32>>,
    persons: FxHashMap<PersonId, Vec<u32>>,
}

/// What the rules come to.
#[derive(Default)]
struct RightsTable {
    /// The profile of each person.
    profiles: Vec<u32>,
    rights: Vec<Span>,
    grants: Vec<Grant>,
}

impl Rules {
    fn compile(
        doc: &SnapshotDoc,
        points: &FxHashMap<kernel::AccessPointId, PointIndex>,
        persons: &FxHashMap<PersonId, PersonIndex>,
        skipped: &mut u32,
    ) -> Self {
        let mut rules = Self::default();
        let (known, _) = first_of_each(&doc.rules, |rule| rule.id, skipped);
        for doc in known {
            let is_for_nobody = matches!(doc.who, Who::Person(person) if !persons.contains_key(&person));
            let next = rules.rules.len() as u16;
            let rule = if is_for_nobody { None } else { compile_rule(doc, next, points, skipped) };
            let Some(rule) = rule else {
                *skipped += 1;
                continue;
            };
            let place = rules.rules.len() as u32;
            rules.rules.push(rule);
            match doc.who {
                Who::Everybody => rules.everybody.push(place),
                Who::Role(role) => rules.roles.entry(role).or_default().push(place),
                Who::Class(class) => rules.classes.entry(class).or_default().push(place),
                Who::Group(group) => rules.groups.entry(group).or_default().push(place),
                Who::Person(person) => rules.persons.entry(person).or_default().push(place),
            }
        }
        rules
    }

    /// The rules that apply to this person, sorted.
    fn of(&self, person: &PersonDoc) -> Vec<u32> {
        let mut places = self.everybody.clone();
        places.extend(person.roles.iter().filter_map(|role| self.roles.get(role)).flatten());
        places.extend(person.class.iter().filter_map(|class| self.classes.get(class)).flatten());
        places.extend(person.groups.iter().filter_map(|group| self.groups.get(group)).flatten());
        places.extend(self.persons.get(&person.id).into_iter().flatten());
        places.sort_unstable();
        places.dedup();
        places
    }

    fn rights(&self, persons: &[&PersonDoc], points: usize) -> Result<RightsTable, CompileError> {
        let mut table = RightsTable::default();
        let mut profiles: HashMap<Vec<u32>, u32> = HashMap::new();
        let mut slices: HashMap<Vec<u32>, Span> = HashMap::new();
        for person in persons {
            let applying = self.of(person);
            let next = profiles.len() as u32;
            if let Some(&profile) = profiles.get(&applying) {
                table.profiles.push(profile);
                continue;
            }
            bound("right profiles × points", table.rights.len() + points * Direction::ALL.len(), MAX_RIGHTS)?;
            for point in 0..points {
                for direction in Direction::ALL {
                    let span =
                        self.slice(&applying, PointIndex::new(point), direction, &mut slices, &mut table.grants)?;
                    table.rights.push(span);
                }
            }
            table.profiles.push(next);
            profiles.insert(applying, next);
        }
        Ok(table)
    }

    /// The slice of the grants that these rules give at this point; made once for each combination of rules.
    fn slice(
        &self,
        applying: &[u32],
        point: PointIndex,
        direction: Direction,
        slices: &mut HashMap<Vec<u32>, Span>,
        grants: &mut Vec<Grant>,
    ) -> Result<Span, CompileError> {
        let here: Vec<u32> =
            applying.iter().copied().filter(|place| self.rules[*place as usize].is_for(point, direction)).collect();
        if let Some(&span) = slices.get(&here) {
            return Ok(span);
        }
        let start = grants.len() as u32;
        for place in &here {
            grants.extend_from_slice(&self.rules[*place as usize].grants);
            bound("windows", grants.len(), MAX_GRANTS)?;
        }
        let span = Span { start, end: grants.len() as u32 };
        slices.insert(here, span);
        Ok(span)
    }
}

impl Rule {
    fn is_for(&self, point: PointIndex, direction: Direction) -> bool {
        self.direction.is_none_or(|only| only == direction) && self.is_at(point)
    }

    fn is_at(&self, point: PointIndex) -> bool {
        self.points.as_ref().is_none_or(|points| points.binary_search(&point).is_ok())
    }
}

/// The rule at its place among those that are applied, without what is broken in it; `None` when nothing is left that it could give.
fn compile_rule(
    doc: &RuleDoc,
    place: u16,
    places: &FxHashMap<kernel::AccessPointId, PointIndex>,
    skipped: &mut u32,
) -> Option<Rule> {
    let mut points: Vec<PointIndex> = Vec::new();
    for point in &doc.points {
        match places.get(point) {
            Some(&place) => points.push(place),
            None => *skipped += 1,
        }
    }
    points.sort_unstable();
    points.dedup();
    let (from, until) = (doc.from.unwrap_or(Date::MIN), doc.until.unwrap_or(Date::MAX));
    let grant = |window: &Window| Grant {
        from,
        until,
        from_min: window.from_min,
        to_min: window.to_min,
        days: window.days,
        on_holidays: doc.on_holidays,
        rule: place,
    };
    let mut grants: Vec<Grant> = Vec::new();
    for window in &doc.windows {
        if makes_sense(window) { grants.push(grant(window)) } else { *skipped += 1 }
    }
    if doc.windows.is_empty() {
        grants.push(grant(&Window { days: EVERY_DAY, from_min: 0, to_min: MINUTES_A_DAY }));
    }
    let names_no_known_point = points.is_empty() && !doc.points.is_empty();
    if names_no_known_point || grants.is_empty() || from > until {
        return None;
    }
    Some(Rule { id: doc.id, points: (!doc.points.is_empty()).then_some(points), direction: doc.direction, grants })
}

fn makes_sense(window: &Window) -> bool {
    (1..=EVERY_DAY).contains(&window.days)
        && window.from_min < MINUTES_A_DAY
        && (1..=MINUTES_A_DAY).contains(&window.to_min)
}
