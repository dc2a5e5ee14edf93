//! The gate: decides, spools, uplinks; with or without the server.

pub mod decide;
pub mod driver;
mod http;
pub mod presence;
mod server;
pub mod snapshot;
pub mod spool;
pub mod wire;

pub use decide::{Attempt, By, Decision, decide};
pub use http::{HttpServer, HttpServerError};
pub use presence::Presence;
pub use server::{Server, ServerError};
pub use snapshot::{CompileError, Snapshot, board_lists};
pub use wire::Feed;
