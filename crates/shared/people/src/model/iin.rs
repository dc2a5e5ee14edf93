//! The individual identification number of Kazakhstan.

use std::fmt;

use jiff::civil::Date;

/// The sex that a document or an identification number names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// A boy, a man.
    Male,
    /// A girl, a woman.
    Female,
}

impl Sex {
    /// Both, in the order in which pages list them.
    pub const ALL: [Self; 2] = [Self::Male, Self::Female];

    /// The word stored in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Male => "m",
            Self::Female => "f",
        }
    }

    /// The sex of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sex| sex.as_str() == word)
    }
}

/// An individual identification number: 12 digits that were proved to be one.
///
/// Neither `Debug` nor `Display` shows it, it does not serialise: whoever needs the digits says [`Iin::expose`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Iin([u8; 12]);

/// Why a text is no identification number of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IinError {
    /// Something else than digits and spaces.
    #[error("an IIN has digits only")]
    NotDigits,
    /// Not 12 digits; how many there are.
    #[error("an IIN has 12 digits, not {0}")]
    Length(usize),
    /// A BIN: the number of an organisation.
    #[error("this is the BIN of an organisation")]
    Bin,
    /// The seventh digit is none of 0 to 6.
    #[error("the seventh digit is not one of an IIN")]
    Century,
    /// The first six digits are no day of the century that the seventh names.
    #[error("the first six digits are no date")]
    Date,
    /// The last digit does not fit the others.
    #[error("the check digit is wrong")]
    CheckDigit,
    /// Both passes of the checksum give 10: no such number was ever issued.
    #[error("such a number was never issued")]
    NeverIssued,
}

impl IinError {
    /// The key of the text that a page shows.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NotDigits => "people-iin-not-digits",
            Self::Length(_) => "people-iin-length",
            Self::Bin => "people-iin-bin",
            Self::Century => "people-iin-century",
            Self::Date => "people-iin-date",
            Self::CheckDigit => "people-iin-check-digit",
            Self::NeverIssued => "people-iin-never-issued",
        }
    }
}

/// What a page should say about a number that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IinWarning {
    /// A number given to a foreigner: it tells neither birth date nor sex, so both have to be asked.
    Foreigner,
}

impl IinWarning {
    /// The key of the text that a page shows.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Foreigner => "people-iin-foreigner",
        }
    }
}

const FIRST_PASS: [u32; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const SECOND_PASS: [u32; 11] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];

impl Iin {
    /// Reads a number; spaces between digits are allowed.
    ///
    /// The first pass of the checksum cannot see an error in the 11th digit (its weight is 11), so a caller who knows name,
    /// birth date or sex compares them too ([`Iin::agrees_with`]).
    ///
    /// # Errors
    /// [`IinError`] says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, IinError> {
        let mut digits = [0_u8; 12];
        let mut count = 0_usize;
        for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
            let digit = letter.to_digit(10).and_then(|digit| u8::try_from(digit).ok()).ok_or(IinError::NotDigits)?;
            if let Some(place) = digits.get_mut(count) {
                *place = digit;
            }
            count += 1;
        }
        if count != 12 {
            return Err(IinError::Length(count));
        }
        let iin = Self(digits);
        // A BIN holds the kind of organisation where an IIN holds the tens of a day.
        if matches!(digits[4], 4..=6) {
            return Err(IinError::Bin);
        }
        if digits[6] > 6 {
            return Err(IinError::Century);
        }
        if digits[6] != 0 && iin.birth_date().is_none() {
            return Err(IinError::Date);
        }
        match check_digit(&digits) {
            None => Err(IinError::NeverIssued),
            Some(check) if check != digits[11] => Err(IinError::CheckDigit),
            Some(_) => Ok(iin),
        }
    }

    /// The 12 digits, for a form, a document or encryption: never for a log.
    pub fn expose(&self) -> String {
        self.0.iter().map(|digit| char::from(b'0' + digit)).collect()
    }

    /// The number for those who must only tell one from another: `1509•••••017`.
    pub fn masked(&self) -> String {
        let digits = self.expose();
        format!("{}•••••{}", &digits[..4], &digits[9..])
    }

    /// The birth date that the number tells; `None` for a foreigner's.
    pub fn birth_date(&self) -> Option<Date> {
        let pair = |at: usize| i16::from(self.0[at]) * 10 + i16::from(self.0[at + 1]);
        let century = match self.0[6] {
            1 | 2 => 1800,
            3 | 4 => 1900,
            5 | 6 => 2000,
            _ => return None,
        };
        Date::new(century + pair(0), i8::try_from(pair(2)).ok()?, i8::try_from(pair(4)).ok()?).ok()
    }

    /// The sex that the number tells; `None` for a foreigner's.
    pub fn sex(&self) -> Option<Sex> {
        match self.0[6] {
            0 => None,
            odd if odd % 2 == 1 => Some(Sex::Male),
            _ => Some(Sex::Female),
        }
    }

    /// What should be said although the number is accepted.
    pub fn warning(&self) -> Option<IinWarning> {
        (self.0[6] == 0).then_some(IinWarning::Foreigner)
    }

    /// Whether the number contradicts neither of these; a foreigner's contradicts nothing.
    pub fn agrees_with(&self, birth_date: Option<Date>, sex: Option<Sex>) -> bool {
        let agrees = |told: Option<bool>| told.unwrap_or(true);
        agrees(self.birth_date().zip(birth_date).map(|(a, b)| a == b))
            && agrees(self.sex().zip(sex).map(|(a, b)| a == b))
    }
}

