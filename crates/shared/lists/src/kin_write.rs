//! A table of guardians is written into the register, some rows a transaction.
//!
//! What was written is found again as it stands: a run that goes on after a fall works the table out anew and writes what is left.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use accounts::{Action, App, Ctx, Scope};
use i18n::{Lang, local, msg};
use kernel::{PersonId, Role, SchoolId};
use people::ops::upsert::{Kin, set_kin, upsert_many};
use sheet::{Book, Column, Kind, Value, Writer};

use crate::{
    ListsError, files,
    job::{Failure, Job, PartKind, State, failures_text},
    model::{KinPlan, KinRow, KinTable, KinVerdict, KinWho, NewGuardian, Register, kin_plan, kin_table},
    preview, refused, store as table, words, work,
    write::{failure, guardian_entry, now},
};

/// Rows of a transaction.
const BATCH: usize = 200;

/// What a table of guardians would change, with what it was compared to.
pub(crate) struct KinPreview {
    pub(crate) book: Arc<Book>,
    pub(crate) table: KinTable,
    pub(crate) plan: KinPlan,
    pub(crate) register: Register,
}

/// What a job's table would change, worked out anew.
pub(crate) fn fresh(app: &App, scope: &Scope, job: &Job) -> Result<KinPreview, ListsError> {
    let book = work::book(app, scope.school(), job.id)?;
    let table = kin_table(&book, &words::kin_headings()).ok_or(ListsError::FileGone)?;
    let register = app.db.read_blocking(|tx| preview::register(tx, scope, &app.vault))?;
    let today = local(app.clock.now(), &app.time_zone).date();
    let plan = match book.sheets.get(table.sheet) {
        Some(sheet) => kin_plan(sheet, &table, &register, today),
        None => KinPlan::default(),
    };
    Ok(KinPreview { book, table, plan, register })
}

/// Figures of a run as they stand in the database.
#[derive(Clone, Debug, Default)]
struct Sums {
    done: u32,
    added: u32,
    changed: u32,
    same: u32,
    refused: u32,
    failures: Vec<(u32, Failure)>,
}

struct Run<'a> {
    app: &'a App,
    ctx: &'a Ctx,
    job: &'a Job,
    guardians: Arc<BTreeMap<usize, NewGuardian>>,
    guardian_roles: Arc<HashSet<PersonId>>,
    made: HashMap<usize, PersonId>,
}

/// Writes what is left of a table of guardians.
pub(crate) fn write(app: &App, ctx: &Ctx, job: &Job) -> Result<(), ListsError> {
    let scope = ctx.require(Action::ImportRegister)?;
    let first = fresh(app, &scope, job)?;
    let (school, id, at) = (scope.school(), job.id, app.clock.now());
    let [_, _, same, refused] = first.plan.counts();
    let behind = job.added + job.changed;
    let total = u32::try_from(first.plan.rows.len()).unwrap_or(u32::MAX);
    app.db.write_blocking(move |tx| table::set_total(tx, school, id, total, at))?;
    let mut sums = Sums {
        done: same + refused,
        added: job.added,
        changed: job.changed,
        // What was written before a fall stands there now.
        same: same.saturating_sub(behind),
        refused,
        failures: Vec::new(),
    };
    let with_role = first.register.known.iter().filter(|known| known.data.roles.contains(&Role::Guardian));
    let mut run = Run {
        app,
        ctx,
        job,
        guardians: Arc::new(first.plan.guardians.clone()),
        guardian_roles: Arc::new(with_role.map(|known| known.id).collect()),
        made: HashMap::new(),
    };
    let rows: Vec<&KinRow> = first.plan.rows.iter().filter(|row| row.is_written()).collect();
    for batch in rows.chunks(BATCH) {
        if app.stop.is_stopping() {
            return Err(ListsError::Stopping);
        }
        match run.write(batch, &sums)? {
            Some(next) => sums = next,
            None => return Ok(()),
        }
    }
    finish(app, ctx, job, &sums, &first)
}

impl Run<'_> {
    /// Writes a batch, or, when that is refused, its rows one by one; `None` when somebody has stopped the work.
    fn write(&mut self, batch: &[&KinRow], sums: &Sums) -> Result<Option<Sums>, ListsError> {
        match self.one_transaction(batch, sums) {
            Err(ListsError::People(_) | ListsError::NoGuardian) => {}
            done => return done,
        }
        let mut sums = sums.clone();
        for row in batch {
            let failed = match self.one_transaction(&[row], &sums) {
                Err(ListsError::People(error)) => failure(error)?,
                Err(ListsError::NoGuardian) => Failure::Guardian,
                Ok(Some(next)) => {
                    sums = next;
                    continue;
                }
                done => return done,
            };
            sums.done += 1;
            sums.refused += 1;
            sums.failures.push((row.draft.row, failed));
            let (kept, ctx, job) = (sums.clone(), now(self.app, self.ctx), self.job.id);
            self.app.db.write_blocking(move |tx| kept.keep(tx, &ctx, job))?;
        }
        Ok(Some(sums))
    }

    fn one_transaction(&mut self, batch: &[&KinRow], sums: &Sums) -> Result<Option<Sums>, ListsError> {
        let (ctx, job, vault) = (now(self.app, self.ctx), self.job.id, self.app.vault.clone());
        let (guardians, roles, made) = (self.guardians.clone(), self.guardian_roles.clone(), self.made.clone());
        let verdicts: Vec<KinVerdict> = batch.iter().map(|row| row.verdict.clone()).collect();
        let mut sums = sums.clone();
        for verdict in &verdicts {
            sums.done += 1;
            let is_new = matches!(verdict, KinVerdict::New { .. });
            *(if is_new { &mut sums.added } else { &mut sums.changed }) += 1;
        }
        let done = self.app.db.write_blocking(move |tx| {
            let row = table::held(tx, ctx.actor.school, job)?.ok_or(ListsError::NoSuchJob)?;
            if row.state != State::Writing {
                return Ok::<_, ListsError>(None);
            }
            let mut made = made.clone();
            let named = verdicts.iter().filter_map(|verdict| match verdict {
                KinVerdict::New { guardian: KinWho::New(place), .. } => Some(*place),
                _ => None,
            });
            let mut missing: Vec<usize> = named.filter(|place| !made.contains_key(place)).collect();
            missing.sort_unstable();
            missing.dedup();
            missing.retain(|place| guardians.contains_key(place));
            let entries: Vec<_> = missing.iter().filter_map(|place| guardians.get(place)).map(guardian_entry).collect();
            made.extend(missing.into_iter().zip(upsert_many(tx, &ctx, &vault, &entries)?));
            let kin = verdicts.iter().map(|verdict| noted(verdict, &made, &roles));
            set_kin(tx, &ctx, &kin.collect::<Result<Vec<_>, _>>()?)?;
            sums.keep(tx, &ctx, job)?;
            Ok(Some((sums.clone(), made)))
        })?;
        Ok(done.map(|(sums, made)| {
            self.made = made;
            sums
        }))
    }
}

