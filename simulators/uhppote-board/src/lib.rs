//! A simulator of a UHPPOTE UT0311-L04 board: four doors, cards, events, UDP and TCP.
//!
//! It stands where hardware would stand, in tests and in the demonstration, and speaks the real 64-byte frames on
//! real sockets. It shares no code with the driver, so a mistake in one does not hide the same mistake in the other.
//!
//! ```no_run
//! use uhppote_board::{Board, BoardConfig};
//! let board = Board::start(BoardConfig { serial: 405_419_896, ..BoardConfig::default() })?;
//! let event = board.swipe(10_058_400, 1, true);
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! | module | what it knows |
//! | --- | --- |
//! | `frames` | where fields lie in 64 bytes |
//! | `answer` | each call of the protocol and its reply |
//! | `decide` | swipes, buttons, sensors; what the board decides by itself |
//! | `cards`, `events`, `doors`, `schedule`, `passback` | what the board remembers |
//! | `state` | all of that together, and the frames of status and events |
//! | `file` | keeping it over restarts |
//! | `net`, `board` | sockets, threads, faults; the hands that swipe cards |
//!
//! Where sources about real boards disagree or are silent, the choice and its reason stand at the function.

mod answer;
mod board;
mod cards;
mod clock;
mod config;
mod decide;
mod doors;
mod events;
mod file;
mod frames;
mod net;
mod passback;
mod schedule;
mod state;

pub use board::Board;
pub use cards::Card;
pub use config::{BoardConfig, Clock, UnknownCard};
pub use events::{ALARM, DOOR, Event, OVERWRITTEN, Reason, SWIPE};
pub use state::Opening;
