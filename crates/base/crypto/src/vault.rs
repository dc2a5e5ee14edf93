//! Seals and opens values, and keeps the keys of schools and persons.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use ::store::{Db, Tx};
use jiff::Timestamp;
use kernel::{PersonId, SchoolId};

use crate::{
    cipher::{self, Closed},
    error::CryptoError,
    field::Place,
    index::{IndexKey, Lookup},
    key::Key,
    master::{MasterKeys, MasterSource},
    sealed::{LONGEST, Sealed, Secret},
    store,
};

/// Persons whose keys are read by one statement.
const AT_ONCE: usize = 10_000;
/// The first version of a school's key; indexes are of this one for ever.
const FIRST: u32 = 1;

/// The way to everything that is sealed. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    masters: RwLock<Arc<MasterKeys>>,
    /// Where they are read anew when a number is met that is not among them.
    source: Option<MasterSource>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({:?})", self.masters())
    }
}

impl Vault {
    /// On these master keys and no others, whatever happens elsewhere: for tests and single commands.
    pub fn new(masters: MasterKeys) -> Self {
        Self(Arc::new(Inner { masters: RwLock::new(Arc::new(masters)), source: None }))
    }

    /// On master keys that may be added to while the program runs.
    ///
    /// # Errors
    /// When they cannot be used; none when the file is missing.
    pub fn load(source: MasterSource) -> Result<Option<Self>, CryptoError> {
        let masters = source.load()?;
        Ok(masters
            .map(|masters| Self(Arc::new(Inner { masters: RwLock::new(Arc::new(masters)), source: Some(source) }))))
    }

