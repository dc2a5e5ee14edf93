//! The business identification number of an organisation of Kazakhstan.

use super::iin::check_digit;

/// A BIN: 12 digits, year and month of registration, the kind of organisation (4 to 6 in the fifth place), a number and the check digit of IINs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bin([u8; 12]);

/// Why a text is no BIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BinError {
    /// Something else than 12 digits.
    #[error("a BIN has 12 digits")]
    Digits,
    /// The fifth digit names no kind of organisation: it may be a person's IIN.
    #[error("the fifth digit of a BIN is 4 to 6")]
    Kind,
    /// The check digit does not fit.
    #[error("the check digit is wrong")]
    CheckDigit,
}

impl BinError {
    /// The key of the text that a page shows.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Digits => "people-bin-digits",
            Self::Kind => "people-bin-kind",
            Self::CheckDigit => "people-bin-check-digit",
        }
    }
}

impl Bin {
    /// Reads 12 digits; spaces do not count.
    ///
    /// # Errors
    /// [`BinError`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, BinError> {
        let digits: Option<Vec<u8>> = text
            .chars()
            .filter(|letter| !letter.is_whitespace())
            .map(|letter| letter.to_digit(10).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        let digits = digits.and_then(|digits| <[u8; 12]>::try_from(digits).ok()).ok_or(BinError::Digits)?;
        if !matches!(digits[4], 4..=6) {
            Err(BinError::Kind)
        } else if check_digit(&digits) != Some(digits[11]) {
            Err(BinError::CheckDigit)
        } else {
            Ok(Self(digits))
        }
    }

    /// The twelve digits.
    pub fn digits(&self) -> String {
        self.0.iter().map(|digit| char::from(b'0' + digit)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bin_is_told_from_an_iin_and_from_a_mistyped_one() {
        let body = [9, 9, 0, 7, 4, 0, 0, 0, 0, 5, 1, 0_u8];
        let check = check_digit(&body).unwrap();
        let text: String = body[..11].iter().chain([&check]).map(ToString::to_string).collect();
        assert_eq!(Bin::parse(&text).unwrap().digits(), text);
        let wrong = format!("{}{}", &text[..11], (check + 1) % 10);
        assert_eq!(Bin::parse(&wrong), Err(BinError::CheckDigit));
        assert_eq!(Bin::parse("150915500017"), Err(BinError::Kind), "a person's number");
        assert_eq!(Bin::parse("12345"), Err(BinError::Digits));
    }
}