fn noted(verdict: &KinVerdict, made: &HashMap<usize, PersonId>, roles: &HashSet<PersonId>) -> Result<Kin, ListsError> {
    match verdict {
        KinVerdict::New { child, guardian, data } => {
            let (guardian, has_role) = match guardian {
                KinWho::Known(person) => (*person, roles.contains(person)),
                KinWho::New(place) => (*made.get(place).ok_or(ListsError::NoGuardian)?, true),
            };
            Ok(Kin { child: *child, guardian, data: data.clone(), is_noted: false, has_role })
        }
        KinVerdict::Change { child, guardian, data, .. } => {
            Ok(Kin { child: *child, guardian: *guardian, data: data.clone(), is_noted: true, has_role: true })
        }
        KinVerdict::Same { .. } | KinVerdict::Refused(_) => Err(ListsError::NoGuardian),
    }
}

impl Sums {
    fn keep(&self, tx: &mut store::Tx<'_>, ctx: &Ctx, job: crate::job::JobId) -> Result<(), ListsError> {
        let Self { done, added, changed, same, refused, failures } = self;
        let failures = failures_text(failures);
        table::advance(tx, ctx.actor.school, job, *done, *added, *changed, *same, *refused, &failures, ctx.now)?;
        Ok(())
    }
}

/// Keeps the rows that were not taken for whoever wants to mend them, and deletes the table.
fn finish(app: &App, ctx: &Ctx, job: &Job, sums: &Sums, first: &KinPreview) -> Result<(), ListsError> {
    let school: SchoolId = ctx.actor.school;
    let is_failed = |row: &KinRow| sums.failures.iter().any(|(failed, _)| *failed == row.draft.row);
    let left: Vec<&KinRow> =
        first.plan.rows.iter().filter(|row| matches!(row.verdict, KinVerdict::Refused(_)) || is_failed(row)).collect();
    let has_left = !left.is_empty();
    if has_left {
        let bytes = left_over(first, &left, &sums.failures, ctx.actor.lang)?;
        files::keep(&app.db, &app.vault, ctx, job.id, PartKind::Refused, &bytes)?;
    }
    work::forget(app, job.id);
    let (ctx, id, vault, sums) = (now(app, ctx), job.id, app.vault.clone(), sums.clone());
    app.db.write_blocking(move |tx| {
        sums.keep(tx, &ctx, id)?;
        table::remove_parts(tx, school, id, PartKind::Source)?;
        if !has_left {
            files::forget(tx, &vault, school, id, ctx.now)?;
        }
        table::set_state(tx, school, id, State::Done, "", ctx.now)?;
        let Sums { added, changed, same, refused, .. } = sums;
        let detail = format!("guardians: added {added} changed {changed} same {same} refused {refused}");
        accounts::audit(tx, &ctx, "list_taken_in", Some(id), &detail)?;
        Ok(())
    })
}

/// The rows as they stood in the file, with the reasons behind them.
fn left_over(
    first: &KinPreview,
    rows: &[&KinRow],
    failures: &[(u32, Failure)],
    lang: Lang,
) -> Result<Vec<u8>, ListsError> {
    let sheet = first.book.sheets.get(first.table.sheet).ok_or(ListsError::FileGone)?;
    let heading = first.table.mapping.heading.and_then(|index| sheet.rows.get(index));
    let width = heading.map_or(0, |row| row.cells.len());
    let heads = heading.into_iter().flat_map(|row| row.cells.iter().map(sheet::Cell::as_text));
    let mut columns: Vec<Column> = heads.map(|head| Column::new(head, refused::WIDTH)).collect();
    columns.push(Column::new(msg!(lang, "lists-refused-reason"), refused::REASON_WIDTH));
    let mut file = Writer::new(Kind::Xlsx, &msg!(lang, "lists-refused-sheet"), &[], &columns)?;
    for row in rows {
        let Some(source) = sheet.rows.iter().find(|source| source.number == row.draft.row) else { continue };
        let cells = (0..width).map(|column| refused::value(source.cell(column)));
        let reason = words::kin_reasons(lang, Some(sheet), &first.table.mapping, row, failures);
        file.row(cells.chain([Value::from(reason)]))?;
    }
    Ok(file.finish()?)
}
