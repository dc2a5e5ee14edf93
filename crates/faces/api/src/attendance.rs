//! Attendance of pupils: of a class on a day, of a person on many days.
//!
//! Whoever made the token sees the classes that he sees on pages: all, or those that he leads.

use accounts::{Actor, App, Caller, Right, Routes, Scope, TokenScope};
use attendance::{
    AttendanceError, LeaveReasons,
    model::{DayFrame, DaySeen, Reason, Status},
    queries::{self, Days, LeaveTold},
};
use jiff::civil::Date;
use kernel::{ClassId, PersonId};
use serde::{Deserialize, Serialize};
use store::Tx;
use utoipa::{IntoParams, ToSchema};
use web::{Json, Path, WebError};

use crate::{
    cursor,
    fault::{self, Faults},
    input::{self, Params},
    people::person_id,
    wire,
};

/// Adds the routes.
pub(crate) fn routes(routes: Routes) -> Routes {
    let read = Right::Token(Some(TokenScope::AttendanceRead));
    routes.get("/api/v1/classes/{id}/attendance", read, get_class_attendance).get(
        "/api/v1/people/{id}/attendance",
        read,
        get_person_attendance,
    )
}

/// What a pupil's day was.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DayStatus {
    /// What the day was by everything that is known.
    #[schema(value_type = wire::AttendanceStatus)]
    status: &'static str,
    /// By how many minutes the pupil came late.
    late_min: Option<u16>,
    /// By how many minutes the pupil left early.
    early_min: Option<u16>,
    /// The first pass in.
    #[schema(format = "date-time")]
    first_in: Option<String>,
    /// The last pass out, when the pupil has left.
    #[schema(format = "date-time")]
    left_at: Option<String>,
    /// Whether somebody said what the day was, whatever the doors say.
    is_corrected: bool,
    /// The permission by which the pupil left early; null: without one, or not early.
    leave: Option<LeaveOfDay>,
}

/// A permission to leave by which a pupil left early.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LeaveOfDay {
    /// Which.
    #[schema(format = "uuid")]
    leave_id: String,
    /// From this moment.
    #[schema(format = "date-time")]
    from: String,
    /// Before this moment.
    #[schema(format = "date-time")]
    until: String,
    /// Why; empty when nothing was said.
    reason: String,
    /// The name of who gave it; null: the program.
    given_by: Option<String>,
}

impl LeaveOfDay {
    fn of(told: LeaveTold) -> Self {
        let LeaveTold { row, reason } = told;
        Self {
            leave_id: row.id.to_string(),
            from: row.from_at.to_string(),
            until: row.until_at.to_string(),
            reason,
            given_by: row.given_by_name,
        }
    }
}

impl DayStatus {
    fn of(frame: &DayFrame, status: Status, seen: DaySeen, is_corrected: bool, leave: Option<LeaveTold>) -> Self {
        let moment = |second: u32| frame.moment(second).to_string();
        Self {
            status: word_of(status),
            late_min: status.late_min(),
            early_min: status.early_min(),
            first_in: seen.first_in.map(moment),
            left_at: seen.left_at().map(moment),
            is_corrected,
            leave: leave.map(LeaveOfDay::of),
        }
    }
}

/// The word of a status; each stands in [`wire::AttendanceStatus`]. By which permission somebody left early stands beside it, so that whoever
/// knows the older words understands the new ones.
fn word_of(status: Status) -> &'static str {
    match status {
        Status::Absent(Reason::Unexplained) => "absent",
        Status::LeftByLeave(min) => Status::LeftEarly(min).as_str(),
        Status::LateAndLeftByLeave(late, early) => Status::LateAndLeftEarly(late, early).as_str(),
        status => status.as_str(),
    }
}

/// A pupil of the class.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PupilDay {
    /// Who.
    #[schema(format = "uuid")]
    person_id: String,
    /// Family name, given name, patronymic.
    person_name: String,
    /// What the day was.
    #[serde(flatten)]
    day: DayStatus,
}

/// A class on a day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClassAttendance {
    /// Which day.
    #[schema(format = "date")]
    day: String,
    /// The pupils, in the order of the Kazakh alphabet.
    items: Vec<PupilDay>,
    /// Give it as `cursor` for the next page; null: this is the last.
    next: Option<String>,
}

/// Which day is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ClassDayQuery {
    /// The day; today unless said.
    #[param(format = "date")]
    day: Option<String>,
    /// Rows of a page, 1 to 200; 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Attendance of a class on a day. Scope `attendance:read`.
#[utoipa::path(get, path = "/api/v1/classes/{id}/attendance", tag = "attendance", operation_id = "get_class_attendance",
    params(("id" = String, Path, format = "uuid", description = "The class"), ClassDayQuery),
    responses((status = 200, description = "The pupils of the class on that day", body = ClassAttendance), crate::document::Refused))]
