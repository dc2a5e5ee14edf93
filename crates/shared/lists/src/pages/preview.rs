//! What a list would change, row by row; questions are answered, then it is confirmed.

use std::{collections::HashMap, sync::Arc};

use accounts::{Action, Reader};
use i18n::{Lang, msg, msg_dyn};
use kernel::PersonId;
use people::{everybody::Known, model::ClassName};
use sheet::{Book, Sheet};
use web::{
    Filters, Form, IntoResponse, Markup, Page, Path, Response, WebError,
    components::{
        Button, Column, Icon, LinkButton, Row as TableRow, Tab, Table, Tone, alert, back_link, badge, card, cell,
        empty_state, form_actions, hidden, icon, page_head, pager, tabs,
    },
    html,
};

use super::{blocking, guardianships, job_of, photos, progress::cancel_button, step_of, to};
use crate::{
    job::{Job, Kind, State, parse_answer},
    model::{Counts, Fault, FaultKind, Field, Mapping, MatchedBy, Row, Verdict},
    ops::{self, Decision},
    preview::{self, Preview},
    words, work,
};

/// Rows on a page.
const ROWS: u32 = 50;
/// Persons among whom one is chosen.
const CANDIDATES: usize = 10;
/// Classes that are named.
const NAMED: usize = 40;

macro_rules! views {
    ($($name:ident = $word:literal,)*) => {
        /// Which rows are shown.
        #[derive(Clone, Copy, PartialEq, Eq)]
        enum View { $($name,)* }
        impl View {
            const ALL: &[Self] = &[$(Self::$name,)*];
            const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
            fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }
        }
    };
}
views! {
    All = "all",
    New = "new",
    Changed = "changed",
    Same = "same",
    Asked = "asked",
    Refused = "refused",
    Warned = "warned",
    Lookalikes = "lookalikes",
}

impl View {
    fn shows(self, row: &Row) -> bool {
        let is_taken = !matches!(row.verdict, Verdict::Refused);
        match self {
            Self::All => true,
            Self::New => matches!(row.verdict, Verdict::New),
            Self::Changed => matches!(row.verdict, Verdict::Change { .. }),
            Self::Same => matches!(row.verdict, Verdict::Same { .. }),
            Self::Asked => matches!(row.verdict, Verdict::Question(_)),
            Self::Refused => !is_taken,
            Self::Warned => is_taken && !row.draft.faults.is_empty(),
            Self::Lookalikes => is_taken && row.draft.has_lookalikes(),
        }
    }

    fn count(self, counts: &Counts) -> u32 {
        match self {
            Self::All => counts.total(),
            Self::New => counts.new,
            Self::Changed => counts.changed,
            Self::Same => counts.same,
            Self::Asked => counts.asked,
            Self::Refused => counts.refused,
            Self::Warned => counts.warned,
            Self::Lookalikes => counts.lookalikes,
        }
    }
}

pub(super) async fn show(reader: Reader, Path(id): Path<String>, filters: Filters) -> Result<Response, WebError> {
    let job = job_of(&reader, &id, false).await?;
    if job.state != State::Preview {
        return Ok(to(&step_of(&job)));
    }
    if job.kind == Kind::Photos {
        return Ok(photos::preview(&reader, &job, &filters).await?.into_response());
    }
    if job.is_of_guardians() {
        return Ok(guardianships::preview(&reader, &job, &filters).await?.into_response());
    }
    let (app, scope, wanted) = (reader.app.clone(), reader.scope()?, job.clone());
    let (book, preview) = blocking(move || {
        let book = work::book(&app, scope.school(), wanted.id)?;
        Ok((book, preview::kept(&app, &scope, &wanted)?))
    })
    .await?;
    Ok(Screen::new(&reader, &job, &book, &preview).page(&reader, &filters).into_response())
}

pub(super) struct Screen<'a> {
    pub(super) lang: Lang,
    job: &'a Job,
    sheet: Option<&'a Sheet>,
    pub(super) preview: &'a Preview,
    pub(super) known: HashMap<PersonId, &'a Known>,
    classes: HashMap<kernel::ClassId, ClassName>,
    /// Whether the reader may be told who somebody is.
    names_holders: bool,
}

