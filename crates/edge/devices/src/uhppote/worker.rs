//! The thread that keeps one board: connects, sets it up, looks for events, watches its clock, brings its card list in order.
//!
//! One request at a time, the most urgent first: how the doors stand, events, then host control, then the settings, then one step of the card list.
//! A board that is silent is tried again with growing pauses; when it comes back, everything begins with what it was up to.

use std::{
    net::Ipv4Addr,
    sync::Arc,
    time::{Duration, Instant},
};

use gate::driver::Doors;
use jiff::{Timestamp, tz::TimeZone};
use kernel::{AlarmKind, Clock, DeviceId, DeviceState};

use super::{
    address::Address,
    cards::CardSync,
    codec::{BoardNow, Door, DoorControl, DoorMode, ListenerSetting},
    discovery,
    drift::{self, ALARM_BEYOND_S, MEND_BEYOND_S},
    events::Events,
    link::Link,
    pace::Pace,
    report::Report,
    session::Session,
    signals::{Asked, Signals},
};
use crate::DeviceError;

/// With more events than this to fetch the board decides by itself until they are fetched: people at the door shall not wait.
const LONG_BACKLOG: u32 = 50;

/// What a worker is told once.
pub(super) struct Orders {
    pub(super) device: DeviceId,
    pub(super) serial: u32,
    pub(super) address: Address,
    pub(super) tcp: bool,
    pub(super) open_s: u8,
    pub(super) pace: Pace,
    pub(super) zone: TimeZone,
    pub(super) broadcast: Vec<std::net::SocketAddrV4>,
    /// Where the board shall push its events; `None`: to the address of ours that is nearest to it.
    pub(super) announce: Option<Ipv4Addr>,
    pub(super) event_port: u16,
    pub(super) auto_send_s: u8,
}

/// When what is due.
struct Due {
    poll: Instant,
    control: Instant,
    listener: Instant,
    refused: Instant,
    clock: Instant,
}

/// The thread's state.
pub(super) struct Worker {
    orders: Orders,
    clock: Arc<dyn Clock>,
    events: Arc<Events>,
    signals: Arc<Signals>,
    cards: CardSync,
    report: Report,
    session: Option<Session>,
    due: Due,
    retry_at: Instant,
    retry_in: Duration,
    last_answer: Instant,
    is_drift_told: bool,
    /// How the doors stand; `None` until the gate has said it, and they are left as they are.
    doors: Option<Doors>,
    /// Whether that was not yet brought to the board.
    is_doors_due: bool,
    /// Whether the board may have forgotten what it cannot be asked about.
    is_new: bool,
}

impl Worker {
    pub(super) fn new(orders: Orders, clock: Arc<dyn Clock>, events: Arc<Events>, signals: Arc<Signals>) -> Self {
        let now = Instant::now();
        Self {
            report: Report::new(orders.device, Arc::clone(&events), orders.pace.tell_status),
            cards: CardSync::new(),
            session: None,
            due: Due { poll: now, control: now, listener: now, refused: now + orders.pace.retry_refused, clock: now },
            retry_at: now,
            retry_in: orders.pace.retry_first,
            last_answer: now,
            is_drift_told: false,
            doors: None,
            is_doors_due: false,
            is_new: true,
            orders,
            clock,
            events,
            signals,
        }
    }

    /// Works until the driver is dropped or the gate has stopped.
    pub(super) fn run(mut self) {
        self.report.tell();
        while !self.signals.is_stopped() {
            let asked = self.signals.take();
            let is_hinted = self.note(asked);
            let done = match self.session.take() {
                Some(mut session) => self.turn(&mut session, is_hinted).map(|rest| (Some(session), rest)),
                None if is_hinted || Instant::now() >= self.retry_at => {
                    self.connect().map(|session| (Some(session), None))
                }
                None => Ok((None, Some(self.retry_at))),
            };
            match done {
                Ok((session, rest)) => {
                    self.session = session;
                    self.report.tell_if_due();
                    if let Some(until) = rest {
                        self.signals.wait(until);
                    }
                }
                Err(error) => self.trouble(&error),
            }
        }
        self.leave();
    }

