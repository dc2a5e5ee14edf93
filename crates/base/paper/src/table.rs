//! A report: a title, a table of any length, notes, lines to sign on.

use krilla::{Document, metadata::Metadata, page::PageSettings};

use crate::{
    PaperError,
    badge::Colour,
    canvas::{Area, Canvas, Style},
    fonts::{Fonts, Weight},
    layout::{Heights, pages},
};

/// The short and the long side of A4 and A3, in points.
const A4: (f32, f32) = (595.28, 841.89);
const A3: (f32, f32) = (841.89, 1190.55);
const MARGIN: f32 = 34.0;
const FOOTER: f32 = 22.0;
const TITLE_PT: f32 = 14.0;
const LINE_PT: f32 = 9.5;
const LEADING: f32 = 1.25;
const PAD: f32 = 2.5;
/// A cell has so many lines at most.
const CELL_LINES: usize = 12;
const NOTE_LINES: usize = 20;
/// Between the last row and the first note.
const NOTE_GAP: f32 = 8.0;
const SIGNATURE: f32 = 26.0;
const INK: Colour = Colour { red: 20, green: 24, blue: 32 };
const GREY: Colour = Colour { red: 96, green: 104, blue: 116 };
const RULE: Colour = Colour { red: 176, green: 184, blue: 194 };
const HEAD: Colour = Colour { red: 226, green: 231, blue: 238 };
const SHADE: Colour = Colour { red: 240, green: 243, blue: 247 };

/// The sheet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Shape {
    /// A4, upright.
    #[default]
    Portrait,
    /// A4, lying.
    Landscape,
    /// A3, lying: for a month of days beside each other.
    Wide,
}

impl Shape {
    fn size(self) -> (f32, f32) {
        match self {
            Self::Portrait => A4,
            Self::Landscape => (A4.1, A4.0),
            Self::Wide => (A3.1, A3.0),
        }
    }
}

/// Where a column's texts stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Align {
    /// At the left edge: words.
    #[default]
    Left,
    /// In the middle: marks.
    Centre,
    /// At the right edge: numbers.
    Right,
}

/// A column.
#[derive(Clone, PartialEq, Debug)]
pub struct TableColumn {
    /// What stands above it.
    pub head: String,
    /// Its share of the width: twice the weight, twice as wide.
    pub weight: f32,
    /// Where its texts stand.
    pub align: Align,
}

impl TableColumn {
    /// A column.
    pub fn new(head: impl Into<String>, weight: f32, align: Align) -> Self {
        Self { head: head.into(), weight, align }
    }
}

/// How a cell is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tone {
    /// As most are.
    #[default]
    Plain,
    /// A sum, a name that matters.
    Strong,
    /// On a darker ground: a day off.
    Shaded,
}

/// A cell.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Cell {
    /// What stands in it.
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
}

impl Cell {
    /// A cell of this tone.
    pub fn new(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: text.into(), tone }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::new(text, Tone::Plain)
    }
}

/// A row.
#[derive(Clone, PartialEq, Debug)]
pub enum Row {
    /// A line across all columns, above the rows that belong to it.
    Heading(String),
    /// A cell for each column; missing ones are empty.
    Cells(Vec<Cell>),
}

/// A report.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Table {
    /// The language of its texts: `kk`, `ru`, `en`.
    pub lang: String,
    /// What it is.
    pub title: String,
    /// What stands under the title, a line each: the school, the time, who.
    pub lines: Vec<String>,
    /// The columns.
    pub columns: Vec<TableColumn>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What stands behind the last row: sums in words, what marks mean.
    pub notes: Vec<String>,
    /// Who signs, a line each.
    pub signatures: Vec<String>,
    /// What stands at the foot of the first page, left of its number. On the others title and lines stand there.
    pub footer: String,
    /// The sheet.
    pub shape: Shape,
    /// How large letters in cells are, in points; 0: as usual.
    pub size_pt: f32,
}

/// A row as it is drawn.
struct Laid {
    cells: Vec<Vec<String>>,
    height: f32,
}

/// Everything that is known before the first page is drawn.
struct Plan<'a> {
    table: &'a Table,
    fonts: &'static Fonts,
    size_pt: f32,
    page: (f32, f32),
    /// The left edge and the width of each column.
    columns: Vec<(f32, f32)>,
    title: Vec<String>,
    lines: Vec<String>,
    head: Laid,
    rows: Vec<Laid>,
    notes: Vec<String>,
}

impl Table {
    const SIZE_PT: f32 = 8.5;

    /// The report as a PDF file.
    ///
    /// # Errors
    /// [`PaperError`].
    pub fn pdf(&self) -> Result<Vec<u8>, PaperError> {
        let plan = Plan::of(self)?;
        let is_heading = |index: usize| matches!(self.rows.get(index), Some(Row::Heading(_)));
        let heights: Vec<f32> = plan.rows.iter().map(|row| row.height).chain(plan.note_heights()).collect();
        let pages = pages(plan.heights(), &heights, is_heading);
        let mut document = Document::new();
        document.set_metadata(Metadata::new().title(self.title.clone()).language(self.lang.clone()));
        for (number, rows) in pages.iter().enumerate() {
            let settings =
                PageSettings::from_wh(plan.page.0, plan.page.1).ok_or_else(|| PaperError::Pdf("size".into()))?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            let canvas = Canvas { surface: &mut surface, fonts: plan.fonts };
            plan.draw(canvas, rows.clone(), number + 1, pages.len());
            surface.finish();
            page.finish();
        }
        document.finish().map_err(|error| PaperError::Pdf(format!("{error:?}")))
    }
}

