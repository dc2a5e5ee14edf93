//! Where each person is: follows the journal, can be rebuilt from it.

use std::{collections::HashMap, error::Error};

use jiff::Timestamp;
use journal::{Entry, Follower, Followers};
use kernel::{PersonId, SchoolId};
use store::{StoreError, Tx};

use crate::{
    events::{self, EverybodyOut, PassRecorded, PresenceReset, PresenceSet, ZoneRemoved},
    store::{
        presence::{self, Moved},
        school,
    },
};

/// The name of the follower's cursor.
pub(crate) const FOLLOWER: &str = "access-presence";

/// Keeps the table of presence. A pass that is learnt of late never overwrites what a newer one told; of two that happened at the same
/// moment the one that the journal has later counts.
#[derive(Debug, Default)]
pub struct PresenceFollower;

impl Follower for PresenceFollower {
    fn name(&self) -> &'static str {
        FOLLOWER
    }

    fn follow(&self, tx: &mut Tx<'_>, entries: &[Entry]) -> Result<(), Box<dyn Error + Send + Sync>> {
        let Some(of) = entries.first().map(|entry| entry.school) else { return Ok(()) };
        // Written down with the midnight's own entry, so it may be ahead of what is read here: what comes before it is forgotten anyway.
        let day_began = school::presence_reset(tx, of)?.flatten();
        let mut moves = Moves::default();
        for entry in entries {
            if let Some(pass) = entry.event::<PassRecorded>()? {
                moves.extend(events::moved_by(&pass));
            } else if let Some(set) = entry.event::<PresenceSet>()? {
                moves.extend(Some(set.moved()));
            } else if let Some(out) = entry.event::<EverybodyOut>()? {
                moves.flush(tx, of, day_began)?;
                presence::all_out(tx, of, out.at, out.by)?;
            } else if let Some(removed) = entry.event::<ZoneRemoved>()? {
                moves.flush(tx, of, day_began)?;
                presence::leave_zone(tx, of, removed.zone)?;
            } else if let Some(reset) = entry.event::<PresenceReset>()? {
                moves.flush(tx, of, day_began)?;
                presence::forget_inside(tx, of, reset.before)?;
            }
        }
        Ok(moves.flush(tx, of, day_began)?)
    }
}

/// The newest word on each person, so that one statement writes many of them.
#[derive(Default)]
pub(crate) struct Moves(HashMap<PersonId, Moved>);

impl Moves {
    pub(crate) fn extend(&mut self, moved: Option<Moved>) {
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

    /// The words, in an order that is always the same, so that two writers wait for each other instead of standing in each other's way.
    pub(crate) fn take(&mut self) -> Vec<Moved> {
        let mut moved: Vec<Moved> = self.0.drain().map(|(_, moved)| moved).collect();
        moved.sort_unstable_by_key(|moved| moved.person);
        moved
    }

    /// Writes them down. Of who came in before the day began it is not known any more where they are.
    fn flush(&mut self, tx: &mut Tx<'_>, school: SchoolId, day_began: Option<Timestamp>) -> Result<(), StoreError> {
        let (over, moved): (Vec<Moved>, Vec<Moved>) = self
            .take()
            .into_iter()
            .partition(|moved| moved.zone.is_some() && day_began.is_some_and(|began| moved.since < began));
        for moved in over {
            presence::forget_one(tx, school, moved.person, moved.since)?;
        }
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
