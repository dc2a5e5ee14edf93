//! The document by which a gate decides, made from the tables of one moment.

use std::collections::{BTreeMap, HashMap, HashSet};

use accounts::Scope;
use calendar::{CalendarOf, model::Calendar};
use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use kernel::{
    AntiPassback, Card, ClassId, CredentialDoc, CredentialStatus, DeviceDoc, GateId, LeaveDoc, LessonsDoc, MovedDay,
    PersonDoc, PersonId, PointDoc, RuleDoc, SchoolId, SnapshotDoc, ZoneDoc,
};
use store::Tx;

use crate::{
    error::AccessError,
    presence::FOLLOWER,
    store::{devices, leaves, persons, rules, school, snapshot as rows},
};

/// A returned card is told from an unknown one for so long.
const RETURNED_KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Days before today that still matter when they were closed or moved: a window over midnight belongs to the day before, and clocks differ.
const DAYS_BACK: i32 = 3;
/// A gate is told of lessons for so many days: longer than it is ever left without news.
const LESSON_DAYS: i32 = 60;

/// What the gate must know at `now`. Its version is the journal's head of the same moment, so that whatever changes later has a
/// greater number.
///
/// # Errors
/// From the database; [`AccessError::NotFound`] when there is no such school; [`AccessError::Settings`] when a device's settings are
/// none.
pub fn snapshot_doc(
    tx: &mut Tx<'_>,
    school: SchoolId,
    gate: GateId,
    now: Timestamp,
) -> Result<SnapshotDoc, AccessError> {
    let version = journal::head(tx, school)?;
    let mode = school::mode(tx, school)?.ok_or(AccessError::NotFound("school"))?;
    let zones = rows::zones(tx, school)?;
    let points = rows::points(tx, school, gate)?;
    let persons = person_docs(tx, school)?;
    let known: HashSet<PersonId> = persons.iter().map(|person| person.id).collect();
    let present = rows::present(tx, school)?;
    let calendar = calendar::queries::calendar_of(tx, &Scope::of_program(school))?;
    let today = today(now, &mode.time_zone);
    let first_day = first_day(today);
    Ok(SnapshotDoc {
        school,
        gate,
        version,
        made_at: now,
        mode: mode.mode,
        zones: zones.into_iter().map(|row| ZoneDoc { id: row.id, occupancy_limit: row.occupancy_limit }).collect(),
        devices: gate_devices(tx, school, gate)?,
        credentials: credentials(tx, school, now)?,
        rules: rule_docs(tx, school, &points)?,
        holidays: calendar.calendar().closed_days(first_day),
        moved_days: moved_days(calendar.calendar(), first_day),
        lessons: lessons(tx, school, &calendar, today)?,
        leaves: open_leaves(tx, school, now, &known)?,
        code_keys: people::queries::code_keys(tx, &Scope::of_program(school))?,
        points: points.into_iter().map(point_doc).collect(),
        present: present.into_iter().filter(|row| known.contains(&row.person)).map(rows::PresentRow::doc).collect(),
        presence_through: journal::cursor(tx, FOLLOWER, school)?,
        resets_at_midnight: school::resets_presence(tx, school)?.unwrap_or(true),
        persons,
        time_zone: mode.time_zone,
    })
}

fn point_doc(row: rows::PointRow) -> PointDoc {
    PointDoc {
        id: row.id,
        device: row.device,
        door: row.door,
        reader_format: row.reader_format,
        inner: row.inner_zone,
        outer: row.outer_zone,
        // The table holds its words only; should it not, no anti-passback locks nobody out.
        anti_passback: AntiPassback::parse(&row.anti_passback, row.anti_passback_min).unwrap_or(AntiPassback::Off),
        enabled: row.is_enabled,
    }
}

fn gate_devices(tx: &mut Tx<'_>, school: SchoolId, gate: GateId) -> Result<Vec<DeviceDoc>, AccessError> {
    let rows = rows::devices(tx, school, gate)?;
    let doc = |row: rows::DeviceRow| {
        Ok(DeviceDoc { kind: devices::kind(row.id, &row.settings)?, id: row.id, last_event: row.last_event })
    };
    rows.into_iter().map(doc).collect()
}

fn person_docs(tx: &mut Tx<'_>, school: SchoolId) -> Result<Vec<PersonDoc>, AccessError> {
    let mut persons: Vec<PersonDoc> = rows::persons(tx, school)?
        .into_iter()
        .map(|row| PersonDoc {
            id: row.id,
            roles: Vec::new(),
            class: row.class,
            groups: Vec::new(),
            status: row.status,
            learning_until: row.learning_until,
        })
        .collect();
    let places: HashMap<PersonId, usize> = persons.iter().zip(0..).map(|(person, place)| (person.id, place)).collect();
    for row in rows::roles(tx, school)? {
        if let Some(place) = places.get(&row.person) {
            persons[*place].roles.push(row.role);
        }
    }
    for row in rows::members(tx, school)? {
        if let Some(place) = places.get(&row.person) {
            persons[*place].groups.push(row.group_id);
        }
    }
    Ok(persons)
}

