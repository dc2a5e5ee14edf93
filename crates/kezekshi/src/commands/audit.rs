//! `kezekshi audit`.
#![allow(clippy::print_stdout, reason = "a command answers whoever typed it")]

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use accounts::Anchor;
use i18n::Lang;
use store::{Db, Options};

use super::{doctor, open, quiet, world};
use crate::{anchors, cli::AuditCommand, settings::Settings};

pub(super) fn run(file: Option<&Path>, command: AuditCommand) -> anyhow::Result<ExitCode> {
    match command {
        AuditCommand::Anchor { written } => {
            let (clock, _) = world();
            let db = open(&quiet(file, &written)?, clock.as_ref())?;
            let at = clock.now();
            // Each line as it stands in a file of anchors, so that what was printed can be checked against.
            print!("{}", db.read_blocking(|tx| Anchor::take(tx, at))?);
            Ok(ExitCode::SUCCESS)
        }
        AuditCommand::Verify { anchor, lang, written } => {
            let lang = doctor::lang(&lang)?;
            verify(&quiet(file, &written)?, anchor, lang)
        }
    }
}

/// Checks without changing anything.
fn verify(settings: &Settings, anchor: Option<PathBuf>, lang: Lang) -> anyhow::Result<ExitCode> {
    let anchors = match anchor {
        Some(file) => anchors::read(&file)?,
        None => anchors::kept(&settings.data)?,
    };
    let db = Db::open(&settings.database, &Options { connections: settings.connections, ..Options::default() })?;
    let findings = db.read_blocking(|tx| accounts::verify(tx, &anchors))?;
    Ok(doctor::told(lang, &findings))
}
