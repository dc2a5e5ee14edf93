//! What can go wrong with persons, classes, groups and credentials.

use accounts::Denied;
use crypto::CryptoError;
use jiff::civil::Date;
use journal::JournalError;
use kernel::{CredentialStatus, PersonId};
use store::StoreError;
use web::WebError;

use crate::model::{ClassName, PersonName, Sex};

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
    /// There is no such account at this school.
    #[error("no such account")]
    NoSuchAccount,
    /// The person is none of the staff.
    #[error("the person is none of the staff")]
    NotStaff,
    /// Somebody else uses the account, or the person uses another one.
    #[error("the account or the person has another already")]
    AccountTaken,
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
    /// The card is one of the pool of day cards, or one that readers cannot tell from it.
    #[error("this is a day card")]
    CardIsDayCard {
        /// What is written on it.
        label: String,
    },
    /// There is no such day card at this school.
    #[error("no such day card")]
    NoSuchDayCard,
    /// A day card has a label of 1 to 20 letters that no other one has.
    #[error("a day card has a label of its own, of 1 to 20 letters")]
    DayCardLabel,
    /// More day cards than a school may have.
    #[error("too many day cards")]
    TooManyDayCards,
    /// Somebody passes with this day card today.
    #[error("somebody has this day card")]
    DayCardLent {
        /// Who.
        holder: PersonId,
        /// The holder's name.
        name: PersonName,
    },
    /// The person has a day card.
    #[error("the person has a day card")]
    HasDayCard,
    /// A card was given out too long ago to be undone, or has changed since.
    #[error("too late to undo")]
    TooLateToUndo,
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
    /// Keys or sealed values.
    #[error(transparent)]
    Crypto(CryptoError),
    /// Somebody of the school has this IIN.
    #[error("somebody has this IIN")]
    IinTaken {
        /// Who.
        holder: PersonId,
        /// The holder's name.
        name: PersonName,
    },
    /// The IIN tells another birth date or sex than the person's.
    #[error("the IIN tells another birth date or sex")]
    IinDisagrees {
        /// The birth date that the IIN tells.
        birth_date: Option<Date>,
        /// The sex that the IIN tells.
        sex: Option<Sex>,
    },
    /// More phones than may be kept of a person.
    #[error("too many phones")]
    TooManyPhones,
    /// A guardianship of a person over himself, or one whose days or note do not fit.
    #[error("this is no guardianship")]
    Guardianship,
    /// A child has enough guardians.
    #[error("a child has so many guardians at most")]
    TooManyGuardians,
    /// A post without a name, of a wrong rate, or that ends before it begins.
    #[error("this is no post")]
    Post,
    /// The day of a move is before the stay that it ends began, or too far away.
    #[error("nobody moved on this day")]
    MoveDay,
    /// What is told of a move does not fit into a line.
    #[error("a reason and a document are a line each")]
    MoveText,
    /// The pupil is in no class.
    #[error("the pupil is in no class")]
    NotEnrolled,
    /// The pupil is in a class already.
    #[error("the pupil is in a class already")]
    Enrolled,
    /// The room or the school year of a class is not a short line, or its teacher is no teacher or other staff.
    #[error("room, teacher or school year of a class do not fit")]
    ClassHome,
    /// A line of the school's profile is empty or does not fit.
    #[error("{0} does not fit")]
    Profile(&'static str),
    /// A region in a region, a district in none, or a name that is no line of text.
    #[error("this is no region and no district")]
    Organisation,
    /// The school has used up the numbers of keys that sign QR passes.
    #[error("no number is left for a key of QR passes")]
    CodeKeys,
    /// The turn of the year cannot be done as it was chosen.
    #[error("the turn of the year does not fit: {0:?}")]
    Turn(TurnFault),
}

/// Why a turn of the year cannot be done, or taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TurnFault {
    /// The classes are others than were shown.
    Stale,
    /// No class would change.
    Nothing,
    /// A class would finish school or end that still has pupils to learn.
    Ends(ClassName),
    /// Two classes that are not to become one would have this name.
    Twice(ClassName),
    /// A pupil who learns the grade once more would have no class of that grade.
    Repeater(PersonId),
    /// The school year is not written as 2027-28.
    Year,
    /// There is nothing to take back, or it was too long ago.
    TooLate,
    /// These have moved since.
    Moved(Vec<PersonId>),
}

