//! What a list would change, as pages show it: worked out when somebody looks, kept for the next page of it.

use std::sync::{Arc, Mutex, PoisonError};

use accounts::{App, Scope};
use i18n::local;
use kernel::SchoolId;
use people::{everybody, queries};
use store::{StoreError, Tx};

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

/// Of which job, under which settings and decisions.
type Key = (JobId, String);
static PREVIEWS: Mutex<Vec<(Key, Arc<Preview>)>> = Mutex::new(Vec::new());

/// The register as a whole.
pub(crate) fn register(tx: &mut Tx<'_>, scope: &Scope) -> Result<Register, StoreError> {
    Ok(Register {
        known: everybody::everybody(tx, scope)?,
        classes: queries::classes(tx, scope)?,
        groups: queries::groups(tx, scope)?.into_iter().map(|group| (group.id, group.name)).collect(),
        memberships: everybody::memberships(tx, scope)?,
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
    let register = app.db.read_blocking(|tx| register(tx, scope))?;
    let plan = plan(&drafts, &register, &job.answers, &reading(app, job));
    Ok(Preview { plan, register })
}

/// What a job's list would change, as it was worked out for these settings and decisions. What others have changed in the register meanwhile
/// is seen when it is written: then it is worked out anew.
pub(crate) fn kept(app: &App, scope: &Scope, job: &Job) -> Result<Arc<Preview>, ListsError> {
    let key = (job.id, format!("{} {}", job.settings.as_text(), job::answers_text(&job.answers)));
    let all = || PREVIEWS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, preview)) = all().iter().find(|(known, _)| *known == key) {
        return Ok(preview.clone());
    }
    let preview = Arc::new(fresh(app, scope, job)?);
    let mut all = all();
    all.retain(|((known, _), _)| *known != job.id);
    all.push((key, preview.clone()));
    if all.len() > KEPT {
        all.remove(0);
    }
    Ok(preview)
}

/// Lets go of a job's plan.
pub(crate) fn forget(job: JobId) {
    PREVIEWS.lock().unwrap_or_else(PoisonError::into_inner).retain(|((known, _), _)| *known != job);
}
