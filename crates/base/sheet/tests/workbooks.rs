//! Workbooks as schools bring them, made by a library that others wrote.
#![allow(clippy::unwrap_used, reason = "a test that cannot be made shall stop")]

use jiff::civil::date;
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use sheet::{Cell, Note, SheetError, read};

/// A list of pupils with everything that real lists have.
fn list() -> Vec<u8> {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.set_name("Список").unwrap();
    page.merge_range(0, 0, 0, 3, "Школа № 1", &Format::new()).unwrap();
    for (column, head) in (0..).zip(["Класс", "ФИО", "ИИН", "Дата рождения"]) {
        page.write_string(2, column, head).unwrap();
    }
    page.merge_range(3, 0, 5, 0, "5 «Ә»", &Format::new()).unwrap();
    let day = Format::new().set_num_format("dd.mm.yyyy");
    page.write_string(3, 1, " Әлиева Айгерім ").unwrap();
    page.write_number(3, 2, 150_915_500_017.0).unwrap();
    page.write_datetime_with_format(3, 3, ExcelDateTime::from_ymd(2015, 9, 15).unwrap(), &day).unwrap();
    page.write_string(4, 1, "Иванов Иван").unwrap();
    page.write_string(4, 2, "061211600012").unwrap();
    page.write_string(4, 3, "11.12.2006").unwrap();
    page.write_formula(5, 1, Formula::new("=B4&\" 2\"").set_result("Әлиева Айгерім 2")).unwrap();
    page.write_formula(5, 2, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    let hidden = book.add_worksheet();
    hidden.set_name("secret").unwrap().set_hidden(true);
    hidden.write_string(0, 0, "x").unwrap();
    book.add_worksheet().set_name("empty").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_real_list_is_read_as_it_looks() {
    let book = read(&list()).unwrap();
    assert_eq!(book.sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>(), ["Список"]);
    let rows = &book.sheets[0].rows;
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 3, 4, 5, 6]);
    assert_eq!(rows[0].cell(3), &Cell::Text("Школа № 1".into()));
    assert_eq!(rows[2].cell(0), &Cell::Text("5 «Ә»".into()));
    assert_eq!(rows[2].cell(1), &Cell::Text("Әлиева Айгерім".into()));
    assert_eq!(rows[2].cell(2).as_text(), "150915500017");
    assert_eq!(rows[2].cell(3).as_date(), Some(date(2015, 9, 15)));
    assert_eq!(rows[3].cell(0), &Cell::Text("5 «Ә»".into()));
    assert_eq!(rows[3].cell(2).as_text(), "061211600012");
    assert_eq!(rows[3].cell(3).as_date(), Some(date(2006, 12, 11)));
    assert_eq!(rows[4].cell(1), &Cell::Text("Әлиева Айгерім 2".into()));
    assert!(book.notes.contains(&Note::HiddenSheets(1)));
    assert!(book.notes.contains(&Note::Formulas));
    assert!(book.notes.contains(&Note::Merged(2)));
}

#[test]
fn a_hundred_thousand_rows_are_read_and_more_are_refused() {
    let written = |rows: u32| {
        let mut book = Workbook::new();
        let page = book.add_worksheet_with_constant_memory().unwrap();
        for row in 0..rows {
            page.write_string(row, 0, "Әлиева").unwrap();
            page.write_number(row, 1, row).unwrap();
        }
        book.save_to_buffer().unwrap()
    };
    assert_eq!(read(&written(100_000)).unwrap().sheets[0].rows.len(), 100_000);
    assert!(matches!(read(&written(120_001)), Err(SheetError::TooManyCells)));
}

#[test]
fn a_cell_far_away_takes_no_memory() {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.write_string(0, 0, "a").unwrap();
    page.write_string(1_048_575, 3, "b").unwrap();
    let rows = read(&book.save_to_buffer().unwrap()).unwrap().sheets[0].rows.clone();
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 1_048_576]);
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 16_383, "b").unwrap();
    assert!(matches!(read(&book.save_to_buffer().unwrap()), Err(SheetError::TooManyCells)));
}

#[test]
fn what_is_no_workbook_is_refused_with_a_reason() {
    assert!(matches!(read(b""), Err(SheetError::Empty)));
    assert!(matches!(read(&Workbook::new().save_to_buffer().unwrap()), Err(SheetError::Empty)));
    assert!(matches!(read(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 locked"), Err(SheetError::OldOrLocked)));
    assert!(matches!(read(b"%PDF-1.7"), Err(SheetError::NotATable)));
    assert!(matches!(read(&list()[..4_000]), Err(SheetError::Damaged(_))));
    let mut pack = sheet::Pack::new();
    pack.file("word/document.xml", b"<w/>").unwrap();
    assert!(matches!(read(&pack.finish().unwrap()), Err(SheetError::NotATable)));
}

/// The list's workbook with this in place of its sheet.
fn with_sheet(data: &str) -> Vec<u8> {
    let mut archive = sheet::Archive::open(list()).unwrap();
    let mut pack = sheet::Pack::new();
    let names = ["[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"];
    for index in 0..archive.len() {
        if let Some((name, bytes)) = archive.file(index, 1_000_000).unwrap()
            && let Some(full) = names.iter().find(|full| full.ends_with(&name))
        {
            pack.file(full, &bytes).unwrap();
        }
    }
    // A name that begins with a dot is left out by the archive's reader.
    let kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
    let rels = format!(
        "<Relationships><Relationship Id=\"rId1\" Type=\"{kind}\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    pack.file("_rels/.rels", rels.as_bytes()).unwrap();
    for number in 1..=3 {
        let sheet = format!("<worksheet><sheetData>{data}</sheetData></worksheet>");
        pack.file(&format!("xl/worksheets/sheet{number}.xml"), sheet.as_bytes()).unwrap();
    }
    pack.finish().unwrap()
}

#[test]
fn a_sheet_may_be_put_into_a_workbook() {
    let book = read(&with_sheet("<row r=\"1\"><c r=\"A1\"><v>7</v></c></row>")).unwrap();
    assert_eq!(book.sheets[0].rows[0].cells, [Cell::Number(7.0)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Damage anywhere, also inside of the XML: the pack is made without its sums being true.
    #[test]
    fn damage_gives_a_book_or_a_reason(changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = list();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = read(&bytes);
    }

    /// A sheet of any text in place of XML.
    #[test]
    fn a_strange_sheet_gives_a_book_or_a_reason(text in "(<(row|c|v|f|is|t|mergeCells|mergeCell|dimension|sheetData)( (r|t|s|ref)=\"[A-Z0-9:]{0,8}\"){0,2}/?>|[0-9a-z]{0,5}|</(row|c|v|f|is|sheetData|mergeCells)>){0,40}") {
        let _ = read(&with_sheet(&text));
    }
}
