//! The second factor of an account: an authenticator app, passkeys, and codes for whoever has lost both.
//!
//! - [`codes`]: how codes are written, read and checked. [`webauthn`]: what a passkey's device says.
//! - [`store`]: the SQL. [`ops`]: adding, confirming, removing, resetting, and taking a factor at the sign-in.
//!
//! A passkey stands for both factors, since its device verifies its owner. An app's code counts after a password only. A secret is sealed for
//! the school; of recovery codes only hashes are kept.

mod cbor;
mod codes;
mod ops;
mod store;
mod webauthn;

pub(crate) use codes::{RECOVERY_CODES, RecoveryCode, spoken, uri};
pub(crate) use ops::{
    Proof, add_passkey, begin_app, begin_passkey, confirm_app, has_factor, new_recovery_codes, passkey_user,
    pending_app, prove, remove_app, remove_passkey,
};
pub use ops::{SecondFactor, reset_factors};
pub(crate) use store::{Factors, PasskeyRow, forget_steps};
pub(crate) use store::{add_step, end_step, end_steps, factors, passkeys, step};
pub(crate) use webauthn::{ALGORITHMS, Assertion, Challenge, RelyingParty};

use jiff::SignedDuration;
use kernel::Id;

/// A passkey.
#[derive(Debug)]
pub(crate) enum PasskeyKind {}
/// The id of a passkey in our database; not the one by which its device knows it.
pub(crate) type PasskeyId = Id<PasskeyKind>;

/// A sign-in waits so long for its second step, and a device so long for its owner.
pub(crate) const STEP_TIME: SignedDuration = SignedDuration::from_mins(5);
/// A factor is set up within so long after the password was proved.
pub(crate) const SET_UP_TIME: SignedDuration = SignedDuration::from_mins(15);
