//! The gate: decides, spools, uplinks; with or without the server.

pub mod driver;
