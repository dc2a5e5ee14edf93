//! Anti-passback of the board itself: which readers a card may not use next.
//!
//! On a board with four doors each door has one reader, so the reader's number is the door's number and the
//! direction of a swipe does not matter. The public Go simulator keeps the mode but never learns that a card
//! passed, so it never denies; this one does deny.

use std::collections::HashMap;

/// Highest mode a board takes.
pub(crate) const MAX_MODE: u8 = 4;

/// For a card that has passed, the readers that deny it, as bits 1, 2, 4, 8.
#[derive(Debug, Default)]
pub(crate) struct Passback {
    denied: HashMap<u32, u8>,
}

/// Readers on either side of each border, as bit masks, by mode.
fn borders(mode: u8) -> &'static [(u8, u8)] {
    match mode {
        1 => &[(0b0001, 0b0010), (0b0100, 0b1000)],
        2 => &[(0b0101, 0b1010)],
        3 => &[(0b0001, 0b0110)],
        4 => &[(0b0001, 0b1110)],
        _ => &[],
    }
}

fn bit(door: u8) -> u8 {
    if (1..=4).contains(&door) { 1 << (door - 1) } else { 0 }
}

impl Passback {
    /// Whether the card may use this reader now.
    pub(crate) fn allows(&self, mode: u8, card: u32, door: u8) -> bool {
        mode == 0 || self.denied.get(&card).is_none_or(|denied| denied & bit(door) == 0)
    }

    /// Remembers that the card passed here: this side denies it from now on, the other side allows it again.
    pub(crate) fn passed(&mut self, mode: u8, card: u32, door: u8) {
        for (one, other) in borders(mode) {
            let (here, there) = if one & bit(door) != 0 { (one, other) } else { (other, one) };
            if here & bit(door) != 0 {
                let denied = self.denied.entry(card).or_default();
                *denied = (*denied | here) & !there;
            }
        }
    }

    pub(crate) fn forget(&mut self, card: u32) {
        self.denied.remove(&card);
    }

    pub(crate) fn clear(&mut self) {
        self.denied.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Doors swiped one after another, and whether each was let through.
    fn story(mode: u8, doors: &[u8]) -> Vec<bool> {
        let mut passback = Passback::default();
        let mut pass = |door: &u8| {
            let allowed = passback.allows(mode, 7, *door);
            if allowed {
                passback.passed(mode, 7, *door);
            }
            allowed
        };
        doors.iter().map(&mut pass).collect()
    }

    #[test]
    fn a_card_must_leave_through_the_other_side_before_it_enters_again() {
        for (mode, doors, allowed) in [
            (0, &[1, 1, 1][..], &[true, true, true][..]),
            (1, &[1, 1, 2, 1], &[true, false, true, true]),
            (1, &[1, 3, 3, 4], &[true, true, false, true]),
            (2, &[1, 3, 4, 2, 1], &[true, false, true, false, true]),
            (3, &[1, 1, 3, 2, 1], &[true, false, true, false, true]),
            (3, &[4, 4], &[true, true]),
            (4, &[1, 4, 2, 1], &[true, true, false, true]),
        ] {
            assert_eq!(story(mode, doors), allowed, "mode {mode}, doors {doors:?}");
        }
    }

    #[test]
    fn one_card_does_not_bind_another_and_a_forgotten_card_is_free() {
        let mut passback = Passback::default();
        passback.passed(1, 7, 1);
        assert!(passback.allows(1, 8, 1));
        assert!(!passback.allows(1, 7, 1));
        passback.forget(7);
        assert!(passback.allows(1, 7, 1));
    }
}
