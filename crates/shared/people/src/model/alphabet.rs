//! The Kazakh alphabet and the letters of other alphabets that look or sort like its letters.

/// The 42 letters in their order; the Russian letters stand among them in the Russian order.
const KAZAKH: [char; 42] = [
    'А', 'Ә', 'Б', 'В', 'Г', 'Ғ', 'Д', 'Е', 'Ё', 'Ж', 'З', 'И', 'Й', 'К', 'Қ', 'Л', 'М', 'Н', 'Ң', 'О', 'Ө', 'П', 'Р',
    'С', 'Т', 'У', 'Ұ', 'Ү', 'Ф', 'Х', 'Һ', 'Ц', 'Ч', 'Ш', 'Щ', 'Ъ', 'Ы', 'І', 'Ь', 'Э', 'Ю', 'Я',
];

/// Latin letters and the Cyrillic letters they are mistaken for. Small ones are listed only where they too look alike.
const LOOKALIKES: [(char, char); 29] = [
    ('A', 'А'),
    ('B', 'В'),
    ('C', 'С'),
    ('E', 'Е'),
    ('H', 'Н'),
    ('I', 'І'),
    ('K', 'К'),
    ('M', 'М'),
    ('O', 'О'),
    ('P', 'Р'),
    ('T', 'Т'),
    ('X', 'Х'),
    ('Y', 'У'),
    ('Ə', 'Ә'),
    ('Ɵ', 'Ө'),
    ('a', 'а'),
    ('c', 'с'),
    ('e', 'е'),
    ('h', 'һ'),
    ('i', 'і'),
    ('k', 'к'),
    ('o', 'о'),
    ('p', 'р'),
    ('x', 'х'),
    ('y', 'у'),
    ('ə', 'ә'),
    ('ɵ', 'ө'),
    ('ë', 'ё'),
    ('Ë', 'Ё'),
];

/// The capital of a letter.
pub(super) fn upper(letter: char) -> char {
    letter.to_uppercase().next().unwrap_or(letter)
}

/// Whether the letter is Cyrillic, of whatever language.
pub(super) fn is_cyrillic(letter: char) -> bool {
    matches!(letter, '\u{400}'..='\u{52f}') && letter.is_alphabetic()
}

/// Whether the letter is Latin, of whatever language.
pub(super) fn is_latin(letter: char) -> bool {
    letter.is_ascii_alphabetic() || (matches!(letter, '\u{c0}'..='\u{2af}') && letter.is_alphabetic())
}

/// The letter's place in the Kazakh alphabet, from 0, large or small.
pub(super) fn place(letter: char) -> Option<u8> {
    let letter = upper(letter);
    KAZAKH.iter().position(|&known| known == letter).and_then(|place| u8::try_from(place).ok())
}

/// The letter of the Kazakh alphabet beside which a letter of a neighbouring language (Ukrainian, Uzbek, Uyghur, Tajik,
/// Tatar, Azerbaijani) sorts and is searched; small in, small out. A letter without a neighbour is given back.
pub(super) fn neighbour(letter: char) -> char {
    match letter {
        'ґ' => 'г',
        'є' | 'ѐ' => 'е',
        'ї' | 'ӣ' | 'ѝ' => 'и',
        'ј' | 'җ' | 'ӂ' => 'ж',
        'ў' | 'ӯ' => 'у',
        'ҳ' => 'х',
        'ҡ' | 'ҝ' | 'ԟ' | 'ӄ' => 'қ',
        'ҷ' | 'ҹ' | 'џ' => 'ч',
        'ҙ' | 'ѕ' => 'з',
        'ҫ' => 'с',
        'ҥ' => 'ң',
        'љ' => 'л',
        'њ' => 'н',
        _ => letter,
    }
}

/// The Cyrillic letter for which this Latin one may have been typed by mistake.
pub(super) fn lookalike(latin: char) -> Option<char> {
    LOOKALIKES.iter().find(|(letter, _)| *letter == latin).map(|(_, cyrillic)| *cyrillic)
}

/// The Latin letter for which this Cyrillic one may have been typed by mistake.
pub(super) fn latin_lookalike(cyrillic: char) -> Option<char> {
    LOOKALIKES.iter().find(|(_, letter)| *letter == cyrillic).map(|(latin, _)| *latin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alphabet_has_each_letter_once_and_knows_small_ones() {
        for (index, letter) in KAZAKH.into_iter().enumerate() {
            assert_eq!(place(letter).map(usize::from), Some(index), "{letter}");
            let small = letter.to_lowercase().next().unwrap();
            assert_eq!(place(small).map(usize::from), Some(index), "{small}");
        }
        assert_eq!(place('W'), None);
    }

    #[test]
    fn lookalikes_lead_from_latin_to_cyrillic_and_keep_the_case() {
        for (latin, cyrillic) in LOOKALIKES {
            assert!(is_latin(latin) && is_cyrillic(cyrillic), "{latin} {cyrillic}");
            assert_eq!(latin.is_uppercase(), cyrillic.is_uppercase(), "{latin}");
        }
    }
}
