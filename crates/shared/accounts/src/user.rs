//! An account as those see it who look after accounts.

use std::collections::BTreeSet;

use i18n::Lang;
use jiff::Timestamp;
use kernel::{PersonId, SchoolId, UserId};

use crate::rights::StaffRole;

/// Whether an account may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserStatus {
    /// It may.
    Active,
    /// It may not; its history stays.
    Disabled,
}

impl UserStatus {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// The status of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Disabled].into_iter().find(|status| status.as_str() == word)
    }
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Under which it signs in.
    pub login: String,
    /// As it is shown.
    pub name: String,
    /// Who of the register uses it; `None`: nobody has said.
    pub person: Option<PersonId>,
    /// Where its roles are held.
    pub school: SchoolId,
    /// The language chosen for it.
    pub lang: Lang,
    /// Whether it may be used.
    pub status: UserStatus,
    /// Until when wrong passwords have closed it; may be over.
    pub locked_until: Option<Timestamp>,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// Whether a password was chosen; without one nobody signs in.
    pub has_password: bool,
    /// What it may do.
    pub roles: BTreeSet<StaffRole>,
}
