//! Where in a file the list is, and what its columns mean: guessed, then corrected by hand.

use std::collections::BTreeSet;

use people::model::{Iin, Phone};
use sheet::{Book, Cell, Row, Sheet};

use super::{
    Field,
    heading::{fold, recognise},
    value::{class_of, iin_of, roles_of, sex_of},
};

/// Rows at the top among which the headings are looked for: titles and stamps stand above them.
const HEAD_ROWS: usize = 30;
/// Rows under the headings by whose content a column is guessed, and that a page shows.
pub const SAMPLE_ROWS: usize = 40;
/// Of a hundred cells so many must look alike for a guess by content.
const MOST: usize = 60;

/// What the columns of a sheet mean.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Mapping {
    /// The index among the sheet's rows of the one with the headings; `None`: there is none, the list begins at once.
    pub heading: Option<usize>,
    /// The meaning of each column from the first on.
    pub columns: Vec<Option<Field>>,
}

impl Mapping {
    /// The column of a field.
    pub fn column(&self, field: Field) -> Option<usize> {
        self.columns.iter().position(|known| *known == Some(field))
    }

    /// Whether a name can be made of the columns.
    pub fn has_name(&self) -> bool {
        self.column(Field::FullName).is_some()
            || (self.column(Field::Family).is_some() && self.column(Field::Given).is_some())
    }

    /// The rows of the list itself.
    pub fn body<'a>(&self, sheet: &'a Sheet) -> &'a [Row] {
        let start = self.heading.map_or(0, |index| index + 1);
        sheet.rows.get(start..).unwrap_or_default()
    }

    /// The same columns with another row for the headings.
    #[must_use]
    pub fn under(&self, heading: Option<usize>) -> Self {
        Self { heading, columns: self.columns.clone() }
    }

    /// Words that the database can keep: `family,,iin`.
    pub fn as_text(&self) -> String {
        self.columns.iter().map(|field| field.map_or("", Field::as_str)).collect::<Vec<_>>().join(",")
    }
}

/// How wide a sheet is.
fn width(sheet: &Sheet) -> usize {
    sheet.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0)
}

/// Guesses the row with the headings and what each column means; each field is guessed for one column at most.
pub fn guess(sheet: &Sheet) -> Mapping {
    let heading = heading_row(sheet);
    let mut mapping = Mapping { heading, columns: vec![None; width(sheet)] };
    let mut taken = BTreeSet::new();
    if let Some(row) = heading.and_then(|index| sheet.rows.get(index)) {
        for (column, field) in mapping.columns.iter_mut().enumerate() {
            *field = recognise(&row.cell(column).as_text()).filter(|field| taken.insert(*field));
        }
    }
    a_name_beside_a_surname(sheet, &mut mapping, &mut taken);
    by_content(sheet, &mut mapping, &mut taken);
    mapping
}

/// `Name` alone is the whole name; beside `Surname` it is the given one.
fn a_name_beside_a_surname(sheet: &Sheet, mapping: &mut Mapping, taken: &mut BTreeSet<Field>) {
    let Some(column) = mapping.column(Field::FullName) else { return };
    let head = mapping.heading.and_then(|index| sheet.rows.get(index)).map(|row| fold(&row.cell(column).as_text()));
    if head.as_deref() == Some("name") && taken.contains(&Field::Family) && taken.insert(Field::Given) {
        mapping.columns[column] = Some(Field::Given);
        taken.remove(&Field::FullName);
    }
}

/// How many different fields a row names.
fn named(row: &Row) -> usize {
    row.cells.iter().filter_map(|cell| recognise(&cell.as_text())).collect::<BTreeSet<_>>().len()
}

fn heading_row(sheet: &Sheet) -> Option<usize> {
    let scores = sheet.rows.iter().take(HEAD_ROWS).map(named).enumerate();
    // Of two rows that name as much the first counts: some lists repeat their headings.
    let (index, score) = scores.rev().max_by_key(|(_, score)| *score)?;
    // One word alone may be a title: `Сотрудники`. It is a heading when it is all that the row and the list have.
    let is_narrow = width(sheet) == 1;
    (score >= 2 || (score == 1 && is_narrow)).then_some(index)
}

fn by_content(sheet: &Sheet, mapping: &mut Mapping, taken: &mut BTreeSet<Field>) {
    let rows: Vec<&Row> = mapping.body(sheet).iter().take(SAMPLE_ROWS).collect();
    let head = mapping.heading.and_then(|index| sheet.rows.get(index));
    for column in 0..mapping.columns.len() {
        let has_heading = head.is_some_and(|row| !row.cell(column).is_empty());
        if mapping.columns[column].is_some() {
            continue;
        }
        let cells: Vec<&Cell> = rows.iter().map(|row| row.cell(column)).filter(|cell| !cell.is_empty()).collect();
        let field = content(&cells, taken).filter(|field| !has_heading || *field == Field::Iin);
        mapping.columns[column] = field.filter(|field| taken.insert(*field));
    }
}

