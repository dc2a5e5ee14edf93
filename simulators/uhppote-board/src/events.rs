//! The event ring: numbered from 1, the oldest overwritten when it is full.

use std::collections::VecDeque;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

/// Event type of a refused swipe.
pub const SWIPE: u8 = 1;
/// Event type of an opening and of what happens at a door.
pub const DOOR: u8 = 2;
/// Event type of an alarm.
pub const ALARM: u8 = 3;
/// Event type answered for an index that has been overwritten.
pub const OVERWRITTEN: u8 = 0xFF;
/// Index that asks for the newest event.
pub(crate) const NEWEST: u32 = 0xFFFF_FFFF;

/// Why an event happened, in the numbers of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// A granted swipe.
    Swipe = 1,
    /// Denied because a host is in control and decides.
    HostDecides = 5,
    /// The card has no right at this door.
    NoRights = 6,
    /// Wrong PIN.
    WrongPin = 7,
    /// Anti-passback.
    AntiPassback = 8,
    /// The door waits for its first card.
    FirstCard = 10,
    /// The door is normally closed.
    NormallyClosed = 11,
    /// Another door of the interlock stands open.
    Interlock = 12,
    /// The card is not yet good, or not any more.
    OutsideDates = 13,
    /// The time profile does not allow this hour.
    OutsideProfile = 15,
    /// The card is not in the list.
    UnknownCard = 18,
    /// Exit button.
    Button = 20,
    /// The door was opened.
    DoorOpened = 23,
    /// The door was closed.
    DoorClosed = 24,
    /// Opened with a supervisor's code.
    Supervisor = 25,
    /// The board was powered on.
    PowerOn = 28,
    /// The button is switched off by a task.
    ButtonDisabled = 30,
    /// The button of a normally closed door.
    ButtonLocked = 31,
    /// The button of an interlocked door.
    ButtonInterlock = 33,
    /// The door is held open for too long.
    HeldOpen = 37,
    /// The door was forced.
    Forced = 38,
    /// Fire input.
    Fire = 39,
    /// Opened by a host.
    RemoteOpen = 44,
}

/// One record of the ring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Number in the ring, from 1.
    pub index: u32,
    /// [`SWIPE`], [`DOOR`] or [`ALARM`].
    pub kind: u8,
    /// Whether somebody was let in.
    pub granted: bool,
    /// Door 1 to 4; 0 when it concerns no door.
    pub door: u8,
    /// 1 in, 2 out, 0 neither.
    pub direction: u8,
    /// Card number, or one of the board's own small numbers (1 button, 8 opened, 9 closed, 10 supervisor).
    pub card: u32,
    /// Local time of the board's clock, right or wrong, in whole seconds.
    pub at: DateTime,
    /// A [`Reason`] in the numbers of the wire.
    pub reason: u8,
}

/// What an index leads to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lookup<'a> {
    /// Never happened.
    Nothing,
    /// Happened, but is overwritten.
    Overwritten,
    /// Is still there.
    Found(&'a Event),
}

/// The ring and the host's bookmark in it.
///
/// Invariants: at most `capacity` events; indexes grow by one without a hole; the newest is `next - 1`.
#[derive(Debug)]
pub(crate) struct Ring {
    capacity: usize,
    events: VecDeque<Event>,
    next: u32,
    bookmark: u32,
}

impl Ring {
    pub(crate) fn new(capacity: usize) -> Self {
        Ring { capacity: capacity.max(1), events: VecDeque::new(), next: 1, bookmark: 0 }
    }

    /// Appends an event, numbers it, and returns the number.
    pub(crate) fn push(&mut self, mut event: Event) -> u32 {
        if self.next == NEWEST {
            self.clear();
        }
        event.index = self.next;
        self.next += 1;
        if self.events.len() == self.capacity {
            self.events.pop_front();
        }
        self.events.push_back(event);
        self.next - 1
    }

