//! The movements of one person: shown to whoever says why, which is noted.

use accounts::{Action, Reader, queries::TrailLine};
use i18n::{msg, msg_dyn};
use jiff::{SignedDuration, Timestamp};
use kernel::PersonId;
use people::queries::PersonBrief;
use web::{
    Filters, Form, IntoResponse, Markup, Page, Path, Response, WebError,
    components::{
        Button, Column, Field, Icon, Row, Table, back_link, card, cell, empty_state, form_actions, form_faults, moment,
        page_head,
    },
    html,
};

use super::{PATH, id_of, note_fault, order, page, refuse, refused, shown, today_of};
use crate::{
    AttendanceError, LeaveReasons,
    model::Note,
    ops::{self, LEAST_REASON},
    queries::{Days, PersonLog},
    reports,
};

/// Who looked is shown for so long.
const LOOKS_SHOWN: SignedDuration = SignedDuration::from_hours(365 * 24);
const LOOKS: u32 = 10;

/// Who it is, and who has looked before.
struct Found {
    person: PersonBrief,
    looks: Vec<TrailLine>,
}

async fn found(reader: &Reader, person: PersonId) -> Result<Found, WebError> {
    let ctx = reader.ctx();
    let sees_looks = reader.may(Action::SeeAllAttendance);
    let since = reader.app.clock.now().checked_sub(LOOKS_SHOWN).unwrap_or(Timestamp::UNIX_EPOCH);
    let found = reader.app.db.read(move |tx| {
        let scope = ops::in_reach(tx, &ctx, person)?;
        let person = people::queries::brief(tx, &scope, person)?.ok_or(AttendanceError::NotFound("person"))?;
        let looks = match sees_looks {
            true => accounts::queries::trail(tx, &scope, "movements_seen", person.id, since, LOOKS)?,
            false => Vec::new(),
        };
        Ok::<_, AttendanceError>(Found { person, looks })
    });
    Ok(found.await?)
}

pub(super) async fn show(reader: Reader, Path(id): Path<String>) -> Result<Page, WebError> {
    let found = found(&reader, id_of(&id)?).await?;
    let today = today_of(&reader);
    let from = today.first_of_month().to_string();
    let form = Form::filled([("from", from), ("until", today.to_string())]);
    Ok(person_page(&reader, &found, &form, Markup::default()))
}

pub(super) async fn look(
    reader: Reader,
    Path(id): Path<String>,
    mut form: Form,
    reasons: LeaveReasons,
) -> Result<Response, WebError> {
    let lang = reader.lang;
    let person: PersonId = id_of(&id)?;
    let found = found(&reader, person).await?;
    let (from, until) = (form.date(lang, "from"), form.date(lang, "until"));
    let why = form.parsed(lang, "why", Note::parse, |fault| note_fault(lang, fault));
    if why.as_ref().is_some_and(|why| why.as_str().chars().count() < LEAST_REASON) {
        form.refuse("why", msg!(lang, "attendance-fault-why"));
    }
    if let (Some(from), Some(until), Some(why), true) = (from, until, why, form.is_ok()) {
        let (days, ctx) = (Days { from, until }, reader.ctx());
        let looked = reader.app.db.write(move |tx| {
            let mut log = ops::look_at_person(tx, &ctx, person, days, &why)?;
            let scope = ops::in_reach(tx, &ctx, person)?;
            log.tell_leaves(tx, &scope, &reasons)?;
            Ok::<_, AttendanceError>(log)
        });
        match looked.await {
            Ok(log) => {
                let filters = Filters::parse(
                    "",
                    &web::address("", form.pairs().filter(|(name, _)| matches!(*name, "format" | "in")))
                        .replace('?', ""),
                );
                let order = order(&reader, super::file_lang(&filters, lang), days);
                let report = reports::movements(&order, &log);
                return shown(&reader, &filters, report, |report| {
                    person_page(&reader, &found, &form, html! {
                        (card(&msg!(lang, "attendance-movements"), html! {
                            @if report.rows.is_empty() { (empty_state(Icon::Walk, &msg!(lang, "attendance-no-passes"), &msg!(lang, "attendance-no-passes-how"), None)) }
                            @else { (report.screen()) }
                        }))
                        (said(&reader, &log))
                    })
                })
                .await;
            }
            Err(error) => refuse(lang, &mut form, error)?,
        }
    }
    Ok(refused(person_page(&reader, &found, &form, Markup::default())).into_response())
}

