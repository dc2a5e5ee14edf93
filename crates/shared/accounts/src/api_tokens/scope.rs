//! What a token may be used for.

use std::{collections::BTreeSet, fmt};

use ::store::{Column, ColumnError, Param, Raw, Value};

use crate::rights::Action;

/// A purpose of a token. It opens what [`TokenScope::action`] allows its maker, and no more. Texts: key `api-scope-<word with a hyphen>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenScope {
    /// Persons, their photos and credentials, classes: read.
    PeopleRead,
    /// Persons and classes: add and change.
    PeopleWrite,
    /// Credentials: issue, stop, report lost, take back.
    CredentialsWrite,
    /// The log of passes.
    PassesRead,
    /// Who is inside.
    PresenceRead,
    /// Access points.
    PointsRead,
    /// Attendance of pupils, in the classes that its maker sees.
    AttendanceRead,
}

impl TokenScope {
    /// Every scope, in the order in which pages list them.
    pub const ALL: [Self; 7] = [
        Self::PeopleRead,
        Self::PeopleWrite,
        Self::CredentialsWrite,
        Self::PassesRead,
        Self::PresenceRead,
        Self::PointsRead,
        Self::AttendanceRead,
    ];

    /// The word in the database, in documents and on pages.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PeopleRead => "people:read",
            Self::PeopleWrite => "people:write",
            Self::CredentialsWrite => "credentials:write",
            Self::PassesRead => "passes:read",
            Self::PresenceRead => "presence:read",
            Self::PointsRead => "points:read",
            Self::AttendanceRead => "attendance:read",
        }
    }

    /// The scope of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == word)
    }

    /// What its holder must have a right to.
    pub const fn action(self) -> Action {
        match self {
            Self::PeopleRead => Action::SeePersons,
            Self::PeopleWrite => Action::EditPersons,
            Self::CredentialsWrite => Action::ManageCredentials,
            Self::PassesRead => Action::SeePasses,
            Self::PresenceRead => Action::SeeMonitor,
            Self::PointsRead => Action::SeePoints,
            Self::AttendanceRead => Action::SeeAttendance,
        }
    }
}

impl fmt::Display for TokenScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The scopes of a token as they are kept: words with a space between. A word that this program does not know opens nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenScopes {
    text: String,
    scopes: BTreeSet<TokenScope>,
}

impl TokenScopes {
    pub(crate) fn new(scopes: &BTreeSet<TokenScope>) -> Self {
        let text = scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ");
        Self { text, scopes: scopes.clone() }
    }

    /// The scopes.
    pub const fn all(&self) -> &BTreeSet<TokenScope> {
        &self.scopes
    }
}

impl Param for TokenScopes {
    fn value(&self) -> Value<'_> {
        Value::Text(&self.text)
    }
}

impl Column for TokenScopes {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        let text = String::read(raw)?;
        let scopes = text.split(' ').filter_map(TokenScope::parse).collect();
        Ok(Self { text, scopes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_back_and_unknown_words_open_nothing() {
        for scope in TokenScope::ALL {
            assert_eq!(TokenScope::parse(scope.as_str()), Some(scope));
        }
        let kept = TokenScopes::new(&TokenScope::ALL.into_iter().collect());
        assert_eq!(TokenScopes::read(Raw::Text(&kept.text)), Ok(kept));
        let other = TokenScopes::read(Raw::Text("people:read everything:write")).unwrap();
        assert_eq!(other.all().iter().copied().collect::<Vec<_>>(), [TokenScope::PeopleRead]);
        assert!(TokenScopes::read(Raw::Text("")).unwrap().all().is_empty());
    }
}
