//! One day of one pupil: what the doors tell, what was said of it, and a form that says it with minutes and a note.

use accounts::{Action, Reader};
use i18n::{Lang, msg, msg_dyn};
use jiff::{civil::Date, tz::TimeZone};
use kernel::PersonId;
use web::{
    Form, IntoResponse, Markup, Page, Path, Response, WebError,
    components::{
        Button, Choice, Column, Field, Icon, Row, Table, back_link, badge, card, cell, facts, form_actions,
        form_faults, hidden, moment, page_head,
    },
    html,
};

use super::{PATH, class_day::tone, id_of, known_day, note_fault, page, refuse, refused, to};
use crate::{
    AttendanceError, LeaveReasons,
    model::{Marked, Note, Reason, Status},
    ops::{self, Correction},
    queries::{MarkRow, PupilDay},
    reports,
};

/// The address of a pupil's day.
pub(super) fn path_of(person: PersonId, day: Date) -> String {
    format!("{PATH}/person/{person}/{day}")
}

async fn found(reader: &Reader, id: &str, day: &str, reasons: LeaveReasons) -> Result<PupilDay, WebError> {
    let (person, day): (PersonId, Date) = (id_of(id)?, known_day(day).ok_or(WebError::NotFound)?);
    let ctx = reader.ctx();
    let found = reader.app.db.read(move |tx| {
        let mut found = ops::pupil_day(tx, &ctx, person, day)?;
        found.tell_leaves(tx, &ctx.require(Action::SeeAttendance)?, &reasons)?;
        Ok::<_, AttendanceError>(found)
    });
    Ok(found.await?)
}

pub(super) async fn show(
    reader: Reader,
    Path((id, day)): Path<(String, String)>,
    reasons: LeaveReasons,
) -> Result<Page, WebError> {
    let found = found(&reader, &id, &day, reasons).await?;
    let now = found.marks.first();
    let said = now.map(MarkRow::marked).filter(|marked| *marked != Marked::AsSeen);
    let minutes = match said {
        Some(Marked::Late(min) | Marked::LeftEarly(min)) => min.to_string(),
        _ => String::new(),
    };
    let form = Form::filled([
        ("revision", now.map_or(0, |mark| mark.revision).to_string().as_str()),
        ("status", said.map_or("", word)),
        ("minutes", &minutes),
        ("note", now.filter(|_| said.is_some()).map_or("", |mark| mark.note.as_str())),
    ]);
    Ok(day_page(&reader, &found, &form))
}

fn day_page(reader: &Reader, found: &PupilDay, form: &Form) -> Page {
    let lang = reader.lang;
    let (line, date) = (&found.line, found.frame.date());
    let title = msg!(lang, "attendance-mark-title", day = i18n::date(lang, date));
    let back = web::address(PATH, [("class", found.class.id.to_string().as_str()), ("day", date.to_string().as_str())]);
    let times = reports::times(&found.frame, line.seen);
    let permitted = line.leave.as_ref().map(|leave| reports::permitted(lang, leave));
    let mut known = vec![
        (msg!(lang, "attendance-class"), cell(found.class.name.to_string())),
        (msg!(lang, "attendance-day-was"), badge(tone(line.status), &reports::words(lang, line.status))),
        (msg!(lang, "attendance-by-doors"), cell(if times.is_empty() { "—" } else { &times })),
    ];
    known.extend(permitted.map(|permitted| (msg!(lang, "attendance-let-go"), cell(permitted))));
    let known: Vec<(&str, Markup)> = known.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    let body = html! {
        (back_link(&msg!(lang, "attendance-title"), &back))
        (page_head(&line.full, Markup::default()))
        p .quiet { (title) }
        (form_faults(lang, form))
        (card("", facts(&known)))
        @if reader.may(Action::CorrectAttendance) { (card(&msg!(lang, "attendance-mark"), html! {
            form .form method="post" action=(path_of(line.person, date)) {
                (hidden("revision", form.value("revision")))
                (Field::select("status", msg!(lang, "attendance-day-was"), form, choices(lang)).required())
                (Field::number("minutes", msg!(lang, "attendance-minutes"), form).help(msg!(lang, "attendance-minutes-how")))
                (Field::text("note", msg!(lang, "attendance-note"), form).attr("maxlength", Note::LIMIT.to_string()).attr("autocomplete", "off"))
                (form_actions(html! { (Button::primary(msg!(lang, "attendance-save")).icon(Icon::Check)) }))
            }
        })) }
        @if !found.marks.is_empty() { (card(&msg!(lang, "attendance-said"), history(lang, &found.marks, &reader.app.time_zone))) }
    };
    page(reader, format!("{}: {}", line.full, i18n::date(lang, date)), body)
}

