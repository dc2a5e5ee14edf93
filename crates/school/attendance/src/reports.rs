//! Reports of classes and of the school: from a book to rows.

use accounts::Scope;
use i18n::{Lang, msg, msg_dyn};
use jiff::{Timestamp, civil::Date};
use kernel::{ClassId, PersonId};
use paper::Shape;
use people::{model::ClassName, person::ClassView};
use rustc_hash::FxHashMap;
use store::{StoreError, Tx};

use crate::{
    LeaveReasons,
    model::{DayFrame, DaySeen, NoData, Reason, Status, Tally},
    queries::{self, Book, Days, LeaveTold, class_book, school_book},
    report::{Cell, Column, Mark, Report},
};

/// Who is at school on less than so many tenths of a percent of the days is chronically absent.
pub(crate) const CHRONIC_PERMILLE: u32 = 900;
/// Days that must be known before somebody is called chronically absent.
const CHRONIC_DAYS: u32 = 5;

/// In which language, for which school, on which days.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// The language of the report.
    pub lang: Lang,
    /// The school's name in it.
    pub school: String,
    /// The days.
    pub days: Days,
    /// This moment.
    pub now: Timestamp,
    /// Why pupils were let go.
    pub leaves: LeaveReasons,
}

impl Order {
    pub(crate) fn lines(&self, more: Option<String>) -> Vec<String> {
        let Days { from, until } = self.days;
        let days = if from == until {
            i18n::date(self.lang, from)
        } else {
            format!("{} — {}", i18n::date(self.lang, from), i18n::date(self.lang, until))
        };
        [Some(self.school.clone()), more, Some(days)].into_iter().flatten().collect()
    }
}

/// The letter of a day and what it means.
pub(crate) fn sign(lang: Lang, status: Status) -> (String, Mark) {
    let mark = match status {
        Status::Present => Mark::Good,
        Status::Late(_) | Status::LeftEarly(_) | Status::LateAndLeftEarly(..) | Status::LateAndLeftByLeave(..) => {
            Mark::Warn
        }
        Status::Absent(Reason::Unexplained) => Mark::Bad,
        Status::Absent(_) | Status::LeftByLeave(_) => Mark::Info,
        Status::NotYet | Status::NoData(NoData::DoorsSilent) => Mark::Plain,
        Status::NoData(NoData::NoLessons | NoData::RemoteDay | NoData::OtherClass) => Mark::Off,
    };
    (msg_dyn!(lang, "attendance-sign-", status.as_str()), mark)
}

/// What a day was, in words: `Опоздание 7 мин`.
pub(crate) fn words(lang: Lang, status: Status) -> String {
    let minutes = match (status.late_min(), status.early_min()) {
        (Some(late), Some(early)) => {
            let (late, early) = (i64::from(late), i64::from(early));
            return if status.is_by_leave() {
                msg!(lang, "attendance-late-and-let-go", late = late, early = early)
            } else {
                msg!(lang, "attendance-late-and-left", late = late, early = early)
            };
        }
        (Some(min), None) => return msg!(lang, "attendance-late-by", count = i64::from(min)),
        (None, Some(min)) if status.is_by_leave() => {
            return msg!(lang, "attendance-let-go-by", count = i64::from(min));
        }
        (None, Some(min)) => return msg!(lang, "attendance-left-by", count = i64::from(min)),
        (None, None) => status.as_str(),
    };
    msg_dyn!(lang, "attendance-status-", minutes)
}

/// Who gave a permission to leave, and why: `Разрешение дала Иванова А.: к врачу`.
pub(crate) fn permitted(lang: Lang, leave: &LeaveTold) -> String {
    let by = match &leave.row.given_by_name {
        Some(name) => msg!(lang, "attendance-leave-given-by", name = name.as_str()),
        None => msg!(lang, "attendance-leave"),
    };
    if leave.reason.is_empty() { by } else { format!("{by}: {}", leave.reason) }
}

