//! What this subsystem keeps of persons: the data map, column by column.

use accounts::DataEntry;

const WHO: &str = "to know who belongs to the school and who passes";
const FIND: &str = "to find a person by name";
const RIGHT: &str = "to decide where and when a person may pass";
const RECOGNISE: &str = "for the guard to recognise the person at the entrance";
const CARD: &str = "to know whose card it is";
const ENTRY: &str = "order of the Minister of Education No. 456: arrival and departure are recorded";
const CONSENT: &str = "consent of the legal representative, or the person's own";
const STAY: &str = "while the person belongs to the school, and 3 years after";
const PHOTO_STAY: &str = "while the person belongs to the school";

const fn of(
    table: &'static str,
    column: &'static str,
    purpose: &'static str,
    ground: &'static str,
    term: &'static str,
) -> DataEntry {
    DataEntry { table, column, purpose, ground, term }
}

const fn nobody(table: &'static str) -> DataEntry {
    of(table, "*", "", "", "")
}

/// The data map of people.
pub const DATA: &[DataEntry] = &[
    of("person", "school", WHO, ENTRY, STAY),
    of("person", "id", WHO, ENTRY, STAY),
    of("person", "family", WHO, ENTRY, STAY),
    of("person", "given", WHO, ENTRY, STAY),
    of("person", "patronymic", WHO, ENTRY, STAY),
    of("person", "sort_key", "to show persons in the order of the alphabet", ENTRY, STAY),
    of("person", "search_key", FIND, ENTRY, STAY),
    of("person", "sex", "to tell persons of one name apart", ENTRY, STAY),
    of("person", "birth_date", "to tell persons of one name apart", ENTRY, STAY),
    of("person", "class", RIGHT, ENTRY, STAY),
    of("person", "position", WHO, ENTRY, STAY),
    of("person", "status", RIGHT, ENTRY, STAY),
    of("person", "learning_until", RIGHT, ENTRY, STAY),
    of("person", "photo_version", RECOGNISE, CONSENT, PHOTO_STAY),
    of("person", "revision", "so that two who edit at once do not undo each other", ENTRY, STAY),
    of("person", "created_at", WHO, ENTRY, STAY),
    of("person_word", "school", FIND, ENTRY, STAY),
    of("person_word", "word", FIND, ENTRY, STAY),
    of("person_word", "person", FIND, ENTRY, STAY),
    of("person_role", "school", RIGHT, ENTRY, STAY),
    of("person_role", "person", RIGHT, ENTRY, STAY),
    of("person_role", "role", RIGHT, ENTRY, STAY),
    of("person_group_member", "school", RIGHT, ENTRY, STAY),
    of("person_group_member", "group_id", RIGHT, ENTRY, STAY),
    of("person_group_member", "person", RIGHT, ENTRY, STAY),
    of("photo", "school", RECOGNISE, CONSENT, PHOTO_STAY),
    of("photo", "person", RECOGNISE, CONSENT, PHOTO_STAY),
    of("photo", "version", RECOGNISE, CONSENT, PHOTO_STAY),
    of("photo", "large", RECOGNISE, CONSENT, PHOTO_STAY),
    of("photo", "small", RECOGNISE, CONSENT, PHOTO_STAY),
    of("photo", "created_at", RECOGNISE, CONSENT, PHOTO_STAY),
    of("credential", "school", CARD, ENTRY, STAY),
    of("credential", "id", CARD, ENTRY, STAY),
    of("credential", "person", CARD, ENTRY, STAY),
    of("credential", "bits", CARD, ENTRY, STAY),
    of("credential", "value", CARD, ENTRY, STAY),
    of("credential", "status", CARD, ENTRY, STAY),
    of("credential", "valid_from", CARD, ENTRY, STAY),
    of("credential", "valid_until", CARD, ENTRY, STAY),
    of("credential", "issued_at", CARD, ENTRY, STAY),
    of("credential", "changed_at", CARD, ENTRY, STAY),
    of("credential", "replaced_by", CARD, ENTRY, STAY),
    nobody("school"),
    nobody("class"),
    nobody("person_group"),
];
