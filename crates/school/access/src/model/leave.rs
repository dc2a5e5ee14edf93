//! A permission to leave as a form gives it.

use jiff::{SignedDuration, Timestamp};
use kernel::{AccessPointId, PersonId};

use super::{Fault, Title};

/// What a permission to leave is made of.
#[derive(Clone, PartialEq, Eq)]
pub struct LeaveInput {
    /// Who may leave.
    pub person: PersonId,
    /// From this moment.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// Through this point; `None`: through any that the person's rules name.
    pub point: Option<AccessPointId>,
    /// Why; may be left out.
    pub reason: Option<Title>,
    /// Who collects the pupil; left out when the pupil goes alone.
    pub collected_by: Option<Title>,
}

/// Tells nobody's name.
impl std::fmt::Debug for LeaveInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { person, from, until, point, .. } = self;
        write!(f, "LeaveInput({person}, {from}..{until}, {point:?})")
    }
}

impl LeaveInput {
    /// A permission lasts a day at most.
    pub const LONGEST: SignedDuration = SignedDuration::from_hours(24);
    /// It is given at most so long before.
    pub const AHEAD: SignedDuration = SignedDuration::from_hours(60 * 24);

    /// Checks what can be checked without the database; gives the field and what is wrong with it.
    ///
    /// # Errors
    /// The name of the field and the fault.
    pub fn check(&self, now: Timestamp) -> Result<(), (&'static str, Fault)> {
        if self.until <= self.from {
            Err(("until", Fault::Order))
        } else if self.until <= now {
            Err(("until", Fault::Past))
        } else if self.until.duration_since(self.from) > Self::LONGEST {
            Err(("until", Fault::LongLeave))
        } else if self.from.duration_since(now) > Self::AHEAD {
            Err(("date", Fault::FarAhead))
        } else {
            Ok(())
        }
    }
}

/// How a permission stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaveState {
    /// Taken back.
    Revoked,
    /// The pupil has left by it.
    Used,
    /// Its time has not come.
    Ahead,
    /// The pupil may leave now.
    Open,
    /// Its time is over, and nobody left by it.
    Over,
}

impl LeaveState {
    /// The state at `now` of a permission with these moments.
    pub fn at(
        now: Timestamp,
        (from, until): (Timestamp, Timestamp),
        used_at: Option<Timestamp>,
        revoked_at: Option<Timestamp>,
    ) -> Self {
        if used_at.is_some() {
            Self::Used
        } else if revoked_at.is_some() {
            Self::Revoked
        } else if now < from {
            Self::Ahead
        } else if now < until {
            Self::Open
        } else {
            Self::Over
        }
    }

    /// The word in text keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Used => "used",
            Self::Ahead => "ahead",
            Self::Open => "open",
            Self::Over => "over",
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use proptest::prelude::*;

    use super::*;

    fn input(from: Timestamp, until: Timestamp) -> LeaveInput {
        let person = PersonId::from_slice(&[1; 16]).unwrap();
        LeaveInput { person, from, until, point: None, reason: None, collected_by: None }
    }

    #[test]
    fn a_permission_is_for_a_part_of_a_day_to_come() {
        let now: Timestamp = "2026-11-23T05:00:00Z".parse().unwrap();
        let at = |minutes: i64| now.checked_add(minutes.minutes()).unwrap();
        for (from, until, fault) in [
            (0, 60, Ok(())),
            (-120, 1, Ok(())),
            (60, 60 + 1440, Ok(())),
            (60, 60, Err(("until", Fault::Order))),
            (60, 0, Err(("until", Fault::Order))),
            (-120, 0, Err(("until", Fault::Past))),
            (60, 61 + 1440, Err(("until", Fault::LongLeave))),
            (60 * 1440, 60 * 1440 + 60, Ok(())),
            (60 * 1440 + 1, 60 * 1440 + 60, Err(("date", Fault::FarAhead))),
        ] {
            assert_eq!(input(at(from), at(until)).check(now), fault, "{from} {until}");
        }
    }

    proptest! {
        #[test]
        fn a_permission_is_open_exactly_within_its_term_while_nobody_used_or_took_it(
            now in 0..1000_i64, from in 0..1000_i64, length in 1..500_i64, used in any::<bool>(), revoked in any::<bool>(),
        ) {
            let at = |second| Timestamp::from_second(second).unwrap();
            let term = (at(from), at(from + length));
            let state = LeaveState::at(at(now), term, used.then(|| at(1)), revoked.then(|| at(1)));
            prop_assert_eq!(state == LeaveState::Open, !used && !revoked && from <= now && now < from + length);
            prop_assert_eq!(state == LeaveState::Used, used);
        }
    }
}
