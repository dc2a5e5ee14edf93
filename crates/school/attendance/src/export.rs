//! Attendance and time sheets in what a school takes away.

use accounts::{App, Scope};
use i18n::{Lang, msg};
use jiff::{ToSpan as _, civil::Date};
use kernel::PersonId;
use sheet::{Column, Kind, Pack, Value, Writer};
use store::Tx;

use crate::{
    AttendanceError, LeaveReasons,
    model::{NoData, Status},
    queries::{self, Book, Days, school_book},
    reports::{Order, times, words},
    sheet_report::time_sheet,
};

/// Months that are taken away: as long as passes are kept, and the month that has begun.
const MONTHS: i32 = 37;

/// `attendance-2026-11.csv` and `timesheet-2026-11.xlsx`, a file a month: every day of every pupil that is known, and what was said of it.
/// `leaves` tells why pupils were let go.
pub fn export_part(app: &App, leaves: LeaveReasons) -> lists::Part {
    let (clock, zone) = (app.clock.clone(), app.time_zone.clone());
    lists::Part::new(move |tx, scope, lang, pack| {
        let now = clock.now();
        let month = i18n::local(now, &zone).date().first_of_month();
        let profile = people::queries::school_profile(tx, scope)?.map(|view| view.profile);
        let school = profile.map(|profile| if lang == Lang::Kk { profile.name_kk } else { profile.name_ru });
        let school = school.unwrap_or_default();
        for back in 0..MONTHS {
            let days = Days::month(month.checked_sub(back.months())?);
            let order = Order { lang, school: school.clone(), days, now, leaves: leaves.clone() };
            month_of_pupils(tx, scope, &order, pack)?;
            month_of_staff(tx, scope, &order, pack)?;
        }
        Ok(())
    })
}

fn month_of_pupils(tx: &mut Tx<'_>, scope: &Scope, order: &Order, pack: &mut Pack) -> Result<(), AttendanceError> {
    let mut book = school_book(tx, scope, order.days, order.now)?;
    book.tell_leaves(tx, scope, &order.leaves)?;
    if !is_known(&book) {
        return Ok(());
    }
    let ids: Vec<PersonId> = book.pupils().iter().map(|pupil| pupil.id).collect();
    let people = people::queries::by_ids(tx, scope, &ids)?;
    let mut file = begun(order.lang)?;
    for (day, frame) in book.days().iter().enumerate() {
        for (place, pupil) in book.pupils().iter().enumerate() {
            let status = book.status(place, day);
            let (Some(person), false) = (people.get(&pupil.id), is_nothing(status)) else { continue };
            let class = book.classes().iter().find(|class| class.id == pupil.class);
            let (by, note) = said(&book, place, day);
            file.row([
                Value::Date(frame.date()),
                Value::from(class.map(|class| class.name.to_string()).unwrap_or_default()),
                Value::from(person.full.as_str()),
                Value::from(words(order.lang, status)),
                Value::from(times(frame, book.seen(place, day))),
                Value::from(note),
                Value::from(by),
            ])?;
        }
    }
    Ok(pack.file(&name("attendance", order.days.from, "csv"), &file.finish()?)?)
}

fn begun(lang: Lang) -> Result<Writer, AttendanceError> {
    let columns = [
        (msg!(lang, "attendance-day"), 12.0),
        (msg!(lang, "attendance-class"), 10.0),
        (msg!(lang, "attendance-pupil"), 40.0),
        (msg!(lang, "attendance-day-was"), 24.0),
        (msg!(lang, "attendance-time"), 16.0),
        (msg!(lang, "attendance-note"), 30.0),
        (msg!(lang, "attendance-marked-by"), 30.0),
    ];
    let columns: Vec<_> = columns.into_iter().map(|(head, width)| Column::new(head, width)).collect();
    Ok(Writer::new(Kind::Csv, &msg!(lang, "attendance-nav"), &[], &columns)?)
}

/// Who said what of a day, as far as somebody did.
fn said(book: &Book, pupil: usize, day: usize) -> (String, String) {
    let mark = book.mark(pupil, day).map(|mark| (mark.author_name.clone(), mark.note.clone()));
    let away = || book.away(pupil, day).map(|away| (away.author_name.clone(), away.note.clone()));
    // Why somebody was let go is said by the permission.
    let let_go = || book.left_by(pupil, day).map(|leave| (None, leave.reason.clone()));
    let (author, note) = mark.or_else(away).or_else(let_go).unwrap_or_default();
    (author.unwrap_or_default(), note)
}

/// Days without lessons, and what has not happened yet.
const fn is_nothing(status: Status) -> bool {
    matches!(status, Status::NotYet | Status::NoData(NoData::NoLessons | NoData::RemoteDay | NoData::OtherClass))
}

/// Whether the doors or somebody told anything of the month.
fn is_known(book: &Book) -> bool {
    let mut days = (0..book.pupils().len()).flat_map(|pupil| (0..book.days().len()).map(move |day| (pupil, day)));
    days.any(|(pupil, day)| {
        book.seen(pupil, day).is_seen() || book.mark(pupil, day).is_some() || book.away(pupil, day).is_some()
    })
}

fn month_of_staff(tx: &mut Tx<'_>, scope: &Scope, order: &Order, pack: &mut Pack) -> Result<(), AttendanceError> {
    let book = queries::hours(tx, scope, order.days, None, order.now)?;
    let is_known = book.rows.iter().any(|row| row.inside_min() > 0 || row.minutes() > 0);
    if !is_known {
        return Ok(());
    }
    let codes = queries::codes(tx, scope)?;
    let bytes = time_sheet(order, &book, &codes, false).xlsx()?;
    Ok(pack.file(&name("timesheet", order.days.from, "xlsx"), &bytes)?)
}

fn name(what: &str, month: Date, ending: &str) -> String {
    format!("{what}-{}.{ending}", month.strftime("%Y-%m"))
}
