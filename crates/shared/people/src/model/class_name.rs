//! The name of a class: grade and letter.

use std::{cmp::Ordering, fmt};

use super::alphabet;

/// A class as everybody calls it: 5 «Б». Ordered by grade, then by the Kazakh alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClassName {
    grade: u8,
    letter: char,
}

/// Why a text is no class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClassNameError {
    /// No number in front.
    #[error("a class begins with its grade")]
    NoGrade,
    /// The grade is not 0 to 12.
    #[error("a grade is 0 to 12")]
    Grade,
    /// No letter, several, or one that names no class.
    #[error("a class has one letter of the Kazakh or the Russian alphabet")]
    Letter,
}

impl ClassNameError {
    /// The key of the text that a page shows.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoGrade => "people-class-no-grade",
            Self::Grade => "people-class-grade",
            Self::Letter => "people-class-letter",
        }
    }
}

impl ClassName {
    /// The highest grade.
    pub const MAX_GRADE: u8 = 12;

    /// The class of this grade and letter; a Latin letter that looks like a Cyrillic one becomes that.
    ///
    /// # Errors
    /// [`ClassNameError::Grade`] or [`ClassNameError::Letter`].
    pub fn new(grade: u8, letter: char) -> Result<Self, ClassNameError> {
        let letter = alphabet::upper(letter);
        let letter = alphabet::lookalike(letter).unwrap_or(letter);
        if grade > Self::MAX_GRADE {
            Err(ClassNameError::Grade)
        } else if alphabet::place(letter).is_none() || matches!(letter, 'Ъ' | 'Ь') {
            Err(ClassNameError::Letter)
        } else {
            Ok(Self { grade, letter })
        }
    }

    /// Reads `5Б`, `5 б`, `5 «Б»`, `5 "Б"`, `11-А`.
    ///
    /// # Errors
    /// [`ClassNameError`] says what is missing.
    pub fn parse(text: &str) -> Result<Self, ClassNameError> {
        let text = text.trim();
        let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (grade, rest) = text.split_at(digits);
        if grade.is_empty() {
            return Err(ClassNameError::NoGrade);
        }
        let grade = grade.parse().map_err(|_| ClassNameError::Grade)?;
        let is_mark = |letter: char| {
            letter.is_whitespace()
                || matches!(letter, '«' | '»' | '"' | '“' | '”' | '„' | '\'' | '-' | '‐' | '‑' | '–' | '—')
        };
        let mut letters = rest.trim_matches(is_mark).chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => Self::new(grade, letter),
            _ if grade > Self::MAX_GRADE => Err(ClassNameError::Grade),
            _ => Err(ClassNameError::Letter),
        }
    }

    /// The grade, 0 to 12.
    pub const fn grade(self) -> u8 {
        self.grade
    }

    /// The letter, capital and Cyrillic.
    pub const fn letter(self) -> char {
        self.letter
    }

    /// Grade and letter without quotation marks, where space is short and in files: `5Б`.
    pub fn compact(self) -> String {
        format!("{}{}", self.grade, self.letter)
    }

    /// A number that orders classes as this type does, for SQL.
    pub fn sort_key(self) -> i64 {
        i64::from(self.grade) * 100 + i64::from(alphabet::place(self.letter).unwrap_or(99))
    }

    /// The class with the same letter a year later; `None` when there is no higher grade.
    pub fn promoted(self) -> Option<Self> {
        (self.grade < Self::MAX_GRADE).then_some(Self { grade: self.grade + 1, letter: self.letter })
    }
}

impl Ord for ClassName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.sort_key().cmp(&other.sort_key())
    }
}

impl PartialOrd for ClassName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for ClassName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} «{}»", self.grade, self.letter)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_way_of_writing_a_class_gives_one_class() {
        for text in ["5Б", "5б", " 5 Б ", "5 «Б»", "5\"Б\"", "5-Б", "05Б", "5 - „б“"] {
            let class = ClassName::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!((class.to_string().as_str(), class.compact().as_str()), ("5 «Б»", "5Б"), "{text}");
        }
        assert_eq!(ClassName::parse("11-A"), ClassName::new(11, 'А'), "a Latin A is taken for the Cyrillic one");
        assert_eq!(ClassName::parse("0ə").unwrap().letter(), 'Ә');
    }

    #[test]
    fn texts_that_are_no_class_are_refused_with_the_reason() {
        for (text, error) in [
            ("", ClassNameError::NoGrade),
            ("Б5", ClassNameError::NoGrade),
            ("13А", ClassNameError::Grade),
            ("999А", ClassNameError::Grade),
            ("13", ClassNameError::Grade),
            ("5", ClassNameError::Letter),
            ("5АБ", ClassNameError::Letter),
            ("5Ь", ClassNameError::Letter),
            ("5W", ClassNameError::Letter),
            ("5 5", ClassNameError::Letter),
        ] {
            assert_eq!(ClassName::parse(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn classes_stand_by_grade_and_then_by_the_kazakh_alphabet() {
        let mut classes: Vec<ClassName> = ["11А", "2Ғ", "2Д", "2Ә", "10Б", "2В", "2А", "2Г", "0А"]
            .iter()
            .map(|text| ClassName::parse(text).unwrap())
            .collect();
        classes.sort();
        let order: Vec<String> = classes.into_iter().map(ClassName::compact).collect();
        assert_eq!(order, ["0А", "2А", "2Ә", "2В", "2Г", "2Ғ", "2Д", "10Б", "11А"]);
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back_as_the_same_class(grade in 0..13_u8, letter in "[А-ЩЫЭ-ЯӘҒҚҢӨҰҮҺІ]") {
            let class = ClassName::new(grade, letter.chars().next().unwrap()).unwrap();
            prop_assert_eq!(ClassName::parse(&class.to_string()), Ok(class));
            prop_assert_eq!(ClassName::parse(&class.compact()), Ok(class));
            prop_assert_eq!(class.promoted().map(ClassName::grade), (grade < 12).then_some(grade + 1));
        }

        #[test]
        fn no_text_makes_it_panic(text in "[0-9]{0,3}\\PC{0,8}") {
            let _ = ClassName::parse(&text);
        }
    }
}
