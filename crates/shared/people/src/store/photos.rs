//! Photos, sealed under the keys of their persons.

use crypto::{Sealed, sealed_fields};
use jiff::Timestamp;
use kernel::{PersonId, SchoolId};
use store::{Param, StoreError, Tx, Value, record, statements};

sealed_fields! {
    /// The large picture.
    pub(crate) LARGE = "photo"."large" of "person";
    /// The thumbnail.
    pub(crate) SMALL = "photo"."small" of "person";
}

record! {
    /// A picture in one size, as it is kept.
    pub struct SealedPicture {
        /// The version of the photo.
        pub version: u64,
        /// The picture.
        pub bytes: Sealed,
        /// Whether it is sealed; one of before is not until the program's next start.
        pub is_sealed: bool,
    }
    /// A photo of before, which is not sealed.
    pub struct OpenPhoto {
        /// Whose.
        pub person: PersonId,
        /// JPEG.
        pub large: Vec<u8>,
        /// JPEG.
        pub small: Vec<u8>,
    }
}

statements! {
    /// Puts a photo in place of what was there.
    fn put(school: SchoolId, person: PersonId, version: u64, large: &Sealed, small: &Sealed, now: Timestamp) -> Run =
        "insert into photo (school, person, version, large, small, created_at, is_sealed) values ($1, $2, $3, $4, $5, $6, true)
         on conflict (school, person) do update
           set version = excluded.version, large = excluded.large, small = excluded.small, created_at = excluded.created_at, is_sealed = true";
    /// Removes a photo.
    fn remove(school: SchoolId, person: PersonId) -> Run = "delete from photo where school = $1 and person = $2";
    /// The large picture.
    fn large(school: SchoolId, person: PersonId) -> One<SealedPicture> =
        "select version, large as bytes, is_sealed from photo where school = $1 and person = $2";
    /// The thumbnail.
    fn small(school: SchoolId, person: PersonId) -> One<SealedPicture> =
        "select version, small as bytes, is_sealed from photo where school = $1 and person = $2";
    /// A school with photos that are not sealed: every one has to be.
    fn school_of_open() across_schools -> One<SchoolId> = "select school from photo where not is_sealed order by school limit 1";
    /// Photos that are not sealed, held until the transaction ends.
    fn open(school: SchoolId, limit: u32) -> Many<OpenPhoto> =
        "select person, large, small from photo where school = $1 and not is_sealed order by person limit $2 {lock}";
    /// Seals a photo of before.
    fn seal(school: SchoolId, person: PersonId, large: &Sealed, small: &Sealed) -> Run =
        "update photo set large = $3, small = $4, is_sealed = true where school = $1 and person = $2 and not is_sealed";
    /// How many are not sealed.
    fn open_count() across_schools -> Exactly<u64> = "select count(*) from photo where not is_sealed";
}

/// Keeps photos of many persons who have none yet.
pub(crate) fn add_many(
    tx: &mut Tx<'_>,
    school: SchoolId,
    photos: &[(PersonId, Sealed, Sealed)],
    version: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let columns = &["school", "person", "version", "large", "small", "created_at", "is_sealed"];
    let (version, now) = (Value::Int(i64::try_from(version).unwrap_or(i64::MAX)), Value::Int(now.as_microsecond()));
    let rows: Vec<Vec<Value<'_>>> = photos
        .iter()
        .map(|(person, large, small)| {
            vec![school.value(), person.value(), version, large.value(), small.value(), now, Value::Bool(true)]
        })
        .collect();
    tx.insert_ahead("photo", columns, school, &rows, "")
}
