//! What the deciding thread does with what it is told: decides, remembers, records. Opens nothing and waits for nothing; the only
//! side of it that touches a disk is the spool's commit.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use jiff::Timestamp;
use kernel::{
    AccessPointId, Alarm, AlarmKind, Clock, DecidedBy, DeviceId, DeviceState, DeviceStatus, Direction, GateBody,
    GateCommand, GateCommandBody, Ids, Pass, PassId, PersonId, PresentDoc, Reason, UserId, Verify,
};

use crate::{
    codes::Codes,
    decide::{Attempt, By, Decision, decide},
    driver::{DoorEvent, Told},
    presence::Presence,
    snapshot::Snapshot,
    spool::{Commit, Cursor, Lately, Spool},
    standing::Standing,
};

/// A board's clock is right again when it is off by no more than this, in seconds.
const CLOCK_WELL_S: u64 = 5;
/// The longest detail of an alarm that is kept.
const MAX_DETAIL: usize = 100;

/// The state of the deciding thread.
pub(crate) struct Core {
    clock: Arc<dyn Clock>,
    ids: Ids,
    spool: Spool,
    /// `None` until the first snapshot.
    rules: Option<Rules>,
    /// What was known of people when the gate stopped, until the first snapshot takes it over.
    lately: BTreeMap<PersonId, Lately>,
    /// The index of the last event of each device that was taken in.
    handled: BTreeMap<DeviceId, u32>,
    /// The number of the last command that was done.
    command: u64,
    orders: Vec<Order>,
    /// Devices of which an event could not be kept, and whether their driver is asked to read again. Until it does, nothing of them is
    /// taken in: what comes later would move the cursor beyond what is missing.
    behind: BTreeMap<DeviceId, bool>,
    /// Records without a board's event that could not be kept: they are lost.
    lost: u64,
    was_failing: bool,
    standing: Standing,
    /// From when to when presence was last reset for.
    day: (Timestamp, Timestamp),
    /// The gate's name in metrics.
    label: Arc<str>,
    codes: Codes,
}

struct Rules {
    snapshot: Arc<Snapshot>,
    presence: Presence,
}

/// What a device shall do, once all records are on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Open this door.
    Open {
        device: DeviceId,
        door: u8,
        /// When the card was read, if one was.
        seen: Option<Instant>,
    },
    /// Send every card anew.
    Resync(DeviceId),
    /// Read its events again, after the last one that is kept.
    Reread(DeviceId),
}

/// What a pass carries beside the attempt and the decision.
struct Circumstances {
    id: PassId,
    decided_by: DecidedBy,
    guard: Option<UserId>,
    number: Option<u64>,
    board_event: Option<(DeviceId, u32)>,
    cursor: Cursor,
}

impl Core {
    pub(crate) fn new(
        spool: Spool,
        found: &crate::spool::Recovered,
        clock: Arc<dyn Clock>,
        ids: Ids,
        label: Arc<str>,
        verify: Verify,
    ) -> Self {
        Self {
            codes: Codes::new(verify, clock.now()),
            clock,
            ids,
            spool,
            rules: None,
            lately: found.lately.clone(),
            handled: found.progress.handled.clone(),
            command: found.progress.command.unwrap_or(0),
            orders: Vec::new(),
            behind: BTreeMap::new(),
            lost: 0,
            was_failing: found.standing.knows(AlarmKind::SpoolFull, None, None),
            standing: found.standing.clone(),
            day: (Timestamp::MAX, Timestamp::MAX),
            label,
        }
    }

