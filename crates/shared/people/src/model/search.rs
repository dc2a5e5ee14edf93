//! Finding a person by what a guard types: a few first letters, on any keyboard.
//!
//! Names and queries are folded to one skeleton of lower-case ASCII letters. Cyrillic is spelt in Latin letter by letter,
//! with the letters that a Russian keyboard lacks taken for their neighbours (Ә=А, Ғ=Г, Қ=К, Ң=Н, Ө=О, Ұ=Ү=У, Һ=Х, І=И,
//! Ё=Е, without ъ and ь); the usual ways of spelling Kazakh and Russian in Latin lead to the same skeleton. What Latin
//! spellings cannot tell apart is one letter there: й, и, ы, і and y; к, қ, х and h; е and ye. Double letters count once.
//!
//! The skeleton of the beginning of a Cyrillic word is the beginning of the word's skeleton, so names appear while typing.

use std::fmt;

use super::alphabet;

/// What somebody typed into the search box, folded. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchQuery {
    prefixes: Vec<Prefix>,
}

/// A folded prefix of one word of a name: lower-case ASCII letters, never empty. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Prefix(String);

impl SearchQuery {
    /// How many words of a query count.
    pub const MAX_WORDS: usize = 5;

    /// Folds a text. Never fails: what is no letter separates words, and words over [`SearchQuery::MAX_WORDS`] are left out.
    pub fn parse(text: &str) -> Self {
        let text: String = text.chars().take(super::PersonName::MAX_LETTERS * 3).collect();
        let mut prefixes = Vec::new();
        for word in spelt_words(&text) {
            let prefix = Prefix(fold(&word, true));
            if !prefix.0.is_empty() && !prefixes.contains(&prefix) && prefixes.len() < Self::MAX_WORDS {
                prefixes.push(prefix);
            }
        }
        Self { prefixes }
    }

    /// Whether nothing is left to look for.
    pub fn is_empty(&self) -> bool {
        self.prefixes.is_empty()
    }

    /// The prefixes: a person is found when each of them begins one of the words of the name.
    pub fn prefixes(&self) -> &[Prefix] {
        &self.prefixes
    }

    /// Whether a person with these words (see [`super::PersonName::search_words`]) is found.
    pub fn finds(&self, words: &[String]) -> bool {
        self.prefixes.iter().all(|prefix| words.iter().any(|word| word.starts_with(&prefix.0)))
    }
}

impl Prefix {
    /// The letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The pattern for a column of single words: `prefix%`. It holds nothing that would need an escape.
    pub fn like(&self) -> String {
        format!("{}%", self.0)
    }

    /// The pattern for a column that holds [`super::PersonName::search_key`]: `% prefix%`.
    pub fn like_in_key(&self) -> String {
        format!("% {}%", self.0)
    }

    /// The words with this prefix as a range, `from <= word and word < to`, so that an index on words is used.
    ///
    /// Folded words hold no double letter, so every one of them with this prefix comes before the prefix followed by `zz`.
    pub fn range(&self) -> (String, String) {
        (self.0.clone(), format!("{}zz", self.0))
    }
}

impl fmt::Debug for SearchQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SearchQuery({} words hidden)", self.prefixes.len())
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Prefix(hidden)")
    }
}

/// The folded words of a name's part.
pub(super) fn words(part: &str) -> Vec<String> {
    spelt_words(part).map(|word| fold(&word, false)).filter(|word| !word.is_empty()).collect()
}

/// The words of a text in small letters, without apostrophes.
fn spelt_words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !(alphabet::is_cyrillic(letter) || alphabet::is_latin(letter) || is_inner(letter)))
        .map(|word| word.chars().filter(|letter| !is_inner(*letter)).flat_map(char::to_lowercase).collect::<String>())
        .filter(|word| !word.is_empty())
}

/// Signs within a word that do not count: apostrophes, and the marks of й and ё written as two characters.
fn is_inner(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '\u{300}'..='\u{36f}')
}

/// The skeleton of a word of small letters. An unfinished word may end within a group of Latin letters that stand for one
/// Cyrillic letter; what cannot be decided yet is left out.
fn fold(word: &str, unfinished: bool) -> String {
    let mut skeleton = Skeleton::default();
    if word.chars().any(alphabet::is_cyrillic) {
        for letter in word.chars() {
            skeleton.push(cyrillic(alphabet::lookalike(letter).unwrap_or(letter)));
        }
    } else {
        let ascii: String = word.chars().map(plain).collect();
        let mut rest = ascii.as_str();
        if unfinished {
            rest = rest.strip_suffix("shc").map_or(rest, |_| &rest[..rest.len() - 1]);
            rest = rest.strip_suffix("sc").map_or(rest, |_| &rest[..rest.len() - 1]);
        }
        while let Some((taken, spelling)) = latin(rest) {
            skeleton.push(spelling);
            rest = &rest[taken..];
        }
    }
    skeleton.0
}

