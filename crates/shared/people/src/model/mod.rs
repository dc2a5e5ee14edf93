//! What a person is made of: identifiers, names, classes and pictures, each a type that parses at the edge.
//!
//! Everything here is pure: no database, no clock, no I/O. Errors know the key of their text (`key()`), so that a page can
//! say what is wrong beside the field. Values that name a person ([`Iin`], [`Phone`], [`PersonName`], [`SearchQuery`])
//! hide themselves from `{:?}`: a log line that prints one tells nothing.

mod alphabet;
mod class_name;
mod iin;
mod name;
mod phone;
mod photo;
mod search;

pub use class_name::{ClassName, ClassNameError};
pub use iin::{Iin, IinError, IinWarning, Sex};
pub use name::{NameError, NamePart, PersonName};
pub use phone::{Phone, PhoneError};
pub use photo::{Photo, PhotoError};
pub use search::{Prefix, SearchQuery};