fn person_page(reader: &Reader, found: &Found, form: &Form, shown: Markup) -> Page {
    let lang = reader.lang;
    let person = &found.person;
    let title = msg!(lang, "attendance-movements-of", name = person.full.as_str());
    let back = person.class.map_or_else(|| super::time_sheet::PATH.to_owned(), |class| format!("{PATH}?class={class}"));
    let body = html! {
        (back_link(&msg!(lang, "attendance-title"), &back))
        (page_head(&title, Markup::default()))
        (form_faults(lang, form))
        (card("", html! {
            p .quiet { (msg!(lang, "attendance-look-how")) }
            form .form method="post" action={ (PATH) "/person/" (person.id) } {
                (Field::date("from", msg!(lang, "attendance-from"), form).required())
                (Field::date("until", msg!(lang, "attendance-until"), form).required())
                (Field::text("why", msg!(lang, "attendance-why"), form).required().attr("maxlength", Note::LIMIT.to_string()).attr("autocomplete", "off"))
                (form_actions(html! {
                    (Button::primary(msg!(lang, "attendance-show")).icon(Icon::Eye))
                    (web::components::hidden("in", lang.code()))
                    (Button::plain("XLSX").icon(Icon::FileSpreadsheet).sends("format", "xlsx"))
                    (Button::plain("PDF").icon(Icon::Printer).sends("format", "pdf"))
                }))
            }
        }))
        (shown)
        @if !found.looks.is_empty() { (card(&msg!(lang, "attendance-looked"), looks(reader, &found.looks))) }
    };
    page(reader, title, body)
}

fn looks(reader: &Reader, lines: &[TrailLine]) -> Markup {
    let lang = reader.lang;
    let columns = vec![
        Column::new(msg!(lang, "attendance-when")),
        Column::new(msg!(lang, "attendance-who")),
        Column::new(msg!(lang, "attendance-why")),
    ];
    // The trail keeps the days before the reason.
    let reason = |detail: &str| detail.splitn(3, ' ').nth(2).unwrap_or_default().to_owned();
    let rows = lines.iter().map(|line| {
        let who = line.by_name.as_deref().unwrap_or("—");
        Row::new(vec![moment(lang, line.at, &reader.app.time_zone), cell(who), cell(reason(&line.detail))])
    });
    html! { (Table::new(lang, msg!(lang, "attendance-looked"), columns).rows(rows)) }
}

/// Everything that was said of these days, withdrawn words too.
fn said(reader: &Reader, log: &PersonLog) -> Markup {
    let lang = reader.lang;
    if log.marks.is_empty() && log.absences.is_empty() {
        return Markup::default();
    }
    let columns = vec![
        Column::new(msg!(lang, "attendance-day")),
        Column::new(msg!(lang, "attendance-day-was")),
        Column::new(msg!(lang, "attendance-note")),
        Column::new(msg!(lang, "attendance-who")),
        Column::new(msg!(lang, "attendance-when")),
    ];
    let zone = &reader.app.time_zone;
    let marks = log.marks.iter().map(|mark| {
        let word = super::mark::said(lang, mark);
        let who = mark.author_name.as_deref().unwrap_or("—");
        Row::new(vec![
            cell(i18n::date(lang, mark.day)),
            cell(word),
            cell(&mark.note),
            cell(who),
            moment(lang, mark.at, zone),
        ])
    });
    let absences = log.absences.iter().map(|away| {
        let days = format!("{}—{}", i18n::date(lang, away.from_day), i18n::date(lang, away.until_day));
        let reason = msg_dyn!(lang, "attendance-status-", away.reason.as_str());
        let word = if away.withdrawn_at.is_some() {
            format!("{reason} ({})", msg!(lang, "attendance-withdrawn"))
        } else {
            reason
        };
        let who = away.author_name.as_deref().unwrap_or("—");
        Row::new(vec![cell(days), cell(word), cell(&away.note), cell(who), moment(lang, away.at, zone)])
    });
    card(
        &msg!(lang, "attendance-said"),
        html! { (Table::new(lang, msg!(lang, "attendance-said"), columns).rows(marks.chain(absences))) },
    )
}
