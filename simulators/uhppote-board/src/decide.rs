//! What happens at the doors: swipes, buttons, sensors, and how the board decides by itself.
//!
//! The order of the checks is that of the public Go simulator: host control, list, PIN, right, profile,
//! anti-passback, interlock, first card, door mode. Two checks are added: a card outside its dates is denied with
//! reason 13 (the Go one lets it pass), and anti-passback denies.

use crate::config::UnknownCard;
use crate::doors::{self, Keypad, NORMALLY_CLOSED};
use crate::events::{ALARM, DOOR, Reason, SWIPE};
use crate::schedule::{Job, profile_allows};
use crate::state::{INPUT_FIRE, INPUT_FORCED, Moment, NewEvent, Opening, State};

/// Card number in the event of a door opened by a host [the Go simulator's].
pub(crate) const REMOTE_OPEN: u32 = 3_922_570_474;
const BUTTON: u32 = 1;
const BUTTON_REFUSED: u32 = 6;
const OPENED: u32 = 8;
const CLOSED: u32 = 9;
const SUPERVISOR: u32 = 10;

/// A card held to a reader.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Swipe {
    pub(crate) card: u32,
    pub(crate) door: u8,
    pub(crate) is_in: bool,
    /// What is typed on the keypad: `None` is "whatever is asked for".
    pub(crate) pin: Option<u32>,
}

impl State {
    /// A card at a reader. Returns the event's index, 0 when there is no such door.
    pub(crate) fn swipe(&mut self, swipe: Swipe) -> u32 {
        let when = self.moment();
        if self.door(swipe.door).is_none() {
            return 0;
        }
        let verdict = self.verdict(swipe, when);
        if verdict.is_ok() {
            self.let_in(swipe, when);
        }
        let (kind, granted, reason) = match verdict {
            Ok(()) => (DOOR, true, Reason::Swipe),
            Err(reason) => (SWIPE, false, reason),
        };
        let direction = if swipe.is_in { 1 } else { 2 };
        self.record(when, NewEvent { kind, granted, door: swipe.door, direction, card: swipe.card, reason })
    }

    fn verdict(&self, swipe: Swipe, when: Moment) -> Result<(), Reason> {
        let listed = self.cards.get(swipe.card);
        let host_hears_of_it = listed.is_some() || self.unknown_card == UnknownCard::AskHost;
        if host_hears_of_it && self.host_decides(when.instant) {
            return Err(Reason::HostDecides);
        }
        let card = listed.ok_or(Reason::UnknownCard)?;
        let door = self.door(swipe.door).ok_or(Reason::NoRights)?;
        let right = card.doors[usize::from(swipe.door - 1)];
        if !(card.from..=card.to).contains(&when.local.date()) {
            return Err(Reason::OutsideDates);
        }
        let asks_pin = match door.set.keypad {
            Keypad::Off => false,
            Keypad::In => swipe.is_in,
            Keypad::Both => true,
        };
        if asks_pin && card.pin != 0 && swipe.pin.is_some_and(|typed| typed != card.pin) {
            return Err(Reason::WrongPin);
        }
        match right {
            0 | 255 => return Err(Reason::NoRights),
            1 => {}
            profile if door.now.profiles_off || !profile_allows(&self.set.profiles, profile, when.local) => {
                return Err(Reason::OutsideProfile);
            }
            _ => {}
        }
        if !self.passback.allows(self.set.passback_mode, swipe.card, swipe.door) {
            return Err(Reason::AntiPassback);
        }
        if self.is_interlocked(swipe.door) {
            return Err(Reason::Interlock);
        }
        if door.awaits_first_card(when.local) && card.first_card & (1 << (swipe.door - 1)) == 0 {
            return Err(Reason::FirstCard);
        }
        // A first card lifts the closed mode of its own window, so that is looked at first.
        if door.mode() == NORMALLY_CLOSED && !door.awaits_first_card(when.local) {
            return Err(Reason::NormallyClosed);
        }
        Ok(())
    }

    fn let_in(&mut self, swipe: Swipe, when: Moment) {
        self.passback.passed(self.set.passback_mode, swipe.card, swipe.door);
        let awaited = self.door(swipe.door).is_some_and(|door| door.awaits_first_card(when.local));
        if awaited {
            if let Some(door) = self.door_mut(swipe.door) {
                door.take_first_card(when.local);
            }
            self.keep_settings();
        }
        self.energise(swipe.door, when);
    }

    fn energise(&mut self, door: u8, when: Moment) {
        let Some(place) = usize::from(door).checked_sub(1).filter(|place| *place < self.doors.len()) else { return };
        self.doors[place].unlock(when.instant);
        self.opened[place] += 1;
        self.effects.openings.push(Opening { door, at: when.instant });
    }

    fn is_interlocked(&self, door: u8) -> bool {
        let others = doors::interlocked_with(self.set.interlock_mode, door);
        others.iter().any(|other| self.door(*other).is_some_and(|door| door.now.is_open))
    }

    /// Whether a host or a task could open this door now.
    fn can_open(&self, door: u8) -> bool {
        self.door(door).is_some_and(|it| it.mode() != NORMALLY_CLOSED) && !self.is_interlocked(door)
    }

