//! Tables to take away: XLSX for people, CSV for other programs.

use std::borrow::Cow;

use jiff::civil::{Date, DateTime, Time};
use rust_xlsxwriter::{ExcelDateTime, Format, FormatBorder, Workbook, Worksheet, XlsxError};

use crate::{SheetError, cell::looks_like_formula};

/// A spreadsheet program takes a file for UTF-8 when it begins so.
const UTF8_MARK: &str = "\u{feff}";
/// A sheet's name may be so long.
const NAME_LIMIT: usize = 31;

/// What kind of file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A workbook.
    Xlsx,
    /// Text with semicolons, in UTF-8 with a mark, as spreadsheet programs of the country expect it.
    Csv,
}

impl Kind {
    /// The end of a file's name, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// A column of a table.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    /// What stands above it.
    pub head: String,
    /// How wide it is, in letters.
    pub width: f64,
}

impl Column {
    /// A column.
    pub fn new(head: impl Into<String>, width: f64) -> Self {
        Self { head: head.into(), width }
    }
}

/// What is written into a cell.
#[derive(Clone, PartialEq, Debug)]
pub enum Value<'a> {
    /// Nothing.
    Empty,
    /// Letters. Numbers whose figures count (IIN, phones, cards) are letters too.
    Text(Cow<'a, str>),
    /// A number.
    Number(f64),
    /// A day, shown as `23.11.2026`.
    Date(Date),
    /// A moment, shown to the second.
    Moment(DateTime),
    /// A time of the day, shown as `08:05`.
    Time(Time),
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.into()) }
    }
}
impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        if text.is_empty() { Self::Empty } else { Self::Text(text.into()) }
    }
}
impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}
impl From<Date> for Value<'_> {
    fn from(day: Date) -> Self {
        Self::Date(day)
    }
}
impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Number(f64::from(number))
    }
}

/// Writes a file, row by row; what is written is kept on disk, not in memory, where the format allows it.
pub struct Writer {
    to: To,
    columns: usize,
}

enum To {
    Xlsx(Box<Xlsx>),
    Csv(Box<csv::Writer<Vec<u8>>>),
}

struct Xlsx {
    book: Workbook,
    formats: Formats,
    /// The sheet that is being written.
    sheet: usize,
    /// The row that comes next.
    line: u32,
    /// The row with the heads of the columns.
    heads: u32,
}

struct Formats {
    title: Format,
    head: Format,
    day: Format,
    moment: Format,
    time: Format,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl Writer {
    /// Begins a file with one sheet. `titles` stand above the table, a line each; CSV has none.
    ///
    /// # Errors
    /// When no temporary file can be made.
    pub fn new(kind: Kind, sheet: &str, titles: &[String], columns: &[Column]) -> Result<Self, SheetError> {
        let to = match kind {
            Kind::Csv => {
                let mut file = csv::WriterBuilder::new()
                    .delimiter(b';')
                    .flexible(true)
                    .terminator(csv::Terminator::CRLF)
                    .from_writer(UTF8_MARK.as_bytes().to_vec());
                file.write_record(columns.iter().map(|column| harmless(&column.head)))?;
                To::Csv(Box::new(file))
            }
            Kind::Xlsx => To::Xlsx(Box::new(Xlsx::new(sheet, titles, columns)?)),
        };
        Ok(Self { to, columns: columns.len() })
    }

    /// Ends the sheet and begins the next. A CSV file goes on with an empty line and the new heads.
    ///
    /// # Errors
    /// When two sheets have one name.
    pub fn sheet(&mut self, name: &str, titles: &[String], columns: &[Column]) -> Result<(), SheetError> {
        match &mut self.to {
            To::Csv(file) => {
                file.write_record([""])?;
                file.write_record(columns.iter().map(|column| harmless(&column.head)))?;
            }
            To::Xlsx(file) => {
                file.close(self.columns)?;
                file.sheet += 1;
                file.begin(name, titles, columns)?;
            }
        }
        self.columns = columns.len();
        Ok(())
    }

    /// Writes a row.
    ///
    /// # Errors
    /// When the disk is full, or the sheet.
    pub fn row<'a>(&mut self, values: impl IntoIterator<Item = Value<'a>>) -> Result<(), SheetError> {
        match &mut self.to {
            To::Csv(file) => Ok(file.write_record(values.into_iter().map(|value| harmless(&text_of(&value))))?),
            To::Xlsx(file) => file.row(values),
        }
    }

