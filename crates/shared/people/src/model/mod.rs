//! What a person is made of: identifiers, names, classes and pictures, each a type that parses at the edge.
//!
//! Everything here is pure: no database, no clock, no I/O. Errors know the key of their text (`key()`), so that a page can
//! say what is wrong beside the field. Values that name a person ([`Iin`], [`Phone`], [`PersonName`], [`SearchQuery`])
//! hide themselves from `{:?}`: a log line that prints one tells nothing.

mod alphabet;
mod bin;
mod class_name;
mod family;
mod iin;
mod moves;
mod name;
mod particulars;
mod phone;
mod photo;
mod schedule;
mod search;
pub(crate) mod words;

pub use bin::{Bin, BinError};
pub use class_name::{ClassName, ClassNameError};
pub use family::{GuardianKind, GuardianshipData};
pub use iin::{Iin, IinError, IinWarning, Sex};
pub use moves::{Arrival, Ending};
pub use name::{NameError, NamePart, PersonName, mended};
pub use particulars::{Address, AddressError, Document, DocumentError, DocumentKind, Email, EmailError, Particulars};
pub use phone::{Phone, PhoneError};
pub use photo::{Photo, PhotoError};
pub use schedule::{WorkHours, WorkWeek, WorkWeekError};
pub use search::{Prefix, SearchQuery};
