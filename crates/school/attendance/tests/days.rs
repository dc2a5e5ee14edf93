//! What passes come to, and what people say of it.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

mod site;

use accounts::{Scope, StaffRole};
use attendance::{
    AttendanceError,
    model::{Code, Entered, Marked, NoData, Note, Reason, Status},
    ops::{self, Correction, NewAbsence},
    queries::{self, Days},
};
use jiff::civil::{Date, date};
use kernel::{
    Direction::{In, Out},
    PersonId, Role, SchoolId,
};
use people::person::Shift;
use site::*;
use testkit::{TestDb, both_databases};

const MONDAY: Date = Date::constant(2026, 11, 23);

fn status(t: &TestDb, school: SchoolId, person: PersonId, day: Date) -> Status {
    let (scope, now) = (Scope::of_program(school), kernel::Clock::now(&t.clock));
    let book = t.db.read_blocking(|tx| queries::school_book(tx, &scope, Days::one(day), now)).unwrap();
    let place = book.pupils().iter().position(|pupil| pupil.id == person).unwrap();
    let whole = book.status(place, 0);
    let class = book.pupils()[place].class;
    let lines = t.db.read_blocking(|tx| queries::class_day(tx, &scope, class, day, now)).unwrap().unwrap().2;
    let line = lines.iter().find(|line| line.person == person).unwrap();
    assert_eq!(line.status, whole, "a class and the school tell the same");
    whole
}

fn correction(person: PersonId, marked: Marked, seen: Option<u64>) -> Correction {
    Correction { person, day: MONDAY, marked, note: Note::parse("Звонила мама").unwrap(), seen }
}

