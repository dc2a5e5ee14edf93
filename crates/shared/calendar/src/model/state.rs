//! The calendar that the state orders, and how a school's differs from it.

use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};

use super::{
    Break, DayChange, DaySpan, Grades, Holiday, HolidayName, Label, Occasion, SchoolYear, TERMS, YearPlan,
    weekday_number,
};

/// The state's calendar of one school year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateYear {
    /// The year, its terms and breaks.
    pub plan: YearPlan,
    /// Holidays from its first day to the end of the summer.
    pub holidays: Vec<Holiday>,
    /// Whether it is the ordered one; else it was reckoned from the one of 2026-27 and is to be checked.
    pub is_known: bool,
}

/// The year whose calendar is known.
const KNOWN: i16 = 2026;

/// Holidays by month and day; those up to August lie in the second half of the school year.
const HOLIDAYS: &[(i8, i8, Occasion)] = &[
    (10, 25, Occasion::Republic),
    (12, 16, Occasion::Independence),
    (1, 1, Occasion::NewYear),
    (1, 2, Occasion::NewYear),
    (1, 7, Occasion::Christmas),
    (3, 8, Occasion::Women),
    (3, 15, Occasion::Constitution),
    (3, 21, Occasion::Nauryz),
    (3, 22, Occasion::Nauryz),
    (3, 23, Occasion::Nauryz),
    (5, 1, Occasion::Unity),
    (5, 7, Occasion::Defender),
    (5, 9, Occasion::Victory),
    (7, 6, Occasion::Capital),
];

/// Kurban Ait in 2027, as astronomers expect it; it is told for certain some weeks before.
const KURBAN_AIT: Date = date(2027, 5, 16);
/// The mean length of the lunar year, in thousandths of a day.
const LUNAR_YEAR_MILLIDAYS: i32 = 354_367;

impl StateYear {
    /// The calendar of the school year that begins in September of `start`.
    ///
    /// That of 2026-27 is the ordered one. Others follow it: breaks begin on the Monday next to the same date.
    pub fn of(start: i16) -> Self {
        let end = start + 1;
        let first = |month, day, length: i32, year: i16| span_from(nearest_monday(date(year, month, day)), length);
        let (autumn, winter) = (first(10, 26, 7, start), first(12, 28, 14, start));
        let (february, spring) = (first(2, 8, 7, end), first(3, 22, 7, end));
        let year = DaySpan::up_to(date(start, 9, 1), date(end, 5, 25));
        let breaks = vec![
            Break { days: autumn, grades: Grades::ALL },
            Break { days: winter, grades: Grades::ALL },
            Break { days: february, grades: Grades::FIRST },
            Break { days: spring, grades: Grades::ALL },
        ];
        let holidays = HOLIDAYS.iter().map(|(month, day, occasion)| {
            Holiday::of_state(date(if *month >= 9 { start } else { end }, *month, *day), *occasion)
        });
        let mut holidays: Vec<Holiday> = holidays.chain(kurban_ait(year)).collect();
        holidays.sort_by_key(|holiday| holiday.day);
        holidays.dedup_by_key(|holiday| holiday.day);
        let name = Label::parse(&year_name(start)).unwrap_or_default();
        Self {
            plan: YearPlan { name, days: year, terms: terms_between(year, [autumn, winter, spring]), breaks },
            holidays,
            is_known: start == KNOWN,
        }
    }

    /// The calendar of the school year to which a day belongs; from June on it is the coming one.
    pub fn around(day: Date) -> Self {
        Self::of(if day.month() >= 6 { day.year() } else { day.year() - 1 })
    }
}

/// The name of the school year that begins in this year: `2026-27`.
pub(super) fn year_name(start: i16) -> String {
    format!("{start}-{:02}", (start + 1).rem_euclid(100))
}

/// Kurban Ait, when it lies in the school year or the summer after it. Of two in one year the first.
fn kurban_ait(year: DaySpan) -> Option<Holiday> {
    let whole = DaySpan::up_to(year.from(), date(year.until().year(), 8, 31));
    let passed = year.from().since(KURBAN_AIT).ok()?.get_days();
    let lunar_years = -(-passed * 1000).div_euclid(LUNAR_YEAR_MILLIDAYS);
    let days = (lunar_years * LUNAR_YEAR_MILLIDAYS).div_euclid(1000);
    let day = KURBAN_AIT.checked_add(days.days()).ok().filter(|day| whole.contains(*day))?;
    Some(Holiday { day, name: HolidayName::State(Occasion::KurbanAit), is_guess: true })
}

