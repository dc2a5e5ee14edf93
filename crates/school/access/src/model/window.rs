//! Weekly windows as people write them: days and `07:30–14:00`.

use kernel::Window;

use super::Fault;

const DAY_MINUTES: u16 = 24 * 60;

/// Reads a span of the day, `07:30–14:00` (any dash): minutes of its beginning, 0-1439, and end, 1-1440. A span whose end
/// is before its beginning runs over midnight; `24:00` and, as an end, `00:00` are the end of the day.
///
/// # Errors
/// [`Fault::Span`].
pub fn parse_span(text: &str) -> Result<(u16, u16), Fault> {
    let text = text.trim();
    let (from, to) = text.split_once(['-', '–', '—']).ok_or(Fault::Span)?;
    let from_min = parse_minute(from).filter(|minute| *minute < DAY_MINUTES).ok_or(Fault::Span)?;
    let to_min = match parse_minute(to).ok_or(Fault::Span)? {
        0 => DAY_MINUTES,
        minute => minute,
    };
    if from_min == to_min { Err(Fault::Span) } else { Ok((from_min, to_min)) }
}

fn parse_minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits =
        |text: &str, longest: usize| (1..=longest).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour, 2) || !digits(minute, 2) || minute.len() != 2 {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (minute < 60 && (hour < 24 || (hour == 24 && minute == 0))).then_some(hour * 60 + minute)
}

/// The window of these days (bit 0 Monday) and this span.
///
/// # Errors
/// [`Fault::NoDay`] or [`Fault::Span`].
pub fn parse_window(days: u8, span: &str) -> Result<Window, Fault> {
    if days & 0x7f == 0 {
        return Err(Fault::NoDay);
    }
    let (from_min, to_min) = parse_span(span)?;
    Ok(Window { days: days & 0x7f, from_min, to_min })
}

/// The span as people write it: `07:30–14:00`.
pub fn span_text(window: Window) -> String {
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
    format!("{}–{}", clock(window.from_min), clock(window.to_min))
}

/// The days (bit 0 Monday) of day numbers 1 Monday … 7 Sunday; others are left out.
pub fn days_of(numbers: impl IntoIterator<Item = u8>) -> u8 {
    numbers.into_iter().filter(|number| (1..=7).contains(number)).fold(0, |days, number| days | 1 << (number - 1))
}

/// The runs of following days in `days` (bit 0 Monday): first and last day number, 1 Monday … 7 Sunday, so that a page
/// can write `Пн–Пт, Вс`.
pub fn day_runs(days: u8) -> Vec<(u8, u8)> {
    let mut runs: Vec<(u8, u8)> = Vec::new();
    for day in (1..=7_u8).filter(|day| days & 1 << (day - 1) != 0) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == day => *last = day,
            _ => runs.push((day, day)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (text, span) in [
            ("07:30–14:00", Ok((450, 840))),
            (" 7:30 - 14:00 ", Ok((450, 840))),
            ("00:00—24:00", Ok((0, 1440))),
            ("22:00-06:00", Ok((1320, 360))),
            ("22:00-00:00", Ok((1320, 1440))),
            ("08:00-08:00", Err(Fault::Span)),
            ("24:00-08:00", Err(Fault::Span)),
            ("07:60-08:00", Err(Fault::Span)),
            ("7.30-8.00", Err(Fault::Span)),
            ("07:3-08:00", Err(Fault::Span)),
            ("+7:30-08:00", Err(Fault::Span)),
            ("", Err(Fault::Span)),
        ] {
            assert_eq!(parse_span(text), span, "{text:?}");
        }
        assert_eq!(parse_window(0, "07:30-08:00"), Err(Fault::NoDay));
    }

    #[test]
    fn following_days_make_runs() {
        for (days, runs) in
            [(0b001_1111, vec![(1, 5)]), (0b100_0101, vec![(1, 1), (3, 3), (7, 7)]), (0, vec![]), (0x7f, vec![(1, 7)])]
        {
            assert_eq!(day_runs(days), runs, "{days:b}");
        }
        assert_eq!(days_of([1, 5, 9, 0]), 0b001_0001);
    }

    proptest! {
        #[test]
        fn a_window_is_read_back_from_its_text(days in 1..128_u8, from_min in 0..1440_u16, to_min in 1..=1440_u16) {
            prop_assume!(from_min != to_min);
            let window = Window { days, from_min, to_min };
            prop_assert_eq!(parse_window(days, &span_text(window)), Ok(window));
        }

        #[test]
        fn no_text_breaks_the_parser(text in "\\PC{0,20}") {
            let _ = parse_span(&text);
        }

        #[test]
        fn runs_hold_exactly_the_days(days in 0..128_u8) {
            prop_assert_eq!(days_of(day_runs(days).into_iter().flat_map(|(first, last)| first..=last)), days);
        }
    }
}
