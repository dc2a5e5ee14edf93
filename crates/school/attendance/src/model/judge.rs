//! What a pupil's day was.

use super::DaySeen;

macro_rules! words {
    ($(#[$meta:meta])* $type:ident { $($(#[$doc:meta])* $name:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $type { $($(#[$doc])* $name,)* }
        impl $type {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
            /// The word in the database and in text keys.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
            /// The value of this word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}

words! {
    /// Why somebody is away.
    Reason {
        /// Ill.
        Ill = "ill",
        /// For the family's sake, told beforehand.
        Family = "family",
        /// Sent by the school: a competition, an olympiad.
        Competition = "competition",
        /// Learns from home.
        Remote = "remote",
        /// Nobody has said why.
        Unexplained = "unexplained",
    }
}

words! {
    /// Why nothing can be said of a day.
    NoData {
        /// No lessons on this day.
        NoLessons = "no_lessons",
        /// The class learns from home.
        RemoteDay = "remote_day",
        /// The pupil was not in the class on this day.
        OtherClass = "other_class",
        /// Hardly anybody was seen at the doors: they were not watched.
        DoorsSilent = "doors_silent",
    }
}

impl Reason {
    /// Whether the absence is explained: it does not count against the pupil.
    pub const fn is_explained(self) -> bool {
        !matches!(self, Self::Unexplained)
    }
}

/// When somebody is expected, in seconds since the day began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The first bell.
    pub from: u32,
    /// The last bell.
    pub until: u32,
    /// Minutes after the first bell, or before the last, that are forgiven. With 0 one is late from the first whole minute on.
    pub tolerance_min: u16,
}

/// Whether somebody is expected at school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// At these times; whether the doors were watched on this day.
    At(Expected, bool),
    /// Not at all, for a reason other than [`NoData::DoorsSilent`].
    Not(NoData),
}

/// Which moment it is, seen from the day in question: seconds since it began, negative before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub i64);

impl Moment {
    /// A moment at which the day is long over.
    pub const AFTERWARDS: Self = Self(i64::MAX);
}

/// What somebody said of a pupil's day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Marked {
    /// Was there, whatever the doors say.
    Present,
    /// Came so many minutes late.
    Late(u16),
    /// Left so many minutes early.
    LeftEarly(u16),
    /// Was not there.
    Absent(Reason),
    /// As the doors say: an earlier correction is withdrawn.
    AsSeen,
}

/// What a pupil's day was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// There in time.
    Present,
    /// Came late by so many minutes.
    Late(u16),
    /// Left early by so many minutes.
    LeftEarly(u16),
    /// Came late and left early by so many minutes.
    LateAndLeftEarly(u16, u16),
    /// Was let go so many minutes early.
    LeftByLeave(u16),
    /// Came late and was let go early by so many minutes.
    LateAndLeftByLeave(u16, u16),
    /// Not there.
    Absent(Reason),
    /// May still come: the first bell has not rung.
    NotYet,
    /// Nothing can be said.
    NoData(NoData),
}

impl Status {
    /// The word in styles and text keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Late(_) => "late",
            Self::LeftEarly(_) => "left_early",
            Self::LateAndLeftEarly(..) => "late_left_early",
            Self::LeftByLeave(_) => "left_by_leave",
            Self::LateAndLeftByLeave(..) => "late_left_by_leave",
            Self::Absent(reason) => reason.as_str(),
            Self::NotYet => "not_yet",
            Self::NoData(why) => why.as_str(),
        }
    }

    /// Whether the pupil was at school, for however long.
    pub const fn is_there(self) -> bool {
        matches!(
            self,
            Self::Present
                | Self::Late(_)
                | Self::LeftEarly(_)
                | Self::LateAndLeftEarly(..)
                | Self::LeftByLeave(_)
                | Self::LateAndLeftByLeave(..)
        )
    }

    /// Whether the pupil left early by a permission to leave.
    pub const fn is_by_leave(self) -> bool {
        matches!(self, Self::LeftByLeave(_) | Self::LateAndLeftByLeave(..))
    }

    /// By how many minutes the pupil came late.
    pub const fn late_min(self) -> Option<u16> {
        match self {
            Self::Late(min) | Self::LateAndLeftEarly(min, _) | Self::LateAndLeftByLeave(min, _) => Some(min),
            _ => None,
        }
    }

    /// By how many minutes the pupil left early, by a permission or without one.
    pub const fn early_min(self) -> Option<u16> {
        match self {
            Self::LeftEarly(min)
            | Self::LateAndLeftEarly(_, min)
            | Self::LeftByLeave(min)
            | Self::LateAndLeftByLeave(_, min) => Some(min),
            _ => None,
        }
    }
}

