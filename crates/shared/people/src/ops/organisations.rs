//! Regions and districts, and to which a school belongs: the operator's work, so there is no right to ask.

use jiff::Timestamp;
use kernel::{Ids, SchoolId};
use store::Tx;

use super::add_school::is_name;
use crate::{
    PeopleError,
    register::{OrganisationId, OrganisationKind},
    store::{organisations, schools},
};

/// A region or a district to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOrganisation {
    /// Its name in Kazakh.
    pub name_kk: String,
    /// Its name in Russian.
    pub name_ru: String,
    /// The region of a district; `None`: it is a region itself.
    pub region: Option<OrganisationId>,
}

/// Adds a region or a district; gives its id.
///
/// # Errors
/// [`PeopleError::Organisation`] when a name is no line of 1 to 200 letters or the region is none; else the database's.
pub fn add_organisation(
    tx: &mut Tx<'_>,
    now: Timestamp,
    ids: &Ids,
    new: &NewOrganisation,
) -> Result<OrganisationId, PeopleError> {
    if !is_name(&new.name_kk) || !is_name(&new.name_ru) {
        return Err(PeopleError::Organisation);
    }
    let kind = match new.region {
        None => OrganisationKind::Region,
        Some(region) => {
            let region = organisations::one(tx, region)?.filter(|row| row.kind == OrganisationKind::Region);
            region.ok_or(PeopleError::Organisation)?;
            OrganisationKind::District
        }
    };
    let id: OrganisationId = ids.new_id(now);
    organisations::add(tx, id, kind, new.region, new.name_kk.trim(), new.name_ru.trim())?;
    Ok(id)
}

/// Notes to which district a school belongs.
///
/// # Errors
/// [`PeopleError::Organisation`] when there is no such district, [`PeopleError::NoSuchSchool`], else the database's.
pub fn set_district(tx: &mut Tx<'_>, school: SchoolId, district: OrganisationId) -> Result<(), PeopleError> {
    let found = organisations::one(tx, district)?.filter(|row| row.kind == OrganisationKind::District);
    found.ok_or(PeopleError::Organisation)?;
    if schools::set_district(tx, school, district)? == 0 { Err(PeopleError::NoSuchSchool) } else { Ok(()) }
}