/// When somebody came and left: `07:52–13:30`.
pub(crate) fn times(frame: &DayFrame, seen: DaySeen) -> String {
    let clock = |second: Option<u32>| second.map(|second| i18n::clock_time(frame.clock(second))).unwrap_or_default();
    if seen.is_seen() { format!("{}–{}", clock(seen.first_in), clock(seen.left_at())) } else { String::new() }
}

fn legend(lang: Lang) -> String {
    let statuses = [
        Status::Present,
        Status::Late(0),
        Status::LeftEarly(0),
        Status::LateAndLeftEarly(0, 0),
        Status::LeftByLeave(0),
        Status::LateAndLeftByLeave(0, 0),
        Status::Absent(Reason::Ill),
        Status::Absent(Reason::Family),
        Status::Absent(Reason::Competition),
        Status::Absent(Reason::Remote),
        Status::Absent(Reason::Unexplained),
        Status::NoData(NoData::DoorsSilent),
    ];
    let line = |status: Status| {
        format!("{} — {}", sign(lang, status).0, msg_dyn!(lang, "attendance-legend-", status.as_str()))
    };
    statuses.map(line).join("; ")
}

/// The sheet of a class and a day.
pub(crate) fn class_day(
    tx: &mut Tx<'_>,
    scope: &Scope,
    order: &Order,
    class: &ClassView,
) -> Result<Option<Report>, StoreError> {
    let lang = order.lang;
    let found = queries::class_day(tx, scope, class.id, order.days.from, order.now)?;
    let Some(mut day) = found else { return Ok(None) };
    day.tell_leaves(tx, scope, &order.leaves)?;
    let queries::ClassDay { frame, class: then, lines, .. } = day;
    let clock = |second: Option<u32>| {
        Cell::text(second.map(|second| i18n::clock_time(frame.clock(second))).unwrap_or_default())
    };
    let mut tally = Tally::default();
    let rows = lines.iter().zip(1_u32..).map(|(line, number)| {
        tally.add(line.status);
        let (_, mark) = sign(lang, line.status);
        let said =
            line.mark.as_ref().map(|mark| mark.note.as_str()).or(line.away.as_ref().map(|away| away.note.as_str()));
        let permitted = line.leave.as_ref().map(|leave| permitted(lang, leave));
        let notes = [permitted.as_deref(), said].into_iter().flatten().filter(|note| !note.is_empty());
        vec![
            Cell::number(number),
            Cell::text(&line.full).mark(Mark::Strong),
            Cell::text(words(lang, line.status)).mark(mark),
            clock(line.seen.first_in),
            clock(line.seen.left_at()),
            Cell::text(notes.collect::<Vec<_>>().join("; ")),
        ]
    });
    let rows: Vec<_> = rows.collect();
    let (pupils, there, late, absent) = (rows.len() as u32, tally.there, tally.late, tally.absent_all());
    Ok(Some(Report {
        lang,
        name: "class-day",
        title: msg!(lang, "attendance-class-day", class = then.name.to_string()),
        lines: order.lines(None),
        columns: vec![
            Column::ordinal(),
            Column::words(msg!(lang, "attendance-pupil"), 36.0),
            Column::words(msg!(lang, "attendance-day-was"), 26.0),
            Column::signs(msg!(lang, "attendance-came"), 10.0),
            Column::signs(msg!(lang, "attendance-left"), 10.0),
            Column::words(msg!(lang, "attendance-note"), 30.0),
        ],
        rows,
        notes: vec![msg!(lang, "attendance-day-sum", pupils = pupils, there = there, late = late, absent = absent)],
        signatures: vec![msg!(lang, "attendance-sign-teacher")],
        shape: Shape::Portrait,
        is_grid: false,
    }))
}

