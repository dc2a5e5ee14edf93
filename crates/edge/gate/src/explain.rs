//! Why somebody would be let pass, or would not: the very decision, looked at while it is made.

use std::collections::{BTreeMap, HashSet};

use jiff::{Timestamp, ToSpan};
use kernel::{
    Card, CredentialDoc, CredentialId, CredentialStatus, Direction, Explanation, LeaveId, PersonId, Question,
    ReaderFormat, Reason, RuleId, RuleVerdict, Shown, SnapshotDoc, Unexplained,
};

use crate::{
    decide::{Attempt, By, decide, decide_before},
    presence::Presence,
    snapshot::{Snapshot, Witness, applying_rules},
};

/// How far ahead the next moment is looked for.
const AHEAD_MIN: i64 = 7 * 24 * 60;

/// Explains what would come of an attempt, by making the decision on this document. Who has no credential that the point's reader can
/// read is given one for the question.
///
/// # Errors
/// [`Unexplained`]: the document is no snapshot, or does not know the person.
pub fn explain(doc: &SnapshotDoc, question: &Question) -> Result<Explanation, Unexplained> {
    if !doc.persons.iter().any(|person| person.id == question.person) {
        return Err(Unexplained::NoSuchPerson);
    }
    let format = doc.points.iter().find(|point| point.id == question.point).map(|point| point.reader_format);
    let format = format.unwrap_or(ReaderFormat::W34);
    let (credential, number) = match own_credential(doc, question, format) {
        Some((credential, number)) => (Ok(credential), number),
        None => {
            let given = made_up(doc, question.person, format);
            let number = format.number(given.card).unwrap_or_default();
            (Err(given), number)
        }
    };
    let (shown, snapshot) = match credential {
        Ok(credential) => (Shown::Credential(credential), Snapshot::compile(doc)),
        Err(given) => {
            let mut doc = doc.clone();
            doc.credentials.push(given);
            (Shown::Missing, Snapshot::compile(&doc))
        }
    };
    let snapshot = snapshot.map_err(|error| Unexplained::Snapshot(error.to_string()))?;
    let presence = Presence::new(&snapshot, &[]);
    let (point, direction) = (question.point, question.direction);
    let attempt = |at| Attempt { point, direction, by: By::Number(number), at, is_replayed: false };
    let mut seen = Seen::default();
    let decision = decide_before(&snapshot, &presence, &attempt(question.at), &mut seen);
    let next = (depends_on_time(decision.reason))
        .then(|| next_moment(question.at, |at| decide(&snapshot, &presence, &attempt(at)).reason.is_granted()))
        .flatten();
    Ok(Explanation {
        reason: decision.reason,
        alarm: decision.alarm,
        shown,
        rules: seen.among(&applying_rules(doc, &snapshot, question)),
        leave: seen.leave,
        lessons: snapshot.lessons_of(question.person, question.at).filter(|_| direction == Direction::Out),
        next,
    })
}

/// The person's credential that would be shown: one that works at that moment, else the newest that was not given back.
fn own_credential(doc: &SnapshotDoc, question: &Question, format: ReaderFormat) -> Option<(CredentialId, u64)> {
    let works = |credential: &CredentialDoc| {
        credential.status == CredentialStatus::Active
            && credential.valid_from.is_none_or(|from| from <= question.at)
            && credential.valid_until.is_none_or(|until| question.at < until)
    };
    doc.credentials
        .iter()
        .filter(|credential| credential.person == question.person && credential.status != CredentialStatus::Returned)
        .filter_map(|credential| Some((credential, format.number(credential.card)?)))
        .max_by_key(|(credential, _)| (works(credential), credential.id))
        .map(|(credential, number)| (credential.id, number))
}

/// A credential for the question alone, whose number is nobody's.
fn made_up(doc: &SnapshotDoc, person: PersonId, format: ReaderFormat) -> CredentialDoc {
    let taken: HashSet<u64> = doc.credentials.iter().filter_map(|credential| format.number(credential.card)).collect();
    let bits = match format {
        ReaderFormat::W26 | ReaderFormat::W26Plain => 24,
        ReaderFormat::W34 | ReaderFormat::W34Reversed => 32,
        ReaderFormat::W37 => 35,
    };
    // There are more numbers than credentials in any snapshot.
    let is_free = |card: &Card| format.number(*card).is_some_and(|number| !taken.contains(&number));
    let card = (0..=taken.len() as u64).map(|value| Card { bits, value }).find(is_free);
    CredentialDoc {
        id: CredentialId::from_uuid(uuid::Uuid::nil()),
        person,
        card: card.unwrap_or(Card { bits, value: 0 }),
        status: CredentialStatus::Active,
        valid_from: None,
        valid_until: None,
    }
}

/// Whether a denial may be a grant at another hour, all else being as it is.
const fn depends_on_time(reason: Reason) -> bool {
    matches!(reason, Reason::OutsideSchedule | Reason::Holiday | Reason::NoLeave | Reason::CredentialNotYetValid)
}

/// The first full minute after `at`, within a week, at which this is so.
fn next_moment(at: Timestamp, is_so: impl Fn(Timestamp) -> bool) -> Option<Timestamp> {
    let minute = Timestamp::from_second(at.as_second().div_euclid(60) * 60).ok()?;
    (1..=AHEAD_MIN).filter_map(|ahead| minute.checked_add(ahead.minutes()).ok()).find(|moment| is_so(*moment))
}

/// What was seen of the rules: of several windows of one rule the one that fits best counts.
#[derive(Default)]
struct Seen {
    rules: BTreeMap<RuleId, RuleVerdict>,
    leave: Option<LeaveId>,
}

impl Witness for Seen {
    const LOOKS: bool = true;

    fn rule(&mut self, rule: RuleId, verdict: RuleVerdict) {
        let best = self.rules.entry(rule).or_insert(verdict);
        *best = verdict.max(*best);
    }

    fn leave(&mut self, leave: LeaveId) {
        self.leave = Some(leave);
    }
}

impl Seen {
    /// The rules that are for the person, in their order, up to the one that grants. A decision that ended before the rules were
    /// asked has seen none of those that hold here.
    fn among(&self, applying: &[(RuleId, Option<RuleVerdict>)]) -> Vec<(RuleId, RuleVerdict)> {
        let mut told = Vec::new();
        for (rule, elsewhere) in applying {
            let Some(verdict) = elsewhere.or_else(|| self.rules.get(rule).copied()) else { continue };
            told.push((*rule, verdict));
        }
        told
    }
}
