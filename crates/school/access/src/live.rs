//! What happens at a school, told to open monitors as it happens.
//!
//! One thread follows the journals of schools whose monitors are open: woken by the bell of our own commits and at least
//! every [`LOOK`], since another server may have written. It keeps no cursor: who opens a monitor loads its state first,
//! and who was away loads it again.

use std::{
    collections::HashMap,
    fmt,
    mem::discriminant,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    thread,
    time::{Duration, Instant},
};

use accounts::{App, Scope};
use jiff::SignedDuration;
use journal::{BELL, Entry};
use kernel::{AccessPointId, AlarmId, Clock, PassId, SchoolId};
use store::{Bell, Db, StoreError, Tx};
use tokio::sync::broadcast;

use crate::{
    error::AccessError,
    events::{AlarmRaised, AlarmsClosed, AlarmsSeen, ModeChanged, PassRecorded},
    queries::{self, AlarmView, Inside, LaneState, LaneView, ModeView, PassView},
    store::school,
};

/// How often the journals are looked at without a bell.
const LOOK: Duration = Duration::from_millis(200);
/// Looks follow each other by at least this, however often it rings.
const PAUSE: Duration = Duration::from_millis(20);
/// How often counters and lanes are looked at.
const TURN: Duration = Duration::from_secs(1);
/// Events that a slow monitor may have before it; one that is slower loads everything anew.
const BACKLOG: usize = 256;
/// Entries read at once.
const ENTRIES: u32 = 200;
/// A monitor that is behind by more than this loads everything anew instead of watching a morning go by.
const MOST_BEHIND: u64 = 1_000;

/// Something that an open monitor shows.
#[derive(Clone, Debug)]
pub enum LiveEvent {
    /// Somebody passed or was refused.
    Pass(Arc<PassView>),
    /// An alarm was raised.
    Alarm(Arc<AlarmView>),
    /// Somebody has seen alarms, or they are over; so many are still to be seen.
    AlarmsSeen {
        /// How many nobody has seen.
        unseen: u32,
    },
    /// The state of the school changed.
    Mode(Arc<ModeView>),
    /// The numbers of people inside changed.
    Counters(Arc<Inside>),
    /// The state of a lane changed.
    Lanes(Arc<Vec<LaneView>>),
    /// Too much happened at once: load everything anew.
    Resync,
}

/// The hub of open monitors. Cheap to clone; its thread ends with the last clone.
#[derive(Clone)]
pub struct Live(Arc<Hub>);

struct Hub {
    db: Db,
    clock: Arc<dyn Clock>,
    patience: SignedDuration,
    channels: Mutex<HashMap<SchoolId, Channel>>,
}

struct Channel {
    sender: broadcast::Sender<LiveEvent>,
    /// The newest entry that was told.
    told: u64,
    inside: Option<Inside>,
    lanes: Option<Vec<LaneGist>>,
}

/// The part of a lane whose change is told.
#[derive(Clone, PartialEq)]
struct LaneGist {
    point: AccessPointId,
    name: String,
    state: std::mem::Discriminant<LaneState>,
    is_current: bool,
    is_sending: bool,
    spool_ok: bool,
}

impl Live {
    /// Starts the hub. A gate counts as away after `patience`.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(app: &App, patience: SignedDuration) -> Result<Self, AccessError> {
        let hub = Arc::new(Hub { db: app.db.clone(), clock: app.clock.clone(), patience, channels: Mutex::default() });
        let (weak, bell) = (Arc::downgrade(&hub), app.db.bell(BELL));
        thread::Builder::new().name("live".into()).spawn(move || watch(&weak, &bell)).map_err(AccessError::Thread)?;
        Ok(Self(hub))
    }

    /// What happens at the scope's school from now on. Whoever subscribes loads the state afterwards, so that nothing falls between.
    ///
    /// # Errors
    /// From the database.
    pub async fn subscribe(&self, scope: &Scope) -> Result<broadcast::Receiver<LiveEvent>, AccessError> {
        let school = scope.school();
        if let Some(channel) = self.0.channels().get(&school) {
            return Ok(channel.sender.subscribe());
        }
        let told = self.0.db.read(move |tx| journal::head(tx, school)).await?;
        let fresh = || Channel { sender: broadcast::Sender::new(BACKLOG), told, inside: None, lanes: None };
        Ok(self.0.channels().entry(school).or_insert_with(fresh).sender.subscribe())
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").finish_non_exhaustive()
    }
}

fn watch(hub: &Weak<Hub>, bell: &Bell) {
    let mut turned: Option<Instant> = None;
    loop {
        let heard = bell.count();
        let Some(live) = hub.upgrade() else { return };
        let is_turn = turned.is_none_or(|moment| moment.elapsed() >= TURN);
        if is_turn {
            turned = Some(Instant::now());
        }
        match live.round(is_turn) {
            Ok(()) => {}
            Err(AccessError::Store(StoreError::Closed)) => return,
            Err(error) => tracing::warn!(%error, "open monitors are not told"),
        }
        drop(live);
        thread::sleep(PAUSE);
        bell.wait(heard, LOOK);
    }
}

