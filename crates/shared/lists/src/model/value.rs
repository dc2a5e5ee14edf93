//! Cells read as people type them.

use std::collections::BTreeSet;

use kernel::{Card, CardError, PersonStatus, ReaderFormat, Role};
use people::model::{ClassName, ClassNameError, Document, DocumentKind, GuardianKind, Iin, IinError, Sex};
use sheet::{Cell, date_of_text};

use super::heading::fold;

/// An identification number found in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IinCell {
    /// The number.
    pub iin: Iin,
    /// Whether zeros at its beginning were lost and put back: a spreadsheet program took it for a number.
    pub is_restored: bool,
}

/// The number in a cell.
///
/// # Errors
/// [`IinError`] says why it is none.
pub fn iin_of(cell: &Cell) -> Result<IinCell, IinError> {
    let text = cell.as_text();
    let plain = text.trim_start_matches('\'').trim_end_matches(".0");
    let as_it_is = Iin::parse(plain);
    if let Ok(iin) = as_it_is {
        return Ok(IinCell { iin, is_restored: false });
    }
    let digits: String = plain.chars().filter(|letter| !letter.is_whitespace()).collect();
    // A birth year from 2000 to 2009 begins with zeros: at most three of them, in January to September.
    let is_short = (8..12).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    match Iin::parse(&format!("{digits:0>12}")) {
        Ok(iin) if is_short => Ok(IinCell { iin, is_restored: true }),
        _ => as_it_is.map(|iin| IinCell { iin, is_restored: false }),
    }
}

/// The sex that a word means.
pub fn sex_of(text: &str) -> Option<Sex> {
    match fold(text).as_str() {
        "м" | "муж" | "мужской" | "мужчина" | "мальчик" | "ер" | "еркек" | "ұл" | "ерадам" | "ұлбала" | "m"
        | "male" | "boy" | "man" | "1" => Some(Sex::Male),
        "ж" | "жен" | "женский" | "женщина" | "девочка" | "әйел" | "қыз" | "қызбала" | "f" | "female" | "girl"
        | "woman" | "2" | "ә" | "қ" => Some(Sex::Female),
        _ => None,
    }
}

