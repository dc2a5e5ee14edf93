//! All SQL of people, a file a subject.

pub(crate) mod classes;
pub(crate) mod codes;
pub(crate) mod credentials;
pub(crate) mod day_cards;
pub(crate) mod enrolments;
pub(crate) mod everybody;
pub(crate) mod families;
pub(crate) mod groups;
pub(crate) mod organisations;
pub(crate) mod particulars;
pub(crate) mod persons;
pub(crate) mod photos;
pub(crate) mod posts;
pub(crate) mod schools;
pub(crate) mod turn_overs;

use store::word_column;

use crate::{
    model::{Arrival, Ending, GuardianKind, Sex},
    register::OrganisationKind,
};

word_column!(Arrival, Ending, GuardianKind, OrganisationKind, Sex);
