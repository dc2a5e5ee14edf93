//! Names of people: family name, given name, optional patronymic.

use std::fmt;

use super::{alphabet, search};

/// A person's name as it stands in documents. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName {
    family: String,
    given: String,
    patronymic: Option<String>,
}

/// Which part of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NamePart {
    /// Фамилия, тегі.
    Family,
    /// Имя, аты.
    Given,
    /// Отчество, әкесінің аты.
    Patronymic,
}

/// Why a text is no name; each variant says in which part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing there where a name must be.
    #[error("{0:?}: empty")]
    Empty(NamePart),
    /// More than [`PersonName::MAX_LETTERS`] letters.
    #[error("{0:?}: too long")]
    TooLong(NamePart),
    /// A sign that no name has.
    #[error("{0:?}: {1:?} is in no name")]
    Letter(NamePart, char),
    /// A hyphen or an apostrophe where none can be: in front, at the end, or two together.
    #[error("{0:?}: a hyphen or an apostrophe stands alone")]
    Shape(NamePart),
}

impl NameError {
    /// The key of the text that a page shows beside the field of [`NameError::part`].
    pub const fn key(self) -> &'static str {
        match self {
            Self::Empty(_) => "people-name-empty",
            Self::TooLong(_) => "people-name-too-long",
            Self::Letter(..) => "people-name-letter",
            Self::Shape(_) => "people-name-shape",
        }
    }

    /// Which part is wrong.
    pub const fn part(self) -> NamePart {
        match self {
            Self::Empty(part) | Self::TooLong(part) | Self::Letter(part, _) | Self::Shape(part) => part,
        }
    }
}

const HYPHEN: char = '-';
const APOSTROPHE: char = '’';

impl PersonName {
    /// How many characters a part may have.
    pub const MAX_LETTERS: usize = 80;

    /// Reads a name: trims it, makes one space of many and one kind of hyphen and apostrophe of all kinds. An empty
    /// patronymic is none.
    ///
    /// # Errors
    /// [`NameError`] says what is wrong with which part.
    pub fn parse(family: &str, given: &str, patronymic: Option<&str>) -> Result<Self, NameError> {
        let must = |text, part| clean(text, part)?.ok_or(NameError::Empty(part));
        Ok(Self {
            family: must(family, NamePart::Family)?,
            given: must(given, NamePart::Given)?,
            patronymic: clean(patronymic.unwrap_or_default(), NamePart::Patronymic)?,
        })
    }

    /// The family name.
    pub fn family(&self) -> &str {
        &self.family
    }

    /// The given name.
    pub fn given(&self) -> &str {
        &self.given
    }

    /// The patronymic, if the person has one.
    pub fn patronymic(&self) -> Option<&str> {
        self.patronymic.as_deref()
    }

    /// `Фамилия Имя Отчество`.
    pub fn full(&self) -> String {
        self.parts().collect::<Vec<_>>().join(" ")
    }

    /// `Фамилия И. О.`
    pub fn short(&self) -> String {
        let mut short = self.family.clone();
        for initial in self.parts().skip(1).filter_map(|part| part.chars().next()) {
            short.push(' ');
            short.push(alphabet::upper(initial));
            short.push('.');
        }
        short
    }

    /// A key that puts people in the order of the Kazakh alphabet: by family name, given name, patronymic.
    ///
    /// It is made of decimal digits only, two for a letter, so every collation of every database orders it the same way.
    /// Case and apostrophes do not count, a hyphen counts as a space, Latin letters follow the Cyrillic ones.
    pub fn sort_key(&self) -> String {
        let mut key = String::with_capacity(96);
        for (index, part) in self.parts().enumerate() {
            if index > 0 {
                key.push_str(PART_END);
            }
            part.chars().filter(|letter| *letter != APOSTROPHE).for_each(|letter| key.push_str(&place(letter)));
        }
        key
    }

    /// The folded words by which a person is found: each preceded by a space, so that a prefix is found by
    /// `like '% prefix%'`. [`PersonName::search_words`] gives them one by one, for a table of words.
    pub fn search_key(&self) -> String {
        self.search_words().iter().flat_map(|word| [" ", word.as_str()]).collect()
    }

    /// The folded words of the name, in lower-case ASCII letters: what [`super::SearchQuery`] looks for.
    pub fn search_words(&self) -> Vec<String> {
        self.parts().flat_map(search::words).collect()
    }

