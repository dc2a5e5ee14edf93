//! A class on a day: who is there, one tap for a reason, the check at the first lesson, days away.

use accounts::{Action, Reader};
use i18n::{Lang, msg, msg_dyn};
use jiff::civil::Date;
use kernel::PersonId;
use people::person::ClassView;
use web::{
    Filters, Form, Fragment, IntoResponse, Markup, Response, WebError,
    components::{
        Button, Choice, Field, Icon, LinkButton, Tone, alert, badge, card, empty_state, form_actions, form_faults,
        hidden, page_head, stat,
    },
    html,
};

use super::{
    PATH, Part, classes, day_of, done_alert, file_lang, files, id_of, known_day, note_fault, order, page, parts, read,
    reasons, refuse, refused, shown, to, today_of,
};
use crate::{
    AttendanceError, LeaveReasons,
    model::{DayFrame, Expectation, Marked, Note, Reason, Status, Tally},
    ops::{self, Correction, NewAbsence},
    queries::{self, ClassDay, DayLine, Days},
    reports::{self, Order},
};

pub(super) async fn show(reader: Reader, filters: Filters, reasons: LeaveReasons) -> Result<Response, WebError> {
    let day = day_of(&filters, "day", today_of(&reader));
    let classes = classes(&reader).await?;
    let wanted = match filters.get("class") {
        Some(id) => Some(classes.iter().find(|class| class.id.to_string() == id).ok_or(WebError::NotFound)?),
        None => classes.first(),
    };
    let Some(class) = wanted.copied() else { return Ok(none(&reader).into_response()) };
    if filters.get("format").is_some() {
        let order = Order { leaves: reasons, ..order(&reader, file_lang(&filters, reader.lang), Days::one(day)) };
        let report = read(&reader, move |tx, scope| Ok(reports::class_day(tx, scope, &order, &class)?)).await?;
        return shown(&reader, &filters, report.ok_or(WebError::NotFound)?, |_| page(&reader, "", Markup::default()))
            .await;
    }
    let said = done_alert(reader.lang, &filters);
    let found = found(&reader, class, day, reasons).await?;
    Ok(day_page(&reader, &classes, class, &found, &Form::blank(), said, &filters).into_response())
}

fn none(reader: &Reader) -> web::Page {
    let lang = reader.lang;
    let title = msg!(lang, "attendance-title");
    let (what, how) = if reader.may(Action::SeeAllAttendance) {
        (msg!(lang, "attendance-no-classes"), msg!(lang, "attendance-no-classes-how"))
    } else {
        (msg!(lang, "attendance-no-own-class"), msg!(lang, "attendance-no-own-class-how"))
    };
    let body = html! { (page_head(&title, Markup::default())) (parts(reader, Part::Class)) (empty_state(Icon::School, &what, &how, None)) };
    page(reader, title, body)
}

async fn found(reader: &Reader, class: ClassView, day: Date, reasons: LeaveReasons) -> Result<ClassDay, WebError> {
    let now = reader.app.clock.now();
    let found = read(reader, move |tx, scope| {
        let Some(mut found) = queries::class_day(tx, scope, class.id, day, now)? else { return Ok(None) };
        found.tell_leaves(tx, scope, &reasons)?;
        Ok(Some(found))
    })
    .await?;
    found.ok_or(WebError::NotFound)
}

fn day_page(
    reader: &Reader,
    classes: &[ClassView],
    class: ClassView,
    found: &ClassDay,
    form: &Form,
    said: Markup,
    filters: &Filters,
) -> web::Page {
    let (lang, day) = (reader.lang, found.frame.date());
    let title = msg!(lang, "attendance-title");
    let month = format!("{PATH}/class/{}/month?month={:04}-{:02}", class.id, day.year(), day.month());
    let may = reader.may(Action::CorrectAttendance) && day <= today_of(reader);
    let head = html! { (LinkButton::plain(msg!(lang, "attendance-to-month"), month).icon(Icon::Calendar)) (files(reader, filters)) };
    let body = html! {
        (page_head(&title, head))
        (parts(reader, Part::Class))
        (said)
        (form_faults(lang, form))
        (choose(reader, classes, class, day))
        (sums(lang, found))
        @if let Expectation::Not(why) = found.expectation {
            (alert(Tone::Info, &msg_dyn!(lang, "attendance-status-", why.as_str()), ""))
        }
        (differences(lang, found))
        @if found.lines.is_empty() {
            (empty_state(Icon::Users, &msg!(lang, "attendance-no-pupils"), &msg!(lang, "attendance-no-pupils-how"), None))
        } @else {
            ul .roll { @for line in &found.lines { (self::line(lang, &found.frame, class, line, may)) } }
            @if may { (check_form(lang, class, day, found)) }
            @if reader.may(Action::CorrectAttendance) { (absence_form(lang, class, day, found, form)) }
        }
    };
    page(reader, format!("{title}: {}", class.data.name), body)
}

