//! The board as a host and a passer-by see it: bytes on sockets, cards at readers.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where something is not as it must be")]

mod decisions;
mod faults;
mod frames;
mod host;
mod keeping;
