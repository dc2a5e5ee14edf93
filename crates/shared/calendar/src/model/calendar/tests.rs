//! What days are.

use jiff::{ToSpan, civil::date};
use kernel::Ids;
use proptest::prelude::*;

use super::{
    super::{Audience, DayChangeId, GradePlan, Label, Occasion, StateYear, Week, YearPlan},
    *,
};

fn id<K>() -> kernel::Id<K> {
    Ids::seeded(1).new_id(jiff::Timestamp::UNIX_EPOCH)
}

fn change(day: Date, change: Change) -> DayChange {
    let id: DayChangeId = id();
    DayChange { id, act: super::super::ActId::from_uuid(id.uuid()), day, change, reason: Label::default() }
}

fn plans() -> GradePlans {
    let line = |from, to, week| GradePlan { grades: Grades::new(from, to).unwrap(), week, lessons: 6 };
    GradePlans::new(vec![line(0, 4, Week::Five), line(5, 11, Week::Six)]).unwrap()
}

/// The state's calendar of 2026-27, with these changes; grades 5 to 11 learn six days a week.
fn calendar(changes: Vec<DayChange>) -> Calendar {
    let state = StateYear::of(2026);
    Calendar::new(vec![SchoolYear { id: id(), plan: state.plan, revision: 1 }], state.holidays, changes, plans())
}

fn lessons(as_weekday: Weekday) -> DayKind {
    DayKind::Lessons { as_weekday }
}

#[test]
fn the_days_of_2026_27_are_what_the_state_says() {
    use Weekday::{Friday, Monday, Saturday, Tuesday};
    let calendar = calendar(Vec::new());
    for (day, first, fourth, fifth) in [
        (date(2026, 8, 31), DayKind::OutsideYear, DayKind::OutsideYear, DayKind::OutsideYear),
        (date(2026, 9, 1), lessons(Tuesday), lessons(Tuesday), lessons(Tuesday)),
        (date(2026, 9, 5), DayKind::WeeklyDayOff, DayKind::WeeklyDayOff, lessons(Saturday)),
        (date(2026, 9, 6), DayKind::WeeklyDayOff, DayKind::WeeklyDayOff, DayKind::WeeklyDayOff),
        (date(2026, 10, 25), DayKind::Holiday, DayKind::Holiday, DayKind::Holiday),
        (date(2026, 10, 26), DayKind::Break, DayKind::Break, DayKind::Break),
        (date(2026, 11, 1), DayKind::Break, DayKind::Break, DayKind::Break),
        (date(2026, 11, 2), lessons(Monday), lessons(Monday), lessons(Monday)),
        (date(2026, 12, 16), DayKind::Holiday, DayKind::Holiday, DayKind::Holiday),
        (date(2026, 12, 31), DayKind::Break, DayKind::Break, DayKind::Break),
        (date(2027, 1, 1), DayKind::Holiday, DayKind::Holiday, DayKind::Holiday),
        (date(2027, 1, 3), DayKind::Break, DayKind::Break, DayKind::Break),
        (date(2027, 1, 11), lessons(Monday), lessons(Monday), lessons(Monday)),
        (date(2027, 2, 8), DayKind::Break, lessons(Monday), lessons(Monday)),
        (date(2027, 2, 14), DayKind::Break, DayKind::WeeklyDayOff, DayKind::WeeklyDayOff),
        (date(2027, 2, 15), lessons(Monday), lessons(Monday), lessons(Monday)),
        (date(2027, 3, 1), lessons(Monday), lessons(Monday), lessons(Monday)),
        (date(2027, 3, 8), DayKind::Holiday, DayKind::Holiday, DayKind::Holiday),
        (date(2027, 3, 28), DayKind::Break, DayKind::Break, DayKind::Break),
        (date(2027, 5, 7), DayKind::Holiday, DayKind::Holiday, DayKind::Holiday),
        (date(2027, 5, 21), lessons(Friday), lessons(Friday), lessons(Friday)),
        (date(2027, 5, 25), lessons(Tuesday), lessons(Tuesday), lessons(Tuesday)),
        (date(2027, 5, 26), DayKind::OutsideYear, DayKind::OutsideYear, DayKind::OutsideYear),
        (date(2027, 7, 6), DayKind::Holiday, DayKind::Holiday, DayKind::Holiday),
        (date(2028, 2, 29), DayKind::OutsideYear, DayKind::OutsideYear, DayKind::OutsideYear),
    ] {
        let kind = |grade| calendar.day_kind(day, grade, Shift::First);
        assert_eq!((kind(1), kind(4), kind(5)), (first, fourth, fifth), "{day}");
    }
}

