//! What the register of a school is made of beside persons and classes: families, posts, stays in classes, the school itself.

use jiff::civil::Date;
use kernel::{ClassId, Id, PersonId, SchoolId};

use crate::{
    model::{Arrival, Ending, GuardianshipData, WorkWeek, words::words},
    person::PersonBrief,
};

/// A post that somebody holds.
#[derive(Debug)]
pub enum PostKind {}
/// A post that somebody holds.
pub type PostId = Id<PostKind>;
/// A region or a district.
#[derive(Debug)]
pub enum OrganisationKindOf {}
/// A region or a district.
pub type OrganisationId = Id<OrganisationKindOf>;
/// A turn of the year.
#[derive(Debug)]
pub enum TurnOverKind {}
/// A turn of the year.
pub type TurnOverId = Id<TurnOverKind>;

words! {
    /// What an organisation is.
    OrganisationKind {
        /// A region (облысы) or a city of its rank.
        Region = "region",
        /// A district of a region or a city.
        District = "district",
    }
}

/// One who answers for a child, or one for whom somebody answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Kin {
    /// The other one.
    pub person: PersonBrief,
    /// What for, and for how long.
    pub data: GuardianshipData,
}

/// The family of a person as the school knows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Family {
    /// Who answers for the person.
    pub guardians: Vec<Kin>,
    /// For whom the person answers.
    pub children: Vec<Kin>,
    /// Other children of the same guardians.
    pub siblings: Vec<PersonBrief>,
}

/// What a post is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostData {
    /// What the person works as.
    pub position: String,
    /// Where in the school; may be empty.
    pub department: String,
    /// How much of a full post, in percent: 1 to 200.
    pub rate_percent: u32,
    /// From this day.
    pub since: Date,
    /// Up to and with this day; `None`: without an end.
    pub until: Option<Date>,
    /// Hours of the week.
    pub schedule: WorkWeek,
}

/// A post as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostView {
    /// Which.
    pub id: PostId,
    /// Whose.
    pub person: PersonId,
    /// What it is made of.
    pub data: PostData,
}

/// A stay in a class as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Rises with each stay of the person.
    pub number: u32,
    /// The class.
    pub class: ClassId,
    /// The class as it was called at that time: `5 «Б»`.
    pub class_name: String,
    /// The first day; `None`: before records began.
    pub since: Option<Date>,
    /// The last day; `None`: it goes on.
    pub until: Option<Date>,
    /// How it began.
    pub how: Arrival,
    /// How it ended; `None`: it goes on.
    pub ended: Option<Ending>,
    /// Why, or where to; may be empty.
    pub why: String,
    /// The order or certificate; may be empty.
    pub document: String,
}

/// What is told of a move beside the class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// The first day of what is new; who leaves was here on the day before for the last time.
    pub day: Date,
    /// Why, or where to; may be empty.
    pub why: String,
    /// The order or certificate; may be empty.
    pub document: String,
}

impl Move {
    /// A line has so many letters at most.
    pub const MAX_LETTERS: usize = 200;

    /// A move on this day of which nothing else is told.
    pub const fn on(day: Date) -> Self {
        Self { day, why: String::new(), document: String::new() }
    }
}

/// What else is known of a class.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClassHome {
    /// The room; may be empty.
    pub room: String,
    /// The home-room teacher.
    pub teacher: Option<PersonId>,
    /// The school year, `2026-27`; may be empty.
    pub year: String,
}

/// The school as its page shows it and its administrator changes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolProfile {
    /// Its name in Kazakh.
    pub name_kk: String,
    /// Its name in Russian.
    pub name_ru: String,
    /// The district to which it belongs.
    pub district: Option<OrganisationId>,
    /// Its BIN; may be empty.
    pub bin: String,
    /// Its address; may be empty.
    pub address: String,
    /// Its phones as people write them; may be empty.
    pub phones: String,
    /// The colour of badges, `#rrggbb`.
    pub badge_colour: String,
    /// The grade after which pupils finish school, 11 or 12.
    pub last_grade: u8,
}

/// A school's profile with the revision under which it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolView {
    /// Which.
    pub school: SchoolId,
    /// The profile.
    pub profile: SchoolProfile,
    /// Rises with each change.
    pub revision: u64,
}