fn nearest_monday(day: Date) -> Date {
    let passed = i32::from(weekday_number(day.weekday())) - i32::from(weekday_number(Weekday::Monday));
    let moved = if passed <= 3 { -passed } else { 7 - passed };
    day.checked_add(moved.days()).unwrap_or(day)
}

fn span_from(from: Date, length: i32) -> DaySpan {
    DaySpan::up_to(from, from.checked_add((length - 1).days()).unwrap_or(from))
}

/// The four terms that three breaks leave of a year.
fn terms_between(year: DaySpan, breaks: [DaySpan; TERMS - 1]) -> [DaySpan; TERMS] {
    let before = |one: DaySpan| one.from().yesterday().unwrap_or(one.from());
    let after = |one: DaySpan| one.until().tomorrow().unwrap_or(one.until());
    let [autumn, winter, spring] = breaks;
    [
        DaySpan::up_to(year.from(), before(autumn)),
        DaySpan::up_to(after(autumn), before(winter)),
        DaySpan::up_to(after(winter), before(spring)),
        DaySpan::up_to(after(spring), year.until()),
    ]
}

/// Something in which a school's calendar differs from the state's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The year begins on another day.
    Begins {
        /// The state's first day.
        state: Date,
        /// The school's.
        school: Date,
    },
    /// The year ends on another day.
    Ends {
        /// The state's last day.
        state: Date,
        /// The school's.
        school: Date,
    },
    /// A term lies otherwise.
    Term {
        /// Its number, from 1.
        number: usize,
        /// The school's days.
        school: DaySpan,
    },
    /// A break that the state does not have.
    BreakAdded(Break),
    /// A break that the school does not have.
    BreakMissing(Break),
    /// A holiday that the state does not have.
    HolidayAdded(Holiday),
    /// A holiday that the school does not have.
    HolidayMissing(Holiday),
    /// A day was changed.
    Day(DayChange),
}