fn choose(reader: &Reader, classes: &[ClassView], class: ClassView, day: Date) -> Markup {
    let lang = reader.lang;
    let step = |day: Option<Date>, label: String, sign: Icon| {
        let (class, day) = (class.id.to_string(), day.map(|day| day.to_string()));
        html! { @if let Some(day) = day {
            (LinkButton::quiet(label, web::address(PATH, [("class", class.as_str()), ("day", day.as_str())])).icon(sign).only_icon())
        } }
    };
    html! {
        form .choose method="get" action=(PATH) data-autosend {
            label { span { (msg!(lang, "attendance-class")) }
                select name="class" { @for choice in classes { option value=(choice.id) selected[choice.id == class.id] { (choice.data.name) } } }
            }
            label { span { (msg!(lang, "attendance-day")) } input type="date" name="day" value=(day); }
            noscript { button .button type="submit" { (msg!(lang, "attendance-show")) } }
            (step(day.yesterday().ok(), msg!(lang, "attendance-day-before"), Icon::ChevronLeft))
            (step(day.tomorrow().ok(), msg!(lang, "attendance-day-after"), Icon::ChevronRight))
        }
    }
}

fn sums(lang: Lang, found: &ClassDay) -> Markup {
    let mut tally = Tally::default();
    let not_yet = found.lines.iter().filter(|line| line.status == Status::NotYet).count() as u32;
    found.lines.iter().for_each(|line| tally.add(line.status));
    let figure = |label: String, count: u32, sign: Icon, tone: Tone| {
        stat(&label, &i18n::number(i64::from(count)), sign, tone, None)
    };
    html! {
        div .stats {
            (figure(msg!(lang, "attendance-there"), tally.there, Icon::UserCheck, Tone::Good))
            (figure(msg!(lang, "attendance-absent"), tally.absent_all(), Icon::UserOff, Tone::Bad))
            (figure(msg!(lang, "attendance-late"), tally.late, Icon::ClockExclamation, Tone::Warn))
            @if tally.early > 0 { (figure(msg!(lang, "attendance-left-early"), tally.early, Icon::Logout, Tone::Warn)) }
            @if tally.let_go > 0 { (figure(msg!(lang, "attendance-let-go"), tally.let_go, Icon::DoorExit, Tone::Info)) }
            @if not_yet > 0 { (figure(msg!(lang, "attendance-not-yet"), not_yet, Icon::Clock, Tone::Plain)) }
        }
    }
}

/// Who came in but is marked as absent, and the other way.
fn differences(lang: Lang, found: &ClassDay) -> Markup {
    let names = |wanted: fn(&DayLine) -> bool| {
        found.lines.iter().filter(|line| wanted(line)).map(|line| line.full.as_str()).collect::<Vec<_>>().join(", ")
    };
    let (came, not_seen) = (names(DayLine::came_but_marked_absent), names(DayLine::present_but_not_seen));
    html! {
        @if !came.is_empty() { (alert(Tone::Warn, &msg!(lang, "attendance-came-not-marked"), &came)) }
        @if !not_seen.is_empty() { (alert(Tone::Warn, &msg!(lang, "attendance-marked-not-seen"), &not_seen)) }
    }
}

/// The colour and the icon of a status; the word stands beside them.
pub(super) fn tone(status: Status) -> Tone {
    match status {
        Status::Present => Tone::Good,
        Status::Late(_) | Status::LeftEarly(_) | Status::LateAndLeftEarly(..) | Status::LateAndLeftByLeave(..) => {
            Tone::Warn
        }
        Status::Absent(Reason::Unexplained) => Tone::Bad,
        Status::Absent(_) | Status::LeftByLeave(_) => Tone::Info,
        Status::NotYet | Status::NoData(_) => Tone::Plain,
    }
}

fn line(lang: Lang, frame: &DayFrame, class: ClassView, line: &DayLine, may: bool) -> Markup {
    let is_absent = matches!(line.status, Status::Absent(_));
    let times = reports::times(frame, line.seen);
    let by = line.mark.as_ref().and_then(|mark| Some((mark.author_name.clone()?, mark.note.clone())));
    html! {
        li id={ "p-" (line.person) } class={ "roll-line " (tone(line.status).class()) } {
            div .roll-who {
                a href={ (PATH) "/person/" (line.person) } { b { (line.full) } }
                @if let Some(leave) = &line.leave { small .quiet { (reports::permitted(lang, leave)) } }
                @if let Some((author, note)) = &by {
                    small .quiet { (msg!(lang, "attendance-said-by", name = author.as_str())) @if !note.is_empty() { ": " (note) } }
                } @else if let Some(away) = line.away.as_ref().filter(|_| is_absent) {
                    small .quiet { (msg!(lang, "attendance-away-until", day = i18n::date(lang, away.until_day))) @if !away.note.is_empty() { ": " (away.note) } }
                }
            }
            div .roll-what { (badge(tone(line.status), &reports::words(lang, line.status))) @if !times.is_empty() { span .quiet { (times) } } }
            @if may { (taps(lang, frame.date(), class, line, is_absent)) }
        }
    }
}

