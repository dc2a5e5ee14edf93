//! Accounts that led classes before the register said who does: migration 13 makes them those of persons, where it is plain whose they are.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

mod site;

use accounts::{Scope, StaffRole, queries as accounts_of};
use i18n::Lang;
use kernel::{ClassId, PersonId, Role, SchoolId, UserId};
use people::{person::Shift, register::ClassHome};
use site::*;
use store::{MIGRATIONS, Migration, statements};
use testkit::{TestDb, both_databases};

/// The schema as it stood before.
const BEFORE: Migration = Migration {
    number: 9_001,
    name: "before",
    sql: "drop table attendance_pack; drop index class_of_teacher; drop index user_account_person;
      alter table user_account drop column person;
      create table class_teacher (school {id} not null, class {id} not null, user_id {id} not null, primary key (school, class, user_id))",
};

statements! {
    /// An account leads a class, as it was said then.
    fn add(school: SchoolId, class: ClassId, user: UserId) -> Run =
        "insert into class_teacher (school, class, user_id) values ($1, $2, $3)";
}

fn account(t: &TestDb, school: SchoolId, login: &str, name: &str) -> UserId {
    let ctx = program(t, school);
    let roles = [StaffRole::Teacher];
    let new =
        accounts::ops::NewUser::new(&t.ids, login, name, school, roles, "correct horse battery", Lang::Ru).unwrap();
    t.db.write_blocking(move |tx| accounts::ops::add_user(tx, &ctx, &new)).unwrap()
}

fn register_says(t: &TestDb, school: SchoolId, class: ClassId, teacher: PersonId) {
    let ctx = program(t, school);
    let home = ClassHome { teacher: Some(teacher), room: "12".into(), ..ClassHome::default() };
    t.db.write_blocking(move |tx| people::ops::set_class_home(tx, &ctx, class, &home)).unwrap();
}

both_databases! {
    fn accounts_that_led_classes_become_those_of_persons(t) {
        let school = t.school("Школа");
        let classes = ['А', 'Б', 'В', 'Г', 'Д'].map(|letter| class(t, school, 5, letter, Shift::First));
        let [known, named, shared, unknown, led_by_none] = classes;
        let person = |family| person(t, school, family, Role::Teacher, None);
        let (kim, li, pak, tsoi) = (person("Ким"), person("Ли"), person("Пак"), person("Цой"));
        // Two of one name: the account of that name may be either's.
        let _namesakes = (person("Юн"), person("Юн"));
        register_says(t, school, known, kim);
        register_says(t, school, shared, pak);
        register_says(t, school, led_by_none, tsoi);
        let by_register = account(t, school, "kim", "Учительница Ким");
        let by_name = account(t, school, "li", "Айгерім Ли");
        let (one, other) = (account(t, school, "one", "Первый"), account(t, school, "other", "Второй"));
        let nobody = account(t, school, "nobody", "Некто Никто");
        let unclear = account(t, school, "yun", "Юн Айгерім");
        t.db.migrate(&[MIGRATIONS, &[BEFORE]].concat(), &t.clock).unwrap();
        for (class, user) in [
            (known, by_register), (named, by_name), (shared, one), (shared, other), (unknown, nobody), (unknown, unclear),
        ] {
            t.db.write_blocking(move |tx| add(tx, school, class, user)).unwrap();
        }
        let ours = MIGRATIONS.iter().find(|migration| migration.number == 13).unwrap();
        let again = Migration { number: 9_002, name: "again", sql: ours.sql };
        t.db.migrate(&[MIGRATIONS, &[BEFORE, again]].concat(), &t.clock).unwrap();
        let scope = Scope::of_program(school);
        let (users, homes) = t
            .db
            .read_blocking(|tx| Ok::<_, store::StoreError>((accounts_of::users(tx, &scope)?, people::queries::class_homes(tx, &scope)?)))
            .unwrap();
        let person_of = |user: UserId| users.iter().find(|known| known.id == user).unwrap().person;
        assert_eq!((person_of(by_register), person_of(by_name)), (Some(kim), Some(li)));
        assert_eq!([one, other, nobody, unclear].map(person_of), [None; 4], "whose they are is not plain");
        let leaders = classes.map(|class| homes[&class].teacher);
        assert_eq!(leaders, [Some(kim), Some(li), Some(pak), None, Some(tsoi)]);
        assert_eq!(homes[&known].room, "12", "the rest of the class stays");
    }
}