    /// The same name with Cyrillic letters where Latin ones that look alike were typed among them; `None` when nothing is
    /// suspicious. A page offers it, and a name that is Latin throughout is left alone.
    pub fn without_lookalikes(&self) -> Option<Self> {
        let has_cyrillic = self.parts().any(|part| part.chars().any(alphabet::is_cyrillic));
        let repaired = Self {
            family: without_lookalikes(&self.family),
            given: without_lookalikes(&self.given),
            patronymic: self.patronymic.as_deref().map(without_lookalikes),
        };
        (has_cyrillic && repaired != *self).then_some(repaired)
    }

    fn parts(&self) -> impl Iterator<Item = &str> {
        [Some(self.family.as_str()), Some(self.given.as_str()), self.patronymic.as_deref()].into_iter().flatten()
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(hidden)")
    }
}

/// One part, cleaned; `None` when there is nothing in it.
fn clean(text: &str, part: NamePart) -> Result<Option<String>, NameError> {
    let mut cleaned = String::with_capacity(text.len().min(4 * PersonName::MAX_LETTERS));
    let (mut count, mut last) = (0_usize, None);
    for letter in text.trim().chars() {
        let letter = match letter {
            '-' | '‐' | '‑' | '–' | '—' => HYPHEN,
            '\'' | '’' | '‘' | 'ʼ' | '`' | '´' => APOSTROPHE,
            space if space.is_whitespace() => ' ',
            // Texts from some systems hold й and ё as two characters.
            '\u{306}' | '\u{308}' => match joined(last, letter) {
                Some(whole) => {
                    cleaned.pop();
                    cleaned.push(whole);
                    last = Some(whole);
                    continue;
                }
                None => return Err(NameError::Letter(part, letter)),
            },
            letter if alphabet::is_cyrillic(letter) || alphabet::is_latin(letter) => letter,
            other => return Err(NameError::Letter(part, other)),
        };
        let is_mark = matches!(letter, HYPHEN | APOSTROPHE);
        match last {
            Some(' ') if letter == ' ' => continue,
            None | Some(' ' | HYPHEN | APOSTROPHE) if is_mark => return Err(NameError::Shape(part)),
            Some(HYPHEN) if letter == ' ' => return Err(NameError::Shape(part)),
            _ => {}
        }
        count += 1;
        if count > PersonName::MAX_LETTERS {
            return Err(NameError::TooLong(part));
        }
        cleaned.push(letter);
        last = Some(letter);
    }
    match last {
        Some(HYPHEN) => Err(NameError::Shape(part)),
        last => Ok(last.map(|_| cleaned)),
    }
}

/// The letter that `last` and a combining breve or diaeresis make.
fn joined(last: Option<char>, mark: char) -> Option<char> {
    match (last?, mark) {
        ('и', '\u{306}') => Some('й'),
        ('И', '\u{306}') => Some('Й'),
        ('у', '\u{306}') => Some('ў'),
        ('У', '\u{306}') => Some('Ў'),
        ('е', '\u{308}') => Some('ё'),
        ('Е', '\u{308}') => Some('Ё'),
        ('і', '\u{308}') => Some('ї'),
        ('І', '\u{308}') => Some('Ї'),
        _ => None,
    }
}

/// Below every letter, so that `Ким` stands before `Кима`.
const PART_END: &str = "00";

/// Two digits that order a character: a space or hyphen, then 42 Kazakh letters, then 26 Latin ones, then all others.
fn place(letter: char) -> String {
    let small = letter.to_lowercase().next().unwrap_or(letter);
    let place = match small {
        ' ' | HYPHEN => 1,
        'a'..='z' => 60 + (small as u32 - 'a' as u32),
        _ => alphabet::place(alphabet::neighbour(small)).map_or(99, |place| 10 + u32::from(place)),
    };
    format!("{place:02}")
}

/// Replaces Latin letters by the Cyrillic ones they look like, word by word, where the whole word becomes Cyrillic.
fn without_lookalikes(part: &str) -> String {
    let word_end = |letter: char| matches!(letter, ' ' | HYPHEN);
    part.split_inclusive(word_end)
        .map(|word| {
            let repaired: String = word.chars().map(|letter| alphabet::lookalike(letter).unwrap_or(letter)).collect();
            if repaired.chars().any(alphabet::is_latin) { word.to_owned() } else { repaired }
        })
        .collect()
}