pub(crate) async fn get_class_attendance(
    caller: Caller,
    Path(id): Path<String>,
    Params(query): Params<ClassDayQuery>,
) -> Result<Json<ClassAttendance>, WebError> {
    let (scope, actor) = (caller.scope()?, caller.actor.clone());
    let class: ClassId = id.parse().map_err(|_| WebError::NotFound)?;
    let mut faults = Faults::default();
    let limit = faults.kept("limit", input::limit(query.limit.as_deref()));
    let day = day_of(&mut faults, "day", query.day.as_deref(), today(&caller.app));
    let after: Option<PersonId> =
        query.cursor.as_deref().and_then(|word| faults.kept("cursor", cursor::id(word).ok_or("api-fault-cursor")));
    let (limit, day) = faults.done(limit.zip(day))?;
    let (now, reasons) = (caller.app.clock.now(), leave_reasons());
    let found = caller.app.db.read(move |tx| {
        if !sees(tx, &scope, &actor, class)? {
            return Ok(None);
        }
        let Some(mut found) = queries::class_day(tx, &scope, class, day, now)? else { return Ok(None) };
        found.tell_leaves(tx, &scope, &reasons)?;
        Ok::<_, AttendanceError>(Some(found))
    });
    let queries::ClassDay { frame, lines, .. } = found.await?.ok_or(WebError::NotFound)?;
    // A pupil who has left meanwhile is not found: the list begins anew rather than to leave somebody out.
    let first = after.and_then(|after| lines.iter().position(|line| line.person == after)).map_or(0, |place| place + 1);
    let page = lines.get(first..).unwrap_or_default();
    let shown = page.get(..limit as usize).unwrap_or(page);
    let next = shown.last().filter(|_| page.len() > shown.len()).map(|line| cursor::word(line.person.as_bytes()));
    let items = shown
        .iter()
        .map(|line| PupilDay {
            person_id: line.person.to_string(),
            person_name: line.full.clone(),
            day: DayStatus::of(&frame, line.status, line.seen, line.mark.is_some(), line.leave.clone()),
        })
        .collect();
    Ok(Json(ClassAttendance { day: day.to_string(), items, next }))
}

/// A day of a pupil.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonDay {
    /// Which day.
    #[schema(format = "date")]
    day: String,
    /// What it was.
    #[serde(flatten)]
    status: DayStatus,
}

/// Days of a pupil.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonAttendance {
    /// Who.
    #[schema(format = "uuid")]
    person_id: String,
    /// The class that the pupil is in now.
    #[schema(format = "uuid")]
    class_id: String,
    /// The days, the oldest first.
    items: Vec<PersonDay>,
    /// Give it as `cursor` for the next page; null: this is the last.
    next: Option<String>,
}

/// Which days are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PersonDaysQuery {
    /// From this day; the same as `until` unless said.
    #[param(format = "date")]
    from: Option<String>,
    /// Up to and with this day, at most 400 days; today unless said.
    #[param(format = "date")]
    until: Option<String>,
    /// Rows of a page, 1 to 200; 50 unless said.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Attendance of a pupil on some days. Scope `attendance:read`.
#[utoipa::path(get, path = "/api/v1/people/{id}/attendance", tag = "attendance", operation_id = "get_person_attendance",
    params(("id" = String, Path, format = "uuid", description = "The pupil"), PersonDaysQuery),
    responses((status = 200, description = "The days of the pupil", body = PersonAttendance), crate::document::Refused))]
pub(crate) async fn get_person_attendance(
    caller: Caller,
    Path(id): Path<String>,
    Params(query): Params<PersonDaysQuery>,
) -> Result<Json<PersonAttendance>, WebError> {
    let (scope, actor, person) = (caller.scope()?, caller.actor.clone(), person_id(&id)?);
    let (days, next) = wanted(&query, today(&caller.app))?;
    let (now, reasons) = (caller.app.clock.now(), leave_reasons());
    let found = caller.app.db.read(move |tx| {
        let Some(brief) = people::queries::brief(tx, &scope, person)? else { return Ok(None) };
        let Some(class) = brief.class else { return Ok(None) };
        let reach = queries::reach(tx, &scope, &actor)?;
        if !reach.sees(class) {
            return Ok(None);
        }
        let mut told = queries::pupil_days(tx, &scope, &reach, (person, class), days, now)?;
        reasons.tell(tx, &scope, told.iter_mut().filter_map(|then| then.leave.as_mut()))?;
        Ok::<_, AttendanceError>(Some((class, told)))
    });
    let (class, told) = found.await?.ok_or(WebError::NotFound)?;
    let items = told
        .into_iter()
        .map(|then| PersonDay {
            day: then.frame.date().to_string(),
            status: DayStatus::of(&then.frame, then.status, then.seen, then.is_marked, then.leave),
        })
        .collect();
    Ok(Json(PersonAttendance { person_id: person.to_string(), class_id: class.to_string(), items, next }))
}

