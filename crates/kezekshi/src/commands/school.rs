//! `kezekshi school`.
#![allow(clippy::print_stdout, reason = "a command answers whoever typed it")]

use std::path::Path;

use access::{AccessError, ops::furnish};
use accounts::Ctx;
use calendar::{CalendarError, ops::open_calendar};
use jiff::tz::TimeZone;
use people::ops::{NewSchool, add_school};

use super::{open, quiet, world};
use crate::cli::SchoolCommand;

pub(super) fn run(file: Option<&Path>, command: SchoolCommand) -> anyhow::Result<()> {
    match command {
        SchoolCommand::Add { name_kk, name_ru, written } => {
            let settings = quiet(file, &written)?;
            let new = NewSchool { name_kk, name_ru, time_zone: "Asia/Almaty".into(), is_demo: false };
            let (clock, ids) = world();
            let db = open(&settings, clock.as_ref())?;
            let now = clock.now();
            let zone = TimeZone::get(&new.time_zone).unwrap_or(TimeZone::UTC);
            let school = db.write_blocking(move |tx| {
                let school = add_school(tx, now, &ids, &new)?;
                let ctx = Ctx::of_program(school, now, ids.clone());
                furnish(tx, &ctx, false)?;
                open_calendar(tx, &ctx, now.to_zoned(zone.clone()).date())?;
                Ok::<_, FoundError>(school)
            })?;
            println!("{school}");
            println!("Next: kezekshi user add --login admin --name \"…\" --role school_admin");
        }
        SchoolCommand::List { written } => {
            let settings = quiet(file, &written)?;
            let db = open(&settings, world().0.as_ref())?;
            let schools = db.read_blocking(people::queries::schools)?;
            for school in &schools {
                println!("{}  {} / {}", school.school, school.name_kk, school.name_ru);
            }
            if schools.is_empty() {
                println!("There is no school yet: kezekshi school add --name-kk … --name-ru …");
            }
        }
    }
    Ok(())
}

/// Why a school could not be added.
#[derive(Debug, thiserror::Error)]
enum FoundError {
    /// Its names.
    #[error("--name-kk and --name-ru must be one line of 1 to 200 letters each ({0})")]
    Names(#[from] people::PeopleError),
    /// What it is furnished with.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The calendar it begins with.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
}
