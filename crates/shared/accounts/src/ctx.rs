//! Who acts, when, and where ids come from.

use std::collections::BTreeSet;

use i18n::Lang;
use jiff::Timestamp;
use kernel::{Id, Ids, SchoolId, UserId};

use crate::rights::{Action, Scope, StaffRole};

/// Somebody who is signed in, or the program itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account; `None`: the program.
    pub user: Option<UserId>,
    /// The account's name, as shown.
    pub name: String,
    /// The school at which the roles are held.
    pub school: SchoolId,
    /// The roles.
    pub roles: BTreeSet<StaffRole>,
    /// The language chosen for the account.
    pub lang: Lang,
}

/// What every use case is given besides its input.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// This moment.
    pub now: Timestamp,
    /// Where new ids and random bytes come from.
    pub ids: Ids,
    /// Who acts.
    pub actor: Actor,
    /// How many times faster than real the clock runs, as [`kernel::Clock::pace`] tells.
    pub pace: i32,
}

/// The matrix said no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no right to {}", .0.as_str())]
pub struct Denied(pub Action);

impl Ctx {
    /// The program acting for a school: imports, the demo, the command line.
    pub fn of_program(school: SchoolId, now: Timestamp, ids: Ids) -> Self {
        let actor = Actor {
            user: None,
            name: String::new(),
            school,
            roles: StaffRole::ALL.iter().copied().collect(),
            lang: Lang::Ru,
        };
        Self { now, ids, actor, pace: 1 }
    }

    /// The scope for an action.
    ///
    /// # Errors
    /// [`Denied`] when the actor has no right to it.
    pub fn require(&self, action: Action) -> Result<Scope, Denied> {
        Scope::of(&self.actor, action)
    }

    /// A new id.
    pub fn new_id<K>(&self) -> Id<K> {
        self.ids.new_id(self.now)
    }
}