impl<'a> Screen<'a> {
    fn new(reader: &Reader, job: &'a Job, book: &'a Arc<Book>, preview: &'a Arc<Preview>) -> Self {
        let register = &preview.register;
        Self {
            lang: reader.lang,
            job,
            sheet: book.sheets.get(job.settings.sheet),
            preview,
            known: register.known.iter().map(|known| (known.id, known)).collect(),
            names_holders: reader.may(Action::SeePersons),
            classes: register.classes.iter().map(|class| (class.id, class.data.name)).collect(),
        }
    }

    fn page(&self, reader: &Reader, filters: &Filters) -> Page {
        let lang = self.lang;
        let title = msg!(lang, "lists-preview");
        let plan = &self.preview.plan;
        let view = filters.parsed("view", View::parse).unwrap_or(View::All);
        let at = filters.page(ROWS);
        let rows: Vec<&Row> = plan.rows.iter().filter(|row| view.shows(row)).collect();
        let first = usize::try_from(at.offset()).unwrap_or(usize::MAX).min(rows.len());
        let shown = &rows[first..rows.len().min(first + ROWS as usize)];
        let path = format!("/import/{}", self.job.id);
        let body = html! {
            (back_link(&msg!(lang, "lists-to-columns"), &format!("{path}/columns")))
            (page_head(&title, cancel_button(lang, self.job)))
            p .lead { (msg!(lang, "lists-preview-what")) }
            (self.confirm(&path))
            (self.notes(&path))
            (self.tabs(view, filters))
            form .form-stack method="post" action={ (path) "/answers" } {
                (hidden("view", view.as_str())) (hidden("page", &at.number.to_string()))
                @if shown.is_empty() { (empty_state(Icon::List, &msg!(lang, "lists-preview-none"), &msg!(lang, "lists-preview-none-how"), None)) }
                @else { (self.table(&title, shown)) }
                @if shown.iter().any(|row| self.asks(row)) {
                    (form_actions(html! { (Button::plain(msg!(lang, "lists-answers-save")).icon(Icon::Check).sends("act", "save")) }))
                }
            }
            @if !rows.is_empty() { (pager(lang, filters, at, rows.len() as u64)) }
        };
        accounts::page(reader, title, body)
    }

    fn confirm(&self, path: &str) -> Markup {
        let (lang, counts) = (self.lang, &self.preview.plan.counts);
        html! {
            (card("", html! {
                p { b { (msg!(lang, "lists-confirm-sums", new = counts.new, changed = counts.changed, same = counts.same)) } }
                @if counts.refused + counts.asked > 0 {
                    p { (msg!(lang, "lists-confirm-left", refused = counts.refused, asked = counts.asked)) }
                }
                @if counts.written() > 0 {
                    form method="post" action={ (path) "/confirm" } { (Button::primary(msg!(lang, "lists-confirm", count = counts.written())).icon(Icon::Check)) }
                } @else { p { (msg!(lang, "lists-confirm-nothing")) } }
            }))
        }
    }