    /// Decides by this snapshot from now on. Where people are is carried over.
    pub(crate) fn adopt(&mut self, snapshot: &Arc<Snapshot>) {
        if self.rules.as_ref().is_some_and(|rules| Arc::ptr_eq(&rules.snapshot, snapshot)) {
            return;
        }
        let own: Vec<PresentDoc> = match &self.rules {
            Some(rules) => rules.presence.export(&rules.snapshot),
            None => {
                let lately = std::mem::take(&mut self.lately);
                lately.into_iter().filter_map(|(person, lately)| present(snapshot, person, lately)).collect()
            }
        };
        let presence = Presence::new(snapshot, &own);
        self.label = Arc::from(snapshot.gate().to_string());
        self.rules = Some(Rules { snapshot: Arc::clone(snapshot), presence });
        // A device or point that is gone is not waited for: nobody will tell that it is back.
        self.standing.retain(|alarm| {
            alarm.device.is_none_or(|id| snapshot.devices().iter().any(|device| device.id == id))
                && alarm.point.is_none_or(|point| snapshot.point(point).is_some())
        });
        self.day = (Timestamp::MAX, Timestamp::MAX);
        self.turn_day();
    }

    /// Takes in where people are whom other gates let pass.
    pub(crate) fn learn(&mut self, presence: &[PresentDoc]) {
        let Some(rules) = &mut self.rules else { return };
        for doc in presence {
            rules.presence.learn(&rules.snapshot, doc);
        }
    }

    /// Lets a new day begin when midnight has passed by the school's clock; also at a start, for those who are known to have come in
    /// before it.
    pub(crate) fn turn_day(&mut self) {
        let now = self.clock.now();
        let Some(rules) = self.rules.as_mut().filter(|rules| rules.snapshot.resets_at_midnight()) else { return };
        if now < self.day.0 || self.day.1 <= now {
            self.day = rules.snapshot.day_span(now);
            rules.presence.begin_day(&rules.snapshot, self.day.0);
        }
    }

    /// Takes in how a device is: a state that an alarm told of may be over.
    pub(crate) fn note_status(&mut self, status: &DeviceStatus) {
        let device = Some(status.device);
        if status.state == DeviceState::Online {
            self.end_alarm(AlarmKind::DeviceBack, device, None);
        }
        if status.clock_drift_s.is_some_and(|drift_s| drift_s.unsigned_abs() <= CLOCK_WELL_S) {
            self.end_alarm(AlarmKind::ClockMended, device, None);
        }
    }

    /// Takes in what a driver tells. Status is not for here.
    pub(crate) fn take(&mut self, device: DeviceId, told: Told) {
        match told {
            Told::Swipe { at, number, seen } => self.swipe(device, at, number, seen),
            Told::BoardDecided { at, number, granted, replayed } => {
                self.board_decided(device, at, number, granted, replayed);
            }
            Told::Alarm { kind, door, detail, moment, index } => self.alarm(device, kind, door, &detail, moment, index),
            Told::Handled { index } if index != 0 && self.is_news(device, index) => self.mark(device, index),
            Told::Opened { door } => {
                let point = self.rules.as_ref().and_then(|rules| Some(rules.snapshot.door(device, door)?.id));
                self.end_alarm(AlarmKind::DoorBack, Some(device), point);
            }
            Told::Anew => {
                self.behind.remove(&device);
            }
            Told::Handled { .. } | Told::Status(_) => {}
        }
    }

    /// Does a command, unless it was done before or comes too late.
    pub(crate) fn command(&mut self, command: GateCommand) {
        if command.number <= self.command {
            return;
        }
        self.command = command.number;
        let cursor = Cursor { handled: Vec::new(), command: Some(command.number) };
        let now = self.clock.now();
        if now > command.until {
            tracing::info!(number = command.number, "a command came too late and is not done");
            return self.spool.mark(&cursor);
        }
        let (id, point, direction, by, guard) = match command.body {
            GateCommandBody::Admit { pass, point, direction, person, guard } => {
                (pass, point, direction, By::Guard(person), Some(guard))
            }
            GateCommandBody::Present { pass, point, direction, number } => {
                (pass, point, direction, By::Number(number), None)
            }
            GateCommandBody::PresentCode { pass, point, direction, code } => {
                (pass, point, direction, By::Code(self.shown(&code, now)), None)
            }
            GateCommandBody::SyncDevice(device) => {
                self.orders.push(Order::Resync(device));
                return self.spool.mark(&cursor);
            }
        };
        let number = if let By::Number(number) = by { Some(number) } else { None };
        let decided_by = if guard.is_some() { DecidedBy::Guard } else { DecidedBy::Gate };
        let attempt = Attempt { point, direction, by, at: now, is_replayed: false };
        let circumstances = Circumstances { id, decided_by, guard, number, board_event: None, cursor };
        let is_granted = self.pass(&attempt, circumstances);
        if is_granted && let Some((device, door)) = self.door_of(point) {
            self.orders.push(Order::Open { device, door, seen: None });
        }
    }

