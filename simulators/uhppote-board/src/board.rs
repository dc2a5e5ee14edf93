//! A running board: its threads, and the hands that swipe cards and pull plugs.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use jiff::civil::DateTime;

use crate::cards::Card;
use crate::config::BoardConfig;
use crate::decide::Swipe;
use crate::events::{Event, Lookup, Reason};
use crate::file::Keeper;
use crate::frames::{Bytes, Request};
use crate::net::{Answers, HELD, Wire};
use crate::state::{Opening, State};

type Hook = Arc<dyn Fn(Opening) + Send + Sync>;

/// A simulated board. It runs until it is dropped; dropping frees its port.
#[derive(Debug)]
pub struct Board {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    keeper: Mutex<Option<Keeper>>,
    hooks: Mutex<Vec<Hook>>,
    wire: Wire,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").field("wire", &self.wire).finish_non_exhaustive()
    }
}

impl AsRef<Wire> for Shared {
    fn as_ref(&self) -> &Wire {
        &self.wire
    }
}

impl Answers for Shared {
    fn answer(&self, bytes: &[u8]) -> Option<Bytes> {
        let request = Request::parse(bytes)?;
        self.with(|state| state.answer(request)).map(crate::frames::Reply::into_bytes)
    }
}

impl Shared {
    /// Works on the state, then lets out what came of it: lines of the file first, then pushes in the order of
    /// their indexes, then openings.
    fn with<R>(&self, work: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let result = work(&mut state);
        let effects = std::mem::take(&mut state.effects);
        if let Some(keeper) = &mut *self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
            && let Err(error) = keeper.append(&effects.entries, &state)
        {
            tracing::error!(%error, "the board's file could not be written");
        }
        for (listener, frame) in &effects.pushes {
            self.wire.push(frame, SocketAddr::V4(*listener));
        }
        drop(state);
        if !effects.openings.is_empty() {
            let hooks = self.hooks.lock().unwrap_or_else(PoisonError::into_inner).clone();
            for opening in effects.openings {
                hooks.iter().for_each(|hook| hook(opening));
            }
        }
        result
    }

    /// Time goes on: tasks, sending again, datagrams held back.
    fn age(&self) {
        let mut next_tick = Duration::ZERO;
        while !self.wire.is_stopping() {
            if next_tick.is_zero() {
                self.with(State::tick);
                next_tick = 2 * HELD;
            }
            self.wire.release();
            thread::sleep(HELD);
            next_tick = next_tick.saturating_sub(HELD);
        }
    }
}

