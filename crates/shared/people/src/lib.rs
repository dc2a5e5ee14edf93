//! Persons, classes and credentials of a school.

pub mod model;
