//! `kezekshi attendance`.
#![allow(clippy::print_stdout, reason = "a command answers whoever typed it")]

use std::{
    path::Path,
    time::{Duration, Instant},
};

use super::{open, quiet, world};
use crate::cli::AttendanceCommand;

/// How often progress is told.
const TOLD: Duration = Duration::from_secs(2);

pub(super) fn run(file: Option<&Path>, command: AttendanceCommand) -> anyhow::Result<()> {
    let AttendanceCommand::Rebuild { written } = command;
    let settings = quiet(file, &written)?;
    let db = open(&settings, world().0.as_ref())?;
    let (begun, mut told) = (Instant::now(), Instant::now());
    let taken = ::attendance::rebuild(&db, |taken, all| {
        if told.elapsed() >= TOLD {
            told = Instant::now();
            println!("{}%  {taken} / {all}", taken * 100 / all.max(1));
        }
    })?;
    println!("Rebuilt from {taken} entries in {:.1} s", begun.elapsed().as_secs_f64());
    Ok(())
}
