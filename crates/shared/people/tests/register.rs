//! The register on both databases, below the pages: sealed numbers, families, moves, the turn of the year, lists from elsewhere.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

use accounts::{Ctx, Scope};
use jiff::civil::{Date, date};
use kernel::{ClassId, Clock, PersonId, PersonStatus, Role, SchoolId};
use people::{
    PeopleError, TurnFault,
    model::{
        Address, Arrival, ClassName, Document, DocumentKind, Ending, GuardianKind, GuardianshipData, Iin, Particulars,
        PersonName, Phone, Sex,
    },
    ops::{
        self,
        turn_over::{self, Next},
        upsert::{self, FoundBy, Incoming, Match, Upserted},
    },
    person::{ClassData, PersonData, Shift},
    queries,
    register::{ClassHome, Move},
};
use store::Tx;
use testkit::{TestDb, both_databases, vault};

const BOY: &str = "150915500017";
const GIRL: &str = "120302600174";

fn data(family: &str, given: &str, role: Role, class: Option<ClassId>) -> PersonData {
    PersonData {
        name: PersonName::parse(family, given, None).unwrap(),
        sex: None,
        birth_date: None,
        roles: [role].into(),
        class,
        position: String::new(),
        learning_until: None,
    }
}

fn done<T: Send + 'static>(
    t: &TestDb,
    school: SchoolId,
    work: impl Fn(&mut Tx<'_>, &Ctx) -> Result<T, PeopleError> + Send + 'static,
) -> Result<T, PeopleError> {
    let ctx = Ctx::of_program(school, t.clock.now(), t.ids.clone());
    t.db.write_blocking(move |tx| work(tx, &ctx))
}

