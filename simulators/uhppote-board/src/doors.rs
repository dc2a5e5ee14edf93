//! Doors: what is set for them, and how they stand right now.

use std::time::{Duration, Instant};

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

use crate::schedule::FirstCard;

/// Always unlocked.
pub(crate) const NORMALLY_OPEN: u8 = 1;
/// Never unlocked.
pub(crate) const NORMALLY_CLOSED: u8 = 2;
/// Unlocked for whoever has the right.
pub(crate) const CONTROLLED: u8 = 3;
/// Controlled, once a first card has come.
pub(crate) const FIRST_CARD: u8 = 4;

/// Keypad modes of a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Keypad {
    Off,
    In,
    Both,
}

/// What a host sets for a door; survives a power cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DoorSettings {
    pub(crate) mode: u8,
    pub(crate) delay_s: u8,
    pub(crate) passcodes: [u32; 4],
    pub(crate) keypad: Keypad,
    pub(crate) first_card: Option<FirstCard>,
    /// Comes into force with the next refresh of the task list.
    pub(crate) next_first_card: Option<FirstCard>,
}

impl Default for DoorSettings {
    fn default() -> Self {
        DoorSettings {
            mode: CONTROLLED,
            delay_s: 5,
            passcodes: [0; 4],
            keypad: Keypad::Off,
            first_card: None,
            next_first_card: None,
        }
    }
}

/// How a door stands; lost in a power cycle.
#[derive(Debug, Clone, Default)]
pub(crate) struct DoorNow {
    /// Mode that a task has put over the one set.
    pub(crate) task_mode: Option<u8>,
    /// A task has switched time profiles off: cards with a profile are denied.
    pub(crate) profiles_off: bool,
    pub(crate) button_off: bool,
    pub(crate) is_open: bool,
    pub(crate) unlocked_until: Option<Instant>,
    pub(crate) pressed_until: Option<Instant>,
    /// Day on which the first card came.
    pub(crate) first_card_on: Option<Date>,
    pub(crate) first_card_window: bool,
}

/// One of the four doors.
#[derive(Debug, Clone, Default)]
pub(crate) struct Door {
    pub(crate) set: DoorSettings,
    pub(crate) now: DoorNow,
}

impl Door {
    /// The mode in force.
    pub(crate) fn mode(&self) -> u8 {
        self.now.task_mode.unwrap_or(self.set.mode)
    }

    /// Whether the relay is energised.
    pub(crate) fn is_unlocked(&self, now: Instant) -> bool {
        self.mode() == NORMALLY_OPEN || self.now.unlocked_until.is_some_and(|until| now < until)
    }

    pub(crate) fn is_pressed(&self, now: Instant) -> bool {
        self.now.pressed_until.is_some_and(|until| now < until)
    }

    /// Energises the relay for the delay that is set.
    pub(crate) fn unlock(&mut self, now: Instant) {
        let until = now + Duration::from_secs(u64::from(self.set.delay_s));
        self.now.unlocked_until = self.now.unlocked_until.max(Some(until));
    }

    /// Whether only a first card may open now.
    pub(crate) fn awaits_first_card(&self, at: DateTime) -> bool {
        if self.now.first_card_on == Some(at.date()) {
            return false;
        }
        let by_window = self.set.first_card.as_ref().is_some_and(|rule| rule.inactive == FIRST_CARD && rule.covers(at));
        by_window || self.mode() == FIRST_CARD
    }

    /// The first card of the day came.
    pub(crate) fn take_first_card(&mut self, at: DateTime) {
        self.now.first_card_on = Some(at.date());
        if let Some(rule) = self.set.first_card.as_ref().filter(|rule| rule.covers(at)) {
            self.set.mode = rule.active;
            self.now.first_card_window = true;
        }
    }

    /// Puts the door back when its first-card window ends; `true` when that changed its mode.
    pub(crate) fn end_first_card_window(&mut self, at: DateTime) -> bool {
        let Some(rule) = &self.set.first_card else { return false };
        let was = std::mem::replace(&mut self.now.first_card_window, rule.covers(at));
        let ends = was && !self.now.first_card_window;
        if ends {
            self.set.mode = rule.inactive;
        }
        ends
    }
}

/// Doors that must not stand open together with `door`, as an array of door numbers, by interlock mode.
pub(crate) fn interlocked_with(mode: u8, door: u8) -> &'static [u8] {
    match (mode, door) {
        (1 | 3, 1) => &[2],
        (1 | 3, 2) => &[1],
        (2 | 3, 3) => &[4],
        (2 | 3, 4) => &[3],
        (4, 1) => &[2, 3],
        (4, 2) => &[1, 3],
        (4, 3) => &[1, 2],
        (8, 1) => &[2, 3, 4],
        (8, 2) => &[1, 3, 4],
        (8, 3) => &[1, 2, 4],
        (8, 4) => &[1, 2, 3],
        _ => &[],
    }
}

/// Whether an interlock mode exists.
pub(crate) fn is_interlock(mode: u8) -> bool {
    matches!(mode, 0..=4 | 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interlock_binds_both_doors_of_a_pair() {
        for mode in [1, 2, 3, 4, 8] {
            for door in 1..=4u8 {
                for other in interlocked_with(mode, door) {
                    assert!(interlocked_with(mode, *other).contains(&door), "mode {mode}: {door} and {other}");
                    assert_ne!(*other, door);
                }
            }
        }
    }

    #[test]
    fn a_shorter_unlocking_does_not_cut_a_longer_one() {
        let mut door = Door::default();
        let now = Instant::now();
        door.set.delay_s = 10;
        door.unlock(now);
        door.set.delay_s = 1;
        door.unlock(now);
        assert!(door.is_unlocked(now + Duration::from_secs(9)));
        assert!(!door.is_unlocked(now + Duration::from_secs(10)));
    }

    #[test]
    fn the_first_card_opens_the_day_and_the_end_of_the_window_closes_it() {
        let rule = FirstCard {
            window: (8 * 60, 17 * 60),
            active: NORMALLY_OPEN,
            inactive: FIRST_CARD,
            weekdays: [true, true, true, true, true, false, false],
        };
        let mut door =
            Door { set: DoorSettings { first_card: Some(rule), ..DoorSettings::default() }, ..Door::default() };
        let at = |text: &str| text.parse::<DateTime>().unwrap();
        assert!(!door.awaits_first_card(at("2026-11-23T07:59")));
        assert!(door.awaits_first_card(at("2026-11-23T08:00")));
        door.take_first_card(at("2026-11-23T08:00"));
        assert!(!door.awaits_first_card(at("2026-11-23T09:00")));
        assert_eq!(door.mode(), NORMALLY_OPEN);
        assert!(!door.end_first_card_window(at("2026-11-23T17:00")));
        assert!(door.end_first_card_window(at("2026-11-23T17:01")));
        assert_eq!(door.mode(), FIRST_CARD);
        assert!(door.awaits_first_card(at("2026-11-24T07:00")));
    }
}
