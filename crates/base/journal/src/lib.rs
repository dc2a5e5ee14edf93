//! The append-only log of a school, and those who follow it.