/// Letters gathered so far, none of them twice in a row.
#[derive(Default)]
struct Skeleton(String);

impl Skeleton {
    fn push(&mut self, spelling: &str) {
        for letter in spelling.chars() {
            if !self.0.ends_with(letter) {
                self.0.push(letter);
            }
        }
    }
}

/// How a small Cyrillic letter is spelt in the skeleton.
fn cyrillic(letter: char) -> &'static str {
    match alphabet::neighbour(letter) {
        'а' | 'ә' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ғ' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' | 'й' | 'і' | 'ы' => "i",
        'к' | 'қ' | 'х' | 'һ' => "k",
        'л' => "l",
        'м' => "m",
        'н' | 'ң' => "n",
        'о' | 'ө' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ұ' | 'ү' => "u",
        'ф' => "f",
        'ц' => "ts",
        'ч' => "ch",
        'ш' | 'щ' => "sh",
        'ю' => "iu",
        'я' => "ia",
        _ => "",
    }
}

/// Groups of Latin letters and their spelling in the skeleton, longer ones first.
const GROUPS: [(&str, &str); 36] = [
    ("shch", "sh"),
    ("sch", "sh"),
    ("tch", "ch"),
    ("sh", "sh"),
    ("zh", "zh"),
    ("ch", "ch"),
    ("kh", "k"),
    ("gh", "g"),
    ("ph", "f"),
    ("ck", "k"),
    ("ce", "tse"),
    ("ci", "tsi"),
    ("cy", "tsi"),
    ("ye", "e"),
    ("yo", "e"),
    ("a", "a"),
    ("b", "b"),
    ("d", "d"),
    ("e", "e"),
    ("f", "f"),
    ("g", "g"),
    ("h", "k"),
    ("i", "i"),
    ("j", "zh"),
    ("k", "k"),
    ("l", "l"),
    ("m", "m"),
    ("n", "n"),
    ("o", "o"),
    ("p", "p"),
    ("q", "k"),
    ("r", "r"),
    ("s", "s"),
    ("t", "t"),
    ("u", "u"),
    ("v", "v"),
];

/// The first group of a Latin word: how many bytes it takes, and its spelling; `None` at the end.
fn latin(rest: &str) -> Option<(usize, &'static str)> {
    let first = rest.chars().next()?;
    let group =
        GROUPS.iter().find(|(group, _)| rest.starts_with(group)).map(|(group, spelling)| (group.len(), *spelling));
    Some(group.unwrap_or(match first {
        // Alone at the end it may become ch, which begins so too.
        'c' if rest.len() == 1 => (1, "c"),
        'c' => (1, "k"),
        'w' => (1, "v"),
        'x' => (1, "ks"),
        'y' => (1, "i"),
        'z' => (1, "z"),
        other => (other.len_utf8(), ""),
    }))
}

