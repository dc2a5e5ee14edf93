//! The time sheet as a report.

use i18n::{Lang, msg};
use paper::Shape;

use crate::{
    model::{Entry, TimeCode},
    queries::HoursBook,
    report::{Cell, Column, Mark, Report},
    reports::Order,
};

/// The meaning of a letter in the language of the page: what is not said in English is said in Russian.
pub(crate) fn meaning(lang: Lang, code: &TimeCode) -> &str {
    match lang {
        Lang::Kk => &code.name_kk,
        Lang::Ru | Lang::En => &code.name_ru,
    }
}

/// A letter and hours: `Я 8`, `Ф 6:20`.
pub(crate) fn letter(entry: &Entry) -> String {
    let Some(code) = &entry.code else { return if entry.is_open { "?".to_owned() } else { String::new() } };
    let hours = match (entry.minutes / 60, entry.minutes % 60) {
        (0, 0) => return code.to_string(),
        (hours, 0) => hours.to_string(),
        (hours, minutes) => format!("{hours}:{minutes:02}"),
    };
    format!("{code} {hours}")
}

/// What an entry means.
pub(crate) fn mark(entry: &Entry) -> Mark {
    if entry.is_open {
        Mark::Bad
    } else if entry.is_entered {
        Mark::Info
    } else if entry.code.is_some() && entry.minutes == 0 {
        Mark::Off
    } else {
        Mark::Plain
    }
}

/// The time sheet of a month. On the screen each day leads to its page.
pub(crate) fn time_sheet(order: &Order, book: &HoursBook, codes: &[TimeCode], is_screen: bool) -> Report {
    let lang = order.lang;
    let mut columns = vec![Column::words(msg!(lang, "attendance-employee"), 30.0)];
    columns.extend(book.frames.iter().map(|frame| Column::signs(frame.date().day().to_string(), 5.5)));
    columns.extend([
        Column::signs(msg!(lang, "attendance-work-days-short"), 6.5),
        Column::signs(msg!(lang, "attendance-hours"), 8.0),
        Column::signs(msg!(lang, "attendance-night-hours"), 8.0),
    ]);
    let rows = book.rows.iter().map(|row| {
        let name = if row.position.is_empty() { row.full.clone() } else { format!("{}, {}", row.full, row.position) };
        let mut cells = vec![Cell::text(name).mark(Mark::Strong).leads_to(format!("/timesheet/{}", row.person))];
        for (entry, frame) in row.entries.iter().zip(&book.frames) {
            let mut cell = Cell::text(letter(entry)).mark(mark(entry));
            if entry.is_open {
                cell = cell.more(msg!(lang, "attendance-to-decide"));
            }
            if is_screen {
                cell = cell.leads_to(format!("/timesheet/{}/{}", row.person, frame.date()));
                if cell.text.is_empty() {
                    cell.text = "·".to_owned();
                }
            }
            cells.push(cell);
        }
        cells.push(Cell::number(row.work_days()).mark(Mark::Strong));
        cells.extend([row.minutes(), row.night_min()].map(|minutes| Cell::hours(minutes).mark(Mark::Strong)));
        cells
    });
    let legend =
        codes.iter().map(|code| format!("{} — {}", code.code, meaning(lang, code))).collect::<Vec<_>>().join("; ");
    Report {
        lang,
        name: "time-sheet",
        title: msg!(lang, "attendance-sheet-title"),
        lines: order.lines(None),
        columns,
        rows: rows.collect(),
        notes: vec![legend],
        signatures: vec![
            msg!(lang, "attendance-sign-head"),
            msg!(lang, "attendance-sign-sheet"),
            msg!(lang, "attendance-sign-accountant"),
        ],
        shape: Shape::Wide,
        is_grid: true,
    }
}
