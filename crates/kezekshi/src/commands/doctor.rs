//! `kezekshi doctor`.
#![allow(clippy::print_stdout, reason = "a command answers whoever typed it")]

use std::process::ExitCode;

use super::{open, world};
use crate::settings::Settings;

pub(super) fn run(settings: &Settings) -> anyhow::Result<ExitCode> {
    let db = open(settings, world().0.as_ref())?;
    let mut is_well = true;
    let mut say = |ok: bool, words: String| {
        is_well &= ok;
        println!("{}  {words}", if ok { "well " } else { "WRONG" });
    };
    for school in db.read_blocking(people::queries::schools)? {
        let whole = db.read_blocking(|tx| journal::is_whole(tx, school.school))?;
        let what = if whole { "is whole, without holes" } else { "has holes: restore from a backup and report this" };
        say(whole, format!("journal of {} {what}", school.name_ru));
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
