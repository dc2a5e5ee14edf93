//! What can go wrong with keys and sealed values. No variant holds a key or a value.

use kernel::{PersonId, SchoolId};
use store::StoreError;

/// A failure of keys or ciphers.
#[derive(Debug, thiserror::Error)]
pub enum CryptoError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The master keys cannot be used as they are written.
    #[error("{place}: {reason}")]
    Master {
        /// The file or variable.
        place: String,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// The database holds keys, but their master keys are not there.
    #[error(
        "{place} is missing, but the database has keys that were wrapped by it: put it back from where it is kept apart; \
         without it no IIN, document, phone or e-mail can be read"
    )]
    MasterMissing {
        /// The file.
        place: String,
    },
    /// A key was wrapped by a master key that is not there.
    #[error(
        "master key number {0} is missing: add it to the others; it stands where they were kept before the rotation"
    )]
    UnknownMaster(u32),
    /// A master key of this number is there, but is not the one that wrapped.
    #[error("master key number {number} does not open the key of {what}: it is another installation's, or was changed")]
    WrongMaster {
        /// Its number.
        number: u32,
        /// Whose key it should open.
        what: String,
    },
    /// A person's key does not open under the school's.
    #[error("the key of person {person} of school {school} is damaged")]
    KeyDamaged {
        /// The school.
        school: SchoolId,
        /// The person.
        person: PersonId,
    },
    /// A person has no key, though it was never destroyed: the keys were restored from an older backup than the data.
    #[error(
        "person {person} of school {school} has no key: were the keys restored from an older backup than the data?"
    )]
    KeyMissing {
        /// The school.
        school: SchoolId,
        /// The person.
        person: PersonId,
    },
    /// The person was erased; nothing can be sealed for it any more.
    #[error("the key of person {person} of school {school} was destroyed: nothing more can be kept of this person")]
    Destroyed {
        /// The school.
        school: SchoolId,
        /// The person.
        person: PersonId,
    },
    /// The key of the whole installation was never made.
    #[error("the installation has no key yet: start the server once")]
    NoInstallation,
    /// A sealed value does not open: it was changed, or it stands in another row, column or person than it was sealed for.
    #[error("a value of {table}.{column} does not open: it was changed or belongs elsewhere")]
    Refused {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// A value was sealed in a way that this program does not know.
    #[error("a value was sealed by a newer program (format {0})")]
    Format(u8),
    /// More than may be sealed.
    #[error("{0} bytes are too many to seal: at most {longest}", longest = crate::LONGEST)]
    TooLong(usize),
    /// The value is no text.
    #[error("an opened value is no text")]
    NotText,
    /// The system gives no randomness.
    #[error("the system gives no random bytes: {0}")]
    Randomness(getrandom::Error),
    /// A cipher refused what it must take; a defect of the program.
    #[error("a cipher refused its input: {0}")]
    Cipher(&'static str),
}
