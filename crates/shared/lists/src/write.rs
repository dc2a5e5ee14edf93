//! A list is written into the register, some rows a transaction; how far it went stands in the same transaction.

use std::collections::HashMap;

use accounts::{App, Ctx, Scope};
use i18n::Lang;
use kernel::{ClassId, CredentialStatus, GroupId, PersonId, PersonStatus};
use people::{
    PeopleError,
    everybody::Known,
    model::ClassName,
    ops::{
        self,
        bulk::{NewCard, NewPerson},
        take_in::{Entry, take_in},
    },
    person::{ClassData, PersonData, Shift},
};
use store::Tx;

use crate::{
    ListsError, files,
    job::{Failure, Job, JobId, PartKind, State},
    model::{Filed, Row, Verdict},
    preview, refused, store as table, work,
};

/// Rows of a transaction.
const BATCH: usize = 200;

/// A row as it is written.
#[derive(Clone, Debug)]
struct Step {
    row: u32,
    kind: StepKind,
}

#[derive(Clone, Debug)]
enum StepKind {
    /// Nothing is written: refused or asked.
    Left,
    Same,
    New {
        entry: Entry,
        groups: Vec<GroupId>,
    },
    Change {
        entry: Entry,
        groups: Vec<GroupId>,
    },
}

/// Sums as they stand in the database.
#[derive(Clone, Debug)]
struct Sums {
    done: u32,
    added: u32,
    changed: u32,
    same: u32,
    refused: u32,
    failures: Vec<(u32, Failure)>,
}

impl Sums {
    fn of(job: &Job) -> Self {
        let Job { done, added, changed, same, refused, .. } = *job;
        Self { done, added, changed, same, refused, failures: job.failures.clone() }
    }

    fn with(&self, steps: &[Step]) -> Self {
        let mut sums = self.clone();
        for step in steps {
            sums.done += 1;
            let place = match step.kind {
                StepKind::Left => &mut sums.refused,
                StepKind::Same => &mut sums.same,
                StepKind::New { .. } => &mut sums.added,
                StepKind::Change { .. } => &mut sums.changed,
            };
            *place += 1;
        }
        sums
    }

    fn without(&self, row: u32, failure: Failure) -> Self {
        let mut sums = self.clone();
        sums.done += 1;
        sums.refused += 1;
        sums.failures.push((row, failure));
        sums
    }

    fn keep(&self, tx: &mut Tx<'_>, ctx: &Ctx, job: JobId) -> Result<(), ListsError> {
        let failures = crate::job::failures_text(&self.failures);
        let Self { done, added, changed, same, refused, .. } = *self;
        table::advance(tx, ctx.actor.school, job, done, added, changed, same, refused, &failures, ctx.now)?;
        Ok(())
    }
}

/// Writes what is left of a list.
pub(crate) fn persons(app: &App, ctx: &Ctx, job: &Job) -> Result<(), ListsError> {
    let scope = ctx.require(accounts::Action::ImportRegister)?;
    let first = preview::fresh(app, &scope, job)?;
    furnish(app, ctx, job.settings.lang, &first.plan)?;
    let steps = steps(app, &scope, job, &first.plan)?;
    let (id, now, total) = (job.id, app.clock.now(), u32::try_from(steps.len()).unwrap_or(u32::MAX));
    let school = scope.school();
    app.db.write_blocking(move |tx| table::set_total(tx, school, id, total, now))?;
    let mut sums = Sums::of(job);
    for batch in steps.get(sums.done as usize..).unwrap_or_default().chunks(BATCH) {
        if app.stop.is_stopping() {
            return Err(ListsError::Stopping);
        }
        match written(app, ctx, job.id, batch, &sums)? {
            Some(next) => sums = next,
            None => return Ok(()),
        }
    }
    finish(app, ctx, job, &sums, &first.plan.rows)
}