    /// Whose code is shown. Asked before the decision, which reads no clock and allocates nothing.
    fn shown(&mut self, code: &str, now: Timestamp) -> Result<PersonId, Reason> {
        match &self.rules {
            Some(rules) => self.codes.person(&rules.snapshot, code, now, self.clock.pace()),
            None => Err(Reason::UnknownPoint),
        }
    }

    /// Brings all records to the disk; afterwards [`Core::orders`] may be carried out.
    pub(crate) fn commit(&mut self) {
        let outcome = self.spool.commit(&present_of(&self.rules));
        self.watch(outcome);
    }

    /// What can wait for a moment of rest.
    pub(crate) fn tidy(&mut self) {
        if self.rules.is_none() {
            // What is known of people from the last run stands in its segments until a snapshot takes it over.
            return;
        }
        let outcome = self.spool.tidy(&present_of(&self.rules));
        self.watch(outcome);
        self.make_good();
    }

    /// What the devices shall do; empties the list.
    pub(crate) fn orders(&mut self) -> std::vec::Drain<'_, Order> {
        self.orders.drain(..)
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self) {
        self.commit();
        self.tidy();
    }

    /// There is room for records again: what boards still have is read again, what nobody has is said to be lost.
    fn make_good(&mut self) {
        if (self.behind.is_empty() && self.lost == 0) || !self.spool.has_room() {
            return;
        }
        for (device, is_asked) in &mut self.behind {
            if !std::mem::replace(is_asked, true) {
                self.orders.push(Order::Reread(*device));
            }
        }
        if self.lost > 0 {
            let detail = std::mem::take(&mut self.lost).to_string();
            self.record_alarm(AlarmKind::EventsLost, None, None, None, detail, self.clock.now(), Cursor::default());
        }
    }

    /// Appends a record; whether it is kept. The event of one that is not stays with its board.
    fn keep(&mut self, body: GateBody, device: Option<DeviceId>, cursor: Cursor) -> bool {
        let is_behind = device.is_some_and(|device| self.behind.contains_key(&device)) && !cursor.handled.is_empty();
        if !is_behind && self.spool.append(body, cursor.clone()).is_some() {
            return true;
        }
        self.fall_behind(&cursor);
        if cursor.handled.is_empty() {
            self.lost += 1;
        }
        false
    }

    /// Takes the cursor back to what is kept.
    fn fall_behind(&mut self, cursor: &Cursor) {
        let kept = self.spool.gauge().progress().handled;
        for (device, _) in &cursor.handled {
            match kept.get(device) {
                Some(index) => self.handled.insert(*device, *index),
                None => self.handled.remove(device),
            };
            self.behind.entry(*device).or_insert_with(|| {
                tracing::error!(%device, "an event cannot be kept anywhere; it is read again from its board");
                false
            });
        }
    }

    /// Moves the cursor without a record, unless an event before it is missing.
    fn pass_by(&mut self, cursor: &Cursor) {
        if cursor.handled.iter().any(|(device, _)| self.behind.contains_key(device)) {
            self.fall_behind(cursor);
        } else {
            self.spool.mark(cursor);
        }
    }

    /// Raises an alarm when the disk begins to fail, and when it is back.
    fn watch(&mut self, outcome: Commit) {
        let is_failing = outcome == Commit::Kept;
        if is_failing == self.was_failing {
            return;
        }
        self.was_failing = is_failing;
        let kind = if is_failing { AlarmKind::SpoolFull } else { AlarmKind::SpoolBack };
        self.record_alarm(kind, None, None, None, String::new(), self.clock.now(), Cursor::default());
        if !is_failing {
            tracing::info!("the spool is written again");
            let again = self.spool.commit(&present_of(&self.rules));
            self.watch(again);
        }
    }

    fn swipe(&mut self, device: DeviceId, at: DoorEvent, number: u64, seen: Instant) {
        if !self.is_news(device, at.index) {
            return;
        }
        let Some(point) = self.point_at(device, at) else { return };
        let attempt =
            Attempt { point, direction: at.direction, by: By::Number(number), at: at.moment, is_replayed: false };
        let circumstances = self.at_board(device, at, DecidedBy::Gate, Some(number));
        if self.pass(&attempt, circumstances) {
            self.orders.push(Order::Open { device, door: at.door, seen: Some(seen) });
        }
    }

    fn board_decided(
        &mut self,
        device: DeviceId,
        at: DoorEvent,
        number: Option<u64>,
        is_granted: bool,
        is_replayed: bool,
    ) {
        if !self.is_news(device, at.index) {
            return;
        }
        let Some(point) = self.point_at(device, at) else { return };
        let by = By::Board { number, is_granted };
        let attempt = Attempt { point, direction: at.direction, by, at: at.moment, is_replayed };
        let circumstances = self.at_board(device, at, DecidedBy::Board, number);
        self.pass(&attempt, circumstances);
    }

    fn alarm(
        &mut self,
        device: DeviceId,
        kind: AlarmKind,
        door: Option<u8>,
        detail: &str,
        moment: Timestamp,
        index: Option<u32>,
    ) {
        let index = index.filter(|index| *index != 0);
        if index.is_some_and(|index| !self.is_news(device, index)) {
            return;
        }
        let cursor = match index {
            Some(index) => self.move_to(device, index),
            // The board numbers its events anew.
            None if kind == AlarmKind::DeviceRestarted => self.move_to(device, 0),
            None => Cursor::default(),
        };
        let snapshot = self.rules.as_ref().map(|rules| &rules.snapshot);
        let point = door.and_then(|door| snapshot?.door(device, door)).map(|point| point.id);
        // Personal data has no place here; letters are the only way it could get in.
        let detail = detail.chars().filter(|letter| !letter.is_alphabetic()).take(MAX_DETAIL).collect();
        if self.standing.knows(kind, Some(device), point) {
            return self.pass_by(&cursor);
        }
        self.record_alarm(kind, Some(device), point, None, detail, moment, cursor);
    }

    /// Records that a state is over, if an alarm of it stands.
    fn end_alarm(&mut self, kind: AlarmKind, device: Option<DeviceId>, point: Option<AccessPointId>) {
        if !self.standing.knows(kind, device, point) {
            let (detail, now) = (String::new(), self.clock.now());
            self.record_alarm(kind, device, point, None, detail, now, Cursor::default());
        }
    }

    /// Decides, remembers and records; whether to open.
    ///
    /// Nobody comes in without a record: when neither disk nor memory has room, the way in stays shut and the board keeps the event. Nobody
    /// is kept in for it.
    fn pass(&mut self, attempt: &Attempt, circumstances: Circumstances) -> bool {
        let decision = match &self.rules {
            Some(rules) => decide(&rules.snapshot, &rules.presence, attempt),
            None => Decision::at_unknown_point(attempt),
        };
        self.count(decision.reason.as_str());
        let Circumstances { id, decided_by, guard, number, board_event, cursor } = circumstances;
        let format = self.rules.as_ref().and_then(|rules| Some(rules.snapshot.point(attempt.point)?.reader_format));
        let pass = Pass {
            id,
            point: attempt.point,
            direction: attempt.direction,
            person: decision.person,
            credential: decision.credential,
            number: format.zip(number),
            reason: decision.reason,
            decided_by,
            guard,
            at: attempt.at,
            board_event,
            replayed: attempt.is_replayed,
        };
        let device = board_event.map(|(device, _)| device);
        if !self.keep(GateBody::Pass(pass), device, cursor) {
            return decision.reason.is_granted() && attempt.direction == Direction::Out;
        }
        if let Some(rules) = &mut self.rules {
            rules.presence.apply(&rules.snapshot, attempt, &decision);
        }
        if let Some(kind) = decision.alarm {
            let (point, person) = (Some(attempt.point), decision.person);
            self.record_alarm(kind, device, point, person, String::new(), attempt.at, Cursor::default());
        }
        decision.reason.is_granted()
    }

    fn record_alarm(
        &mut self,
        kind: AlarmKind,
        device: Option<DeviceId>,
        point: Option<AccessPointId>,
        person: Option<PersonId>,
        detail: String,
        at: Timestamp,
        cursor: Cursor,
    ) {
        let id = self.ids.new_id(self.clock.now());
        let alarm = Alarm { id, kind, device, point, person, detail, at };
        // An alarm of a state that is not kept is raised again by whoever sees the state.
        if self.keep(GateBody::Alarm(alarm.clone()), device, cursor) {
            self.standing.take_in(&alarm);
        }
    }

    fn at_board(
        &mut self,
        device: DeviceId,
        at: DoorEvent,
        decided_by: DecidedBy,
        number: Option<u64>,
    ) -> Circumstances {
        Circumstances {
            id: self.ids.new_id(self.clock.now()),
            decided_by,
            guard: None,
            number,
            board_event: (at.index != 0).then_some((device, at.index)),
            cursor: self.handled_now(device, at.index),
        }
    }

    /// The point behind a door. An event at a door that no point stands for leaves no record, since a pass needs a place.
    fn point_at(&mut self, device: DeviceId, at: DoorEvent) -> Option<AccessPointId> {
        let rules = self.rules.as_ref();
        let point = rules.and_then(|rules| Some(rules.snapshot.door(device, at.door)?.id));
        if point.is_none() {
            tracing::warn!(%device, door = at.door, "an event at a door that is no access point");
            self.count("no_such_door");
            self.mark(device, at.index);
        }
        point
    }

    fn count(&self, reason: &'static str) {
        let gate = Arc::clone(&self.label);
        metrics::counter!("kezekshi_gate_decisions_total", "gate" => gate, "reason" => reason).increment(1);
    }

    fn door_of(&self, point: AccessPointId) -> Option<(DeviceId, u8)> {
        let point = self.rules.as_ref()?.snapshot.point(point)?;
        Some((point.device?, point.door))
    }

    /// Whether an event of this index was not taken in yet. Index 0 means that the event has none.
    fn is_news(&self, device: DeviceId, index: u32) -> bool {
        index == 0 || self.handled.get(&device).is_none_or(|handled| *handled < index)
    }

    fn mark(&mut self, device: DeviceId, index: u32) {
        let cursor = self.handled_now(device, index);
        self.pass_by(&cursor);
    }

    /// The event of this index is taken in; the cursor that goes with its record.
    fn handled_now(&mut self, device: DeviceId, index: u32) -> Cursor {
        if index == 0 { Cursor::default() } else { self.move_to(device, index) }
    }

    fn move_to(&mut self, device: DeviceId, index: u32) -> Cursor {
        self.handled.insert(device, index);
        Cursor { handled: vec![(device, index)], command: None }
    }
}

fn present_of(rules: &Option<Rules>) -> impl Fn() -> Vec<PresentDoc> {
    move || rules.as_ref().map_or_else(Vec::new, |rules| rules.presence.export(&rules.snapshot))
}

/// Where somebody is by what was last known.
fn present(snapshot: &Snapshot, person: PersonId, lately: Lately) -> Option<PresentDoc> {
    match lately {
        Lately::Present(present) => Some(present),
        Lately::Passed { point: id, direction, at } => {
            let point = snapshot.point(id)?;
            let zone = match direction {
                Direction::In => Some(point.inner),
                Direction::Out => point.outer,
            };
            let zone = zone.map(|zone| snapshot.zones()[zone.place()].id);
            Some(PresentDoc { person, zone, since: at, last: Some((id, direction)) })
        }
    }
}