impl Hub {
    fn channels(&self) -> MutexGuard<'_, HashMap<SchoolId, Channel>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn round(&self, is_turn: bool) -> Result<(), AccessError> {
        let open: HashMap<SchoolId, u64> = {
            let mut channels = self.channels();
            channels.retain(|_, channel| channel.sender.receiver_count() > 0);
            channels.iter().map(|(school, channel)| (*school, channel.told)).collect()
        };
        if open.is_empty() {
            return Ok(());
        }
        let heads = self.db.read_blocking(school::heads)?;
        for head in heads {
            let Some(told) = open.get(&head.school).copied() else { continue };
            if head.seq != told {
                self.tell_news(head.school, told, head.seq)?;
            }
        }
        if is_turn {
            for school in open.keys() {
                self.tell_state(*school)?;
            }
        }
        Ok(())
    }

    fn tell_news(&self, school: SchoolId, told: u64, head: u64) -> Result<(), AccessError> {
        if head < told || head - told > MOST_BEHIND {
            self.tell(school, head, vec![LiveEvent::Resync]);
            return Ok(());
        }
        let mut told = told;
        while told < head {
            let (last, events) = self.db.read_blocking(|tx| news(tx, school, told))?;
            self.tell(school, last, events);
            if last == told {
                break;
            }
            told = last;
        }
        Ok(())
    }

    /// Counters and lanes, when they are not as they were told.
    fn tell_state(&self, school: SchoolId) -> Result<(), AccessError> {
        let now = self.clock.now();
        let (inside, lanes) = self.db.read_blocking(|tx| {
            let scope = Scope::of_program(school);
            Ok::<_, AccessError>((queries::inside(tx, &scope)?, queries::lanes(tx, &scope, now, self.patience)?))
        })?;
        let mut channels = self.channels();
        let Some(channel) = channels.get_mut(&school) else { return Ok(()) };
        let gists: Vec<LaneGist> = lanes.iter().map(LaneGist::of).collect();
        if channel.inside.as_ref() != Some(&inside) {
            channel.inside = Some(inside.clone());
            channel.tell(LiveEvent::Counters(Arc::new(inside)));
        }
        if channel.lanes.as_ref() != Some(&gists) {
            channel.lanes = Some(gists);
            channel.tell(LiveEvent::Lanes(Arc::new(lanes)));
        }
        Ok(())
    }

    fn tell(&self, school: SchoolId, told: u64, events: Vec<LiveEvent>) {
        if let Some(channel) = self.channels().get_mut(&school) {
            channel.told = told;
            for event in events {
                channel.tell(event);
            }
        }
    }
}

impl Channel {
    fn tell(&self, event: LiveEvent) {
        // Nobody listening any more is no error: the channel goes with the next round.
        let _ = self.sender.send(event);
    }
}

impl LaneGist {
    fn of(lane: &LaneView) -> Self {
        Self {
            point: lane.point,
            name: lane.name.clone(),
            state: discriminant(&lane.state),
            is_current: lane.gate.is_current,
            is_sending: lane.gate.spool_depth > 0,
            spool_ok: lane.gate.spool_ok,
        }
    }
}

/// What the entries after `told` tell a monitor, with names; and the number of the last of them.
fn news(tx: &mut Tx<'_>, school: SchoolId, told: u64) -> Result<(u64, Vec<LiveEvent>), AccessError> {
    let scope = Scope::of_program(school);
    let entries = journal::read(tx, school, told, ENTRIES)?;
    let last = entries.last().map_or(told, |entry| entry.seq);
    let told: Vec<News> = entries.iter().map(News::of).filter_map(Result::transpose).collect::<Result<_, _>>()?;
    let passes: Vec<PassId> =
        told.iter().filter_map(|news| if let News::Pass(id) = news { Some(*id) } else { None }).collect();
    let alarms: Vec<AlarmId> =
        told.iter().filter_map(|news| if let News::Alarm(id) = news { Some(*id) } else { None }).collect();
    let mut passes = queries::passes_by_id(tx, &scope, &passes)?;
    queries::put_leaves(tx, &scope, &mut passes)?;
    let mut passes: HashMap<_, _> = passes.into_iter().map(|view| (view.id, Arc::new(view))).collect();
    let mut alarms: HashMap<_, _> =
        queries::alarms_by_id(tx, &scope, &alarms)?.into_iter().map(|view| (view.id, Arc::new(view))).collect();
    let mut events = Vec::with_capacity(told.len());
    for news in told {
        events.extend(match news {
            News::Pass(id) => passes.remove(&id).map(LiveEvent::Pass),
            News::Alarm(id) => alarms.remove(&id).map(LiveEvent::Alarm),
            News::AlarmsFewer => Some(LiveEvent::AlarmsSeen { unseen: queries::unseen_alarms(tx, &scope)? }),
            News::Mode => Some(LiveEvent::Mode(Arc::new(queries::mode(tx, &scope)?))),
        });
    }
    Ok((last, events))
}

/// An entry as a monitor sees it.
enum News {
    Pass(PassId),
    Alarm(AlarmId),
    /// Some alarms need nobody's eyes any more.
    AlarmsFewer,
    Mode,
}

impl News {
    fn of(entry: &Entry) -> Result<Option<Self>, AccessError> {
        Ok(if let Some(pass) = entry.event::<PassRecorded>()? {
            Some(Self::Pass(pass.pass))
        } else if let Some(alarm) = entry.event::<AlarmRaised>()? {
            // That something is in order again is told by the alarm that goes.
            alarm.kind.ends().is_none().then_some(Self::Alarm(alarm.alarm))
        } else if entry.event::<AlarmsSeen>()?.is_some() || entry.event::<AlarmsClosed>()?.is_some() {
            Some(Self::AlarmsFewer)
        } else if entry.event::<ModeChanged>()?.is_some() {
            Some(Self::Mode)
        } else {
            None
        })
    }
}