    /// Finds by index; 0 is the oldest kept, 0xFFFFFFFF the newest.
    pub(crate) fn find(&self, index: u32) -> Lookup<'_> {
        let (Some(oldest), Some(newest)) = (self.events.front(), self.events.back()) else { return Lookup::Nothing };
        match index {
            0 => Lookup::Found(oldest),
            NEWEST => Lookup::Found(newest),
            index if index < oldest.index => Lookup::Overwritten,
            index => {
                let place = usize::try_from(index - oldest.index).ok();
                place.and_then(|place| self.events.get(place)).map_or(Lookup::Nothing, Lookup::Found)
            }
        }
    }

    pub(crate) fn newest(&self) -> Option<&Event> {
        self.events.back()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Event> {
        self.events.iter()
    }

    pub(crate) fn bookmark(&self) -> u32 {
        self.bookmark
    }

    /// Moves the host's bookmark; `false` when it stands there already or the event has not happened.
    pub(crate) fn set_bookmark(&mut self, index: u32) -> bool {
        let moved = index != self.bookmark && index < self.next;
        if moved {
            self.bookmark = index;
        }
        moved
    }

    /// Forgets everything; the next event is number 1.
    pub(crate) fn clear(&mut self) {
        self.events.clear();
        self.next = 1;
        self.bookmark = 0;
    }

    /// Appends an event from a file; a number that does not follow starts the ring anew from there.
    pub(crate) fn restore(&mut self, event: Event) {
        if event.index == 0 || event.index == NEWEST {
            return;
        }
        if event.index != self.next {
            self.events.clear();
            self.next = event.index;
        }
        self.push(event);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event() -> Event {
        Event {
            index: 0,
            kind: DOOR,
            granted: true,
            door: 1,
            direction: 1,
            card: 8,
            at: "2026-11-22T15:46:04".parse().unwrap(),
            reason: Reason::Swipe as u8,
        }
    }

    #[test]
    fn a_ring_of_256_after_400_events_begins_with_145() {
        let mut ring = Ring::new(256);
        for _ in 0..400 {
            ring.push(event());
        }
        assert_eq!(ring.find(1), Lookup::Overwritten);
        assert_eq!(ring.find(144), Lookup::Overwritten);
        assert!(matches!(ring.find(0), Lookup::Found(event) if event.index == 145));
        assert!(matches!(ring.find(NEWEST), Lookup::Found(event) if event.index == 400));
        assert_eq!(ring.find(999), Lookup::Nothing);
    }

    #[test]
    fn the_bookmark_moves_only_to_what_has_happened() {
        let mut ring = Ring::new(8);
        ring.push(event());
        assert!(ring.set_bookmark(1));
        assert!(!ring.set_bookmark(1), "it stands there already");
        assert!(!ring.set_bookmark(2), "not happened yet");
        assert!(ring.set_bookmark(0));
    }

    #[test]
    fn the_number_that_asks_for_the_newest_is_never_given_to_an_event() {
        let mut ring = Ring::new(8);
        ring.restore(Event { index: NEWEST - 1, ..event() });
        assert_eq!(ring.push(event()), 1);
        assert_eq!(ring.find(2), Lookup::Nothing);
    }

    proptest! {
        #[test]
        fn indexes_have_no_hole_and_every_index_is_kept_overwritten_or_yet_to_come(
            pushed in 0u32..600, capacity in 1usize..300, asked in 1u32..700,
        ) {
            let mut ring = Ring::new(capacity);
            for n in 1..=pushed {
                prop_assert_eq!(ring.push(event()), n);
            }
            let kept: Vec<u32> = ring.iter().map(|event| event.index).collect();
            prop_assert!(kept.len() <= capacity);
            prop_assert!(kept.windows(2).all(|pair| pair[1] == pair[0] + 1));
            match ring.find(asked) {
                Lookup::Found(event) => prop_assert_eq!(event.index, asked),
                Lookup::Overwritten => prop_assert!(asked < kept[0]),
                Lookup::Nothing => prop_assert!(asked > pushed),
            }
        }
    }
}