/// What people say of a pupil's day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The newest correction.
    pub mark: Option<Marked>,
    /// Why the pupil is known to be away.
    pub away: Option<Reason>,
    /// Whether a permission to leave held when the pupil left for good.
    pub is_let_go: bool,
}

/// What a pupil's day was. What stands higher outweighs what stands lower:
///
/// 1. what somebody said of this very day ([`Marked`]);
/// 2. a day without lessons at school is no data;
/// 3. whoever was seen within the hours of lessons was there: late, when the first way in came after the first bell and the forgiven minutes;
///    left early, when the lessons are over and the last pass led out before the last bell. Who is known only by a way out was there, and
///    nobody knows since when. A permission to leave that held then makes no truant of whoever left early;
/// 4. whoever is known to be away is absent for that reason;
/// 5. before the first bell and the forgiven minutes: not yet;
/// 6. when the doors were not watched: no data;
/// 7. else absent without a reason.
///
/// Whoever came only after the last bell was not at the lessons, nor whoever left for good before the first without a permission.
pub fn judge(expectation: Expectation, seen: DaySeen, heard: Heard, now: Moment) -> Status {
    match heard.mark {
        Some(Marked::Present) => return Status::Present,
        Some(Marked::Late(min)) => return Status::Late(min),
        Some(Marked::LeftEarly(min)) => return Status::LeftEarly(min),
        Some(Marked::Absent(reason)) => return Status::Absent(reason),
        Some(Marked::AsSeen) | None => {}
    }
    let (expected, is_watched) = match expectation {
        Expectation::Not(why) => return Status::NoData(why),
        Expectation::At(expected, is_watched) => (expected, is_watched),
    };
    if let Some(status) = seen_status(expected, seen, heard.is_let_go, now) {
        return status;
    }
    if let Some(reason) = heard.away {
        return Status::Absent(reason);
    }
    let begun = i64::from(expected.from) + i64::from(expected.tolerance_min) * 60 + 60;
    if now.0 < begun {
        Status::NotYet
    } else if is_watched {
        Status::Absent(Reason::Unexplained)
    } else {
        Status::NoData(NoData::DoorsSilent)
    }
}

