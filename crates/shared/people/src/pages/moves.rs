//! The way of a pupil through classes: the history on the card, and the form by which a pupil is moved.

use accounts::{Action, Reader};
use i18n::{Lang, msg, msg_dyn};
use kernel::{ClassId, PersonStatus, Role};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Path, Response, StatusCode, WebError,
    components::{
        Button, Column, Field, Icon, LinkButton, Row, Table, back_link, card, cell, form_actions, form_faults, hidden,
        page_head,
    },
    html,
};

use super::{
    card::{back, person_of},
    person_id, read, words,
};
use crate::{
    PeopleError, ops,
    person::PersonView,
    queries,
    register::{Enrolment, Move},
};

/// What can be done with a pupil, by the words of the address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Act {
    Admit,
    Transfer,
    Leave,
    Readmit,
}

impl Act {
    const ALL: [Self; 4] = [Self::Admit, Self::Transfer, Self::Leave, Self::Readmit];

    const fn word(self) -> &'static str {
        match self {
            Self::Admit => "admit",
            Self::Transfer => "transfer",
            Self::Leave => "leave",
            Self::Readmit => "readmit",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }

    /// What can be done with this person now.
    fn open_to(person: &PersonView) -> Vec<Self> {
        match (person.brief.status, person.brief.class) {
            (PersonStatus::Archived, _) => vec![Self::Readmit],
            (_, Some(_)) => vec![Self::Transfer, Self::Leave],
            (_, None) => vec![Self::Admit],
        }
    }

    fn name(self, lang: Lang) -> String {
        msg_dyn!(lang, "people-act-", self.word())
    }

    const fn icon(self) -> Icon {
        match self {
            Self::Admit | Self::Readmit => Icon::UserPlus,
            Self::Transfer => Icon::ArrowsExchange,
            Self::Leave => Icon::Logout,
        }
    }
}

/// The part of the card: where the pupil was, and what can be done. Nothing for who never was a pupil.
pub(super) fn section(reader: &Reader, person: &PersonView, history: &[Enrolment], repeats: bool) -> Markup {
    let lang = reader.lang;
    let brief = &person.brief;
    let is_pupil = brief.roles.contains(&Role::Pupil);
    if history.is_empty() && !is_pupil {
        return Markup::default();
    }
    let home = format!("/people/{}", brief.id);
    let body = html! {
        @if repeats { p { (msg!(lang, "people-repeats")) } }
        @if history.is_empty() { p .quiet { (msg!(lang, "people-history-none")) } } @else { (table(lang, history)) }
        @if reader.may(Action::EditPersons) && is_pupil {
            div .form-actions {
                @for act in Act::open_to(person) {
                    (LinkButton::plain(act.name(lang), format!("{home}/move?act={}", act.word())).icon(act.icon()))
                }
                @if brief.class.is_some() && brief.status != PersonStatus::Archived {
                    form method="post" action={ (home) "/repeats" } {
                        (hidden("repeats", if repeats { "0" } else { "1" }))
                        (Button::quiet(if repeats { msg!(lang, "people-repeats-not") } else { msg!(lang, "people-repeats-do") }))
                    }
                }
            }
        }
    };
    card(&msg!(lang, "people-history"), body)
}

fn table(lang: Lang, history: &[Enrolment]) -> Markup {
    let columns = vec![
        Column::new(msg!(lang, "people-class")),
        Column::new(msg!(lang, "people-since")),
        Column::new(msg!(lang, "people-until")),
        Column::new(msg!(lang, "people-history-how")),
    ];
    let day = |day: Option<jiff::civil::Date>| day.map_or_else(|| "–".to_owned(), |day| i18n::date(lang, day));
    let rows = history.iter().map(|stay| {
        let how = msg_dyn!(lang, "people-move-", stay.how.as_str());
        let ended = stay.ended.map(|ended| msg_dyn!(lang, "people-ended-", ended.as_str()));
        let told: Vec<&str> = [how.as_str()]
            .into_iter()
            .chain(ended.as_deref())
            .chain([stay.why.as_str(), stay.document.as_str()])
            .filter(|text| !text.is_empty())
            .collect();
        Row::new(vec![
            html! { b { (stay.class_name) } },
            cell(day(stay.since)),
            cell(day(stay.until)),
            cell(told.join(" · ")),
        ])
    });
    html! { (Table::new(lang, msg!(lang, "people-history"), columns).rows(rows)) }
}