/// How a school's year differs from the state's, in the order of what is told: the year, terms, breaks, holidays, days.
pub fn differences<'a>(
    state: &StateYear,
    year: &SchoolYear,
    holidays: impl Iterator<Item = &'a Holiday>,
    changes: impl Iterator<Item = &'a DayChange>,
) -> Vec<Difference> {
    let (theirs, ours) = (&state.plan, &year.plan);
    let mut found = Vec::new();
    if theirs.days.from() != ours.days.from() {
        found.push(Difference::Begins { state: theirs.days.from(), school: ours.days.from() });
    }
    if theirs.days.until() != ours.days.until() {
        found.push(Difference::Ends { state: theirs.days.until(), school: ours.days.until() });
    }
    for (number, (their, own)) in (1..).zip(theirs.terms.iter().zip(&ours.terms)) {
        if their != own {
            found.push(Difference::Term { number, school: *own });
        }
    }
    let lacks = |list: &[Break], one: &Break| !list.contains(one);
    found.extend(theirs.breaks.iter().filter(|one| lacks(&ours.breaks, one)).copied().map(Difference::BreakMissing));
    found.extend(ours.breaks.iter().filter(|one| lacks(&theirs.breaks, one)).copied().map(Difference::BreakAdded));
    let holidays: Vec<&Holiday> = holidays.collect();
    let is_same = |one: &Holiday, other: &Holiday| one.day == other.day && one.name == other.name;
    let missing = state.holidays.iter().filter(|one| !holidays.iter().any(|other| is_same(one, other)));
    found.extend(missing.cloned().map(Difference::HolidayMissing));
    let added = holidays.iter().filter(|one| !state.holidays.iter().any(|other| is_same(one, other)));
    found.extend(added.map(|one| Difference::HolidayAdded((*one).clone())));
    found.extend(changes.cloned().map(Difference::Day));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_calendar_of_2026_27_stands_as_it_was_ordered() {
        let state = StateYear::of(2026);
        assert!(state.is_known && state.plan.name.as_str() == "2026-27");
        let days = |span: DaySpan| (span.from(), span.until());
        assert_eq!(days(state.plan.days), (date(2026, 9, 1), date(2027, 5, 25)));
        let breaks: Vec<_> = state.plan.breaks.iter().map(|one| (days(one.days), one.grades.is_all())).collect();
        assert_eq!(
            breaks,
            [
                ((date(2026, 10, 26), date(2026, 11, 1)), true),
                ((date(2026, 12, 28), date(2027, 1, 10)), true),
                ((date(2027, 2, 8), date(2027, 2, 14)), false),
                ((date(2027, 3, 22), date(2027, 3, 28)), true),
            ]
        );
        assert_eq!(state.plan.breaks[2].grades, Grades::FIRST);
        assert_eq!(days(state.plan.terms[0]), (date(2026, 9, 1), date(2026, 10, 25)));
        assert_eq!(days(state.plan.terms[3]), (date(2027, 3, 29), date(2027, 5, 25)));
        let certain: Vec<_> =
            state.holidays.iter().filter(|holiday| !holiday.is_guess).map(|holiday| holiday.day).collect();
        let expected = [
            (2026, 10, 25),
            (2026, 12, 16),
            (2027, 1, 1),
            (2027, 1, 2),
            (2027, 1, 7),
            (2027, 3, 8),
            (2027, 3, 15),
            (2027, 3, 21),
            (2027, 3, 22),
            (2027, 3, 23),
            (2027, 5, 1),
            (2027, 5, 7),
            (2027, 5, 9),
            (2027, 7, 6),
        ];
        assert_eq!(certain, expected.map(|(year, month, day)| date(year, month, day)));
        let guess: Vec<_> = state.holidays.iter().filter(|holiday| holiday.is_guess).collect();
        assert_eq!((guess.len(), guess[0].day), (1, KURBAN_AIT));
        assert_eq!(guess[0].name, HolidayName::State(Occasion::KurbanAit));
    }

    #[test]
    fn other_years_keep_their_breaks_on_mondays_also_in_leap_years() {
        for start in [2023, 2027, 2030, 2031] {
            let state = StateYear::of(start);
            assert!(!state.is_known);
            for one in &state.plan.breaks {
                assert_eq!(one.days.from().weekday(), Weekday::Monday, "{start}");
                assert_eq!(one.days.until().weekday(), Weekday::Sunday, "{start}");
            }
        }
        assert_eq!(StateYear::of(2027).plan.breaks[2].days.from(), date(2028, 2, 7), "29 February comes after it");
        assert_eq!(StateYear::of(2099).plan.name.as_str(), "2099-00");
    }

    #[test]
    fn a_day_in_may_belongs_to_the_year_that_ends_and_one_in_june_to_the_one_to_come() {
        for (day, name) in [
            (date(2027, 5, 31), "2026-27"),
            (date(2027, 6, 1), "2027-28"),
            (date(2026, 12, 31), "2026-27"),
            (date(2027, 1, 1), "2026-27"),
        ] {
            assert_eq!(StateYear::around(day).plan.name.as_str(), name, "{day}");
        }
    }

    #[test]
    fn what_a_school_changed_is_told() {
        let state = StateYear::of(2026);
        let mut year = SchoolYear {
            id: kernel::Ids::seeded(1).new_id(jiff::Timestamp::UNIX_EPOCH),
            plan: state.plan.clone(),
            revision: 1,
        };
        assert_eq!(differences(&state, &year, state.holidays.iter(), [].iter()), []);
        year.plan.days = DaySpan::up_to(date(2026, 9, 2), date(2027, 5, 25));
        let dropped = year.plan.breaks.remove(0);
        let own = Holiday {
            day: date(2026, 10, 5),
            name: HolidayName::Own(Label::parse("День учителя").unwrap()),
            is_guess: false,
        };
        let holidays: Vec<Holiday> = state.holidays.iter().skip(1).cloned().chain([own.clone()]).collect();
        assert_eq!(
            differences(&state, &year, holidays.iter(), [].iter()),
            [
                Difference::Begins { state: date(2026, 9, 1), school: date(2026, 9, 2) },
                Difference::BreakMissing(dropped),
                Difference::HolidayMissing(state.holidays[0].clone()),
                Difference::HolidayAdded(own),
            ]
        );
    }
}
