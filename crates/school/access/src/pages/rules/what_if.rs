//! What would be if this person passed there at that time: the gate's decision in words, with the rules that made it.

use accounts::{Action, Reader, page};
use i18n::{Lang, msg, msg_dyn};
use jiff::{Timestamp, civil};
use kernel::{Direction, Explain, Explanation, PersonId, Question, Reason, RuleVerdict, Shown};
use people::queries::PersonBrief;
use web::{
    Filters, Form, Markup, Page, WebError,
    components::{Button, Choice, Field, Icon, LinkButton, Tone, alert, badge, card, form_actions, page_head},
    html, parse_date, parse_time,
};

use super::{PATH, Part, form, parts, sentence};
use crate::{
    AccessError,
    pages::leave,
    queries::{self, PointView, RuleView, WhatIf},
};

/// Where the page is.
pub(super) const WHAT_IF: &str = "/access/rules/what-if";

/// What the page was asked.
struct Asked {
    person: Option<PersonBrief>,
    point: Option<PointView>,
    direction: Direction,
    date: civil::Date,
    time: civil::Time,
}

impl Asked {
    fn at(&self, reader: &Reader) -> Option<Timestamp> {
        self.date.to_datetime(self.time).to_zoned(reader.app.time_zone.clone()).ok().map(|zoned| zoned.timestamp())
    }

    fn question(&self, reader: &Reader) -> Option<Question> {
        let (person, point) = (self.person.as_ref()?.id, self.point.as_ref()?.id);
        Some(Question { person, point, direction: self.direction, at: self.at(reader)? })
    }
}

pub(super) async fn show(reader: Reader, filters: Filters, explain: Explain) -> Result<Page, WebError> {
    let scope = reader.scope()?;
    let lang = reader.lang;
    let person: Option<PersonId> = filters.parsed("person", |text| text.parse().ok());
    let found = reader.app.db.read(move |tx| {
        let person = person.map(|person| people::queries::brief(tx, &scope, person)).transpose()?.flatten();
        Ok::<_, AccessError>((queries::points(tx, &scope)?, person))
    });
    let (points, person) = found.await?;
    let asked = asked(&reader, &filters, &points, person);
    let answer = match asked.question(&reader) {
        None => None,
        Some(question) => {
            let now = reader.app.clock.now();
            let asking = reader.app.db.read(move |tx| queries::what_if(tx, &scope, &question, now, explain));
            Some(asking.await?)
        }
    };
    let title = msg!(lang, "access-what-if");
    let body = html! {
        (page_head(&msg!(lang, "access-rules"), Markup::default()))
        (parts(&reader, Part::WhatIf))
        p .quiet { (msg!(lang, "access-what-if-how")) }
        (card("", question_form(&reader, &asked, &points)))
        @match &answer {
            Some(answer) => div #answer aria-live="polite" { (answer_view(&reader, &asked, answer.as_ref())) },
            None if filters.get("point").is_some() && asked.person.is_none() => (alert(Tone::Warn, &msg!(lang, "access-what-if-nobody"), &msg!(lang, "access-rule-nobody-found"))),
            None => {},
        }
    };
    Ok(page(&reader, title, body))
}

fn asked(reader: &Reader, filters: &Filters, points: &[PointView], person: Option<PersonBrief>) -> Asked {
    let now = i18n::local(reader.app.clock.now(), &reader.app.time_zone).datetime();
    let point = filters.parsed("point", |text| text.parse().ok());
    Asked {
        person,
        point: points.iter().find(|one| Some(one.id) == point).cloned(),
        direction: filters.parsed("direction", Direction::parse).unwrap_or(Direction::In),
        date: filters.parsed("date", parse_date).unwrap_or(now.date()),
        time: filters.parsed("time", parse_time).unwrap_or(civil::time(now.hour(), now.minute(), 0, 0)),
    }
}

fn question_form(reader: &Reader, asked: &Asked, points: &[PointView]) -> Markup {
    let lang = reader.lang;
    let point = asked.point.as_ref().or(points.first()).map(|point| point.id.to_string()).unwrap_or_default();
    let shown = Form::filled([
        ("point", point),
        ("direction", asked.direction.as_str().to_owned()),
        ("date", asked.date.to_string()),
        ("time", i18n::clock_time(asked.time)),
    ]);
    let points = points.iter().map(|point| Choice::new(point.id.to_string(), point.name.as_str())).collect();
    let ways =
        Direction::ALL.map(|way| Choice::new(way.as_str(), msg_dyn!(lang, "access-direction-", way.as_str()))).to_vec();
    html! {
        form .form.rule-form method="get" action=(WHAT_IF) {
            (form::person_field(lang, asked.person.as_ref(), "/access/rules/what-if/people", None, None))
            (Field::select("point", msg!(lang, "access-point"), &shown, points))
            (Field::select("direction", msg!(lang, "access-direction"), &shown, ways).short())
            (Field::date("date", msg!(lang, "access-what-if-date"), &shown))
            (Field::time("time", msg!(lang, "access-what-if-time"), &shown))
            (form_actions(html! { (Button::primary(msg!(lang, "access-what-if-ask")).icon(Icon::Search)) }))
        }
    }
}