    /// Takes over what was asked; whether the board shall be looked at now.
    fn note(&mut self, asked: Asked) -> bool {
        if let Some(doors) = asked.doors {
            self.stand(doors);
        }
        if let Some(list) = asked.list {
            self.cards.hold(list);
        }
        if asked.resync {
            self.cards.reread();
        }
        if asked.restarted {
            let now = Instant::now();
            (self.due.listener, self.due.control) = (now, now);
            self.is_new = true;
        }
        for (door, _) in Door::ALL.iter().zip(asked.unopened).filter(|(_, is_unopened)| *is_unopened) {
            self.events.tell_alarm(AlarmKind::DoorFailed, Some(door.number()), String::new());
        }
        asked.hinted || asked.unopened.contains(&true)
    }

    /// Does the most urgent thing; until when there is nothing to do, if so.
    fn turn(&mut self, session: &mut Session, is_hinted: bool) -> Result<Option<Instant>, DeviceError> {
        let now = Instant::now();
        if self.is_doors_due {
            self.set_doors(session)?;
        } else if is_hinted || now >= self.due.poll {
            self.poll(session)?;
        } else if now >= self.due.listener {
            self.set_up(session)?;
        } else if now >= self.due.control {
            self.take_control(session)?;
        } else if self.cards.has_work() && !self.signals.is_opening() {
            self.cards.step(session)?;
            self.alive();
            self.report.cards(self.cards.counts());
        } else if now >= self.due.refused {
            self.due.refused = now + self.orders.pace.retry_refused;
            self.cards.retry_refused();
        } else {
            let due = &self.due;
            return Ok(Some(due.poll.min(due.listener).min(due.control).min(due.refused)));
        }
        Ok(None)
    }

    /// Finds the board and brings it to where it can be left to [`Self::turn`].
    fn connect(&mut self) -> Result<Session, DeviceError> {
        let orders = &self.orders;
        let address = match orders.address.resolve()? {
            Some(address) => address,
            None => discovery::find(orders.serial, &orders.broadcast, orders.pace.find)?.address,
        };
        self.signals.set_address(address);
        let link = if orders.tcp { Link::tcp } else { Link::udp };
        let mut session = Session(link(orders.serial, address, orders.pace.call));
        let controller = session.controller()?;
        self.alive();
        self.report.version(controller.version.to_string());
        self.is_new = true;
        self.set_up(&mut session)?;
        self.due.control = Instant::now();
        self.poll(&mut session)?;
        self.cards.check_count(&mut session)?;
        Ok(session)
    }

    /// Sets what a board must know of us and may have forgotten. What is already so is not written again: boards keep their
    /// settings in memory that wears.
    fn set_up(&mut self, session: &mut Session) -> Result<(), DeviceError> {
        let done = self.set_listener(session);
        self.tolerate("setting where events go", done)?;
        if self.is_new {
            let done = session.record_special_events();
            self.tolerate("having door events recorded", done)?;
            self.is_new = false;
        }
        self.set_doors(session)?;
        self.due.listener = Instant::now() + self.orders.pace.check_listener;
        Ok(())
    }

    fn set_listener(&self, session: &mut Session) -> Result<bool, DeviceError> {
        let ip = match self.orders.announce {
            Some(ip) => ip,
            None => session.0.local_ip()?,
        };
        let setting = ListenerSetting { ip, port: self.orders.event_port, auto_send_s: self.orders.auto_send_s };
        if session.listener()? == setting { Ok(true) } else { session.set_listener(setting) }
    }

    /// The doors stand so from now on.
    fn stand(&mut self, doors: Doors) {
        self.is_doors_due |= self.doors != Some(doors);
        self.doors = Some(doors);
    }

