//! Takes in what gates recorded: exactly once, whatever comes twice.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};
use kernel::{
    AccessPointId, Alarm, AlarmId, AlarmKind, DeviceId, Direction, GateBody, GateRecord, Pass, PassId, Reason, ZoneId,
};
use store::Tx;

use crate::{
    error::AccessError,
    events::{AlarmRaised, AlarmsClosed, PassRecorded, Place},
    gates::GateKey,
    store::{alarms, gates, leaves, passes, places},
};

/// A pass that the server learnt of after more than this is marked as late; on a clock that runs faster, after as many times more.
pub const LATE_AFTER: SignedDuration = SignedDuration::from_secs(60);
/// The moment of an event as it happened, by the gate's clock, and as it is read again, by the board's less its drift, lie no further apart.
const SAME_EVENT: SignedDuration = SignedDuration::from_mins(5);
/// Records taken at once; a gate sends fewer ([`kernel::MAX_RECORDS`]).
pub const MOST_RECORDS: usize = 5_000;

/// What came of a delivery.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// The number up to and with which the gate's records are here.
    pub accepted_through: u64,
    /// The reasons of passes that were new, for counting them after the commit.
    pub new_passes: Vec<Reason>,
    /// How many alarms were new.
    pub new_alarms: u64,
}

/// Takes in records of a gate, in the order given. What is there already stays as it is and is journaled no second time: an id made
/// at the gate is the key, so a gate that lost its count and numbers anew neither loses nor doubles anything.
///
/// `late_after` is [`LATE_AFTER`], unless the program's clock is a fast one.
///
/// A record may name a person or point that is not here (any more): it is kept all the same, since the stream must not stop.
///
/// # Errors
/// [`AccessError::TooManyRecords`], or from the database, also when there is no such gate; nothing is taken then.
pub fn deliver(
    tx: &mut Tx<'_>,
    gate: GateKey,
    records: &[GateRecord],
    now: Timestamp,
    late_after: SignedDuration,
) -> Result<Delivered, AccessError> {
    if records.len() > MOST_RECORDS {
        return Err(AccessError::TooManyRecords);
    }
    let last = records.iter().map(|record| record.seq).max().unwrap_or(0);
    let accepted = gates::accept(tx, gate.school, gate.gate, last)?;
    let mut new_passes = Vec::with_capacity(records.len());
    let mut new_alarms = Vec::new();
    for record in records {
        match &record.body {
            GateBody::Pass(pass) => new_passes.push((record.seq, pass)),
            GateBody::Alarm(alarm) => new_alarms.push(alarm.clone()),
        }
    }
    let new_passes = take_passes(tx, gate, &new_passes, now, late_after)?;
    let new_alarms = take_alarms(tx, gate, &new_alarms, now)?;
    Ok(Delivered { accepted_through: accepted.get(tx)?, new_passes, new_alarms })
}

fn take_passes(
    tx: &mut Tx<'_>,
    gate: GateKey,
    given: &[(u64, &Pass)],
    now: Timestamp,
    late_after: SignedDuration,
) -> Result<Vec<Reason>, AccessError> {
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let known = known_events(tx, gate, given)?;
    let given: Vec<_> = given.iter().filter(|(_, pass)| !known.covers(pass)).copied().collect();
    let rows: Vec<_> = given
        .iter()
        .map(|(seq, pass)| passes::NewPass {
            gate_seq: *seq,
            pass,
            is_granted: pass.reason.is_granted(),
            is_late: is_late(pass, now, late_after),
            format: pass.number.map(|(format, _)| format),
            number: pass.number.map(|(_, number)| number),
            at: pass.at,
            device: pass.board_event.map(|(device, _)| device),
            board_event: pass.board_event.map(|(_, index)| index),
        })
        .collect();
    // Asked before the passes go in, so that all of it is one round trip.
    let moves = given.iter().any(|(_, pass)| tells_place(pass));
    let leads = moves.then(|| places::leads(tx, gate.school)).transpose()?;
    let mut inserted: HashSet<PassId> = passes::insert(tx, gate.school, gate.gate, now, &rows)?.into_iter().collect();
    let leads: Leads = match leads {
        Some(leads) => leads.get(tx)?.into_iter().map(|row| (row.id, (row.inner_zone, row.outer_zone))).collect(),
        None => Leads::new(),
    };
    let events: Vec<PassRecorded> = given
        .iter()
        // Taken out, so that a pass that stands twice in one delivery is journaled once.
        .filter(|(_, pass)| inserted.remove(&pass.id))
        .map(|(_, pass)| {
            let moved = moved(pass, &leads);
            PassRecorded {
                pass: pass.id,
                gate: gate.gate,
                point: pass.point,
                direction: pass.direction,
                person: pass.person,
                credential: pass.credential,
                reason: pass.reason,
                decided_by: pass.decided_by,
                at: pass.at,
                is_late: is_late(pass, now, late_after),
                moved_to: moved.map(|(_, to)| to),
                moved_from: moved.map(|(from, _)| from),
            }
        })
        .collect();
    journal::append_all(tx, gate.school, now, &events)?;
    for event in events.iter().filter(|event| event.reason == Reason::GrantedLeave) {
        if let Some(person) = event.person {
            leaves::use_up(tx, gate.school, person, event.at, event.point)?;
        }
    }
    Ok(events.iter().map(|event| event.reason).collect())
}

