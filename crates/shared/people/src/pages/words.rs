//! Words that several screens share.

use i18n::{Arg, Lang, msg, msg_dyn, text};
use kernel::{CredentialStatus, PersonStatus, ReaderFormat, Role};
use web::{
    Markup,
    components::{Choice, Tone, alert, badge},
};

use crate::{
    PeopleError,
    model::{NameError, Sex},
    person::PersonBrief,
    queries::ClassView,
};

pub(super) fn role(lang: Lang, role: Role) -> String {
    msg_dyn!(lang, "people-role-", role.as_str())
}

pub(super) fn roles(lang: Lang, person: &PersonBrief) -> String {
    person.roles.iter().map(|known| role(lang, *known)).collect::<Vec<_>>().join(", ")
}

pub(super) fn sex(lang: Lang, sex: Sex) -> String {
    msg_dyn!(lang, "people-sex-", sex.as_str())
}

pub(super) fn status(lang: Lang, status: PersonStatus) -> Markup {
    let tone = match status {
        PersonStatus::Active => Tone::Good,
        PersonStatus::Blocked => Tone::Bad,
        PersonStatus::Archived => Tone::Plain,
    };
    badge(tone, &msg_dyn!(lang, "people-status-", status.as_str()))
}

pub(super) fn credential_status(lang: Lang, status: CredentialStatus) -> Markup {
    let tone = match status {
        CredentialStatus::Active => Tone::Good,
        CredentialStatus::Suspended => Tone::Warn,
        CredentialStatus::Lost => Tone::Bad,
        CredentialStatus::Returned => Tone::Plain,
    };
    badge(tone, &msg_dyn!(lang, "people-credential-", status.as_str()))
}

/// What a reader of this format shows.
pub(super) fn format(lang: Lang, format: ReaderFormat) -> String {
    msg_dyn!(lang, "people-format-", format.as_str())
}

pub(super) fn class_choices(classes: &[ClassView]) -> Vec<Choice> {
    classes.iter().map(|class| Choice::new(class.id.to_string(), class.data.name.to_string())).collect()
}

pub(super) fn name_fault(lang: Lang, error: NameError) -> String {
    match error {
        NameError::Letter(_, letter) => text(lang, error.key(), &[("letter", Arg::from(letter.to_string()))]),
        NameError::Empty(_) | NameError::TooLong(_) | NameError::Shape(_) => text(lang, error.key(), &[]),
    }
}

/// The sentence about an error that a reader can do something about; the others become an error page.
pub(super) fn fault(lang: Lang, error: PeopleError) -> Result<String, web::WebError> {
    match error.key() {
        Some(key) => Ok(text(lang, key, &[])),
        None => Err(error.into()),
    }
}

/// What stands above a page after something was done: the word comes from the address.
pub(super) fn done(lang: Lang, word: Option<&str>) -> Markup {
    const KNOWN: [&str; 24] = [
        "added",
        "edited",
        "blocked",
        "unblocked",
        "archived",
        "readmitted",
        "photo",
        "photo-removed",
        "issued",
        "suspended",
        "resumed",
        "lost",
        "returned",
        "replaced",
        "class-added",
        "class-edited",
        "numbers",
        "moved",
        "guardian",
        "guardian-removed",
        "turned",
        "turned-back",
        "account",
        "account-removed",
    ];
    match word.filter(|word| KNOWN.contains(word)) {
        Some(word) => alert(Tone::Good, &msg_dyn!(lang, "people-done-", word), &how(lang, word)),
        None => Markup::default(),
    }
}

fn how(lang: Lang, word: &str) -> String {
    match word {
        "issued" | "replaced" | "suspended" | "resumed" | "lost" | "returned" | "blocked" | "unblocked" => {
            msg!(lang, "people-done-gates-know")
        }
        _ => String::new(),
    }
}