    /// The gate owns the rules, so a door that was left open or closed by other software is put right again. A door that does not stay
    /// open in a fire is an alarm.
    fn set_doors(&mut self, session: &mut Session) -> Result<(), DeviceError> {
        let Some(stand) = self.doors else { return Ok(()) };
        let mode = match stand {
            Doors::Controlled => DoorMode::Controlled,
            Doors::Open => DoorMode::Open,
        };
        for door in doors(self.orders.serial) {
            let control = DoorControl { door: *door, mode, open_s: self.orders.open_s };
            let done = set_door(control, session);
            if stand == Doors::Open && !matches!(done, Ok(true)) {
                self.events.tell_alarm(AlarmKind::DoorFailed, Some(door.number()), String::new());
            }
            self.tolerate("setting a door", done)?;
        }
        self.is_doors_due = false;
        Ok(())
    }

    /// A setting that a firmware does not know is no reason to leave its board alone; silence is.
    fn tolerate(&self, doing: &str, done: Result<bool, DeviceError>) -> Result<(), DeviceError> {
        match done {
            Ok(true) => Ok(()),
            Ok(false) => {
                tracing::warn!(serial = self.orders.serial, doing, "the board refused");
                Ok(())
            }
            Err(error) if error.is_silence() => Err(error),
            Err(error) => {
                tracing::warn!(serial = self.orders.serial, doing, %error, "the board answered strangely");
                Ok(())
            }
        }
    }

    /// Looks at the status: is there an event that was not pushed, does the clock go right, is it still the same memory?
    fn poll(&mut self, session: &mut Session) -> Result<(), DeviceError> {
        loop {
            // Pushes may carry the cursor beyond this answer while it is on its way: compare with what was before.
            let handled = self.events.handled();
            let before = self.clock.now();
            let status = session.status()?;
            self.measure(status.now, before);
            self.alive();
            if status.newest() < handled && session.newest_index()? < handled {
                self.events.restarted();
                self.cards.reread();
                let now = Instant::now();
                (self.due.listener, self.due.control) = (now, now);
                self.is_new = true;
            }
            let backlog = status.newest().saturating_sub(self.events.handled());
            if backlog > LONG_BACKLOG && self.signals.is_in_control() {
                self.release_control(session)?;
            }
            self.catch_up(status.newest(), session)?;
            if backlog <= LONG_BACKLOG || self.signals.is_stopped() {
                break;
            }
        }
        self.mend_clock(session)?;
        if Instant::now() >= self.due.control {
            self.take_control(session)?;
        }
        self.due.poll = Instant::now() + self.orders.pace.poll;
        Ok(())
    }

    /// Fetches every event up to the newest.
    fn catch_up(&mut self, newest: u32, session: &mut Session) -> Result<(), DeviceError> {
        while !self.signals.is_stopped() {
            // A long memory takes minutes; a fire does not wait for it.
            if let Some(doors) = self.signals.take_doors() {
                self.stand(doors);
                self.set_doors(session)?;
            }
            let handled = self.events.handled();
            if handled >= newest {
                break;
            }
            match session.event(handled + 1)? {
                Some(event) => self.events.fetched(&event, Instant::now()),
                None => self.pass_over_hole(handled + 1, newest, session)?,
            }
            self.alive();
            self.report.tell_if_due();
        }
        Ok(())
    }

    /// Finds out how many events are gone from `first` on.
    fn pass_over_hole(&self, first: u32, newest: u32, session: &mut Session) -> Result<(), DeviceError> {
        let mut until = match session.oldest_event()? {
            Some(oldest) if oldest.index > first => oldest.index - 1,
            Some(_) | None => first,
        };
        while until < newest && !self.signals.is_stopped() && session.event(until + 1)?.is_none() {
            until += 1;
        }
        self.events.lost(until.min(newest));
        Ok(())
    }

    fn measure(&mut self, shown: BoardNow, before: Timestamp) {
        let measured = drift::measure(shown, before, self.clock.now(), &self.orders.zone);
        if let Some(drift_s) = measured {
            self.events.drift_measured(drift_s);
        }
        self.report.drift(measured);
    }

