//! What is wrong with a request, field by field, and the problems that programs know by their type.

use people::PeopleError;
use web::{FieldFault, Problem, StatusCode, WebError};

/// What the description of each type of problem stands under.
macro_rules! kind {
    ($word:literal) => {
        concat!("/api#problem-", $word)
    };
}

/// Types of problems, in the order in which the page describes them.
pub(crate) const KINDS: &[&str] = &["scope", "fields", "body", "revision", "state", "idempotency"];

/// Faults of fields, gathered so that all of them are told at once.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<FieldFault>);

impl Faults {
    /// Notes that this is wrong with a field.
    pub(crate) fn add(&mut self, field: &str, key: &'static str) {
        self.0.push(FieldFault::new(field, key));
    }

    /// The value, or a note of what is wrong with the field.
    pub(crate) fn kept<T>(&mut self, field: &str, read: Result<T, &'static str>) -> Option<T> {
        read.map_err(|key| self.add(field, key)).ok()
    }

    /// The value when nothing is wrong.
    ///
    /// # Errors
    /// 422 with every fault.
    pub(crate) fn done<T>(self, value: Option<T>) -> Result<T, WebError> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(fields(self.0)),
        }
    }
}

/// 422: these fields are wrong.
pub(crate) fn fields(faults: Vec<FieldFault>) -> WebError {
    problem(StatusCode::UNPROCESSABLE_ENTITY, kind!("fields"), "api-fields", "api-fields-how", faults)
}

/// 422: this field is wrong.
pub(crate) fn field(name: &str, key: &'static str) -> WebError {
    fields(vec![FieldFault::new(name, key)])
}

/// 400: the body is no JSON.
pub(crate) fn no_json() -> WebError {
    problem(StatusCode::BAD_REQUEST, kind!("body"), "api-no-json", "api-no-json-how", Vec::new())
}

/// 415: the body is of another type.
pub(crate) fn not_json() -> WebError {
    problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, kind!("body"), "api-media-type", "api-media-type-how", Vec::new())
}

/// 412: changed since it was read.
pub(crate) fn changed() -> WebError {
    problem(StatusCode::PRECONDITION_FAILED, kind!("revision"), "api-changed", "api-changed-how", Vec::new())
}

/// 428: the revision that is changed must be named.
pub(crate) fn no_revision() -> WebError {
    problem(StatusCode::PRECONDITION_REQUIRED, kind!("revision"), "api-no-revision", "api-no-revision-how", Vec::new())
}

/// 422: the key was used for another request.
pub(crate) fn reused() -> WebError {
    problem(
        StatusCode::UNPROCESSABLE_ENTITY,
        kind!("idempotency"),
        "api-reused",
        "api-reused-how",
        vec![FieldFault::new("Idempotency-Key", "api-reused-field")],
    )
}

/// 409: it is not in a state in which this can be done; `how` is the key of what to do.
fn state(how: &'static str) -> WebError {
    problem(StatusCode::CONFLICT, kind!("state"), "api-state", how, Vec::new())
}

fn problem(
    status: StatusCode,
    kind: &'static str,
    title: &'static str,
    detail: &'static str,
    faults: Vec<FieldFault>,
) -> WebError {
    Problem { status, kind, title, detail, faults }.into()
}

/// What a program is told of a failure of `people`. What the path names and is not there is 404; what a field names, 422.
pub(crate) fn of_people(error: PeopleError) -> WebError {
    match error {
        PeopleError::Changed => changed(),
        PeopleError::NoRole => field("roles", "people-fault-no-role"),
        PeopleError::ClassWithoutPupil => field("class_id", "people-fault-class-without-pupil"),
        PeopleError::Position => field("position", "people-fault-position"),
        PeopleError::BirthDate => field("birth_date", "people-fault-birth-date"),
        PeopleError::Learning => field("learning_until", "people-fault-learning"),
        PeopleError::Term => field("valid_until", "people-fault-term"),
        PeopleError::ClassTaken => state("people-fault-class-taken"),
        PeopleError::CardTaken { .. } | PeopleError::CardIsDayCard { .. } => state("api-card-taken"),
        PeopleError::CredentialState { .. } => state("people-fault-credential-state"),
        PeopleError::Archived => state("people-fault-archived"),
        error @ (PeopleError::Store(_)
        | PeopleError::Journal(_)
        | PeopleError::Denied(_)
        | PeopleError::NoSuchPerson
        | PeopleError::NoSuchClass
        | PeopleError::NoSuchGroup
        | PeopleError::NoSuchCredential
        | PeopleError::NoSuchAccount
        | PeopleError::NotStaff
        | PeopleError::AccountTaken
        | PeopleError::NoSuchDayCard
        | PeopleError::DayCardLabel
        | PeopleError::TooManyDayCards
        | PeopleError::DayCardLent { .. }
        | PeopleError::HasDayCard
        | PeopleError::TooLateToUndo
        | PeopleError::NoSuchSchool
        | PeopleError::GroupName
        | PeopleError::GroupTaken
        | PeopleError::Crypto(_)
        | PeopleError::IinTaken { .. }
        | PeopleError::IinDisagrees { .. }
        | PeopleError::TooManyPhones
        | PeopleError::Guardianship
        | PeopleError::TooManyGuardians
        | PeopleError::Post
        | PeopleError::MoveDay
        | PeopleError::MoveText
        | PeopleError::NotEnrolled
        | PeopleError::Enrolled
        | PeopleError::ClassHome
        | PeopleError::Profile(_)
        | PeopleError::Organisation
        | PeopleError::CodeKeys
        | PeopleError::Turn(_)) => error.into(),
    }
}
