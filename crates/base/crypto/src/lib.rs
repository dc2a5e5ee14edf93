//! Keys and ciphers: what is personal enough to be dangerous (IIN, document, phone, e-mail) is kept sealed under a key of its person.
//!
//! # How the keys hang together
//! ```text
//! master key        a file or a variable, numbered, never in the database; the newest wraps, older ones still open
//!  ├─ installation  one random key, wrapped by the master: blind indexes over all schools
//!  └─ school        one random key a school, wrapped by the master: blind indexes of the school, values of the school itself
//!      └─ person    one random key a person, wrapped by the school's
//!          └─ field HKDF of the person's key by table and column; seals values with AES-256-GCM-SIV
//! ```
//!
//! # Map
//! - [`MasterKeys`], [`MasterSource`]: the keys at the top, and where they come from.
//! - [`Vault`]: seals and opens values, makes keys when they are first wanted, destroys a person's; [`Opener`] and [`Sealer`] work for many persons.
//! - [`sealed_fields!`], [`Field`], [`Place`], [`Sealed`], [`Secret`]: a column that holds sealed values, one row of it, the value kept, the value read.
//! - [`SchoolField`], [`SharedSecret`]: what a school keeps sealed for itself; a secret by which a receiver knows our messages.
//! - [`OtpSecret`], [`PasskeyKey`]: second factors: codes by time, and what a passkey signed.
//! - [`IndexKey`], [`BlindIndex`], [`Lookup`]: finding a row by a value that is not kept in the clear.
//! - [`Vault::rewrap`], [`status`], [`doctor()`]: the operator's tools.
//!
//! # What it promises
//! - Only this crate names ciphers. A key or an opened value is wiped from memory when it is let go, and `Debug` never shows one.
//! - A value opens only for the school, person, table, column and row that it was sealed for, and only if no bit of it was changed.
//! - [`Vault::destroy`] makes every value of a person unreadable, also in backups whose keys file was made later or was thrown away.
//! - Nothing but master keys is remembered between transactions: a key that was destroyed is gone at once, a key of a transaction that was undone
//!   was never used.

mod cipher;
mod doctor;
mod error;
mod field;
mod index;
mod key;
mod master;
mod of_school;
mod otp;
mod passkey;
mod rotate;
mod sealed;
mod shared;
mod signing;
mod store;
mod vault;

#[doc(hidden)]
pub use ::store as sealed_store;
pub use doctor::{FINDINGS, check_source, doctor};
pub use error::CryptoError;
pub use field::{Field, Place, SEALED, SealedField};
pub use index::{BlindIndex, IndexKey, Lookup};
pub use master::{MasterKeys, MasterSource};
pub use of_school::{SchoolField, SchoolPlace};
pub use otp::OtpSecret;
pub use passkey::PasskeyKey;
pub use rotate::{Rewrapped, Status, status};
pub use sealed::{LONGEST, Sealed, Secret};
pub use shared::SharedSecret;
pub use signing::{SigningKey, verify};
pub use vault::{Opener, Sealer, Vault};
