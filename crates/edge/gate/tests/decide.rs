//! The compiled decision against a slow and obvious one that reads the document itself.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use gate::{Attempt, By, Presence, Snapshot, decide};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use kernel::*;
use proptest::{collection::vec, prelude::*, strategy::ValueTree, test_runner::TestRunner};
use support::{POINTS, card, direction, doc, id, moment};

/// What the slow decision says: reason, person, credential, alarm.
type Verdict = (Reason, Option<PersonId>, Option<CredentialId>, Option<AlarmKind>);

/// The slow decider: the document, where people are (zone and since), and since when nobody knows where (a zone that is gone).
struct Slow<'a> {
    doc: &'a SnapshotDoc,
    places: BTreeMap<PersonId, (Option<ZoneId>, Timestamp)>,
    astray: BTreeMap<PersonId, Timestamp>,
}

impl<'a> Slow<'a> {
    fn new(doc: &'a SnapshotDoc) -> Self {
        let mut slow = Self { doc, places: BTreeMap::new(), astray: BTreeMap::new() };
        let zones = zones_of(doc);
        for present in &doc.present {
            let is_known = doc.persons.iter().any(|person| person.id == present.person);
            if !is_known || slow.since(present.person).is_some_and(|since| since > present.since) {
                continue;
            }
            slow.places.remove(&present.person);
            slow.astray.remove(&present.person);
            match present.zone {
                Some(zone) if !zones.contains(&zone) => drop(slow.astray.insert(present.person, present.since)),
                zone => drop(slow.places.insert(present.person, (zone, present.since))),
            }
        }
        slow
    }

    fn since(&self, person: PersonId) -> Option<Timestamp> {
        self.places.get(&person).map(|place| place.1).or(self.astray.get(&person).copied())
    }

    fn decide(&self, attempt: &Attempt) -> Verdict {
        let point = self.doc.points.iter().find(|point| point.id == attempt.point);
        match attempt.by {
            By::Guard(person) => {
                let is_open = point.is_some_and(|point| point.enabled);
                let reason = if is_open { Reason::GrantedByGuard } else { Reason::UnknownPoint };
                (reason, Some(person), None, None)
            }
            By::Number(number) => match point.filter(|point| point.enabled) {
                None => (Reason::UnknownPoint, None, None, None),
                Some(point) => self.by_number(point, attempt, number),
            },
            By::Code(shown) => match point.filter(|point| point.enabled) {
                None => (Reason::UnknownPoint, None, None, None),
                Some(point) => self.by_code(point, attempt, shown),
            },
            By::Board { number, is_granted } => {
                let Some(point) = point else { return (Reason::UnknownPoint, None, None, None) };
                let reason = match (is_granted, number) {
                    (false, _) => Reason::DeniedByBoard,
                    (true, None) => Reason::GrantedByButton,
                    (true, Some(_)) => Reason::GrantedByBoard,
                };
                match number.map(|number| self.holders(point, number, attempt.at)) {
                    Some(Ok(Some((credential, _)))) => named(reason, credential, lost_alarm(credential)),
                    _ => (reason, None, None, None),
                }
            }
        }
    }

    fn by_code(&self, point: &PointDoc, attempt: &Attempt, shown: Result<PersonId, Reason>) -> Verdict {
        let holder = shown.ok().and_then(|id| self.doc.persons.iter().find(|person| person.id == id));
        if self.doc.mode == SchoolMode::FreePassage {
            let named = holder.filter(|person| person.status != PersonStatus::Archived).map(|person| person.id);
            return (Reason::GrantedFreePassage, named, None, None);
        }
        match (shown, holder) {
            (Err(reason), _) => (reason, None, None, None),
            (Ok(_), None) => (Reason::UnknownCredential, None, None, None),
            (Ok(_), Some(person)) => {
                let (reason, alarm) = self.by_person(person, point, attempt, None);
                (reason, Some(person.id), None, alarm)
            }
        }
    }