/// One tap says what the day was; behind "correct" when nothing is missing.
fn taps(lang: Lang, day: Date, class: ClassView, line: &DayLine, is_absent: bool) -> Markup {
    let now = match line.status {
        Status::Absent(reason) => Some(reason),
        _ => None,
    };
    let tap = |word: &'static str, is_pressed: bool| {
        let label = msg_dyn!(lang, "attendance-tap-", word);
        Button::plain(label).sends("status", word).attr("aria-pressed", is_pressed.to_string())
    };
    let form = html! {
        form .taps method="post" action="/attendance/mark" hx-post="/attendance/mark" hx-target={ "#p-" (line.person) } hx-swap="outerHTML" {
            (hidden("person", &line.person.to_string()))
            (hidden("class", &class.id.to_string()))
            (hidden("day", &day.to_string()))
            @for reason in Reason::ALL.iter().filter(|reason| is_absent || reason.is_explained() || line.mark.is_some()) {
                (tap(reason.as_str(), now == Some(*reason)))
            }
            @if !line.status.is_there() { (tap("present", false)) }
            @if line.status.is_there() { (tap("unexplained", false)) }
            @if line.mark.as_ref().is_some_and(|mark| mark.marked() != Marked::AsSeen) { (tap("as_seen", false)) }
            (LinkButton::quiet(msg!(lang, "attendance-mark-more"), super::mark::path_of(line.person, day)).icon(Icon::Edit))
        }
    };
    html! {
        @if is_absent { (form) } @else {
            details .fix { summary { (msg!(lang, "attendance-correct")) } (form) }
        }
    }
}

/// The check at the first lesson: whoever sits in the class is ticked.
fn check_form(lang: Lang, class: ClassView, day: Date, found: &ClassDay) -> Markup {
    card(
        &msg!(lang, "attendance-check"),
        html! {
            p .quiet { (msg!(lang, "attendance-check-how")) }
            details .fix { summary { (msg!(lang, "attendance-check-open")) }
                form method="post" action="/attendance/check" {
                    (hidden("class", &class.id.to_string()))
                    (hidden("day", &day.to_string()))
                    div .check-list { @for line in &found.lines {
                        (hidden("asked", &line.person.to_string()))
                        (web::components::checkbox("there", &line.person.to_string(), &line.full, line.status.is_there()))
                    } }
                    (form_actions(html! { (Button::primary(msg!(lang, "attendance-check-save")).icon(Icon::Check)) }))
                }
            }
        },
    )
}

fn absence_form(lang: Lang, class: ClassView, day: Date, found: &ClassDay, form: &Form) -> Markup {
    let pupils = found.lines.iter().map(|line| Choice::new(line.person.to_string(), &line.full)).collect();
    let day = day.to_string();
    let blank = Form::filled([("from", day.as_str()), ("until", day.as_str()), ("reason", Reason::Ill.as_str())]);
    let form = if form.pairs().next().is_some() { form } else { &blank };
    card(
        &msg!(lang, "attendance-away"),
        html! {
            form .form method="post" action="/attendance/absence" {
                (hidden("class", &class.id.to_string()))
                (hidden("day", &day))
                (Field::select("person", msg!(lang, "attendance-pupil"), form, pupils).required())
                (Field::select("reason", msg!(lang, "attendance-reason"), form, reasons(lang)).required())
                (Field::date("from", msg!(lang, "attendance-from"), form).required())
                (Field::date("until", msg!(lang, "attendance-until"), form).required())
                (Field::text("note", msg!(lang, "attendance-note"), form).attr("maxlength", Note::LIMIT.to_string()).attr("autocomplete", "off"))
                (form_actions(html! { (Button::plain(msg!(lang, "attendance-away-save")).icon(Icon::Plus)) }))
            }
            @for away in found.lines.iter().filter_map(|line| Some((line, line.away.as_ref()?))) { (told(lang, class, &day, away)) }
        },
    )
}

fn told(lang: Lang, class: ClassView, day: &str, (line, away): (&DayLine, &queries::AbsenceRow)) -> Markup {
    let reason = msg_dyn!(lang, "attendance-status-", away.reason.as_str());
    html! {
        form .told method="post" action="/attendance/absence/withdraw" {
            (hidden("class", &class.id.to_string()))
            (hidden("day", day))
            (hidden("absence", &away.id.to_string()))
            span { b { (line.full) } " · " (reason) " · " (i18n::date(lang, away.from_day)) "—" (i18n::date(lang, away.until_day)) }
            (Button::quiet(msg!(lang, "attendance-withdraw")).icon(Icon::ArrowBackUp))
        }
    }
}