/// The sheet of a class and a month: signs, or times of coming and leaving.
pub(crate) fn class_month(
    tx: &mut Tx<'_>,
    scope: &Scope,
    order: &Order,
    class: &ClassView,
    with_times: bool,
) -> Result<Option<Report>, StoreError> {
    let lang = order.lang;
    let Some(mut book) = class_book(tx, scope, class.id, order.days, order.now)? else { return Ok(None) };
    book.tell_leaves(tx, scope, &order.leaves)?;
    let mut columns = vec![Column::words(msg!(lang, "attendance-pupil"), 38.0)];
    let width = if with_times { 6.5 } else { 4.0 };
    columns.extend(book.days().iter().map(|frame| Column::signs(frame.date().day().to_string(), width)));
    columns.extend([
        Column::signs(msg!(lang, "attendance-short-there"), 9.0),
        Column::signs(msg!(lang, "attendance-short-absent"), 9.0),
        Column::signs(msg!(lang, "attendance-short-unexplained"), 9.0),
        Column::signs(msg!(lang, "attendance-short-late"), 9.0),
    ]);
    let rows = book.pupils().iter().enumerate().map(|(place, pupil)| {
        let mut row = vec![Cell::text(&pupil.full).mark(Mark::Strong)];
        for (day, frame) in book.days().iter().enumerate() {
            let (status, seen) = (book.status(place, day), book.seen(place, day));
            let (letter, mark) = sign(lang, status);
            let times = times(frame, seen);
            let text =
                if with_times && seen.is_seen() && book.is_in(place, day) { times.replace('–', " ") } else { letter };
            let mut more = format!("{} {times}", words(lang, status));
            if let Some(leave) = book.left_by(place, day) {
                more = format!("{more}. {}", permitted(lang, leave));
            }
            row.push(Cell::text(text).mark(mark).more(more.trim()));
        }
        let tally = book.tally(place);
        let sums = [tally.there, tally.absent_all(), tally.absent_for(Reason::Unexplained), tally.late];
        row.extend(sums.map(|sum| Cell::number(sum).mark(Mark::Strong)));
        row
    });
    // A sign has no room for who let the pupil go, and why.
    let let_go = book.days().iter().enumerate().flat_map(|(day, frame)| {
        let date = i18n::date(lang, frame.date());
        let of_day = book.pupils().iter().enumerate().filter_map(|(place, pupil)| {
            let leave = book.left_by(place, day)?;
            Some(format!("{date}, {}. {}", pupil.full, permitted(lang, leave)))
        });
        of_day.collect::<Vec<_>>()
    });
    Ok(Some(Report {
        lang,
        name: "class-month",
        title: msg!(lang, "attendance-class-month", class = name_then(&book, class).to_string()),
        lines: order.lines(None),
        columns,
        rows: rows.collect(),
        notes: std::iter::once(legend(lang)).chain(let_go).collect(),
        signatures: vec![msg!(lang, "attendance-sign-teacher")],
        // Signs fit on the paper that every school has; times need a larger sheet.
        shape: if with_times { Shape::Wide } else { Shape::Landscape },
        is_grid: true,
    }))
}

/// The name of a class on the days of a book.
fn name_then(book: &Book, class: &ClassView) -> ClassName {
    book.classes().iter().find(|then| then.id == class.id).map_or(class.data.name, |then| then.name)
}

