//! Persons, classes and credentials of a school.
