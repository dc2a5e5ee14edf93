//! The time, told by a clock that is passed in.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;

/// Tells the time. The program has one [`SystemClock`]; tests and the demo have clocks of their own.
pub trait Clock: Send + Sync + fmt::Debug {
    /// This moment, in UTC.
    fn now(&self) -> Timestamp;

    /// How many times faster than real it runs. A term that is there for people and networks, which do not run faster, is multiplied by it.
    fn pace(&self) -> i32 {
        1
    }
}

/// The computer's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the time")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands still until it is told to go on.
#[derive(Debug, Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// A clock that shows `at`.
    pub fn at(at: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(micros(at))))
    }

    /// Sets the clock.
    pub fn set(&self, at: Timestamp) {
        self.0.store(micros(at), Ordering::SeqCst);
    }

    /// Puts the clock forward by so many seconds.
    pub fn forward_s(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        at_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Microseconds since 1970 in UTC: how a moment is stored and sent.
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The moment so many microseconds after 1970; a value out of jiff's range becomes the nearest moment within.
pub fn at_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(if micros < 0 { Timestamp::MIN } else { Timestamp::MAX })
}
