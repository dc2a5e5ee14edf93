//! What this subsystem keeps of persons: the data map, column by column.

use accounts::DataEntry;

const WHO: &str = "to know who belongs to the school and who passes";
const FIND: &str = "to find a person by name";
const RIGHT: &str = "to decide where and when a person may pass";
const RECOGNISE: &str = "for the guard to recognise the person at the entrance";
const CARD: &str = "to know whose card it is";
const DAY_CARD: &str = "to know who has a card that was lent for a day";
const LOAN: &str = "until the card is handed back; the loan itself stays as a credential";
const ENTRY: &str = "order of the Minister of Education No. 456: arrival and departure are recorded";
const CONSENT: &str = "consent of the legal representative, or the person's own";
const STAY: &str = "while the person belongs to the school, and 3 years after";
const PHOTO_STAY: &str = "while the person belongs to the school";

const KNOW: &str = "to know one human being by one record, and to enter it in the state's systems";
const REACH: &str = "to reach the person or the family";
const ONCE: &str = "to find a person by IIN, document, phone or e-mail without keeping them in the clear";
const FAMILY: &str = "to know who answers for a child, and what each may do";
const WORK: &str = "to know who works where and when";
const MOVES: &str = "the way of a pupil through the school: orders, certificates, reports";
const LAW: &str = "law of the Republic of Kazakhstan \u{201c}On Education\u{201d}: the register of pupils and staff";
const FAMILY_LAW: &str =
    "code of the Republic of Kazakhstan \u{201c}On Marriage and Family\u{201d}: legal representatives of a child";
const LABOUR: &str = "labour code of the Republic of Kazakhstan";

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
    of("photo", "is_sealed", "to seal what an older program kept in the clear", CONSENT, PHOTO_STAY),
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
    of("day_card", "school", DAY_CARD, ENTRY, LOAN),
    of("day_card", "id", DAY_CARD, ENTRY, LOAN),
    of("day_card", "label", DAY_CARD, ENTRY, LOAN),
    of("day_card", "bits", DAY_CARD, ENTRY, LOAN),
    of("day_card", "value", DAY_CARD, ENTRY, LOAN),
    of("day_card", "added_at", DAY_CARD, ENTRY, LOAN),
    of("day_card", "withdrawn_at", DAY_CARD, ENTRY, LOAN),
    of("day_card", "credential", DAY_CARD, ENTRY, LOAN),
    of("day_card", "lent_by", DAY_CARD, ENTRY, LOAN),
    of("day_card_loan", "school", DAY_CARD, ENTRY, STAY),
    of("day_card_loan", "credential", DAY_CARD, ENTRY, STAY),
    of("day_card_loan", "day_card", DAY_CARD, ENTRY, STAY),
    of("day_card_loan", "person", DAY_CARD, ENTRY, STAY),
    of("day_card_loan", "lent_at", DAY_CARD, ENTRY, STAY),
    of("day_card_loan", "until_at", DAY_CARD, ENTRY, STAY),
    of("day_card_loan", "lent_by", DAY_CARD, ENTRY, STAY),
    of("day_card_loan", "lost_at", DAY_CARD, ENTRY, STAY),
    of("day_card_loan", "back_at", DAY_CARD, ENTRY, STAY),
    of("day_card_loan", "back_by", DAY_CARD, ENTRY, STAY),
    of("person_private", "school", KNOW, LAW, STAY),
    of("person_private", "person", KNOW, LAW, STAY),
    of("person_private", "iin", KNOW, LAW, STAY),
    of("person_private", "document", "to enter the person in orders and in the state's systems", LAW, STAY),
    of("person_private", "phones", REACH, LAW, STAY),
    of("person_private", "email", REACH, LAW, STAY),
    of("person_private", "address", REACH, LAW, STAY),
    of("key_person_lookup", "school", ONCE, LAW, STAY),
    of("key_person_lookup", "purpose", ONCE, LAW, STAY),
    of("key_person_lookup", "hash", ONCE, LAW, STAY),
    of("key_person_lookup", "person", ONCE, LAW, STAY),
    of("guardianship", "school", FAMILY, FAMILY_LAW, STAY),
    of("guardianship", "child", FAMILY, FAMILY_LAW, STAY),
    of("guardianship", "guardian", FAMILY, FAMILY_LAW, STAY),
    of("guardianship", "kind", FAMILY, FAMILY_LAW, STAY),
    of("guardianship", "may_see", FAMILY, FAMILY_LAW, STAY),
    of("guardianship", "may_pay", FAMILY, FAMILY_LAW, STAY),
    of("guardianship", "may_collect", FAMILY, FAMILY_LAW, STAY),
    of("guardianship", "since", FAMILY, FAMILY_LAW, STAY),
    of("guardianship", "until", FAMILY, FAMILY_LAW, STAY),
    of("guardianship", "note", FAMILY, FAMILY_LAW, STAY),
    of("employment", "school", WORK, LABOUR, STAY),
    of("employment", "id", WORK, LABOUR, STAY),
    of("employment", "person", WORK, LABOUR, STAY),
    of("employment", "position", WORK, LABOUR, STAY),
    of("employment", "department", WORK, LABOUR, STAY),
    of("employment", "rate_percent", WORK, LABOUR, STAY),
    of("employment", "since", WORK, LABOUR, STAY),
    of("employment", "until", WORK, LABOUR, STAY),
    of("employment", "schedule", WORK, LABOUR, STAY),
    of("enrolment", "school", MOVES, LAW, STAY),
    of("enrolment", "person", MOVES, LAW, STAY),
    of("enrolment", "number", MOVES, LAW, STAY),
    of("enrolment", "class", MOVES, LAW, STAY),
    of("enrolment", "grade", MOVES, LAW, STAY),
    of("enrolment", "letter", MOVES, LAW, STAY),
    of("enrolment", "since", MOVES, LAW, STAY),
    of("enrolment", "until", MOVES, LAW, STAY),
    of("enrolment", "how", MOVES, LAW, STAY),
    of("enrolment", "ended", MOVES, LAW, STAY),
    of("enrolment", "why", MOVES, LAW, STAY),
    of("enrolment", "document", MOVES, LAW, STAY),
    of("enrolment", "turn_over", MOVES, LAW, STAY),
    of("enrolment", "ended_by", MOVES, LAW, STAY),
    of("enrolment", "was_blocked", MOVES, LAW, STAY),
    of("pupil_repeats", "school", MOVES, LAW, "until the turn of the year"),
    of("pupil_repeats", "person", MOVES, LAW, "until the turn of the year"),
    of("pupil_repeats", "marked_at", MOVES, LAW, "until the turn of the year"),
    nobody("organisation"),
    nobody("turn_over"),
    nobody("turn_over_class"),
    nobody("school"),
    nobody("class"),
    nobody("code_key"),
    nobody("person_group"),
];
