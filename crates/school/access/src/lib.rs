//! Access control: points, zones, rules, passes, presence, the guard's monitor.
//!
//! # Map
//! - [`intake`]: takes in what gates recorded, exactly once; writes [`PassRecorded`] and [`AlarmRaised`] to the journal.
//! - [`snapshot`]: the document by which a gate decides. [`gates`]: tells waiting gates what is new; `api`: the same over HTTP.
//! - [`presence`]: who is where; follows the journal, can be rebuilt. [`nights`]: begins it anew each day.
//! - `elsewhere`: what a gate must know of people whom other gates let pass.
//! - [`ops`]: use cases. [`queries`]: reads; each takes a scope. [`model`]: what forms are parsed into.
//! - [`live`]: tells open monitors what happens.
//! - `store`: all SQL. `pages`: one file a screen.
//!
//! # Invariants
//! - Nothing here decides who passes: the gate does, by the snapshot made here.
//! - A pass is inserted and journaled in one transaction, once per id, however often it is delivered; it is never changed afterwards.
//! - What a gate must know changes only together with a journal entry that says so: that entry's number makes the new snapshot.
//! - The journal holds ids and words, never a name or a card number.
//! - Tables of `people` are joined for reading, never written. What days are is asked of `calendar`.

mod api;
mod elsewhere;
mod error;
mod events;
pub mod gates;
pub mod intake;
pub mod live;
pub mod model;
pub mod nights;
pub mod ops;
mod pages;
pub mod presence;
mod privacy;
pub mod queries;
pub mod snapshot;
mod status;
mod store;

use std::sync::Arc;

use accounts::{App, Routes, Subsystem};
use jiff::SignedDuration;
use kernel::Explain;

pub use api::GATE_PATHS;
pub use error::{AccessError, Use};
pub use events::{
    AlarmRaised, AlarmsClosed, AlarmsSeen, DevicesChanged, EverybodyOut, LeaveChanged, LeaveTerm, ModeChanged,
    NightsChanged, PassRecorded, Place, PointsChanged, PresenceReset, PresenceSet, RulesChanged, ZoneRemoved,
};
pub use gates::{Feeds, GateKey};
pub use live::{Live, LiveEvent};
pub use nights::Nights;
pub use pages::{export_part, gates_summary, leave_panel, person_panel};
pub use privacy::DATA;
pub use queries::GATE_PATIENCE;

i18n::catalog!(
    "access",
    kk = include_str!("../locales/kk.ftl"),
    ru = include_str!("../locales/ru.ftl"),
    en = include_str!("../locales/en.ftl")
);

/// What runs beside the pages. Cheap to clone; its threads end with the last clone.
#[derive(Clone, Debug)]
pub struct Access {
    /// What is new for gates.
    pub feeds: Feeds,
    /// What happens, for open monitors.
    pub live: Live,
    /// Resets presence at midnight.
    pub nights: Nights,
    /// After what silence a gate counts as away, by the program's clock.
    pub patience: SignedDuration,
    /// Answers what would be if somebody passed: the gate's own decision.
    pub explain: Explain,
}

impl Access {
    /// Starts it. `patience` is [`queries::GATE_PATIENCE`], unless the program's clock is a fast one; `explain` is the gate's.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(app: &App, patience: SignedDuration, explain: Explain) -> Result<Self, AccessError> {
        let (feeds, live, nights) = (Feeds::start(app)?, Live::start(app, patience)?, Nights::start(app)?);
        Ok(Self { feeds, live, nights, patience, explain })
    }
}

/// Access control as the program wires it.
pub fn subsystem(app: &App, access: &Access) -> Subsystem {
    Subsystem {
        name: "access",
        routes: pages::routes(api::routes(Routes::new(app), &access.feeds), access),
        followers: vec![Arc::new(presence::PresenceFollower)],
        nav: pages::NAV.to_vec(),
        data: DATA,
    }
}
