//! A school is added to the installation: by the operator, or by the demonstration.

use jiff::{Timestamp, tz::TimeZone};
use kernel::{Ids, SchoolId};
use store::Tx;

use crate::{PeopleError, store::schools};

/// A school to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSchool {
    /// Its name in Kazakh.
    pub name_kk: String,
    /// Its name in Russian.
    pub name_ru: String,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// Whether it is made up.
    pub is_demo: bool,
}

const NAME_LIMIT: usize = 200;

/// Adds a school; gives its id. There is nobody yet who could have a right to it: the program itself does it.
///
/// # Errors
/// [`PeopleError::NoSuchSchool`] when a name is empty or too long or the time zone is not known, else the database's.
pub fn add_school(tx: &mut Tx<'_>, now: Timestamp, ids: &Ids, new: &NewSchool) -> Result<SchoolId, PeopleError> {
    if !is_name(&new.name_kk) || !is_name(&new.name_ru) || TimeZone::get(&new.time_zone).is_err() {
        return Err(PeopleError::NoSuchSchool);
    }
    let school: SchoolId = ids.new_id(now);
    schools::add(tx, school, new.name_kk.trim(), new.name_ru.trim(), &new.time_zone, new.is_demo, now)?;
    Ok(school)
}

/// Whether it is a line of 1 to 200 letters.
pub(super) fn is_name(name: &str) -> bool {
    !name.trim().is_empty() && name.chars().count() <= NAME_LIMIT && !name.chars().any(char::is_control)
}