#[test]
fn a_changed_day_is_what_it_was_changed_to() {
    let second = Audience { shift: Some(Shift::Second), grades: Grades::new(1, 4).unwrap() };
    let calendar = calendar(vec![
        change(date(2026, 11, 27), Change::Free),
        change(date(2026, 11, 28), Change::Works(Weekday::Friday)),
        change(date(2026, 12, 16), Change::Works(Weekday::Wednesday)),
        change(date(2027, 1, 20), Change::Remote(second)),
        change(date(2027, 1, 21), Change::Remote(Audience::EVERYBODY)),
        change(date(2027, 2, 8), Change::Remote(Audience::EVERYBODY)),
    ]);
    let kind = |day, grade, shift| calendar.day_kind(day, grade, shift);
    assert_eq!(kind(date(2026, 11, 27), 5, Shift::First), DayKind::DayOff);
    assert_eq!(kind(date(2026, 11, 28), 1, Shift::First), lessons(Weekday::Friday));
    assert_eq!(kind(date(2026, 12, 16), 1, Shift::First), lessons(Weekday::Wednesday), "a holiday that is worked");
    let remote = DayKind::Remote { as_weekday: Weekday::Wednesday };
    assert_eq!(kind(date(2027, 1, 20), 2, Shift::Second), remote);
    assert_eq!(kind(date(2027, 1, 20), 2, Shift::First), lessons(Weekday::Wednesday));
    assert_eq!(kind(date(2027, 1, 20), 5, Shift::Second), lessons(Weekday::Wednesday));
    assert_eq!(kind(date(2027, 2, 8), 1, Shift::First), DayKind::Break, "nobody learns from home in a break");
    assert_eq!(kind(date(2027, 2, 8), 2, Shift::First), DayKind::Remote { as_weekday: Weekday::Monday });
}

#[test]
fn closed_days_are_those_on_which_nobody_learns_but_for_weekends_and_summer() {
    let calendar = calendar(vec![
        change(date(2026, 11, 27), Change::Free),
        change(date(2027, 1, 21), Change::Remote(Audience::EVERYBODY)),
        change(date(2027, 3, 8), Change::Works(Weekday::Monday)),
    ]);
    let closed = calendar.closed_days(date(2026, 10, 27));
    for (day, is_closed) in [
        (date(2026, 10, 26), false),
        (date(2026, 10, 27), true),
        (date(2026, 11, 8), false),
        (date(2026, 11, 27), true),
        (date(2026, 12, 16), true),
        (date(2027, 1, 21), false),
        (date(2027, 2, 10), false),
        (date(2027, 2, 14), false),
        (date(2027, 3, 8), false),
        (date(2027, 6, 15), false),
        (date(2027, 7, 6), true),
    ] {
        assert_eq!(closed.contains(&day), is_closed, "{day}");
    }
    assert!(closed.is_sorted());
}

#[test]
fn a_page_shows_the_year_of_the_day_or_the_one_to_come() {
    let calendar = calendar(Vec::new());
    for day in [date(2020, 1, 1), date(2026, 12, 1), date(2030, 1, 1)] {
        assert_eq!(calendar.year_around(day).map(|year| year.plan.name.as_str()), Some("2026-27"), "{day}");
    }
    assert!(Calendar::default().year_around(date(2026, 12, 1)).is_none());
}

