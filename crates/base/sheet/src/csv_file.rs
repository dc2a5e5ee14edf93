//! Text with separators, as spreadsheet programs save it.

use crate::{
    Book, COLUMNS_LIMIT, Cell, Encoding, Note, ROWS_LIMIT, Row, Sheet, SheetError, TEXT_LIMIT, cell::looks_like_formula,
};

const SEPARATORS: [u8; 4] = [b';', b'\t', b',', b'|'];
/// Lines by which the separator is guessed.
const LOOKED_AT: usize = 50;
/// A file with so many control signs is no text, one in a hundred.
const BINARY_SHARE: usize = 100;

pub(crate) fn read(bytes: &[u8], encoding: Option<Encoding>) -> Result<Book, SheetError> {
    let encoding = encoding.unwrap_or_else(|| Encoding::of(bytes));
    let text = encoding.decode(bytes);
    if !is_text(&text) {
        return Err(SheetError::NotATable);
    }
    let (separator, text) = separator(&text);
    let mut lines =
        csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut sheet = Sheet::default();
    let mut record = csv::StringRecord::new();
    let (mut letters, mut number) = (0, 0);
    while lines.read_record(&mut record)? {
        letters += record.as_slice().len();
        if record.len() > COLUMNS_LIMIT || sheet.rows.len() >= ROWS_LIMIT || letters > TEXT_LIMIT {
            return Err(SheetError::TooManyCells);
        }
        number += 1 + record.position().map_or(0, |at| empty_lines(text, at.byte() as usize));
        let mut cells: Vec<Cell> = record.iter().map(|field| Cell::text(unhidden(field))).collect();
        cells.truncate(cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1));
        if !cells.is_empty() {
            sheet.rows.push(Row { number, cells });
        }
    }
    let sheets = if sheet.rows.is_empty() { Vec::new() } else { vec![sheet] };
    Ok(Book { sheets, notes: vec![Note::Encoding(encoding)] })
}

/// Control signs tell a program or a picture from a text.
fn is_text(text: &str) -> bool {
    let strange =
        text.chars().filter(|c| *c == '\u{fffd}' || c.is_control() && !matches!(c, '\t' | '\r' | '\n')).count();
    strange * BINARY_SHARE <= text.len()
}

/// How many empty lines stand here: the reader leaves them out, a spreadsheet program counts them.
fn empty_lines(text: &str, at: usize) -> u32 {
    let (before, mut after) = text.as_bytes().split_at_checked(at).unwrap_or_default();
    if before.ends_with(b"\r") {
        after = after.strip_prefix(b"\n").unwrap_or(after);
    }
    let mut lines = 0;
    while let Some(rest) = after.strip_prefix(b"\r\n").or(after.strip_prefix(b"\n")).or(after.strip_prefix(b"\r")) {
        after = rest;
        lines += 1;
    }
    lines
}

/// The separator, and the text after a line that names it (`sep=;`).
fn separator(text: &str) -> (u8, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if let Some([named]) = first.trim_end().strip_prefix("sep=").map(str::as_bytes) {
        return (*named, rest);
    }
    // The one that stands in most lines as often as in the first.
    let counts = |separator: u8| -> Vec<usize> {
        text.lines().take(LOOKED_AT).filter(|line| !line.trim().is_empty()).map(|line| count(line, separator)).collect()
    };
    let best = SEPARATORS.into_iter().max_by_key(|separator| {
        let counts = counts(*separator);
        let first = counts.first().copied().unwrap_or(0);
        // The first of equals wins with `max_by_key` only when it comes last.
        (
            counts.iter().filter(|count| **count == first && first > 0).count(),
            first,
            usize::MAX - usize::from(*separator),
        )
    });
    (best.unwrap_or(b';'), text)
}

/// How often a separator stands outside of quotes.
fn count(line: &str, separator: u8) -> usize {
    let mut is_quoted = false;
    line.bytes()
        .filter(|byte| {
            is_quoted ^= *byte == b'"';
            !is_quoted && *byte == separator
        })
        .count()
}

/// Without what protects a text from being taken for a number or a formula: `="0012"`, `'=x`.
fn unhidden(field: &str) -> &str {
    if let Some(text) = field.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')) {
        return text;
    }
    match field.strip_prefix('\'') {
        Some(rest) if looks_like_formula(rest) => rest,
        _ => field,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(bytes: &[u8]) -> Vec<Vec<String>> {
        let book = read(bytes, None).unwrap();
        book.sheets[0].rows.iter().map(|row| row.cells.iter().map(Cell::as_text).collect()).collect()
    }

    #[test]
    fn every_way_of_saving_gives_the_same_table() {
        let want = vec![vec!["ИИН", "Фамилия"], vec!["061211600012", "Иванова; Анна"]];
        for text in [
            "ИИН;Фамилия\r\n061211600012;\"Иванова; Анна\"\r\n",
            "sep=;\r\nИИН;Фамилия\r\n061211600012;\"Иванова; Анна\"\r\n",
            "ИИН,Фамилия\n061211600012,Иванова; Анна\n",
            "\u{feff}ИИН\tФамилия\n\n=\"061211600012\"\tИванова; Анна",
            "ИИН;Фамилия;;\n;;;\n061211600012;\"Иванова; Анна\";;\n",
        ] {
            assert_eq!(texts(text.as_bytes()), want, "{text:?}");
        }
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode("ИИН;Фамилия\r\n061211600012;\"Иванова; Анна\"");
        assert_eq!(texts(&bytes), want);
    }

    #[test]
    fn rows_keep_their_numbers() {
        for end in ["\n", "\r\n"] {
            let text = "sep=;\na;b\n\n\"two\nlines\";c\n;\nd;e\n".replace('\n', end);
            let book = read(text.as_bytes(), None).unwrap();
            let numbers: Vec<u32> = book.sheets[0].rows.iter().map(|row| row.number).collect();
            assert_eq!(numbers, [1, 3, 5], "{end:?}");
        }
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let picture: Vec<u8> =
            b"\x89PNG\r\n\x1a\n".iter().copied().chain((0..4_000).map(|i| (i * 37 % 251) as u8)).collect();
        assert!(matches!(read(&picture, None), Err(SheetError::NotATable)));
        let wide = vec![b';'; COLUMNS_LIMIT + 10];
        assert!(matches!(read(&wide, None), Err(SheetError::TooManyCells)));
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_table_or_a_reason(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let _ = crate::read(&bytes);
        }
    }
}