    fn by_number(&self, point: &PointDoc, attempt: &Attempt, number: u64) -> Verdict {
        let holder = self.holders(point, number, attempt.at);
        if self.doc.mode == SchoolMode::FreePassage {
            let reason = Reason::GrantedFreePassage;
            return match holder {
                Ok(Some((credential, true))) => named(reason, credential, None),
                Ok(Some((credential, false))) => (reason, None, Some(credential.id), lost_alarm(credential)),
                _ => (reason, None, None, None),
            };
        }
        let credential = match holder {
            Err(()) => return (Reason::AmbiguousCredential, None, None, None),
            Ok(None) => return (Reason::UnknownCredential, None, None, None),
            Ok(Some((credential, _))) => credential,
        };
        let person = self.doc.persons.iter().find(|person| person.id == credential.person).unwrap();
        let block = match credential.status {
            CredentialStatus::Suspended => Some(Reason::CredentialSuspended),
            CredentialStatus::Lost => Some(Reason::CredentialLost),
            CredentialStatus::Returned => Some(Reason::CredentialReturned),
            CredentialStatus::Active => None,
        }
        .or(credential.valid_from.filter(|from| attempt.at < *from).map(|_| Reason::CredentialNotYetValid))
        .or(credential.valid_until.filter(|until| attempt.at >= *until).map(|_| Reason::CredentialExpired));
        let (reason, alarm) = self.by_person(person, point, attempt, block);
        named(reason, credential, lost_alarm(credential).filter(|_| block == Some(reason)).or(alarm))
    }

    /// What becomes of a person, and of a credential that is blocked itself.
    fn by_person(
        &self,
        person: &PersonDoc,
        point: &PointDoc,
        attempt: &Attempt,
        of_credential: Option<Reason>,
    ) -> (Reason, Option<AlarmKind>) {
        let block = of_credential
            .or((person.status == PersonStatus::Archived).then_some(Reason::PersonArchived))
            .or((person.status == PersonStatus::Blocked).then_some(Reason::PersonBlocked));
        let opens_nothing = [Some(Reason::CredentialLost), Some(Reason::CredentialReturned)].contains(&block);
        if let Some(reason) = block.filter(|_| attempt.direction == Direction::In || opens_nothing) {
            return (reason, None);
        }
        if self.doc.mode == SchoolMode::LockedDown && attempt.direction == Direction::In {
            return (Reason::LockedDown, None);
        }
        let by_rules = self.rules(person, point, attempt);
        let place = || self.place(person, point, attempt);
        let reason = match (by_rules, self.must_stay(person, point, attempt)) {
            (None, false) => place(),
            (denial, _) if self.may_leave(person, point, attempt, denial) => match place() {
                Reason::Granted => Reason::GrantedLeave,
                other => other,
            },
            (_, true) => Reason::NoLeave,
            (Some(denial), false) => denial,
        };
        let learns = person.learning_until.is_some_and(|until| local(attempt.at).date() <= until);
        let is_final = [Reason::Granted, Reason::GrantedLeave, Reason::NoLeave].contains(&reason);
        let reason = if learns && !is_final { Reason::GrantedLearning } else { reason };
        let has_no_rights = reason == Reason::NoRight && person.status == PersonStatus::Archived;
        match reason {
            reason if block.is_some() && (reason.is_granted() || has_no_rights) => {
                (Reason::GrantedExit, Some(AlarmKind::BlockedLeft))
            }
            Reason::GrantedPassback => (reason, Some(AlarmKind::Passback)),
            reason => (reason, None),
        }
    }

