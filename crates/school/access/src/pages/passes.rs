//! The log of passes: who went where and when, and why somebody was refused.

mod export;
mod filter;
mod view;

pub use export::export_part;

use accounts::{Action, Reader, Right, Routes, page};
use i18n::msg;
use web::{Filters, Page, WebError};

use crate::{AccessError, queries};

pub(crate) const PATH: &str = "/passes";
/// Rows of a page.
const ROWS: u32 = 50;

/// Adds the log's pages.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .get(PATH, Right::Action(Action::SeePasses), list)
        .get(export::CSV_PATH, Right::Action(Action::ExportPasses), export::csv)
        .get(export::XLSX_PATH, Right::Action(Action::ExportPasses), export::xlsx)
}

async fn list(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let scope = reader.scope()?;
    let (wanted, after) = (filter::wanted(&filters, &reader.app.time_zone), filter::after(&filters));
    let log = reader.app.db.read(move |tx| {
        let page = queries::passes(tx, &scope, &wanted, after, ROWS)?;
        Ok::<_, AccessError>((page, queries::points(tx, &scope)?, queries::who_choices(tx, &scope)?.classes))
    });
    let (log, points, classes) = log.await?;
    let body = view::log(&reader, &filters, &log, &points, &classes);
    Ok(page(&reader, msg!(reader.lang, "access-passes"), body))
}
