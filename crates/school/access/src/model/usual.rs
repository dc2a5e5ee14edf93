//! The rules that most schools begin with, proposed from the classes and their bells.

use std::collections::HashSet;

use kernel::{ClassId, Role, Who, Window};

use super::RuleInput;

/// When a class learns in a usual week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassWeek {
    /// Which class.
    pub class: ClassId,
    /// Its shift, 1 or 2.
    pub shift: u8,
    /// The weekdays with lessons, bit 0 Monday.
    pub days: u8,
    /// The earliest first bell, in minutes of the day.
    pub from_min: u16,
    /// The latest last bell, in minutes of the day.
    pub to_min: u16,
}

const MONDAY_TO_SATURDAY: u8 = 0b011_1111;
const EVERY_DAY: u8 = 0b111_1111;
/// Pupils may come so long before the first bell.
const BEFORE_MIN: u16 = 60;
/// They may stay so long after the last one: clubs, the extended day.
const AFTER_MIN: u16 = 180;
/// No pupil's hours reach beyond these.
const PUPILS_MIN: (u16, u16) = (6 * 60 + 30, 22 * 60);
const TEACHERS_MIN: (u16, u16) = (6 * 60 + 30, 21 * 60);
const STAFF_MIN: (u16, u16) = (6 * 60, 22 * 60);
const GUARDIANS_MIN: (u16, u16) = (8 * 60, 19 * 60);

/// The usual rules that the school has not: none for anybody who has a rule already, whatever it says.
///
/// Pupils pass from an hour before their first bell to three hours after the last one. When all classes learn in one shift, one rule
/// is for all pupils; else each class has its own, since a rule for all would let the second shift in with the first.
pub fn usual_rules(weeks: &[ClassWeek], existing: &HashSet<Who>) -> Vec<RuleInput> {
    if existing.contains(&Who::Everybody) {
        return Vec::new();
    }
    let mut rules = Vec::new();
    if !existing.contains(&Who::Role(Role::Pupil)) {
        rules.extend(pupils(weeks));
    }
    let of_role = |role, days, (from_min, to_min), on_holidays| RuleInput {
        on_holidays,
        ..rule(Who::Role(role), Window { days, from_min, to_min })
    };
    rules.push(of_role(Role::Teacher, MONDAY_TO_SATURDAY, TEACHERS_MIN, false));
    rules.push(of_role(Role::Staff, EVERY_DAY, STAFF_MIN, true));
    rules.push(of_role(Role::Guardian, MONDAY_TO_SATURDAY, GUARDIANS_MIN, false));
    rules.retain(|rule| !existing.contains(&rule.who));
    rules
}

fn pupils(weeks: &[ClassWeek]) -> Vec<RuleInput> {
    let Some(first) = weeks.first() else { return Vec::new() };
    if weeks.iter().any(|week| week.shift != first.shift) {
        return weeks.iter().map(|week| rule(Who::Class(week.class), window(*week))).collect();
    }
    let whole = weeks.iter().fold(*first, |whole, week| ClassWeek {
        days: whole.days | week.days,
        from_min: whole.from_min.min(week.from_min),
        to_min: whole.to_min.max(week.to_min),
        ..whole
    });
    vec![rule(Who::Role(Role::Pupil), window(whole))]
}

fn window(week: ClassWeek) -> Window {
    let (earliest, latest) = PUPILS_MIN;
    let from_min = week.from_min.saturating_sub(BEFORE_MIN).max(earliest).min(week.from_min);
    let to_min = (week.to_min + AFTER_MIN).min(latest).max(week.to_min);
    Window { days: week.days, from_min, to_min }
}

fn rule(who: Who, window: Window) -> RuleInput {
    RuleInput {
        name: None,
        who,
        points: Vec::new(),
        direction: None,
        windows: vec![window],
        from: None,
        until: None,
        on_holidays: false,
        is_enabled: true,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn week(byte: u8, shift: u8, from_min: u16, to_min: u16) -> ClassWeek {
        ClassWeek { class: ClassId::from_slice(&[byte; 16]).unwrap(), shift, days: 0b001_1111, from_min, to_min }
    }

    fn gist(rules: &[RuleInput]) -> Vec<(Who, u16, u16)> {
        rules.iter().map(|rule| (rule.who, rule.windows[0].from_min, rule.windows[0].to_min)).collect()
    }

    #[test]
    fn pupils_of_one_shift_have_one_rule_and_those_of_two_a_rule_a_class() {
        let none = HashSet::new();
        let one_shift = usual_rules(&[week(1, 1, 480, 685), week(2, 1, 480, 795)], &none);
        assert_eq!(gist(&one_shift)[0], (Who::Role(Role::Pupil), 420, 975));
        assert_eq!(one_shift.len(), 4);
        let (early, late) = (week(1, 1, 480, 795), week(2, 2, 840, 1145));
        let two_shifts = usual_rules(&[early, late], &none);
        assert_eq!(gist(&two_shifts)[..2], [(Who::Class(early.class), 420, 975), (Who::Class(late.class), 780, 1320)]);
        assert_eq!(two_shifts.len(), 5);
        assert!(usual_rules(&[], &none).iter().all(|rule| rule.who != Who::Role(Role::Pupil)), "no classes, no bells");
    }

    #[test]
    fn who_has_a_rule_is_given_no_other() {
        let weeks = [week(1, 1, 480, 795), week(2, 2, 840, 1145)];
        let has = |who: &[Who]| who.iter().copied().collect::<HashSet<Who>>();
        assert!(usual_rules(&weeks, &has(&[Who::Everybody])).is_empty());
        let rest = usual_rules(&weeks, &has(&[Who::Class(weeks[0].class), Who::Role(Role::Staff)]));
        let who: Vec<Who> = rest.iter().map(|rule| rule.who).collect();
        assert_eq!(who, [Who::Class(weeks[1].class), Who::Role(Role::Teacher), Who::Role(Role::Guardian)]);
        let with_pupils = usual_rules(&weeks, &has(&[Who::Role(Role::Pupil)]));
        assert!(with_pupils.iter().all(|rule| !matches!(rule.who, Who::Class(_))));
    }

    proptest! {
        #[test]
        fn what_is_proposed_is_sound_covers_the_lessons_and_is_proposed_once(
            weeks in proptest::collection::vec((1..9_u8, 1..3_u8, 1..128_u8, 0..1400_u16, 1..40_u16), 0..6),
        ) {
            let mut weeks: Vec<ClassWeek> = weeks.into_iter()
                .map(|(byte, shift, days, from, length)| ClassWeek { days, ..week(byte, shift, from, from + length) }).collect();
            weeks.sort_by_key(|week| week.class);
            weeks.dedup_by_key(|week| week.class);
            let rules = usual_rules(&weeks, &HashSet::new());
            for rule in &rules {
                prop_assert_eq!(rule.check(), Ok(()));
            }
            for week in &weeks {
                let own = rules.iter().find(|rule| [Who::Role(Role::Pupil), Who::Class(week.class)].contains(&rule.who)).unwrap();
                let window = own.windows[0];
                prop_assert!(window.from_min <= week.from_min && week.to_min <= window.to_min && window.days & week.days == week.days);
            }
            let have: HashSet<Who> = rules.iter().map(|rule| rule.who).collect();
            prop_assert_eq!(have.len(), rules.len());
            prop_assert!(usual_rules(&weeks, &have).is_empty());
        }
    }
}