fn take_alarms(tx: &mut Tx<'_>, gate: GateKey, given: &[Alarm], now: Timestamp) -> Result<u64, AccessError> {
    if given.is_empty() {
        return Ok(0);
    }
    let mut inserted: HashSet<AlarmId> = alarms::insert(tx, gate.school, gate.gate, now, given)?.into_iter().collect();
    let events: Vec<AlarmRaised> = given
        .iter()
        .filter(|alarm| inserted.remove(&alarm.id))
        .map(|alarm| AlarmRaised {
            alarm: alarm.id,
            gate: gate.gate,
            kind: alarm.kind,
            device: alarm.device,
            point: alarm.point,
            person: alarm.person,
            at: alarm.at,
        })
        .collect();
    journal::append_all(tx, gate.school, now, &events)?;
    for event in &events {
        close_what_it_ends(tx, gate, event, now)?;
    }
    Ok(events.len() as u64)
}

/// Notes whether a gate of the server's own process could be started. An alarm stands from the first time that it could not until it could;
/// `alarm` is the id of the one that may be needed.
///
/// # Errors
/// From the database.
pub fn tell_start(
    tx: &mut Tx<'_>,
    gate: GateKey,
    alarm: AlarmId,
    is_running: bool,
    now: Timestamp,
) -> Result<(), AccessError> {
    let stands = alarms::standing(tx, gate.school, gate.gate)?.iter().any(|row| row.kind == AlarmKind::GateFailed);
    if stands != is_running {
        return Ok(());
    }
    let kind = if is_running { AlarmKind::GateBack } else { AlarmKind::GateFailed };
    let told = Alarm { id: alarm, kind, device: None, point: None, person: None, detail: String::new(), at: now };
    take_alarms(tx, gate, &[told], now)?;
    Ok(())
}

/// An alarm that says that something is in order again closes those that said that it was not.
fn close_what_it_ends(tx: &mut Tx<'_>, gate: GateKey, by: &AlarmRaised, now: Timestamp) -> Result<(), AccessError> {
    let Some(ended) = by.kind.ends() else { return Ok(()) };
    let closed = alarms::close(tx, gate.school, gate.gate, ended, by.device, by.point, by.at)?;
    if !closed.is_empty() {
        let event = AlarmsClosed { alarms: closed, by: Some(by.alarm), at: by.at };
        journal::append(tx, gate.school, now, &event)?;
    }
    Ok(())
}

/// Events of boards of which there is a pass already.
struct KnownEvents(HashMap<(DeviceId, u32), Vec<Timestamp>>);

impl KnownEvents {
    /// Whether this pass comes from an event that a gate had taken in before it lost its folder. A board that lost its memory has
    /// another event of the same index, but not of the same minutes.
    fn covers(&self, pass: &Pass) -> bool {
        let moments = pass.board_event.filter(|_| pass.replayed).and_then(|event| self.0.get(&event));
        moments.is_some_and(|moments| moments.iter().any(|at| pass.at.duration_since(*at).abs() <= SAME_EVENT))
    }
}

/// Looks up the events that come from boards' memories. A delivery of passes as they happen asks the database nothing.
fn known_events(tx: &mut Tx<'_>, gate: GateKey, given: &[(u64, &Pass)]) -> Result<KnownEvents, AccessError> {
    let mut spans: BTreeMap<DeviceId, Vec<(Timestamp, u32)>> = BTreeMap::new();
    for (_, pass) in given.iter().filter(|(_, pass)| pass.replayed) {
        if let Some((device, index)) = pass.board_event {
            spans.entry(device).or_default().push((pass.at, index));
        }
    }
    let mut known: HashMap<_, Vec<_>> = HashMap::new();
    for (device, events) in spans {
        let moments = || events.iter().map(|(at, _)| *at);
        let indices = || events.iter().map(|(_, index)| *index);
        let (Some(from), Some(until)) = (moments().min(), moments().max()) else { continue };
        let (Some(first), Some(last)) = (indices().min(), indices().max()) else { continue };
        let from = from.checked_sub(SAME_EVENT).unwrap_or(from);
        let until = until.checked_add(SAME_EVENT).unwrap_or(until);
        for row in passes::board_events(tx, gate.school, device, from, until, first, last)? {
            known.entry((device, row.board_event)).or_default().push(row.at);
        }
    }
    Ok(KnownEvents(known))
}

fn is_late(pass: &Pass, now: Timestamp, late_after: SignedDuration) -> bool {
    now.duration_since(pass.at) > late_after
}

/// The zones inside and outside of each point.
type Leads = HashMap<AccessPointId, (ZoneId, Option<ZoneId>)>;

/// Whether a known person was let through.
const fn tells_place(pass: &Pass) -> bool {
    pass.reason.is_granted() && pass.person.is_some()
}

/// From where to where the person of a pass went.
fn moved(pass: &Pass, leads: &Leads) -> Option<(Place, Place)> {
    if !tells_place(pass) {
        return None;
    }
    let (inner, outer) = leads.get(&pass.point)?;
    let (inside, outside) = (Place::Zone(*inner), Place::of(*outer));
    Some(match pass.direction {
        Direction::In => (outside, inside),
        Direction::Out => (inside, outside),
    })
}
