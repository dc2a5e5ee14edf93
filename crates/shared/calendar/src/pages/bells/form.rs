//! The editor of a schedule: its name and the lessons of both shifts.

use accounts::{Action, Reader};
use i18n::{Lang, msg};
use people::person::Shift;
use web::{
    Filters, Form, IntoResponse, Markup, Page, Path, Response, WebError,
    components::{
        Button, Field, Icon, LinkButton, back_link, card, confirm_dialog, form_actions, form_faults, hidden, page_head,
    },
    html,
};

use super::{
    super::{
        Part, conflict, done, id_of, page, parts, read, refused, revision,
        rows::{self, Pressed, Rows, enter_saves},
        words,
    },
    PATH,
};
use crate::{
    CalendarError,
    model::{BellSchedule, BellScheduleId, Fault, Label, LessonTime, LessonTimes},
    ops::{self, NewSchedule},
    queries,
};

/// The fields of a lesson's line, by shift.
const FIELDS: [[&str; 3]; 2] = [["number_1", "from_1", "until_1"], ["number_2", "from_2", "until_2"]];

/// The form as it is shown.
struct Filled {
    form: Form,
    shifts: [Rows<3>; 2],
}

impl Filled {
    fn blank() -> Self {
        Self { form: Form::blank(), shifts: [line_of_number(1), Rows::default()] }
    }

    fn stored(schedule: &BellSchedule) -> Self {
        let form = Form::filled([("name", schedule.name.to_string()), ("revision", schedule.revision.to_string())]);
        let line = |lesson: &LessonTime| {
            [lesson.number.to_string(), rows::clock(lesson.from_min), rows::clock(lesson.until_min)]
        };
        let shift = |shift| Rows(schedule.of(shift).lessons().iter().map(line).collect());
        Self { form, shifts: [shift(Shift::First), shift(Shift::Second)] }
    }

    fn sent(form: Form, pressed: Pressed) -> Self {
        let is_blank = |line: &[String; 3]| line[1].is_empty() && line[2].is_empty();
        let shift = |index: usize| {
            let mut rows = Rows::of(&form, FIELDS[index]).after(pressed, index + 1, is_blank);
            number_the_last(&mut rows);
            rows
        };
        Self { shifts: [shift(0), shift(1)], form }
    }

    /// The schedule that was filled in; `None` when the form now says what is wrong.
    fn schedule(&mut self, lang: Lang) -> Option<NewSchedule> {
        let name = self.form.parsed(lang, "name", Label::parse, |fault| words::fault(lang, fault));
        let mut times = |shift: Shift| {
            let index = usize::from(shift.number()) - 1;
            times_of(&self.shifts[index])
                .map_err(|fault| {
                    self.form.refuse("", format!("{}: {}", words::shift(lang, shift), words::fault(lang, fault)));
                })
                .ok()
        };
        let (first, second) = (times(Shift::First), times(Shift::Second));
        Some(NewSchedule { name: name?, first: first?, second: second? })
    }
}

fn line_of_number(number: u8) -> Rows<3> {
    Rows(vec![[number.to_string(), String::new(), String::new()]])
}

/// A line that was added gets the number after the one before it.
fn number_the_last(rows: &mut Rows<3>) {
    let before = rows.0.iter().rev().nth(1).and_then(|line| line[0].parse::<u8>().ok()).unwrap_or(0);
    if let Some(last) = rows.0.last_mut().filter(|last| last.iter().all(String::is_empty)) {
        last[0] = before.saturating_add(1).to_string();
    }
}

fn times_of(rows: &Rows<3>) -> Result<LessonTimes, Fault> {
    let lesson = |(line, [number, from, until]): (usize, &[String; 3])| {
        Ok(LessonTime {
            number: number.parse().map_err(|_| Fault::LessonNumber(line))?,
            from_min: rows::minute(from).ok_or(Fault::LessonTime(line))?,
            until_min: rows::minute(until).ok_or(Fault::LessonTime(line))?,
        })
    };
    LessonTimes::new((1..).zip(&rows.0).map(lesson).collect::<Result<_, Fault>>()?)
}

