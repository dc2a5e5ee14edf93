//! The made-up school of the demonstration and its simulated day.
