//! Files of a piece of work: sealed in pieces under a key of the work itself, which is destroyed with them.

use accounts::Ctx;
use crypto::Vault;
use jiff::Timestamp;
use kernel::{PersonId, SchoolId};
use store::{Db, Tx};

use crate::{
    ListsError,
    job::{JobId, PartKind},
    store::{self as table, PART, PartId},
};

/// Bytes of a piece: what the vault seals at once.
const PIECE: usize = crypto::LONGEST;

/// Whose key seals the files: the work stands where a person stands elsewhere.
fn owner(job: JobId) -> PersonId {
    PersonId::from_uuid(job.uuid())
}

/// Keeps a file, a transaction a piece: it is whole when this returns.
pub(crate) fn keep(
    db: &Db,
    vault: &Vault,
    ctx: &Ctx,
    job: JobId,
    kind: PartKind,
    bytes: &[u8],
) -> Result<(), ListsError> {
    let school = ctx.actor.school;
    db.write_blocking(move |tx| table::remove_parts(tx, school, job, kind))?;
    for (number, piece) in (0_u32..).zip(bytes.chunks(PIECE)) {
        let (vault, ctx, piece) = (vault.clone(), ctx.clone(), piece.to_vec());
        db.write_blocking(move |tx| {
            let id: PartId = ctx.new_id();
            let sealed = vault.seal(tx, school, owner(job), PART.at(id), &piece)?;
            table::add_part(tx, school, id, job, kind, number, &sealed)?;
            Ok::<_, ListsError>(())
        })?;
    }
    Ok(())
}

/// A file's bytes; `None` when it was deleted.
pub(crate) fn load(
    db: &Db,
    vault: &Vault,
    school: SchoolId,
    job: JobId,
    kind: PartKind,
) -> Result<Option<Vec<u8>>, ListsError> {
    db.read_blocking(|tx| {
        let parts = table::parts(tx, school, job, kind)?;
        if parts.is_empty() {
            return Ok(None);
        }
        let opener = vault.opener(tx, school, &[owner(job)])?;
        let mut bytes = Vec::with_capacity(parts.len() * PIECE);
        for part in parts {
            match opener.open(owner(job), PART.at(part.id), &part.sealed)? {
                Some(piece) => bytes.extend_from_slice(piece.bytes()),
                None => return Ok(None),
            }
        }
        Ok(Some(bytes))
    })
}

/// Deletes every file of a piece of work, and the key to what a backup still holds.
pub(crate) fn forget(
    tx: &mut Tx<'_>,
    vault: &Vault,
    school: SchoolId,
    job: JobId,
    now: Timestamp,
) -> Result<(), ListsError> {
    table::remove_files(tx, school, job)?;
    Ok(vault.destroy(tx, school, owner(job), now)?)
}