fn class_and_day(form: &Form) -> Result<(String, Date), WebError> {
    let day = known_day(form.value("day")).ok_or(WebError::NotFound)?;
    Ok((form.value("class").to_owned(), day))
}

fn marked(word: &str) -> Option<Marked> {
    match word {
        "present" => Some(Marked::Present),
        "as_seen" => Some(Marked::AsSeen),
        word => Reason::parse(word).map(Marked::Absent),
    }
}

pub(super) async fn mark(reader: Reader, form: Form, reasons: LeaveReasons) -> Result<Response, WebError> {
    let (class, day) = class_and_day(&form)?;
    let class = super::class_of(&reader, &class).await?;
    let person: PersonId = id_of(form.value("person"))?;
    let marked = marked(form.value("status")).ok_or_else(|| WebError::BadInput(String::new()))?;
    let correction = Correction { person, day, marked, note: Note::default(), seen: None };
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::mark(tx, &ctx, &correction)).await?;
    if reader.web.wants_fragment() {
        let found = found(&reader, class, day, reasons).await?;
        let line = found.lines.iter().find(|line| line.person == person).ok_or(WebError::NotFound)?;
        return Ok(Fragment(self::line(reader.lang, &found.frame, class, line, true)).into_response());
    }
    Ok(to(PATH, &[("class", &class.id.to_string()), ("day", &day.to_string()), ("done", "marked")]))
}

pub(super) async fn check(reader: Reader, form: Form) -> Result<Response, WebError> {
    let (class, day) = class_and_day(&form)?;
    let class = super::class_of(&reader, &class).await?;
    let found = found(&reader, class, day, LeaveReasons::unknown()).await?;
    let is_in = |name: &str, person: PersonId| form.values(name).any(|id| id == person.to_string());
    // Only what differs from what is known becomes a correction; whoever was not asked about stays as he is.
    let asked = found.lines.iter().filter(|line| is_in("asked", line.person));
    let corrections: Vec<Correction> = asked
        .filter_map(|line| {
            let marked = match (is_in("there", line.person), line.status.is_there()) {
                (true, false) => Marked::Present,
                (false, true) => Marked::Absent(Reason::Unexplained),
                (true, true) | (false, false) => return None,
            };
            Some(Correction { person: line.person, day, marked, note: Note::default(), seen: None })
        })
        .collect();
    let ctx = reader.ctx();
    let checked = reader.app.db.write(move |tx| {
        corrections.iter().try_for_each(|correction| ops::mark(tx, &ctx, correction).map(|_| ()))?;
        Ok::<_, AttendanceError>(())
    });
    checked.await?;
    Ok(to(PATH, &[("class", &class.id.to_string()), ("day", &day.to_string()), ("done", "checked")]))
}

pub(super) async fn tell_absence(
    reader: Reader,
    filters: Filters,
    mut form: Form,
    reasons: LeaveReasons,
) -> Result<Response, WebError> {
    let lang = reader.lang;
    let (class, day) = class_and_day(&form)?;
    let class = super::class_of(&reader, &class).await?;
    let person = form.choice(lang, "person", |id| id.parse().ok());
    let reason = form.choice(lang, "reason", Reason::parse);
    let (from, until) = (form.date(lang, "from"), form.date(lang, "until"));
    let note = form.optional("note", Note::parse, |fault| note_fault(lang, fault));
    if let (Some(person), Some(reason), Some(from), Some(until), Some(note)) = (person, reason, from, until, note) {
        let new = NewAbsence { person, from, until, reason, note: note.unwrap_or_default() };
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::tell_absence(tx, &ctx, &new)).await {
            Ok(_) => {
                return Ok(to(PATH, &[("class", &class.id.to_string()), ("day", &day.to_string()), ("done", "away")]));
            }
            Err(error) => refuse(lang, &mut form, error)?,
        }
    }
    let classes = classes(&reader).await?;
    let found = found(&reader, class, day, reasons).await?;
    Ok(refused(day_page(&reader, &classes, class, &found, &form, Markup::default(), &filters)))
}

pub(super) async fn withdraw_absence(reader: Reader, form: Form) -> Result<Response, WebError> {
    let (class, day) = class_and_day(&form)?;
    let class = super::class_of(&reader, &class).await?;
    let id = id_of(form.value("absence"))?;
    let ctx = reader.ctx();
    reader.app.db.write(move |tx| ops::withdraw_absence(tx, &ctx, id)).await?;
    Ok(to(PATH, &[("class", &class.id.to_string()), ("day", &day.to_string()), ("done", "withdrawn")]))
}