impl<'a> Plan<'a> {
    fn of(table: &'a Table) -> Result<Self, PaperError> {
        let fonts = Fonts::get()?;
        let page = table.shape.size();
        let width = page.0 - 2.0 * MARGIN;
        let size_pt = if table.size_pt > 0.0 { table.size_pt } else { Table::SIZE_PT };
        let sum: f32 = table.columns.iter().map(|column| column.weight).sum::<f32>().max(f32::MIN_POSITIVE);
        let mut x = MARGIN;
        let columns: Vec<(f32, f32)> = table
            .columns
            .iter()
            .map(|column| {
                let place = (x, width * column.weight / sum);
                x += place.1;
                place
            })
            .collect();
        let (regular, bold) = (fonts.of(Weight::Regular), fonts.of(Weight::Bold));
        let many =
            |texts: &[String]| texts.iter().flat_map(|text| regular.wrap(text, LINE_PT, width, NOTE_LINES)).collect();
        let mut plan = Self {
            table,
            fonts,
            size_pt,
            page,
            title: bold.wrap(&table.title, TITLE_PT, width, 3),
            lines: many(&table.lines),
            head: Laid { cells: Vec::new(), height: 0.0 },
            rows: Vec::new(),
            notes: many(&table.notes),
            columns,
        };
        plan.head = plan.laid(table.columns.iter().map(|column| (column.head.as_str(), Weight::Bold)));
        plan.rows = table.rows.iter().map(|row| plan.laid_row(row)).collect();
        Ok(plan)
    }

    fn laid_row(&self, row: &Row) -> Laid {
        match row {
            Row::Heading(text) => {
                let width = self.page.0 - 2.0 * (MARGIN + PAD);
                let lines = self.fonts.of(Weight::Bold).wrap(text, self.size_pt + 1.0, width, 2);
                let height = (self.size_pt + 1.0) * LEADING * lines.len() as f32 + 4.0 * PAD;
                Laid { cells: vec![lines], height }
            }
            Row::Cells(cells) => self.laid(cells.iter().map(|cell| (cell.text.as_str(), weight(cell.tone)))),
        }
    }

