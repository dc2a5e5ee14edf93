//! A list is written into the register, some rows a transaction; how far it went stands in the same transaction.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use accounts::{App, Ctx, Scope};
use crypto::CryptoError;
use i18n::Lang;
use kernel::{ClassId, CredentialStatus, GroupId, PersonId, PersonStatus, Role};
use people::{
    PeopleError,
    everybody::Known,
    model::{ClassName, Particulars},
    ops::{
        self,
        bulk::{NewCard, NewPerson},
        upsert::{Entry, Kin, set_kin, upsert_many},
    },
    person::{ClassData, PersonData, Shift},
    queries,
};
use store::{StoreError, Tx};

use crate::{
    ListsError, files,
    job::{Failure, Job, JobId, PartKind, State},
    model::{Filed, FiledKin, NewGuardian, Plan, Row, Verdict, Whom},
    preview::{self, Preview},
    refused, store as table, work,
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
    /// The register says all of it already.
    Same,
    /// A person is added or changed.
    Write(Box<Written>),
}

/// What is written of a row.
#[derive(Clone, Debug)]
struct Written {
    entry: Entry,
    groups: Vec<GroupId>,
    kin: Vec<FiledKin>,
    /// Known guardians of whom the row tells something: who, which revision of them was seen, what.
    brings: Vec<(PersonId, u64, Particulars)>,
}

/// Who has an id since the list is written.
#[derive(Clone, Debug, Default)]
struct Made {
    rows: HashMap<u32, PersonId>,
    guardians: HashMap<usize, PersonId>,
}

impl Made {
    fn with(mut self, other: Self) -> Self {
        self.rows.extend(other.rows);
        self.guardians.extend(other.guardians);
        self
    }

    fn id_of(&self, who: Whom) -> Option<PersonId> {
        match who {
            Whom::Person(person) => Some(person),
            Whom::Row(row) => self.rows.get(&row).copied(),
            Whom::New(guardian) => self.guardians.get(&guardian).copied(),
        }
    }
}

/// A run over a list.
struct Run<'a> {
    app: &'a App,
    ctx: &'a Ctx,
    job: JobId,
    guardians: Arc<BTreeMap<usize, NewGuardian>>,
    made: Made,
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
                StepKind::Write(ref written) => match written.entry {
                    Entry::New { .. } => &mut sums.added,
                    Entry::Known { .. } => &mut sums.changed,
                },
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
    let steps = steps(app, &scope, job, &first)?;
    let (id, now, total) = (job.id, app.clock.now(), u32::try_from(steps.len()).unwrap_or(u32::MAX));
    let school = scope.school();
    app.db.write_blocking(move |tx| table::set_total(tx, school, id, total, now))?;
    let mut sums = Sums::of(job);
    let behind = sums.done as usize;
    let made = Made { rows: written_before(&first.plan, behind), ..Made::default() };
    let mut run = Run { app, ctx, job: id, guardians: Arc::new(first.plan.guardians.clone()), made };
    for batch in steps.get(behind..).unwrap_or_default().chunks(BATCH) {
        if app.stop.is_stopping() {
            return Err(ListsError::Stopping);
        }
        match run.write(batch, &sums)? {
            Some(next) => sums = next,
            None => return Ok(()),
        }
    }
    finish(app, ctx, job, &sums, &first.plan.rows)
}

/// Rows that were written before a fall and are asked about now, since their name alone does not tell who they are: where one person may be meant, it is the
/// one that was written.
fn written_before(plan: &Plan, behind: usize) -> HashMap<u32, PersonId> {
    let before = plan.order.iter().take(behind).filter_map(|index| plan.rows.get(*index));
    let one = before.filter_map(|row| match &row.verdict {
        Verdict::Question(candidates) => match candidates.as_slice() {
            [person] => Some((row.draft.row, *person)),
            _ => None,
        },
        Verdict::Refused | Verdict::New | Verdict::Change { .. } | Verdict::Same { .. } => None,
    });
    one.collect()
}

