//! What passes come to, and what people say of it.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

mod site;

use accounts::{Scope, StaffRole};
use attendance::{
    AttendanceError, LeaveReasons,
    model::{Code, Entered, Marked, NoData, Note, Reason, Status},
    ops::{self, Correction, NewAbsence},
    queries::{self, Days},
};
use jiff::civil::{Date, date};
use journal::facts::{LeaveChanged, LeaveTerm};
use kernel::{
    Direction::{In, Out},
    PersonId, Role, SchoolId,
};
use people::{ops::turn_over, person::Shift, register::Move};
use site::*;
use store::statements;
use testkit::{TestDb, both_databases};

statements! {
    /// Days that are put together.
    fn packs(school: SchoolId) -> Exactly<u32> = "select count(*) from attendance_pack where school = $1";
    /// As if an older program had given every permission.
    fn given_before(school: SchoolId) -> Run = "update attendance_leave set is_older = true where school = $1";
    /// Forgets them.
    fn forget_packs(school: SchoolId) -> Run = "delete from attendance_pack where school = $1";
}

const MONDAY: Date = Date::constant(2026, 11, 23);

fn status(t: &TestDb, school: SchoolId, person: PersonId, day: Date) -> Status {
    let (scope, now) = (Scope::of_program(school), kernel::Clock::now(&t.clock));
    let book = t.db.read_blocking(|tx| queries::school_book(tx, &scope, Days::one(day), now)).unwrap();
    let place = book.pupils().iter().position(|pupil| pupil.id == person).unwrap();
    let whole = book.status(place, 0);
    let class = book.pupils()[place].class;
    let lines = t.db.read_blocking(|tx| queries::class_day(tx, &scope, class, day, now)).unwrap().unwrap().lines;
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

    fn a_day_that_is_over_stays_true_when_a_pass_is_learnt_of_late(t) {
        let school = t.school("Школа");
        open_calendar(t, school);
        let class = class(t, school, 5, 'А', Shift::First);
        let pupil = person(t, school, "Асанов", Role::Pupil, Some(class));
        t.clock.set(at("2026-11-26T18:00:00+05:00"));
        let packs = || t.db.read_blocking(|tx| packs(tx, school)).unwrap();
        let come = |moment: &str| tell(t, school, vec![pass(t, pupil, In, at(moment))]);
        come("2026-11-23T08:10:00+05:00");
        assert_eq!((packs(), status(t, school, pupil, MONDAY)), (0, Status::Late(10)), "the newest day is no pack");
        come("2026-11-25T07:50:00+05:00");
        assert_eq!((packs(), status(t, school, pupil, MONDAY)), (1, Status::Late(10)));
        let whole = || {
            let (scope, now) = (Scope::of_program(school), kernel::Clock::now(&t.clock));
            let days = Days { from: MONDAY, until: date(2026, 11, 26) };
            let book = t.db.read_blocking(|tx| queries::school_book(tx, &scope, days, now)).unwrap();
            (0..4).map(|day| book.status(0, day)).collect::<Vec<_>>()
        };
        let silent = Status::NoData(NoData::DoorsSilent);
        assert_eq!(whole(), [Status::Late(10), silent, Status::Present, silent]);
        come("2026-11-23T07:55:00+05:00");
        assert_eq!((packs(), whole()), (1, vec![Status::Present, silent, Status::Present, silent]));
        come("2026-11-24T08:03:00+05:00");
        assert_eq!((packs(), whole()), (2, vec![Status::Present, Status::Late(3), Status::Present, silent]));
        let before = whole();
        attendance::rebuild(&t.db, |_, _| {}).unwrap();
        assert_eq!((packs(), whole()), (2, before));
        // A school that was there before packs were: the next new day makes up for them.
        t.db.write_blocking(move |tx| forget_packs(tx, school)).unwrap();
        come("2026-11-26T07:40:00+05:00");
        assert_eq!((packs(), whole()[3]), (3, Status::Present));
    }

    fn whoever_left_by_a_permission_that_held_is_no_truant(t) {
        let school = t.school("Школа");
        open_calendar(t, school);
        let class = class(t, school, 5, 'А', Shift::First);
        let pupils: Vec<PersonId> =
            ["Асанов", "Беков", "Венеров", "Галиев", "Досов"].map(|family| person(t, school, family, Role::Pupil, Some(class))).into();
        let desk = user(t, school, "secretary", StaffRole::Secretary);
        let day = |time: &str| at(&format!("2026-11-23T{time}+05:00"));
        t.clock.set(day("09:00:00"));
        let permit = |person: PersonId, from: &str, until: &str, withdrawn_at: Option<&str>| {
            let leave = t.ids.new_id(day("09:00:00"));
            let term = LeaveTerm {
                from: day(from),
                until: day(until),
                given_by: desk.actor.user,
                withdrawn_at: withdrawn_at.map(day),
            };
            let given = LeaveChanged { leave, person, term: Some(LeaveTerm { withdrawn_at: None, ..term }) };
            let mut told = vec![given];
            told.extend(term.withdrawn_at.map(|_| LeaveChanged { leave, person, term: Some(term) }));
            t.db.write_blocking(move |tx| journal::append_all(tx, school, day("09:00:00"), &told)).unwrap();
            leave
        };
        let come_and_leave = |person, out: &str| vec![pass(t, person, In, day("07:50:00")), pass(t, person, Out, day(out))];
        // The pass of the first is told before the permission, of the others afterwards.
        tell(t, school, come_and_leave(pupils[0], "10:00:00"));
        let leave = permit(pupils[0], "09:30:00", "11:00:00", None);
        permit(pupils[1], "09:30:00", "11:00:00", Some("09:45:00"));
        permit(pupils[2], "09:30:00", "09:59:00", None);
        permit(pupils[3], "09:30:00", "11:00:00", None);
        let older = LeaveChanged { leave: t.ids.new_id(day("09:00:00")), person: pupils[4], term: None };
        t.db.write_blocking(move |tx| journal::append(tx, school, day("09:00:00"), &older)).unwrap();
        tell(t, school, pupils[1..].iter().flat_map(|person| come_and_leave(*person, "10:00:00")).collect());
        // Comes late, is let go, and comes back later: nothing is missing at the end.
        tell(t, school, vec![pass(t, pupils[3], In, day("10:40:00"))]);
        assert_eq!(status(t, school, pupils[0], MONDAY), Status::Present, "lessons go on");
        t.clock.set(day("18:00:00"));
        let of = |pupil: usize| status(t, school, pupils[pupil], MONDAY);
        let all = || (0..5).map(of).collect::<Vec<_>>();
        let early = of(1).early_min().unwrap();
        let expected = [
            Status::LeftByLeave(early), Status::LeftEarly(early), Status::LeftEarly(early), Status::Present, Status::LeftEarly(early),
        ];
        assert_eq!(all(), expected);
        let (scope, now) = (Scope::of_program(school), kernel::Clock::now(&t.clock));
        let told = LeaveReasons::new(move |_, scope, ids| {
            assert_eq!(scope.school(), school);
            Ok(ids.iter().map(|id| (*id, "К врачу".to_owned())).collect())
        });
        let line = || {
            t.db.read_blocking(|tx| {
                let mut found = queries::class_day(tx, &scope, class, MONDAY, now)?.unwrap();
                found.tell_leaves(tx, &scope, &told)?;
                Ok::<_, store::StoreError>(found.lines.into_iter().find(|line| line.person == pupils[0]).unwrap())
            })
            .unwrap()
        };
        let before = line();
        let shown = before.leave.clone().unwrap();
        assert_eq!((shown.row.id, shown.row.given_by_name.as_deref(), shown.reason.as_str()), (leave, Some("Асанова А."), "К врачу"));
        let tally = t.db.read_blocking(|tx| queries::school_book(tx, &scope, Days::one(MONDAY), now)).unwrap();
        let sum = tally.tallies().into_iter().fold(attendance::model::Tally::default(), |mut sum, (_, tally)| {
            sum.join(&tally);
            sum
        });
        assert_eq!((sum.early, sum.let_go, sum.there), (3, 1, 5));
        attendance::rebuild(&t.db, |_, _| {}).unwrap();
        assert_eq!((all(), line()), (expected.to_vec(), before.clone()), "the journal tells all of it again");
        // What an older program had given is not told again and stays.
        t.db.write_blocking(move |tx| given_before(tx, school)).unwrap();
        attendance::rebuild(&t.db, |_, _| {}).unwrap();
        assert_eq!((all(), line()), (expected.to_vec(), before));
        // What somebody says outweighs.
        let ctx = desk.clone();
        let said = correction(pupils[0], Marked::LeftEarly(15), None);
        t.db.write_blocking(move |tx| ops::mark(tx, &ctx, &said)).unwrap();
        assert_eq!((of(0), line().leave), (Status::LeftEarly(15), None));
    }

    fn a_pupil_is_in_the_class_of_that_day(t) {
        let school = t.school("Школа");
        t.clock.set(at("2026-11-02T07:00:00+05:00"));
        open_calendar(t, school);
        let (old, new) = (class(t, school, 5, 'А', Shift::First), class(t, school, 6, 'Б', Shift::First));
        let pupil = person(t, school, "Асанов", Role::Pupil, Some(old));
        let mate = person(t, school, "Беков", Role::Pupil, Some(old));
        let leader = person(t, school, "Учителева", Role::Teacher, None);
        let teacher = user(t, school, "teacher", StaffRole::Teacher);
        leads(t, school, old, leader, teacher.actor.user.unwrap());
        t.clock.set(at("2026-11-23T12:00:00+05:00"));
        let ctx = program(t, school);
        let moved = Move { day: MONDAY, why: "Переезд".into(), document: String::new() };
        t.db.write_blocking(move |tx| people::ops::transfer(tx, &ctx, pupil, new, &moved)).unwrap();
        tell(t, school, [20, 23].map(|day| pass(t, pupil, In, at(&format!("2026-11-{day}T07:50:00+05:00")))).into());
        let (scope, now) = (Scope::of_program(school), kernel::Clock::now(&t.clock));
        let november = Days::month(MONDAY);
        let of_class = |class| t.db.read_blocking(|tx| queries::class_book(tx, &scope, class, november, now)).unwrap().unwrap();
        let (before, after) = (of_class(old), of_class(new));
        assert_eq!((before.pupils().len(), after.pupils().len(), after.pupils()[0].id), (2, 1, pupil));
        let other = Status::NoData(NoData::OtherClass);
        assert_eq!((before.status(0, 0), before.status(0, 19), before.status(0, 22)), (other, Status::Present, other));
        assert_eq!((after.status(0, 19), after.status(0, 22)), (other, Status::Present));
        let school_wide = t.db.read_blocking(|tx| queries::school_book(tx, &scope, november, now)).unwrap();
        let tallies = school_wide.tallies();
        assert_eq!((tallies.len(), school_wide.person_count(), school_wide.pupils().len()), (2, 2, 3));
        let of = |person| tallies.iter().find(|(known, _)| *known == person).unwrap().1;
        assert_eq!((of(pupil).there, of(pupil).known, of(mate).known), (2, 2, 2), "two days were watched");
        let names: Vec<String> = school_wide.classes().iter().map(|class| class.name.to_string()).collect();
        assert_eq!(names, ["5 «А»", "6 «Б»"]);
        let lines = |day| t.db.read_blocking(|tx| queries::class_day(tx, &scope, old, day, now)).unwrap().unwrap().lines.len();
        assert_eq!((lines(date(2026, 11, 20)), lines(MONDAY)), (2, 1));
        // The class teacher of that day still says what the day was, and no more.
        let mark = |day| {
            let ctx = accounts::Ctx { now, ..teacher.clone() };
            let correction = Correction { day, ..correction(pupil, Marked::Late(3), None) };
            t.db.write_blocking(move |tx| ops::mark(tx, &ctx, &correction))
        };
        assert!(mark(date(2026, 11, 20)).is_ok() && matches!(mark(MONDAY), Err(AttendanceError::NotFound(_))));
        let log = t.db.read_blocking(|tx| queries::person_log(tx, &scope, pupil, november, now)).unwrap().unwrap();
        assert_eq!((log.days[0].status, log.days[19].status, log.days[22].status), (None, Some(Status::Late(3)), Some(Status::Present)));
    }

    fn a_class_of_the_year_before_is_shown_as_it_was_then(t) {
        let school = t.school("Школа");
        t.clock.set(at("2026-11-02T07:00:00+05:00"));
        open_calendar(t, school);
        let (rising, ending) = (class(t, school, 5, 'А', Shift::First), class(t, school, 11, 'А', Shift::First));
        let pupil = person(t, school, "Асанов", Role::Pupil, Some(rising));
        let leaver = person(t, school, "Беков", Role::Pupil, Some(ending));
        t.clock.set(at("2026-11-03T12:00:00+05:00"));
        tell(t, school, [pupil, leaver].map(|who| pass(t, who, In, at("2026-11-03T07:50:00+05:00"))).into());
        t.clock.set(at("2027-06-01T12:00:00+05:00"));
        let ctx = program(t, school);
        let (day, year) = (date(2027, 6, 1), "2027-28".to_owned());
        t.db.write_blocking(move |tx| {
            let suggested = turn_over::suggest(tx, &ctx, &Scope::of_program(school))?.plan;
            let plan = turn_over::Plan { new: Vec::new(), day, year: year.clone(), ..suggested };
            turn_over::turn(tx, &ctx, &plan)
        })
        .unwrap();
        let (scope, now) = (Scope::of_program(school), kernel::Clock::now(&t.clock));
        let book = t.db.read_blocking(|tx| queries::school_book(tx, &scope, Days::month(date(2026, 11, 3)), now)).unwrap();
        let names: Vec<String> = book.classes().iter().map(|class| class.name.to_string()).collect();
        assert_eq!(names, ["5 «А»", "11 «А»"]);
        assert!((0..2).all(|pupil| book.status(pupil, 2) == Status::Present), "who has finished school was there then");
        let june = t.db.read_blocking(|tx| queries::school_book(tx, &scope, Days::one(day), now)).unwrap();
        assert_eq!((june.pupils().len(), june.classes()[0].name.to_string()), (1, "6 «А»".to_owned()));
    }

    fn midnight_parts_days_and_a_day_off_expects_nobody(t) {
        let school = t.school("Школа");
        t.clock.set(at("2026-09-01T07:00:00+05:00"));
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
        let leader = person(t, school, "Учителева", Role::Teacher, None);
        leads(t, school, own, leader, teacher.actor.user.unwrap());
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
        t.db.write_blocking(move |tx| people::ops::unlink_account(tx, &ctx, leader)).unwrap();
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