    /// The credential with this number and whether it is live; `Err` when two persons' live ones have it.
    fn holders(&self, point: &PointDoc, number: u64, at: Timestamp) -> Result<Option<(&'a CredentialDoc, bool)>, ()> {
        let mut all: Vec<&CredentialDoc> = self
            .doc
            .credentials
            .iter()
            .filter(|credential| self.doc.persons.iter().any(|person| person.id == credential.person))
            .filter(|credential| point.reader_format.number(credential.card) == Some(number))
            .collect();
        all.sort_by_key(|credential| credential.id);
        let is_live = |credential: &&CredentialDoc| {
            credential.status == CredentialStatus::Active
                && credential.valid_from.is_none_or(|from| at >= from)
                && credential.valid_until.is_none_or(|until| at < until)
                && self.doc.persons.iter().any(|p| p.id == credential.person && p.status != PersonStatus::Archived)
        };
        let live: Vec<&CredentialDoc> = all.iter().copied().filter(is_live).collect();
        let persons: BTreeSet<PersonId> = live.iter().map(|credential| credential.person).collect();
        if persons.len() > 1 {
            return Err(());
        }
        Ok(live.last().map(|credential| (*credential, true)).or(all.last().map(|credential| (*credential, false))))
    }

    fn rules(&self, person: &PersonDoc, point: &PointDoc, attempt: &Attempt) -> Option<Reason> {
        let applying = self.doc.rules.iter().filter(|rule| match rule.who {
            Who::Everybody => true,
            Who::Role(role) => person.roles.contains(&role),
            Who::Class(class) => person.class == Some(class),
            Who::Group(group) => person.groups.contains(&group),
            Who::Person(only) => person.id == only,
        });
        let mut denial = Reason::NoRight;
        for rule in applying {
            let windows: Vec<&Window> = rule
                .windows
                .iter()
                .filter(|w| (1..128).contains(&w.days) && w.from_min < 1440 && w.to_min > 0 && w.to_min <= 1440)
                .collect();
            let is_void = (windows.is_empty() && !rule.windows.is_empty())
                || rule.from.zip(rule.until).is_some_and(|(from, until)| from > until);
            let is_here = (rule.points.is_empty() || rule.points.contains(&point.id))
                && rule.direction.is_none_or(|direction| direction == attempt.direction);
            if is_void || !is_here {
                continue;
            }
            let mut spans: Vec<(DateTime, DateTime)> = Vec::new();
            let now = local(attempt.at);
            for day in [now.date(), now.date().yesterday().unwrap()] {
                let is_in_force =
                    rule.from.is_none_or(|from| day >= from) && rule.until.is_none_or(|until| day <= until);
                if !is_in_force {
                    continue;
                }
                let midnight = day.at(0, 0, 0, 0);
                if rule.windows.is_empty() {
                    spans.push((midnight, midnight + 1.day()));
                }
                for window in &windows {
                    if window.days >> self.works_as(day) & 1 == 1 {
                        let start = midnight + i64::from(window.from_min).minutes();
                        let days = i64::from(window.to_min <= window.from_min);
                        spans.push((start, midnight + days.days() + i64::from(window.to_min).minutes()));
                    }
                }
            }
            if denial == Reason::NoRight {
                denial = Reason::OutsideSchedule;
            }
            for (start, end) in spans {
                if start <= now && now < end {
                    if rule.on_holidays || !self.doc.holidays.contains(&start.date()) {
                        return None;
                    }
                    denial = Reason::Holiday;
                }
            }
        }
        Some(denial)
    }

    fn must_stay(&self, person: &PersonDoc, point: &PointDoc, attempt: &Attempt) -> bool {
        let now = local(attempt.at);
        let minute = now.hour() as u16 * 60 + now.minute() as u16;
        let is_sound = |lessons: &&LessonsDoc| lessons.from_min < lessons.to_min && lessons.to_min <= 1440;
        let is_theirs =
            |lessons: &&LessonsDoc| person.class == Some(lessons.class) && lessons.days.contains(&now.date());
        let hours: Vec<_> = self.doc.lessons.iter().filter(is_sound).filter(is_theirs).collect();
        let begin = hours.iter().map(|lessons| lessons.from_min).min();
        let end = hours.iter().map(|lessons| lessons.to_min).max();
        attempt.direction == Direction::Out
            && point.outer.is_none()
            && person.status != PersonStatus::Archived
            && begin.zip(end).is_some_and(|(begin, end)| begin <= minute && minute < end)
    }

