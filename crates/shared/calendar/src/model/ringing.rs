//! Which schedule rings when.

use std::cmp::Reverse;

use jiff::civil::{Date, Weekday};
use kernel::Id;
use people::person::Shift;

use super::{Audience, BellSchedule, BellScheduleId, LessonTimes, weekday_number};

/// A rule that says when a schedule holds.
#[derive(Debug)]
pub enum BellRuleKind {}
/// See [`BellRuleKind`].
pub type BellRuleId = Id<BellRuleKind>;

/// Every day of the week, bit 0 Monday.
pub const EVERY_WEEKDAY: u8 = 0b111_1111;

/// In which case a schedule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BellsWhen {
    /// On this day only; `None`: on every day.
    pub day: Option<Date>,
    /// On days that work as these weekdays, bit 0 Monday.
    pub weekdays: u8,
    /// For whom.
    pub audience: Audience,
}

impl BellsWhen {
    /// Always, for everybody.
    pub const ALWAYS: Self = Self { day: None, weekdays: EVERY_WEEKDAY, audience: Audience::EVERYBODY };

    fn holds(&self, day: Date, as_weekday: Weekday, grade: u8, shift: Shift) -> bool {
        let bit = 1_u8 << (weekday_number(as_weekday) - 1);
        self.day.is_none_or(|only| only == day) && self.weekdays & bit != 0 && self.audience.contains(grade, shift)
    }

    /// What is said of fewer cases is greater: a day, then fewer weekdays, then fewer grades, then one shift.
    fn weight(&self) -> (bool, Reverse<u32>, Reverse<u8>, bool) {
        (
            self.day.is_some(),
            Reverse(self.weekdays.count_ones()),
            Reverse(self.audience.grades.count()),
            self.audience.shift.is_some(),
        )
    }
}

/// When a schedule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BellRule {
    /// Which.
    pub id: BellRuleId,
    /// The schedule.
    pub schedule: BellScheduleId,
    /// In which case.
    pub when: BellsWhen,
}

/// The bells of a school.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bells {
    schedules: Vec<BellSchedule>,
    rules: Vec<BellRule>,
}

impl Bells {
    /// The bells of these schedules and rules; the most specific rule stands first, of two alike the one that was made later.
    pub fn new(schedules: Vec<BellSchedule>, mut rules: Vec<BellRule>) -> Self {
        rules.sort_by_key(|rule| Reverse((rule.when.weight(), rule.id)));
        Self { schedules, rules }
    }

    /// The schedules.
    pub fn schedules(&self) -> &[BellSchedule] {
        &self.schedules
    }

    /// The rules, the one that wins first.
    pub fn rules(&self) -> &[BellRule] {
        &self.rules
    }

    /// One schedule.
    pub fn schedule(&self, id: BellScheduleId) -> Option<&BellSchedule> {
        self.schedules.iter().find(|schedule| schedule.id == id)
    }

    /// The schedule that rings for a grade in a shift on a day that works as a weekday. One that has no lesson in the shift rings
    /// nothing there, so the next one is asked.
    pub fn ringing(&self, day: Date, as_weekday: Weekday, grade: u8, shift: Shift) -> Option<&BellSchedule> {
        self.rules
            .iter()
            .filter(|rule| rule.when.holds(day, as_weekday, grade, shift))
            .filter_map(|rule| self.schedule(rule.schedule))
            .find(|schedule| !schedule.of(shift).lessons().is_empty())
    }

