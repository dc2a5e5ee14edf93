//! The next school year, copied from this one.

use jiff::{ToSpan, civil::Date};

use super::{Break, DaySpan, Fault, Holiday, HolidayName, Label, Occasion, YearPlan, state::year_name};

/// Breaks keep their weekdays: 52 weeks later.
const YEAR_OF_WEEKS: i32 = 364;
/// The lunar year has so many days, or one more.
const LUNAR_YEAR: i32 = 354;

/// The plan of the year after this one: it begins and ends on the same dates, terms and breaks keep their weekdays.
///
/// # Errors
/// [`Fault`] when the copy would not be sound, which takes a year of very odd terms.
pub fn next_plan(plan: &YearPlan) -> Result<YearPlan, Fault> {
    let year_later = |day: Date| day.checked_add(1.year()).map_err(|_| Fault::YearLength);
    let days = DaySpan::new(year_later(plan.days.from())?, year_later(plan.days.until())?)?;
    let moved = |span: DaySpan| -> Result<DaySpan, Fault> {
        let later = span.later(YEAR_OF_WEEKS).ok_or(Fault::YearLength)?;
        let (mut from, mut until) = (later.from().max(days.from()), later.until().min(days.until()));
        // What reached to an end of the year reaches to it again.
        if span.from() == plan.days.from() {
            from = days.from();
        }
        if span.until() == plan.days.until() {
            until = days.until();
        }
        DaySpan::new(from, until)
    };
    let [first, second, third, fourth] = plan.terms;
    let terms = [moved(first)?, moved(second)?, moved(third)?, moved(fourth)?];
    let breaks: Result<Vec<Break>, Fault> =
        plan.breaks.iter().map(|one| Ok(Break { days: moved(one.days)?, grades: one.grades })).collect();
    let name = Label::parse(&year_name(days.from().year()))?;
    YearPlan { name, days, terms, breaks: breaks? }.checked()
}

/// The holidays of the year after: state holidays on their dates, Kurban Ait by the moon, the school's own to be confirmed.
pub fn next_holidays<'a>(holidays: impl Iterator<Item = &'a Holiday>) -> Vec<Holiday> {
    let next = |holiday: &Holiday| {
        let same_date = holiday.day.checked_add(1.year()).ok()?;
        let (day, is_guess) = match holiday.name {
            HolidayName::State(Occasion::KurbanAit) => (holiday.day.checked_add(LUNAR_YEAR.days()).ok()?, true),
            HolidayName::State(_) => (same_date, false),
            HolidayName::Own(_) => (same_date, true),
        };
        Some(Holiday { day, name: holiday.name.clone(), is_guess })
    };
    holidays.filter_map(next).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::{super::StateYear, *};

    #[test]
    fn the_copy_of_2026_27_is_the_year_after_with_breaks_from_monday_to_sunday() {
        let this = StateYear::of(2026);
        let next = next_plan(&this.plan).unwrap();
        assert_eq!(next.name.as_str(), "2027-28");
        assert_eq!((next.days.from(), next.days.until()), (date(2027, 9, 1), date(2028, 5, 25)));
        let breaks: Vec<_> = next.breaks.iter().map(|one| (one.days.from(), one.days.until())).collect();
        assert_eq!(
            breaks,
            [
                (date(2027, 10, 25), date(2027, 10, 31)),
                (date(2027, 12, 27), date(2028, 1, 9)),
                (date(2028, 2, 7), date(2028, 2, 13)),
                (date(2028, 3, 20), date(2028, 3, 26)),
            ]
        );
        assert_eq!((next.terms[0].from(), next.terms[0].until()), (date(2027, 9, 1), date(2027, 10, 24)));
        assert_eq!((next.terms[3].from(), next.terms[3].until()), (date(2028, 3, 27), date(2028, 5, 25)));
        let holidays = next_holidays(this.holidays.iter());
        let kurban = holidays.iter().find(|holiday| holiday.name == HolidayName::State(Occasion::KurbanAit)).unwrap();
        assert_eq!((kurban.day, kurban.is_guess), (date(2028, 5, 4), true));
        assert!(holidays.iter().any(|holiday| holiday.day == date(2028, 7, 6) && !holiday.is_guess));
    }

    #[test]
    fn a_holiday_of_a_leap_day_is_kept_on_the_day_before() {
        let own = Holiday {
            day: date(2028, 2, 29),
            name: HolidayName::Own(Label::parse("День школы").unwrap()),
            is_guess: false,
        };
        let next = next_holidays([own].iter());
        assert_eq!((next[0].day, next[0].is_guess), (date(2029, 2, 28), true));
    }

    proptest! {
        #[test]
        fn a_copy_of_a_copy_stays_sound(start in 2020..2060_i16, times in 1..6_usize) {
            let mut plan = StateYear::of(start).plan;
            for _ in 0..times {
                let next = next_plan(&plan).unwrap();
                prop_assert!(!next.days.meets(plan.days));
                prop_assert_eq!(next.breaks.len(), plan.breaks.len());
                for (one, other) in plan.breaks.iter().zip(&next.breaks) {
                    prop_assert_eq!(one.days.from().weekday(), other.days.from().weekday());
                }
                plan = next;
            }
        }
    }
}
