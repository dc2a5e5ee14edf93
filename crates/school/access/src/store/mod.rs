//! All SQL of the subsystem, by subject.
//!
//! `persons` and `snapshot` also read tables of `people`, by joins that could not be made otherwise; they never write them.

pub(crate) mod alarms;
pub(crate) mod devices;
pub(crate) mod gates;
pub(crate) mod leaves;
pub(crate) mod passes;
pub(crate) mod persons;
pub(crate) mod places;
pub(crate) mod presence;
pub(crate) mod rules;
pub(crate) mod school;
pub(crate) mod snapshot;