/// Adds the classes and groups that the list names and the school does not have.
fn furnish(app: &App, ctx: &Ctx, lang: Lang, plan: &Plan) -> Result<(), ListsError> {
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

pub(crate) fn now(app: &App, ctx: &Ctx) -> Ctx {
    Ctx { now: app.clock.now(), ..ctx.clone() }
}

fn steps(app: &App, scope: &Scope, job: &Job, preview: &Preview) -> Result<Vec<Step>, ListsError> {
    let (classes, groups) =
        app.db.read_blocking(|tx| Ok::<_, StoreError>((queries::classes(tx, scope)?, queries::groups(tx, scope)?)))?;
    let classes: HashMap<ClassName, ClassId> = classes.iter().map(|class| (class.data.name, class.id)).collect();
    let groups: HashMap<&str, GroupId> = groups.iter().map(|group| (group.name.as_str(), group.id)).collect();
    // Of the revision that was compared: whoever was changed since is not overwritten.
    let known: HashMap<PersonId, &Known> = preview.register.known.iter().map(|known| (known.id, known)).collect();
    let plan = &preview.plan;
    tracing::info!(job = %job.id, rows = plan.rows.len(), "a list is written");
    let step = |row: &Row| {
        let entry = row.filed.as_ref().and_then(|filed| {
            let data = with_class(filed, &classes);
            match &row.verdict {
                Verdict::New => Some(new_entry(filed, data)),
                Verdict::Change { person, .. } => known.get(person).map(|known| known_entry(known, filed, data)),
                Verdict::Refused | Verdict::Same { .. } | Verdict::Question(_) => None,
            }
        });
        let kind = match (entry, &row.filed, &row.verdict) {
            (Some(entry), Some(filed), _) => {
                let brings = filed.kin.iter().filter_map(|kin| brought(kin, &known)).collect();
                let (groups, kin) = (group_ids(filed, &groups), filed.kin.clone());
                StepKind::Write(Box::new(Written { entry, groups, kin, brings }))
            }
            (None, _, Verdict::Same { .. }) => StepKind::Same,
            _ => StepKind::Left,
        };
        Step { row: row.draft.row, kind }
    };
    Ok(plan.order.iter().filter_map(|index| plan.rows.get(*index)).map(step).collect())
}

fn brought(kin: &FiledKin, known: &HashMap<PersonId, &Known>) -> Option<(PersonId, u64, Particulars)> {
    match kin.who {
        Whom::Person(person) if !kin.brings.is_empty() => {
            Some((person, known.get(&person)?.revision, kin.brings.clone()))
        }
        Whom::Person(_) | Whom::Row(_) | Whom::New(_) => None,
    }
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
    Entry::New {
        person: NewPerson { data, photo: None, cards, groups: Vec::new() },
        status: filed.status,
        particulars: filed.particulars.clone(),
    }
}

fn known_entry(known: &Known, filed: &Filed, data: PersonData) -> Entry {
    let status: Option<PersonStatus> = (known.status != filed.status).then_some(filed.status);
    Entry::Known {
        person: known.id,
        revision: known.revision,
        data: (known.data != data).then_some(data),
        status,
        cards: filed.cards.clone(),
        particulars: filed.particulars.clone(),
    }
}

/// A guardian who is added because a pupil's row names him.
pub(crate) fn guardian_entry(new: &NewGuardian) -> Entry {
    let iin = new.particulars.iin;
    let data = PersonData {
        name: new.name.clone(),
        sex: iin.and_then(|iin| iin.sex()),
        birth_date: iin.and_then(|iin| iin.birth_date()),
        roles: BTreeSet::from([Role::Guardian]),
        class: None,
        position: String::new(),
        learning_until: None,
    };
    Entry::New {
        person: NewPerson { data, photo: None, cards: Vec::new(), groups: Vec::new() },
        status: PersonStatus::Active,
        particulars: new.particulars.clone(),
    }
}

impl Run<'_> {
    /// Writes a batch, or, when that is refused, its rows one by one; `None` when somebody has stopped the work.
    fn write(&mut self, batch: &[Step], sums: &Sums) -> Result<Option<Sums>, ListsError> {
        match self.one_transaction(batch, sums) {
            Err(ListsError::People(_) | ListsError::NoGuardian) => {}
            done => return done,
        }
        let mut sums = sums.clone();
        for step in batch {
            let done = match self.one_transaction(std::slice::from_ref(step), &sums) {
                Err(ListsError::People(error)) => Some(self.missed(&sums, step.row, failure(error)?)?),
                Err(ListsError::NoGuardian) => Some(self.missed(&sums, step.row, Failure::Guardian)?),
                done => done?,
            };
            match done {
                Some(next) => sums = next,
                None => return Ok(None),
            }
        }
        Ok(Some(sums))
    }

    fn missed(&self, sums: &Sums, row: u32, failure: Failure) -> Result<Sums, ListsError> {
        let failed = sums.without(row, failure);
        let (kept, ctx, job) = (failed.clone(), now(self.app, self.ctx), self.job);
        self.app.db.write_blocking(move |tx| kept.keep(tx, &ctx, job))?;
        Ok(failed)
    }

    fn one_transaction(&mut self, batch: &[Step], sums: &Sums) -> Result<Option<Sums>, ListsError> {
        let (ctx, sums, batch, job) = (now(self.app, self.ctx), sums.with(batch), batch.to_vec(), self.job);
        let (vault, guardians, made) = (self.app.vault.clone(), self.guardians.clone(), self.made.clone());
        let done = self.app.db.write_blocking(move |tx| {
            let row = table::held(tx, ctx.actor.school, job)?.ok_or(ListsError::NoSuchJob)?;
            if row.state != State::Writing {
                return Ok::<_, ListsError>(None);
            }
            let steps = batch.iter().filter_map(|step| match &step.kind {
                StepKind::Write(written) => Some((step.row, written.as_ref())),
                StepKind::Left | StepKind::Same => None,
            });
            let new = put(tx, &ctx, &vault, &steps.collect::<Vec<_>>(), &guardians, &made)?;
            sums.keep(tx, &ctx, job)?;
            Ok(Some((sums.clone(), new)))
        })?;
        Ok(done.map(|(sums, new)| {
            self.made = std::mem::take(&mut self.made).with(new);
            sums
        }))
    }
}

