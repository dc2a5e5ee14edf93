//! A new master key: wraps of schools and of the installation are made anew, while others go on reading.

use ::store::{Db, StoreError, Tx};

use crate::{error::CryptoError, store, vault::Vault};

/// Wraps made anew in one transaction.
const BATCH: u32 = 200;

/// What a rotation did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rewrapped {
    /// Keys of schools that have a new wrap.
    pub schools: u64,
    /// Whether the installation's has.
    pub installation: bool,
}

/// How the keys of an installation stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The number of the master key that wrapped the installation's; none before the first start.
    pub installation: Option<u32>,
    /// For each master key in use its number and how many schools' keys it has wrapped.
    pub schools: Vec<(u32, u64)>,
    /// Persons who have a key.
    pub persons: u64,
    /// Persons whose key was destroyed.
    pub destroyed: u64,
}

impl Status {
    /// The numbers of all master keys in use.
    pub fn masters(&self) -> impl Iterator<Item = u32> {
        self.installation.into_iter().chain(self.schools.iter().map(|(master, _)| *master))
    }
}

/// Counts keys.
///
/// # Errors
/// From the database.
pub fn status(tx: &mut Tx<'_>) -> Result<Status, StoreError> {
    let counted = store::counted(tx)?;
    Ok(Status {
        installation: store::installation_key(tx)?.map(|row| row.master),
        schools: store::wrapped_by(tx)?.into_iter().map(|row| (row.master, row.schools)).collect(),
        persons: counted.persons,
        destroyed: counted.destroyed,
    })
}

impl Vault {
    /// Makes anew every wrap that is not of the newest master key, in batches, each a transaction of its own: what was interrupted goes on at the
    /// next call. Keys themselves stay, so persons' keys and sealed values are not touched, and servers go on reading meanwhile.
    ///
    /// # Errors
    /// When a key does not open; from the database.
    pub fn rewrap(&self, db: &Db) -> Result<Rewrapped, CryptoError> {
        let vault = self.clone();
        let installation = db.write_blocking(move |tx| vault.rewrap_installation(tx))?;
        let mut schools = 0;
        loop {
            let vault = self.clone();
            let done = db.write_blocking(move |tx| vault.rewrap_some(tx))?;
            schools += done;
            if done == 0 {
                return Ok(Rewrapped { schools, installation });
            }
        }
    }

    fn rewrap_installation(&self, tx: &mut Tx<'_>) -> Result<bool, CryptoError> {
        let newest = self.masters().newest();
        let Some(row) = store::installation_key(tx)?.filter(|row| row.master != newest) else { return Ok(false) };
        let (master, wrapped) = self.wrap_installation(&self.unwrap_installation(&row)?)?;
        Ok(store::rewrap_installation_key(tx, row.master, master, &wrapped)? == 1)
    }

    fn rewrap_some(&self, tx: &mut Tx<'_>) -> Result<u64, CryptoError> {
        let mut done = 0;
        for row in store::not_wrapped_by(tx, self.masters().newest(), BATCH)? {
            let key = self.unwrap_school(row.school, row.version, row.master, &row.wrapped)?;
            let (master, wrapped) = self.wrap_school(row.school, row.version, &key)?;
            done += store::rewrap_school_key(tx, row.school, row.version, row.master, master, &wrapped)?;
        }
        Ok(done)
    }
}
