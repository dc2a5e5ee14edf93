//! All SQL of people, a file a subject.

pub(crate) mod classes;
pub(crate) mod credentials;
pub(crate) mod groups;
pub(crate) mod persons;
pub(crate) mod photos;
pub(crate) mod schools;

use store::word_column;

use crate::model::Sex;

word_column!(Sex);