    fn notes(&self, path: &str) -> Markup {
        let (lang, plan) = (self.lang, &self.preview.plan);
        let classes: Vec<String> = plan.new_classes.iter().take(NAMED).map(ToString::to_string).collect();
        let groups: Vec<&str> = plan.new_groups.iter().take(NAMED).map(String::as_str).collect();
        let asked_of_one = |row: &Row| matches!(&row.verdict, Verdict::Question(candidates) if candidates.len() == 1);
        html! {
            @if !classes.is_empty() { (alert(Tone::Info, &msg!(lang, "lists-new-classes", count = plan.new_classes.len()), &classes.join(", "))) }
            @if !groups.is_empty() { (alert(Tone::Info, &msg!(lang, "lists-new-groups", count = plan.new_groups.len()), &groups.join(", "))) }
            @if !plan.guardians.is_empty() { (alert(Tone::Info, &msg!(lang, "lists-new-guardians", count = plan.guardians.len()), &msg!(lang, "lists-new-guardians-how"))) }
            @if plan.counts.lookalikes > 0 {
                (card(&msg!(lang, "lists-lookalikes", count = plan.counts.lookalikes), html! {
                    p { (msg!(lang, "lists-lookalikes-what")) }
                    (self.act(path, "lookalikes", if self.job.answers.mends_none {
                        Button::plain(msg!(lang, "lists-mend-all")).icon(Icon::Check).sends("act", "mend-all")
                    } else {
                        Button::plain(msg!(lang, "lists-mend-none")).icon(Icon::X).sends("act", "mend-none")
                    }))
                }))
            }
            @if plan.counts.asked > 0 {
                (card(&msg!(lang, "lists-asked", count = plan.counts.asked), html! {
                    p { (msg!(lang, "lists-asked-what")) }
                    div .actions {
                        @if plan.rows.iter().any(asked_of_one) {
                            (self.act(path, "asked", Button::plain(msg!(lang, "lists-all-known")).icon(Icon::UserCheck).sends("act", "all-known")))
                        }
                        (self.act(path, "asked", Button::plain(msg!(lang, "lists-all-new")).icon(Icon::UserPlus).sends("act", "all-new")))
                    }
                }))
            }
        }
    }

    fn act(&self, path: &str, view: &str, button: Button) -> Markup {
        html! { form method="post" action={ (path) "/answers" } { (hidden("view", view)) (button) } }
    }

    fn tabs(&self, view: View, filters: &Filters) -> Markup {
        let counts = &self.preview.plan.counts;
        let links: Vec<(View, String, String)> = View::ALL
            .iter()
            .filter(|known| **known == View::All || **known == view || known.count(counts) > 0)
            .map(|known| {
                let word = if *known == View::All { "" } else { known.as_str() };
                (*known, msg_dyn!(self.lang, "lists-view-", known.as_str()), filters.with("view", word))
            })
            .collect();
        let shown: Vec<Tab<'_>> = links
            .iter()
            .map(|(known, label, href)| Tab {
                label,
                href,
                count: Some(i64::from(known.count(counts))),
                current: *known == view,
            })
            .collect();
        tabs(&msg!(self.lang, "lists-views"), &shown)
    }

    fn table(&self, title: &str, rows: &[&Row]) -> Markup {
        let lang = self.lang;
        let columns = vec![
            Column::new(msg!(lang, "lists-row")),
            Column::new(words::field(lang, Field::FullName)),
            Column::new(msg!(lang, "lists-verdict")),
            Column::new(msg!(lang, "lists-details")),
        ];
        let row = |row: &&Row| {
            let name =
                row.draft.name_to_write(self.job.answers.mends(row.draft.row)).map(people::model::PersonName::full);
            TableRow::new(vec![
                cell(row.draft.row.to_string()),
                html! { div .cell-stack { b { (name.unwrap_or_else(|| "–".into())) } } },
                self.verdict(row),
                self.details(row),
            ])
        };
        html! { (Table::new(lang, title, columns).rows(rows.iter().map(row))) }
    }

    fn verdict(&self, row: &Row) -> Markup {
        let (tone, word) = match row.verdict {
            Verdict::Refused => (Tone::Bad, "refused"),
            Verdict::New => (Tone::Good, "new"),
            Verdict::Change { .. } => (Tone::Info, "changed"),
            Verdict::Same { .. } => (Tone::Plain, "same"),
            Verdict::Question(_) => (Tone::Warn, "asked"),
        };
        badge(tone, &msg_dyn!(self.lang, "lists-verdict-", word))
    }