/// Everything that was said of the day, the newest first.
fn history(lang: Lang, marks: &[MarkRow], zone: &TimeZone) -> Markup {
    let columns = vec![
        Column::new(msg!(lang, "attendance-day-was")),
        Column::new(msg!(lang, "attendance-note")),
        Column::new(msg!(lang, "attendance-who")),
        Column::new(msg!(lang, "attendance-when")),
    ];
    let rows = marks.iter().map(|mark| {
        let who = mark.author_name.as_deref().unwrap_or("—");
        Row::new(vec![cell(said(lang, mark)), cell(&mark.note), cell(who), moment(lang, mark.at, zone)])
    });
    html! { (Table::new(lang, msg!(lang, "attendance-said"), columns).rows(rows)) }
}

/// What a correction says, in words.
pub(super) fn said(lang: Lang, mark: &MarkRow) -> String {
    match mark.marked() {
        Marked::Present => reports::words(lang, Status::Present),
        Marked::Late(min) => reports::words(lang, Status::Late(min)),
        Marked::LeftEarly(min) => reports::words(lang, Status::LeftEarly(min)),
        Marked::Absent(reason) => reports::words(lang, Status::Absent(reason)),
        Marked::AsSeen => msg!(lang, "attendance-tap-as_seen"),
    }
}

/// The word of a correction in forms.
const fn word(marked: Marked) -> &'static str {
    match marked {
        Marked::Present => "present",
        Marked::Late(_) => "late",
        Marked::LeftEarly(_) => "left_early",
        Marked::Absent(reason) => reason.as_str(),
        Marked::AsSeen => "as_seen",
    }
}

fn choices(lang: Lang) -> Vec<Choice> {
    let status = |word: &'static str| Choice::new(word, msg_dyn!(lang, "attendance-status-", word));
    let reasons = Reason::ALL.iter().map(|reason| status(reason.as_str()));
    let mut all: Vec<Choice> = ["present", "late", "left_early"].into_iter().map(status).chain(reasons).collect();
    all.push(Choice::new("as_seen", msg!(lang, "attendance-tap-as_seen")));
    all
}

/// Minutes that somebody may come late or leave early.
const MOST_MIN: i64 = 720;

/// The correction that a form tells; only late and early ones have minutes.
fn marked(lang: Lang, form: &mut Form) -> Option<Marked> {
    let word = form.choice(lang, "status", |word| {
        ["present", "late", "left_early", "as_seen"]
            .into_iter()
            .chain(Reason::ALL.iter().map(|reason| reason.as_str()))
            .find(|known| *known == word)
    })?;
    let mut minutes = || form.number(lang, "minutes", 1..=MOST_MIN).and_then(|min| u16::try_from(min).ok());
    match word {
        "present" => Some(Marked::Present),
        "late" => minutes().map(Marked::Late),
        "left_early" => minutes().map(Marked::LeftEarly),
        "as_seen" => Some(Marked::AsSeen),
        word => Reason::parse(word).map(Marked::Absent),
    }
}

pub(super) async fn save(
    reader: Reader,
    Path((id, day)): Path<(String, String)>,
    mut form: Form,
    reasons: LeaveReasons,
) -> Result<Response, WebError> {
    let lang = reader.lang;
    let known = found(&reader, &id, &day, reasons).await?;
    let seen: u64 = form.value("revision").parse().map_err(|_| WebError::BadInput(String::new()))?;
    let marked = marked(lang, &mut form);
    let note = form.optional("note", Note::parse, |fault| note_fault(lang, fault));
    if let (Some(marked), Some(note)) = (marked, note) {
        let (person, day) = (known.line.person, known.frame.date());
        let correction = Correction { person, day, marked, note: note.unwrap_or_default(), seen: Some(seen) };
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::mark(tx, &ctx, &correction)).await {
            Ok(_) => {
                let (class, day) = (known.class.id.to_string(), day.to_string());
                return Ok(to(PATH, &[("class", &class), ("day", &day), ("done", "marked")]));
            }
            Err(error @ AttendanceError::NotFound(_)) => return Err(error.into()),
            Err(error) => refuse(lang, &mut form, error)?,
        }
    }
    Ok(refused(day_page(&reader, &known, &form)).into_response())
}
