//! Bell schedules: when lessons begin and end.

use kernel::Id;
use people::person::Shift;

use super::{Fault, GradePlans, Label};

/// A bell schedule of a school.
#[derive(Debug)]
pub enum BellScheduleKind {}
/// See [`BellScheduleKind`].
pub type BellScheduleId = Id<BellScheduleKind>;

/// When a lesson is held, in minutes of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LessonTime {
    /// Its number in the shift; 0 is the class hour before the first one.
    pub number: u8,
    /// It begins at this minute, 0-1439.
    pub from_min: u16,
    /// It ends before this minute, 1-1440.
    pub until_min: u16,
}

/// The lessons of one shift, in order and apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LessonTimes(Vec<LessonTime>);

const DAY_MIN: u16 = 24 * 60;

impl LessonTimes {
    /// A shift has at most so many lessons.
    pub const MAX: usize = GradePlans::MAX_LESSONS as usize + 1;

    /// The lessons as they follow each other; none is a shift that does not learn.
    ///
    /// # Errors
    /// The [`Fault`] of the first line that does not fit the one before it, numbered from 1.
    pub fn new(lessons: Vec<LessonTime>) -> Result<Self, Fault> {
        if lessons.len() > Self::MAX {
            return Err(Fault::TooMany);
        }
        let mut before: Option<LessonTime> = None;
        for (line, lesson) in (1..).zip(&lessons) {
            if lesson.number > GradePlans::MAX_LESSONS {
                return Err(Fault::LessonNumber(line));
            }
            if lesson.from_min >= lesson.until_min || lesson.until_min > DAY_MIN {
                return Err(Fault::LessonBackwards(line));
            }
            if before.is_some_and(|before| before.number >= lesson.number) {
                return Err(Fault::LessonOrder(line));
            }
            if before.is_some_and(|before| before.until_min > lesson.from_min) {
                return Err(Fault::LessonOverlap(line));
            }
            before = Some(*lesson);
        }
        Ok(Self(lessons))
    }

    /// The lessons.
    pub fn lessons(&self) -> &[LessonTime] {
        &self.0
    }

    /// The lesson of a number.
    pub fn numbered(&self, number: u8) -> Option<LessonTime> {
        self.0.iter().find(|lesson| lesson.number == number).copied()
    }

    /// Lessons of one length that begin at these minutes, numbered from 1.
    fn beginning(starts: [u16; 6], length_min: u16) -> Self {
        let lesson = |(number, from_min)| LessonTime { number, from_min, until_min: from_min + length_min };
        Self((1..).zip(starts).map(lesson).collect())
    }

    /// The bells of a real school, which a new one begins with.
    pub fn usual(shift: Shift) -> Self {
        Self::beginning(Self::starts(shift), 45)
    }

    /// The same for the first grade, whose lessons are shorter.
    pub fn first_grade(shift: Shift) -> Self {
        Self::beginning(Self::starts(shift), 35)
    }

    /// A short day: half an hour a lesson, ten minutes between them. A proposal of ours; schools put their own times in.
    pub fn short(shift: Shift) -> Self {
        let [first, ..] = Self::starts(shift);
        Self::beginning([0, 1, 2, 3, 4, 5].map(|number| first + number * 40), 30)
    }

    const fn starts(shift: Shift) -> [u16; 6] {
        match shift {
            Shift::First => [480, 530, 590, 650, 700, 750],
            Shift::Second => [840, 890, 950, 1000, 1050, 1100],
        }
    }
}

/// A bell schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BellSchedule {
    /// Which.
    pub id: BellScheduleId,
    /// Its name.
    pub name: Label,
    /// The lessons of the first shift.
    pub first: LessonTimes,
    /// The lessons of the second shift.
    pub second: LessonTimes,
    /// Rises with each change.
    pub revision: u64,
}

impl BellSchedule {
    /// The lessons of a shift.
    pub const fn of(&self, shift: Shift) -> &LessonTimes {
        match shift {
            Shift::First => &self.first,
            Shift::Second => &self.second,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lesson(number: u8, from_min: u16, until_min: u16) -> LessonTime {
        LessonTime { number, from_min, until_min }
    }

    #[test]
    fn lessons_that_do_not_follow_each_other_are_refused_with_their_line() {
        for (lessons, fault) in [
            (vec![lesson(1, 480, 480)], Fault::LessonBackwards(1)),
            (vec![lesson(1, 1400, 1441)], Fault::LessonBackwards(1)),
            (vec![lesson(13, 480, 525)], Fault::LessonNumber(1)),
            (vec![lesson(2, 480, 525), lesson(1, 530, 575)], Fault::LessonOrder(2)),
            (vec![lesson(1, 480, 525), lesson(1, 530, 575)], Fault::LessonOrder(2)),
            (vec![lesson(1, 480, 525), lesson(2, 524, 569)], Fault::LessonOverlap(2)),
            (vec![lesson(1, 480, 525); 14], Fault::TooMany),
        ] {
            assert_eq!(LessonTimes::new(lessons), Err(fault));
        }
        assert!(LessonTimes::new(vec![lesson(0, 470, 480), lesson(1, 480, 525), lesson(3, 1400, 1440)]).is_ok());
    }

    #[test]
    fn the_bells_of_a_new_school_are_sound_and_those_of_a_real_one() {
        for shift in Shift::ALL {
            for times in [LessonTimes::usual(shift), LessonTimes::first_grade(shift), LessonTimes::short(shift)] {
                assert_eq!(LessonTimes::new(times.lessons().to_vec()), Ok(times));
            }
        }
        let starts =
            |shift| LessonTimes::usual(shift).lessons().iter().map(|lesson| lesson.from_min).collect::<Vec<_>>();
        let minutes = |clock: [(u16, u16); 6]| clock.map(|(hour, minute)| hour * 60 + minute);
        assert_eq!(starts(Shift::First), minutes([(8, 0), (8, 50), (9, 50), (10, 50), (11, 40), (12, 30)]));
        assert_eq!(starts(Shift::Second), minutes([(14, 0), (14, 50), (15, 50), (16, 40), (17, 30), (18, 20)]));
    }

    proptest! {
        #[test]
        fn what_is_taken_never_overlaps_and_what_overlaps_is_never_taken(
            lessons in proptest::collection::vec((0..15_u8, 0..1500_u16, 0..1500_u16), 0..8),
        ) {
            let lessons: Vec<_> = lessons.into_iter().map(|(number, from, until)| lesson(number, from, until)).collect();
            let is_sound = lessons.iter().all(|lesson| lesson.number <= 12 && lesson.from_min < lesson.until_min && lesson.until_min <= 1440)
                && lessons.windows(2).all(|pair| pair[0].number < pair[1].number && pair[0].until_min <= pair[1].from_min);
            prop_assert_eq!(LessonTimes::new(lessons).is_ok(), is_sound);
        }
    }
}
