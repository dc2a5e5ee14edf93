//! `kezekshi organisation`.
#![allow(clippy::print_stdout, reason = "a command answers whoever typed it")]

use std::path::Path;

use anyhow::Context;
use kernel::SchoolId;
use people::{
    PeopleError,
    ops::{NewOrganisation, add_organisation, set_district},
    register::OrganisationId,
};

use super::{open, quiet, world};
use crate::cli::OrganisationCommand;

pub(super) fn run(file: Option<&Path>, command: OrganisationCommand) -> anyhow::Result<()> {
    match command {
        OrganisationCommand::Add { name_kk, name_ru, region, written } => {
            let settings = quiet(file, &written)?;
            let region = region.map(|id| id.parse::<OrganisationId>()).transpose().context("--region is no id")?;
            let (clock, ids) = world();
            let db = open(&settings, clock.as_ref())?;
            let (new, now) = (NewOrganisation { name_kk, name_ru, region }, clock.now());
            let id = db.write_blocking(move |tx| add_organisation(tx, now, &ids, &new)).map_err(said)?;
            println!("{id}");
        }
        OrganisationCommand::List { written } => {
            let settings = quiet(file, &written)?;
            let db = open(&settings, world().0.as_ref())?;
            let found = db.read_blocking(people::queries::organisations)?;
            for row in &found {
                let indent = if row.parent.is_some() { "  " } else { "" };
                println!("{indent}{}  {}  {} / {}", row.id, row.kind.as_str(), row.name_kk, row.name_ru);
            }
            if found.is_empty() {
                println!("There is no region yet: kezekshi organisation add --name-kk … --name-ru …");
            }
        }
        OrganisationCommand::Take { district, school, written } => {
            let settings = quiet(file, &written)?;
            let district: OrganisationId = district.parse().context("--district is no id")?;
            let school: SchoolId = school.parse().context("--school is no id")?;
            let db = open(&settings, world().0.as_ref())?;
            db.write_blocking(move |tx| set_district(tx, school, district)).map_err(said)?;
        }
    }
    Ok(())
}

fn said(error: PeopleError) -> anyhow::Error {
    let is_theirs = matches!(error, PeopleError::Organisation);
    let error = anyhow::Error::new(error);
    if is_theirs {
        error.context("names must be one line of 1 to 200 letters each, and the region or district one of `kezekshi organisation list`")
    } else {
        error
    }
}
