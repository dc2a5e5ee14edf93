//! In which letters a text file is written.

use std::borrow::Cow;

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1251};

/// An encoding in which spreadsheet programs of the country save text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-8, with or without a mark.
    Utf8,
    /// UTF-16 ("Unicode text").
    Utf16,
    /// windows-1251, Cyrillic. Its places for letters of other languages hold the Kazakh ones of KZ-1048 (ST RK 1048-2002): the same
    /// table otherwise, and no list of a school here is in Serbian.
    Windows1251,
}

/// Where KZ-1048 differs from windows-1251: the letter of 1251 and the Kazakh one in its place.
const KAZAKH: [(char, char); 17] = [
    ('Ќ', 'Қ'),
    ('Ћ', 'Һ'),
    ('ќ', 'қ'),
    ('ћ', 'һ'),
    ('Ў', 'Ұ'),
    ('ў', 'ұ'),
    ('Ј', 'Ә'),
    ('Ґ', 'Ө'),
    ('Є', 'Ғ'),
    ('Ї', 'Ү'),
    ('ґ', 'ө'),
    ('є', 'ғ'),
    ('ј', 'ә'),
    ('Ѕ', 'Ң'),
    ('ѕ', 'ң'),
    ('ї', 'ү'),
    ('\u{a0}', ' '),
];

impl Encoding {
    /// What these bytes are most likely: what a mark says; else UTF-8 when they can be; else windows-1251.
    pub fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Self::Utf16,
            _ if std::str::from_utf8(bytes).is_ok() => Self::Utf8,
            _ => Self::Windows1251,
        }
    }

    /// The text. Bytes that mean nothing become `�`.
    pub fn decode(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Self::Utf8 => UTF_8.decode_with_bom_removal(bytes).0,
            Self::Utf16 if bytes.starts_with(&[0xFE, 0xFF]) => UTF_16BE.decode_with_bom_removal(bytes).0,
            Self::Utf16 => UTF_16LE.decode_with_bom_removal(bytes).0,
            Self::Windows1251 => {
                let text = WINDOWS_1251.decode_without_bom_handling(bytes).0;
                Cow::Owned(text.chars().map(kazakh).collect())
            }
        }
    }
}

fn kazakh(letter: char) -> char {
    KAZAKH.iter().find(|(of_1251, _)| *of_1251 == letter).map_or(letter, |(_, kazakh)| *kazakh)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_found_in_each_encoding() {
        let name = "Әлия Қасымқызы; Үміт Ңұр";
        assert_eq!(Encoding::of(name.as_bytes()), Encoding::Utf8);
        assert_eq!(Encoding::Utf8.decode(format!("\u{feff}{name}").as_bytes()), name);
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(name.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(Encoding::of(&utf16), Encoding::Utf16);
        assert_eq!(Encoding::Utf16.decode(&utf16), name);
    }

    #[test]
    fn kazakh_letters_of_the_old_table_are_kept() {
        // ST RK 1048-2002: the bytes of "ӘҒҚҢӨҰҮҺІ әғқңөұүһі".
        let bytes = [
            0xA3, 0xAA, 0x8D, 0xBD, 0xA5, 0xA1, 0xAF, 0x8E, 0xB2, b' ', 0xBC, 0xBA, 0x9D, 0xBE, 0xB4, 0xA2, 0xBF, 0x9E,
            0xB3,
        ];
        assert_eq!(Encoding::of(&bytes), Encoding::Windows1251);
        assert_eq!(Encoding::Windows1251.decode(&bytes), "ӘҒҚҢӨҰҮҺІ әғқңөұүһі");
        assert_eq!(Encoding::Windows1251.decode(&[0xC8, 0xE2, 0xE0, 0xED]), "Иван");
    }
}
