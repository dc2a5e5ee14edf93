//! A person as JSON, whole and in a list.

use people::person::{PersonBrief, PersonView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire;

/// A person in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonItem {
    /// The id.
    #[schema(format = "uuid")]
    id: String,
    /// Family name, given name, patronymic.
    #[schema(example = "Асанова Айдана Бауыржанқызы")]
    full_name: String,
    /// The class of a pupil.
    #[schema(format = "uuid")]
    class_id: Option<String>,
    /// The class as everybody writes it.
    #[schema(example = "5 «Б»")]
    class_name: Option<String>,
    /// What the person works as; may be empty.
    position: String,
    /// What the person is to the school.
    #[schema(value_type = Vec<wire::Role>)]
    roles: Vec<&'static str>,
    /// Whether the person may be at the school.
    #[schema(value_type = wire::PersonStatus)]
    status: &'static str,
    /// Whether there is a photo.
    has_photo: bool,
}

impl PersonItem {
    pub(super) fn of(brief: &PersonBrief) -> Self {
        Self {
            id: brief.id.to_string(),
            full_name: brief.full.clone(),
            class_id: brief.class.map(|id| id.to_string()),
            class_name: brief.class_name.clone(),
            position: brief.position.clone(),
            roles: brief.roles.iter().map(|role| role.as_str()).collect(),
            status: brief.status.as_str(),
            has_photo: brief.photo_version > 0,
        }
    }
}

/// A page of persons.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct People {
    /// The persons, in the order of the Kazakh alphabet.
    pub(super) items: Vec<PersonItem>,
    /// Give it as `cursor` for the next page; null: this is the last.
    pub(super) next: Option<String>,
}

/// A group of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonGroup {
    /// The group.
    #[schema(format = "uuid")]
    id: String,
    /// Its name.
    name: String,
}

/// A person with everything that is known.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Person {
    /// The id.
    #[schema(format = "uuid")]
    pub(super) id: String,
    /// The family name.
    family: String,
    /// The given name.
    given: String,
    /// The patronymic.
    patronymic: Option<String>,
    /// The sex, if known.
    #[schema(value_type = Option<wire::Sex>)]
    sex: Option<&'static str>,
    /// The birth date, if known.
    #[schema(format = "date")]
    birth_date: Option<String>,
    /// What the person is to the school.
    #[schema(value_type = Vec<wire::Role>)]
    roles: Vec<&'static str>,
    /// The class of a pupil.
    #[schema(format = "uuid")]
    class_id: Option<String>,
    /// The class as everybody writes it.
    class_name: Option<String>,
    /// What the person works as; may be empty.
    position: String,
    /// Always let in up to and with this day, since the card is new.
    #[schema(format = "date")]
    learning_until: Option<String>,
    /// Whether the person may be at the school.
    #[schema(value_type = wire::PersonStatus)]
    status: &'static str,
    /// Whether there is a photo.
    has_photo: bool,
    /// Groups, by name.
    groups: Vec<PersonGroup>,
    /// Since when the person is known.
    #[schema(format = "date-time")]
    created_at: String,
    /// Rises with each change. The `ETag` says it too; a change names it in `If-Match`.
    pub(super) revision: u64,
}

impl Person {
    pub(super) fn of(view: PersonView) -> Self {
        let PersonView { brief, data, revision, created_at, groups, credentials: _ } = view;
        Self {
            id: brief.id.to_string(),
            family: data.name.family().to_owned(),
            given: data.name.given().to_owned(),
            patronymic: data.name.patronymic().map(str::to_owned),
            sex: data.sex.map(people::model::Sex::as_str),
            birth_date: data.birth_date.map(|day| day.to_string()),
            roles: data.roles.iter().map(|role| role.as_str()).collect(),
            class_id: data.class.map(|id| id.to_string()),
            class_name: brief.class_name,
            position: data.position,
            learning_until: data.learning_until.map(|day| day.to_string()),
            status: brief.status.as_str(),
            has_photo: brief.photo_version > 0,
            groups: groups
                .into_iter()
                .map(|group| PersonGroup { id: group.id.to_string(), name: group.name })
                .collect(),
            created_at: created_at.to_string(),
            revision,
        }
    }

    /// The `ETag` of this revision.
    pub(super) fn tag(&self) -> String {
        format!("\"{}\"", self.revision)
    }
}