    /// A host opens a door. A normally closed or interlocked door stays shut, and then there is no event.
    ///
    /// The Go simulator answers "done" even then; saying what happened seemed the better guess.
    pub(crate) fn remote_open(&mut self, door: u8, when: Moment) -> bool {
        let opens = self.can_open(door);
        if opens {
            self.energise(door, when);
            self.record(
                when,
                NewEvent {
                    kind: DOOR,
                    granted: true,
                    door,
                    direction: 1,
                    card: REMOTE_OPEN,
                    reason: Reason::RemoteOpen,
                },
            );
        }
        opens
    }

    /// The exit button. Its events are special: without "record special events" the index is 0.
    pub(crate) fn press_button(&mut self, number: u8) -> u32 {
        let when = self.moment();
        let interlocked = self.is_interlocked(number);
        let Some(door) = self.door_mut(number) else { return 0 };
        let pulse = std::time::Duration::from_secs(u64::from(door.set.delay_s));
        door.now.pressed_until = Some(when.instant + pulse);
        let refused = if interlocked {
            Some(Reason::ButtonInterlock)
        } else if door.now.button_off {
            Some(Reason::ButtonDisabled)
        } else if door.mode() == NORMALLY_CLOSED {
            Some(Reason::ButtonLocked)
        } else {
            None
        };
        let (kind, card, reason) = match refused {
            Some(reason) => (ALARM, BUTTON_REFUSED, reason),
            None => (DOOR, BUTTON, Reason::Button),
        };
        let granted = refused.is_none();
        if granted {
            self.energise(number, when);
        }
        self.special(when, NewEvent { kind, granted, door: number, direction: 1, card, reason })
    }

    /// A code typed on the keypad. One of the door's codes opens whatever the mode; 0 is no code.
    pub(crate) fn passcode(&mut self, number: u8, code: u32) -> u32 {
        let when = self.moment();
        let fits = self.door(number).is_some_and(|door| code != 0 && door.set.passcodes.contains(&code));
        if !fits {
            return 0;
        }
        self.energise(number, when);
        let reason = Reason::Supervisor;
        self.record(when, NewEvent { kind: DOOR, granted: true, door: number, direction: 1, card: SUPERVISOR, reason })
    }

    /// The door's sensor changes. Index 0 when it stood so already or special events are not recorded.
    pub(crate) fn sensor(&mut self, number: u8, open: bool) -> u32 {
        let when = self.moment();
        let Some(door) = self.door_mut(number) else { return 0 };
        if std::mem::replace(&mut door.now.is_open, open) == open {
            return 0;
        }
        if !self.doors.iter().any(|door| door.now.is_open) {
            self.inputs &= !INPUT_FORCED;
        }
        let (card, reason) = if open { (OPENED, Reason::DoorOpened) } else { (CLOSED, Reason::DoorClosed) };
        self.special(when, NewEvent { kind: DOOR, granted: true, door: number, direction: 1, card, reason })
    }

    /// An alarm at a door that stands open: forced, or held for too long.
    pub(crate) fn door_alarm(&mut self, number: u8, reason: Reason) -> u32 {
        let when = self.moment();
        let Some(door) = self.door_mut(number) else { return 0 };
        door.now.is_open = true;
        if reason == Reason::Forced {
            self.inputs |= INPUT_FORCED;
        }
        self.record(when, NewEvent { door: number, ..NewEvent::of_board(ALARM, reason) })
    }

    /// The fire input. The alarm is recorded when it comes on; locks are not touched, as they are wired apart.
    pub(crate) fn fire(&mut self, on: bool) -> u32 {
        let was = self.inputs & INPUT_FIRE != 0;
        self.inputs = if on { self.inputs | INPUT_FIRE } else { self.inputs & !INPUT_FIRE };
        if !on || was {
            return 0;
        }
        let when = self.moment();
        self.record(when, NewEvent::of_board(ALARM, Reason::Fire))
    }

    fn special(&mut self, when: Moment, event: NewEvent) -> u32 {
        if self.set.record_special { self.record(when, event) } else { 0 }
    }

    /// What the board does by itself as time goes on: tasks, first-card windows, sending again.
    pub(crate) fn tick(&mut self) {
        let when = self.moment();
        let due = self.set.tasks.due(when.local);
        let mut changed = !due.is_empty();
        for (door, job) in due {
            self.run(door, job, when);
        }
        for door in &mut self.doors {
            changed |= door.end_first_card_window(when.local);
        }
        if changed {
            self.keep_settings();
        }
        self.auto_send(when);
    }

    fn run(&mut self, number: u8, job: Job, when: Moment) {
        if job == Job::TriggerOnce && self.can_open(number) {
            self.energise(number, when);
        }
        let Some(door) = self.door_mut(number) else { return };
        match job {
            Job::Controlled => door.now.task_mode = Some(doors::CONTROLLED),
            Job::NormallyOpen => door.now.task_mode = Some(doors::NORMALLY_OPEN),
            Job::NormallyClosed => door.now.task_mode = Some(NORMALLY_CLOSED),
            Job::DisableProfiles => door.now.profiles_off = true,
            Job::EnableProfiles => door.now.profiles_off = false,
            Job::CardOnly => door.set.keypad = Keypad::Off,
            Job::CardAndPinIn => door.set.keypad = Keypad::In,
            Job::CardAndPin => door.set.keypad = Keypad::Both,
            Job::DisableButton => door.now.button_off = true,
            Job::EnableButton => door.now.button_off = false,
            Job::EnableMoreCards | Job::DisableMoreCards | Job::TriggerOnce => {}
        }
    }
}