pub(super) async fn form(reader: Reader, Path(id): Path<String>, filters: Filters) -> Result<Page, WebError> {
    let person = person_of(&reader, person_id(&id)?).await?;
    // An address without the act means what is usual: from class to class, or into one.
    let usual = if person.brief.class.is_some() { Act::Transfer } else { Act::Admit };
    let act = filters.parsed("act", Act::parse).unwrap_or(usual);
    let today = today(&reader);
    let blank = Form::filled([("day", today.to_string())]);
    form_page(&reader, &person, act, &blank).await
}

fn today(reader: &Reader) -> jiff::civil::Date {
    reader.app.clock.now().to_zoned(reader.app.time_zone.clone()).date()
}

pub(super) async fn change(reader: Reader, Path(id): Path<String>, mut form: Form) -> Result<Response, WebError> {
    let lang = reader.lang;
    let id = person_id(&id)?;
    let act = Act::parse(form.value("act")).ok_or_else(|| WebError::BadInput(String::new()))?;
    let person = person_of(&reader, id).await?;
    let class = match act {
        Act::Leave => Some(None),
        Act::Admit | Act::Transfer | Act::Readmit => {
            form.choice(lang, "class", |id| id.parse::<ClassId>().ok()).map(Some)
        }
    };
    let day = form.date(lang, "day");
    if let (Some(class), Some(day)) = (class, day) {
        let how = Move { day, why: form.value("why").to_owned(), document: form.value("document").to_owned() };
        let ctx = reader.ctx();
        let work = move |tx: &mut store::Tx<'_>| match (act, class) {
            (Act::Admit, Some(class)) => ops::admit(tx, &ctx, id, class, &how),
            (Act::Transfer, Some(class)) => ops::transfer(tx, &ctx, id, class, &how),
            (Act::Readmit, Some(class)) => ops::readmit_pupil(tx, &ctx, id, class, &how),
            (Act::Leave, _) => ops::leave(tx, &ctx, id, &how),
            (Act::Admit | Act::Transfer | Act::Readmit, None) => Err(PeopleError::NoSuchClass),
        };
        match reader.app.db.write(work).await {
            Ok(()) => return Ok(back(id, "moved")),
            Err(error) => {
                let field = match &error {
                    PeopleError::MoveDay => "day",
                    PeopleError::MoveText => "why",
                    PeopleError::NoSuchClass | PeopleError::Enrolled => "class",
                    _ => "",
                };
                form.refuse(field, words::fault(lang, error)?);
            }
        }
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, form_page(&reader, &person, act, &form).await?).into_response())
}

pub(super) async fn repeats(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Response, WebError> {
    let (id, ctx) = (person_id(&id)?, reader.ctx());
    let repeats = form.value("repeats") == "1";
    reader.app.db.write(move |tx| ops::mark_repeater(tx, &ctx, id, repeats)).await?;
    Ok(back(id, "edited"))
}

async fn form_page(reader: &Reader, person: &PersonView, act: Act, form: &Form) -> Result<Page, WebError> {
    let lang = reader.lang;
    let classes = read(reader, queries::classes).await?;
    let classes: Vec<_> = classes.into_iter().filter(|class| Some(class.id) != person.brief.class).collect();
    let name = person.brief.short.as_str();
    let title = format!("{}: {name}", act.name(lang));
    let home = format!("/people/{}", person.brief.id);
    let (doer, what, why) = match act {
        Act::Leave => (
            Button::danger(act.name(lang)),
            msg!(lang, "people-leave-what", name = name),
            msg!(lang, "people-leave-where"),
        ),
        Act::Admit | Act::Transfer | Act::Readmit => (
            Button::primary(act.name(lang)),
            msg!(lang, "people-move-what", name = name),
            msg!(lang, "people-move-why"),
        ),
    };
    let letters = Move::MAX_LETTERS.to_string();
    let body = html! {
        (back_link(name, &home))
        (page_head(&title, Markup::default()))
        (form_faults(lang, form))
        (card("", html! {
            p { (what) }
            form .form method="post" action={ (home) "/move" } {
                (hidden("act", act.word()))
                @if act != Act::Leave {
                    (Field::select("class", msg!(lang, "people-class"), form, words::class_choices(&classes)).or_none(msg!(lang, "people-class-choose")).required())
                }
                (Field::date("day", msg!(lang, "people-move-day"), form).required().help(msg!(lang, "people-move-day-help")))
                (Field::text("why", why, form).wide().attr("maxlength", &letters))
                (Field::text("document", msg!(lang, "people-move-document"), form).attr("maxlength", &letters).help(msg!(lang, "people-move-document-help")))
                (form_actions(html! { (doer.icon(act.icon())) (LinkButton::quiet(msg!(lang, "people-cancel"), home.as_str())) }))
            }
        }))
    };
    Ok(accounts::page(reader, title, body))
}