    /// The lessons that ring for a grade in a shift on a day that works as a weekday; none when no rule fits.
    pub fn lessons_of(&self, day: Date, as_weekday: Weekday, grade: u8, shift: Shift) -> LessonTimes {
        self.ringing(day, as_weekday, grade, shift).map(|schedule| schedule.of(shift).clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use jiff::{Timestamp, civil::date};
    use kernel::Ids;
    use proptest::prelude::*;

    use super::{
        super::{Grades, Label},
        *,
    };

    fn schedules(ids: &Ids, count: usize) -> Vec<BellSchedule> {
        let one = |number: usize| BellSchedule {
            id: ids.new_id(Timestamp::UNIX_EPOCH),
            name: Label::parse(&number.to_string()).unwrap(),
            first: LessonTimes::usual(Shift::First),
            // Every third one is of the morning only.
            second: if number.is_multiple_of(3) { LessonTimes::default() } else { LessonTimes::usual(Shift::Second) },
            revision: 1,
        };
        (1..=count).map(one).collect()
    }

    fn when(day: Option<Date>, weekdays: u8, shift: Option<Shift>, grades: (u8, u8)) -> BellsWhen {
        let grades = Grades::new(grades.0, grades.1).unwrap();
        BellsWhen { day, weekdays, audience: Audience { shift, grades } }
    }

    #[test]
    fn the_most_specific_rule_wins_and_a_schedule_without_the_shift_is_passed_over() {
        let ids = Ids::seeded(1);
        let schedules = schedules(&ids, 6);
        let monday = date(2026, 11, 23);
        let cases = [
            BellsWhen::ALWAYS,
            when(None, 0b1, None, (0, 12)),
            when(None, EVERY_WEEKDAY, None, (1, 1)),
            when(Some(monday), EVERY_WEEKDAY, None, (0, 12)),
            when(Some(monday), EVERY_WEEKDAY, Some(Shift::Second), (0, 12)),
            when(None, 0b1, None, (5, 11)),
        ];
        let rule = |(when, schedule): (&BellsWhen, &BellSchedule)| BellRule {
            id: ids.new_id(Timestamp::UNIX_EPOCH),
            schedule: schedule.id,
            when: *when,
        };
        let bells = Bells::new(schedules.clone(), cases.iter().zip(&schedules).map(rule).collect());
        let name =
            |day, weekday, grade, shift| bells.ringing(day, weekday, grade, shift).map(|one| one.name.to_string());
        let of = |day: Date, grade, shift| name(day, day.weekday(), grade, shift).unwrap_or_default();
        let (next_monday, tuesday) = (date(2026, 11, 30), date(2026, 11, 24));
        assert_eq!(of(tuesday, 5, Shift::First), "1");
        assert_eq!(of(tuesday, 1, Shift::First), "3", "the first grade");
        assert_eq!(of(tuesday, 1, Shift::Second), "1", "schedule 3 has no second shift");
        assert_eq!(of(next_monday, 1, Shift::First), "2", "a weekday is more than a grade");
        assert_eq!(of(next_monday, 5, Shift::First), "6", "a weekday and a grade is more than a weekday");
        assert_eq!(of(monday, 5, Shift::First), "4", "a day is more than all");
        assert_eq!(of(monday, 5, Shift::Second), "5");
        let saturday = date(2026, 11, 28);
        assert_eq!(
            name(saturday, Weekday::Monday, 2, Shift::First),
            Some("2".into()),
            "a Saturday that works as a Monday"
        );
        assert!(Bells::default().lessons_of(monday, Weekday::Monday, 1, Shift::First).lessons().is_empty());
    }

    proptest! {
        #[test]
        fn what_rings_does_not_depend_on_the_order_of_rules_and_fits_the_case(
            cases in proptest::collection::vec((0..4_i8, 1..128_u8, 0..3_u8, 0..13_u8, 0..13_u8, 0..4_usize), 0..12),
            day in 23..27_i8, weekday in 1..8_i8, grade in any::<u8>(), number in 1..3_u8, seed in any::<u64>(),
        ) {
            let ids = Ids::seeded(seed);
            let schedules = schedules(&ids, 4);
            let mut rules: Vec<BellRule> = cases.into_iter().map(|(on, weekdays, shift, a, b, schedule)| BellRule {
                id: ids.new_id(Timestamp::UNIX_EPOCH),
                schedule: schedules[schedule].id,
                when: when((on > 0).then(|| date(2026, 11, 22 + on)), weekdays, Shift::of_number(shift), (a.min(b), a.max(b))),
            }).collect();
            let (day, shift) = (date(2026, 11, day), Shift::of_number(number).unwrap());
            let weekday = Weekday::from_monday_one_offset(weekday).unwrap();
            let forwards = Bells::new(schedules.clone(), rules.clone());
            rules.reverse();
            let backwards = Bells::new(schedules.clone(), rules.clone());
            prop_assert_eq!(forwards.ringing(day, weekday, grade, shift), backwards.ringing(day, weekday, grade, shift));
            let found = forwards.ringing(day, weekday, grade, shift);
            let fits = |rule: &&BellRule| {
                let schedule = schedules.iter().find(|one| one.id == rule.schedule).unwrap();
                rule.when.holds(day, weekday, grade, shift) && !schedule.of(shift).lessons().is_empty()
            };
            prop_assert_eq!(found.is_some(), rules.iter().any(|rule| fits(&rule)));
            let best = rules.iter().filter(fits).map(|rule| rule.when.weight()).max();
            let chosen = forwards.rules().iter().find(fits).map(|rule| rule.when.weight());
            prop_assert_eq!(best, chosen);
            let lessons = forwards.lessons_of(day, weekday, grade, shift);
            prop_assert!(lessons.lessons().windows(2).all(|pair| pair[0].until_min <= pair[1].from_min));
        }
    }
}
