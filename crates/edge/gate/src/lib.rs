//! The gate: decides who passes, keeps every pass on disk before a door opens, and hands the passes to the server when it is there.
//!
//! Bytes come from drivers ([`driver`], implemented by `devices`) and rules from a [`Server`] (in process, or [`HttpServer`]). Three threads
//! do the work ([`Gate::start`]):
//!
//! ```text
//! drivers ─▶ inbox ─▶ decide ─▶ spool ─▶ open          spool ─▶ uplink ─▶ server
//!                        ▲  commands                               │
//!                        └───────────── feed ◀─────────────────────┘
//! ```
//!
//! Invariants: [`decide`](decide::decide) does no I/O, reads no clock, takes no lock and allocates nothing. A door opens only after its pass is on
//! the disk, or when the disk cannot be written, which is an alarm. A snapshot that cannot be used never takes the place of one that can.
//! The gate knows no protocol and holds no name, photo or IIN.

mod boards;
mod codes;
mod core;
pub mod decide;
pub mod driver;
mod explain;
mod feed;
mod http;
mod hub;
pub mod presence;
mod run;
mod server;
pub mod snapshot;
pub mod spool;
mod standing;
mod uplink;
pub mod wire;

pub use decide::{Attempt, By, Decision, decide};
pub use explain::explain;
pub use http::{HttpServer, HttpServerError};
pub use presence::Presence;
pub use run::{Gate, GateConfig, GateError, GateHandle};
pub use server::{Server, ServerError};
pub use snapshot::{CompileError, Snapshot, board_lists};
pub use standing::{Standing, StandingAlarm};
pub use wire::Feed;
