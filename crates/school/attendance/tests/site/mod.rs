//! A school with a calendar, classes and staff, whose passes are told to the journal as gates tell them.
#![allow(dead_code, reason = "each story uses what it needs")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

use std::sync::Arc;

use accounts::Ctx;
use attendance::AttendanceFollower;
use i18n::Lang;
use jiff::Timestamp;
use journal::{
    Follower, Followers,
    facts::{PassRecorded, Place},
};
use kernel::{ClassId, DecidedBy, Direction, PersonId, Reason, Role, SchoolId, UserId};
use people::{
    model::{ClassName, PersonName},
    person::{ClassData, PersonData, Shift},
    register::ClassHome,
};
use testkit::TestDb;

/// The program, acting for a school.
pub fn program(t: &TestDb, school: SchoolId) -> Ctx {
    Ctx::of_program(school, kernel::Clock::now(&t.clock), t.ids.clone())
}

/// A user with these roles, acting for a school.
pub fn user(t: &TestDb, school: SchoolId, login: &str, role: accounts::StaffRole) -> Ctx {
    let ctx = program(t, school);
    let new =
        accounts::ops::NewUser::new(&t.ids, login, "Асанова А.", school, [role], "correct horse battery", Lang::Ru);
    let (new, by) = (new.unwrap(), ctx.clone());
    let id: UserId = t.db.write_blocking(move |tx| accounts::ops::add_user(tx, &by, &new)).unwrap();
    let actor =
        accounts::Actor {
            user: Some(id), name: "Асанова А.".into(), school, roles: [role].into(), lang: Lang::Ru
        };
    Ctx { actor, ..ctx }
}

/// Takes the state's calendar.
pub fn open_calendar(t: &TestDb, school: SchoolId) {
    let ctx = program(t, school);
    let day = jiff::civil::date(2026, 11, 23);
    t.db.write_blocking(move |tx| calendar::ops::open_calendar(tx, &ctx, day)).unwrap();
}

pub fn class(t: &TestDb, school: SchoolId, grade: u8, letter: char, shift: Shift) -> ClassId {
    let ctx = program(t, school);
    let data = ClassData { name: ClassName::new(grade, letter).unwrap(), lang: Lang::Kk, shift };
    t.db.write_blocking(move |tx| people::ops::add_class(tx, &ctx, &data)).unwrap()
}

pub fn person(t: &TestDb, school: SchoolId, family: &str, role: Role, class: Option<ClassId>) -> PersonId {
    let ctx = program(t, school);
    let data = PersonData {
        name: PersonName::parse(family, "Айгерім", None).unwrap(),
        sex: None,
        birth_date: None,
        roles: [role].into(),
        class,
        position: if role == Role::Pupil { String::new() } else { "Учитель".into() },
        learning_until: None,
    };
    t.db.write_blocking(move |tx| people::ops::add_person(tx, &ctx, &data)).unwrap()
}

/// The person leads the class by the register and uses the account.
pub fn leads(t: &TestDb, school: SchoolId, class: ClassId, person: PersonId, account: UserId) {
    let ctx = program(t, school);
    t.db.write_blocking(move |tx| {
        let home = ClassHome { teacher: Some(person), ..ClassHome::default() };
        people::ops::set_class_home(tx, &ctx, class, &home)?;
        people::ops::link_account(tx, &ctx, person, account)
    })
    .unwrap();
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A pass through a door to the street.
pub fn pass(t: &TestDb, person: PersonId, way: Direction, at: Timestamp) -> PassRecorded {
    let id = || t.ids.new_uuid(at);
    let zone = Place::Zone(kernel::Id::from_uuid(id()));
    let (from, to) = if way == Direction::In { (Place::Street, zone) } else { (zone, Place::Street) };
    PassRecorded {
        pass: kernel::Id::from_uuid(id()),
        gate: kernel::Id::from_uuid(id()),
        point: kernel::Id::from_uuid(id()),
        direction: way,
        person: Some(person),
        credential: None,
        reason: Reason::Granted,
        decided_by: DecidedBy::Gate,
        at,
        is_late: false,
        moved_to: Some(to),
        moved_from: Some(from),
    }
}

/// Tells passes to the journal and lets the follower take them.
pub fn tell(t: &TestDb, school: SchoolId, passes: Vec<PassRecorded>) {
    let now = kernel::Clock::now(&t.clock);
    t.db.write_blocking(move |tx| journal::append_all(tx, school, now, &passes)).unwrap();
    follow(t);
}

pub fn follow(t: &TestDb) -> u64 {
    let follower: Arc<dyn Follower> = Arc::new(AttendanceFollower);
    Followers::catch_up(&t.db, &follower).unwrap()
}
