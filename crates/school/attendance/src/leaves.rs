//! Why somebody was let go. That text stays with the subsystem that gives permissions, which attendance does not know: the program hands over how
//! to ask for it.

use std::{fmt, sync::Arc};

use accounts::Scope;
use kernel::LeaveId;
use rustc_hash::FxHashMap;
use store::{StoreError, Tx};

use crate::queries::LeaveTold;

type Ask = dyn Fn(&mut Tx<'_>, &Scope, &[LeaveId]) -> Result<Vec<(LeaveId, String)>, StoreError> + Send + Sync;

/// Tells why permissions were given. Cheap to clone.
#[derive(Clone)]
pub struct LeaveReasons(Arc<Ask>);

impl LeaveReasons {
    /// Reasons that are asked for so.
    pub fn new(
        ask: impl Fn(&mut Tx<'_>, &Scope, &[LeaveId]) -> Result<Vec<(LeaveId, String)>, StoreError> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(ask))
    }

    /// Nobody knows a reason.
    pub fn unknown() -> Self {
        Self::new(|_, _, _| Ok(Vec::new()))
    }

    /// Puts the reasons beside permissions.
    ///
    /// # Errors
    /// From the database.
    pub fn tell<'a>(
        &self,
        tx: &mut Tx<'_>,
        scope: &Scope,
        leaves: impl Iterator<Item = &'a mut LeaveTold>,
    ) -> Result<(), StoreError> {
        let leaves: Vec<&mut LeaveTold> = leaves.collect();
        if leaves.is_empty() {
            return Ok(());
        }
        let ids: Vec<LeaveId> = leaves.iter().map(|leave| leave.row.id).collect();
        let mut reasons: FxHashMap<LeaveId, String> = (self.0)(tx, scope, &ids)?.into_iter().collect();
        for leave in leaves {
            leave.reason = reasons.remove(&leave.row.id).unwrap_or_default();
        }
        Ok(())
    }
}

impl fmt::Debug for LeaveReasons {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LeaveReasons")
    }
}
