//! All SQL of attendance.

pub(crate) mod days;
pub(crate) mod desk;
pub(crate) mod leaves;
pub(crate) mod marks;
pub(crate) mod packs;
pub(crate) mod roll;
pub(crate) mod sheet;
