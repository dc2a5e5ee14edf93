//! `kezekshi backup` and `kezekshi restore`.

use std::{
    fs::{File, OpenOptions},
    io::{BufReader, BufWriter, Write},
    path::Path,
};

use anyhow::Context;

use super::{open, world};
use crate::settings::Settings;

pub(super) fn backup(settings: &Settings, out: &Path) -> anyhow::Result<()> {
    let (clock, _) = world();
    let db = open(settings, clock.as_ref())?;
    // Half a file with the wanted name would be taken for a backup: it gets the name when it is whole.
    let unfinished = out.with_extension("unfinished");
    anyhow::ensure!(!out.exists(), "{} exists already; give another name", out.display());
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .open(&unfinished)
        .with_context(|| unfinished.display().to_string())?;
    let mut writer = BufWriter::new(file);
    let report = db.backup(&mut writer, clock.now())?;
    writer.flush()?;
    writer.get_ref().sync_all()?;
    std::fs::rename(&unfinished, out).with_context(|| out.display().to_string())?;
    println!("{}: {} rows of {} tables", out.display(), report.rows(), report.tables.len());
    Ok(())
}

pub(super) fn restore(settings: &Settings, from: &Path) -> anyhow::Result<()> {
    let (clock, _) = world();
    let file = File::open(from).with_context(|| from.display().to_string())?;
    let db = open(settings, clock.as_ref())?;
    let report = db.restore(BufReader::new(file), clock.as_ref())?;
    println!("{} rows of {} tables were restored", report.rows(), report.tables.len());
    Ok(())
}