/// The class in a cell: `5 Б`, `5-Б`, `5Б`, `5 «Б»`, `5 б класс`, `5 "Б" сынып`.
///
/// # Errors
/// [`ClassNameError`] says what is missing.
pub fn class_of(text: &str) -> Result<ClassName, ClassNameError> {
    let lower = text.to_lowercase();
    let bare = ["класс", "сыныбы", "сынып", "class", "кл."].iter().fold(lower, |text, word| text.replace(word, " "));
    let bare: String = bare.chars().filter(|letter| !matches!(letter, '(' | ')' | '.' | '_' | '/')).collect();
    ClassName::parse(&bare.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The roles that words separated by commas or semicolons mean; `None` when one is not known.
pub fn roles_of(text: &str) -> Option<BTreeSet<Role>> {
    text.split([',', ';', '/', '+']).map(str::trim).filter(|word| !word.is_empty()).map(role_of).collect()
}

fn role_of(word: &str) -> Option<Role> {
    match fold(word).as_str() {
        "ученик" | "ученица" | "учащийся" | "учащаяся" | "оқушы" | "школьник" | "pupil" | "student" => {
            Some(Role::Pupil)
        }
        "учитель" | "учительница" | "педагог" | "преподаватель" | "мұғалім" | "ұстаз" | "teacher" => {
            Some(Role::Teacher)
        }
        "сотрудник" | "сотрудница" | "работник" | "персонал" | "қызметкер" | "staff" | "employee" => {
            Some(Role::Staff)
        }
        "родитель"
        | "законныйпредставитель"
        | "опекун"
        | "атаана"
        | "ата"
        | "ана"
        | "заңдыөкіл"
        | "қамқоршы"
        | "guardian"
        | "parent" => Some(Role::Guardian),
        _ => None,
    }
}

/// What a guardian is to a child, in words. Grandparents and other kin are none of it by law, so they are not known here.
pub fn kin_of(text: &str) -> Option<GuardianKind> {
    match fold(text).as_str() {
        "родитель"
        | "родительница"
        | "мать"
        | "мама"
        | "отец"
        | "папа"
        | "атаана"
        | "атаанасы"
        | "ана"
        | "анасы"
        | "шешесі"
        | "әке"
        | "әкесі"
        | "parent"
        | "mother"
        | "father" => Some(GuardianKind::Parent),
        "усыновитель"
        | "усыновительница"
        | "удочеритель"
        | "приемныйродитель"
        | "асырапалушы"
        | "асырапалған"
        | "adoptiveparent" => Some(GuardianKind::AdoptiveParent),
        "опекун" | "опекунша" | "қорғаншы" | "қорғаншысы" | "guardian" => {
            Some(GuardianKind::Guardian)
        }
        "попечитель" | "попечительница" | "қамқоршы" | "қамқоршысы" | "trustee" => {
            Some(GuardianKind::Trustee)
        }
        _ => None,
    }
}

/// Why a text is no document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentFault {
    /// Neither it nor its heading say which.
    Kind,
    /// Its number is none.
    Number,
}

/// The document in a cell: `Свидетельство о рождении АВ 123456, 20.09.2015`. Where the cell does not say which document it is, its heading may.
///
/// # Errors
/// [`DocumentFault`] says what is missing.
pub fn document_of(text: &str, heading: &str) -> Result<Document, DocumentFault> {
    // Between the words of a document's kind and its number.
    const LINKS: &[&str] = &["о", "на", "вид", "туу", "от", "г", "ж", "id", "no", "the", "of", "уд", "л", "св"];
    let kind = document_kind(text).or_else(|| document_kind(heading)).ok_or(DocumentFault::Kind)?;
    let (mut number, mut issued) = (String::new(), None);
    for word in text.split([' ', ',', ';', ':', '\n', '\t', '\u{a0}']).filter(|word| !word.is_empty()) {
        let bare = fold(word);
        let has_figure = bare.chars().any(|letter| letter.is_ascii_digit());
        match date_of_text(word) {
            Some(day) => issued = Some(day),
            None if has_figure || (bare.chars().count() <= 3 && !LINKS.contains(&bare.as_str())) => number += word,
            None => {}
        }
    }
    Document::parse(kind, &number, issued).map_err(|_| DocumentFault::Number)
}

fn document_kind(text: &str) -> Option<DocumentKind> {
    let text = fold(text);
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["рожден", "туутуралы", "birth"]) {
        Some(DocumentKind::BirthCertificate)
    } else if has(&["жительств", "ықтиярхат", "тұруғарұқсат", "residence"]) {
        Some(DocumentKind::ResidencePermit)
    } else if has(&["паспорт", "төлқұжат", "passport"]) {
        Some(DocumentKind::Passport)
    } else if has(&["удостоверен", "удличности", "куәлік", "identity", "idcard"]) {
        Some(DocumentKind::IdentityCard)
    } else {
        None
    }
}

/// Whether the person may be here, in words.
pub fn status_of(text: &str) -> Option<PersonStatus> {
    match fold(text).as_str() {
        "активен" | "активный" | "активна" | "учится" | "работает" | "белсенді" | "оқиды" | "active" | "вшколе"
        | "мектепте" | "atschool" => Some(PersonStatus::Active),
        "заблокирован"
        | "заблокирована"
        | "блокирован"
        | "проходзапрещен"
        | "бұғатталған"
        | "өтугетыйымсалынған"
        | "blocked"
        | "nopass" => Some(PersonStatus::Blocked),
        "выбыл" | "выбыла" | "архив" | "вархиве" | "уволен" | "уволена" | "кетті" | "кеткен" | "мұрағатта"
        | "archived" | "left" => Some(PersonStatus::Archived),
        _ => None,
    }
}

/// A card as any file can hold it without doubt: hexadecimal, as many digits as its bits need; 24 bits as facility code and number.
pub fn card_code(card: Card) -> String {
    match card.facility() {
        Some((facility, number)) => format!("{facility},{number:05}"),
        None => format!("0x{:0width$X}", card.value, width = usize::from(card.bits.div_ceil(4))),
    }
}

