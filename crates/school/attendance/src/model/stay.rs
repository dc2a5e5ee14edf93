//! Hours of staff in the building, also through midnight.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::{DayFrame, DayPasses};

/// Night is from 22:00 to 06:00 (Labour Code of the Republic of Kazakhstan, article 76).
pub const NIGHT_FROM_HOUR: u16 = 22;
/// The hour at which night ends.
pub const NIGHT_UNTIL_HOUR: u16 = 6;
/// Nobody stays longer at a stretch: a way in that is older than this lacks its way out. A guard's duty is 24 hours.
const LONGEST: SignedDuration = SignedDuration::from_hours(26);

/// From a way in to a way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// When the person came.
    pub from: Timestamp,
    /// When the person left; `None`: still inside, or left unseen.
    pub until: Option<Timestamp>,
}

/// What a person worked on a day, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// In the building.
    pub inside_s: u32,
    /// Of these at night.
    pub night_s: u32,
    /// Whether a way in or out is missing, so that there may have been more.
    pub is_incomplete: bool,
}

impl Worked {
    /// Whole minutes in the building.
    pub const fn minutes(self) -> u16 {
        (self.inside_s / 60) as u16
    }

    /// Whole minutes of the night.
    pub const fn night_min(self) -> u16 {
        (self.night_s / 60) as u16
    }
}

/// The stays that passes of days in their order tell. A second way in without a way out between is passed over, so is a way out of
/// somebody who is out: the earliest way in and the first way out after it make a stay.
pub fn stays<'a>(days: impl IntoIterator<Item = (&'a DayFrame, &'a DayPasses)>) -> Vec<Stay> {
    let mut stays = Vec::new();
    let mut open: Option<Timestamp> = None;
    for (frame, passes) in days {
        for pass in passes.all() {
            let at = frame.moment(pass.second);
            if open.is_some_and(|from| at.duration_since(from) > LONGEST) {
                stays.extend(open.take().map(|from| Stay { from, until: None }));
            }
            match (open, pass.is_out) {
                (None, false) => open = Some(at),
                (Some(from), true) => {
                    stays.push(Stay { from, until: Some(at) });
                    open = None;
                }
                (Some(_), false) | (None, true) => {}
            }
        }
    }
    stays.extend(open.map(|from| Stay { from, until: None }));
    stays
}

/// What stays come to by day of the school's zone: each is split at midnight, and night hours are told apart. A stay without an end counts
/// nothing and makes its day incomplete.
pub fn worked(stays: &[Stay], zone: &TimeZone) -> BTreeMap<Date, Worked> {
    let mut days: BTreeMap<Date, Worked> = BTreeMap::new();
    for stay in stays {
        let mut frame = DayFrame::around(stay.from, zone);
        let Some(until) = stay.until else {
            days.entry(frame.date()).or_default().is_incomplete = true;
            continue;
        };
        let mut from = stay.from;
        while from < until {
            let end = until.min(frame.ends());
            let (begin_s, end_s) = (frame.second_of(from), frame.second_of(end));
            let day = days.entry(frame.date()).or_default();
            day.inside_s += seconds(begin_s, end_s);
            let (morning, evening) = (NIGHT_UNTIL_HOUR * 60, NIGHT_FROM_HOUR * 60);
            day.night_s += seconds(begin_s, end_s.min(i64::from(frame.second_of_minute(morning))));
            day.night_s += seconds(begin_s.max(i64::from(frame.second_of_minute(evening))), end_s);
            let next = DayFrame::around(frame.ends(), zone);
            if next.ends() <= frame.ends() {
                break;
            }
            from = end;
            frame = next;
        }
    }
    days
}

fn seconds(from: i64, until: i64) -> u32 {
    u32::try_from(until - from).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::Direction;
    use proptest::prelude::*;

    use super::{super::DayPass, *};

    fn zone() -> TimeZone {
        TimeZone::get("Asia/Almaty").unwrap()
    }

    fn days(given: &[(Date, &[(u32, Direction)])]) -> Vec<(DayFrame, DayPasses)> {
        let day = |passes: &[(u32, Direction)]| {
            let mut all = DayPasses::default();
            passes.iter().for_each(|(second, way)| all.take(DayPass::new(*second, *way)));
            all
        };
        given.iter().map(|(date, passes)| (DayFrame::of(*date, &zone()), day(passes))).collect()
    }

    fn hours(given: &[(Date, &[(u32, Direction)])]) -> BTreeMap<Date, Worked> {
        let days = days(given);
        worked(&stays(days.iter().map(|(frame, passes)| (frame, passes))), &zone())
    }

    const HOUR: u32 = 3600;
    use Direction::{In, Out};

    #[test]
    fn a_day_and_a_lunch_outside() {
        let day = date(2026, 11, 23);
        let hours = hours(&[(day, &[(8 * HOUR, In), (13 * HOUR, Out), (14 * HOUR, In), (17 * HOUR, Out)])]);
        assert_eq!(hours[&day], Worked { inside_s: 8 * HOUR, night_s: 0, is_incomplete: false });
    }

    #[test]
    fn a_guards_night_goes_through_midnight_of_29_february() {
        let (first, second) = (date(2028, 2, 29), date(2028, 3, 1));
        let hours = hours(&[(first, &[(20 * HOUR, In)]), (second, &[(8 * HOUR, Out)])]);
        assert_eq!(hours[&first], Worked { inside_s: 4 * HOUR, night_s: 2 * HOUR, is_incomplete: false });
        assert_eq!(hours[&second], Worked { inside_s: 8 * HOUR, night_s: 6 * HOUR, is_incomplete: false });
    }

    #[test]
    fn the_night_on_which_clocks_were_put_back_was_an_hour_longer() {
        let (first, second) = (date(2024, 2, 29), date(2024, 3, 1));
        let hours = hours(&[(first, &[(20 * HOUR, In)]), (second, &[(8 * HOUR, Out)])]);
        assert_eq!(hours[&first], Worked { inside_s: 5 * HOUR, night_s: 3 * HOUR, is_incomplete: false });
        assert_eq!(hours[&second].inside_s, 8 * HOUR);
    }

    #[test]
    fn what_is_missing_is_said_and_never_guessed() {
        let (first, second, third) = (date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25));
        let forgotten = hours(&[(first, &[(8 * HOUR, In)]), (second, &[(17 * HOUR, Out)])]);
        assert_eq!(forgotten.get(&first).copied().unwrap_or_default().inside_s, 0, "33 hours are no duty");
        assert!(forgotten[&first].is_incomplete && !forgotten.contains_key(&second));
        let twice = hours(&[(third, &[(8 * HOUR, In), (9 * HOUR, In), (12 * HOUR, Out), (13 * HOUR, Out)])]);
        assert_eq!(twice[&third].inside_s, 4 * HOUR);
        assert!(hours(&[(first, &[(17 * HOUR, Out)])]).is_empty());
    }

    proptest! {
        #[test]
        fn nothing_is_won_or_lost_at_midnight(from in 0_u32..86_400, length in 1_u32..93_600) {
            let day = date(2026, 11, 23);
            let begin = DayFrame::of(day, &zone()).moment(from);
            let until = begin + SignedDuration::from_secs(i64::from(length));
            let hours = worked(&[Stay { from: begin, until: Some(until) }], &zone());
            prop_assert_eq!(hours.values().map(|day| day.inside_s).sum::<u32>(), length);
            for day in hours.values() {
                prop_assert!(day.night_s <= day.inside_s && day.night_s <= 8 * HOUR && day.inside_s <= 24 * HOUR);
            }
        }
    }
}
