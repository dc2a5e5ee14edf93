//! Taps at the board, and what must have become of them at the server.

use std::collections::{BTreeMap, BTreeSet};

use access::PassRecorded;
use jiff::SignedDuration;
use kernel::{DecidedBy, Direction, Reason};
use uhppote_board::Board;

use super::{Site, school::StoredPass};

/// A pass that arrives later than this after it happened is marked as late.
const LATE: SignedDuration = SignedDuration::from_secs(60);
/// Entries of the journal read at once.
const MANY: u32 = 1_000_000;

/// A card that was shown to a reader, and the board's own record of it.
#[derive(Clone, Copy, Debug)]
pub struct Tap {
    pub card: u32,
    pub door: u8,
    pub direction: Direction,
    /// The number of the board's event.
    pub index: u32,
}

/// Shows a card to a reader. Which door and which way follows from `place`, so that all of them have their turn.
pub fn swipe(board: &Board, card: u32, place: usize) -> Tap {
    let door = (place % 4 + 1) as u8;
    let direction = if (place / 4).is_multiple_of(2) { Direction::In } else { Direction::Out };
    let index = board.swipe(card, door, direction == Direction::In);
    Tap { card, door, direction, index }
}

impl Site {
    /// Proves that each tap became one pass, whatever happened meanwhile. Gives the passes in the order of the taps.
    ///
    /// The board's own memory is the witness: what it holds of each tap must agree with what the server has.
    pub fn prove(&self, taps: &[Tap]) -> Vec<StoredPass> {
        let passes = self.school.passes();
        let mut by_card: BTreeMap<u64, Vec<&StoredPass>> = BTreeMap::new();
        for pass in &passes {
            by_card.entry(pass.number.expect("a pass without a card")).or_default().push(pass);
        }
        for tap in taps {
            match by_card.get(&u64::from(tap.card)).map(Vec::as_slice) {
                Some([pass]) => self.prove_pass(tap, pass),
                Some(many) => panic!("{tap:?} was counted {} times: {many:?}", many.len()),
                None => panic!("{tap:?} was lost; the board remembers {:?}", self.board.event(tap.index)),
            }
        }
        assert_eq!(passes.len(), taps.len(), "a pass that nobody tapped for");
        self.prove_order(taps, &passes);
        self.prove_journal(&passes);
        for door in 1..=4 {
            let granted = passes.iter().filter(|pass| pass.is_granted && pass.point == self.point(door)).count() as u64;
            let opened = self.board.opened(door);
            assert!(opened <= granted, "door {door} was opened {opened} times for {granted} granted passes");
        }
        passes
    }

    fn point(&self, door: u8) -> kernel::AccessPointId {
        self.school.points[usize::from(door) - 1]
    }

    fn prove_pass(&self, tap: &Tap, pass: &StoredPass) {
        let event = self.board.event(tap.index).expect("the board forgets nothing so soon");
        assert_eq!((event.card, event.door), (tap.card, tap.door));
        assert_eq!(
            (pass.gate, pass.point, pass.direction),
            (self.school.gate, self.point(tap.door), tap.direction),
            "{tap:?}"
        );
        assert_eq!(pass.person, self.school.cards.get(&tap.card).copied(), "{tap:?}");
        assert_eq!(pass.is_granted, pass.reason.is_granted(), "{tap:?}");
        let may_be: &[(Reason, DecidedBy)] = if event.granted {
            &[(Reason::GrantedByBoard, DecidedBy::Board)]
        } else {
            &[(Reason::Granted, DecidedBy::Gate), (Reason::DeniedByBoard, DecidedBy::Board)]
        };
        assert!(may_be.contains(&(pass.reason, pass.decided_by)), "{tap:?} {event:?} {pass:?}");
        assert_eq!(pass.is_late, pass.received_at.duration_since(pass.at) > LATE, "{tap:?} {pass:?}");
    }

    fn prove_order(&self, taps: &[Tap], passes: &[StoredPass]) {
        let seqs: BTreeSet<u64> = passes.iter().map(|pass| pass.gate_seq).collect();
        assert_eq!(seqs.len(), passes.len(), "two passes of one number");
        let tapped: Vec<u64> = taps.iter().map(|tap| u64::from(tap.card)).collect();
        let recorded: Vec<u64> = passes.iter().filter_map(|pass| pass.number).collect();
        assert_eq!(recorded, tapped, "the gate's order is not that of the taps");
    }

    fn prove_journal(&self, passes: &[StoredPass]) {
        let school = self.school.school;
        assert!(self.school.look(|tx| journal::is_whole(tx, school)), "the journal has holes");
        let entries = self.school.look(|tx| journal::read(tx, school, 0, MANY));
        let recorded: Vec<PassRecorded> = entries.iter().filter_map(|entry| entry.event().unwrap()).collect();
        assert_eq!(recorded.len(), passes.len(), "entries of the journal and passes");
        for (entry, pass) in recorded.iter().zip(passes) {
            assert_eq!((entry.pass, entry.reason, entry.is_late), (pass.id, pass.reason, pass.is_late));
        }
    }
}