    /// The numbers of the master keys that are there, rising.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.masters().numbers().collect::<Vec<_>>().into_iter()
    }

    /// The number of the master key that wraps.
    pub fn newest(&self) -> u32 {
        self.masters().newest()
    }

    /// For a program that starts to serve: makes the file of a new installation, and makes sure that these master keys belong to this database. Tells whether
    /// the file was made.
    ///
    /// # Errors
    /// [`CryptoError::MasterMissing`] when the file is gone but was used before, [`CryptoError::UnknownMaster`] and [`CryptoError::WrongMaster`]
    /// when the keys are those of another installation (a second server makes a file of its own: it must have the first one's).
    pub fn start(db: &Db, source: MasterSource) -> Result<(Self, bool), CryptoError> {
        let (vault, is_new) = match Self::load(source.clone())? {
            Some(vault) => (vault, false),
            None if db.read_blocking(is_in_use)? => {
                return Err(CryptoError::MasterMissing { place: source.to_string() });
            }
            None => {
                let masters = RwLock::new(Arc::new(source.make()?));
                (Self(Arc::new(Inner { masters, source: Some(source) })), true)
            }
        };
        vault.settle(db)?;
        Ok((vault, is_new))
    }

    /// Makes the installation's key at the first start; later opens it, to see that the master keys are the right ones.
    fn settle(&self, db: &Db) -> Result<(), CryptoError> {
        let known = db.read_blocking(|tx| {
            for wrapped in store::wrapped_by(tx)? {
                self.with_master(wrapped.master, |_| Some(Ok(())))?;
            }
            Ok::<_, CryptoError>(store::installation_key(tx)?.is_some())
        })?;
        let vault = self.clone();
        // Another server may start at the same time: whoever comes second opens the other's.
        let make = move |tx: &mut Tx<'_>| vault.installation_key(tx).map(|_| ());
        if known { db.read_blocking(make) } else { db.write_blocking(make) }
    }

    /// Seals a value for this place; makes the person's key when there is none.
    ///
    /// # Errors
    /// [`CryptoError::Destroyed`] when the person was erased, [`CryptoError::TooLong`]; from the keys and the database.
    pub fn seal(
        &self,
        tx: &mut Tx<'_>,
        school: SchoolId,
        person: PersonId,
        place: Place,
        value: &[u8],
    ) -> Result<Sealed, CryptoError> {
        if value.len() > LONGEST {
            return Err(CryptoError::TooLong(value.len()));
        }
        let key = self.person_key_made(tx, school, person)?;
        cipher::seal(&field_key(&key, place)?, &place.bound(school, person), value).map(Sealed::new)
    }

    /// Opens a value; none when the person's key was destroyed.
    ///
    /// # Errors
    /// [`CryptoError::Refused`] when it was changed or belongs elsewhere, [`CryptoError::KeyMissing`] when the person has no key and never was
    /// destroyed; from the keys and the database.
    pub fn open(
        &self,
        tx: &mut Tx<'_>,
        school: SchoolId,
        person: PersonId,
        place: Place,
        sealed: &Sealed,
    ) -> Result<Option<Secret>, CryptoError> {
        let key = self.person_key(tx, school, person)?;
        key.map(|key| open_with(&key, school, person, place, sealed)).transpose()
    }

    /// Reads the keys of many persons at once, for a list or a report.
    ///
    /// # Errors
    /// From the keys and the database. A person without a key is told when a value of it is opened.
    pub fn opener(&self, tx: &mut Tx<'_>, school: SchoolId, persons: &[PersonId]) -> Result<Opener, CryptoError> {
        let persons: Vec<_> = persons.iter().copied().collect::<HashSet<_>>().into_iter().collect();
        let mut keys = HashMap::with_capacity(persons.len());
        let wrapping = self.wrapping_keys(tx, school)?;
        for some in persons.chunks(AT_ONCE) {
            let ids: Vec<u8> = some.iter().flat_map(|person| *person.as_bytes()).collect();
            for row in store::person_keys(tx, school, &ids)? {
                let person = row.person;
                match (row.wrapped, row.school_version, row.destroyed_at) {
                    (Some(wrapped), Some(version), _) => {
                        let wrapping = wrapping.get(&version).ok_or(CryptoError::KeyDamaged { school, person })?;
                        keys.insert(person, Some(unwrap_person(wrapping, school, person, version, &wrapped)?));
                    }
                    (_, _, Some(_)) => {
                        keys.insert(person, None);
                    }
                    (_, _, None) => {}
                }
            }
        }
        Ok(Opener { school, keys })
    }

    /// Reads the keys of many persons at once and makes those that are missing, for a list: their values are then sealed without asking the database.
    ///
    /// # Errors
    /// [`CryptoError::Destroyed`] when one of them was erased; from the keys and the database.
    pub fn sealer(&self, tx: &mut Tx<'_>, school: SchoolId, persons: &[PersonId]) -> Result<Sealer, CryptoError> {
        let mut keys = present(self.opener(tx, school, persons)?)?;
        let mut missing: Vec<_> = persons.iter().copied().filter(|person| !keys.contains_key(person)).collect();
        missing.sort_unstable();
        missing.dedup();
        if !missing.is_empty() {
            let (version, school_key) = self.school_key_made(tx, school)?;
            let wrapping = wrapping_key(&school_key)?;
            let mut made = Vec::with_capacity(missing.len());
            for person in missing {
                let key = Key::random()?;
                let wrapped = cipher::seal(&wrapping, &person_parts(school, person, version), key.bytes())?;
                made.push((person, wrapped));
                keys.insert(person, key);
            }
            let mine: HashSet<PersonId> = store::add_person_keys(tx, school, version, &made)?.into_iter().collect();
            // Somebody else was first with these: what he made counts.
            let others: Vec<_> =
                made.iter().map(|(person, _)| *person).filter(|person| !mine.contains(person)).collect();
            if !others.is_empty() {
                keys.extend(present(self.opener(tx, school, &others)?)?);
            }
        }
        Ok(Sealer { school, keys })
    }

    /// Destroys a person's key for ever: nothing that was sealed for the person opens any more, nothing more can be sealed. Values and blind indexes
    /// stay where they are, for their owners to remove. Doing it twice changes nothing.
    ///
    /// # Errors
    /// From the database.
    pub fn destroy(
        &self,
        tx: &mut Tx<'_>,
        school: SchoolId,
        person: PersonId,
        at: Timestamp,
    ) -> Result<(), CryptoError> {
        store::remove_person_key(tx, school, person)?;
        store::add_destroyed(tx, school, person, at)?;
        Ok(())
    }

    /// The key of a school's blind index, for writing; makes the school's key when there is none.
    ///
    /// # Errors
    /// From the keys and the database.
    pub fn index_key(&self, tx: &mut Tx<'_>, school: SchoolId, lookup: Lookup) -> Result<IndexKey, CryptoError> {
        match self.find_key(tx, school, lookup)? {
            Some(key) => Ok(key),
            None => IndexKey::derive(&self.school_key_made(tx, school)?.1, "school", lookup),
        }
    }

    /// The key of a school's blind index, for looking up; none when nothing was ever sealed or indexed at the school.
    ///
    /// # Errors
    /// From the keys and the database.
    pub fn find_key(&self, tx: &mut Tx<'_>, school: SchoolId, lookup: Lookup) -> Result<Option<IndexKey>, CryptoError> {
        let rows = store::school_keys(tx, school)?;
        let Some(row) = rows.into_iter().find(|row| row.version == FIRST) else { return Ok(None) };
        let key = self.unwrap_school(school, row.version, row.master, &row.wrapped)?;
        IndexKey::derive(&key, "school", lookup).map(Some)
    }

    /// The key of the blind index over all schools, for signing in by phone.
    ///
    /// # Errors
    /// [`CryptoError::NoInstallation`] in a read before the server was ever started; from the keys and the database.
    pub fn installation_index_key(&self, tx: &mut Tx<'_>, lookup: Lookup) -> Result<IndexKey, CryptoError> {
        IndexKey::derive(&self.installation_key(tx)?, "installation", lookup)
    }

    pub(crate) fn masters(&self) -> Arc<MasterKeys> {
        self.0.masters.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Works with the master keys; reads them anew when `number` is not among them (another process has rotated).
    fn with_master<T>(
        &self,
        number: u32,
        work: impl Fn(&MasterKeys) -> Option<Result<T, CryptoError>>,
    ) -> Result<T, CryptoError> {
        let masters = self.masters();
        if masters.get(number).is_some()
            && let Some(done) = work(&masters)
        {
            return done;
        }
        let read = self.0.source.as_ref().map(MasterSource::load).transpose()?.flatten();
        let masters = read.filter(|masters| masters.get(number).is_some()).ok_or(CryptoError::UnknownMaster(number))?;
        tracing::info!(newest = masters.newest(), "master keys were read anew");
        let masters = Arc::new(masters);
        *self.0.masters.write().unwrap_or_else(PoisonError::into_inner) = masters.clone();
        work(&masters).unwrap_or(Err(CryptoError::UnknownMaster(number)))
    }

    pub(crate) fn unwrap_school(
        &self,
        school: SchoolId,
        version: u32,
        master: u32,
        wrapped: &[u8],
    ) -> Result<Key, CryptoError> {
        let version = version.to_be_bytes();
        self.with_master(master, |masters| masters.unwrap_key(master, wrapped, &school_parts(&school, &version)))
    }

    pub(crate) fn wrap_school(&self, school: SchoolId, version: u32, key: &Key) -> Result<(u32, Vec<u8>), CryptoError> {
        self.masters().wrap(key, &school_parts(&school, &version.to_be_bytes()))
    }

    pub(crate) fn unwrap_installation(&self, row: &store::InstallationKey) -> Result<Key, CryptoError> {
        self.with_master(row.master, |masters| masters.unwrap_key(row.master, &row.wrapped, INSTALLATION))
    }

    pub(crate) fn wrap_installation(&self, key: &Key) -> Result<(u32, Vec<u8>), CryptoError> {
        self.masters().wrap(key, INSTALLATION)
    }

    fn installation_key(&self, tx: &mut Tx<'_>) -> Result<Key, CryptoError> {
        if let Some(row) = store::installation_key(tx)? {
            return self.unwrap_installation(&row);
        }
        if !tx.is_writable() {
            return Err(CryptoError::NoInstallation);
        }
        let key = Key::random()?;
        let (master, wrapped) = self.wrap_installation(&key)?;
        if store::add_installation_key(tx, master, &wrapped)? == 1 {
            return Ok(key);
        }
        let row = store::installation_key(tx)?.ok_or(CryptoError::NoInstallation)?;
        self.unwrap_installation(&row)
    }

    /// The school's newest key with its version; made when there is none.
    pub(crate) fn school_key_made(&self, tx: &mut Tx<'_>, school: SchoolId) -> Result<(u32, Key), CryptoError> {
        if let Some(found) = self.newest_school_key(tx, school)? {
            return Ok(found);
        }
        let key = Key::random()?;
        let (master, wrapped) = self.wrap_school(school, FIRST, &key)?;
        if store::add_school_key(tx, school, FIRST, master, &wrapped)? == 1 {
            return Ok((FIRST, key));
        }
        // Somebody else was first, and what he made is there to be read.
        self.newest_school_key(tx, school)?.ok_or(CryptoError::Cipher("a school's key came and went"))
    }

    fn newest_school_key(&self, tx: &mut Tx<'_>, school: SchoolId) -> Result<Option<(u32, Key)>, CryptoError> {
        let Some(row) = store::school_keys(tx, school)?.into_iter().next() else { return Ok(None) };
        self.unwrap_school(school, row.version, row.master, &row.wrapped).map(|key| Some((row.version, key)))
    }

    /// What persons' keys of a school are wrapped by, for each version of the school's key.
    fn wrapping_keys(&self, tx: &mut Tx<'_>, school: SchoolId) -> Result<HashMap<u32, Key>, CryptoError> {
        let rows = store::school_keys(tx, school)?.into_iter();
        rows.map(|row| {
            let key = self.unwrap_school(school, row.version, row.master, &row.wrapped)?;
            Ok((row.version, wrapping_key(&key)?))
        })
        .collect()
    }

    /// A person's key; none when it was destroyed.
    fn person_key(&self, tx: &mut Tx<'_>, school: SchoolId, person: PersonId) -> Result<Option<Key>, CryptoError> {
        match store::person_key(tx, school, person)? {
            Some(row) => self.unwrap_row(school, person, &row).map(Some),
            None if store::destroyed_at(tx, school, person)?.is_some() => Ok(None),
            None => Err(CryptoError::KeyMissing { school, person }),
        }
    }

    fn person_key_made(&self, tx: &mut Tx<'_>, school: SchoolId, person: PersonId) -> Result<Key, CryptoError> {
        if let Some(row) = store::person_key(tx, school, person)? {
            return self.unwrap_row(school, person, &row);
        }
        if store::destroyed_at(tx, school, person)?.is_some() {
            return Err(CryptoError::Destroyed { school, person });
        }
        let (version, school_key) = self.school_key_made(tx, school)?;
        let key = Key::random()?;
        let wrapped = cipher::seal(&wrapping_key(&school_key)?, &person_parts(school, person, version), key.bytes())?;
        if store::add_person_key(tx, school, person, version, &wrapped)? == 1 {
            return Ok(key);
        }
        let row = store::person_key(tx, school, person)?.ok_or(CryptoError::KeyMissing { school, person })?;
        self.unwrap_row(school, person, &row)
    }

    fn unwrap_row(&self, school: SchoolId, person: PersonId, row: &store::PersonKey) -> Result<Key, CryptoError> {
        let school_key = self.unwrap_school(school, row.school_version, row.master, &row.school_wrapped)?;
        unwrap_person(&wrapping_key(&school_key)?, school, person, row.school_version, &row.wrapped)
    }
}