fn read<T>(t: &TestDb, school: SchoolId, work: impl Fn(&mut Tx<'_>, &Scope) -> Result<T, PeopleError>) -> T {
    let scope = Scope::of_program(school);
    t.db.read_blocking(|tx| work(tx, &scope)).unwrap()
}

fn add(t: &TestDb, school: SchoolId, data: PersonData) -> PersonId {
    done(t, school, move |tx, ctx| ops::add_person(tx, ctx, &data)).unwrap()
}

fn pupil(t: &TestDb, school: SchoolId, family: &str, class: ClassId) -> PersonId {
    add(t, school, data(family, "Али", Role::Pupil, Some(class)))
}

fn class(t: &TestDb, school: SchoolId, name: &str) -> ClassId {
    let name = ClassName::parse(name).unwrap();
    let data = ClassData { name, lang: i18n::Lang::Kk, shift: Shift::First };
    done(t, school, move |tx, ctx| ops::add_class(tx, ctx, &data)).unwrap()
}

fn with_iin(iin: &str) -> Particulars {
    Particulars { iin: Some(Iin::parse(iin).unwrap()), ..Particulars::default() }
}

fn keep(t: &TestDb, school: SchoolId, person: PersonId, new: Particulars) -> Result<(), PeopleError> {
    let revision = revision(t, school, person);
    done(t, school, move |tx, ctx| ops::set_particulars(tx, ctx, &vault(), person, revision, &new))
}

fn revision(t: &TestDb, school: SchoolId, person: PersonId) -> u64 {
    read(t, school, |tx, scope| Ok(queries::find(tx, scope, person)?.unwrap().revision))
}

fn class_of(t: &TestDb, school: SchoolId, person: PersonId) -> Option<String> {
    read(t, school, |tx, scope| Ok(queries::brief(tx, scope, person)?.unwrap().class_name))
}

fn status_of(t: &TestDb, school: SchoolId, person: PersonId) -> PersonStatus {
    read(t, school, |tx, scope| Ok(queries::brief(tx, scope, person)?.unwrap().status))
}

/// `class how..ended`, the newest first.
fn stays(t: &TestDb, school: SchoolId, person: PersonId) -> Vec<String> {
    let history = read(t, school, |tx, scope| Ok(queries::history(tx, scope, person)?));
    let line = |stay: &people::register::Enrolment| {
        format!("{} {}..{}", stay.class_name, stay.how.as_str(), stay.ended.map_or("", Ending::as_str))
    };
    history.iter().map(line).collect()
}

fn on(day: Date) -> Move {
    Move::on(day)
}

const TODAY: Date = date(2026, 11, 23);

both_databases! {
    fn what_is_dangerous_is_kept_sealed_found_by_its_hash_and_each_look_is_noted(t) {
        let school = t.school("one");
        let person = add(t, school, data("Асанов", "Али", Role::Pupil, None));
        let new = Particulars {
            phones: vec![Phone::parse("+77001112233").unwrap()],
            document: Document::parse(DocumentKind::BirthCertificate, "АВ 123456", Some(date(2015, 9, 20))).ok(),
            address: Address::parse("Абай көшесі, 1").unwrap(),
            ..with_iin(BOY)
        };
        keep(t, school, person, new.clone()).unwrap();
        assert_eq!(done(t, school, move |tx, ctx| ops::see_particulars(tx, ctx, &vault(), person)).unwrap(), new);
        let found = |text: &'static str| read(t, school, |tx, scope| {
            Ok(queries::by_number(tx, scope, &vault(), text)?.into_iter().map(|person| person.id).collect::<Vec<_>>())
        });
        for text in [BOY, "150915 500017", "+7 700 111 22 33", "2233"] {
            assert_eq!(found(text), [person], "{text}");
        }
        for text in [GIRL, "+77001112234", "2234", "223", "Асанов"] {
            assert_eq!(found(text), [], "{text}");
        }
        keep(t, school, person, Particulars { iin: None, phones: Vec::new(), ..new }).unwrap();
        assert_eq!((found(BOY), found("2233")), (vec![], vec![]), "what was taken away finds nobody");
        let other = t.school("two");
        let stranger = done(t, other, move |tx, ctx| ops::see_particulars(tx, ctx, &vault(), person));
        assert!(matches!(stranger, Err(PeopleError::NoSuchPerson)));
    }

    fn an_iin_is_one_persons_and_agrees_with_birth_date_and_sex(t) {
        let school = t.school("one");
        let one = add(t, school, data("Асанов", "Али", Role::Pupil, None));
        let two = add(t, school, PersonData { birth_date: Some(date(2015, 9, 16)), ..data("Беков", "Али", Role::Pupil, None) });
        let girl = add(t, school, PersonData { sex: Some(Sex::Female), ..data("Бекова", "Дана", Role::Pupil, None) });
        for person in [two, girl] {
            let refused = keep(t, school, person, with_iin(BOY));
            assert!(matches!(refused, Err(PeopleError::IinDisagrees { birth_date: Some(day), sex: Some(Sex::Male) }) if day == date(2015, 9, 15)));
        }
        keep(t, school, one, with_iin(BOY)).unwrap();
        keep(t, school, one, with_iin(BOY)).unwrap();
        let taken = keep(t, school, two, with_iin(BOY));
        assert!(matches!(&taken, Err(PeopleError::IinTaken { holder, .. }) if *holder == one));
        assert!(!format!("{:?}", taken).contains("сан"), "a log line would not name the holder");
        let stale = done(t, school, move |tx, ctx| ops::set_particulars(tx, ctx, &vault(), one, 1, &Particulars::default()));
        assert!(matches!(stale, Err(PeopleError::Changed)), "of two who edit at once the second is told");
        let elsewhere = t.school("two");
        let same = add(t, elsewhere, data("Асанов", "Али", Role::Pupil, None));
        keep(t, elsewhere, same, with_iin(BOY)).unwrap();
    }

    fn who_answers_for_a_child_is_one_record_with_siblings_beside(t) {
        let school = t.school("one");
        let class = class(t, school, "5Б");
        let (son, daughter) = (pupil(t, school, "Асанов", class), pupil(t, school, "Асанова", class));
        let mother = add(t, school, data("Асанова", "Дана", Role::Teacher, None));
        let set = |child, guardian, data: GuardianshipData| done(t, school, move |tx, ctx| ops::set_guardian(tx, ctx, child, guardian, &data));
        set(son, mother, GuardianshipData::of(GuardianKind::Parent)).unwrap();
        set(daughter, mother, GuardianshipData { may_collect: false, ..GuardianshipData::of(GuardianKind::Guardian) }).unwrap();
        let roles = read(t, school, |tx, scope| Ok(queries::brief(tx, scope, mother)?.unwrap().roles));
        assert_eq!(roles, [Role::Teacher, Role::Guardian].into(), "a teacher stays a teacher");
        let of_son = read(t, school, |tx, scope| Ok(queries::family(tx, scope, son)?));
        assert_eq!((of_son.guardians[0].person.id, of_son.siblings[0].id, of_son.children.len()), (mother, daughter, 0));
        let of_mother = read(t, school, |tx, scope| Ok(queries::family(tx, scope, mother)?));
        assert_eq!(of_mother.children.iter().map(|kin| kin.data.may_collect).collect::<Vec<_>>(), [true, false]);
        for (child, guardian) in [(son, son), (mother, son)] {
            assert!(matches!(set(child, guardian, GuardianshipData::of(GuardianKind::Parent)), Err(PeopleError::Guardianship)));
        }
        done(t, school, move |tx, ctx| ops::remove_guardian(tx, ctx, son, mother)).unwrap();
        assert!(read(t, school, |tx, scope| Ok(queries::family(tx, scope, son)?)).guardians.is_empty());
        assert!(matches!(done(t, school, move |tx, ctx| ops::remove_guardian(tx, ctx, son, mother)), Err(PeopleError::NoSuchPerson)));
    }

    fn a_pupil_moves_leaves_and_comes_back_and_the_way_is_kept(t) {
        let school = t.school("one");
        let (five, six) = (class(t, school, "5Б"), class(t, school, "6А"));
        let person = pupil(t, school, "Асанов", five);
        assert_eq!(stays(t, school, person), ["5 «Б» admitted.."]);
        let later = TODAY.tomorrow().unwrap();
        done(t, school, move |tx, ctx| ops::transfer(tx, ctx, person, six, &on(later))).unwrap();
        assert_eq!(stays(t, school, person), ["6 «А» transferred..", "5 «Б» admitted..transferred"]);
        assert_eq!(class_of(t, school, person).as_deref(), Some("6 «А»"));
        assert!(matches!(done(t, school, move |tx, ctx| ops::transfer(tx, ctx, person, six, &on(later))), Err(PeopleError::Enrolled)));
        assert!(matches!(done(t, school, move |tx, ctx| ops::admit(tx, ctx, person, five, &on(later))), Err(PeopleError::Enrolled)));
        for day in [TODAY, date(2026, 12, 24), date(1999, 1, 1)] {
            assert!(matches!(done(t, school, move |tx, ctx| ops::leave(tx, ctx, person, &on(day))), Err(PeopleError::MoveDay)), "{day}");
        }
        t.clock.set("2026-12-01T08:00:00+05:00".parse().unwrap());
        let gone = Move { day: date(2026, 12, 1), why: "Алматы, № 12".into(), document: "№ 45".into() };
        done(t, school, move |tx, ctx| ops::leave(tx, ctx, person, &gone)).unwrap();
        assert_eq!((class_of(t, school, person), status_of(t, school, person)), (None, PersonStatus::Archived));
        let last = read(t, school, |tx, scope| Ok(queries::history(tx, scope, person)?)).remove(0);
        assert_eq!((last.why.as_str(), last.until, last.ended), ("Алматы, № 12", Some(date(2026, 11, 30)), Some(Ending::Left)));
        t.clock.set("2027-01-12T08:00:00+05:00".parse().unwrap());
        done(t, school, move |tx, ctx| ops::readmit_pupil(tx, ctx, person, five, &on(date(2027, 1, 11)))).unwrap();
        assert_eq!(stays(t, school, person)[0], "5 «Б» readmitted..");
        assert_eq!((class_of(t, school, person).as_deref(), status_of(t, school, person)), (Some("5 «Б»"), PersonStatus::Active));
        let kinds: Vec<String> = read(t, school, |tx, _| Ok(journal::read(tx, school, 0, 1_000)?)).into_iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds.iter().filter(|kind| *kind == "PupilMoved").count(), 4);
    }

    fn whoever_changes_the_class_in_another_way_leaves_the_same_trace(t) {
        let school = t.school("one");
        let (five, six) = (class(t, school, "5Б"), class(t, school, "6А"));
        let person = pupil(t, school, "Асанов", five);
        t.clock.set("2026-11-25T08:00:00+05:00".parse().unwrap());
        let change = |class, revision| done(t, school, move |tx, ctx| ops::edit_person(tx, ctx, person, revision, &data("Асанов", "Али", Role::Pupil, class)));
        change(Some(six), 1).unwrap();
        assert_eq!(stays(t, school, person), ["6 «А» transferred..", "5 «Б» admitted..transferred"]);
        change(Some(five), 2).unwrap();
        assert_eq!(stays(t, school, person), ["5 «Б» transferred..", "5 «Б» admitted..transferred"], "a mistake of the same day leaves no trace");
        done(t, school, move |tx, ctx| ops::archive(tx, ctx, person)).unwrap();
        assert_eq!((stays(t, school, person)[0].as_str(), class_of(t, school, person)), ("5 «Б» transferred..left", None));
        t.clock.set("2026-12-01T08:00:00+05:00".parse().unwrap());
        done(t, school, move |tx, ctx| ops::readmit(tx, ctx, person)).unwrap();
        assert_eq!((stays(t, school, person)[0].as_str(), class_of(t, school, person).as_deref()), ("5 «Б» readmitted..", Some("5 «Б»")));
    }

    fn the_year_turns_and_can_be_taken_back(t) {
        let school = t.school("one");
        let ids = ["1А", "4Б", "5Б", "11А", "3В"].map(|name| class(t, school, name));
        let [first, four, five, last, _empty] = ids;
        let (small, mid, big, old) = (pupil(t, school, "А", first), pupil(t, school, "Б", four), pupil(t, school, "В", five), pupil(t, school, "Г", last));
        let (lazy, wild) = (pupil(t, school, "Д", first), pupil(t, school, "Е", last));
        done(t, school, move |tx, ctx| ops::block(tx, ctx, wild)).unwrap();
        done(t, school, move |tx, ctx| ops::mark_repeater(tx, ctx, lazy, true)).unwrap();
        t.clock.set("2027-06-01T08:00:00+05:00".parse().unwrap());
        let preview = done(t, school, |tx, ctx| turn_over::suggest(tx, ctx, &Scope::of_program(ctx.actor.school))).unwrap();
        let plan = preview.plan;
        assert_eq!((plan.year.as_str(), plan.classes.len(), plan.new.len(), preview.repeaters.len()), ("2027-28", 5, 1, 1));
        let next = |class| plan.classes.iter().find(|of| of.class == class).unwrap().next;
        assert_eq!((next(five), next(last), next(ids[4])), (Next::Becomes(ClassName::parse("6Б").unwrap()), Next::Graduates, Next::Ends));
        let done_plan = plan.clone();
        assert_eq!(done(t, school, move |tx, ctx| turn_over::turn(tx, ctx, &done_plan)).unwrap(), 6);
        let of = |person| class_of(t, school, person);
        assert_eq!([small, mid, big].map(of), ["2 «А»", "5 «Б»", "6 «Б»"].map(|name| Some(name.to_owned())));
        assert_eq!((of(lazy).as_deref(), of(old), status_of(t, school, old)), (Some("1 «А»"), None, PersonStatus::Archived));
        assert_eq!(stays(t, school, lazy), ["1 «А» repeated..", "1 «А» admitted..repeated"]);
        assert_eq!(stays(t, school, old), ["11 «А» admitted..graduated"]);
        let names: Vec<String> = read(t, school, |tx, scope| Ok(queries::classes(tx, scope)?)).iter().map(|class| class.data.name.compact()).collect();
        assert_eq!(names, ["1А", "2А", "5Б", "6Б"]);

        done(t, school, turn_over::undo).unwrap();
        assert_eq!([small, mid, big, old, lazy].map(of), ["1 «А»", "4 «Б»", "5 «Б»", "11 «А»", "1 «А»"].map(|name| Some(name.to_owned())));
        assert_eq!((status_of(t, school, old), status_of(t, school, wild)), (PersonStatus::Active, PersonStatus::Blocked), "who was blocked is blocked again");
        assert_eq!(stays(t, school, big), ["5 «Б» admitted.."]);
        let again = done(t, school, |tx, ctx| turn_over::suggest(tx, ctx, &Scope::of_program(ctx.actor.school))).unwrap();
        assert_eq!((again.plan.classes.len(), again.repeaters.len(), again.undoable), (5, 1, None));
        assert!(matches!(done(t, school, turn_over::undo), Err(PeopleError::Turn(TurnFault::TooLate))));
        let plan = again.plan;
        done(t, school, move |tx, ctx| turn_over::turn(tx, ctx, &plan)).unwrap();
        done(t, school, move |tx, ctx| ops::transfer(tx, ctx, small, four, &on(date(2027, 6, 1)))).unwrap();
        let late = pupil(t, school, "Ж", five);
        let refused = done(t, school, turn_over::undo);
        assert!(matches!(&refused, Err(PeopleError::Turn(TurnFault::Moved(who))) if who.contains(&small) && who.contains(&late) && who.len() == 2), "{refused:?}");
        t.clock.set("2027-07-02T08:00:00+05:00".parse().unwrap());
        assert!(matches!(done(t, school, turn_over::undo), Err(PeopleError::Turn(TurnFault::TooLate))));
    }

    fn a_turn_that_does_not_fit_is_refused_and_classes_can_become_one(t) {
        let school = t.school("one");
        let (one, two, low) = (class(t, school, "4А"), class(t, school, "4Б"), class(t, school, "3А"));
        let (a, b, c) = (pupil(t, school, "А", one), pupil(t, school, "Б", two), pupil(t, school, "В", low));
        let plan = done(t, school, |tx, ctx| turn_over::suggest(tx, ctx, &Scope::of_program(ctx.actor.school))).unwrap().plan;
        let turned = |change: &dyn Fn(&mut turn_over::Plan)| {
            let mut plan = plan.clone();
            change(&mut plan);
            done(t, school, move |tx, ctx| turn_over::turn(tx, ctx, &plan))
        };
        let set = |plan: &mut turn_over::Plan, class, next| plan.classes.iter_mut().filter(|of| of.class == class).for_each(|of| of.next = next);
        let name = |text| ClassName::parse(text).unwrap();
        let fault = |done: Result<u64, PeopleError>| match done { Err(PeopleError::Turn(fault)) => fault, other => panic!("{other:?}") };
        assert_eq!(fault(turned(&|plan| { plan.classes.pop(); })), TurnFault::Stale);
        assert_eq!(fault(turned(&|plan| plan.year = "2027".into())), TurnFault::Year);
        assert_eq!(fault(turned(&|plan| set(plan, one, Next::Ends))), TurnFault::Ends(name("4А")));
        assert_eq!(fault(turned(&|plan| set(plan, one, Next::Graduates))), TurnFault::Ends(name("4А")));
        assert_eq!(fault(turned(&|plan| set(plan, two, Next::Becomes(name("5А"))))), TurnFault::Twice(name("5А")));
        assert_eq!(fault(turned(&|plan| { set(plan, one, Next::Becomes(name("4А"))); set(plan, two, Next::Becomes(name("4Б"))); set(plan, low, Next::Becomes(name("3А"))); })), TurnFault::Nothing);
        done(t, school, move |tx, ctx| ops::mark_repeater(tx, ctx, c, true)).unwrap();
        assert_eq!(fault(turned(&|_| ())), TurnFault::Repeater(c), "there would be no third class");
        done(t, school, move |tx, ctx| ops::mark_repeater(tx, ctx, c, false)).unwrap();
        assert_eq!([a, b, c].map(|person| class_of(t, school, person).unwrap()), ["4 «А»", "4 «Б»", "3 «А»"], "nothing was done");
        turned(&|plan| { plan.may_merge = true; set(plan, two, Next::Becomes(name("5А"))); }).unwrap();
        assert_eq!([a, b, c].map(|person| class_of(t, school, person).unwrap()), ["5 «А»", "5 «А»", "4 «А»"]);
        done(t, school, turn_over::undo).unwrap();
        assert_eq!([a, b, c].map(|person| class_of(t, school, person).unwrap()), ["4 «А»", "4 «Б»", "3 «А»"]);
    }

    fn a_person_of_a_list_is_found_and_brought_up_to_date(t) {
        let school = t.school("one");
        let born = Some(date(2015, 9, 15));
        let boy = PersonData { birth_date: born, ..data("Асанов", "Али", Role::Pupil, None) };
        let incoming = Incoming { data: boy.clone(), particulars: with_iin(BOY) };
        let find = |iin: Option<&str>, name: &PersonName, day| {
            let iin = iin.map(|iin| Iin::parse(iin).unwrap());
            read(t, school, |tx, scope| upsert::find_match(tx, scope, &vault(), iin.as_ref(), name, day))
        };
        assert_eq!(find(Some(BOY), &boy.name, born), Match::Nobody);
        let first = incoming.clone();
        let Upserted::Added(person) = done(t, school, move |tx, ctx| upsert::upsert(tx, ctx, &vault(), None, &first)).unwrap() else { panic!("added") };
        let by = |found: Match| match found { Match::One(found) => (found.person, found.by), other => panic!("{other:?}") };
        assert_eq!(by(find(Some(BOY), &PersonName::parse("Басқа", "Аты", None).unwrap(), None)), (person, FoundBy::Iin));
        assert_eq!(by(find(None, &boy.name, born)), (person, FoundBy::NameAndBirthDate));
        assert_eq!(by(find(None, &PersonName::parse("Асанов", "Али", Some("Ержанулы")).unwrap(), born)), (person, FoundBy::NameAndBirthDate));
        assert!(matches!(find(None, &boy.name, None), Match::Perhaps(found) if found.person == person));
        assert_eq!(find(None, &boy.name, Some(date(2015, 9, 16))), Match::Nobody);
        assert_eq!(find(Some(GIRL), &boy.name, born), Match::Nobody, "who has another IIN is another human being");

        let Match::One(found) = find(Some(BOY), &boy.name, born) else { panic!("found") };
        let same = incoming.clone();
        let again = done(t, school, move |tx, ctx| upsert::upsert(tx, ctx, &vault(), Some(found), &same)).unwrap();
        assert_eq!(again, Upserted::Unchanged(person));
        let more = Incoming {
            data: PersonData { sex: Some(Sex::Male), birth_date: None, ..boy.clone() },
            particulars: Particulars { phones: vec![Phone::parse("+77001112233").unwrap()], ..Particulars::default() },
        };
        let newer = more.clone();
        assert_eq!(done(t, school, move |tx, ctx| upsert::upsert(tx, ctx, &vault(), Some(found), &newer)).unwrap(), Upserted::Changed(person));
        let stale = done(t, school, move |tx, ctx| upsert::upsert(tx, ctx, &vault(), Some(found), &more));
        assert!(matches!(stale, Err(PeopleError::Changed)));
        let view = read(t, school, |tx, scope| Ok(queries::find(tx, scope, person)?.unwrap()));
        assert_eq!((view.data.birth_date, view.data.sex), (born, Some(Sex::Male)), "what the list does not know stays");
        let kept = done(t, school, move |tx, ctx| ops::see_particulars(tx, ctx, &vault(), person)).unwrap();
        assert!(kept.iin.is_some() && kept.phones.len() == 1);

        add(t, school, boy.clone());
        assert!(matches!(find(None, &boy.name, born), Match::Several(found) if found.len() == 2), "a human being decides");
    }

    fn many_families_and_numbers_are_taken_over_at_once(t) {
        let school = t.school("one");
        let five = class(t, school, "5Б");
        let (child, mother) = (pupil(t, school, "Асанов", five), add(t, school, data("Асанова", "Дана", Role::Guardian, None)));
        let kept = [(child, with_iin(BOY)), (mother, Particulars::default())];
        done(t, school, move |tx, ctx| ops::bulk::keep_particulars(tx, ctx, &vault(), &kept)).unwrap();
        let families = [(child, mother, GuardianshipData { may_pay: false, ..GuardianshipData::of(GuardianKind::Parent) })];
        done(t, school, move |tx, ctx| ops::bulk::set_guardians(tx, ctx, &families)).unwrap();
        let kin = read(t, school, |tx, scope| Ok(queries::family(tx, scope, child)?)).guardians.remove(0);
        assert_eq!((kin.person.id, kin.data.may_see, kin.data.may_pay), (mother, true, false));
        assert!(done(t, school, move |tx, ctx| ops::see_particulars(tx, ctx, &vault(), child)).unwrap().iin.is_some());
        let own = [(child, child, GuardianshipData::of(GuardianKind::Parent))];
        assert!(matches!(done(t, school, move |tx, ctx| ops::bulk::set_guardians(tx, ctx, &own)), Err(PeopleError::Guardianship)));
    }

    fn a_class_has_a_room_a_year_and_a_teacher_who_is_one(t) {
        let school = t.school("one");
        let five = class(t, school, "5Б");
        let teacher = add(t, school, data("Бекова", "Дана", Role::Teacher, None));
        let child = pupil(t, school, "Асанов", five);
        let set = |home: ClassHome| done(t, school, move |tx, ctx| ops::set_class_home(tx, ctx, five, &home));
        let home = ClassHome { room: "214".into(), teacher: Some(teacher), year: "2026-27".into() };
        set(home.clone()).unwrap();
        assert_eq!(read(t, school, |tx, scope| Ok(queries::class_homes(tx, scope)?))[&five], home);
        for wrong in [
            ClassHome { teacher: Some(child), ..home.clone() },
            ClassHome { year: "2026".into(), ..home.clone() },
            ClassHome { room: "1".repeat(21), ..home },
        ] {
            assert!(matches!(set(wrong), Err(PeopleError::ClassHome)));
        }
    }

    fn a_class_of_sixty_rises_as_one(t) {
        let school = t.school("one");
        let five = class(t, school, "5Б");
        let new: Vec<ops::bulk::NewPerson> = (0..60).map(|_| ops::bulk::NewPerson {
            data: data(&"Ә".repeat(80), "Али", Role::Pupil, Some(five)), photo: None, cards: Vec::new(), groups: Vec::new(),
        }).collect();
        let ids = done(t, school, move |tx, ctx| ops::bulk::load(tx, ctx, &vault(), &new)).unwrap();
        assert_eq!(stays(t, school, ids[59]), ["5 «Б» admitted.."], "whoever comes in a list has a stay too");
        let plan = done(t, school, |tx, ctx| turn_over::suggest(tx, ctx, &Scope::of_program(ctx.actor.school))).unwrap().plan;
        assert_eq!(done(t, school, move |tx, ctx| turn_over::turn(tx, ctx, &plan)).unwrap(), 60);
        assert_eq!(class_of(t, school, ids[59]).as_deref(), Some("6 «Б»"));
        let history = read(t, school, |tx, scope| Ok(queries::history(tx, scope, ids[0])?));
        assert_eq!((history[0].how, history[0].since, history[1].ended), (Arrival::Promoted, Some(TODAY), Some(Ending::Promoted)));
    }
}