/// The month of the school, class by class: what is due for the authority.
pub(crate) fn school_month(tx: &mut Tx<'_>, scope: &Scope, order: &Order) -> Result<Report, StoreError> {
    let lang = order.lang;
    let known = people::queries::classes(tx, scope)?;
    let book = school_book(tx, scope, order.days, order.now)?;
    let by_class = tallies(&book);
    let mut total = Tally::default();
    let mut rows: Vec<Vec<Cell>> = book
        .classes()
        .iter()
        .map(|class| {
            let (pupils, tally) = by_class.get(&class.id).copied().unwrap_or_default();
            total.join(&tally);
            let name = Cell::text(class.name.to_string()).mark(Mark::Strong);
            let month = format!("/attendance/class/{}/month?month={}", class.id, month_word(order.days.from));
            // A class that has ended has no page any more.
            let is_there = known.iter().any(|known| known.id == class.id);
            school_row(if is_there { name.leads_to(month) } else { name }, pupils, book.lesson_days(class.id), &tally)
        })
        .collect();
    let days = book.classes().iter().map(|class| book.lesson_days(class.id)).max().unwrap_or(0);
    let pupils = book.person_count();
    let sum = school_row(Cell::text(msg!(lang, "attendance-all-classes")), pupils, days, &total);
    rows.push(sum.into_iter().map(|cell| cell.mark(Mark::Strong)).collect());
    let mut columns = vec![
        Column::words(msg!(lang, "attendance-class"), 10.0),
        Column::numbers(msg!(lang, "attendance-pupils")),
        Column::numbers(msg!(lang, "attendance-lesson-days")),
        Column::numbers(msg!(lang, "attendance-days-known")),
        Column::numbers(msg!(lang, "attendance-days-there")),
        Column::numbers(msg!(lang, "attendance-days-absent")),
    ];
    columns.extend(
        Reason::ALL.iter().map(|reason| Column::numbers(msg_dyn!(lang, "attendance-legend-", reason.as_str()))),
    );
    columns
        .extend([Column::numbers(msg!(lang, "attendance-late-count")), Column::numbers(msg!(lang, "attendance-rate"))]);
    let unknown = total.unknown;
    let notes =
        if unknown > 0 { vec![msg!(lang, "attendance-unknown-days", count = i64::from(unknown))] } else { Vec::new() };
    Ok(Report {
        lang,
        name: "school-month",
        title: msg!(lang, "attendance-school-month"),
        lines: order.lines(None),
        columns,
        rows,
        notes,
        signatures: vec![msg!(lang, "attendance-sign-head"), msg!(lang, "attendance-sign-made")],
        shape: Shape::Landscape,
        is_grid: false,
    })
}

fn school_row(name: Cell, pupils: u32, lesson_days: u32, tally: &Tally) -> Vec<Cell> {
    let mut row = vec![name];
    row.extend([pupils, lesson_days, tally.known, tally.there, tally.absent_all()].map(Cell::number));
    row.extend(Reason::ALL.iter().map(|reason| Cell::number(tally.absent_for(*reason))));
    row.extend([Cell::number(tally.late), Cell::permille(tally.rate_permille())]);
    row
}

/// Pupils and days of each class.
pub(crate) fn tallies(book: &Book) -> FxHashMap<ClassId, (u32, Tally)> {
    let mut by_class: FxHashMap<ClassId, (u32, Tally)> = FxHashMap::default();
    for (place, pupil) in book.pupils().iter().enumerate() {
        let (pupils, tally) = by_class.entry(pupil.class).or_default();
        *pupils += 1;
        tally.join(&book.tally(place));
    }
    by_class
}

/// A month as addresses name it: `2026-11`.
pub(crate) fn month_word(day: Date) -> String {
    format!("{:04}-{:02}", day.year(), day.month())
}

/// Which pupils a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Those who came late, the most often late first.
    Late,
    /// Those who are at school on less than nine days of ten, the rarest first.
    Chronic,
}

