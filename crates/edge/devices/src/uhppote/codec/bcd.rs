//! Binary-coded decimal dates and times: two digits a byte, as the boards' clock chip keeps them.

use jiff::civil::{Date, DateTime, Time};

/// A date or time that a board keeps: zero bytes mean none, and some bytes mean nothing that a calendar has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coded<T, const N: usize> {
    /// All zero: none.
    Unset,
    /// This.
    At(T),
    /// No date or time; the bytes are kept.
    Impossible([u8; N]),
}

/// `YYYYMMDD`.
pub type BoardDate = Coded<Date, 4>;
/// `YYYYMMDDHHMMSS`, in the board's local time.
pub type BoardMoment = Coded<DateTime, 7>;
/// `YYMMDD` and `HHMMSS`, which a status holds in two places: the board's clock.
pub type BoardNow = Coded<DateTime, 6>;

impl<T: Copy, const N: usize> Coded<T, N> {
    /// The date or time, if it is one.
    pub const fn known(self) -> Option<T> {
        match self {
            Self::At(value) => Some(value),
            Self::Unset | Self::Impossible(_) => None,
        }
    }
}

impl BoardDate {
    /// Reads four bytes.
    pub(super) fn from_wire(bytes: [u8; 4]) -> Self {
        match date(bytes) {
            _ if bytes == [0; 4] => Self::Unset,
            Some(date) => Self::At(date),
            None => Self::Impossible(bytes),
        }
    }

    /// Its four bytes.
    pub(super) fn to_wire(self) -> [u8; 4] {
        match self {
            Self::Unset => [0; 4],
            Self::At(date) => date_bytes(date),
            Self::Impossible(bytes) => bytes,
        }
    }
}

impl BoardMoment {
    /// Reads seven bytes.
    pub(super) fn from_wire(bytes: [u8; 7]) -> Self {
        match moment(bytes) {
            _ if bytes == [0; 7] => Self::Unset,
            Some(moment) => Self::At(moment),
            None => Self::Impossible(bytes),
        }
    }

    /// Its seven bytes.
    pub(super) fn to_wire(self) -> [u8; 7] {
        match self {
            Self::Unset => [0; 7],
            Self::At(moment) => moment_bytes(moment),
            Self::Impossible(bytes) => bytes,
        }
    }
}

impl BoardNow {
    /// Reads the date's and the time's three bytes. A date of zeros means that the clock was never set, whatever the time.
    pub(super) fn from_wire(date: [u8; 3], time: [u8; 3]) -> Self {
        let [year, month, day] = date;
        let [hour, minute, second] = time;
        match moment([0x20, year, month, day, hour, minute, second]) {
            _ if date == [0; 3] => Self::Unset,
            Some(moment) => Self::At(moment),
            None => Self::Impossible([year, month, day, hour, minute, second]),
        }
    }

    /// The date's and the time's three bytes. Years other than 2000 to 2099 cannot be said and become none.
    pub(super) fn to_wire(self) -> ([u8; 3], [u8; 3]) {
        let [year, month, day, hour, minute, second] = match self {
            Self::Unset => [0; 6],
            Self::At(at) => {
                let [century, rest @ ..] = moment_bytes(at);
                if century == 0x20 { rest } else { [0; 6] }
            }
            Self::Impossible(bytes) => bytes,
        };
        ([year, month, day], [hour, minute, second])
    }
}

/// The number below 100 in a byte of two digits.
fn two_digits(byte: u8) -> Option<i8> {
    let (high, low) = (byte >> 4, byte & 0x0f);
    (high <= 9 && low <= 9).then(|| (high * 10 + low) as i8)
}

/// The byte of a number below 100.
fn byte(number: i8) -> u8 {
    let number = number.unsigned_abs() % 100;
    (number / 10) << 4 | (number % 10)
}

/// The date in `YYYYMMDD`.
pub(super) fn date(bytes: [u8; 4]) -> Option<Date> {
    let [century, year, month, day] = bytes;
    let year = i16::from(two_digits(century)?) * 100 + i16::from(two_digits(year)?);
    Date::new(year, two_digits(month)?, two_digits(day)?).ok()
}

/// `YYYYMMDD`; zeros for a year before 0, which cannot be said.
pub(super) fn date_bytes(date: Date) -> [u8; 4] {
    if date.year() < 0 {
        return [0; 4];
    }
    [byte((date.year() / 100) as i8), byte((date.year() % 100) as i8), byte(date.month()), byte(date.day())]
}

/// The time in `HHMMSS`.
pub(super) fn time(bytes: [u8; 3]) -> Option<Time> {
    let [hour, minute, second] = bytes;
    Time::new(two_digits(hour)?, two_digits(minute)?, two_digits(second)?, 0).ok()
}

/// The time in `HHmm`.
pub(super) fn hour_minute(bytes: [u8; 2]) -> Option<Time> {
    time([bytes[0], bytes[1], 0])
}

/// `HHmm`; seconds are cut off.
pub(super) fn hour_minute_bytes(time: Time) -> [u8; 2] {
    [byte(time.hour()), byte(time.minute())]
}

/// The moment in `YYYYMMDDHHMMSS`.
pub(super) fn moment(bytes: [u8; 7]) -> Option<DateTime> {
    let [century, year, month, day, hour, minute, second] = bytes;
    Some(DateTime::from_parts(date([century, year, month, day])?, time([hour, minute, second])?))
}

/// `YYYYMMDDHHMMSS`; fractions of a second are cut off, zeros for a year before 0.
pub(super) fn moment_bytes(at: DateTime) -> [u8; 7] {
    if at.year() < 0 {
        return [0; 7];
    }
    let [century, year, month, day] = date_bytes(at.date());
    [century, year, month, day, byte(at.hour()), byte(at.minute()), byte(at.second())]
}

#[cfg(test)]
mod tests {
    use jiff::civil;

    use super::*;

    #[test]
    fn digits_that_are_no_date_are_kept_and_not_read() {
        for bytes in [
            [0x20, 0x26, 0x13, 0x01],
            [0x20, 0x26, 0x02, 0x30],
            [0x20, 0x2a, 0x01, 0x01],
            [0xff; 4],
            [0x20, 0x26, 0, 0],
        ] {
            assert_eq!(BoardDate::from_wire(bytes), Coded::Impossible(bytes), "{bytes:02x?}");
        }
        assert_eq!(BoardDate::from_wire([0; 4]), Coded::Unset);
        assert_eq!(BoardDate::from_wire([0x20, 0x24, 0x02, 0x29]), Coded::At(civil::date(2024, 2, 29)));
    }

    #[test]
    fn a_clock_chip_at_its_beginning_is_a_clock_that_was_never_set() {
        assert_eq!(BoardNow::from_wire([0; 3], [0x12, 0, 0]), Coded::Unset);
        assert_eq!(
            BoardNow::from_wire([0x26, 0x11, 0x22], [0x24, 0, 0]),
            Coded::Impossible([0x26, 0x11, 0x22, 0x24, 0, 0])
        );
        let at = civil::date(2026, 11, 22).at(15, 46, 4, 0);
        assert_eq!(BoardNow::At(at).to_wire(), ([0x26, 0x11, 0x22], [0x15, 0x46, 0x04]));
    }

    #[test]
    fn every_byte_pair_is_an_hour_and_minute_or_nothing() {
        let times = (0..=u16::MAX).filter_map(|pair| hour_minute(pair.to_be_bytes())).collect::<Vec<_>>();
        assert_eq!(times.len(), 24 * 60);
        assert!(times.iter().all(|time| hour_minute(hour_minute_bytes(*time)) == Some(*time)));
    }
}
