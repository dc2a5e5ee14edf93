//! The school itself is changed: its names, numbers, address, colour.

use accounts::{Action, Ctx, audit};
use store::Tx;

use super::add_school::is_name;
use crate::{PeopleError, model::Bin, register::SchoolProfile, store::schools};

/// An address or phones have so many letters at most.
const LINE_LIMIT: usize = 300;

/// Puts another profile in place of that of `revision`. The district is the operator's to set and stays as it is.
///
/// # Errors
/// [`PeopleError::Profile`] names the field that does not fit; [`PeopleError::Changed`] when somebody else has changed it since;
/// [`PeopleError::Denied`], else the database's.
pub fn edit_school(tx: &mut Tx<'_>, ctx: &Ctx, revision: u64, new: &SchoolProfile) -> Result<(), PeopleError> {
    let school = ctx.require(Action::EditSchool)?.school();
    let SchoolProfile { name_kk, name_ru, bin, address, phones, badge_colour, last_grade, .. } = new;
    let is_line = |text: &str| text.chars().count() <= LINE_LIMIT && !text.chars().any(char::is_control);
    let bin = match bin.trim() {
        "" => String::new(),
        text => Bin::parse(text).map_err(|_| PeopleError::Profile("bin"))?.digits(),
    };
    for (field, fits) in [
        ("name_kk", is_name(name_kk)),
        ("name_ru", is_name(name_ru)),
        ("address", is_line(address)),
        ("phones", is_line(phones)),
        ("badge_colour", is_colour(badge_colour)),
        ("last_grade", matches!(last_grade, 11 | 12)),
    ] {
        if !fits {
            return Err(PeopleError::Profile(field));
        }
    }
    let touched = schools::change(
        tx,
        school,
        revision,
        name_kk.trim(),
        name_ru.trim(),
        &bin,
        address.trim(),
        phones.trim(),
        &badge_colour.to_lowercase(),
        *last_grade,
    )?;
    if touched == 0 {
        return Err(PeopleError::Changed);
    }
    Ok(audit(tx, ctx, "school_edited", Some(school), "")?)
}

/// `#rrggbb`.
fn is_colour(text: &str) -> bool {
    text.len() == 7
        && text.strip_prefix('#').is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::is_colour;

    #[test]
    fn a_colour_is_six_digits_behind_a_sign() {
        assert!(is_colour("#14597a") && is_colour("#FFFFFF"));
        for wrong in ["", "14597a", "#14597", "#14597ag", "#14597g", "red", "#ж459", "#1459ж"] {
            assert!(!is_colour(wrong), "{wrong}");
        }
    }
}