pub(in crate::pages) async fn blank(reader: Reader) -> Page {
    view(&reader, None, &Filled::blank(), Markup::default())
}

pub(in crate::pages) async fn add(reader: Reader, form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let pressed = rows::pressed(&form);
    let mut filled = Filled::sent(form, pressed);
    if pressed != Pressed::Save {
        return Ok(view(&reader, None, &filled, Markup::default()).into_response());
    }
    if let Some(new) = filled.schedule(lang) {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::add_schedule(tx, &ctx, new.clone())).await {
            Ok(_) => return Ok(done(PATH, "bells")),
            Err(error) => words::refuse(lang, &mut filled.form, error)?,
        }
    }
    Ok(refused(view(&reader, None, &filled, Markup::default())))
}

pub(in crate::pages) async fn edit(reader: Reader, Path(id): Path<String>, filters: Filters) -> Result<Page, WebError> {
    let schedule = schedule_of(&reader, &id).await?;
    let said = words::done_alert(reader.lang, &filters);
    Ok(view(&reader, Some(&schedule), &Filled::stored(&schedule), said))
}

async fn schedule_of(reader: &Reader, id: &str) -> Result<BellSchedule, WebError> {
    let id: BellScheduleId = id_of(id)?;
    let bells = read(reader, queries::bells_of).await?;
    bells.schedule(id).cloned().ok_or(WebError::NotFound)
}

pub(in crate::pages) async fn save(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let schedule = schedule_of(&reader, &id).await?;
    let seen = revision(&form)?;
    let pressed = rows::pressed(&form);
    let mut filled = Filled::sent(form, pressed);
    if pressed != Pressed::Save {
        return Ok(view(&reader, Some(&schedule), &filled, Markup::default()).into_response());
    }
    if let Some(new) = filled.schedule(lang) {
        let (ctx, id) = (reader.ctx(), schedule.id);
        match reader.app.db.write(move |tx| ops::edit_schedule(tx, &ctx, id, seen, new.clone())).await {
            Ok(()) => return Ok(done(PATH, "bells")),
            Err(CalendarError::Changed) => {
                let stored = schedule_of(&reader, &id.to_string()).await?;
                let name = filled.form.value("name").to_owned();
                filled.form = Form::filled([("name", name), ("revision", stored.revision.to_string())]);
                let said = words::changed_alert(lang, &summary(lang, &stored));
                return Ok(conflict(view(&reader, Some(&stored), &filled, said)));
            }
            Err(error) => words::refuse(lang, &mut filled.form, error)?,
        }
    }
    Ok(refused(view(&reader, Some(&schedule), &filled, Markup::default())))
}

fn summary(lang: Lang, schedule: &BellSchedule) -> String {
    let of_shift = |shift: Shift| {
        let times = schedule.of(shift).lessons().iter().map(|lesson| rows::span(lesson.from_min, lesson.until_min));
        format!("{}: {}", words::shift(lang, shift), times.collect::<Vec<_>>().join(", "))
    };
    format!("{}; {}; {}", schedule.name, of_shift(Shift::First), of_shift(Shift::Second))
}

pub(in crate::pages) async fn remove(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let schedule = schedule_of(&reader, &id).await?;
    let (ctx, id) = (reader.ctx(), schedule.id);
    match reader.app.db.write(move |tx| ops::remove_schedule(tx, &ctx, id)).await {
        Ok(()) => Ok(done(PATH, "removed")),
        Err(error) => {
            let mut filled = Filled::stored(&schedule);
            words::refuse(reader.lang, &mut filled.form, error)?;
            Ok(refused(view(&reader, Some(&schedule), &filled, Markup::default())))
        }
    }
}

