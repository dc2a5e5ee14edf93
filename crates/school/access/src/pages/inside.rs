//! Who is inside, in numbers; and saying that nobody is, after an evacuation or a day on which doors were not watched.

use accounts::{Action, Reader, Right, Routes, page, queries::TrailLine};
use i18n::{Lang, msg, number};
use jiff::{SignedDuration, Timestamp};
use web::{
    Filters, Form, Markup, Page, Response, WebError,
    components::{
        Button, Column, Field, Icon, Row, Table, Tone, back_link, card, cell, form_actions, form_faults, moment,
        page_head, stat,
    },
    html,
};

use super::{
    editor::{done, done_alert, refused},
    monitor,
};
use crate::{
    AccessError, ops,
    queries::{self, Inside},
};

pub(super) const PATH: &str = "/monitor/inside";
/// What was declared is shown for so long.
const SHOWN: SignedDuration = SignedDuration::from_hours(365 * 24);
/// Lines of it at most.
const LINES: u32 = 10;

/// Adds the page of who is inside.
pub(super) fn routes(routes: Routes) -> Routes {
    routes.get(PATH, Right::Action(Action::SeeMonitor), show).post(PATH, Right::Action(Action::EmptyBuilding), empty)
}

/// What the page shows.
struct Found {
    inside: Inside,
    trail: Vec<TrailLine>,
}

async fn found(reader: &Reader) -> Result<Found, WebError> {
    let scope = reader.scope()?;
    let from = reader.app.clock.now().checked_sub(SHOWN).unwrap_or(Timestamp::UNIX_EPOCH);
    let found = reader.app.db.read(move |tx| {
        let trail = accounts::queries::trail(tx, &scope, ops::ALL_OUT, scope.school(), from, LINES)?;
        Ok::<_, AccessError>(Found { inside: queries::inside(tx, &scope)?, trail })
    });
    Ok(found.await?)
}

async fn show(reader: Reader, filters: Filters) -> Result<Page, WebError> {
    let found = found(&reader).await?;
    let said = done_alert(reader.lang, &filters);
    Ok(inside_page(&reader, &found, &Form::blank(), said))
}

/// A number as people type it: spaces between thousands do not count.
fn typed_number(text: &str) -> Result<u32, ()> {
    let digits: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(());
    }
    digits.parse().map_err(|_| ())
}

async fn empty(reader: Reader, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let typed = form.parsed(lang, "count", typed_number, |()| msg!(lang, "access-everybody-out-digits"));
    if let Some(count) = typed {
        let ctx = reader.ctx();
        match reader.app.db.write(move |tx| ops::everybody_out(tx, &ctx, count)).await {
            Ok(_) => return Ok(done(PATH, "emptied")),
            Err(AccessError::InsideChanged { inside }) => {
                let count = i64::from(inside);
                form.refuse("count", msg!(lang, "access-everybody-out-differs", count = count));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let found = found(&reader).await?;
    Ok(refused(inside_page(&reader, &found, &form, Markup::default())))
}

fn inside_page(reader: &Reader, found: &Found, form: &Form, said: Markup) -> Page {
    let (lang, inside) = (reader.lang, &found.inside);
    let title = msg!(lang, "access-inside");
    let figure =
        |label: String, count: u32, sign: Icon| stat(&label, &number(i64::from(count)), sign, Tone::Plain, None);
    let body = html! {
        (back_link(&msg!(lang, "access-monitor"), monitor::PATH))
        (page_head(&title, Markup::default()))
        (said)
        div .stats {
            (figure(msg!(lang, "access-inside-total"), inside.total, Icon::Users))
            (figure(msg!(lang, "access-inside-pupils"), inside.pupils, Icon::School))
            (figure(msg!(lang, "access-inside-staff"), inside.staff, Icon::IdBadge2))
            @if inside.others > 0 { (figure(msg!(lang, "access-inside-others"), inside.others, Icon::User)) }
        }
        (zones(lang, inside))
        @if reader.may(Action::EmptyBuilding) {
            (card(&msg!(lang, "access-everybody-out"), everybody_out(lang, inside.total, form)))
            @if !found.trail.is_empty() { (card(&msg!(lang, "access-everybody-out-history"), history(reader, found))) }
        }
    };
    page(reader, title, body)
}

fn zones(lang: Lang, inside: &Inside) -> Markup {
    let columns = vec![
        Column::new(msg!(lang, "access-zone")),
        Column::number(msg!(lang, "access-inside-people")),
        Column::number(msg!(lang, "access-zone-limit")),
    ];
    let rows = inside.zones.iter().map(|zone| {
        let limit = zone.limit.map_or_else(|| msg!(lang, "access-zone-unlimited"), |limit| number(i64::from(limit)));
        let row = Row::new(vec![cell(&zone.name), cell(number(i64::from(zone.count))), cell(limit)]);
        if zone.limit.is_some_and(|limit| zone.count >= limit) { row.class("warn") } else { row }
    });
    html! { @if !inside.zones.is_empty() { (Table::new(lang, msg!(lang, "access-inside"), columns).rows(rows)) } }
}

fn everybody_out(lang: Lang, total: u32, form: &Form) -> Markup {
    if total == 0 {
        return html! { p .quiet { (msg!(lang, "access-everybody-out-none")) } };
    }
    let count = i64::from(total);
    html! {
        p { (msg!(lang, "access-everybody-out-what", count = count)) }
        (form_faults(lang, form))
        form .form method="post" action=(PATH) {
            (Field::number("count", msg!(lang, "access-everybody-out-type"), form).required().attr("autocomplete", "off").attr("maxlength", "12")
                .help(msg!(lang, "access-everybody-out-help", count = count)))
            (form_actions(html! { (Button::danger(msg!(lang, "access-everybody-out-do")).icon(Icon::DoorExit)) }))
        }
    }
}

fn history(reader: &Reader, found: &Found) -> Markup {
    let lang = reader.lang;
    let columns = vec![
        Column::new(msg!(lang, "access-when")),
        Column::number(msg!(lang, "access-inside-people")),
        Column::new(msg!(lang, "access-who-said")),
    ];
    let rows = found.trail.iter().map(|line| {
        Row::new(vec![
            moment(lang, line.at, &reader.app.time_zone),
            cell(line.detail.parse().map_or_else(|_| String::new(), number)),
            cell(line.by_name.as_deref().unwrap_or("—")),
        ])
    });
    html! { (Table::new(lang, msg!(lang, "access-everybody-out-history"), columns).rows(rows)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_type_it() {
        for (text, number) in [
            ("843", Ok(843)),
            (" 1 204 ", Ok(1204)),
            ("1\u{a0}204", Ok(1204)),
            ("0", Ok(0)),
            ("", Err(())),
            ("-1", Err(())),
            ("+5", Err(())),
            ("8.5", Err(())),
            ("99999999999", Err(())),
            ("٣", Err(())),
        ] {
            assert_eq!(typed_number(text), number, "{text:?}");
        }
    }
}