/// One credential a card: the living one, or else the one returned last.
fn credentials(tx: &mut Tx<'_>, school: SchoolId, now: Timestamp) -> Result<Vec<CredentialDoc>, AccessError> {
    let returned_since = now.checked_sub(RETURNED_KEPT).unwrap_or(Timestamp::UNIX_EPOCH);
    let rows = rows::credentials(tx, school, returned_since)?;
    let is_returned = |row: &rows::CredentialRow| row.status == CredentialStatus::Returned;
    let mut taken: HashSet<(u8, i64)> =
        rows.iter().filter(|row| !is_returned(row)).map(|row| (row.bits, row.value)).collect();
    let mut docs = Vec::with_capacity(rows.len());
    for row in rows {
        // Rows come newest first, so of several returned ones the last stays.
        if is_returned(&row) && !taken.insert((row.bits, row.value)) {
            continue;
        }
        let Ok(card) = Card::new(row.bits, row.value.cast_unsigned()) else {
            tracing::warn!(credential = %row.id, "a credential holds no card");
            continue;
        };
        docs.push(CredentialDoc {
            id: row.id,
            person: row.person,
            card,
            status: row.status,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
        });
    }
    Ok(docs)
}

/// Rules that count at this gate. A rule for other gates' points alone is left out: with its list emptied it would hold everywhere.
fn rule_docs(tx: &mut Tx<'_>, school: SchoolId, points: &[rows::PointRow]) -> Result<Vec<RuleDoc>, AccessError> {
    let here: HashSet<_> = points.iter().map(|point| point.id).collect();
    let mut at: HashMap<_, Vec<_>> = HashMap::new();
    for row in rules::points(tx, school)? {
        at.entry(row.rule).or_default().push(row.point);
    }
    let mut when: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for row in rules::windows(tx, school)? {
        when.entry(row.rule).or_default().push(row.window());
    }
    let mut docs = Vec::new();
    for row in rules::list(tx, school)?.into_iter().filter(|row| row.is_enabled) {
        let Some(who) = row.who() else { continue };
        let named = at.remove(&row.id);
        let is_everywhere = named.is_none();
        let points: Vec<_> = named.unwrap_or_default().into_iter().filter(|point| here.contains(point)).collect();
        if points.is_empty() && !is_everywhere {
            continue;
        }
        docs.push(RuleDoc {
            id: row.id,
            who,
            points,
            direction: row.direction,
            windows: when.remove(&row.id).unwrap_or_default(),
            from: row.from_day,
            until: row.until_day,
            on_holidays: row.on_holidays,
        });
    }
    Ok(docs)
}

fn today(now: Timestamp, time_zone: &str) -> civil::Date {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    now.to_zoned(zone).date()
}

/// The first day of which a gate is told whether it is closed or works as another weekday.
fn first_day(today: civil::Date) -> civil::Date {
    today.checked_sub(jiff::Span::new().days(DAYS_BACK)).unwrap_or(today)
}

/// When classes whose pupils may not leave during lessons are at school: from the first bell to the last one of each day.
fn lessons(
    tx: &mut Tx<'_>,
    school: SchoolId,
    calendar: &CalendarOf,
    today: civil::Date,
) -> Result<Vec<LessonsDoc>, AccessError> {
    let up_to_grade = leaves::stays_in_grade(tx, school)?.unwrap_or(0);
    if up_to_grade == 0 {
        return Ok(Vec::new());
    }
    let days: Vec<civil::Date> =
        (0..LESSON_DAYS).filter_map(|ahead| today.checked_add(jiff::Span::new().days(ahead)).ok()).collect();
    let classes = persons::classes(tx, school)?;
    let mut hours: BTreeMap<(ClassId, u16, u16), Vec<civil::Date>> = BTreeMap::new();
    for class in classes.into_iter().filter(|class| (1..=up_to_grade).contains(&class.grade)) {
        for day in &days {
            let Some(of_class) = calendar.class_day(class.id, *day).filter(|of_class| of_class.kind.is_at_school())
            else {
                continue;
            };
            if let Some((from_min, to_min)) = of_class.begins_min().zip(of_class.ends_min()) {
                hours.entry((class.id, from_min, to_min)).or_default().push(*day);
            }
        }
    }
    let docs = hours.into_iter();
    Ok(docs.map(|((class, from_min, to_min), days)| LessonsDoc { class, days, from_min, to_min }).collect())
}

/// Permissions to leave that are not over, of persons whom the gate knows.
fn open_leaves(
    tx: &mut Tx<'_>,
    school: SchoolId,
    now: Timestamp,
    known: &HashSet<PersonId>,
) -> Result<Vec<LeaveDoc>, AccessError> {
    let rows = leaves::open(tx, school, now)?.into_iter().filter(|row| known.contains(&row.person));
    Ok(rows
        .map(|row| LeaveDoc {
            id: row.id,
            person: row.person,
            from: row.from_at,
            until: row.until_at,
            point: row.point,
        })
        .collect())
}

fn moved_days(calendar: &Calendar, from: civil::Date) -> Vec<MovedDay> {
    let days = calendar.moved_days(from).into_iter();
    days.map(|(day, weekday)| MovedDay { day, as_weekday: weekday.to_monday_one_offset().unsigned_abs() }).collect()
}