    /// The file's bytes.
    ///
    /// # Errors
    /// When the disk is full.
    pub fn finish(self) -> Result<Vec<u8>, SheetError> {
        match self.to {
            To::Csv(file) => Ok(file.into_inner().map_err(|error| csv::Error::from(error.into_error()))?),
            To::Xlsx(mut file) => {
                file.close(self.columns)?;
                Ok(file.book.save_to_buffer()?)
            }
        }
    }
}

impl Xlsx {
    fn new(sheet: &str, titles: &[String], columns: &[Column]) -> Result<Self, SheetError> {
        let formats = Formats {
            title: Format::new().set_bold().set_font_size(13),
            head: Format::new().set_bold().set_text_wrap().set_border_bottom(FormatBorder::Thin),
            day: Format::new().set_num_format("dd.mm.yyyy"),
            moment: Format::new().set_num_format("dd.mm.yyyy hh:mm:ss"),
            time: Format::new().set_num_format("hh:mm"),
        };
        let mut file = Self { book: Workbook::new(), formats, sheet: 0, line: 0, heads: 0 };
        file.begin(sheet, titles, columns)?;
        Ok(file)
    }

    fn begin(&mut self, name: &str, titles: &[String], columns: &[Column]) -> Result<(), SheetError> {
        // Rows go to a temporary file as they come.
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        sheet.set_name(sheet_name(name))?;
        for (number, column) in (0_u16..).zip(columns) {
            sheet.set_column_width(number, column.width)?;
        }
        self.line = 0;
        for title in titles {
            sheet.write_string_with_format(self.line, 0, title, &self.formats.title)?;
            self.line += 1;
        }
        self.line += u32::from(!titles.is_empty());
        for (number, column) in (0_u16..).zip(columns) {
            sheet.write_string_with_format(self.line, number, &column.head, &self.formats.head)?;
        }
        self.heads = self.line;
        self.line += 1;
        sheet.set_freeze_panes(self.line, 0)?;
        Ok(())
    }

    fn row<'a>(&mut self, values: impl IntoIterator<Item = Value<'a>>) -> Result<(), SheetError> {
        let (line, formats) = (self.line, &self.formats);
        let sheet = self.book.worksheet_from_index(self.sheet)?;
        for (column, value) in (0_u16..).zip(values) {
            write(sheet, formats, line, column, &value)?;
        }
        self.line += 1;
        Ok(())
    }

    fn close(&mut self, columns: usize) -> Result<(), SheetError> {
        let last = u16::try_from(columns.saturating_sub(1)).unwrap_or(u16::MAX);
        let (heads, line) = (self.heads, self.line);
        self.book.worksheet_from_index(self.sheet)?.autofilter(heads, 0, line.saturating_sub(1).max(heads), last)?;
        Ok(())
    }
}

fn write(sheet: &mut Worksheet, formats: &Formats, line: u32, column: u16, value: &Value<'_>) -> Result<(), XlsxError> {
    match value {
        Value::Empty => {}
        Value::Text(text) => {
            sheet.write_string(line, column, text.as_ref())?;
        }
        Value::Number(number) => {
            sheet.write_number(line, column, *number)?;
        }
        Value::Date(day) => {
            sheet.write_datetime_with_format(line, column, excel_day(*day)?, &formats.day)?;
        }
        Value::Moment(moment) => {
            let at = excel_time(excel_day(moment.date())?, moment.time())?;
            sheet.write_datetime_with_format(line, column, at, &formats.moment)?;
        }
        Value::Time(time) => {
            let part = |number: i8| number.unsigned_abs();
            let at =
                ExcelDateTime::from_hms(u16::from(part(time.hour())), part(time.minute()), f64::from(time.second()))?;
            sheet.write_datetime_with_format(line, column, at, &formats.time)?;
        }
    }
    Ok(())
}

fn excel_day(day: Date) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_ymd(day.year().unsigned_abs(), day.month().unsigned_abs(), day.day().unsigned_abs())
}

fn excel_time(day: ExcelDateTime, time: Time) -> Result<ExcelDateTime, XlsxError> {
    day.and_hms(u16::from(time.hour().unsigned_abs()), time.minute().unsigned_abs(), f64::from(time.second()))
}

