//! The log as a file: CSV for other programs, XLSX for people.

use accounts::{Reader, Scope, audit};
use i18n::{Lang, local, msg, msg_dyn};
use jiff::tz::TimeZone;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};
use store::StoreError;
use tokio::sync::Semaphore;
use web::{Filters, IntoResponse, Response, WebError, header};

use super::filter;
use crate::{
    AccessError,
    pages::words::belongs,
    queries::{self, EXPORT_LIMIT, PassFilter, PassView},
};

pub(super) const CSV_PATH: &str = "/passes.csv";
pub(super) const XLSX_PATH: &str = "/passes.xlsx";

const CSV_TYPE: &str = "text/csv; charset=utf-8";
const XLSX_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// A spreadsheet program takes a file for UTF-8 when it begins so.
const UTF8_MARK: &str = "\u{feff}";
/// Files made at once: each may hold some ten megabytes and a connection to the database.
static MAKING: Semaphore = Semaphore::const_new(2);
const WIDTHS: [f64; COLUMNS] = [20.0, 40.0, 16.0, 24.0, 12.0, 14.0, 34.0, 28.0, 16.0, 20.0];
const COLUMNS: usize = 10;

#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Csv(#[from] csv::Error),
    #[error(transparent)]
    Xlsx(#[from] XlsxError),
    #[error("no more files can be made")]
    Closed,
}

impl From<ExportError> for WebError {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Access(error) => error.into(),
            ExportError::Store(error) => AccessError::from(error).into(),
            error @ (ExportError::Csv(_) | ExportError::Xlsx(_) | ExportError::Closed) => Self::internal(error),
        }
    }
}

type Maker = fn(&mut store::Tx<'_>, &Order) -> Result<(Vec<u8>, u64), ExportError>;

/// What is to be put into the file, and how.
struct Order {
    scope: Scope,
    filter: PassFilter,
    lang: Lang,
    zone: TimeZone,
}

pub(super) async fn csv(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    Ok(file(&reader, &filters, "csv", CSV_TYPE, csv_of).await?)
}

pub(super) async fn xlsx(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    Ok(file(&reader, &filters, "xlsx", XLSX_TYPE, xlsx_of).await?)
}

async fn file(
    reader: &Reader,
    filters: &Filters,
    ending: &str,
    kind: &'static str,
    make: Maker,
) -> Result<Response, ExportError> {
    let zone = reader.app.time_zone.clone();
    let scope = reader.require(accounts::Action::ExportPasses).map_err(AccessError::from)?;
    let order = Order { scope, filter: filter::wanted(filters, &zone), lang: reader.lang, zone };
    let name = format!("passes-{}.{ending}", local(reader.app.clock.now(), &order.zone).date());
    let _turn = MAKING.acquire().await.map_err(|_| ExportError::Closed)?;
    let (bytes, rows) = reader.app.db.read(move |tx| make(tx, &order)).await?;
    // Whoever takes the log away is noted before the file leaves.
    let (ctx, detail) = (reader.ctx(), format!("{rows} rows"));
    reader.app.db.write(move |tx| audit::<()>(tx, &ctx, "passes_exported", None, &detail)).await?;
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, [(header::CONTENT_DISPOSITION, disposition)], bytes).into_response())
}

fn heads(lang: Lang) -> [String; COLUMNS] {
    [
        msg!(lang, "access-export-at"),
        msg!(lang, "access-export-name"),
        msg!(lang, "access-export-class"),
        msg!(lang, "access-point"),
        msg!(lang, "access-direction"),
        msg!(lang, "access-outcome"),
        msg!(lang, "access-export-reason"),
        msg!(lang, "access-export-decided"),
        msg!(lang, "access-export-card"),
        msg!(lang, "access-export-late"),
    ]
}

