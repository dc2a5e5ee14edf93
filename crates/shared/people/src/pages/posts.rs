//! Posts on the card of staff, and their form with the hours of the week.

use accounts::{Action, Reader};
use i18n::{Lang, msg, msg_dyn};
use kernel::Role;
use web::{
    Form, IntoResponse, Markup, Page, Path, Response, StatusCode, WebError,
    components::{
        Button, Column, Field, Icon, LinkButton, Row, Table, back_link, card, cell, form_actions, form_faults,
        page_head,
    },
    html,
};

use super::{
    card::{back, brief_of},
    person_id, read, words,
};
use crate::{
    model::{WorkHours, WorkWeek},
    ops,
    person::{PersonBrief, PersonData},
    queries,
    register::{PostData, PostId, PostView},
};

/// The names of the fields of each weekday, Monday first.
const FROM: [&str; 7] = ["from1", "from2", "from3", "from4", "from5", "from6", "from7"];
const UNTIL: [&str; 7] = ["until1", "until2", "until3", "until4", "until5", "until6", "until7"];

/// The part of the card; nothing for who is no staff.
pub(super) fn section(reader: &Reader, person: &PersonBrief, posts: &[PostView]) -> Markup {
    let lang = reader.lang;
    let works = person.roles.iter().any(|role| matches!(role, Role::Teacher | Role::Staff));
    if !works && posts.is_empty() {
        return Markup::default();
    }
    let may_edit = reader.may(Action::EditPersons);
    let home = format!("/people/{}/posts", person.id);
    let columns = vec![
        Column::new(msg!(lang, "people-position")),
        Column::new(msg!(lang, "people-post-term")),
        Column::new(msg!(lang, "people-schedule")),
        Column::actions(msg!(lang, "people-actions")),
    ];
    let rows = posts.iter().map(|post| {
        let data = &post.data;
        let what = html! {
            b { (data.position) }
            @if !data.department.is_empty() { " · " (data.department) }
            " · " (data.rate_percent) "\u{a0}%"
        };
        let until = data.until.map(|day| i18n::date(lang, day)).unwrap_or_default();
        let edit =
            LinkButton::quiet(msg!(lang, "people-edit"), format!("{home}/{}", post.id)).icon(Icon::Edit).only_icon();
        Row::new(vec![
            what,
            cell(format!("{} – {until}", i18n::date(lang, data.since))),
            cell(week(lang, &data.schedule)),
            html! { @if may_edit { (edit) } },
        ])
    });
    card(
        &msg!(lang, "people-posts"),
        html! {
            @if posts.is_empty() { p .quiet { (msg!(lang, "people-posts-none")) } } @else {
                (Table::new(lang, msg!(lang, "people-posts"), columns).rows(rows))
            }
            @if may_edit {
                div .form-actions { (LinkButton::plain(msg!(lang, "people-post-add"), format!("{home}/new")).icon(Icon::Plus)) }
            }
        },
    )
}

/// The hours of a week in short: days of the same hours together.
fn week(lang: Lang, week: &WorkWeek) -> String {
    let mut parts: Vec<(usize, usize, WorkHours)> = Vec::new();
    for (place, hours) in week.days().iter().enumerate() {
        let Some(hours) = hours else { continue };
        match parts.last_mut() {
            Some((_, last, same)) if *last + 1 == place && same == hours => *last = place,
            _ => parts.push((place, place, *hours)),
        }
    }
    let text = |(first, last, hours): &(usize, usize, WorkHours)| {
        let (from, until) = (hours.from(), hours.until());
        let hours = format!("{:02}:{:02}–{:02}:{:02}", from.hour(), from.minute(), until.hour(), until.minute());
        if first == last {
            format!("{} {hours}", day_name(lang, *first))
        } else {
            format!("{}–{} {hours}", day_name(lang, *first), day_name(lang, *last))
        }
    };
    parts.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn day_name(lang: Lang, place: usize) -> String {
    let number = (place + 1).to_string();
    msg_dyn!(lang, "people-day-", number.as_str())
}

pub(super) async fn new(reader: Reader, Path(id): Path<String>) -> Result<Page, WebError> {
    let person = brief_of(&reader, person_id(&id)?).await?;
    let today = reader.app.clock.now().to_zoned(reader.app.time_zone.clone()).date().to_string();
    let fields = [("position", person.position.clone()), ("rate", "100".to_owned()), ("since", today)];
    Ok(form_page(&reader, &person, &Form::filled(fields), None))
}

pub(super) async fn edit(reader: Reader, Path((id, post)): Path<(String, String)>) -> Result<Page, WebError> {
    let person = brief_of(&reader, person_id(&id)?).await?;
    let post: PostId = post.parse().map_err(|_| WebError::NotFound)?;
    let id = person.id;
    let posts = read(&reader, move |tx, scope| queries::posts(tx, scope, id)).await?;
    let found = posts.into_iter().find(|known| known.id == post).ok_or(WebError::NotFound)?;
    Ok(form_page(&reader, &person, &shown(&found.data), Some(post)))
}

fn shown(data: &PostData) -> Form {
    let time = |time: jiff::civil::Time| format!("{:02}:{:02}", time.hour(), time.minute());
    let mut fields = vec![
        ("position", data.position.clone()),
        ("department", data.department.clone()),
        ("rate", data.rate_percent.to_string()),
        ("since", data.since.to_string()),
        ("until", data.until.map(|day| day.to_string()).unwrap_or_default()),
    ];
    for ((from, until), hours) in FROM.into_iter().zip(UNTIL).zip(data.schedule.days()) {
        if let Some(hours) = hours {
            fields.push((from, time(hours.from())));
            fields.push((until, time(hours.until())));
        }
    }
    Form::filled(fields)
}

pub(super) async fn add(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Response, WebError> {
    save(&reader, &id, None, form).await
}

pub(super) async fn change(
    reader: Reader,
    Path((id, post)): Path<(String, String)>,
    form: Form,
) -> Result<Response, WebError> {
    let post: PostId = post.parse().map_err(|_| WebError::NotFound)?;
    save(&reader, &id, Some(post), form).await
}

async fn save(reader: &Reader, id: &str, post: Option<PostId>, mut form: Form) -> Result<Response, WebError> {
    let person = brief_of(reader, person_id(id)?).await?;
    if let Some(data) = filled_in(reader.lang, &mut form) {
        let (ctx, id) = (reader.ctx(), person.id);
        let work = move |tx: &mut store::Tx<'_>| match post {
            Some(post) => ops::edit_post(tx, &ctx, id, post, &data),
            None => ops::add_post(tx, &ctx, id, &data).map(|_| ()),
        };
        match reader.app.db.write(work).await {
            Ok(()) => return Ok(back(person.id, "edited")),
            Err(error) => form.refuse("", words::fault(reader.lang, error)?),
        }
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, form_page(reader, &person, &form, post)).into_response())
}

