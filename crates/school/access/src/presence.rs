//! Where each person is: follows the journal, can be rebuilt from it.

use std::{collections::HashMap, error::Error};

use journal::{Entry, Follower, Followers};
use kernel::{PersonId, SchoolId};
use store::{StoreError, Tx};

use crate::{
    events::{EverybodyOut, PassRecorded, PresenceSet, ZoneRemoved},
    store::presence::{self, Moved},
};

/// The name of the follower's cursor.
const FOLLOWER: &str = "access-presence";

/// Keeps the table of presence. A pass that is learnt of late never overwrites what a newer one told; of two that happened at the same
/// moment the one that the journal has later counts.
#[derive(Debug, Default)]
pub struct PresenceFollower;

impl Follower for PresenceFollower {
    fn name(&self) -> &'static str {
        FOLLOWER
    }

    fn follow(&self, tx: &mut Tx<'_>, entries: &[Entry]) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Some(school) = entries.first().map(|entry| entry.school) else { return Ok(()) };
        let mut moves = Moves::default();
        for entry in entries {
            if let Some(pass) = entry.event::<PassRecorded>()? {
                moves.extend(pass.moved());
            } else if let Some(set) = entry.event::<PresenceSet>()? {
                moves.extend(Some(set.moved()));
            } else if let Some(out) = entry.event::<EverybodyOut>()? {
                moves.flush(tx, school)?;
                presence::all_out(tx, school, out.at, out.by)?;
            } else if let Some(removed) = entry.event::<ZoneRemoved>()? {
                moves.flush(tx, school)?;
                presence::leave_zone(tx, school, removed.zone)?;
            }
        }
        Ok(moves.flush(tx, school)?)
    }
}

/// The newest word on each person, so that one statement writes many of them.
#[derive(Default)]
struct Moves(HashMap<PersonId, Moved>);

impl Moves {
    fn extend(&mut self, moved: Option<Moved>) {
        let Some(moved) = moved else { return };
        self.0
            .entry(moved.person)
            .and_modify(|kept| {
                if moved.since >= kept.since {
                    *kept = moved
                }
            })
            .or_insert(moved);
    }

    fn flush(&mut self, tx: &mut Tx<'_>, school: SchoolId) -> Result<(), StoreError> {
        // Rows in one order, so that two writers wait for each other instead of standing in each other's way.
        let mut moved: Vec<Moved> = self.0.drain().map(|(_, moved)| moved).collect();
        moved.sort_unstable_by_key(|moved| moved.person);
        presence::put(tx, school, &moved)
    }
}

/// Forgets where everybody is, at all schools; the follower then rebuilds it from the journals.
///
/// # Errors
/// From the database.
pub fn forget_presence(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    presence::clear(tx)?;
    Followers::forget(tx, FOLLOWER)
}