/// What the doors say of somebody who was at the lessons.
fn seen_status(expected: Expected, seen: DaySeen, is_let_go: bool, now: Moment) -> Option<Status> {
    let came_after = seen.first_in.is_some_and(|first| first >= expected.until);
    let left_before = seen.left_at().is_some_and(|left| left <= expected.from);
    // A way out without a way in before it: somebody came in behind another.
    let is_known_by_out =
        seen.last_out.is_some_and(|out| seen.first_in.is_none_or(|first| out < first) && out > expected.from);
    if !seen.is_seen() || (left_before && !is_let_go) || (came_after && !is_known_by_out) {
        return None;
    }
    let beyond = |minutes: u32| u16::try_from(minutes).ok().filter(|minutes| *minutes > expected.tolerance_min);
    let late =
        seen.first_in.filter(|_| !is_known_by_out).and_then(|first| beyond(first.saturating_sub(expected.from) / 60));
    let is_over = now.0 >= i64::from(expected.until);
    let left = seen.left_at().filter(|_| is_over);
    let early = left.and_then(|left| beyond(expected.until.saturating_sub(left.max(expected.from)) / 60));
    Some(match (late, early) {
        (None, None) => Status::Present,
        (Some(late), None) => Status::Late(late),
        (None, Some(early)) if is_let_go => Status::LeftByLeave(early),
        (Some(late), Some(early)) if is_let_go => Status::LateAndLeftByLeave(late, early),
        (None, Some(early)) => Status::LeftEarly(early),
        (Some(late), Some(early)) => Status::LateAndLeftEarly(late, early),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: u32 = 3600;
    const LESSONS: Expected = Expected { from: 8 * HOUR, until: 13 * HOUR, tolerance_min: 0 };

    fn seen(first_in: Option<u32>, last_in: Option<u32>, last_out: Option<u32>) -> DaySeen {
        DaySeen { first_in, last_in, last_out }
    }

    fn came(second: u32) -> DaySeen {
        seen(Some(second), Some(second), None)
    }

    fn stayed(from: u32, until: u32) -> DaySeen {
        seen(Some(from), Some(from), Some(until))
    }

    #[test]
    fn what_the_doors_say() {
        let over = Moment(14 * i64::from(HOUR));
        let at_ten = Moment(10 * i64::from(HOUR));
        let first = LESSONS.from;
        for (day, now, status) in [
            (came(first - 60), at_ten, Status::Present),
            (came(first + 59), at_ten, Status::Present),
            (came(first + 60), at_ten, Status::Late(1)),
            (came(first + 12 * 60 + 30), over, Status::Late(12)),
            (stayed(first - 60, LESSONS.until + 60), over, Status::Present),
            (stayed(first - 60, LESSONS.until - 59), over, Status::Present),
            (stayed(first - 60, 12 * HOUR), over, Status::LeftEarly(60)),
            (stayed(first - 60, 9 * HOUR), at_ten, Status::Present),
            (stayed(first + 600, 12 * HOUR), over, Status::LateAndLeftEarly(10, 60)),
            (seen(None, None, Some(LESSONS.until + 5)), over, Status::Present),
            (seen(None, None, Some(12 * HOUR)), over, Status::LeftEarly(60)),
            (seen(Some(15 * HOUR), Some(15 * HOUR), Some(13 * HOUR + 60)), over, Status::Present),
            (came(LESSONS.until), over, Status::Absent(Reason::Unexplained)),
            (stayed(7 * HOUR, 7 * HOUR + 60), over, Status::Absent(Reason::Unexplained)),
            (DaySeen::default(), Moment(i64::from(first)), Status::NotYet),
            (DaySeen::default(), Moment(i64::from(first) + 59), Status::NotYet),
            (DaySeen::default(), Moment(i64::from(first) + 60), Status::Absent(Reason::Unexplained)),
            (DaySeen::default(), Moment(-1), Status::NotYet),
        ] {
            assert_eq!(judge(Expectation::At(LESSONS, true), day, Heard::default(), now), status, "{day:?} at {now:?}");
        }
    }

    #[test]
    fn forgiven_minutes_are_forgiven_and_not_taken_off() {
        let lenient = Expectation::At(Expected { tolerance_min: 5, ..LESSONS }, true);
        let judged = |second| judge(lenient, came(second), Heard::default(), Moment::AFTERWARDS);
        assert_eq!(judged(LESSONS.from + 5 * 60 + 59), Status::Present);
        assert_eq!(judged(LESSONS.from + 6 * 60), Status::Late(6));
        let absent = judge(lenient, DaySeen::default(), Heard::default(), Moment(i64::from(LESSONS.from) + 5 * 60));
        assert_eq!(absent, Status::NotYet);
    }

    #[test]
    fn what_people_say_outweighs_and_silence_accuses_nobody() {
        let at = |is_watched| Expectation::At(LESSONS, is_watched);
        let nobody = DaySeen::default();
        let over = Moment::AFTERWARDS;
        for (expectation, day, mark, away, status) in [
            (at(true), came(0), Some(Marked::Absent(Reason::Ill)), None, Status::Absent(Reason::Ill)),
            (at(true), nobody, Some(Marked::Present), Some(Reason::Ill), Status::Present),
            (at(true), nobody, Some(Marked::Late(7)), None, Status::Late(7)),
            (at(true), nobody, Some(Marked::AsSeen), Some(Reason::Family), Status::Absent(Reason::Family)),
            (at(true), came(LESSONS.from), None, Some(Reason::Ill), Status::Present),
            (at(false), nobody, None, None, Status::NoData(NoData::DoorsSilent)),
            (at(false), nobody, None, Some(Reason::Ill), Status::Absent(Reason::Ill)),
            (at(false), came(LESSONS.from), None, None, Status::Present),
            (Expectation::Not(NoData::NoLessons), came(LESSONS.from), None, None, Status::NoData(NoData::NoLessons)),
            (Expectation::Not(NoData::RemoteDay), nobody, None, Some(Reason::Ill), Status::NoData(NoData::RemoteDay)),
            (Expectation::Not(NoData::RemoteDay), nobody, Some(Marked::Present), None, Status::Present),
        ] {
            assert_eq!(
                judge(expectation, day, Heard { mark, away, is_let_go: false }, over),
                status,
                "{expectation:?} {day:?} {mark:?} {away:?}"
            );
        }
    }

    #[test]
    fn whoever_was_let_go_is_no_truant() {
        let over = Moment(14 * i64::from(HOUR));
        let let_go = Heard { is_let_go: true, ..Heard::default() };
        for (day, heard, now, status) in [
            (stayed(7 * HOUR, 12 * HOUR), let_go, over, Status::LeftByLeave(60)),
            (stayed(LESSONS.from + 600, 12 * HOUR), let_go, over, Status::LateAndLeftByLeave(10, 60)),
            (stayed(7 * HOUR, 12 * HOUR), let_go, Moment(12 * i64::from(HOUR)), Status::Present),
            (stayed(7 * HOUR, LESSONS.until + 60), let_go, over, Status::Present),
            (stayed(7 * HOUR, 7 * HOUR + 60), let_go, over, Status::LeftByLeave(300)),
            (seen(None, None, Some(12 * HOUR)), let_go, over, Status::LeftByLeave(60)),
            (DaySeen::default(), let_go, over, Status::Absent(Reason::Unexplained)),
            (
                stayed(7 * HOUR, 12 * HOUR),
                Heard { mark: Some(Marked::LeftEarly(5)), ..let_go },
                over,
                Status::LeftEarly(5),
            ),
        ] {
            assert_eq!(judge(Expectation::At(LESSONS, true), day, heard, now), status, "{day:?} {heard:?}");
        }
    }

    fn any_seen() -> impl Strategy<Value = DaySeen> {
        let second = || proptest::option::of(0_u32..90_000);
        (second(), 0_u32..90_000, second())
            .prop_map(|(first_in, more, last_out)| seen(first_in, first_in.map(|first| first + more), last_out))
    }

    proptest! {
        #[test]
        fn every_day_has_one_answer_that_fits_the_facts(
            from in 0_u32..80_000, length in 60_u32..40_000, tolerance_min in 0_u16..60, is_watched in any::<bool>(),
            day in any_seen(), is_let_go in any::<bool>(), now in -100_000_i64..200_000,
        ) {
            let expected = Expected { from, until: from + length, tolerance_min };
            let status = judge(Expectation::At(expected, is_watched), day, Heard { is_let_go, ..Heard::default() }, Moment(now));
            match status {
                Status::Present | Status::Late(_) => prop_assert!(day.is_seen()),
                Status::LeftEarly(_) | Status::LateAndLeftEarly(..) => prop_assert!(day.is_seen() && !is_let_go),
                Status::LeftByLeave(_) | Status::LateAndLeftByLeave(..) => prop_assert!(day.is_seen() && is_let_go),
                Status::Absent(reason) => prop_assert!(reason == Reason::Unexplained && is_watched && now > i64::from(from)),
                Status::NotYet => prop_assert!(now < i64::from(from) + i64::from(tolerance_min) * 60 + 60),
                Status::NoData(why) => prop_assert!(why == NoData::DoorsSilent && !is_watched),
            }
            if let Some(min) = status.late_min() {
                prop_assert!(min > tolerance_min && u32::from(min) * 60 <= length);
            }
            if let Some(min) = status.early_min() {
                prop_assert!(min > tolerance_min && now >= i64::from(expected.until));
            }
        }

        #[test]
        fn who_is_there_stays_there_as_time_goes_on(day in any_seen(), is_let_go in any::<bool>(), now in 0_i64..90_000, later in 0_i64..90_000) {
            let at = |now| judge(Expectation::At(LESSONS, true), day, Heard { is_let_go, ..Heard::default() }, Moment(now));
            prop_assert_eq!(at(now).is_there(), at(now + later).is_there());
        }
    }
}