both_databases! {
    fn passes_come_to_the_same_days_in_any_order_twice_and_rebuilt(t) {
        let school = t.school("Школа");
        open_calendar(t, school);
        let class = class(t, school, 5, 'А', Shift::First);
        let (first, second) = (person(t, school, "Асанов", Role::Pupil, Some(class)), person(t, school, "Беков", Role::Pupil, Some(class)));
        t.clock.set(at("2026-11-24T09:00:00+05:00"));
        let mut passes = vec![
            pass(t, first, In, at("2026-11-23T08:10:30+05:00")),
            pass(t, first, Out, at("2026-11-23T13:30:00+05:00")),
            pass(t, second, In, at("2026-11-23T07:50:00+05:00")),
        ];
        // An inner door says nothing of coming and going.
        let mut inner = pass(t, second, Out, at("2026-11-23T08:05:00+05:00"));
        inner.moved_to = inner.moved_from;
        passes.push(inner);
        let mut turned = passes.clone();
        turned.reverse();
        tell(t, school, turned);
        tell(t, school, passes);
        let days = |t: &TestDb| {
            let scope = Scope::of_program(school);
            let now = kernel::Clock::now(&t.clock);
            let log = t.db.read_blocking(|tx| queries::person_log(tx, &scope, first, Days::one(MONDAY), now)).unwrap().unwrap();
            log.days[0].passes.clone()
        };
        let before = days(t);
        assert_eq!(before.all().len(), 2);
        assert_eq!((status(t, school, first, MONDAY), status(t, school, second, MONDAY)), (Status::Late(10), Status::Present));
        let mut told = Vec::new();
        let taken = attendance::rebuild(&t.db, |taken, all| told.push((taken, all))).unwrap();
        assert!(taken > 8 && told.last() == Some(&(taken, taken)), "{told:?}");
        assert_eq!(days(t), before);
        let findings = t.db.read_blocking(attendance::doctor).unwrap();
        assert!(findings[0].ok && findings[0].args[0].1 == store::Told::Number(6), "{findings:?}");
    }

    fn midnight_parts_days_and_a_day_off_expects_nobody(t) {
        let school = t.school("Школа");
        open_calendar(t, school);
        let class = class(t, school, 5, 'А', Shift::First);
        let pupil = person(t, school, "Асанов", Role::Pupil, Some(class));
        t.clock.set(at("2026-11-25T00:00:00+05:00"));
        tell(t, school, vec![
            pass(t, pupil, In, at("2026-11-23T23:59:59+05:00")),
            pass(t, pupil, In, at("2026-11-24T00:00:00+05:00")),
        ]);
        assert_eq!(status(t, school, pupil, MONDAY), Status::Absent(Reason::Unexplained), "after the last bell");
        assert_eq!(status(t, school, pupil, date(2026, 11, 24)), Status::Present);
        assert_eq!(status(t, school, pupil, date(2026, 11, 22)), Status::NoData(NoData::NoLessons));
        assert_eq!(status(t, school, pupil, date(2026, 10, 27)), Status::NoData(NoData::NoLessons), "a break");
        assert_eq!(status(t, school, pupil, date(2026, 11, 20)), Status::NoData(NoData::DoorsSilent));
        assert_eq!(status(t, school, pupil, date(2026, 11, 25)), Status::NotYet);
    }

    fn what_people_say_counts_is_kept_and_can_be_withdrawn(t) {
        let school = t.school("Школа");
        open_calendar(t, school);
        let class = class(t, school, 5, 'А', Shift::First);
        let pupil = person(t, school, "Асанов", Role::Pupil, Some(class));
        let other = person(t, school, "Беков", Role::Pupil, Some(class));
        t.clock.set(at("2026-11-23T10:00:00+05:00"));
        tell(t, school, vec![pass(t, other, In, at("2026-11-23T07:50:00+05:00"))]);
        assert_eq!(status(t, school, pupil, MONDAY), Status::Absent(Reason::Unexplained));
        let desk = user(t, school, "secretary", StaffRole::Secretary);
        let mark = |correction: Correction| {
            let ctx = desk.clone();
            t.db.write_blocking(move |tx| ops::mark(tx, &ctx, &correction))
        };
        assert_eq!(mark(correction(pupil, Marked::Absent(Reason::Ill), Some(0))).unwrap(), 1);
        assert_eq!(status(t, school, pupil, MONDAY), Status::Absent(Reason::Ill));
        assert!(matches!(mark(correction(pupil, Marked::Present, Some(0))), Err(AttendanceError::Changed)));
        assert_eq!(mark(correction(pupil, Marked::Late(5), Some(1))).unwrap(), 2);
        assert_eq!(mark(correction(pupil, Marked::AsSeen, None)).unwrap(), 3);
        assert_eq!(status(t, school, pupil, MONDAY), Status::Absent(Reason::Unexplained));
        let tomorrow = Correction { day: date(2026, 11, 24), ..correction(pupil, Marked::Present, None) };
        assert!(matches!(mark(tomorrow), Err(AttendanceError::Future)));
        let away = NewAbsence { person: pupil, from: MONDAY, until: date(2026, 11, 27), reason: Reason::Competition, note: Note::default() };
        let tell_away = |away: NewAbsence| {
            let ctx = desk.clone();
            t.db.write_blocking(move |tx| ops::tell_absence(tx, &ctx, &away))
        };
        let id = tell_away(away.clone()).unwrap();
        assert!(matches!(tell_away(NewAbsence { reason: Reason::Ill, ..away.clone() }), Err(AttendanceError::Overlap)));
        assert!(matches!(tell_away(NewAbsence { until: date(2026, 11, 22), ..away }), Err(AttendanceError::Days)));
        assert_eq!(status(t, school, pupil, MONDAY), Status::Absent(Reason::Competition));
        assert_eq!(status(t, school, pupil, date(2026, 11, 27)), Status::Absent(Reason::Competition), "known beforehand");
        let ctx = desk.clone();
        t.db.write_blocking(move |tx| ops::withdraw_absence(tx, &ctx, id)).unwrap();
        let ctx = desk.clone();
        assert!(matches!(t.db.write_blocking(move |tx| ops::withdraw_absence(tx, &ctx, id)), Err(AttendanceError::Changed)));
        let (scope, now) = (Scope::of_program(school), kernel::Clock::now(&t.clock));
        let log = t.db.read_blocking(|tx| queries::person_log(tx, &scope, pupil, Days::one(MONDAY), now)).unwrap().unwrap();
        let said: Vec<_> = log.marks.iter().map(|row| (row.revision, row.status.as_str(), row.author_name.as_deref())).collect();
        assert_eq!(said, [(3, "as_seen", Some("Асанова А.")), (2, "late", Some("Асанова А.")), (1, "absent", Some("Асанова А."))]);
        assert!(log.absences.len() == 1 && log.absences[0].withdrawn_at.is_some());
    }

    fn a_class_teacher_reaches_the_own_class_only(t) {
        let school = t.school("Школа");
        open_calendar(t, school);
        let (own, other) = (class(t, school, 5, 'А', Shift::First), class(t, school, 6, 'А', Shift::First));
        let mine = person(t, school, "Асанов", Role::Pupil, Some(own));
        let theirs = person(t, school, "Беков", Role::Pupil, Some(other));
        let teacher = user(t, school, "teacher", StaffRole::Teacher);
        let ctx = program(t, school);
        let account = teacher.actor.user.unwrap();
        t.db.write_blocking(move |tx| ops::add_class_teacher(tx, &ctx, own, account)).unwrap();
        let mark = |person| {
            let (ctx, correction) = (teacher.clone(), correction(person, Marked::Present, None));
            t.db.write_blocking(move |tx| ops::mark(tx, &ctx, &correction))
        };
        assert!(mark(mine).is_ok());
        assert!(matches!(mark(theirs), Err(AttendanceError::NotFound(_))));
        let reason = Note::parse("Вопрос родителей").unwrap();
        let look = |person| {
            let (ctx, reason) = (teacher.clone(), reason.clone());
            t.db.write_blocking(move |tx| ops::look_at_person(tx, &ctx, person, Days::one(MONDAY), &reason))
        };
        assert!(look(mine).is_ok() && matches!(look(theirs), Err(AttendanceError::NotFound(_))));
        let cook = person(t, school, "Повар", Role::Staff, None);
        assert!(matches!(look(cook), Err(AttendanceError::NotFound(_))));
        let ctx = program(t, school);
        t.db.write_blocking(move |tx| ops::remove_class_teacher(tx, &ctx, own, account)).unwrap();
        assert!(matches!(mark(mine), Err(AttendanceError::NotFound(_))));
    }

    fn hours_go_through_midnight_and_entries_count(t) {
        let school = t.school("Школа");
        open_calendar(t, school);
        let guard = person(t, school, "Сейткали", Role::Staff, None);
        let teacher = person(t, school, "Ким", Role::Teacher, None);
        t.clock.set(at("2026-11-30T00:00:00+05:00"));
        tell(t, school, vec![
            pass(t, guard, In, at("2026-11-23T20:00:00+05:00")),
            pass(t, guard, Out, at("2026-11-24T08:00:00+05:00")),
            pass(t, teacher, In, at("2026-11-23T07:45:00+05:00")),
            pass(t, teacher, Out, at("2026-11-23T17:05:00+05:00")),
            pass(t, teacher, In, at("2026-11-24T08:00:00+05:00")),
            pass(t, teacher, Out, at("2026-11-24T12:00:00+05:00")),
        ]);
        let (scope, now) = (Scope::of_program(school), kernel::Clock::now(&t.clock));
        let week = Days { from: MONDAY, until: date(2026, 11, 29) };
        let book = || t.db.read_blocking(|tx| queries::hours(tx, &scope, week, None, now)).unwrap();
        let row = |person| book().rows.into_iter().find(|row| row.person == person).unwrap();
        let letters = |person| row(person).entries.iter().map(|entry| entry.code.as_ref().map_or("-", Code::as_str).to_owned()).collect::<Vec<_>>().join("");
        assert_eq!(letters(teacher), "ЯФ---ВВ");
        assert_eq!((row(teacher).minutes(), row(teacher).open_days(), row(teacher).inside_min()), (480 + 240, 3, 560 + 240));
        assert_eq!(letters(guard), "ФЯ---ВВ");
        assert_eq!((row(guard).minutes(), row(guard).night_min()), (240 + 480, 120 + 360));
        let ill = Entered { code: Code::parse("Б").unwrap(), minutes: 0, night_min: 0 };
        let enter = |entered: Option<Entered>, seen| {
            let ctx = program(t, school);
            t.db.write_blocking(move |tx| ops::enter(tx, &ctx, teacher, date(2026, 11, 25), entered.as_ref(), seen))
        };
        enter(Some(ill.clone()), 0).unwrap();
        assert_eq!(letters(teacher), "ЯФБ--ВВ");
        assert!(matches!(enter(Some(ill.clone()), 0), Err(AttendanceError::Changed)));
        assert!(matches!(enter(Some(Entered { minutes: 60, ..ill.clone() }), 1), Err(AttendanceError::Code)));
        assert!(matches!(enter(Some(Entered { code: Code::parse("Щ").unwrap(), ..ill }), 1), Err(AttendanceError::Code)));
        enter(None, 1).unwrap();
        assert_eq!(letters(teacher), "ЯФ---ВВ");
    }
}
