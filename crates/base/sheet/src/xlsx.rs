//! Workbooks.

use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, Dimensions, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use jiff::civil::DateTime;

use crate::{
    Book, COLUMNS_LIMIT, Cell, Note, ROWS_LIMIT, Row, SHEETS_LIMIT, Sheet, SheetError, TEXT_LIMIT, cell::date_of_text,
    guard,
};

/// A merged range whose cells are all filled; of a larger one only the first cell counts.
const MERGED_LIMIT: u64 = 5_000;
/// Merged ranges of a sheet.
const MERGES_LIMIT: usize = 20_000;

pub(crate) fn read(bytes: &[u8]) -> Result<Book, SheetError> {
    let seen = guard::inspect(bytes)?;
    if !seen.is_workbook {
        return Err(SheetError::NotATable);
    }
    // The bytes are foreign: whatever the reader stumbles over is their fault, not a reason to fall.
    let mut book = catch_unwind(AssertUnwindSafe(|| sheets(bytes)))
        .unwrap_or_else(|_| Err(SheetError::damaged("the reader stumbled")))?;
    if seen.has_macros {
        book.notes.push(Note::Macros);
    }
    if seen.has_formulas {
        book.notes.push(Note::Formulas);
    }
    Ok(book)
}

/// What has been read of all sheets together.
#[derive(Default)]
struct Sum {
    rows: usize,
    letters: usize,
}

fn sheets(bytes: &[u8]) -> Result<Book, SheetError> {
    let mut file = Xlsx::new(Cursor::new(bytes)).map_err(SheetError::damaged)?;
    let list = file.sheets_metadata().to_vec();
    if list.len() > SHEETS_LIMIT {
        return Err(SheetError::TooManyCells);
    }
    let (mut book, mut sum) = (Book::default(), Sum::default());
    let (mut hidden, mut merged) = (0, 0);
    for about in list.iter().filter(|about| about.typ == SheetType::WorkSheet) {
        if about.visible != SheetVisible::Visible {
            hidden += 1;
            continue;
        }
        let mut rows = rows(&mut file, &about.name, &mut sum)?;
        let merges = file.merge_cells_by_sheet_name(&about.name).map_err(SheetError::damaged)?;
        if merges.len() > MERGES_LIMIT {
            return Err(SheetError::TooManyCells);
        }
        merged += merges.iter().filter(|merge| unmerge(&mut rows, merge)).count();
        rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
        if !rows.is_empty() {
            book.sheets.push(Sheet { name: about.name.clone(), rows });
        }
    }
    if hidden > 0 {
        book.notes.push(Note::HiddenSheets(hidden));
    }
    if merged > 0 {
        book.notes.push(Note::Merged(merged));
    }
    Ok(book)
}

fn rows(file: &mut Xlsx<Cursor<&[u8]>>, name: &str, sum: &mut Sum) -> Result<Vec<Row>, SheetError> {
    let mut cells = file.worksheet_cells_reader(name).map_err(SheetError::damaged)?;
    let mut rows: Vec<Row> = Vec::new();
    while let Some(found) = cells.next_cell().map_err(SheetError::damaged)? {
        let (row, column) = found.get_position();
        let cell = cell_of(found.get_value());
        if cell.is_empty() {
            continue;
        }
        let (number, column) = (row.saturating_add(1), column as usize);
        if rows.last().is_none_or(|last| last.number < number) {
            sum.rows += 1;
            rows.push(Row { number, cells: Vec::new() });
        }
        // Rows come in order; one that goes back belongs to a damaged file.
        let Some(last) = rows.last_mut().filter(|last| last.number == number) else {
            return Err(SheetError::damaged("rows out of order"));
        };
        if let Cell::Text(text) = &cell {
            sum.letters += text.len();
        }
        if column >= COLUMNS_LIMIT || sum.rows > ROWS_LIMIT || sum.letters > TEXT_LIMIT {
            return Err(SheetError::TooManyCells);
        }
        put(last, column, cell);
    }
    Ok(rows)
}

fn put(row: &mut Row, column: usize, cell: Cell) {
    if row.cells.len() <= column {
        row.cells.resize(column + 1, Cell::Empty);
    }
    if let Some(place) = row.cells.get_mut(column) {
        *place = cell;
    }
}

fn cell_of(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::Int(number) => Cell::Number(*number as f64),
        DataRef::Float(number) => Cell::Number(*number),
        DataRef::String(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::Bool(is_so) => Cell::Bool(*is_so),
        DataRef::DateTime(moment) => moment_of(moment),
        DataRef::DateTimeIso(text) => {
            let day = date_of_text(text).map(|day| day.at(0, 0, 0, 0));
            text.parse::<DateTime>().ok().or(day).map_or_else(|| Cell::text(text), Cell::Moment)
        }
        DataRef::DurationIso(text) => Cell::text(text),
        DataRef::Error(error) => Cell::Error(error.to_string()),
    }
}

fn moment_of(moment: &ExcelDateTime) -> Cell {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let civil = || -> Option<DateTime> {
        let part = |number: u8| i8::try_from(number).ok();
        DateTime::new(i16::try_from(year).ok()?, part(month)?, part(day)?, part(hour)?, part(minute)?, part(second)?, 0)
            .ok()
    };
    civil().filter(|_| moment.is_datetime()).map_or(Cell::Number(moment.as_f64()), Cell::Moment)
}

/// Gives the value of a merged range to each of its cells in rows that exist. Says whether there was one.
fn unmerge(rows: &mut [Row], range: &Dimensions) -> bool {
    let ((first_row, first), (last_row, last)) = (range.start, range.end);
    if last_row < first_row || last < first || last as usize >= COLUMNS_LIMIT || range.len() > MERGED_LIMIT {
        return false;
    }
    let number = |row: u32| row.saturating_add(1);
    let from = rows.partition_point(|row| row.number < number(first_row));
    let until = rows.partition_point(|row| row.number <= number(last_row));
    let Some(rows) = rows.get_mut(from..until) else { return false };
    let Some(value) = rows.first().filter(|row| row.number == number(first_row)).map(|row| row.cell(first as usize))
    else {
        return false;
    };
    let value = value.clone();
    if value.is_empty() {
        return false;
    }
    for row in rows {
        for column in first..=last {
            put(row, column as usize, value.clone());
        }
    }
    true
}
