//! What a gate must know of people whom other gates let pass: read from the journal, in its order, the newest word on each person.
//!
//! A gate decides by its own memory of where people are. With several gates at a school each sees a part of the passes; the rest comes to it by
//! the feed. Words may be told twice, and the gate keeps what it knows of a later moment, so nothing here needs a cursor of its own:
//! the gate says how far it has come.

use kernel::{GateId, PresentDoc, SchoolId};
use store::{StoreError, Tx};

use crate::{
    error::AccessError,
    events::{self, EverybodyOut, PassRecorded, PresenceSet},
    presence::{FOLLOWER, Moves},
    store::{presence::Moved, snapshot as rows},
};

/// Entries read at once.
const BATCH: u32 = 500;
/// A gate that is further behind is told where everybody is instead of being read a morning's journal.
const MOST_BEHIND: u64 = 5_000;

/// What is new for a gate, and the number up to which it is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    pub(crate) presence: Vec<PresentDoc>,
    pub(crate) through: u64,
}

/// What came to be known after the entry `after` by other gates than this one, or was said by hand.
///
/// # Errors
/// From the database, or when an entry cannot be read.
pub(crate) fn seen_elsewhere(
    tx: &mut Tx<'_>,
    school: SchoolId,
    gate: GateId,
    after: u64,
) -> Result<Elsewhere, AccessError> {
    let head = journal::head(tx, school)?;
    // A number beyond the head: the database was put back to a time before it.
    if after > head || head - after > MOST_BEHIND {
        return Ok(everybody(tx, school)?);
    }
    let (mut moves, mut through) = (Moves::default(), after);
    while through < head {
        let entries = journal::read(tx, school, through, BATCH)?;
        let Some(last) = entries.last() else { break };
        through = last.seq;
        for entry in &entries {
            if let Some(pass) = entry.event::<PassRecorded>()? {
                moves.extend(events::moved_by(&pass).filter(|_| pass.gate != gate));
            } else if let Some(set) = entry.event::<PresenceSet>()? {
                moves.extend(Some(set.moved()));
            } else if entry.event::<EverybodyOut>()?.is_some() {
                // It names nobody: the table, which was changed with this very entry, tells who it was about.
                return Ok(everybody(tx, school)?);
            }
        }
    }
    Ok(Elsewhere { presence: moves.take().iter().map(present).collect(), through })
}

/// Where everybody is by the table, and the number up to which it has followed the journal.
fn everybody(tx: &mut Tx<'_>, school: SchoolId) -> Result<Elsewhere, StoreError> {
    let through = journal::cursor(tx, FOLLOWER, school)?;
    let rows = rows::present(tx, school)?;
    Ok(Elsewhere { presence: rows.into_iter().map(rows::PresentRow::doc).collect(), through })
}

fn present(moved: &Moved) -> PresentDoc {
    PresentDoc {
        person: moved.person,
        zone: rows::told_zone(moved.zone, moved.is_known),
        since: moved.since,
        last: moved.by_pass.map(|(point, direction, _)| (point, direction)),
    }
}
