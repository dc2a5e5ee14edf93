//! A list of persons with the numbers of their cards, as a supplier or a secretary keeps it: read from a sheet, row by row.

use jiff::civil::Date;
use kernel::{Card, CardError, ReaderFormat};
use lists::model::{Field, card_of, class_of, guess, iin_of, likeliest_sheet};
use people::model::{ClassName, Iin, PersonName};
use sheet::Book;

/// Rows of a list at most.
pub const CARD_ROWS: usize = 1_000;

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardRow {
    /// Its number in the file, from 1.
    pub line: usize,
    /// Whom it means, as it is written.
    pub who: String,
    /// The name.
    pub name: Option<PersonName>,
    /// The IIN.
    pub iin: Option<Iin>,
    /// The birth date.
    pub birth_date: Option<Date>,
    /// The class.
    pub class: Option<ClassName>,
    /// The card.
    pub card: Result<Card, CardError>,
}

/// Why a file is no list of cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardListError {
    /// No column of card numbers.
    #[error("no column of card numbers")]
    NoCards,
    /// Neither names nor IINs.
    #[error("neither names nor IINs")]
    Nobody,
    /// More rows than are taken at once.
    #[error("more than {CARD_ROWS} rows")]
    TooLong,
}

impl CardListError {
    /// The key of the sentence that a page shows.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoCards => "access-card-list-no-cards",
            Self::Nobody => "access-card-list-nobody",
            Self::TooLong => "access-card-list-too-long",
        }
    }
}

/// The rows of a file that name a card, with card numbers as readers of `format` show them.
///
/// # Errors
/// [`CardListError`] says what the file lacks.
pub fn card_rows(book: &Book, format: ReaderFormat) -> Result<Vec<CardRow>, CardListError> {
    let Some(sheet) = book.sheets.get(likeliest_sheet(book)) else { return Err(CardListError::NoCards) };
    let mapping = guess(sheet);
    let card_column = mapping.column(Field::Card).ok_or(CardListError::NoCards)?;
    if !mapping.has_name() && mapping.column(Field::Iin).is_none() {
        return Err(CardListError::Nobody);
    }
    let body = mapping.body(sheet);
    let first = sheet.rows.len() - body.len() + 1;
    let mut rows = Vec::new();
    for (row, line) in body.iter().zip(first..) {
        let number = row.cell(card_column).as_text();
        if number.trim().is_empty() {
            continue;
        }
        if rows.len() == CARD_ROWS {
            return Err(CardListError::TooLong);
        }
        let cell = |field: Field| mapping.column(field).map(|column| row.cell(column));
        let text = |field: Field| cell(field).map(|cell| cell.as_text().trim().to_owned()).unwrap_or_default();
        let iin = cell(Field::Iin).and_then(|cell| iin_of(cell).ok()).map(|found| found.iin);
        let grade_and_letter = format!("{}{}", text(Field::Grade), text(Field::Letter));
        let class = class_of(&text(Field::Class)).or_else(|_| class_of(&grade_and_letter)).ok();
        let parts = name_parts(&text);
        let who = parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ");
        let [family, given, patronymic] = &parts;
        rows.push(CardRow {
            line,
            who,
            name: PersonName::parse(family, given, Some(patronymic)).ok(),
            iin,
            birth_date: cell(Field::BirthDate).and_then(sheet::Cell::as_date),
            class,
            card: card_of(&number, format),
        });
    }
    Ok(rows)
}

/// Family name, given name and patronymic, whether they stand in one cell or in three.
fn name_parts(text: &impl Fn(Field) -> String) -> [String; 3] {
    let full = text(Field::FullName);
    if full.is_empty() {
        return [Field::Family, Field::Given, Field::Patronymic].map(text);
    }
    let mut words = full.split_whitespace().map(str::to_owned);
    let (family, given) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    [family, given, words.collect::<Vec<_>>().join(" ")]
}

/// The line of a row in a hidden field of a form: who, and the card.
pub fn card_line(person: kernel::PersonId, card: Card) -> String {
    format!("{person} {} {}", card.bits, card.value)
}

/// What [`card_line`] has written.
pub fn parse_card_line(line: &str) -> Option<(kernel::PersonId, Card)> {
    let mut parts = line.split(' ');
    let (person, bits, value) = (parts.next()?, parts.next()?, parts.next()?);
    let card = Card::new(bits.parse().ok()?, value.parse().ok()?).ok()?;
    if parts.next().is_some() { None } else { Some((person.parse().ok()?, card)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Result<Vec<CardRow>, CardListError> {
        card_rows(&sheet::read(text.as_bytes()).unwrap(), ReaderFormat::W26)
    }

    #[test]
    fn names_classes_and_cards_are_read_as_lists_hold_them() {
        let found = rows("Карты 5 класса;;\n№;Ф.И.О.;Класс;Номер карты\n1;Асанова Айгүл Ерланқызы;5Б;100,58400\n2;Ким Анна;5Б;\n3;Ли Ян;5Б;х\n")
            .unwrap();
        assert_eq!(found.len(), 2, "a row without a card is left out");
        assert_eq!((found[0].line, found[0].who.as_str()), (3, "Асанова Айгүл Ерланқызы"));
        assert_eq!(found[0].card, Ok(Card { bits: 24, value: 100 << 16 | 58400 }));
        assert_eq!(found[0].class, ClassName::parse("5Б").ok());
        assert_eq!(found[1].card, Err(CardError::NotANumber));
        let by_iin = rows("ИИН;Карта\n150915500017;10058400\n").unwrap();
        assert!(by_iin[0].iin.is_some() && by_iin[0].name.is_none());
    }

    #[test]
    fn a_file_says_what_it_lacks() {
        assert_eq!(rows("Ф.И.О.;Класс\nКим Анна;5Б\n"), Err(CardListError::NoCards));
        assert_eq!(rows("Класс;Карта\n5Б;1\n"), Err(CardListError::Nobody));
        let long = format!("Ф.И.О.;Карта\n{}", "Ким Анна;1\n".repeat(CARD_ROWS + 1));
        assert_eq!(rows(&long), Err(CardListError::TooLong));
    }

    #[test]
    fn a_line_of_a_form_is_read_back() {
        let person = "01934d2e-7c00-7000-8000-000000000001".parse().unwrap();
        let card = Card { bits: 32, value: 77 };
        assert_eq!(parse_card_line(&card_line(person, card)), Some((person, card)));
        for wrong in
            ["", "x 24 1", "01934d2e-7c00-7000-8000-000000000001 24", "01934d2e-7c00-7000-8000-000000000001 25 1"]
        {
            assert_eq!(parse_card_line(wrong), None, "{wrong}");
        }
    }
}