/// The digit that the first eleven demand; `None` when no number with these was ever issued.
pub(super) fn check_digit(digits: &[u8; 12]) -> Option<u8> {
    let pass = |weights: &[u32; 11]| {
        let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum();
        u8::try_from(sum % 11).ok().filter(|rest| *rest != 10)
    };
    pass(&FIRST_PASS).or_else(|| pass(&SECOND_PASS))
}

impl fmt::Debug for Iin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Iin(hidden)")
    }
}

impl fmt::Display for Iin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("••••••••••••")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn valid_numbers_tell_birth_date_and_sex() {
        for (text, born, sex) in [
            ("150915500017", date(2015, 9, 15), Sex::Male),
            ("120302600174", date(2012, 3, 2), Sex::Female),
            ("850611400232", date(1985, 6, 11), Sex::Female),
            ("160229600711", date(2016, 2, 29), Sex::Female),
            ("061211600012", date(2006, 12, 11), Sex::Female),
            (" 150915 500 017 ", date(2015, 9, 15), Sex::Male),
        ] {
            let iin = Iin::parse(text).unwrap();
            assert_eq!((iin.birth_date(), iin.sex(), iin.warning()), (Some(born), Some(sex), None), "{text}");
            assert_eq!(iin.expose(), text.replace(' ', ""));
        }
    }

    #[test]
    fn texts_that_are_no_iin_are_refused_with_the_reason() {
        for (text, error) in [
            ("", IinError::Length(0)),
            ("15091550001", IinError::Length(11)),
            ("1509155000170", IinError::Length(13)),
            ("15091550001x", IinError::NotDigits),
            ("١٥٠٩١٥٥٠٠٠١٧", IinError::NotDigits),
            ("150915500018", IinError::CheckDigit),
            ("151315500017", IinError::Date),
            ("150229600711", IinError::Date),
            ("150900500017", IinError::Date),
            ("150915700017", IinError::Century),
            ("990340005977", IinError::Bin),
            ("150940500017", IinError::Bin),
            ("150960000017", IinError::Bin),
        ] {
            assert_eq!(Iin::parse(text), Err(error), "{text:?}");
        }
        for last in 0..10 {
            assert_eq!(Iin::parse(&format!("16022960070{last}")), Err(IinError::NeverIssued));
        }
    }

    #[test]
    fn a_foreigners_number_is_taken_with_a_warning_and_tells_nothing() {
        let valid = (0..10).find_map(|last| Iin::parse(&format!("99133000012{last}")).ok()).unwrap();
        assert_eq!((valid.birth_date(), valid.sex(), valid.warning()), (None, None, Some(IinWarning::Foreigner)));
        assert!(valid.agrees_with(Some(date(2015, 9, 15)), Some(Sex::Male)));
    }

    #[test]
    fn neither_debug_nor_display_shows_a_digit() {
        let iin = Iin::parse("150915500017").unwrap();
        let shown = format!("{iin:?} {iin} {:?}", Some(iin));
        assert!(!shown.contains(|letter: char| letter.is_ascii_digit()), "{shown}");
    }

    #[test]
    fn a_number_contradicts_another_birth_date_or_sex() {
        let iin = Iin::parse("150915500017").unwrap();
        assert!(iin.agrees_with(Some(date(2015, 9, 15)), Some(Sex::Male)) && iin.agrees_with(None, None));
        assert!(!iin.agrees_with(Some(date(2015, 9, 16)), None) && !iin.agrees_with(None, Some(Sex::Female)));
    }

    proptest! {
        #[test]
        fn one_wrong_digit_outside_the_eleventh_is_always_seen(
            year in 0..100_u8, month in 1..13_u8, day in 1..29_u8, century in 1..7_u8, serial in 0..10_000_u16,
            place in 0..12_usize, step in 1..10_u8,
        ) {
            let start = format!("{year:02}{month:02}{day:02}{century}{serial:04}");
            let found: Vec<Iin> = (0..10).filter_map(|last| Iin::parse(&format!("{start}{last}")).ok()).collect();
            prop_assert!(found.len() <= 1);
            if let [iin] = found.as_slice() {
                let mut digits = iin.expose().into_bytes();
                digits[place] = b'0' + (digits[place] - b'0' + step) % 10;
                let changed = Iin::parse(std::str::from_utf8(&digits).unwrap());
                // Known gaps of the scheme: the 11th digit, and a change of which pass counts.
                let is_gap = place == 10 || [Some(iin), changed.as_ref().ok()].into_iter().flatten().any(needs_second_pass);
                prop_assert!(changed.is_err() || is_gap);
            }
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,20}") {
            let _ = Iin::parse(&text);
        }
    }

    fn needs_second_pass(iin: &Iin) -> bool {
        iin.0.iter().zip(FIRST_PASS).map(|(digit, weight)| u32::from(*digit) * weight).sum::<u32>() % 11 == 10
    }
}
