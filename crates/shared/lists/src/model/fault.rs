//! What can be wrong with a row of a list, and what should be known about it.

use kernel::{CardError, PersonId};
use people::model::{ClassNameError, IinError, NameError, PhoneError};

/// Something about a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// In which column, from 0; `None`: the row as a whole.
    pub column: Option<usize>,
    /// What.
    pub kind: FaultKind,
}

/// What is wrong with a cell or row, or should be known about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The name is none, or a part of it is missing.
    Name(NameError),
    /// The IIN is none.
    Iin(IinError),
    /// A spreadsheet program has shortened the IIN to `1,5E+11`.
    IinShortened,
    /// The IIN tells another birth date.
    IinBirthDate,
    /// The IIN tells another sex.
    IinSex,
    /// The IIN stands in this row too.
    IinTwice(u32),
    /// The register knows the IIN as another person's.
    IinHeld,
    /// The same name and birth date stand in this row too.
    PersonTwice(u32),
    /// No date.
    Date,
    /// A birth date in the future, or long ago.
    BirthDate,
    /// No class.
    Class(ClassNameError),
    /// No role that is known.
    Role,
    /// A status that is not known.
    Status,
    /// The position is too long.
    Position,
    /// The sheet holds an error of the spreadsheet program there.
    Formula,
    /// Zeros at the beginning of the IIN were put back.
    IinRestored,
    /// The number of a foreigner tells neither birth date nor sex.
    IinForeigner,
    /// The word is no sex; it is left out.
    Sex,
    /// No card; it is left out.
    Card(CardError),
    /// The card stands in this row too; it is left out here.
    CardTwice(u32),
    /// A class beside somebody who is no pupil; it is left out.
    ClassWithoutPupil,
    /// No telephone number; it is left out.
    Phone(PhoneError),
    /// More telephones than are kept of a person; the others are left out.
    PhonesFull,
    /// No e-mail address; it is left out.
    Email,
    /// No number of a document; it is left out.
    Document,
    /// It is not said which document it is; it is left out.
    DocumentKind,
    /// No address; it is left out.
    Address,
    /// The register knows the person by another IIN.
    OtherIin,
    /// The register knows the IIN under another name.
    IinNamed,
    /// A guardian without a name; left out.
    GuardianName,
    /// Nobody knows what the guardian is to the child; left out.
    GuardianKind,
    /// Only pupils have guardians; left out.
    GuardianWithoutPupil,
    /// The guardian is the child, or the child answers for the guardian; left out.
    GuardianSelf,
    /// The guardian stands in the row twice; left out the second time.
    GuardianTwice,
    /// Several persons may be meant by the guardian; left out.
    GuardianUnclear,
    /// The guardian has a row in the list that is not taken; left out.
    GuardianLeft,
    /// The child has as many guardians as may be; left out.
    GuardiansFull,
    /// Neither IIN nor telephone tell the guardian from others of the name.
    GuardianBare,
    /// The register knows the guardian's IIN under another name; that person is meant.
    GuardianNamed,
    /// Latin letters among Cyrillic ones.
    Lookalikes,
    /// A group's name that cannot be one; it is left out.
    Group,
    /// The same name stands in this row too, and no birth date tells them apart.
    NameTwice(u32),
    /// Somebody else holds the card, or one that readers cannot tell from it; it is left out.
    CardHeld(PersonId),
    /// The person has left the school, and the list does not say that this changes.
    Archived,
}

impl FaultKind {
    /// Whether the row is not taken because of it.
    pub const fn is_refusal(self) -> bool {
        match self {
            Self::Name(_)
            | Self::Iin(_)
            | Self::IinShortened
            | Self::IinBirthDate
            | Self::IinSex
            | Self::IinTwice(_)
            | Self::IinHeld
            | Self::PersonTwice(_)
            | Self::Date
            | Self::BirthDate
            | Self::Class(_)
            | Self::Role
            | Self::Status
            | Self::Position
            | Self::Formula => true,
            Self::IinRestored
            | Self::IinForeigner
            | Self::Sex
            | Self::Card(_)
            | Self::CardTwice(_)
            | Self::ClassWithoutPupil
            | Self::Phone(_)
            | Self::PhonesFull
            | Self::Email
            | Self::Document
            | Self::DocumentKind
            | Self::Address
            | Self::OtherIin
            | Self::IinNamed
            | Self::GuardianName
            | Self::GuardianKind
            | Self::GuardianWithoutPupil
            | Self::GuardianSelf
            | Self::GuardianTwice
            | Self::GuardianUnclear
            | Self::GuardianLeft
            | Self::GuardiansFull
            | Self::GuardianBare
            | Self::GuardianNamed
            | Self::Lookalikes
            | Self::Group
            | Self::NameTwice(_)
            | Self::CardHeld(_)
            | Self::Archived => false,
        }
    }
}