/// The card that a text means: as [`card_code`] writes it, or as a reader of `format` shows it.
///
/// # Errors
/// [`CardError`] says why it is none.
pub fn card_of(text: &str, format: ReaderFormat) -> Result<Card, CardError> {
    let text = text.trim().trim_start_matches('\'').trim();
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let bits = match hex.len() {
            6 => 24,
            8 => 32,
            9 => 35,
            14 => 56,
            _ => return Err(CardError::OutOfRange),
        };
        let value = u64::from_str_radix(hex, 16).map_err(|_| CardError::NotANumber)?;
        return Card::new(bits, value);
    }
    let bare: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    Card::parse(&bare, format)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lost_zeros_of_an_iin_are_put_back() {
        let of = |cell: Cell| iin_of(&cell).map(|found| (found.iin.expose(), found.is_restored));
        assert_eq!(of(Cell::Number(61_211_600_012.0)), Ok(("061211600012".into(), true)));
        assert_eq!(of(Cell::text("61211600012")), Ok(("061211600012".into(), true)));
        assert_eq!(of(Cell::text("061211600012")), Ok(("061211600012".into(), false)));
        assert_eq!(of(Cell::text("150915 500017")), Ok(("150915500017".into(), false)));
        assert_eq!(of(Cell::Number(150_915_500_018.0)), Err(IinError::CheckDigit));
        assert_eq!(of(Cell::text("990340005977")), Err(IinError::Bin));
        assert_eq!(of(Cell::text("1,50916E+11")), Err(IinError::NotDigits));
        assert_eq!(of(Cell::text("12345")), Err(IinError::Length(5)));
    }

    #[test]
    fn documents_and_kin_are_read_as_schools_write_them() {
        use DocumentKind as K;
        let day = Some(jiff::civil::date(2015, 9, 20));
        for (text, heading, kind, number, issued) in [
            ("Свидетельство о рождении АВ № 123456, 20.09.2015", "", K::BirthCertificate, "АВ123456", day),
            ("св-во о рождении 0123456 от 20.09.2015 г.", "", K::BirthCertificate, "0123456", day),
            ("012345678", "Номер удостоверения личности", K::IdentityCard, "012345678", None),
            ("Жеке куәлік 012345678", "Құжат", K::IdentityCard, "012345678", None),
            ("Туу туралы куәлік: АВ 123456; 2015-09-20", "", K::BirthCertificate, "АВ123456", day),
            ("Паспорт N12345678", "", K::Passport, "N12345678", None),
            ("вид на жительство 987654", "", K::ResidencePermit, "987654", None),
        ] {
            let document = document_of(text, heading).unwrap();
            assert_eq!((document.kind, document.number.as_str(), document.issued), (kind, number, issued), "{text}");
        }
        assert_eq!(document_of("012345678", "Документ"), Err(DocumentFault::Kind));
        assert_eq!(document_of("паспорт", ""), Err(DocumentFault::Number));
        for (text, kind) in [
            ("Мать", Some(GuardianKind::Parent)),
            ("ӘКЕСІ", Some(GuardianKind::Parent)),
            ("опекун", Some(GuardianKind::Guardian)),
            ("қамқоршы", Some(GuardianKind::Trustee)),
            ("усыновитель", Some(GuardianKind::AdoptiveParent)),
            ("бабушка", None),
        ] {
            assert_eq!(kin_of(text), kind, "{text}");
        }
    }

    #[test]
    fn classes_sexes_and_roles_are_read_as_schools_write_them() {
        let class = ClassName::parse("5Б").unwrap();
        for text in
            ["5 Б", "5-Б", "5Б", "5 «Б»", "5 б класс", "5 \"Б\" сынып", "5-«Б» сыныбы", "5 (Б)", "5Б кл.", "05 б"]
        {
            assert_eq!(class_of(text), Ok(class), "{text}");
        }
        assert_eq!(class_of("подготовительный"), Err(ClassNameError::NoGrade));
        for (text, sex) in [
            ("м", Some(Sex::Male)),
            ("Ұл", Some(Sex::Male)),
            ("мужской", Some(Sex::Male)),
            ("ҚЫЗ", Some(Sex::Female)),
            ("?", None),
        ] {
            assert_eq!(sex_of(text), sex, "{text}");
        }
        assert_eq!(roles_of("Учитель, родитель"), Some([Role::Teacher, Role::Guardian].into()));
        assert_eq!(roles_of("мұғалім; космонавт"), None);
    }

    proptest! {
        #[test]
        fn every_card_is_read_as_it_is_written(kind in 0..4_usize, value: u64) {
            let bits = [24, 32, 35, 56][kind];
            let card = Card::new(bits, value & ((1 << bits) - 1)).unwrap();
            for format in ReaderFormat::ALL {
                prop_assert_eq!(card_of(&card_code(card), format), Ok(card));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = (iin_of(&Cell::text(&text)), sex_of(&text), class_of(&text), roles_of(&text), status_of(&text));
            let _ = (card_of(&text, ReaderFormat::W26), document_of(&text, ""), document_of(&text, "Паспорт"), kin_of(&text));
        }
    }
}
