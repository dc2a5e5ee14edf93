//! How many days a week and how many lessons a day a grade learns.

use jiff::civil::Weekday;

use super::{Fault, Grades, weekday_number};

/// The days of a week on which lessons are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Week {
    /// Monday to Friday.
    Five,
    /// Monday to Saturday.
    Six,
}

impl Week {
    /// 5 or 6.
    pub const fn days(self) -> u8 {
        match self {
            Self::Five => 5,
            Self::Six => 6,
        }
    }

    /// The week of so many days.
    pub fn of_days(days: u8) -> Option<Self> {
        [Self::Five, Self::Six].into_iter().find(|week| week.days() == days)
    }

    /// Whether lessons are held on this weekday.
    pub fn contains(self, weekday: Weekday) -> bool {
        weekday_number(weekday) <= self.days()
    }
}

/// The week of some grades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GradePlan {
    /// Whose.
    pub grades: Grades,
    /// On which days they learn.
    pub week: Week,
    /// How many lessons a day they have as long as their class has no timetable.
    pub lessons: u8,
}

/// The weeks of all grades.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GradePlans(Vec<GradePlan>);

impl GradePlans {
    /// A day has at most so many lessons.
    pub const MAX_LESSONS: u8 = 12;
    /// What holds for grades that no line names.
    pub const OTHERS: GradePlan = GradePlan { grades: Grades::ALL, week: Week::Five, lessons: 6 };

    /// Five days a week; fewer lessons for the small ones: what a new school begins with.
    pub fn usual() -> Self {
        let line =
            |(from, to, lessons)| Some(GradePlan { grades: Grades::new(from, to).ok()?, week: Week::Five, lessons });
        Self([(0, 1, 4), (2, 4, 5), (5, 12, 6)].into_iter().filter_map(line).collect())
    }

    /// The plans, in the order of grades.
    ///
    /// # Errors
    /// [`Fault::PlanOverlap`] when two name one grade, [`Fault::Lessons`] when a day has none or more than 12.
    pub fn new(mut plans: Vec<GradePlan>) -> Result<Self, Fault> {
        for (index, plan) in plans.iter().enumerate() {
            if !(1..=Self::MAX_LESSONS).contains(&plan.lessons) {
                return Err(Fault::Lessons);
            }
            if plans[..index].iter().any(|other| other.grades.meets(plan.grades)) {
                return Err(Fault::PlanOverlap(index + 1));
            }
        }
        plans.sort_by_key(|plan| plan.grades);
        Ok(Self(plans))
    }

    /// What holds for a grade.
    pub fn of(&self, grade: u8) -> GradePlan {
        self.0.iter().find(|plan| plan.grades.contains(grade)).copied().unwrap_or(Self::OTHERS)
    }

    /// The lines, in the order of grades.
    pub fn lines(&self) -> &[GradePlan] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plan(from: u8, to: u8, lessons: u8) -> GradePlan {
        GradePlan { grades: Grades::new(from, to).unwrap(), week: Week::Six, lessons }
    }

    #[test]
    fn a_new_school_has_a_plan_for_every_grade() {
        let usual = GradePlans::usual();
        assert_eq!(GradePlans::new(usual.lines().to_vec()), Ok(usual.clone()));
        assert_eq!([0, 1, 2, 4, 5, 12].map(|grade| usual.of(grade).lessons), [4, 4, 5, 5, 6, 6]);
    }

    #[test]
    fn a_grade_has_one_plan() {
        assert_eq!(GradePlans::new(vec![plan(5, 11, 6), plan(1, 5, 4)]), Err(Fault::PlanOverlap(2)));
        assert_eq!(GradePlans::new(vec![plan(5, 11, 13)]), Err(Fault::Lessons));
        let plans = GradePlans::new(vec![plan(5, 11, 7), plan(1, 4, 4)]).unwrap();
        assert_eq!((plans.of(4).lessons, plans.of(5).lessons, plans.of(0)), (4, 7, GradePlans::OTHERS));
    }

    proptest! {
        #[test]
        fn every_grade_has_an_answer(lines in proptest::collection::vec((0..13_u8, 0..13_u8, 1..13_u8), 0..5), grade in any::<u8>()) {
            let lines = lines.into_iter().filter(|(from, to, _)| from <= to).map(|(from, to, lessons)| plan(from, to, lessons)).collect();
            if let Ok(plans) = GradePlans::new(lines) {
                prop_assert!((1..=12).contains(&plans.of(grade).lessons));
            }
        }
    }
}
