//! A report, made once: shown on the screen, written as XLSX, printed as PDF.

use i18n::{Lang, msg};
use paper::Align;
use sheet::{Kind, Value, Writer};
use web::{IntoResponse, Markup, Response, header, html};

use crate::AttendanceError;

/// What a cell means. It never stands alone: a sign or a word goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Nothing special.
    Plain,
    /// As it should be.
    Good,
    /// To be looked at.
    Warn,
    /// Away without a word.
    Bad,
    /// Explained.
    Info,
    /// A day off; a figure that nothing stands behind.
    Off,
    /// A name, a sum.
    Strong,
}

impl Mark {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Good => "good",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Info => "info",
            Self::Off => "off",
            Self::Strong => "strong",
        }
    }
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cell {
    /// As it is read.
    pub text: String,
    /// As a number, for spreadsheets.
    pub number: Option<f64>,
    /// What it means.
    pub mark: Mark,
    /// More of it, shown under the pointer and read aloud.
    pub more: String,
    /// Where it leads.
    pub href: Option<String>,
}

impl Cell {
    /// A text.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), number: None, mark: Mark::Plain, more: String::new(), href: None }
    }

    /// A number.
    pub(crate) fn number(number: u32) -> Self {
        Self { number: Some(f64::from(number)), ..Self::text(i18n::number(i64::from(number))) }
    }

    /// A share in tenths of a percent, `97,5`; a dash when nothing is known.
    pub(crate) fn permille(share: Option<u32>) -> Self {
        match share {
            Some(share) => {
                let text = format!("{},{}", share / 10, share % 10);
                Self { number: Some(f64::from(share) / 10.0), ..Self::text(text) }
            }
            None => Self::text("—"),
        }
    }

    /// Hours and minutes, `7:45`.
    pub(crate) fn hours(minutes: u32) -> Self {
        Self::text(if minutes == 0 { String::new() } else { format!("{}:{:02}", minutes / 60, minutes % 60) })
    }

    /// With a meaning.
    #[must_use]
    pub(crate) fn mark(mut self, mark: Mark) -> Self {
        self.mark = mark;
        self
    }

    /// With more of it.
    #[must_use]
    pub(crate) fn more(mut self, more: impl Into<String>) -> Self {
        self.more = more.into();
        self
    }

    /// Leads there.
    #[must_use]
    pub(crate) fn leads_to(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }
}

/// What a letter of a head weighs, so that words are not broken on A4, upright or lying.
const LETTER: f32 = 1.05;

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Column {
    /// What stands above it.
    pub head: String,
    /// Its share of a printed page's width; in a spreadsheet its width in letters.
    pub weight: f32,
    /// Where its texts stand.
    pub align: Align,
}

impl Column {
    /// A column of words.
    pub(crate) fn words(head: impl Into<String>, weight: f32) -> Self {
        Self { head: head.into(), weight, align: Align::Left }
    }

    /// A column of numbers, as wide as the longest word above it needs. What stands above begins with a capital letter.
    pub(crate) fn numbers(head: impl Into<String>) -> Self {
        let head: String = head.into();
        let mut letters = head.chars();
        let head = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
        let longest = head.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
        Self { weight: (longest as f32 * LETTER).max(9.0), head, align: Align::Right }
    }

    /// The column of the rows' own numbers.
    pub(crate) fn ordinal() -> Self {
        Self { head: "№".to_owned(), weight: 5.0, align: Align::Right }
    }

    /// A narrow column of signs: a day of a month.
    pub(crate) fn signs(head: impl Into<String>, weight: f32) -> Self {
        Self { head: head.into(), weight, align: Align::Centre }
    }
}

/// A report.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Report {
    /// The language of its texts.
    pub lang: Lang,
    /// The beginning of its files' names.
    pub name: &'static str,
    /// What it is.
    pub title: String,
    /// The school, the days, who.
    pub lines: Vec<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, a cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// What signs mean.
    pub notes: Vec<String>,
    /// Who signs.
    pub signatures: Vec<String>,
    /// The printed sheet.
    pub shape: paper::Shape,
    /// Whether the columns are the days of a month: narrow, with the names standing still beside them.
    pub is_grid: bool,
}