/// What most of these cells look like.
fn content(cells: &[&Cell], taken: &BTreeSet<Field>) -> Option<Field> {
    let is_name = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        (2..=4).contains(&words.len())
            && words.iter().all(|word| word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’')))
    };
    type Looks<'a> = (Field, &'a dyn Fn(&Cell) -> bool);
    let looks: [Looks<'_>; 8] = [
        (Field::Iin, &|cell| iin_of(cell).is_ok() && Iin::parse(&format!("{:0>12}", cell.as_text())).is_ok()),
        (Field::Class, &|cell| class_of(&cell.as_text()).is_ok()),
        (Field::Phone, &|cell| Phone::parse(&cell.as_text()).is_ok()),
        (Field::BirthDate, &|cell| !matches!(cell, Cell::Number(_)) && cell.as_date().is_some()),
        (Field::Email, &|cell| cell.as_text().contains('@')),
        (Field::Sex, &|cell| cell.as_text().parse::<f64>().is_err() && sex_of(&cell.as_text()).is_some()),
        (Field::Role, &|cell| roles_of(&cell.as_text()).is_some_and(|roles| !roles.is_empty())),
        (Field::FullName, &|cell| is_name(&cell.as_text())),
    ];
    let is_free = |field: Field| {
        let is_split = taken.contains(&Field::Family) || taken.contains(&Field::Given);
        !(taken.contains(&field) || field == Field::FullName && is_split)
    };
    looks
        .into_iter()
        .filter(|(field, _)| is_free(*field))
        .find(|(_, look)| {
            !cells.is_empty() && cells.iter().filter(|cell| look(cell)).count() * 100 >= cells.len() * MOST
        })
        .map(|(field, _)| field)
}

/// The sheet that looks most like a list: with the most headings that are known, then with the most rows.
pub fn likeliest_sheet(book: &Book) -> usize {
    let score = |sheet: &Sheet| {
        let mapping = guess(sheet);
        let fields = mapping.columns.iter().flatten().count();
        (mapping.has_name(), fields, sheet.rows.len())
    };
    let best = book.sheets.iter().map(score).enumerate().rev().max_by_key(|(_, score)| *score);
    best.map_or(0, |(index, _)| index)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(super) fn sheet(rows: &[&[&str]]) -> Sheet {
        let row = |(index, cells): (usize, &&[&str])| Row {
            number: u32::try_from(index + 1).unwrap(),
            cells: cells.iter().map(|text| Cell::text(text)).collect(),
        };
        Sheet { name: "1".into(), rows: rows.iter().enumerate().map(row).collect() }
    }

    #[test]
    fn the_headings_are_found_under_titles_and_merged_cells() {
        let list = sheet(&[
            &["Список учащихся школы № 1", "Список учащихся школы № 1", "Список учащихся школы № 1"],
            &["на 1 сентября 2026 г."],
            &["№", "Ф.И.О.", "ИИН", "Класс"],
            &["1", "Асанова Айгүл", "150915500017", "5 Б"],
        ]);
        let mapping = guess(&list);
        assert_eq!(mapping.heading, Some(2));
        assert_eq!(mapping.columns, [None, Some(Field::FullName), Some(Field::Iin), Some(Field::Class)]);
        assert_eq!(mapping.body(&list).len(), 1);
        assert!(mapping.has_name());
        assert_eq!(mapping.as_text(), ",full_name,iin,class");
    }

    #[test]
    fn each_field_is_guessed_once() {
        let list = sheet(&[&["Фамилия", "Имя", "Фамилия", "Тегі"], &["а", "б", "в", "г"]]);
        assert_eq!(guess(&list).columns, [Some(Field::Family), Some(Field::Given), None, None]);
    }

    #[test]
    fn columns_without_headings_are_guessed_by_what_they_hold() {
        let list = sheet(&[
            &["1", "Асанова Айгүл Ерланқызы", "150915500017", "15.09.2015", "5 «Б»", "қыз", "+7 701 000 00 01"],
            &["2", "Ким Анна", "120302600174", "02.03.2012", "8А", "ж", "87010000002"],
        ]);
        let mapping = guess(&list);
        assert_eq!(mapping.heading, None);
        let fields = [
            None,
            Some(Field::FullName),
            Some(Field::Iin),
            Some(Field::BirthDate),
            Some(Field::Class),
            Some(Field::Sex),
            Some(Field::Phone),
        ];
        assert_eq!(mapping.columns, fields);
    }

    #[test]
    fn the_sheet_with_the_list_is_chosen() {
        let cover = sheet(&[&["Отчёт"], &["а", "б"], &["в"], &["г"], &["д"]]);
        let list = sheet(&[&["Тегі", "Аты"], &["Ким", "Анна"]]);
        assert_eq!(likeliest_sheet(&Book { sheets: vec![cover, list], notes: Vec::new() }), 1);
    }

    proptest! {
        #[test]
        fn any_table_is_guessed_at_without_falling(rows in proptest::collection::vec(proptest::collection::vec("\\PC{0,12}", 0..6), 0..8)) {
            let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
            let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
            let list = sheet(&rows);
            let mapping = guess(&list);
            let fields: Vec<Field> = mapping.columns.iter().flatten().copied().collect();
            let different: BTreeSet<Field> = fields.iter().copied().collect();
            prop_assert_eq!(fields.len(), different.len());
        }

        #[test]
        fn the_order_of_columns_does_not_count(order in Just([0, 1, 2, 3, 4]).prop_shuffle()) {
            let heads = ["Тегі", "Аты", "ЖСН", "Сынып", "Туған күні"];
            let fields = [Field::Family, Field::Given, Field::Iin, Field::Class, Field::BirthDate];
            let row: Vec<&str> = order.iter().map(|index| heads[*index]).collect();
            let want: Vec<Option<Field>> = order.iter().map(|index| Some(fields[*index])).collect();
            prop_assert_eq!(guess(&sheet(&[&["Мектеп"], &row, &["а"]])).columns, want);
        }
    }
}