/// Whether keys were ever made in this database.
fn is_in_use(tx: &mut Tx<'_>) -> Result<bool, CryptoError> {
    Ok(store::installation_key(tx)?.is_some() || !store::wrapped_by(tx)?.is_empty())
}

/// The keys of many persons, read at once; opens their values without asking the database again. Wiped when let go.
pub struct Opener {
    school: SchoolId,
    /// None: destroyed.
    keys: HashMap<PersonId, Option<Key>>,
}

impl Opener {
    /// Opens a value; none when the person's key was destroyed.
    ///
    /// # Errors
    /// As [`Vault::open`]; [`CryptoError::KeyMissing`] also for a person that the opener was not asked for.
    pub fn open(&self, person: PersonId, place: Place, sealed: &Sealed) -> Result<Option<Secret>, CryptoError> {
        let key = self.keys.get(&person).ok_or(CryptoError::KeyMissing { school: self.school, person })?;
        key.as_ref().map(|key| open_with(key, self.school, person, place, sealed)).transpose()
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opener({} persons)", self.keys.len())
    }
}

/// The keys of an opener, none of which was destroyed.
fn present(opener: Opener) -> Result<HashMap<PersonId, Key>, CryptoError> {
    let Opener { school, keys } = opener;
    keys.into_iter().map(|(person, key)| Ok((person, key.ok_or(CryptoError::Destroyed { school, person })?))).collect()
}