/// A small Latin letter without its mark; those of the Kazakh Latin alphabet among them.
fn plain(letter: char) -> char {
    match letter {
        'à'..='æ' | 'ā' | 'ă' | 'ą' | 'ə' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' => 'd',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ğ' | 'ģ' | 'ǵ' | 'ġ' => 'g',
        'ì'..='ï' | 'ī' | 'ĭ' | 'ı' | 'ý' | 'ÿ' => 'i',
        'ķ' => 'k',
        'ł' | 'ļ' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ņ' | 'ň' | 'ŋ' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' | 'ɵ' => 'o',
        'ř' => 'r',
        'ş' | 'ś' | 'š' | 'ș' | 'ß' => 's',
        'ţ' | 'ť' | 'ț' => 't',
        'ù'..='ü' | 'ū' | 'ŭ' | 'ů' | 'ű' => 'u',
        'ž' | 'ź' | 'ż' => 'z',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::PersonName, *};

    fn finds(query: &str, name: &PersonName) -> bool {
        SearchQuery::parse(query).finds(&name.search_words())
    }

    #[test]
    fn a_name_is_found_from_russian_and_latin_keyboards_by_the_beginnings_of_its_words() {
        let name =
            |family: &str, given: &str, patronymic: &str| PersonName::parse(family, given, Some(patronymic)).unwrap();
        let cases = [
            (
                name("Құдайберген", "Әсел", "Ерланқызы"),
                "kudaibergen|Qudaybergen|KUDAY|Құд|кудайб|әсел|асел|asel құд|erlan|yerlank",
            ),
            (
                name("Хасенов", "Жәнібек", "Ғалымұлы"),
                "khasenov|hasenov|Hassenov|хас|zhanibek|Janibek|Жани хас|galym|ghalymuly",
            ),
            (
                name("Щербакова", "Мария", "Юрьевна"),
                "Shcherbakova|shche|shc|sh|Maria|Mariya|mariia|yuryevna|iurevna|щерб мар",
            ),
            (
                name("Королёв", "Дмитрий", "Сергеевич"),
                "королев|korolyov|korolev|dmitry|Dmitriy|dmitrii|sergeevich|sergeyevich",
            ),
            (name("Шмидт", "Эльвира", "Александровна"), "schmidt|shmidt|sc|sch|elvira|alexandrovna|aleksandr"),
            (name("Цой", "Асхат", "Бекханұлы"), "tsoi|tsoy|askhat|bekhan|bekkhan|бекх|бек"),
            (name("Әлиев", "Үміт", "Өмірханұлы"), "aliyev|aliev|Äliev|umit|ümit|omir|алиев умит омирх"),
            (name("О’Нил", "Анна-Мария", ""), "onil|о'нил|мария|анна мария|anna-maria"),
            (name("Ким", "Acель", ""), "асель|asel"),
        ];
        for (name, queries) in cases {
            for query in queries.split('|') {
                assert!(finds(query, &name), "{query} in {} ({})", name.full(), name.search_key());
            }
        }
    }

    #[test]
    fn other_people_are_not_found() {
        let name = PersonName::parse("Құдайберген", "Әсел", None).unwrap();
        for query in ["сел", "дайберген", "асель иванов", "kudz", "асел а б в г"] {
            assert!(!finds(query, &name), "{query}");
        }
    }

    #[test]
    fn a_query_without_letters_is_empty_and_a_long_one_is_cut() {
        assert!(SearchQuery::parse(" 12 %_ ' ").is_empty());
        assert_eq!(SearchQuery::parse(&"а б в г д е ж ".repeat(1000)).prefixes().len(), SearchQuery::MAX_WORDS);
        assert_eq!(format!("{:?}", SearchQuery::parse("асель")), "SearchQuery(1 words hidden)");
    }

    const LETTERS: &str = "[а-яёәғқңөұүһі]{1,12}";

    proptest! {
        #[test]
        fn every_beginning_of_a_cyrillic_word_finds_it_also_without_kazakh_letters(
            family in LETTERS, given in LETTERS, at in 1..12_usize,
        ) {
            let name = PersonName::parse(&family, &given, None).unwrap();
            let start: String = family.chars().take(at).collect();
            let russian: String = start.chars().map(|letter| match letter {
                'ә' => 'а', 'ғ' => 'г', 'қ' => 'к', 'ң' => 'н', 'ө' => 'о', 'ұ' | 'ү' => 'у', 'һ' => 'х', 'і' => 'и', 'ё' => 'е',
                other => other,
            }).filter(|letter| !matches!(letter, 'ъ' | 'ь')).collect();
            prop_assert!(finds(&start, &name), "{start} in {}", name.full());
            prop_assert!(finds(&russian, &name), "{russian} in {}", name.full());
            let both = format!("{given} {}", start.to_uppercase());
            prop_assert!(finds(&both, &name), "both words");
        }

        #[test]
        fn range_and_patterns_agree_with_the_beginning(word in LETTERS, query in "[а-яё]{1,3}") {
            let words = words(&word);
            for prefix in SearchQuery::parse(&query).prefixes() {
                let (from, to) = prefix.range();
                for word in &words {
                    prop_assert_eq!(word.starts_with(prefix.as_str()), *word >= from && *word < to, "{} {}", word, prefix.as_str());
                }
                prop_assert_eq!(prefix.like(), format!("{}%", prefix.as_str()));
                prop_assert_eq!(prefix.like_in_key(), format!("% {}%", prefix.as_str()));
            }
        }

        #[test]
        fn folded_words_are_plain_letters_without_doubles(text in "\\PC{0,40}") {
            for prefix in SearchQuery::parse(&text).prefixes() {
                let letters = prefix.as_str().as_bytes();
                prop_assert!(letters.iter().all(u8::is_ascii_lowercase));
                prop_assert!(letters.windows(2).all(|pair| pair[0] != pair[1]), "{}", prefix.as_str());
            }
        }
    }
}
