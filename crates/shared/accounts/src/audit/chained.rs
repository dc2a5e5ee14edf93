//! Lines of before there was a chain are chained at the start of the program.

use ::store::{Db, StoreError, Tx};

use super::{chain, store};

/// Lines chained in one transaction.
const BATCH: u32 = 1_000;

/// Chains the lines of an older program, in the order of their ids; gives their number. Each batch is a transaction of its own, so what was
/// interrupted goes on at the next start, and several programs may do it at once. Lines that are written meanwhile stand where their
/// transaction put them.
///
/// # Errors
/// From the database.
pub fn chain_trail(db: &Db) -> Result<u64, StoreError> {
    // Nearly always there are none, which a reader may find out.
    if db.read_blocking(store::school_of_loose)?.is_none() {
        return Ok(0);
    }
    let mut chained = 0;
    loop {
        let more = db.write_blocking(chain_some)?;
        if more == 0 {
            tracing::info!(lines = chained, "the audit trail was chained");
            return Ok(chained);
        }
        chained += more;
    }
}

fn chain_some(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    let Some(school) = store::school_of_loose(tx)? else { return Ok(0) };
    // The lock comes first: another program that does the same then finds what is left.
    let begun = store::take_numbers(tx, school, 0)?;
    let lines = store::loose(tx, school, BATCH)?;
    let last = store::take_numbers(tx, school, lines.len() as u64)?;
    let (mut hash, mut seq) = (begun.hash, last.seq - lines.len() as u64);
    for line in &lines {
        hash = chain::link(&hash, &line.content());
        seq += 1;
        drop(store::chain_loose(tx, school, line.id, seq, &hash)?);
    }
    drop(store::set_head(tx, school, &hash)?);
    Ok(lines.len() as u64)
}
