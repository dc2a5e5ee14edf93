//! Photos.

use jiff::Timestamp;
use kernel::{PersonId, SchoolId};
use store::{record, statements};

record! {
    /// A picture in one size.
    pub struct Picture {
        /// The version of the photo.
        pub version: u64,
        /// JPEG.
        pub bytes: Vec<u8>,
    }
}

statements! {
    /// Puts a photo in place of what was there.
    fn put(school: SchoolId, person: PersonId, version: u64, large: &[u8], small: &[u8], now: Timestamp) -> Run =
        "insert into photo (school, person, version, large, small, created_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (school, person) do update
           set version = excluded.version, large = excluded.large, small = excluded.small, created_at = excluded.created_at";
    /// Removes a photo.
    fn remove(school: SchoolId, person: PersonId) -> Run = "delete from photo where school = $1 and person = $2";
    /// The large picture.
    fn large(school: SchoolId, person: PersonId) -> One<Picture> =
        "select version, large as bytes from photo where school = $1 and person = $2";
    /// The thumbnail.
    fn small(school: SchoolId, person: PersonId) -> One<Picture> =
        "select version, small as bytes from photo where school = $1 and person = $2";
}
