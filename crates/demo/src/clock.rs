//! The demonstration's clock: school days from 07:30 to 19:30 one after another, at a speed of choice.

use std::{fmt, fs, io, path::Path, sync::Arc};

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use kernel::{Clock, at_micros, micros};
use serde::{Deserialize, Serialize};

use crate::world::Calendar;

/// Minute of the day at which a simulated day begins.
pub const OPENS_MIN: i64 = 7 * 60 + 30;
/// Minute of the day at which it ends and the next one begins.
pub const CLOSES_MIN: i64 = 19 * 60 + 30;

const MINUTE_US: i64 = 60_000_000;
const DAY_US: i64 = (CLOSES_MIN - OPENS_MIN) * MINUTE_US;
/// A demonstration that runs longer than this stays on its last day.
const LONGEST_DAYS: usize = 10_000;

/// From when the demonstration counts. Two programs with the same anchor show the same time, which is how a door that runs
/// apart stays in step with its server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The real moment of the first opening, in microseconds since 1970.
    pub began_us: i64,
    /// The first simulated day.
    pub first_day: Date,
    /// How many times faster than real.
    pub speed: u32,
    /// What the folder was made with; a folder of an older version does not say.
    #[serde(default)]
    pub made: Option<Made>,
}

/// What the folder of a demonstration was made with. Its database holds the cards of this seed and boards at these ports, and either a gate
/// of the server's own or one that stands apart; none of it can be changed afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Which school.
    pub seed: u64,
    /// The first port of its boards.
    pub boards_port: u16,
    /// Whether its door runs as a program of its own.
    pub apart: bool,
}

impl Anchor {
    /// Reads the anchor of a folder.
    ///
    /// # Errors
    /// When the file cannot be read; a file that is missing or is no anchor gives `None`.
    pub fn read(path: &Path) -> io::Result<Option<Self>> {
        match fs::read(path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Keeps the anchor.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        fs::write(path, serde_json::to_vec(self)?)
    }

    /// The anchor of a new run: the day begins now. The day is the first school day from today on that lies after every day shown
    /// before, so that simulated time never goes back.
    pub fn anew(real: &dyn Clock, zone: &TimeZone, before: Option<Self>, speed: u32) -> Self {
        let now = real.now();
        let today = now.to_zoned(zone.clone()).date();
        let shown = before.map(|anchor| DemoClock::local(anchor, now).0);
        let earliest = match shown.and_then(|day| day.checked_add(1.day()).ok()) {
            Some(next) if next > today => next,
            Some(_) | None => today,
        };
        let made = before.and_then(|anchor| anchor.made);
        Self { began_us: micros(now), first_day: next_school_day(earliest), speed, made }
    }
}

fn next_school_day(from: Date) -> Date {
    Calendar::around(from).school_day_from(from)
}

/// A clock that follows an anchor.
#[derive(Clone)]
pub struct DemoClock {
    real: Arc<dyn Clock>,
    zone: TimeZone,
    anchor: Anchor,
}

impl DemoClock {
    /// A clock that counts from the anchor by the real clock.
    pub fn new(real: Arc<dyn Clock>, zone: TimeZone, anchor: Anchor) -> Self {
        Self { real, zone, anchor }
    }

    /// The simulated day, and the microseconds since its midnight.
    fn local(anchor: Anchor, real: Timestamp) -> (Date, i64) {
        let passed = (micros(real) - anchor.began_us).max(0).saturating_mul(i64::from(anchor.speed));
        let days = usize::try_from(passed / DAY_US).unwrap_or(LONGEST_DAYS).min(LONGEST_DAYS);
        let day = (0..days).fold(anchor.first_day, |day, _| day.checked_add(1.day()).map_or(day, next_school_day));
        (day, OPENS_MIN * MINUTE_US + passed % DAY_US)
    }

    /// How many times faster than real.
    pub fn speed(&self) -> u32 {
        self.anchor.speed
    }

    /// The simulated day.
    pub fn today(&self) -> Date {
        Self::local(self.anchor, self.real.now()).0
    }

    /// Seconds since the simulated midnight.
    pub fn second_of_day(&self) -> f64 {
        Self::local(self.anchor, self.real.now()).1 as f64 / 1e6
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        let (day, since_midnight) = Self::local(self.anchor, self.real.now());
        let midnight = day.to_zoned(self.zone.clone()).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp());
        at_micros(micros(midnight) + since_midnight)
    }

    fn pace(&self) -> i32 {
        i32::try_from(self.anchor.speed).unwrap_or(1)
    }
}

impl fmt::Debug for DemoClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DemoClock").field("anchor", &self.anchor).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::TestClock;

    use super::*;

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Almaty").unwrap()
    }

    #[test]
    fn the_day_begins_at_half_past_seven_and_starts_over_on_the_next_school_day() {
        // a Friday evening in reality
        let real = TestClock::at("2026-11-20T22:00:00+05:00".parse().unwrap());
        let anchor = Anchor::anew(&real, &zone(), None, 60);
        let clock = DemoClock::new(Arc::new(real.clone()), zone(), anchor);
        assert_eq!(clock.now(), "2026-11-20T07:30:00+05:00".parse().unwrap());
        real.forward_s(60);
        assert_eq!(clock.now(), "2026-11-20T08:30:00+05:00".parse().unwrap());
        real.forward_s(12 * 60 - 60);
        assert_eq!(clock.now(), "2026-11-23T07:30:00+05:00".parse().unwrap());
        assert_eq!(clock.today(), date(2026, 11, 23));
    }

    #[test]
    fn an_anchor_of_an_older_version_is_read() {
        let old = r#"{"began_us":5,"first_day":"2026-11-20","speed":1}"#;
        let anchor: Anchor = serde_json::from_str(old).unwrap();
        assert_eq!((anchor.began_us, anchor.made), (5, None));
    }

    #[test]
    fn a_new_run_begins_after_every_day_shown_before() {
        let real = TestClock::at("2026-11-20T22:00:00+05:00".parse().unwrap());
        let first = Anchor::anew(&real, &zone(), None, 1);
        real.forward_s(5);
        let second = Anchor::anew(&real, &zone(), Some(first), 1);
        assert_eq!(second.first_day, date(2026, 11, 23));
    }
}