impl Report {
    /// The table of the screen.
    pub(crate) fn screen(&self) -> Markup {
        html! {
            div .table-box.month-box tabindex="0" role="region" aria-label=(self.title) {
                table class={ "table " (if self.is_grid { "grid" } else { "" }) } {
                    caption .unseen { (self.title) }
                    thead { tr { @for column in &self.columns { th scope="col" class=(align(column)) { (column.head) } } } }
                    tbody { @for row in &self.rows { tr {
                        @for (place, (cell, column)) in row.iter().zip(&self.columns).enumerate() {
                            @if place == 0 {
                                th scope="row" class={ (align(column)) " " (cell.mark.class()) } { (inner(cell)) }
                            } @else {
                                td class={ (align(column)) " " (cell.mark.class()) } data-label=(column.head) { (inner(cell)) }
                            }
                        }
                    } } }
                }
            }
            @for note in &self.notes { p .quiet { (note) } }
        }
    }

    /// The report as a file of this format, `xlsx` or `pdf`.
    ///
    /// # Errors
    /// When the file cannot be put together.
    pub(crate) fn file(&self, format: Format) -> Result<Response, AttendanceError> {
        let (bytes, media, ending) = match format {
            Format::Xlsx => (self.xlsx()?, Kind::Xlsx.media_type(), "xlsx"),
            Format::Pdf => (self.pdf()?, "application/pdf", "pdf"),
        };
        let disposition = format!("attachment; filename=\"{}-{}.{ending}\"", self.name, self.lang.code());
        let headers = [(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, "no-store")];
        Ok((headers, [(header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
    }

    /// The report as a workbook.
    ///
    /// # Errors
    /// When the file cannot be put together.
    pub(crate) fn xlsx(&self) -> Result<Vec<u8>, AttendanceError> {
        let columns: Vec<_> = self
            .columns
            .iter()
            .map(|column| sheet::Column::new(&column.head, f64::from(column.weight).max(5.0)))
            .collect();
        let titles: Vec<String> = std::iter::once(&self.title).chain(&self.lines).cloned().collect();
        let mut file = Writer::new(Kind::Xlsx, &self.title, &titles, &columns)?;
        for row in &self.rows {
            file.row(row.iter().map(|cell| match cell.number {
                Some(number) => Value::Number(number),
                None => Value::from(cell.text.as_str()),
            }))?;
        }
        let below =
            self.notes.iter().cloned().chain(self.signatures.iter().map(|who| format!("{who} ____________________")));
        for line in std::iter::once(String::new()).chain(below) {
            file.row([Value::from(line)])?;
        }
        Ok(file.finish()?)
    }

    fn pdf(&self) -> Result<Vec<u8>, AttendanceError> {
        let tone = |cell: &Cell| match cell.mark {
            Mark::Off => paper::Tone::Shaded,
            Mark::Bad | Mark::Strong => paper::Tone::Strong,
            Mark::Plain | Mark::Good | Mark::Warn | Mark::Info => paper::Tone::Plain,
        };
        let cells = |row: &Vec<Cell>| {
            paper::Row::Cells(row.iter().map(|cell| paper::Cell::new(&cell.text, tone(cell))).collect())
        };
        let columns =
            self.columns.iter().map(|column| paper::TableColumn::new(&column.head, column.weight, column.align));
        let table = paper::Table {
            lang: self.lang.code().to_owned(),
            title: self.title.clone(),
            lines: self.lines.clone(),
            columns: columns.collect(),
            rows: self.rows.iter().map(cells).collect(),
            notes: self.notes.clone(),
            signatures: self.signatures.clone(),
            footer: msg!(self.lang, "attendance-made-by"),
            shape: self.shape,
            size_pt: if self.is_grid { 6.5 } else { 0.0 },
        };
        Ok(table.pdf()?)
    }
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// A workbook.
    Xlsx,
    /// A printed page.
    Pdf,
}

impl Format {
    /// The format of this word.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        match word {
            "xlsx" => Some(Self::Xlsx),
            "pdf" => Some(Self::Pdf),
            _ => None,
        }
    }
}

const fn align(column: &Column) -> &'static str {
    match column.align {
        Align::Left => "",
        Align::Centre => "sign",
        Align::Right => "num",
    }
}

fn inner(cell: &Cell) -> Markup {
    let title = Some(cell.more.as_str()).filter(|more| !more.is_empty());
    html! {
        @match &cell.href {
            Some(href) => a href=(href) title=[title] { (cell.text) @if let Some(more) = title { span .unseen { " " (more) } } },
            None => @if let Some(more) = title { span title=(more) { (cell.text) span .unseen { " " (more) } } } @else { (cell.text) },
        }
    }
}