    fn may_leave(&self, person: &PersonDoc, point: &PointDoc, attempt: &Attempt, denial: Option<Reason>) -> bool {
        let opens = |leave: &LeaveDoc| match leave.point {
            Some(only) => only == point.id,
            None => denial != Some(Reason::NoRight),
        };
        attempt.direction == Direction::Out
            && point.outer.is_none()
            && self.doc.leaves.iter().any(|leave| {
                leave.person == person.id && leave.from <= attempt.at && attempt.at < leave.until && opens(leave)
            })
    }

    /// As which weekday a day works, 0 Monday: the first word on it holds, if there is such a weekday.
    fn works_as(&self, day: Date) -> u8 {
        let said = self.doc.moved_days.iter().find(|moved| moved.day == day).map(|moved| moved.as_weekday);
        said.filter(|number| (1..=7).contains(number)).unwrap_or(day.weekday().to_monday_one_offset() as u8) - 1
    }

    fn place(&self, person: &PersonDoc, point: &PointDoc, attempt: &Attempt) -> Reason {
        let place = self.places.get(&person.id);
        let (from, to) = match attempt.direction {
            Direction::In => (point.outer, Some(point.inner)),
            Direction::Out => (Some(point.inner), point.outer),
        };
        let is_twice = place.is_some_and(|(zone, _)| {
            let is_there = match attempt.direction {
                Direction::In => zone.is_some_and(|zone| self.inside_of(point.inner).contains(&zone)),
                Direction::Out => *zone == to,
            };
            let is_at_the_start = *zone == from && (zone.is_some() || attempt.direction == Direction::Out);
            is_there && !is_at_the_start
        });
        let is_recent = |minutes: u16| {
            let since = place.unwrap().1;
            let apart_ms = (attempt.at.as_millisecond() - since.as_millisecond()).abs();
            apart_ms < i64::from(minutes) * 60_000
        };
        match point.anti_passback {
            AntiPassback::Hard if is_twice => return Reason::AntiPassback,
            AntiPassback::Timed(minutes) if is_twice && is_recent(minutes) => return Reason::AntiPassback,
            _ => {}
        }
        if attempt.direction == Direction::In {
            let is_inside =
                place.is_some_and(|(zone, _)| zone.is_some_and(|zone| self.inside_of(point.inner).contains(&zone)));
            let limit = self.doc.zones.iter().find(|zone| zone.id == point.inner).and_then(|zone| zone.occupancy_limit);
            let inside = self.held_by(point.inner);
            if !is_inside && limit.is_some_and(|limit| inside >= limit as usize) {
                return Reason::ZoneFull;
            }
        }
        if is_twice && point.anti_passback == AntiPassback::Soft { Reason::GrantedPassback } else { Reason::Granted }
    }

    /// How many people a zone holds: those in it, and those in zones that lie within it and not around it.
    fn held_by(&self, around: ZoneId) -> usize {
        let is_held = |zone: ZoneId| {
            zone == around || (self.inside_of(around).contains(&zone) && !self.inside_of(zone).contains(&around))
        };
        self.places.values().filter(|place| place.0.is_some_and(is_held)).count()
    }

    /// This zone and all that are reached from it by going in.
    fn inside_of(&self, zone: ZoneId) -> BTreeSet<ZoneId> {
        let mut inside = BTreeSet::from([zone]);
        for _ in 0..self.doc.points.len() {
            for point in &self.doc.points {
                if point.outer.is_some_and(|outer| inside.contains(&outer)) {
                    inside.insert(point.inner);
                }
            }
        }
        inside
    }

