//! What a list would change, as pages show it: worked out when somebody looks, kept for the next page of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use accounts::{App, Scope};
use crypto::Vault;
use i18n::local;
use jiff::Timestamp;
use kernel::SchoolId;
use people::{everybody, queries};
use store::Tx;

use crate::{
    ListsError,
    job::{self, Job, JobId},
    model::{Draft, Plan, Reading, Register, drafts, plan},
    work,
};

/// Plans that are kept, the last ones used.
const KEPT: usize = 2;

/// A plan with the register it was made against.
#[derive(Debug)]
pub(crate) struct Preview {
    /// What would change.
    pub(crate) plan: Plan,
    /// Against whom it was compared.
    pub(crate) register: Register,
}

/// A plan as it is kept: of which job, under which settings and decisions, when it was last looked at.
struct Entry {
    job: JobId,
    settings: String,
    used: Timestamp,
    preview: Arc<Preview>,
}

/// Plans of this program, the last made at the end.
#[derive(Default)]
struct Previews(Mutex<Vec<Entry>>);

impl Previews {
    fn held(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The register as a whole, with what is sealed of it opened.
pub(crate) fn register(tx: &mut Tx<'_>, scope: &Scope, vault: &Vault) -> Result<Register, ListsError> {
    Ok(Register {
        known: everybody::everybody(tx, scope)?,
        classes: queries::classes(tx, scope)?,
        groups: queries::groups(tx, scope)?.into_iter().map(|group| (group.id, group.name)).collect(),
        memberships: everybody::memberships(tx, scope)?,
        private: everybody::particulars(tx, scope, vault)?,
        families: everybody::guardianships(tx, scope)?,
    })
}

/// How the rows of a job are read today.
pub(crate) fn reading(app: &App, job: &Job) -> Reading {
    let today = local(app.clock.now(), &app.time_zone).date();
    Reading { role: job.settings.role, format: job.settings.format, today }
}

/// What each row of a job's list says.
pub(crate) fn rows(app: &App, school: SchoolId, job: &Job) -> Result<Vec<Draft>, ListsError> {
    let book = work::book(app, school, job.id)?;
    let sheet = book.sheets.get(job.settings.sheet).ok_or(ListsError::FileGone)?;
    Ok(drafts(sheet, &job.settings.mapping, &reading(app, job)))
}

/// What a job's list would change, worked out anew.
pub(crate) fn fresh(app: &App, scope: &Scope, job: &Job) -> Result<Preview, ListsError> {
    let drafts = rows(app, scope.school(), job)?;
    let register = app.db.read_blocking(|tx| register(tx, scope, &app.vault))?;
    let plan = plan(&drafts, &register, &job.answers, &reading(app, job));
    Ok(Preview { plan, register })
}

/// What a job's list would change, as it was worked out for these settings and decisions. What others have changed in the register meanwhile
/// is seen when it is written: then it is worked out anew.
pub(crate) fn kept(app: &App, scope: &Scope, job: &Job) -> Result<Arc<Preview>, ListsError> {
    let settings = format!("{} {}", job.settings.as_text(), job::answers_text(&job.answers));
    let (previews, used) = (app.memory::<Previews>(), app.clock.now());
    let is_it = |entry: &&mut Entry| entry.job == job.id && entry.settings == settings;
    if let Some(entry) = previews.held().iter_mut().find(is_it) {
        entry.used = used;
        return Ok(entry.preview.clone());
    }
    let preview = Arc::new(fresh(app, scope, job)?);
    let mut all = previews.held();
    all.retain(|entry| entry.job != job.id);
    all.push(Entry { job: job.id, settings, used, preview: preview.clone() });
    if all.len() > KEPT {
        all.remove(0);
    }
    Ok(preview)
}

/// Lets go of a job's plan.
pub(crate) fn forget(app: &App, job: JobId) {
    app.memory::<Previews>().held().retain(|entry| entry.job != job);
}

/// Lets go of plans that nobody has looked at since `before`.
pub(crate) fn forget_old(app: &App, before: Timestamp) {
    app.memory::<Previews>().held().retain(|entry| entry.used >= before);
}
