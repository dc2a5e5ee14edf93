//! What can go wrong with persons, classes, groups and credentials.

use accounts::Denied;
use journal::JournalError;
use kernel::{CredentialStatus, PersonId};
use store::StoreError;
use web::WebError;

use crate::model::PersonName;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The matrix said no.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such person at this school.
    #[error("no such person")]
    NoSuchPerson,
    /// There is no such class at this school.
    #[error("no such class")]
    NoSuchClass,
    /// There is no such group at this school.
    #[error("no such group")]
    NoSuchGroup,
    /// There is no such credential at this school.
    #[error("no such credential")]
    NoSuchCredential,
    /// There is no such school.
    #[error("no such school")]
    NoSuchSchool,
    /// Somebody else changed it since it was shown.
    #[error("changed by somebody else in the meantime")]
    Changed,
    /// A person is something to the school.
    #[error("a person has at least one role")]
    NoRole,
    /// Only a pupil is in a class.
    #[error("only a pupil is in a class")]
    ClassWithoutPupil,
    /// The position has more letters than fit, or signs that cannot be seen.
    #[error("the position is not a line of text")]
    Position,
    /// The birth date is in the future or before 1900.
    #[error("nobody was born on this day")]
    BirthDate,
    /// A learning month lasts a year at most.
    #[error("a learning month lasts a year at most")]
    Learning,
    /// The school has this class already.
    #[error("the school has this class already")]
    ClassTaken,
    /// A group has a name of 1 to 80 letters.
    #[error("a group has a name of 1 to 80 letters")]
    GroupName,
    /// The school has a group of this name already.
    #[error("the school has a group of this name already")]
    GroupTaken,
    /// Somebody holds this card, or one that readers cannot tell from it.
    #[error("somebody holds this card")]
    CardTaken {
        /// Who.
        holder: PersonId,
        /// The holder's name.
        name: PersonName,
        /// How that credential is.
        status: CredentialStatus,
    },
    /// The credential is not in a state in which this can be done.
    #[error("a credential that is {} cannot become {}", .from.as_str(), .to.as_str())]
    CredentialState {
        /// As it is.
        from: CredentialStatus,
        /// As it was to become.
        to: CredentialStatus,
    },
    /// The term of a credential ends before it begins.
    #[error("the term ends before it begins")]
    Term,
    /// The person has left the school.
    #[error("the person has left the school")]
    Archived,
}

impl PeopleError {
    /// The key of the sentence that a page shows, for what a reader can do something about.
    pub const fn key(&self) -> Option<&'static str> {
        match self {
            Self::Changed => Some("people-changed"),
            Self::NoRole => Some("people-fault-no-role"),
            Self::ClassWithoutPupil => Some("people-fault-class-without-pupil"),
            Self::Position => Some("people-fault-position"),
            Self::BirthDate => Some("people-fault-birth-date"),
            Self::Learning => Some("people-fault-learning"),
            Self::ClassTaken => Some("people-fault-class-taken"),
            Self::GroupName => Some("people-fault-group-name"),
            Self::GroupTaken => Some("people-fault-group-taken"),
            Self::CredentialState { .. } => Some("people-fault-credential-state"),
            Self::Term => Some("people-fault-term"),
            Self::Archived => Some("people-fault-archived"),
            Self::NoSuchClass => Some("people-fault-no-class"),
            Self::Store(_)
            | Self::Journal(_)
            | Self::Denied(_)
            | Self::NoSuchPerson
            | Self::NoSuchGroup
            | Self::NoSuchCredential
            | Self::NoSuchSchool
            | Self::CardTaken { .. } => None,
        }
    }
}

/// What a page answers when it has no better place for the error.
impl From<PeopleError> for WebError {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Denied(denied) => denied.into(),
            PeopleError::NoSuchPerson
            | PeopleError::NoSuchClass
            | PeopleError::NoSuchGroup
            | PeopleError::NoSuchCredential
            | PeopleError::NoSuchSchool => Self::NotFound,
            PeopleError::Store(StoreError::Busy(_) | StoreError::Held(_) | StoreError::Closed) => Self::Unavailable,
            error @ (PeopleError::Store(_) | PeopleError::Journal(_)) => Self::internal(error),
            PeopleError::Changed
            | PeopleError::ClassTaken
            | PeopleError::GroupTaken
            | PeopleError::CardTaken { .. }
            | PeopleError::CredentialState { .. }
            | PeopleError::Archived => Self::Conflict,
            PeopleError::NoRole
            | PeopleError::ClassWithoutPupil
            | PeopleError::Position
            | PeopleError::BirthDate
            | PeopleError::Learning
            | PeopleError::GroupName
            | PeopleError::Term => Self::BadInput(String::new()),
        }
    }
}
