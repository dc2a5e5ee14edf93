//! Words and addresses that several screens share.

use accounts::Reader;
use i18n::{Lang, msg, msg_dyn};
use jiff::Timestamp;
use kernel::Card;
use web::components::Tone;

use crate::queries::{LaneState, LaneView, PassView, PersonView};

/// The address of a person's photo, large; `None` without one.
pub(crate) fn photo_src(person: &PersonView) -> Option<String> {
    photo_address(person, "large")
}

/// The address of a person's photo in a size (`large`, `small`).
pub(crate) fn photo_address(person: &PersonView, size: &str) -> Option<String> {
    (person.photo_version > 0).then(|| format!("/people/{}/photo?size={size}&v={}", person.id, person.photo_version))
}

/// The class of a pupil, the position of staff, or the role.
pub(crate) fn belongs(lang: Lang, person: &PersonView) -> String {
    match (&person.class, person.role) {
        (Some(class), _) => class.clone(),
        (None, _) if !person.position.is_empty() => person.position.clone(),
        (None, Some(role)) => msg_dyn!(lang, "people-role-", role.as_str()),
        (None, None) => String::new(),
    }
}

/// A card's number as it stands on most cards.
pub(crate) fn card_number(card: Card) -> String {
    match (card.facility(), card.views().last()) {
        (Some((facility, number)), _) => format!("{facility:03},{number:05}"),
        (None, Some((_, number))) => number.to_string(),
        (None, None) => card.value.to_string(),
    }
}

/// What stands for the name of somebody who is not known: an unknown card, or none at all, as when a button opened the door.
pub(crate) fn nobody(lang: Lang, pass: &PassView) -> String {
    if pass.number.is_some() { msg!(lang, "access-nobody") } else { msg!(lang, "access-no-card") }
}

/// Whether a lane works, in a tone and in words.
pub(crate) fn lane_state(reader: &Reader, lane: &LaneView) -> (Tone, String) {
    let lang = reader.lang;
    let time = |at: Timestamp| i18n::time(at, &reader.app.time_zone);
    match lane.state {
        LaneState::Online => (Tone::Good, msg!(lang, "access-lane-online")),
        LaneState::Starting => (Tone::Info, msg!(lang, "access-lane-starting")),
        LaneState::Disabled => (Tone::Plain, msg!(lang, "access-lane-disabled")),
        LaneState::GateAway { since: Some(at) } => (Tone::Warn, msg!(lang, "access-lane-gate-away", time = time(at))),
        LaneState::GateAway { since: None } => (Tone::Warn, msg!(lang, "access-lane-gate-never")),
        LaneState::DeviceUnreachable { since: Some(at) } => {
            (Tone::Bad, msg!(lang, "access-lane-board-away", time = time(at)))
        }
        LaneState::DeviceUnreachable { since: None } => (Tone::Bad, msg!(lang, "access-lane-board-never")),
    }
}