    fn apply(&mut self, attempt: &Attempt, verdict: &Verdict) {
        let (reason, Some(person), ..) = *verdict else { return };
        let Some(point) = self.doc.points.iter().find(|point| point.id == attempt.point) else { return };
        let is_known = self.doc.persons.iter().any(|known| known.id == person);
        let is_old_news = attempt.is_replayed && self.since(person).is_some_and(|since| since > attempt.at);
        if reason.is_granted() && is_known && !is_old_news {
            let zone = if attempt.direction == Direction::In { Some(point.inner) } else { point.outer };
            self.astray.remove(&person);
            self.places.insert(person, (zone, attempt.at));
        }
    }
}

fn zones_of(doc: &SnapshotDoc) -> BTreeSet<ZoneId> {
    let of_points = doc.points.iter().flat_map(|point| [Some(point.inner), point.outer]).flatten();
    doc.zones.iter().map(|zone| zone.id).chain(of_points).collect()
}

fn local(at: Timestamp) -> DateTime {
    TimeZone::get("Asia/Almaty").unwrap().to_datetime(at)
}

fn named(reason: Reason, credential: &CredentialDoc, alarm: Option<AlarmKind>) -> Verdict {
    (reason, Some(credential.person), Some(credential.id), alarm)
}

fn lost_alarm(credential: &CredentialDoc) -> Option<AlarmKind> {
    (credential.status == CredentialStatus::Lost).then_some(AlarmKind::LostCredentialUsed)
}

/// What somebody may try: point, direction, what by, when, replayed. Cards are turned into numbers of the point's format.
type Try = (u8, Direction, (u8, Card, u8), Timestamp, bool);

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let by = (0..10_u8, card(), 0..=support::PERSONS);
    vec((0..=POINTS, direction(), by, moment(), prop::bool::weighted(0.2)), 1..12)
}

fn attempt(doc: &SnapshotDoc, (point, direction, (kind, card, person), at, is_replayed): Try) -> Attempt {
    let format =
        doc.points.iter().find(|known| known.id == id(point)).map_or(ReaderFormat::W34, |known| known.reader_format);
    let number = format.number(card).unwrap_or(999);
    let by = match kind {
        0 => By::Guard(id(person)),
        1 => By::Board { number: Some(number), is_granted: person % 2 == 0 },
        2 => By::Board { number: None, is_granted: true },
        3 => By::Code(Ok(id(person))),
        4 => By::Code(Err([Reason::CodeExpired, Reason::CodeReplayed, Reason::CodeInvalid][usize::from(person) % 3])),
        _ => By::Number(number),
    };
    Attempt { point: id(point), direction, by, at, is_replayed }
}