/// The keys of many persons, read and made at once; seals their values without asking the database again. Wiped when let go.
pub struct Sealer {
    school: SchoolId,
    keys: HashMap<PersonId, Key>,
}

impl Sealer {
    /// Seals a value for this place.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`]; [`CryptoError::KeyMissing`] for a person that the sealer was not asked for; from the keys.
    pub fn seal(&self, person: PersonId, place: Place, value: &[u8]) -> Result<Sealed, CryptoError> {
        if value.len() > LONGEST {
            return Err(CryptoError::TooLong(value.len()));
        }
        let key = self.keys.get(&person).ok_or(CryptoError::KeyMissing { school: self.school, person })?;
        cipher::seal(&field_key(key, place)?, &place.bound(self.school, person), value).map(Sealed::new)
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({} persons)", self.keys.len())
    }
}

const INSTALLATION: &[&[u8]] = &[b"installation key"];

fn school_parts<'a>(school: &'a SchoolId, version: &'a [u8; 4]) -> [&'a [u8]; 3] {
    [b"school key", school.as_bytes(), version]
}

fn person_parts(school: SchoolId, person: PersonId, version: u32) -> Vec<u8> {
    cipher::joined(&[b"person key", school.as_bytes(), person.as_bytes(), &version.to_be_bytes()])
}