fn answer_view(reader: &Reader, asked: &Asked, answer: Option<&WhatIf>) -> Markup {
    let lang = reader.lang;
    let (Some(person), Some(point)) = (&asked.person, &asked.point) else { return html! {} };
    let Some(answer) = answer else {
        return alert(Tone::Warn, &msg!(lang, "access-reason-person_archived"), "");
    };
    let told = &answer.explanation;
    let day = format!("{} {}", i18n::weekday_name(lang, asked.date.weekday()), i18n::date(lang, asked.date));
    let (who, way) = (person.full.as_str(), msg_dyn!(lang, "access-rule-way-", asked.direction.as_str()));
    let (point, time) = (point.name.as_str(), i18n::clock_time(asked.time));
    let verdict = if told.reason.is_granted() {
        msg!(lang, "access-what-if-yes", who = who, way = way, point = point, day = day, time = time)
    } else {
        msg!(lang, "access-what-if-no", who = who, way = way, point = point, day = day, time = time)
    };
    let tone = if told.reason.is_granted() { Tone::Good } else { Tone::Bad };
    let reason = msg_dyn!(lang, "access-reason-", told.reason.as_str());
    html! {
        (alert(tone, &verdict, &reason))
        (notes(reader, person, told))
        @if !told.reason.is_granted() { (what_helps(reader, person, told)) }
        (card(&msg!(lang, "access-what-if-rules"), rules(reader, answer)))
    }
}

/// What besides the rules matters for the answer.
fn notes(reader: &Reader, person: &PersonBrief, told: &Explanation) -> Markup {
    let lang = reader.lang;
    html! {
        @if told.shown == Shown::Missing {
            (alert(Tone::Warn, &msg!(lang, "access-what-if-no-card"), &msg!(lang, "access-what-if-no-card-how")))
            p { (LinkButton::quiet(person.short.as_str(), format!("/people/{}", person.id)).icon(Icon::User)) }
        }
        @if let Some((from_min, to_min)) = told.lessons {
            p { (msg!(lang, "access-what-if-lessons", from = minute(from_min), to = minute(to_min))) }
        }
        @if told.leave.is_some() { p { (msg!(lang, "access-what-if-leave")) } }
    }
}

fn minute(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// What would let the person pass: the next time at which it is so anyway, and what can be done.
fn what_helps(reader: &Reader, person: &PersonBrief, told: &Explanation) -> Markup {
    let lang = reader.lang;
    let next = told.next.map(|at| i18n::date_time(lang, at, &reader.app.time_zone));
    let help = help_word(told.reason);
    html! {
        section {
            h2 { (msg!(lang, "access-what-if-helps")) }
            ul {
                @if let Some(next) = next { li { (msg!(lang, "access-what-if-next", time = next)) } }
                @if let Some(word) = help { li { (msg_dyn!(lang, "access-help-", word)) } }
            }
            @if matches!(help, Some("card" | "person")) && reader.may(Action::SeePersons) {
                p { (LinkButton::plain(person.short.as_str(), format!("/people/{}", person.id)).icon(Icon::User)) }
            }
            @if help == Some("leave") && reader.may(Action::GiveLeave) {
                p { (LinkButton::plain(msg!(lang, "access-leave-give"), leave::for_person(person.id)).icon(Icon::DoorExit)) }
            }
            @if help == Some("rule") && reader.may(Action::EditRules) {
                p { (LinkButton::plain(msg!(lang, "access-rule-add"), format!("{PATH}/new")).icon(Icon::Plus)) }
            }
        }
    }
}

/// Which kind of help a denial has.
const fn help_word(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::NoRight => Some("rule"),
        Reason::OutsideSchedule => Some("time"),
        Reason::Holiday => Some("holiday"),
        Reason::NoLeave => Some("leave"),
        Reason::UnknownCredential
        | Reason::AmbiguousCredential
        | Reason::CredentialSuspended
        | Reason::CredentialLost
        | Reason::CredentialReturned
        | Reason::CredentialNotYetValid
        | Reason::CredentialExpired
        | Reason::CodeExpired
        | Reason::CodeReplayed
        | Reason::CodeInvalid => Some("card"),
        Reason::PersonBlocked | Reason::PersonArchived => Some("person"),
        Reason::AntiPassback => Some("passback"),
        Reason::ZoneFull => Some("zone"),
        Reason::LockedDown => Some("mode"),
        Reason::UnknownPoint => Some("point"),
        Reason::Granted
        | Reason::GrantedLearning
        | Reason::GrantedFreePassage
        | Reason::GrantedByGuard
        | Reason::GrantedByBoard
        | Reason::GrantedByButton
        | Reason::GrantedPassback
        | Reason::GrantedExit
        | Reason::GrantedLeave
        | Reason::DeniedByBoard => None,
    }
}

fn rules(reader: &Reader, answer: &WhatIf) -> Markup {
    let lang = reader.lang;
    let may_edit = reader.may(Action::EditRules);
    html! {
        @if answer.rules.is_empty() {
            p .quiet { (msg!(lang, "access-what-if-no-rules")) }
        } @else {
            ol .rules { @for (rule, verdict) in &answer.rules { (line(lang, rule, *verdict, may_edit)) } }
        }
    }
}

fn line(lang: Lang, rule: &RuleView, verdict: RuleVerdict, may_edit: bool) -> Markup {
    let text = html! {
        @if !rule.name.is_empty() { small { (rule.name) } }
        b { (sentence::who(lang, rule)) }
        span { (sentence::rest(lang, rule)) }
    };
    let tone = if verdict == RuleVerdict::Grants { Tone::Good } else { Tone::Plain };
    html! {
        li .rule {
            @if may_edit { a .rule-text href={ (PATH) "/" (rule.id) } { (text) } } @else { div .rule-text { (text) } }
            (badge(tone, &msg_dyn!(lang, "access-verdict-", verdict.as_str())))
        }
    }
}