    /// Sets the clock when it is off. Called when every event is fetched, so that each is read with the drift it was written with.
    fn mend_clock(&mut self, session: &mut Session) -> Result<(), DeviceError> {
        let drift_s = self.report.drift_s();
        if drift_s.is_some_and(|drift_s| drift_s.abs() <= MEND_BEYOND_S) {
            self.is_drift_told = false;
            return Ok(());
        }
        if Instant::now() < self.due.clock {
            return Ok(());
        }
        self.due.clock = Instant::now() + self.orders.pace.set_clock;
        if let Some(drift_s) = drift_s.filter(|drift_s| drift_s.abs() > ALARM_BEYOND_S && !self.is_drift_told) {
            self.is_drift_told = true;
            self.events.tell_alarm(AlarmKind::ClockDrift, None, format!("{drift_s:+}"));
        }
        session.set_time(drift::local(self.clock.now(), &self.orders.zone))?;
        let before = self.clock.now();
        let status = session.status()?;
        self.events.clock_mended(status.newest());
        self.measure(status.now, before);
        if self.report.drift_s().is_some_and(|drift_s| drift_s.abs() <= MEND_BEYOND_S) {
            self.due.clock = Instant::now();
            self.is_drift_told = false;
        }
        Ok(())
    }

    /// Has the board ask us about every card from now on.
    fn take_control(&mut self, session: &mut Session) -> Result<(), DeviceError> {
        let done = session.set_pc_control(true);
        self.signals.set_in_control(matches!(done, Ok(true)));
        self.tolerate("taking control", done)?;
        self.due.control = Instant::now() + self.orders.pace.renew_control;
        Ok(())
    }

    /// Has the board decide by its own list.
    fn release_control(&mut self, session: &mut Session) -> Result<(), DeviceError> {
        self.signals.set_in_control(false);
        self.due.control = Instant::now();
        let done = session.set_pc_control(false);
        self.tolerate("giving control back", done)
    }

    /// The board answered.
    fn alive(&mut self) {
        self.last_answer = Instant::now();
        self.retry_in = self.orders.pace.retry_first;
        self.events.answered();
        match self.report.state() {
            DeviceState::Online => return,
            DeviceState::Unknown => {}
            DeviceState::Unreachable => self.events.tell_alarm(AlarmKind::DeviceBack, None, String::new()),
        }
        tracing::info!(serial = self.orders.serial, "the board answers");
        self.report.become_state(DeviceState::Online);
    }

    /// The board did not answer, or not what was asked: the session is over, the next one begins after a pause.
    fn trouble(&mut self, error: &DeviceError) {
        tracing::debug!(serial = self.orders.serial, %error, "a board is tried again in a moment");
        self.signals.set_in_control(false);
        self.retry_at = Instant::now() + self.retry_in;
        self.retry_in = (self.retry_in * 2).min(self.orders.pace.retry_most);
        if self.last_answer.elapsed() >= self.orders.pace.unreachable_after
            && self.report.state() != DeviceState::Unreachable
        {
            tracing::warn!(serial = self.orders.serial, %error, "the board does not answer");
            self.events.tell_alarm(AlarmKind::DeviceUnreachable, None, String::new());
            self.report.become_state(DeviceState::Unreachable);
        }
    }

    /// Lets the board decide by itself at once, rather than refuse everybody until it notices that we are gone.
    fn leave(&mut self) {
        if let Some(session) = self.session.as_mut().filter(|_| self.signals.is_in_control())
            && let Err(error) = session.set_pc_control(false)
        {
            tracing::debug!(serial = self.orders.serial, %error, "the board did not take control back");
        }
    }
}

/// Sets a door unless it is set so already.
fn set_door(control: DoorControl, session: &mut Session) -> Result<bool, DeviceError> {
    if session.door(control.door)? == control { Ok(true) } else { session.set_door(control) }
}

/// The doors of a board: the first digit of its serial number says how many it has.
fn doors(serial: u32) -> &'static [Door] {
    let count = match serial.to_string().bytes().next() {
        Some(b'1') => 1,
        Some(b'2') => 2,
        _ => Door::ALL.len(),
    };
    &Door::ALL[..count]
}