fn view(reader: &Reader, schedule: Option<&BellSchedule>, filled: &Filled, said: Markup) -> Page {
    let lang = reader.lang;
    let title = match schedule {
        Some(schedule) => schedule.name.to_string(),
        None => msg!(lang, "calendar-schedule-new"),
    };
    let body = html! {
        (back_link(&msg!(lang, "calendar-bells"), PATH))
        (page_head(&title, Markup::default()))
        (parts(reader, Part::Bells))
        (said)
        (form_faults(lang, &filled.form))
        @if reader.may(Action::ManageCalendar) { (editor(lang, schedule, filled)) } @else { (times(lang, filled)) }
    };
    page(reader, title, body)
}

fn times(lang: Lang, filled: &Filled) -> Markup {
    html! { div .columns { @for (shift, rows) in Shift::ALL.into_iter().zip(&filled.shifts) {
        (card(&words::shift(lang, shift), html! {
            ol .bell-times { @for [number, from, until] in &rows.0 { li { b { (number) } " " (from) "–" (until) } } }
        }))
    } } }
}

fn editor(lang: Lang, schedule: Option<&BellSchedule>, filled: &Filled) -> Markup {
    let action = schedule.map_or_else(|| format!("{PATH}/new"), |schedule| format!("{PATH}/{}", schedule.id));
    html! {
        form .stack method="post" action=(action) {
            (enter_saves())
            @if schedule.is_some() { (hidden("revision", filled.form.value("revision"))) }
            (card("", html! { div .form {
                (Field::text("name", msg!(lang, "calendar-name"), &filled.form).required().attr("maxlength", Label::MAX_LETTERS.to_string()))
            } }))
            div .columns { @for (index, shift) in Shift::ALL.into_iter().enumerate() {
                (card(&words::shift(lang, shift), lessons(lang, shift, index, &filled.shifts[index])))
            } }
            (form_actions(html! {
                (Button::primary(msg!(lang, "calendar-save")).icon(Icon::Check).sends("act", "save"))
                (LinkButton::quiet(msg!(lang, "calendar-cancel"), PATH))
            }))
        }
        @if let Some(schedule) = schedule { (removal(lang, schedule)) }
    }
}

fn lessons(lang: Lang, shift: Shift, index: usize, lines: &Rows<3>) -> Markup {
    let [number_field, from_field, until_field] = FIELDS[index];
    let (number, from, until) =
        (msg!(lang, "calendar-lesson"), msg!(lang, "calendar-begins"), msg!(lang, "calendar-ends"));
    let list = index + 1;
    html! {
        @if lines.0.is_empty() { p .quiet { (msg!(lang, "calendar-shift-none")) } }
        div .lines {
            @for (line, [number_value, from_value, until_value]) in lines.0.iter().enumerate() {
                @let named = |what: &str| format!("{}, {}: {what}", words::shift(lang, shift), msg!(lang, "calendar-line", number = line + 1));
                div .line {
                    label { span { (number) } (rows::number_input(number_field, number_value, &named(&number))) }
                    label { span { (from) } (rows::input("time", from_field, from_value, &named(&from))) }
                    label { span { (until) } (rows::input("time", until_field, until_value, &named(&until))) }
                    (rows::remove_button(named(&msg!(lang, "calendar-line-remove")), list, line))
                }
            }
        }
        div { (rows::add_button(msg!(lang, "calendar-lesson-add"), list)) }
    }
}

fn removal(lang: Lang, schedule: &BellSchedule) -> Markup {
    let label = msg!(lang, "calendar-schedule-remove");
    let doer = Button::danger(label.as_str()).icon(Icon::Trash);
    let question = msg!(lang, "calendar-schedule-remove-ask", name = schedule.name.as_str());
    let (what, action) = (msg!(lang, "calendar-schedule-remove-what"), format!("{PATH}/{}/remove", schedule.id));
    html! {
        div { (Button::quiet(label.as_str()).icon(Icon::Trash).opens("remove")) }
        (confirm_dialog(lang, "remove", &question, &what, &action, &Markup::default(), &doer))
    }
}
