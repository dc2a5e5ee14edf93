//! The rows that were not taken, as a workbook: mended there, it can be brought again.

use accounts::App;
use i18n::{Lang, msg};
use kernel::SchoolId;
use sheet::{Cell, Column, Kind, Value, Writer};

use crate::{
    ListsError,
    job::{Failure, Job},
    model::Row,
    ops::failure_of,
    words, work,
};

/// How wide a column of the file is, in letters.
pub(crate) const WIDTH: f64 = 18.0;
/// The same of the reasons.
pub(crate) const REASON_WIDTH: f64 = 60.0;

/// The rows as they stood in the file, with the reasons behind them.
pub(crate) fn workbook(
    app: &App,
    school: SchoolId,
    job: &Job,
    rows: &[&Row],
    failures: &[(u32, Failure)],
    lang: Lang,
) -> Result<Vec<u8>, ListsError> {
    let book = work::book(app, school, job.id)?;
    let sheet = book.sheets.get(job.settings.sheet).ok_or(ListsError::FileGone)?;
    let mapping = &job.settings.mapping;
    let heads = (0..mapping.columns.len()).map(|column| words::head(lang, Some(sheet), mapping, column));
    let mut columns: Vec<Column> = heads.map(|head| Column::new(head, WIDTH)).collect();
    columns.push(Column::new(msg!(lang, "lists-refused-reason"), REASON_WIDTH));
    let mut file = Writer::new(Kind::Xlsx, &msg!(lang, "lists-refused-sheet"), &[], &columns)?;
    for row in rows {
        let Some(source) = sheet.rows.iter().find(|source| source.number == row.draft.row) else { continue };
        let cells = (0..mapping.columns.len()).map(|column| value(source.cell(column)));
        let reason = words::reasons(lang, Some(sheet), mapping, row, failure_of(failures, row.draft.row));
        file.row(cells.chain([Value::from(reason)]))?;
    }
    Ok(file.finish()?)
}

/// Numbers become letters: an IIN must not lose its zeros once more.
pub(crate) fn value(cell: &Cell) -> Value<'static> {
    match cell {
        Cell::Moment(moment) if moment.time() == jiff::civil::Time::midnight() => Value::Date(moment.date()),
        other => Value::from(other.as_text()),
    }
}