    fn details(&self, row: &Row) -> Markup {
        let mapping = &self.job.settings.mapping;
        html! {
            div .cell-stack {
                @match &row.verdict {
                    Verdict::New => div { (self.said_of_new(row)) },
                    Verdict::Change { person, fields, .. } => (self.changes(row, *person, fields)),
                    Verdict::Refused | Verdict::Same { .. } | Verdict::Question(_) => {}
                }
                @for fault in &row.draft.faults {
                    @let class = if fault.kind.is_refusal() { "fault-line" } else { "remark" };
                    p class=(class) { (icon(if fault.kind.is_refusal() { Icon::CircleX } else { Icon::AlertTriangle })) span { (self.said(mapping, *fault)) } }
                }
                (self.question(row))
                (self.mending(row))
            }
        }
    }

    /// What is to be said about a cell. Who holds a card is told by name, as at the desk.
    fn said(&self, mapping: &Mapping, fault: Fault) -> String {
        match fault.kind {
            FaultKind::CardHeld(holder) if self.names_holders && self.known.contains_key(&holder) => {
                msg!(self.lang, "lists-row-card-held-by", name = self.brief(holder))
            }
            _ => words::placed(self.lang, self.sheet, mapping, fault),
        }
    }

    pub(super) fn class_of(&self, known: &Known) -> Option<ClassName> {
        known.data.class.and_then(|class| self.classes.get(&class).copied())
    }

    /// Whether something about the row can be decided by hand.
    fn asks(&self, row: &Row) -> bool {
        let is_doubtful = match &row.verdict {
            Verdict::Question(_) => true,
            Verdict::Change { by, .. } | Verdict::Same { by, .. } => *by == MatchedBy::Answer,
            Verdict::New => self.job.answers.people.contains_key(&row.draft.row),
            Verdict::Refused => false,
        };
        let is_matched = matches!(row.verdict, Verdict::Change { .. });
        is_doubtful || is_matched || (row.draft.mended.is_some() && !matches!(row.verdict, Verdict::Refused))
    }

    fn question(&self, row: &Row) -> Markup {
        let lang = self.lang;
        let number = row.draft.row;
        let answered = self.job.answers.people.get(&number);
        let (candidates, chosen) = match (&row.verdict, answered) {
            (Verdict::Question(candidates), _) => (candidates.clone(), String::new()),
            (Verdict::Change { person, .. }, _) | (Verdict::Same { person, .. }, Some(_)) => {
                (vec![*person], person.to_string())
            }
            (Verdict::New, Some(_)) => (Vec::new(), "new".into()),
            _ => return Markup::default(),
        };
        let name = format!("who-{number}");
        html! {
            div .field {
                select name=(name) aria-label=(msg!(lang, "lists-who-is", row = number)) {
                    @if answered.is_some() || chosen.is_empty() { option value="" selected[chosen.is_empty()] { (msg!(lang, "lists-who-open")) } }
                    @for person in candidates.iter().take(CANDIDATES) {
                        @let id = person.to_string();
                        option value=(id) selected[chosen == id] { (msg!(lang, "lists-who-known", name = self.brief(*person))) }
                    }
                    option value="new" selected[chosen == "new"] { (msg!(lang, "lists-who-new")) }
                }
            }
        }
    }