/// A name that a sheet may have.
fn sheet_name(name: &str) -> String {
    let name: String =
        name.chars().map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') { ' ' } else { c }).collect();
    let name: String = name.trim().trim_matches('\'').chars().take(NAME_LIMIT).collect();
    if name.is_empty() { "1".into() } else { name }
}

fn text_of(value: &Value<'_>) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => text.to_string(),
        Value::Number(number) => number.to_string().replace('.', ","),
        Value::Date(day) => day.strftime("%d.%m.%Y").to_string(),
        Value::Moment(moment) => moment.strftime("%d.%m.%Y %H:%M:%S").to_string(),
        Value::Time(time) => time.strftime("%H:%M").to_string(),
    }
}

/// The text as a spreadsheet program shows it: one that it would take for a formula gets an apostrophe.
fn harmless(text: &str) -> String {
    let is_number = text.strip_prefix('-').is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit() || b == b','));
    let is_risky = looks_like_formula(text) && !is_number || text.starts_with(['\t', '\r', '\n']);
    if is_risky { format!("'{text}") } else { text.into() }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    use super::*;
    use crate::{Cell, read};

    fn written(kind: Kind, titles: &[String], rows: &[Vec<Value<'_>>]) -> Vec<u8> {
        let columns = [Column::new("ИИН", 14.0), Column::new("Туған күні", 12.0), Column::new("Time", 8.0)];
        let mut file = Writer::new(kind, "Оқушылар: 5/«Б»", titles, &columns).unwrap();
        for row in rows {
            file.row(row.iter().cloned()).unwrap();
        }
        file.finish().unwrap()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let rows = [
            vec!["061211600012".into(), date(2006, 12, 11).into(), Value::Time(time(8, 5, 0, 0))],
            vec![Value::Number(1.5)],
        ];
        for kind in [Kind::Xlsx, Kind::Csv] {
            let book = read(&written(kind, &[], &rows)).unwrap();
            let sheet = &book.sheets[0];
            assert_eq!(sheet.rows[0].cells[1], Cell::Text("Туған күні".into()), "{kind:?}");
            assert_eq!(sheet.rows[1].cells[0], Cell::Text("061211600012".into()), "{kind:?}");
            assert_eq!(sheet.rows[1].cells[1].as_date(), Some(date(2006, 12, 11)), "{kind:?}");
        }
        let titled = read(&written(Kind::Xlsx, &["Мектеп № 1".into()], &rows)).unwrap();
        assert_eq!(titled.sheets[0].name, "Оқушылар  5 «Б»");
        assert_eq!(titled.sheets[0].rows[0].cells[0], Cell::Text("Мектеп № 1".into()));
        assert_eq!(titled.sheets[0].rows[1].number, 3);
    }

    #[test]
    fn no_cell_is_taken_for_a_formula() {
        for (text, cell) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+7 701", "'+7 701"),
            (" @x", "' @x"),
            ("\tx", "'\tx"),
            ("-5", "-5"),
            ("-x", "'-x"),
            ("Иванова-Петрова", "Иванова-Петрова"),
        ] {
            assert_eq!(harmless(text), cell);
        }
    }

    #[test]
    fn sheets_follow_each_other() {
        let columns = [Column::new("a", 5.0)];
        let mut file = Writer::new(Kind::Xlsx, "one", &[], &columns).unwrap();
        file.row(["1".into()]).unwrap();
        file.sheet("two", &[], &columns).unwrap();
        file.row(["2".into()]).unwrap();
        let book = read(&file.finish().unwrap()).unwrap();
        let names: Vec<_> = book.sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.rows.len())).collect();
        assert_eq!(names, [("one", 2), ("two", 2)]);
    }

    proptest! {
        #[test]
        fn any_text_comes_back(text in "[^\u{0}-\u{1f}\u{7f}-\u{9f}\u{fffd}\u{200b}\u{feff}\u{fffe}\u{ffff}]{1,60}") {
            let rows = [vec![Value::Text(text.as_str().into()), "x".into()]];
            for kind in [Kind::Xlsx, Kind::Csv] {
                let book = read(&written(kind, &[], &rows)).unwrap();
                let want = Cell::text(&text);
                prop_assert_eq!(book.sheets[0].rows[1].cell(0), &want, "{:?}", kind);
            }
        }
    }
}
