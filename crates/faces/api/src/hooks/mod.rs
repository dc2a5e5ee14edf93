//! Webhooks: other programs are told of events of the school's journal, each message signed as the Standard Webhooks specification says.
//!
//! # Way of an event
//! 1. [`HookFollower`] follows the journal: for each webhook that wants an event it puts a delivery into the queue, in the transaction that
//!    moves its cursor.
//! 2. [`Sender`] takes a webhook by a lease, sends the oldest delivery that waits, and writes down what came of it. What does not get
//!    through is tried again by [`backoff`]; nothing younger overtakes it.
//! 3. After three days without success, or when the receiver answers 410, the webhook is off until somebody switches it on.
//!
//! # Map
//! - [`address`]: which addresses may be sent to, checked when they are entered and again on the way; `post`: the request itself.
//! - `message`: the JSON and its signatures; `kinds`: which events there are; `words`: states and reasons.
//! - [`ops`]: what an administrator does; `store`: all SQL.
//!
//! # Invariants
//! - What goes out is what the journal holds: ids and words, never a name.
//! - Deliveries of one webhook arrive in their order; one may arrive twice, with the same `webhook-id`.
//! - No request reaches this machine or its network, whatever names resolve to and whenever they change.

mod address;
mod backoff;
mod error;
mod follower;
mod kinds;
mod message;
pub mod ops;
mod post;
mod sender;
mod store;
mod words;

use jiff::SignedDuration;
use kernel::Id;

pub use address::{HookUrl, HookUrlError, Reach};
pub use error::HookError;
pub use follower::HookFollower;
pub use kinds::{EVENT_KINDS, Kinds};
pub use message::ShownSecret;
pub(crate) use sender::reach;
pub use sender::{Sender, clean, send_due};
pub use store::{DeliveryFull, DeliveryRow, HookRow};
pub(crate) use store::{deliveries, delivery, hooks};
pub use words::{DeliveryState, OffBecause, Trouble};

/// A webhook.
#[derive(Debug)]
pub enum HookKind {}
/// The id of a webhook.
pub type HookId = Id<HookKind>;

/// Webhooks of one school at most.
pub const HOOKS_LIMIT: u64 = 10;
/// Deliveries of one webhook that wait at most; one more switches it off.
pub const WAITING_LIMIT: u64 = 100_000;
/// Deliveries are kept for so long.
pub const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// After so long without success a webhook is switched off.
pub const PATIENCE: SignedDuration = SignedDuration::from_hours(3 * 24);
/// The secret before is signed with for so long.
pub const ROTATION: SignedDuration = SignedDuration::from_hours(24);
/// The bell rung when there is something to send.
const BELL: &str = "webhooks";