/// Plays the tries through both deciders; what the compiled one said, with the attempt.
fn play(doc: &SnapshotDoc, tries: Vec<Try>) -> Vec<(Attempt, Verdict)> {
    let snapshot = Snapshot::compile(doc).unwrap();
    let mut presence = Presence::new(&snapshot, &[]);
    let mut slow = Slow::new(doc);
    let mut played = Vec::new();
    for this in tries {
        let attempt = attempt(doc, this);
        let decision = decide(&snapshot, &presence, &attempt);
        let said = (decision.reason, decision.person, decision.credential, decision.alarm);
        let expected = slow.decide(&attempt);
        assert_eq!(said, expected, "{attempt:?}");
        presence.apply(&snapshot, &attempt, &decision);
        slow.apply(&attempt, &expected);
        for person in &doc.persons {
            let place = slow.places.get(&person.id).map(|place| place.0);
            assert_eq!(presence.zone_of(&snapshot, person.id), place, "after {attempt:?}");
        }
        for zone in zones_of(doc) {
            assert_eq!(presence.count(&snapshot, zone) as usize, slow.held_by(zone));
        }
        played.push((attempt, said));
    }
    let blank = Snapshot::compile(&SnapshotDoc { present: Vec::new(), ..doc.clone() }).unwrap();
    let exported = presence.export(&snapshot);
    assert_eq!(
        Presence::new(&blank, &exported).export(&blank),
        exported,
        "what is kept over a restart is the whole memory"
    );
    played
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn the_compiled_decision_is_the_obvious_one(doc in doc(), tries in tries()) {
        play(&doc, tries);
    }

    #[test]
    fn a_lost_credential_opens_nothing_but_in_free_passage(mut doc in doc(), tries in tries()) {
        for credential in &mut doc.credentials {
            credential.status = CredentialStatus::Lost;
        }
        for (attempt, (reason, ..)) in play(&doc, tries) {
            let is_open = doc.mode == SchoolMode::FreePassage;
            prop_assert!(!matches!(attempt.by, By::Number(_)) || !reason.is_granted() || is_open, "{:?}", reason);
        }
    }

    #[test]
    fn a_block_bars_the_way_in_and_leaves_the_way_out_as_it_was(mut doc in doc(), tries in tries(), of_person in any::<bool>()) {
        for person in &mut doc.persons {
            person.status = PersonStatus::Active;
        }
        for credential in &mut doc.credentials {
            credential.status = CredentialStatus::Active;
        }
        let mut blocked = doc.clone();
        for person in blocked.persons.iter_mut().filter(|_| of_person) {
            person.status = PersonStatus::Blocked;
        }
        for credential in blocked.credentials.iter_mut().filter(|_| !of_person) {
            credential.status = CredentialStatus::Suspended;
        }
        let is_open = doc.mode == SchoolMode::FreePassage;
        for this in tries {
            // A QR pass is its person's: a block of a card does not concern it.
            let is_barred = match attempt(&doc, this).by {
                By::Number(_) => true,
                By::Code(shown) => of_person && shown.is_ok(),
                By::Guard(_) | By::Board { .. } => false,
            };
            let (free, barred) = (play(&doc, vec![this])[0].1, play(&blocked, vec![this])[0].1);
            if !is_barred || is_open {
                prop_assert_eq!(free.0.is_granted(), barred.0.is_granted());
            } else if this.1 == Direction::In {
                prop_assert!(!barred.0.is_granted(), "{:?}", barred);
            } else if free.2 == barred.2 {
                prop_assert_eq!(free.0.is_granted(), barred.0.is_granted(), "{:?} {:?}", free, barred);
                prop_assert_eq!(barred.0.is_granted(), barred.3 == Some(AlarmKind::BlockedLeft));
            }
        }
    }

    #[test]
    fn nobody_enters_a_locked_down_school_but_by_a_guard(mut doc in doc(), tries in tries()) {
        doc.mode = SchoolMode::LockedDown;
        for (attempt, (reason, ..)) in play(&doc, tries) {
            let by_gate = !matches!(attempt.by, By::Board { .. });
            let is_in = attempt.direction == Direction::In;
            prop_assert!(!(by_gate && is_in && reason.is_granted()) || reason == Reason::GrantedByGuard);
        }
    }

    #[test]
    fn free_passage_lets_everybody_through_every_point_in_use(mut doc in doc(), tries in tries()) {
        doc.mode = SchoolMode::FreePassage;
        for (attempt, (reason, ..)) in play(&doc, tries) {
            let is_shown = matches!(attempt.by, By::Number(_) | By::Code(_));
            prop_assert!(!is_shown || reason.is_granted() || reason == Reason::UnknownPoint);
        }
    }

    #[test]
    fn what_is_broken_never_widens_a_right(mut doc in doc(), tries in tries()) {
        for rule in &mut doc.rules {
            rule.points = vec![id(200)];
        }
        doc.leaves.clear();
        for (_, (reason, ..)) in play(&doc, tries) {
            prop_assert!(!matches!(reason, Reason::Granted | Reason::GrantedPassback));
        }
    }
}

#[test]
fn the_random_schools_meet_every_reason() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..4_000 {
        let doc = doc().new_tree(&mut runner).unwrap().current();
        let tries = tries().new_tree(&mut runner).unwrap().current();
        seen.extend(play(&doc, tries).into_iter().map(|(_, (reason, ..))| reason));
    }
    let missing: Vec<_> = Reason::ALL.iter().filter(|reason| !seen.contains(reason)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