/// What a school's key wraps by: never the key itself, of which indexes are made too.
pub(crate) fn wrapping_key(school_key: &Key) -> Result<Key, CryptoError> {
    cipher::derive(school_key, &[b"wrap persons"])
}

fn field_key(person_key: &Key, place: Place) -> Result<Key, CryptoError> {
    let field = place.field();
    cipher::derive(person_key, &[b"field", field.table().as_bytes(), field.column().as_bytes()])
}

pub(crate) fn unwrap_person(
    wrapping: &Key,
    school: SchoolId,
    person: PersonId,
    version: u32,
    wrapped: &[u8],
) -> Result<Key, CryptoError> {
    let damaged = CryptoError::KeyDamaged { school, person };
    match cipher::open(wrapping, &person_parts(school, person, version), wrapped) {
        Ok(bytes) => Key::from_slice(&bytes).ok_or(damaged),
        Err(Closed::Format(format)) => Err(CryptoError::Format(format)),
        Err(Closed::Refused) => Err(damaged),
    }
}

fn open_with(
    key: &Key,
    school: SchoolId,
    person: PersonId,
    place: Place,
    sealed: &Sealed,
) -> Result<Secret, CryptoError> {
    let opened = cipher::open(&field_key(key, place)?, &place.bound(school, person), sealed.bytes());
    opened.map(Secret::new).map_err(|closed| match closed {
        Closed::Format(format) => CryptoError::Format(format),
        Closed::Refused => CryptoError::Refused { table: place.field().table(), column: place.field().column() },
    })
}

#[cfg(test)]
mod tests {
    use kernel::Id;

    use super::*;
    use crate::field::Field;

    fn id<K>(byte: u8) -> Id<K> {
        Id::from_slice(&[byte; 16]).unwrap()
    }

    /// What stands in databases must open in every later program.
    #[test]
    fn a_value_that_the_first_program_sealed_still_opens() {
        let sealed = Sealed::new(
            hex::decode("013930d41e1bfed12f4ea6e8b04d2c6372ab14a65c2162b9f5de5559300346d044c5c22f8fffd7d80b").unwrap(),
        );
        let place = Field::new("person_identity", "iin").at(id::<kernel::PersonKind>(2));
        let opened = open_with(&Key::from_slice(&[3; 32]).unwrap(), id(1), id(2), place, &sealed).unwrap();
        assert_eq!(opened.text().unwrap(), "031122500125");
    }

    #[test]
    fn a_persons_key_that_the_first_program_wrapped_still_opens() {
        let school_key = Key::from_slice(&[4; 32]).unwrap();
        let wrapped = hex::decode(
            "01efae42377477ae6ee0c0d89a5d30ed9fc7ff7ecbfd317163e921f0ff8f170acb3260d1fd660bef350f651bed98d8245696\
             490bb4f74cb0b846ee945c",
        )
        .unwrap();
        let opened = unwrap_person(&wrapping_key(&school_key).unwrap(), id(1), id(2), 1, &wrapped).unwrap();
        assert_eq!(opened, Key::from_slice(&[3; 32]).unwrap());
    }

    #[test]
    fn keys_that_the_first_program_wrapped_still_open() {
        let masters = MasterKeys::parse("7:dGhlIHRlc3RzJyBvd24ga2V5IGlzIG5vIHNlY3JldCE=", "TEST").unwrap();
        let vault = Vault::new(masters);
        let wrapped = hex::decode(
            "01435a150790525a4888a3419599d0c3f09d4c369cf6ea22d7312aef6e4bded47d5fa9c5960f5ab06b1db89f3c4c854843a8\
             914bbe24869045f9b74223",
        )
        .unwrap();
        assert_eq!(vault.unwrap_school(id(1), 1, 7, &wrapped).unwrap(), Key::from_slice(&[4; 32]).unwrap());
        let wrapped = hex::decode(
            "01c0d47c2401fd45ff16a97c04243ac5369bf0ffcef53afc617dfe9905b5903218ac9c936b0ba1d53c281a884e355929f4ef\
             a74c20cb51a3e8e5cab40e",
        )
        .unwrap();
        let row = store::InstallationKey { master: 7, wrapped };
        assert_eq!(vault.unwrap_installation(&row).unwrap(), Key::from_slice(&[5; 32]).unwrap());
    }
}