impl Board {
    /// Binds the sockets, reads the file if one is named, and starts.
    ///
    /// # Errors
    /// `InvalidInput` for serial 0; what binding and reading the file say otherwise.
    pub fn start(config: BoardConfig) -> io::Result<Board> {
        if config.serial == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "serial 0 means every board, so none can have it"));
        }
        let (wire, listener) = Wire::bind(config.bind)?;
        let address = match wire.address().ip() {
            IpAddr::V4(address) => address,
            IpAddr::V6(_) => Ipv4Addr::UNSPECIFIED,
        };
        let mut state = State::new(&config, address);
        let keeper = config.file.as_deref().map(|path| Keeper::open(path, &mut state)).transpose()?;
        let shared = Arc::new(Shared {
            state: Mutex::new(state),
            keeper: Mutex::new(keeper),
            hooks: Mutex::new(Vec::new()),
            wire,
        });
        let mut board = Board { shared: Arc::clone(&shared), threads: Vec::new(), acceptor: None };
        let serve = Arc::clone(&shared);
        board.spawn("board-udp", move || serve.wire.serve_udp(&*serve))?;
        let age = Arc::clone(&shared);
        board.spawn("board-time", move || age.age())?;
        let accept = move || Wire::serve_tcp(&shared, &listener);
        board.acceptor = Some(thread::Builder::new().name("board-accept".into()).spawn(accept)?);
        Ok(board)
    }

    fn spawn(&mut self, name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        self.threads.push(thread::Builder::new().name(name.into()).spawn(work)?);
        Ok(())
    }

    fn with<R>(&self, work: impl FnOnce(&mut State) -> R) -> R {
        self.shared.with(work)
    }

    /// Address of both sockets, with the real port.
    pub fn addr(&self) -> SocketAddr {
        self.shared.wire.address()
    }

    /// Serial number.
    pub fn serial(&self) -> u32 {
        self.with(|state| state.serial)
    }

    /// Holds a card to the reader of a door (1 to 4), going in or out. If the reader asks for a PIN, the right one
    /// is typed. Returns the event's index, 0 if there is no such door.
    pub fn swipe(&self, card: u32, door: u8, direction_in: bool) -> u32 {
        self.with(|state| state.swipe(Swipe { card, door, is_in: direction_in, pin: None }))
    }

    /// Like [`Board::swipe`], with this PIN typed; it matters only where the keypad is active and the card has one.
    pub fn swipe_with_pin(&self, card: u32, door: u8, direction_in: bool, pin: u32) -> u32 {
        self.with(|state| state.swipe(Swipe { card, door, is_in: direction_in, pin: Some(pin) }))
    }

    /// Types a code on a door's keypad. Returns the index of the event of a code that opens, else 0.
    pub fn enter_passcode(&self, door: u8, code: u32) -> u32 {
        self.with(|state| state.passcode(door, code))
    }

    /// Presses the exit button of a door. Returns the event's index, 0 when special events are not recorded.
    pub fn press_button(&self, door: u8) -> u32 {
        self.with(|state| state.press_button(door))
    }

    /// Opens a door that was not unlocked: an alarm, always recorded. Returns the event's index.
    pub fn door_forced(&self, door: u8) -> u32 {
        self.with(|state| state.door_alarm(door, Reason::Forced))
    }

    /// Leaves a door standing open too long: an alarm, always recorded. Returns the event's index.
    pub fn door_held(&self, door: u8) -> u32 {
        self.with(|state| state.door_alarm(door, Reason::HeldOpen))
    }

    /// The door's sensor says open. Returns the event's index, 0 when nothing is recorded.
    pub fn door_opened(&self, door: u8) -> u32 {
        self.with(|state| state.sensor(door, true))
    }

    /// The door's sensor says closed. Returns the event's index, 0 when nothing is recorded.
    pub fn door_closed(&self, door: u8) -> u32 {
        self.with(|state| state.sensor(door, false))
    }

    /// Switches the fire input. Returns the event's index when it comes on, else 0. Locks are not touched.
    pub fn fire(&self, on: bool) -> u32 {
        self.with(|state| state.fire(on))
    }

    /// Makes the board's clock wrong by this many seconds (positive: ahead). A host that sets the clock mends it.
    pub fn set_clock_offset_s(&self, offset_s: i64) {
        self.with(|state| {
            state.set.clock_error_ms = offset_s.saturating_mul(1000);
            state.keep_settings();
        });
    }

    /// Local time as the board believes it to be.
    pub fn now(&self) -> DateTime {
        self.with(|state| state.moment().local)
    }

    /// Pulls the network plug: nothing comes in or goes out. Swipes go on; a board under a host's control decides
    /// by itself once the host has been silent for long enough.
    pub fn unplug(&self) {
        self.shared.wire.faults.unplugged.store(true, Ordering::SeqCst);
    }

    /// Puts the network plug back.
    pub fn plug(&self) {
        self.shared.wire.faults.unplugged.store(false, Ordering::SeqCst);
    }

    /// Whether pushed events get lost.
    pub fn drop_pushes(&self, on: bool) {
        self.shared.wire.faults.drop_pushes.store(on, Ordering::SeqCst);
    }

    /// Loses the next `count` replies. The requests still take effect.
    pub fn drop_replies(&self, count: u32) {
        self.shared.wire.faults.drop_replies.store(count, Ordering::SeqCst);
    }

    /// Whether every UDP reply is sent twice.
    pub fn duplicate_replies(&self, on: bool) {
        self.shared.wire.faults.duplicate_replies.store(on, Ordering::SeqCst);
    }

    /// Whether UDP replies and pushes overtake each other: every other datagram waits for the next one, or 50 ms.
    pub fn reorder(&self, on: bool) {
        self.shared.wire.faults.reorder.store(on, Ordering::SeqCst);
    }

    /// How often the relay of a door (1 to 4) was pulsed since the simulator started, by whomever.
    pub fn opened(&self, door: u8) -> u64 {
        self.with(|state| {
            usize::from(door).checked_sub(1).and_then(|door| state.opened.get(door)).copied().unwrap_or(0)
        })
    }

    /// Calls `hook` for each relay pulse, on the thread that caused it and after all locks are free. The hook
    /// may swipe and ask, but must neither drop the board nor take its power away.
    pub fn on_open(&self, hook: impl Fn(Opening) + Send + Sync + 'static) {
        self.shared.hooks.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::new(hook));
    }

    /// Relay pulses as a channel that holds `bound` of them; a pulse that finds it full is left out.
    pub fn openings(&self, bound: usize) -> Receiver<Opening> {
        let (sender, receiver) = sync_channel(bound);
        self.on_open(move |opening| {
            // A full or abandoned channel is the receiver's choice.
            let _ = sender.try_send(opening);
        });
        receiver
    }

    /// All cards, in the order of slots.
    pub fn cards(&self) -> Vec<Card> {
        self.with(|state| state.cards.iter().map(|(_, card)| card.clone()).collect())
    }

    /// One event, if it has happened and is not overwritten.
    pub fn event(&self, index: u32) -> Option<Event> {
        self.with(|state| match state.events.find(index) {
            Lookup::Found(event) if event.index == index => Some(event.clone()),
            _ => None,
        })
    }

    /// All events still kept, oldest first.
    pub fn events(&self) -> Vec<Event> {
        self.with(|state| state.events.iter().cloned().collect())
    }

    /// How many requests with this function byte were received, 0x50 for example for "put card".
    pub fn requests(&self, function: u8) -> u64 {
        self.with(|state| state.requests.get(&function).copied().unwrap_or(0))
    }

    /// Takes the power away for a moment: connections break, tasks' effects, anti-passback memory, sensors and the
    /// push sequence are lost; cards, events, settings and the clock stay. An event with reason 28 is recorded.
    pub fn power_cycle(&self) {
        self.shared.wire.hang_up();
        self.with(State::power_cycle);
    }
}

impl Drop for Board {
    fn drop(&mut self) {
        let acceptor_ends = self.shared.wire.stop();
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
        if let Some(acceptor) = self.acceptor.take().filter(|_| acceptor_ends) {
            let _ = acceptor.join();
        }
    }
}
