//! Reports of classes and of the school.

use accounts::Reader;
use i18n::msg;
use web::{
    Filters, Path, Response, WebError,
    components::{Field, Icon, LinkButton, back_link, empty_state, page_head},
    html,
};

use super::{
    PATH, Part, class_of, file_lang, files, month_of, month_steps, order, page, parts, read, shown, span_of, today_of,
};
use crate::{
    LeaveReasons,
    reports::{self, Order, Wanted},
};

pub(super) const SCHOOL_PATH: &str = "/attendance/school/month";
pub(super) const LATE_PATH: &str = "/attendance/late";
pub(super) const CHRONIC_PATH: &str = "/attendance/chronic";

pub(super) async fn class_month(
    reader: Reader,
    Path(id): Path<String>,
    filters: Filters,
    reasons: LeaveReasons,
) -> Result<Response, WebError> {
    let lang = reader.lang;
    let class = class_of(&reader, &id).await?;
    let days = month_of(&filters, today_of(&reader));
    let order = Order { leaves: reasons, ..order(&reader, file_lang(&filters, lang), days) };
    let with_times = filters.get("view") == Some("times");
    let report =
        read(&reader, move |tx, scope| Ok(reports::class_month(tx, scope, &order, &class, with_times)?)).await?;
    let view = if with_times {
        LinkButton::plain(msg!(lang, "attendance-view-signs"), filters.with("view", "")).icon(Icon::List)
    } else {
        LinkButton::plain(msg!(lang, "attendance-view-times"), filters.with("view", "times")).icon(Icon::Clock)
    };
    let back = format!("{PATH}?class={}", class.id);
    shown(&reader, &filters, report.ok_or(WebError::NotFound)?, |report| {
        let body = html! {
            (back_link(&msg!(lang, "attendance-title"), &back))
            (page_head(&report.title, html! { (view) (files(&reader, &filters)) }))
            div .choose { (month_steps(lang, &filters, days)) }
            (report.screen())
        };
        page(&reader, report.title.clone(), body)
    })
    .await
}

pub(super) async fn school_month(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    let lang = reader.lang;
    let days = month_of(&filters, today_of(&reader));
    let order = order(&reader, file_lang(&filters, lang), days);
    let report = read(&reader, move |tx, scope| Ok(reports::school_month(tx, scope, &order)?)).await?;
    shown(&reader, &filters, report, |report| {
        let body = html! {
            (page_head(&report.title, files(&reader, &filters)))
            (parts(&reader, Part::School))
            div .choose { (month_steps(lang, &filters, days)) }
            (report.screen())
        };
        page(&reader, report.title.clone(), body)
    })
    .await
}

pub(super) async fn late(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    list(reader, filters, Wanted::Late).await
}

pub(super) async fn chronic(reader: Reader, filters: Filters) -> Result<Response, WebError> {
    list(reader, filters, Wanted::Chronic).await
}

async fn list(reader: Reader, filters: Filters, wanted: Wanted) -> Result<Response, WebError> {
    let lang = reader.lang;
    let days = span_of(&filters, today_of(&reader));
    let order = order(&reader, file_lang(&filters, lang), days);
    let report = read(&reader, move |tx, scope| Ok(reports::pupils(tx, scope, &order, wanted)?)).await?;
    let (part, path, none) = match wanted {
        Wanted::Late => (Part::Late, LATE_PATH, msg!(lang, "attendance-nobody-late")),
        Wanted::Chronic => (Part::Chronic, CHRONIC_PATH, msg!(lang, "attendance-nobody-chronic")),
    };
    let how = msg!(lang, "attendance-nobody-how");
    let form = web::Form::filled([("from", days.from.to_string()), ("until", days.until.to_string())]);
    shown(&reader, &filters, report, |report| {
        let body = html! {
            (page_head(&report.title, files(&reader, &filters)))
            (parts(&reader, part))
            form .choose method="get" action=(path) data-autosend {
                (Field::date("from", msg!(lang, "attendance-from"), &form))
                (Field::date("until", msg!(lang, "attendance-until"), &form))
                noscript { button .button type="submit" { (msg!(lang, "attendance-show")) } }
            }
            @if report.rows.is_empty() { (empty_state(Icon::CircleCheck, &none, &how, None)) } @else { (report.screen()) }
        };
        page(&reader, report.title.clone(), body)
    })
    .await
}