/// The cells after the moment.
fn texts(order: &Order, pass: &PassView) -> [String; COLUMNS - 1] {
    let lang = order.lang;
    let word = if pass.reason.is_granted() {
        msg!(lang, "access-outcome-granted")
    } else {
        msg!(lang, "access-outcome-refused")
    };
    let by = msg_dyn!(lang, "access-decided-", pass.decided_by.as_str());
    [
        pass.person.as_ref().map_or_else(|| msg!(lang, "access-nobody"), |person| person.full.clone()),
        pass.person.as_ref().map(|person| belongs(lang, person)).unwrap_or_default(),
        pass.point_name.clone(),
        msg_dyn!(lang, "access-direction-", pass.direction.as_str()),
        word,
        msg_dyn!(lang, "access-reason-", pass.reason.as_str()),
        pass.guard_name.as_ref().map_or(by.clone(), |guard| format!("{by}: {guard}")),
        pass.number.map(|(_, number)| number.to_string()).unwrap_or_default(),
        if pass.is_late { i18n::date_time(lang, pass.received_at, &order.zone) } else { String::new() },
    ]
}

fn csv_of(tx: &mut store::Tx<'_>, order: &Order) -> Result<(Vec<u8>, u64), ExportError> {
    let mut file = csv::WriterBuilder::new()
        .delimiter(b';')
        .terminator(csv::Terminator::CRLF)
        .from_writer(UTF8_MARK.as_bytes().to_vec());
    file.write_record(heads(order.lang))?;
    let rows = queries::export(tx, &order.scope, &order.filter, EXPORT_LIMIT, |pass| {
        let local = local(pass.at, &order.zone);
        let at = format!("{} {}", i18n::date(order.lang, local.date()), i18n::time_with_seconds(pass.at, &order.zone));
        let cells = std::iter::once(at).chain(texts(order, &pass)).map(harmless);
        Ok::<_, ExportError>(file.write_record(cells)?)
    })?;
    let bytes = file.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok((bytes, rows))
}

/// The text as a spreadsheet program shows it: one that it would take for a formula gets an apostrophe.
fn harmless(text: String) -> String {
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if is_formula || text.starts_with(['\t', '\r', '\n']) { format!("'{text}") } else { text }
}

fn xlsx_of(tx: &mut store::Tx<'_>, order: &Order) -> Result<(Vec<u8>, u64), ExportError> {
    let mut book = Workbook::new();
    // Rows go to a temporary file as they come.
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(msg!(order.lang, "access-passes"))?;
    let (bold, moment) = (Format::new().set_bold(), Format::new().set_num_format("dd.mm.yyyy hh:mm:ss"));
    for ((column, width), head) in (0_u16..).zip(WIDTHS).zip(heads(order.lang)) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, head, &bold)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let mut line = 0_u32;
    let rows = queries::export(tx, &order.scope, &order.filter, EXPORT_LIMIT, |pass| {
        line += 1;
        sheet.write_datetime_with_format(line, 0, excel_moment(&pass, &order.zone)?, &moment)?;
        for (column, text) in (1_u16..).zip(texts(order, &pass)) {
            if !text.is_empty() {
                sheet.write_string(line, column, text)?;
            }
        }
        Ok::<_, ExportError>(())
    })?;
    let last = u16::try_from(COLUMNS - 1).unwrap_or_default();
    sheet.autofilter(0, 0, line, last)?;
    Ok((book.save_to_buffer()?, rows))
}

fn excel_moment(pass: &PassView, zone: &TimeZone) -> Result<ExcelDateTime, XlsxError> {
    let local = local(pass.at, zone);
    let part = |number: i8| number.unsigned_abs();
    ExcelDateTime::from_ymd(local.year().unsigned_abs(), part(local.month()), part(local.day()))?.and_hms(
        u16::from(part(local.hour())),
        part(local.minute()),
        f64::from(part(local.second())),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_cell_is_taken_for_a_formula() {
        for (text, cell) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+7 701", "'+7 701"),
            (" @x", "' @x"),
            ("-1", "'-1"),
            ("\tx", "'\tx"),
            ("Әбдіғали Жансая", "Әбдіғали Жансая"),
            ("", ""),
        ] {
            assert_eq!(harmless(text.to_owned()), cell);
        }
    }

    proptest! {
        #[test]
        fn whatever_a_name_is_its_cell_begins_harmlessly(text in "\\PC{0,12}") {
            let cell = harmless(text);
            prop_assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']));
        }
    }
}