/// The days of this page, and where the next one begins.
fn wanted(query: &PersonDaysQuery, today: Date) -> Result<(Days, Option<String>), WebError> {
    let mut faults = Faults::default();
    let limit = faults.kept("limit", input::limit(query.limit.as_deref()));
    let until = day_of(&mut faults, "until", query.until.as_deref(), today);
    let from = until.and_then(|until| day_of(&mut faults, "from", query.from.as_deref(), until));
    let begin = query.cursor.as_deref().and_then(|word| faults.kept("cursor", day_in(word).ok_or("api-fault-cursor")));
    let (limit, (from, until)) = faults.done(limit.zip(from.zip(until)))?;
    if from > until || (until - from).get_days() >= Days::MOST as i32 {
        return Err(fault::field("from", "api-fault-days"));
    }
    let begin = begin.unwrap_or(from);
    if !(from..=until).contains(&begin) {
        return Err(fault::field("cursor", "api-fault-cursor"));
    }
    let after = begin.saturating_add(jiff::Span::new().days(i64::from(limit)));
    let last = if after > until { until } else { after.yesterday().unwrap_or(until) };
    Ok((Days { from: begin, until: last }, (after <= until).then(|| word_of_day(after))))
}

fn word_of_day(day: Date) -> String {
    cursor::word(day.to_string().as_bytes())
}

fn day_in(word: &str) -> Option<Date> {
    wire::day(std::str::from_utf8(&cursor::bytes::<10>(word)?).ok()?).ok()
}

fn day_of(faults: &mut Faults, field: &str, text: Option<&str>, usual: Date) -> Option<Date> {
    text.map_or(Some(usual), |text| faults.kept(field, wire::day(text)))
}

fn today(app: &App) -> Date {
    i18n::local(app.clock.now(), &app.time_zone).date()
}

/// Why pupils were let go is known to access.
fn leave_reasons() -> LeaveReasons {
    LeaveReasons::new(access::queries::leave_reasons)
}

/// Whether the actor sees a class; whoever leads none does not learn whether another exists.
fn sees(tx: &mut Tx<'_>, scope: &Scope, actor: &Actor, class: ClassId) -> Result<bool, AttendanceError> {
    Ok(queries::reach(tx, scope, actor)?.sees(class))
}

#[cfg(test)]
mod tests {
    use attendance::model::NoData;
    use jiff::civil::date;

    use super::*;

    fn query(from: &str, until: &str, limit: &str, cursor: Option<String>) -> PersonDaysQuery {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        PersonDaysQuery { from: given(from), until: given(until), limit: given(limit), cursor }
    }

    #[test]
    fn pages_of_days_follow_each_other_without_a_gap() {
        let today = date(2026, 11, 23);
        for limit in ["1", "7", "30", "31", "200"] {
            let (mut cursor, mut all) = (None, Vec::new());
            loop {
                let (days, next) = wanted(&query("2026-10-01", "2026-10-31", limit, cursor.take()), today).unwrap();
                assert!(days.all().count() <= limit.parse().unwrap());
                all.extend(days.all());
                cursor = next;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(all, Days { from: date(2026, 10, 1), until: date(2026, 10, 31) }.all().collect::<Vec<_>>());
        }
        assert_eq!(wanted(&query("", "", "", None), today).unwrap(), (Days::one(today), None));
        let outside = word_of_day(date(2026, 12, 1));
        for wrong in [
            query("2026-11-24", "", "", None),
            query("2025-01-01", "2026-11-23", "", None),
            query("2026-11-01", "", "", Some(outside)),
            query("2026-11-01", "", "", Some("AAAA".into())),
            query("yesterday", "", "", None),
            query("", "", "0", None),
        ] {
            assert!(wanted(&wrong, today).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn every_status_has_a_word_of_the_document() {
        let absences = Reason::ALL.iter().map(|reason| Status::Absent(*reason));
        let unknown = NoData::ALL.iter().map(|why| Status::NoData(*why));
        let all =
            [Status::Present, Status::Late(1), Status::LeftEarly(1), Status::LateAndLeftEarly(1, 1), Status::NotYet];
        let words: Vec<_> = all.into_iter().chain(absences).chain(unknown).map(word_of).collect();
        assert_eq!(words, wire::ATTENDANCE_STATUSES);
        let by_leave = [Status::LeftByLeave(1), Status::LateAndLeftByLeave(1, 1)].map(word_of);
        assert_eq!(by_leave, ["left_early", "late_left_early"], "the permission stands beside the word");
    }
}
