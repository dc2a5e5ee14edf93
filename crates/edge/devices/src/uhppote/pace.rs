//! How often a driver asks and how long it waits.

use std::time::Duration;

use super::link::Patience;

const CALL: Patience = &[Duration::from_millis(300), Duration::from_millis(600), Duration::from_millis(1100)];
const OPEN: Patience =
    &[Duration::from_millis(150), Duration::from_millis(300), Duration::from_millis(600), Duration::from_millis(950)];

/// How often a driver asks its board and how long it waits for it.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Between two looks at the board's status. A lost push is noticed within this time; at most 10 s, since a board whose
    /// host is silent for 30 s decides by itself.
    pub poll: Duration,
    /// Attempts of an ordinary request.
    pub call: Patience,
    /// Attempts of an opening. All together a person's patience, no more: a door must not open long after the card was shown.
    pub open: Patience,
    /// How long an opening may wait in the queue before it is dropped.
    pub open_stale: Duration,
    /// How long a board may be silent before the alarm.
    pub unreachable_after: Duration,
    /// The first pause before a silent board is tried again; it doubles each time.
    pub retry_first: Duration,
    /// The longest pause before a silent board is tried again.
    pub retry_most: Duration,
    /// How long a search by broadcast waits.
    pub find: Duration,
    /// Between two renewals of host control.
    pub renew_control: Duration,
    /// Between two checks of where the board pushes its events.
    pub check_listener: Duration,
    /// Between two attempts to set the clock of a board that does not take it.
    pub set_clock: Duration,
    /// Between two attempts to store cards that the board refused.
    pub retry_refused: Duration,
    /// The longest silence towards the gate about the board's status.
    pub tell_status: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(1),
            call: CALL,
            open: OPEN,
            open_stale: Duration::from_secs(3),
            unreachable_after: Duration::from_secs(3),
            retry_first: Duration::from_millis(250),
            retry_most: Duration::from_secs(5),
            find: Duration::from_secs(1),
            renew_control: Duration::from_secs(20),
            check_listener: Duration::from_secs(60),
            set_clock: Duration::from_secs(60),
            retry_refused: Duration::from_secs(600),
            tell_status: Duration::from_secs(5),
        }
    }
}
