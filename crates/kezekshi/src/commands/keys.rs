//! `kezekshi keys`.
#![allow(clippy::print_stdout, reason = "a command answers whoever typed it")]

use std::path::Path;

use anyhow::Context;
use crypto::{MasterSource, Status, Vault};
use store::Db;

use super::{master_source, open, quiet, world};
use crate::cli::KeysCommand;

pub(super) fn run(file: Option<&Path>, command: KeysCommand) -> anyhow::Result<()> {
    let (KeysCommand::Status { written } | KeysCommand::Add { written } | KeysCommand::Rotate { written }) = &command;
    let settings = quiet(file, written)?;
    let db = open(&settings, world().0.as_ref())?;
    let source = master_source(&settings);
    let vault = loaded(&source)?;
    let status = db.read_blocking(crypto::status)?;
    match command {
        KeysCommand::Status { .. } => tell(&source, &vault, &status),
        KeysCommand::Add { .. } => {
            let number = source.add_key(highest(&status))?;
            println!("Master key {number} was added to {source}. Nothing is wrapped by it yet.");
            println!("Next: copy the file to every server and to where it is kept apart, then kezekshi keys rotate");
        }
        KeysCommand::Rotate { .. } => rotate(&db, &source, vault, &status)?,
    }
    Ok(())
}

/// Adds a key, unless there is one already that is not used by all; then makes all wraps anew.
fn rotate(db: &Db, source: &MasterSource, vault: Vault, status: &Status) -> anyhow::Result<()> {
    let newest = vault.newest();
    let vault = if status.masters().all(|master| master == newest) {
        let number = source.add_key(highest(status))?;
        println!("Master key {number} was added to {source}: keep a copy of the file apart from the backups.");
        loaded(source)?
    } else {
        vault
    };
    let done = vault.rewrap(db)?;
    let also = if done.installation { " and the installation's" } else { "" };
    println!("Wrapped by master key {}: keys of {} schools{also}", vault.newest(), done.schools);
    println!("Older master keys open only older keys files of backups now; keep them as long as you keep those.");
    Ok(())
}

fn tell(source: &MasterSource, vault: &Vault, status: &Status) {
    println!("Master keys of {source}:");
    for number in vault.numbers() {
        let schools = status.schools.iter().find(|(master, _)| *master == number).map_or(0, |(_, schools)| *schools);
        let of_installation = if status.installation == Some(number) { " and the installation's key" } else { "" };
        let newest = if number == vault.newest() { " (newest)" } else { "" };
        println!("  {number}{newest}: {schools} schools{of_installation}");
    }
    for missing in status.masters().filter(|used| !vault.numbers().any(|number| number == *used)) {
        println!("  {missing} is in use but MISSING");
    }
    println!("Persons with a key: {}; erased: {}", status.persons, status.destroyed);
}

fn loaded(source: &MasterSource) -> anyhow::Result<Vault> {
    Vault::load(source.clone())?.with_context(|| {
        format!("{source} is missing: the first start of the server makes it, unless the database is older")
    })
}

fn highest(status: &Status) -> u32 {
    status.masters().max().unwrap_or(0)
}