    fn laid<'t>(&self, texts: impl Iterator<Item = (&'t str, Weight)>) -> Laid {
        let cells: Vec<Vec<String>> = texts
            .zip(&self.columns)
            .map(|((text, weight), (_, width))| {
                self.fonts.of(weight).wrap(text, self.size_pt, (width - 2.0 * PAD).max(1.0), CELL_LINES)
            })
            .collect();
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
        Laid { cells, height: self.size_pt * LEADING * lines as f32 + 2.0 * PAD }
    }

    fn heights(&self) -> Heights {
        let block = |lines: usize, size: f32| lines as f32 * size * LEADING;
        let title = block(self.title.len(), TITLE_PT) + block(self.lines.len(), LINE_PT) + 8.0;
        let signatures = self.table.signatures.len() as f32 * SIGNATURE;
        Heights { title, head: self.head.height, tail: signatures, page: self.page.1 - 2.0 * MARGIN - FOOTER }
    }

    /// The heights of the lines of notes, which follow the rows over pages as rows do.
    fn note_heights(&self) -> impl Iterator<Item = f32> {
        (0..self.notes.len()).map(|line| LINE_PT * LEADING + if line == 0 { NOTE_GAP } else { 0.0 })
    }

    fn draw(&self, mut canvas: Canvas<'_, '_>, rows: std::ops::Range<usize>, number: usize, count: usize) {
        let mut y = MARGIN;
        if number == 1 {
            y = block(&mut canvas, y, &self.title, style(Weight::Bold, TITLE_PT, INK));
            y = block(&mut canvas, y, &self.lines, style(Weight::Regular, LINE_PT, GREY)) + 8.0;
        }
        let all = self.rows.len();
        let (rows, notes) =
            (rows.start.min(all)..rows.end.min(all), rows.start.max(all) - all..rows.end.max(all) - all);
        if !rows.is_empty() || number == 1 {
            let top = y;
            let area = Area { x: MARGIN, y, width: self.page.0 - 2.0 * MARGIN, height: self.head.height };
            canvas.rect(area, HEAD);
            self.cells(&mut canvas, y, &self.head, |_| Tone::Strong);
            y += self.head.height;
            for index in rows {
                y = self.row(&mut canvas, y, index);
            }
            self.grid(&mut canvas, top, y);
        }
        if let Some(lines) = self.notes.get(notes.clone()).filter(|lines| !lines.is_empty()) {
            let gap = if notes.start == 0 { NOTE_GAP } else { 0.0 };
            y = block(&mut canvas, y + gap, lines, style(Weight::Regular, LINE_PT, INK));
        }
        if number == count {
            self.sign(&mut canvas, y);
        }
        self.footer(&mut canvas, number, count);
    }

    fn row(&self, canvas: &mut Canvas<'_, '_>, y: f32, index: usize) -> f32 {
        let (Some(laid), Some(row)) = (self.rows.get(index), self.table.rows.get(index)) else { return y };
        let (left, right) = (MARGIN, self.page.0 - MARGIN);
        match row {
            Row::Heading(_) => {
                canvas.rect(Area { x: left, y, width: right - left, height: laid.height }, SHADE);
                let style = style(Weight::Bold, self.size_pt + 1.0, INK);
                for (line, text) in laid.cells.iter().flatten().enumerate() {
                    let baseline = y + 2.0 * PAD + style.size_pt + line as f32 * style.size_pt * LEADING;
                    canvas.text(left + PAD, baseline, style, text);
                }
            }
            Row::Cells(cells) => {
                for (cell, (x, width)) in cells.iter().zip(&self.columns) {
                    if cell.tone == Tone::Shaded {
                        canvas.rect(Area { x: *x, y, width: *width, height: laid.height }, SHADE);
                    }
                }
                self.cells(canvas, y, laid, |column| cells.get(column).map_or(Tone::Plain, |cell| cell.tone));
            }
        }
        canvas.line((left, y), (right, y), 0.4, RULE);
        y + laid.height
    }

    fn cells(&self, canvas: &mut Canvas<'_, '_>, y: f32, laid: &Laid, tone: impl Fn(usize) -> Tone) {
        for (column, (lines, (x, width))) in laid.cells.iter().zip(&self.columns).enumerate() {
            let align = self.table.columns.get(column).map_or(Align::Left, |column| column.align);
            let style = style(weight(tone(column)), self.size_pt, INK);
            for (line, text) in lines.iter().enumerate() {
                let room = width - 2.0 * PAD - canvas.width(style, text);
                let x = match align {
                    Align::Left => x + PAD,
                    Align::Centre => x + PAD + room / 2.0,
                    Align::Right => x + PAD + room,
                };
                canvas.text(x, y + PAD + style.size_pt + line as f32 * style.size_pt * LEADING, style, text);
            }
        }
    }

    fn grid(&self, canvas: &mut Canvas<'_, '_>, top: f32, bottom: f32) {
        let (left, right) = (MARGIN, self.page.0 - MARGIN);
        canvas.line((left, top), (right, top), 0.4, RULE);
        canvas.line((left, bottom), (right, bottom), 0.4, RULE);
        canvas.line((left, top), (left, bottom), 0.4, RULE);
        for (x, width) in &self.columns {
            canvas.line((x + width, top), (x + width, bottom), 0.4, RULE);
        }
    }

    fn sign(&self, canvas: &mut Canvas<'_, '_>, mut y: f32) {
        let plain = style(Weight::Regular, LINE_PT, INK);
        for who in &self.table.signatures {
            let baseline = y + SIGNATURE - 4.0;
            let who = canvas.fonts.of(Weight::Regular).cut(who, LINE_PT, 300.0);
            canvas.text(MARGIN, baseline, plain, &who);
            let from = MARGIN + canvas.width(plain, &who) + 8.0;
            canvas.line((from, baseline + 1.0), (from + 140.0, baseline + 1.0), 0.6, INK);
            y += SIGNATURE;
        }
    }

    fn footer(&self, canvas: &mut Canvas<'_, '_>, number: usize, count: usize) {
        let baseline = self.page.1 - MARGIN;
        let grey = style(Weight::Regular, 7.5, GREY);
        let page = format!("{number} / {count}");
        let width = canvas.width(grey, &page);
        let room = self.page.0 - 2.0 * MARGIN - width - 12.0;
        // A sheet that was parted from the first one says what it is of.
        let table = self.table;
        let said: Vec<&str> = if number > 1 {
            std::iter::once(&table.title).chain(&table.lines).map(String::as_str).collect()
        } else {
            vec![&table.footer]
        };
        let text = said.join(" · ");
        let text = canvas.fonts.of(Weight::Regular).cut(&text, grey.size_pt, room);
        canvas.text(MARGIN, baseline, grey, &text);
        canvas.text(self.page.0 - MARGIN - width, baseline, grey, &page);
    }
}

fn weight(tone: Tone) -> Weight {
    match tone {
        Tone::Strong => Weight::Bold,
        Tone::Plain | Tone::Shaded => Weight::Regular,
    }
}

fn style(weight: Weight, size_pt: f32, colour: Colour) -> Style {
    Style { weight, size_pt, colour }
}

/// Draws lines below each other; gives where the next would begin.
fn block(canvas: &mut Canvas<'_, '_>, y: f32, lines: &[String], style: Style) -> f32 {
    let mut y = y;
    for line in lines {
        canvas.text(MARGIN, y + style.size_pt, style, line);
        y += style.size_pt * LEADING;
    }
    y
}