fn some_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        Just(Change::Free),
        (1..8_i8).prop_map(|number| Change::Works(Weekday::from_monday_one_offset(number).unwrap())),
        (0..13_u8, 0..13_u8, 0..3_u8).prop_map(|(one, other, shift)| {
            let grades = Grades::new(one.min(other), one.max(other)).unwrap();
            Change::Remote(Audience { shift: Shift::of_number(shift), grades })
        }),
    ]
}

proptest! {
    #[test]
    fn every_day_of_every_year_has_an_answer_that_keeps_the_rules(
        changes in proptest::collection::vec((-40..340_i32, some_change()), 0..30),
        days in proptest::collection::vec(-800..1200_i32, 1..40), grade in any::<u8>(), number in 1..3_u8,
    ) {
        let shift = Shift::of_number(number).unwrap();
        let from_start = |days: i32| date(2026, 9, 1).checked_add(days.days()).unwrap();
        let calendar = calendar(changes.iter().map(|(day, what)| change(from_start(*day), *what)).collect());
        for day in days.into_iter().map(from_start) {
            let kind = calendar.day_kind(day, grade, shift);
            let in_year = (date(2026, 9, 1)..=date(2027, 5, 25)).contains(&day);
            prop_assert_eq!(calendar.year_of(day).is_some(), in_year);
            prop_assert_eq!(kind, calendar.day_kind(day, grade, shift));
            if !in_year {
                prop_assert!(matches!(kind, DayKind::OutsideYear | DayKind::Holiday));
            }
            let said = calendar.changes(day);
            let works = said.iter().any(|change| matches!(change.change, Change::Works(_)));
            if said.is_empty() && kind.as_weekday().is_some() {
                prop_assert_eq!(kind.as_weekday(), Some(day.weekday()), "an unchanged day keeps its weekday");
                prop_assert!(day.weekday() != Weekday::Sunday);
            }
            if matches!(kind, DayKind::DayOff) {
                prop_assert!(said.iter().any(|change| change.change == Change::Free));
            }
            if calendar.holiday(day).is_some() && !works {
                prop_assert_eq!(kind, DayKind::Holiday);
            }
            if matches!(kind, DayKind::Remote { .. }) {
                prop_assert!(said.iter().any(|change| matches!(change.change, Change::Remote(audience) if audience.contains(grade, shift))));
            }
        }
        let closed = calendar.closed_days(date(2026, 9, 1));
        for (day, weekday) in calendar.moved_days(date(2026, 9, 1)) {
            prop_assert!(weekday != day.weekday() && !closed.contains(&day));
            prop_assert!((0..=12).all(|grade| calendar.day_kind(day, grade, shift).as_weekday().is_none_or(|one| one == weekday)));
        }
        for day in closed {
            prop_assert!((0..=12).all(|grade| !calendar.day_kind(day, grade, shift).is_at_school()));
        }
    }

    #[test]
    fn a_day_outside_of_every_break_is_in_the_break_of_no_grade(day in -100..400_i32, grade in 0..13_u8) {
        let plan: YearPlan = StateYear::of(2026).plan;
        let day = date(2026, 9, 1).checked_add(day.days()).unwrap();
        let inside = plan.breaks.iter().any(|one| one.days.contains(day) && one.grades.contains(grade));
        prop_assert_eq!(plan.break_of(day, grade).is_some(), inside);
        prop_assert!(plan.term_of(day).is_none_or(|number| plan.terms[number - 1].contains(day)));
    }

    #[test]
    fn the_state_has_a_sound_year_for_any_start(start in 2000..2100_i16) {
        let state = StateYear::of(start);
        prop_assert_eq!(state.plan.clone().checked(), Ok(state.plan.clone()));
        prop_assert_eq!(state.is_known, start == 2026);
        let summer = state.plan.with_summer();
        prop_assert!(state.holidays.iter().all(|holiday| summer.contains(holiday.day)));
        prop_assert_eq!(state.holidays.iter().filter(|holiday| holiday.name == super::super::HolidayName::State(Occasion::Nauryz)).count(), 3);
    }
}