/// A list of pupils of the school.
pub(crate) fn pupils(tx: &mut Tx<'_>, scope: &Scope, order: &Order, wanted: Wanted) -> Result<Report, StoreError> {
    let lang = order.lang;
    let book = school_book(tx, scope, order.days, order.now)?;
    let is_wanted = |tally: &Tally| match wanted {
        Wanted::Late => tally.late > 0,
        Wanted::Chronic => {
            tally.known >= CHRONIC_DAYS && tally.rate_permille().is_some_and(|rate| rate < CHRONIC_PERMILLE)
        }
    };
    let mut found: Vec<(PersonId, Tally)> = book.tallies().into_iter().filter(|(_, tally)| is_wanted(tally)).collect();
    found.sort_by_key(|(id, tally)| match wanted {
        Wanted::Late => (u32::MAX - tally.late, u32::MAX - tally.late_min, *id),
        Wanted::Chronic => (tally.rate_permille().unwrap_or(0), u32::MAX - tally.absent_all(), *id),
    });
    let ids: Vec<PersonId> = found.iter().map(|(id, _)| *id).collect();
    let people = people::queries::by_ids(tx, scope, &ids)?;
    let rows = found.iter().zip(1_u32..).filter_map(|((id, tally), number)| {
        let person = people.get(id)?;
        let class = Cell::text(person.class_name.clone().unwrap_or_default());
        let name = Cell::text(&person.full).mark(Mark::Strong).leads_to(format!("/attendance/person/{id}"));
        let mut row = vec![Cell::number(number), name, class];
        match wanted {
            Wanted::Late => {
                row.extend([Cell::number(tally.late), Cell::number(tally.late_min), Cell::number(tally.known)])
            }
            Wanted::Chronic => row.extend([
                Cell::permille(tally.rate_permille()),
                Cell::number(tally.known),
                Cell::number(tally.absent_all()),
                Cell::number(tally.absent_for(Reason::Unexplained)),
            ]),
        }
        Some(row)
    });
    let rows: Vec<_> = rows.collect();
    let mut columns = vec![
        Column::ordinal(),
        Column::words(msg!(lang, "attendance-pupil"), 40.0),
        Column::words(msg!(lang, "attendance-class"), 10.0),
    ];
    let (name, title, heads) = match wanted {
        Wanted::Late => (
            "late",
            msg!(lang, "attendance-late-title"),
            vec![
                msg!(lang, "attendance-late-count"),
                msg!(lang, "attendance-late-minutes"),
                msg!(lang, "attendance-days-known"),
            ],
        ),
        Wanted::Chronic => (
            "chronic",
            msg!(lang, "attendance-chronic-title"),
            vec![
                msg!(lang, "attendance-rate"),
                msg!(lang, "attendance-days-known"),
                msg!(lang, "attendance-days-absent"),
                msg!(lang, "attendance-legend-unexplained"),
            ],
        ),
    };
    columns.extend(heads.into_iter().map(Column::numbers));
    Ok(Report {
        lang,
        name,
        title,
        lines: order.lines(None),
        columns,
        rows,
        notes: Vec::new(),
        signatures: vec![msg!(lang, "attendance-sign-made")],
        shape: Shape::Portrait,
        is_grid: false,
    })
}

/// The movements of a person as a report.
pub(crate) fn movements(order: &Order, log: &queries::PersonLog) -> Report {
    let lang = order.lang;
    let mut rows = Vec::new();
    for day in &log.days {
        for pass in day.passes.all() {
            let way = if pass.is_out { msg!(lang, "attendance-way-out") } else { msg!(lang, "attendance-way-in") };
            rows.push(vec![
                Cell::text(date_of(lang, day.frame.date())),
                Cell::text(time_of(&day.frame, pass.second)),
                Cell::text(way),
                Cell::text(was(lang, day)),
            ]);
        }
    }
    Report {
        lang,
        name: "movements",
        title: msg!(lang, "attendance-movements"),
        lines: order.lines(Some(log.full.clone())),
        columns: vec![
            Column::words(msg!(lang, "attendance-day"), 14.0),
            Column::words(msg!(lang, "attendance-time"), 12.0),
            Column::words(msg!(lang, "attendance-way"), 14.0),
            Column::words(msg!(lang, "attendance-day-was"), 30.0),
        ],
        rows,
        notes: Vec::new(),
        signatures: vec![msg!(lang, "attendance-sign-made")],
        shape: Shape::Portrait,
        is_grid: false,
    }
}

/// What a day was, and who let the pupil go.
fn was(lang: Lang, day: &queries::LogDay) -> String {
    let words = day.status.map(|status| words(lang, status)).unwrap_or_default();
    match &day.leave {
        Some(leave) => format!("{words}. {}", permitted(lang, leave)),
        None => words,
    }
}

fn date_of(lang: Lang, day: Date) -> String {
    i18n::date(lang, day)
}

fn time_of(frame: &DayFrame, second: u32) -> String {
    frame.clock(second).strftime("%H:%M:%S").to_string()
}