fn filled_in(lang: Lang, form: &mut Form) -> Option<PostData> {
    let position = form.required(lang, "position");
    let rate = form.number(lang, "rate", 1..=200);
    let (since, until) = (form.date(lang, "since"), form.optional_date(lang, "until"));
    let schedule = schedule(lang, form);
    Some(PostData {
        position: position?,
        department: form.value("department").trim().to_owned(),
        rate_percent: u32::try_from(rate?).ok()?,
        since: since?,
        until: until?,
        schedule: schedule?,
    })
}

fn schedule(lang: Lang, form: &mut Form) -> Option<WorkWeek> {
    let mut days = [None; 7];
    let mut is_whole = true;
    for ((from, until), day) in FROM.into_iter().zip(UNTIL).zip(&mut days) {
        let times = (form.text(from).map(web::parse_time), form.text(until).map(web::parse_time));
        *day = match times {
            (None, None) => None,
            (Some(Some(first)), Some(Some(last))) if first < last => WorkHours::new(first, last).ok(),
            _ => {
                form.refuse(from, msg!(lang, "people-schedule-fault"));
                is_whole = false;
                None
            }
        };
    }
    is_whole.then(|| WorkWeek::new(days))
}

fn form_page(reader: &Reader, person: &PersonBrief, form: &Form, post: Option<PostId>) -> Page {
    let lang = reader.lang;
    let home = format!("/people/{}", person.id);
    let path = post.map_or_else(|| format!("{home}/posts/new"), |post| format!("{home}/posts/{post}"));
    let title = msg!(lang, "people-post-title", name = person.short.as_str());
    let letters = PersonData::MAX_POSITION_LETTERS.to_string();
    let body = html! {
        (back_link(&person.short, &home))
        (page_head(&title, Markup::default()))
        (form_faults(lang, form))
        (card("", html! {
            form .form method="post" action=(path) {
                (Field::text("position", msg!(lang, "people-position"), form).required().attr("maxlength", &letters))
                (Field::text("department", msg!(lang, "people-department"), form).attr("maxlength", &letters))
                (Field::number("rate", msg!(lang, "people-rate"), form).required().short().attr("min", "1").attr("max", "200"))
                (Field::date("since", msg!(lang, "people-since"), form).required())
                (Field::date("until", msg!(lang, "people-until"), form).help(msg!(lang, "people-post-until-help")))
                @for (place, (from, until)) in FROM.into_iter().zip(UNTIL).enumerate() {
                    (Field::time(from, msg!(lang, "people-work-from", day = day_name(lang, place)), form).short())
                    (Field::time(until, msg!(lang, "people-work-until", day = day_name(lang, place)), form).short())
                }
                (form_actions(html! {
                    (Button::primary(msg!(lang, "people-save")).icon(Icon::Check))
                    (LinkButton::quiet(msg!(lang, "people-cancel"), home.as_str()))
                }))
            }
        }))
    };
    accounts::page(reader, title, body)
}