/// Adds the classes and groups that the list names and the school does not have.
fn furnish(app: &App, ctx: &Ctx, lang: Lang, plan: &crate::model::Plan) -> Result<(), ListsError> {
    let (ctx, classes, groups) = (now(app, ctx), plan.new_classes.clone(), plan.new_groups.clone());
    app.db.write_blocking(move |tx| {
        for name in &classes {
            match ops::add_class(tx, &ctx, &ClassData { name: *name, lang, shift: Shift::First }) {
                Ok(_) | Err(PeopleError::ClassTaken) => {}
                Err(error) => return Err(ListsError::from(error)),
            }
        }
        for name in &groups {
            match ops::add_group(tx, &ctx, name) {
                Ok(_) | Err(PeopleError::GroupTaken) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    })
}

fn now(app: &App, ctx: &Ctx) -> Ctx {
    Ctx { now: app.clock.now(), ..ctx.clone() }
}

fn steps(app: &App, scope: &Scope, job: &Job, plan: &crate::model::Plan) -> Result<Vec<Step>, ListsError> {
    let register = app.db.read_blocking(|tx| preview::register(tx, scope))?;
    let classes: HashMap<ClassName, ClassId> =
        register.classes.iter().map(|class| (class.data.name, class.id)).collect();
    let groups: HashMap<&str, GroupId> = register.groups.iter().map(|(id, name)| (name.as_str(), *id)).collect();
    let known: HashMap<PersonId, &Known> = register.known.iter().map(|known| (known.id, known)).collect();
    tracing::info!(job = %job.id, rows = plan.rows.len(), "a list is written");
    let step = |row: &Row| {
        let kind = match (&row.verdict, &row.filed) {
            (Verdict::New, Some(filed)) => {
                let data = with_class(filed, &classes);
                StepKind::New { entry: new_entry(filed, data), groups: group_ids(filed, &groups) }
            }
            (Verdict::Change { person, .. }, Some(filed)) => match known.get(person) {
                Some(known) => {
                    let data = with_class(filed, &classes);
                    StepKind::Change { entry: known_entry(known, filed, data), groups: group_ids(filed, &groups) }
                }
                None => StepKind::Left,
            },
            (Verdict::Same { .. }, _) => StepKind::Same,
            _ => StepKind::Left,
        };
        Step { row: row.draft.row, kind }
    };
    Ok(plan.rows.iter().map(step).collect())
}

fn with_class(filed: &Filed, classes: &HashMap<ClassName, ClassId>) -> PersonData {
    let class = filed.class.and_then(|name| classes.get(&name).copied());
    PersonData { class, ..filed.data.clone() }
}

fn group_ids(filed: &Filed, groups: &HashMap<&str, GroupId>) -> Vec<GroupId> {
    filed.groups.iter().filter_map(|name| groups.get(name.as_str()).copied()).collect()
}

fn new_entry(filed: &Filed, data: PersonData) -> Entry {
    let cards = filed.cards.iter().map(|card| NewCard { card: *card, status: CredentialStatus::Active }).collect();
    Entry::New { person: NewPerson { data, photo: None, cards, groups: Vec::new() }, status: filed.status }
}

fn known_entry(known: &Known, filed: &Filed, data: PersonData) -> Entry {
    let status: Option<PersonStatus> = (known.status != filed.status).then_some(filed.status);
    Entry::Known {
        person: known.id,
        revision: known.revision,
        data: (known.data != data).then_some(data),
        status,
        cards: filed.cards.clone(),
    }
}

/// Writes a batch, or, when that is refused, its rows one by one; `None` when somebody has stopped the work.
fn written(app: &App, ctx: &Ctx, job: JobId, batch: &[Step], sums: &Sums) -> Result<Option<Sums>, ListsError> {
    match one_transaction(app, ctx, job, batch, sums) {
        Err(ListsError::People(_)) => {}
        done => return done,
    }
    let mut sums = sums.clone();
    for step in batch {
        let done = match one_transaction(app, ctx, job, std::slice::from_ref(step), &sums) {
            Err(ListsError::People(error)) => {
                let failed = sums.without(step.row, failure(error)?);
                let (kept, ctx) = (failed.clone(), now(app, ctx));
                app.db.write_blocking(move |tx| kept.keep(tx, &ctx, job))?;
                Some(failed)
            }
            done => done?,
        };
        match done {
            Some(next) => sums = next,
            None => return Ok(None),
        }
    }
    Ok(Some(sums))
}

fn one_transaction(app: &App, ctx: &Ctx, job: JobId, batch: &[Step], sums: &Sums) -> Result<Option<Sums>, ListsError> {
    let (ctx, sums, batch) = (now(app, ctx), sums.with(batch), batch.to_vec());
    app.db.write_blocking(move |tx| {
        let row = table::held(tx, ctx.actor.school, job)?.ok_or(ListsError::NoSuchJob)?;
        if row.state != State::Writing {
            return Ok(None);
        }
        let with_entries = batch.iter().filter_map(|step| match &step.kind {
            StepKind::New { entry, groups } | StepKind::Change { entry, groups } => Some((entry, groups)),
            StepKind::Left | StepKind::Same => None,
        });
        let (entries, groups): (Vec<Entry>, Vec<&Vec<GroupId>>) =
            with_entries.map(|(entry, groups)| (entry.clone(), groups)).unzip();
        let persons = take_in(tx, &ctx, &entries)?;
        let mut members: HashMap<GroupId, Vec<PersonId>> = HashMap::new();
        for (person, groups) in persons.iter().zip(groups) {
            for group in groups {
                members.entry(*group).or_default().push(*person);
            }
        }
        for (group, persons) in &members {
            ops::add_members(tx, &ctx, *group, persons)?;
        }
        sums.keep(tx, &ctx, job)?;
        Ok(Some(sums.clone()))
    })
}

/// Why a row was not written, when the row is to blame.
fn failure(error: PeopleError) -> Result<Failure, ListsError> {
    match error {
        PeopleError::Changed => Ok(Failure::Changed),
        PeopleError::CardTaken { .. } => Ok(Failure::Card),
        PeopleError::Archived => Ok(Failure::Archived),
        PeopleError::NoSuchClass | PeopleError::ClassWithoutPupil => Ok(Failure::Class),
        // A unique index of the database: a card that came into somebody's hands since the plan was made.
        PeopleError::Store(error) if error.is_duplicate() => Ok(Failure::Card),
        error @ (PeopleError::Store(_) | PeopleError::Journal(_) | PeopleError::Denied(_)) => Err(error.into()),
        _ => Ok(Failure::Row),
    }
}

/// Keeps the rows that were not taken for whoever wants to mend them, and deletes the list.
fn finish(app: &App, ctx: &Ctx, job: &Job, sums: &Sums, rows: &[Row]) -> Result<(), ListsError> {
    let school = ctx.actor.school;
    let left: Vec<&Row> = rows
        .iter()
        .filter(|row| {
            matches!(row.verdict, Verdict::Refused | Verdict::Question(_))
                || sums.failures.iter().any(|(failed, _)| *failed == row.draft.row)
        })
        .collect();
    let has_left = !left.is_empty();
    if has_left {
        let bytes = refused::workbook(app, school, job, &left, &sums.failures, ctx.actor.lang)?;
        files::keep(&app.db, &app.vault, ctx, job.id, PartKind::Refused, &bytes)?;
    }
    work::forget(job.id);
    let (ctx, id, vault, sums) = (now(app, ctx), job.id, app.vault.clone(), sums.clone());
    app.db.write_blocking(move |tx| {
        table::remove_parts(tx, school, id, PartKind::Source)?;
        if !has_left {
            files::forget(tx, &vault, school, id, ctx.now)?;
        }
        table::set_state(tx, school, id, State::Done, "", ctx.now)?;
        let detail =
            format!("added {} changed {} same {} refused {}", sums.added, sums.changed, sums.same, sums.refused);
        accounts::audit(tx, &ctx, "list_taken_in", Some(id), &detail)?;
        Ok(())
    })
}