impl TurnFault {
    /// The key of the sentence that a page shows.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Stale => "people-turn-stale",
            Self::Nothing => "people-turn-nothing",
            Self::Ends(_) => "people-turn-ends",
            Self::Twice(_) => "people-turn-twice",
            Self::Repeater(_) => "people-turn-repeater",
            Self::Year => "people-turn-year-fault",
            Self::TooLate => "people-turn-too-late",
            Self::Moved(_) => "people-turn-moved",
        }
    }
}

/// A failure of the database under the keys is one of the database.
impl From<CryptoError> for PeopleError {
    fn from(error: CryptoError) -> Self {
        match error {
            CryptoError::Store(error) => Self::Store(error),
            error => Self::Crypto(error),
        }
    }
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
            Self::IinTaken { .. } => Some("people-fault-iin-taken"),
            Self::IinDisagrees { .. } => Some("people-fault-iin-disagrees"),
            Self::TooManyPhones => Some("people-fault-phones"),
            Self::Guardianship => Some("people-fault-guardianship"),
            Self::TooManyGuardians => Some("people-fault-guardians"),
            Self::Post => Some("people-fault-post"),
            Self::MoveDay => Some("people-fault-move-day"),
            Self::MoveText => Some("people-fault-move-text"),
            Self::NotEnrolled => Some("people-fault-not-enrolled"),
            Self::Enrolled => Some("people-fault-enrolled"),
            Self::ClassHome => Some("people-fault-class-home"),
            Self::Profile(_) => Some("people-fault-profile"),
            Self::NotStaff => Some("people-fault-not-staff"),
            Self::AccountTaken => Some("people-fault-account-taken"),
            Self::DayCardLabel => Some("people-fault-day-card-label"),
            Self::TooManyDayCards => Some("people-fault-day-cards"),
            Self::HasDayCard => Some("people-fault-has-day-card"),
            Self::TooLateToUndo => Some("people-fault-too-late-to-undo"),
            Self::Turn(_)
            | Self::Organisation
            | Self::CodeKeys
            | Self::Crypto(_)
            | Self::Store(_)
            | Self::Journal(_)
            | Self::Denied(_)
            | Self::NoSuchPerson
            | Self::NoSuchGroup
            | Self::NoSuchCredential
            | Self::NoSuchSchool
            | Self::NoSuchAccount
            | Self::NoSuchDayCard
            | Self::CardIsDayCard { .. }
            | Self::DayCardLent { .. }
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
            | PeopleError::NoSuchAccount
            | PeopleError::NoSuchDayCard
            | PeopleError::NoSuchSchool => Self::NotFound,
            PeopleError::Store(StoreError::Busy(_) | StoreError::Held(_) | StoreError::Closed) => Self::Unavailable,
            error @ (PeopleError::Store(_) | PeopleError::Journal(_) | PeopleError::Crypto(_)) => Self::internal(error),
            PeopleError::Changed
            | PeopleError::ClassTaken
            | PeopleError::GroupTaken
            | PeopleError::CardTaken { .. }
            | PeopleError::CardIsDayCard { .. }
            | PeopleError::DayCardLent { .. }
            | PeopleError::HasDayCard
            | PeopleError::TooLateToUndo
            | PeopleError::CredentialState { .. }
            | PeopleError::IinTaken { .. }
            | PeopleError::AccountTaken
            | PeopleError::NotEnrolled
            | PeopleError::Enrolled
            | PeopleError::Turn(_)
            | PeopleError::CodeKeys
            | PeopleError::Archived => Self::Conflict,
            PeopleError::NoRole
            | PeopleError::ClassWithoutPupil
            | PeopleError::DayCardLabel
            | PeopleError::TooManyDayCards
            | PeopleError::Position
            | PeopleError::BirthDate
            | PeopleError::Learning
            | PeopleError::GroupName
            | PeopleError::IinDisagrees { .. }
            | PeopleError::TooManyPhones
            | PeopleError::Guardianship
            | PeopleError::TooManyGuardians
            | PeopleError::Post
            | PeopleError::MoveDay
            | PeopleError::MoveText
            | PeopleError::ClassHome
            | PeopleError::Profile(_)
            | PeopleError::Organisation
            | PeopleError::NotStaff
            | PeopleError::Term => Self::BadInput(String::new()),
        }
    }
}