    fn brief(&self, person: PersonId) -> String {
        let Some(known) = self.known.get(&person) else { return String::new() };
        let class = self.class_of(known).map(|class| class.to_string());
        let born = known.data.birth_date.map(|day| i18n::date(self.lang, day));
        let position = Some(known.data.position.clone()).filter(|text| !text.is_empty());
        let more = [Some(known.data.name.full()), class, position, born];
        more.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    fn mending(&self, row: &Row) -> Markup {
        let lang = self.lang;
        let (Some(name), Some(mended)) = (&row.draft.name, &row.draft.mended) else { return Markup::default() };
        if matches!(row.verdict, Verdict::Refused) {
            return Markup::default();
        }
        let is_mended = self.job.answers.mends(row.draft.row);
        html! {
            div .field {
                select name={ "mend-" (row.draft.row) } aria-label=(msg!(lang, "lists-mend-row", row = row.draft.row)) {
                    option value="yes" selected[is_mended] { (msg!(lang, "lists-mend-yes", name = mended.full())) }
                    option value="no" selected[!is_mended] { (msg!(lang, "lists-mend-no", name = name.full())) }
                }
            }
        }
    }
}

pub(super) async fn answer(reader: Reader, Path(id): Path<String>, form: Form) -> Result<Response, WebError> {
    let job = job_of(&reader, &id, false).await?;
    if job.kind != Kind::Persons || job.is_of_guardians() || job.state != State::Preview {
        return Ok(to(&step_of(&job)));
    }
    let decisions = decisions(&reader, &job, &form).await?;
    let (ctx, id) = (reader.ctx(), job.id);
    let write =
        move |tx: &mut store::Tx<'_>| decisions.iter().try_for_each(|decision| ops::decide(tx, &ctx, id, decision));
    reader.app.db.write(write).await?;
    let page = form.value("page");
    let pairs = [("view", form.value("view")), ("page", if page == "1" { "" } else { page })];
    let pairs = pairs.into_iter().filter(|(_, value)| !value.is_empty() && *value != "all");
    Ok(to(&web::address(&format!("/import/{id}/preview"), pairs)))
}

async fn decisions(reader: &Reader, job: &Job, form: &Form) -> Result<Vec<Decision>, WebError> {
    match form.value("act") {
        "mend-all" => Ok(vec![Decision::MendAll(true)]),
        "mend-none" => Ok(vec![Decision::MendAll(false)]),
        act @ ("all-known" | "all-new") => {
            let (app, scope, job, is_new) = (reader.app.clone(), reader.scope()?, job.clone(), act == "all-new");
            let preview = blocking(move || preview::kept(&app, &scope, &job)).await?;
            let answer = |row: &Row| match &row.verdict {
                Verdict::Question(_) if is_new => Some((row.draft.row, Some(crate::model::Answer::Another))),
                Verdict::Question(candidates) => match candidates.as_slice() {
                    [person] => Some((row.draft.row, Some(crate::model::Answer::Person(*person)))),
                    _ => None,
                },
                _ => None,
            };
            Ok(vec![Decision::Who(preview.plan.rows.iter().filter_map(answer).collect())])
        }
        _ => {
            let number = |name: &str, start: &str| name.strip_prefix(start).and_then(|row| row.parse::<u32>().ok());
            let who = form.pairs().filter_map(|(name, value)| Some((number(name, "who-")?, parse_answer(value))));
            // What was found without a question and is left so needs no answer.
            let who: Vec<_> = who.filter(|(row, answer)| !self_evident(job, *row, answer.as_ref())).collect();
            let mends =
                form.pairs().filter_map(|(name, value)| Some(Decision::Mend(number(name, "mend-")?, value == "yes")));
            Ok(std::iter::once(Decision::Who(who)).chain(mends.filter(|decision| changes(job, decision))).collect())
        }
    }
}

/// Whether an answer says what is so without it.
fn self_evident(job: &Job, row: u32, answer: Option<&crate::model::Answer>) -> bool {
    match answer {
        None => !job.answers.people.contains_key(&row),
        Some(answer) => job.answers.people.get(&row) == Some(answer),
    }
}

fn changes(job: &Job, decision: &Decision) -> bool {
    match decision {
        Decision::Mend(row, is_mended) => job.answers.mends(*row) != *is_mended,
        Decision::Who(_) | Decision::MendAll(_) => true,
    }
}

pub(super) async fn confirm(reader: Reader, Path(id): Path<String>) -> Result<Response, WebError> {
    let job = job_of(&reader, &id, false).await?;
    if job.state != State::Preview {
        return Ok(to(&step_of(&job)));
    }
    let (ctx, id) = (reader.ctx(), job.id);
    let by = ctx.clone();
    reader.app.db.write(move |tx| ops::confirm(tx, &ctx, id)).await?;
    work::start(&reader.app, &by, id);
    Ok(to(&format!("/import/{id}")))
}

/// A link to what a row means for a person.
pub(super) fn person_link(lang: Lang, person: PersonId) -> Markup {
    html! { (LinkButton::quiet(msg!(lang, "lists-open-person"), format!("/people/{person}")).icon(Icon::User)) }
}