/// The text with letters of one alphabet in each word, where a word mixes Cyrillic letters with Latin ones that look alike, or Latin letters with
/// Cyrillic ones; `None` when nothing is suspicious or nobody could tell what was meant. A word becomes Cyrillic if it can.
pub fn mended(text: &str) -> Option<String> {
    let mended: String = text.split_inclusive(|letter: char| !letter.is_alphabetic()).map(mended_word).collect();
    (mended != text).then_some(mended)
}

fn mended_word(word: &str) -> String {
    let is_mixed = word.chars().any(alphabet::is_cyrillic) && word.chars().any(alphabet::is_latin);
    let one_of = |turn: fn(char) -> Option<char>, is_foreign: fn(char) -> bool| {
        let turned: String = word
            .chars()
            .map(|letter| if is_foreign(letter) { turn(letter).unwrap_or(letter) } else { letter })
            .collect();
        (!turned.chars().any(is_foreign)).then_some(turned)
    };
    let mended = is_mixed.then(|| {
        one_of(alphabet::lookalike, alphabet::is_latin)
            .or_else(|| one_of(alphabet::latin_lookalike, alphabet::is_cyrillic))
    });
    mended.flatten().unwrap_or_else(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(family: &str, given: &str, patronymic: &str) -> PersonName {
        PersonName::parse(family, given, Some(patronymic))
            .unwrap_or_else(|error| panic!("{family} {given} {patronymic}: {error}"))
    }

    #[test]
    fn a_name_is_cleaned_and_shown_in_full_and_short() {
        for (parts, full, short) in [
            (["Құдайберген", "Әсел", "Ерланқызы"], "Құдайберген Әсел Ерланқызы", "Құдайберген Ә. Е."),
            (["  Ким ", "Анна-Мария", ""], "Ким Анна-Мария", "Ким А."),
            (["О'Нил", "д‘Артаньян", " "], "О’Нил д’Артаньян", "О’Нил Д."),
            (["Петров–Водкин", "Андрей", "Ильич"], "Петров-Водкин Андрей Ильич", "Петров-Водкин А. И."),
            (["Smith", "John", ""], "Smith John", "Smith J."),
        ] {
            let [family, given, patronymic] = parts;
            let name = name(family, given, patronymic);
            assert_eq!((name.full().as_str(), name.short().as_str()), (full, short));
        }
        assert_eq!(name("Ли  \u{a0} Ван", "Сема", "").family(), "Ли Ван");
        assert_eq!(name("Королев", "Андреи\u{306}", "").given(), "Андрей");
        assert_eq!(name("Королев", "Семе\u{308}н", "").given(), "Семён");
    }

    #[test]
    fn texts_that_are_no_name_are_refused_with_the_part_and_the_reason() {
        let long = "а".repeat(81);
        for (family, given, patronymic, error) in [
            ("", "Асель", "", NameError::Empty(NamePart::Family)),
            ("Ким", " \t", "", NameError::Empty(NamePart::Given)),
            (long.as_str(), "Асель", "", NameError::TooLong(NamePart::Family)),
            ("Ким", "Асель2", "", NameError::Letter(NamePart::Given, '2')),
            ("Ким", "Асель", "<b>", NameError::Letter(NamePart::Patronymic, '<')),
            ("Ким", "А.", "", NameError::Letter(NamePart::Given, '.')),
            ("Ким", "名", "", NameError::Letter(NamePart::Given, '名')),
            ("Ким", "Как\u{306}", "", NameError::Letter(NamePart::Given, '\u{306}')),
            ("Ким", "А\u{200b}сель", "", NameError::Letter(NamePart::Given, '\u{200b}')),
            ("-Ким", "Асель", "", NameError::Shape(NamePart::Family)),
            ("Ким-", "Асель", "", NameError::Shape(NamePart::Family)),
            ("Ким--Ли", "Асель", "", NameError::Shape(NamePart::Family)),
            ("Ким - Ли", "Асель", "", NameError::Shape(NamePart::Family)),
            ("’", "Асель", "", NameError::Shape(NamePart::Family)),
        ] {
            let result = PersonName::parse(family, given, Some(patronymic));
            assert_eq!(result.err(), Some(error), "{family:?} {given:?} {patronymic:?}");
        }
        assert!(PersonName::parse(&"ә".repeat(80), "Асель", None).is_ok(), "80 letters are allowed");
    }

    #[test]
    fn people_stand_in_the_order_of_the_kazakh_alphabet() {
        let ordered = [
            name("Ахметов", "Ян", ""),
            name("Әбдіров", "Асан", ""),
            name("Борисов", "Борис", ""),
            name("Ғалымов", "Асан", ""),
            name("Ким", "Асель", ""),
            name("Ким", "Асель", "Ерлановна"),
            name("Ким", "Әсел", ""),
            name("Ким-Ли", "Анна", ""),
            name("Кима", "Анна", ""),
            name("Қасымов", "Асан", ""),
            name("Оспанов", "Асан", ""),
            name("Өтепов", "Асан", ""),
            name("Ұлықбеков", "Асан", ""),
            name("Үсенов", "Асан", ""),
            name("Хамитов", "Асан", ""),
            name("Һашимов", "Асан", ""),
            name("Ысқақов", "Асан", ""),
            name("Іргебаев", "Асан", ""),
            name("Яковлев", "Асан", ""),
            name("Abel", "Asan", ""),
        ];
        for pair in ordered.windows(2) {
            assert!(pair[0].sort_key() < pair[1].sort_key(), "{} before {}", pair[0].full(), pair[1].full());
        }
        assert_eq!(name("КИМ", "асель", "").sort_key(), name("Ким", "Асель", "").sort_key());
    }

    #[test]
    fn latin_letters_among_cyrillic_ones_are_offered_as_cyrillic() {
        for (given, offer) in
            [("Acель", Some("Асель")), ("Əсел", Some("Әсел")), ("Epiк", Some("Ерік")), ("Асель", None), ("John", None)]
        {
            let offered = name("Ким", given, "").without_lookalikes();
            assert_eq!(offered.as_ref().map(PersonName::given), offer, "{given}");
        }
        assert_eq!(name("Cox", "Kate", "").without_lookalikes(), None, "a name that is Latin throughout is left alone");
        assert_eq!(name("COX", "Асель", "").without_lookalikes().unwrap().family(), "СОХ");
    }

    #[test]
    fn words_of_two_alphabets_are_mended_into_one() {
        for (text, offer) in [
            ("Acанова", Some("Асанова")),
            ("Бiлiм", Some("Білім")),
            ("Smіth", Some("Smith")),
            ("Асан, Epкін", Some("Асан, Еркін")),
            ("Cox", None),
            ("Асанова", None),
            ("Зwерев", None),
            ("Іңкәр", None),
            ("", None),
        ] {
            assert_eq!(mended(text).as_deref(), offer, "{text}");
        }
    }

    #[test]
    fn debug_hides_the_name() {
        assert_eq!(format!("{:?}", name("Ким", "Асель", "")), "PersonName(hidden)");
    }

    proptest! {
        #[test]
        fn what_was_mended_is_not_mended_again_and_keeps_its_length(text in "[А-Яа-яӘәІіA-Za-z '-]{0,40}") {
            if let Some(whole) = mended(&text) {
                prop_assert_eq!(mended(&whole), None);
                prop_assert_eq!(whole.chars().count(), text.chars().count());
            }
        }

        #[test]
        fn a_cyrillic_word_typed_with_latin_letters_comes_back(word in "[АВСЕНКМОРТХ]{1,8}ж", at in any::<prop::sample::Index>()) {
            let letters: Vec<char> = word.chars().collect();
            let at = at.index(letters.len() - 1);
            let mut typed = letters.clone();
            typed[at] = alphabet::latin_lookalike(letters[at]).unwrap();
            prop_assert_eq!(mended(&typed.iter().collect::<String>()), Some(word));
        }

        #[test]
        fn a_name_that_was_read_reads_back_as_itself(
            family in "\\PC{1,90}", given in "[А-Яа-яЁёӘәІіҢңA-Za-z '-]{1,30}", patronymic in "[А-Яа-я ]{0,30}",
        ) {
            if let Ok(name) = PersonName::parse(&family, &given, Some(&patronymic)) {
                let again = PersonName::parse(name.family(), name.given(), name.patronymic());
                prop_assert!(again.as_ref() == Ok(&name));
                prop_assert!(name.sort_key().bytes().all(|byte| byte.is_ascii_digit()));
                prop_assert!(name.search_key().bytes().all(|byte| matches!(byte, b' ' | b'a'..=b'z')));
                prop_assert!(name.family().chars().count() <= PersonName::MAX_LETTERS);
            }
        }
    }
}