/// Puts rows into the register: persons, what is sealed of them, their groups and guardians; gives whom it added.
fn put(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &crypto::Vault,
    steps: &[(u32, &Written)],
    guardians: &BTreeMap<usize, NewGuardian>,
    made: &Made,
) -> Result<Made, ListsError> {
    let mut entries: Vec<Entry> = steps.iter().map(|(_, written)| written.entry.clone()).collect();
    let all_kin = || steps.iter().flat_map(|(_, written)| &written.kin);
    let first_named: BTreeSet<usize> = all_kin()
        .filter_map(|kin| match kin.who {
            Whom::New(guardian) if !made.guardians.contains_key(&guardian) => Some(guardian),
            Whom::New(_) | Whom::Person(_) | Whom::Row(_) => None,
        })
        .collect();
    entries.extend(first_named.iter().filter_map(|guardian| guardians.get(guardian)).map(guardian_entry));
    for (person, revision, particulars) in steps.iter().flat_map(|(_, written)| &written.brings) {
        let (person, revision, particulars) = (*person, *revision, particulars.clone());
        entries.push(Entry::Known { person, revision, data: None, status: None, cards: Vec::new(), particulars });
    }
    let ids = upsert_many(tx, ctx, vault, &entries)?;
    let (rows, others) = ids.split_at(steps.len());
    let new = Made {
        rows: steps.iter().map(|(row, _)| *row).zip(rows.iter().copied()).collect(),
        guardians: first_named.into_iter().zip(others.iter().copied()).collect(),
    };
    let mut members: BTreeMap<GroupId, Vec<PersonId>> = BTreeMap::new();
    let mut kin = Vec::new();
    for ((_, written), person) in steps.iter().zip(rows) {
        for group in &written.groups {
            members.entry(*group).or_default().push(*person);
        }
        for filed in &written.kin {
            kin.extend(noted(filed, *person, &new, made)?);
        }
    }
    for (group, persons) in &members {
        ops::add_members(tx, ctx, *group, persons)?;
    }
    set_kin(tx, ctx, &kin)?;
    Ok(new)
}

/// A guardianship as it is noted; none when it stands so already or the guardian was left out.
fn noted(filed: &FiledKin, child: PersonId, new: &Made, made: &Made) -> Result<Option<Kin>, ListsError> {
    if filed.old.as_ref() == Some(&filed.data) {
        return Ok(None);
    }
    let guardian = match new.id_of(filed.who).or_else(|| made.id_of(filed.who)) {
        Some(guardian) => guardian,
        None if filed.is_left => return Ok(None),
        None => return Err(ListsError::NoGuardian),
    };
    let (data, is_noted, has_role) = (filed.data.clone(), filed.old.is_some(), filed.has_role);
    Ok(Some(Kin { child, guardian, data, is_noted, has_role }))
}

/// Why a row was not written, when the row is to blame.
pub(crate) fn failure(error: PeopleError) -> Result<Failure, ListsError> {
    match error {
        PeopleError::Changed => Ok(Failure::Changed),
        PeopleError::CardTaken { .. } => Ok(Failure::Card),
        PeopleError::Archived => Ok(Failure::Archived),
        PeopleError::NoSuchClass | PeopleError::ClassWithoutPupil => Ok(Failure::Class),
        // A unique index of the database: a card that came into somebody's hands since the plan was made.
        PeopleError::Store(error) if error.is_duplicate() => Ok(Failure::Card),
        PeopleError::IinTaken { .. } | PeopleError::IinDisagrees { .. } => Ok(Failure::Iin),
        PeopleError::Crypto(CryptoError::Destroyed { .. }) => Ok(Failure::Row),
        error @ (PeopleError::Store(_) | PeopleError::Journal(_) | PeopleError::Denied(_) | PeopleError::Crypto(_)) => {
            Err(error.into())
        }
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
    work::forget(app, job.id);
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
