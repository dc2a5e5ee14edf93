//! Use cases and queries on both databases, below the pages.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

use std::collections::BTreeSet;

use accounts::{Ctx, Scope};
use journal::Entry;
use kernel::{Card, Clock, CredentialStatus, PersonId, PersonStatus, ReaderFormat, Role, SchoolId};
use people::{
    PeopleError,
    model::{ClassName, PersonName, Photo},
    ops::{self, NewCredential, Replacement, bulk},
    person::{ClassData, PersonData, Shift},
    queries::{self, PersonFilter},
};
use store::Tx;
use testkit::{TestDb, both_databases};

fn ctx(t: &TestDb, school: SchoolId) -> Ctx {
    Ctx::of_program(school, t.clock.now(), t.ids.clone())
}

fn data(family: &str, given: &str, role: Role) -> PersonData {
    PersonData {
        name: PersonName::parse(family, given, None).unwrap(),
        sex: None,
        birth_date: None,
        roles: [role].into(),
        class: None,
        position: String::new(),
        learning_until: None,
    }
}

fn add(t: &TestDb, school: SchoolId, data: PersonData) -> PersonId {
    let ctx = ctx(t, school);
    t.db.write_blocking(move |tx| ops::add_person(tx, &ctx, &data)).unwrap()
}

/// Does something as the program, in one transaction.
fn done<T: Send + 'static>(
    t: &TestDb,
    school: SchoolId,
    work: impl Fn(&mut Tx<'_>, &Ctx) -> Result<T, PeopleError> + Send + 'static,
) -> Result<T, PeopleError> {
    let ctx = ctx(t, school);
    t.db.write_blocking(move |tx| work(tx, &ctx))
}

fn found(t: &TestDb, school: SchoolId, filter: &PersonFilter) -> Vec<String> {
    let scope = Scope::of_program(school);
    let page = t.db.read_blocking(|tx| queries::list(tx, &scope, filter, None, 50)).unwrap();
    page.rows.into_iter().map(|person| person.full).collect()
}

fn typed(text: &str) -> PersonFilter {
    PersonFilter { text: text.into(), ..PersonFilter::default() }
}

fn new_card(value: u64) -> NewCredential {
    NewCredential { card: Card::new(24, value).unwrap(), valid_from: None, valid_until: None }
}

fn journal_of(t: &TestDb, school: SchoolId) -> Vec<Entry> {
    t.db.read_blocking(|tx| journal::read(tx, school, 0, 1000)).unwrap()
}

both_databases! {
    fn persons_stand_in_kazakh_order_and_are_found_by_the_beginnings_of_names(t) {
        let (school, other) = (t.school("one"), t.school("two"));
        for (family, given) in [("Яковлев", "Пётр"), ("Әлиев", "Құдайберген"), ("Бекова", "Айгүл"), ("Асанова", "Қымбат"), ("Аскарова", "Айгерім")] {
            add(t, school, data(family, given, Role::Pupil));
        }
        add(t, other, data("Асанов", "Чужой", Role::Pupil));
        let all = ["Асанова Қымбат", "Аскарова Айгерім", "Әлиев Құдайберген", "Бекова Айгүл", "Яковлев Пётр"];
        assert_eq!(found(t, school, &typed("")), all);
        for (text, expected) in [
            ("ас", &all[..2]),
            ("Kudaibergen", &all[2..3]),
            ("алиев куд", &all[2..3]),
            ("айг", &[all[1], all[3]][..]),
            ("айг аск", &all[1..2]),
            ("петр", &all[4..]),
            ("я п", &all[4..]),
            ("ас ас", &all[..2]),
            ("ас айг я", &[]),
            ("%", &[]),
        ] {
            assert_eq!(found(t, school, &typed(text)), expected, "{text}");
        }
    }

    fn a_list_goes_on_where_the_page_before_ended(t) {
        let school = t.school("one");
        for number in 0..25_u8 {
            let letter = char::from_u32(u32::from('А') + u32::from(number % 5)).unwrap();
            add(t, school, data(&format!("{letter}асанов"), "Али", Role::Pupil));
        }
        let scope = Scope::of_program(school);
        for text in ["", "али"] {
            let (mut seen, mut after): (Vec<PersonId>, Option<PersonId>) = (Vec::new(), None);
            loop {
                let page = t.db.read_blocking(|tx| queries::list(tx, &scope, &typed(text), after, 7)).unwrap();
                seen.extend(page.rows.iter().map(|person| person.id));
                after = page.next;
                if after.is_none() {
                    break;
                }
                assert_eq!(page.rows.len(), 7);
            }
            assert_eq!(seen.len(), 25, "{text:?}");
            assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 25, "nobody twice");
        }
    }

    fn persons_are_found_by_class_role_status_and_any_view_of_their_card(t) {
        let school = t.school("one");
        let class = done(t, school, |tx, ctx| {
            let name = ClassName::parse("5Б").unwrap();
            ops::add_class(tx, ctx, &ClassData { name, lang: i18n::Lang::Kk, shift: Shift::Second })
        }).unwrap();
        let pupil = add(t, school, PersonData { class: Some(class), ..data("Асанова", "Айгүл", Role::Pupil) });
        let teacher = add(t, school, data("Асанов", "Ержан", Role::Teacher));
        let gone = add(t, school, data("Асанов", "Ушёл", Role::Pupil));
        done(t, school, move |tx, ctx| ops::archive(tx, ctx, gone)).unwrap();
        done(t, school, move |tx, ctx| ops::issue_credential(tx, ctx, teacher, &NewCredential { card: Card::new(32, 0x04A1_B2C3).unwrap(), valid_from: None, valid_until: None })).unwrap();
        done(t, school, move |tx, ctx| ops::issue_credential(tx, ctx, pupil, &new_card(100 << 16 | 58400))).unwrap();
        done(t, school, move |tx, ctx| ops::issue_credential(tx, ctx, pupil, &NewCredential { card: Card::new(35, 1000 << 19 | 77).unwrap(), valid_from: None, valid_until: None })).unwrap();
        let (girl, man) = (vec!["Асанова Айгүл".to_owned()], vec!["Асанов Ержан".to_owned()]);
        for text in ["5Б", "5 «б»", "5", "асан 5б", "10058400", "100,58400", "100/58400", "6612000", &(1000_u64 << 19 | 77).to_string()] {
            assert_eq!(found(t, school, &typed(text)), girl, "{text}");
        }
        let card = Card::new(32, 0x04A1_B2C3).unwrap();
        for (format, number) in card.views() {
            assert_eq!(found(t, school, &typed(&number.to_string())), man, "{format}");
        }
        assert_eq!(found(t, school, &typed("6Б")), [""; 0]);
        assert_eq!(found(t, school, &typed("999999999")), [""; 0]);
        assert_eq!(found(t, school, &PersonFilter { role: Some(Role::Teacher), ..typed("ас") }), man);
        assert_eq!(found(t, school, &PersonFilter { class: Some(class), ..typed("") }), girl);
        assert_eq!(found(t, school, &PersonFilter { role: Some(Role::Teacher), ..typed("6612000") }), [""; 0]);
        assert_eq!(found(t, school, &PersonFilter { status: Some(PersonStatus::Archived), ..typed("") }), ["Асанов Ушёл"]);
        let scope = Scope::of_program(school);
        let classes = t.db.read_blocking(|tx| queries::classes(tx, &scope)).unwrap();
        assert_eq!((classes[0].data.name.compact().as_str(), classes[0].pupils), ("5Б", 1));
        let ids = t.db.read_blocking(|tx| queries::by_ids(tx, &scope, &[pupil, gone, pupil])).unwrap();
        assert_eq!((ids.len(), ids[&pupil].class_name.as_deref()), (2, Some("5 «Б»")));
    }

    fn the_second_of_two_editors_is_told(t) {
        let school = t.school("one");
        let person = add(t, school, data("Асанова", "Айгүл", Role::Pupil));
        done(t, school, move |tx, ctx| ops::edit_person(tx, ctx, person, 1, &data("Бекова", "Айгүл", Role::Teacher))).unwrap();
        let second = done(t, school, move |tx, ctx| ops::edit_person(tx, ctx, person, 1, &data("Әлиева", "Айгүл", Role::Pupil)));
        assert!(matches!(second, Err(PeopleError::Changed)));
        let scope = Scope::of_program(school);
        let view = t.db.read_blocking(|tx| queries::find(tx, &scope, person)).unwrap().unwrap();
        assert_eq!((view.brief.full.as_str(), view.revision), ("Бекова Айгүл", 2));
        assert_eq!(view.data.roles, [Role::Teacher].into());
        assert_eq!(found(t, school, &typed("асан")), [""; 0], "the old name finds nobody");
        assert_eq!(found(t, school, &typed("бек")), ["Бекова Айгүл"]);
    }

    fn a_card_is_held_once_and_its_holder_is_named(t) {
        let school = t.school("one");
        let (one, two) = (add(t, school, data("Асанова", "Айгүл", Role::Pupil)), add(t, school, data("Бекова", "Дана", Role::Pupil)));
        let first = done(t, school, move |tx, ctx| ops::issue_credential(tx, ctx, one, &new_card(123))).unwrap();
        for card in [Card::new(24, 123), Card::new(32, 7 << 24 | 123), Card::new(56, 9 << 40 | 123)] {
            let taken = done(t, school, move |tx, ctx| {
                ops::issue_credential(tx, ctx, two, &NewCredential { card: card.unwrap(), valid_from: None, valid_until: None })
            });
            assert!(matches!(&taken, Err(PeopleError::CardTaken { holder, name, status: CredentialStatus::Active }) if *holder == one && name.given() == "Айгүл"));
            assert!(!format!("{taken:?} {}", taken.as_ref().unwrap_err()).contains("Айгүл"), "a log line would not name the holder");
        }
        let scope = Scope::of_program(school);
        assert!(t.db.read_blocking(|tx| queries::holder_of(tx, &scope, Card::new(24, 123).unwrap())).unwrap().unwrap().is_exact);
        done(t, school, move |tx, ctx| ops::report_lost(tx, ctx, first)).unwrap();
        assert!(matches!(done(t, school, move |tx, ctx| ops::issue_credential(tx, ctx, two, &new_card(123))), Err(PeopleError::CardTaken { .. })), "a lost card is not free");
        done(t, school, move |tx, ctx| ops::give_back(tx, ctx, first)).unwrap();
        assert!(matches!(done(t, school, move |tx, ctx| ops::resume(tx, ctx, first)), Err(PeopleError::CredentialState { .. })));
        let again = done(t, school, move |tx, ctx| ops::issue_credential(tx, ctx, two, &new_card(123))).unwrap();
        assert_ne!(again, first);
        let other = t.school("two");
        let stranger = add(t, other, data("Чужой", "Али", Role::Pupil));
        assert!(done(t, other, move |tx, ctx| ops::issue_credential(tx, ctx, stranger, &new_card(123))).is_ok(), "another school has cards of its own");
        assert!(matches!(done(t, other, move |tx, ctx| ops::suspend(tx, ctx, again)), Err(PeopleError::NoSuchCredential)));
        assert!(matches!(done(t, other, move |tx, ctx| ops::issue_credential(tx, ctx, two, &new_card(7))), Err(PeopleError::NoSuchPerson)));
    }

    fn a_replaced_card_stops_when_the_new_one_works_and_a_failure_changes_nothing(t) {
        let school = t.school("one");
        let (one, two) = (add(t, school, data("Асанова", "Айгүл", Role::Pupil)), add(t, school, data("Бекова", "Дана", Role::Pupil)));
        let old = done(t, school, move |tx, ctx| ops::issue_credential(tx, ctx, one, &new_card(1))).unwrap();
        done(t, school, move |tx, ctx| ops::issue_credential(tx, ctx, two, &new_card(2))).unwrap();
        let replace = |value, is_lost| done(t, school, move |tx, ctx| ops::replace_credential(tx, ctx, &Replacement { old, is_lost, new: new_card(value) }));
        assert!(matches!(replace(2, true), Err(PeopleError::CardTaken { .. })));
        let scope = Scope::of_program(school);
        let state = |id| t.db.read_blocking(|tx| queries::credential(tx, &scope, id)).unwrap().unwrap();
        assert_eq!(state(old).status, CredentialStatus::Active, "the old card still works");
        let new = replace(3, true).unwrap();
        assert_eq!((state(old).status, state(old).replaced_by, state(new).status), (CredentialStatus::Lost, Some(new), CredentialStatus::Active));
        let held = t.db.read_blocking(|tx| queries::credentials(tx, &scope, one)).unwrap();
        assert_eq!(held.iter().map(|held| held.id).collect::<Vec<_>>(), [new, old]);
        let again = Replacement { old: new, is_lost: false, new: new_card(3) };
        let again = done(t, school, move |tx, ctx| ops::replace_credential(tx, ctx, &again));
        assert!(again.is_ok(), "a card that is given back may be handed out again at once");
    }

    fn each_change_is_told_once_by_ids_alone(t) {
        let school = t.school("one");
        let person = add(t, school, data("Асанова", "Айгүл", Role::Pupil));
        done(t, school, move |tx, ctx| {
            let card = ops::issue_credential(tx, ctx, person, &new_card(123_456))?;
            ops::suspend(tx, ctx, card)?;
            let group = ops::add_group(tx, ctx, "Спорт")?;
            ops::add_members(tx, ctx, group, &[person, person])?;
            ops::add_members(tx, ctx, group, &[person])?;
            ops::remove_member(tx, ctx, group, person)?;
            ops::set_photo(tx, ctx, &testkit::vault(), person, &Photo { full: vec![1], thumbnail: vec![2] })?;
            ops::remove_photo(tx, ctx, person)?;
            ops::remove_photo(tx, ctx, person)?;
            ops::block(tx, ctx, person)
        }).unwrap();
        let entries = journal_of(t, school);
        let kinds: Vec<&str> = entries.iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!(kinds, [
            "PersonChanged", "CredentialChanged", "CredentialChanged", "GroupChanged", "GroupChanged", "GroupChanged", "PersonChanged",
            "PersonChanged", "PersonChanged",
        ]);
        for entry in &entries {
            assert!(!entry.body.contains("123456") && !entry.body.contains("сан"), "{}", entry.body);
        }
        let again = done(t, school, move |tx, ctx| ops::block(tx, ctx, person));
        assert!(matches!(again, Err(PeopleError::Changed)));
    }

    fn a_photo_never_gets_the_same_version_twice(t) {
        let school = t.school("one");
        let person = add(t, school, data("Асанова", "Айгүл", Role::Pupil));
        let scope = Scope::of_program(school);
        let version = || t.db.read_blocking(|tx| queries::brief(tx, &scope, person)).unwrap().unwrap().photo_version;
        let photo = Photo { full: vec![1; 10], thumbnail: vec![2; 5] };
        let mut seen = vec![version()];
        for _ in 0..3 {
            let photo = photo.clone();
            done(t, school, move |tx, ctx| ops::set_photo(tx, ctx, &testkit::vault(), person, &photo)).unwrap();
            seen.push(version());
        }
        assert!(seen[0] == 0 && seen.is_sorted() && seen.iter().collect::<BTreeSet<_>>().len() == 4, "{seen:?}");
        let small = t.db.read_blocking(|tx| queries::photo(tx, &scope, &testkit::vault(), person, queries::PhotoSize::Small)).unwrap().unwrap();
        assert_eq!((small.version, small.bytes), (seen[3], vec![2; 5]));
        done(t, school, move |tx, ctx| ops::remove_photo(tx, ctx, person)).unwrap();
        assert_eq!(version(), 0);
        let stranger = Scope::of_program(t.school("two"));
        assert!(t.db.read_blocking(|tx| queries::find(tx, &stranger, person)).unwrap().is_none());
    }

    fn many_persons_are_taken_over_at_once_and_found(t) {
        let school = t.school("one");
        let group = done(t, school, |tx, ctx| ops::add_group(tx, ctx, "Спорт")).unwrap();
        let new: Vec<bulk::NewPerson> = (0..300_u64).map(|number| bulk::NewPerson {
            data: data(if number % 2 == 0 { "Асанова" } else { "Бекова" }, "Айгүл", Role::Pupil),
            photo: (number % 3 == 0).then(|| Photo { full: vec![1; 100], thumbnail: vec![2; 10] }),
            cards: vec![bulk::NewCard { card: Card::new(24, number).unwrap(), status: CredentialStatus::Active }],
            groups: if number < 10 { vec![group] } else { Vec::new() },
        }).collect();
        let ids = done(t, school, move |tx, ctx| bulk::load(tx, ctx, &testkit::vault(), &new)).unwrap();
        let scope = Scope::of_program(school);
        assert_eq!(t.db.read_blocking(|tx| queries::count(tx, &scope)).unwrap(), 300);
        let view = t.db.read_blocking(|tx| queries::find(tx, &scope, ids[3])).unwrap().unwrap();
        assert!(view.brief.full == "Бекова Айгүл" && view.brief.photo_version > 0 && view.groups.len() == 1);
        assert_eq!(view.credentials[0].card.value, 3);
        assert_eq!(t.db.read_blocking(|tx| queries::search(tx, &scope, "бек", 200)).unwrap().len(), 150);
        assert_eq!(t.db.read_blocking(|tx| queries::group_members(tx, &scope, group)).unwrap().len(), 10);
        assert_eq!(journal_of(t, school).last().map(|entry| entry.kind.clone()).as_deref(), Some("PeopleLoaded"));
    }

    fn every_column_about_a_person_is_in_the_data_map(t) {
        let map: Vec<_> = people::DATA.iter().chain(accounts::DATA).collect();
        let columns = store::columns(&t.db).unwrap();
        let own: BTreeSet<&str> = map.iter().map(|entry| entry.table).collect();
        for (table, column) in columns.iter().filter(|(table, _)| own.contains(table.as_str())) {
            let is_mapped = map.iter().any(|entry| entry.table == table && (entry.column == "*" || entry.column == column));
            assert!(is_mapped, "{table}.{column} is not in the data map: add it to privacy.rs");
        }
        for entry in map {
            let is_there = columns.iter().any(|(table, column)| table == entry.table && (entry.column == "*" || entry.column == column));
            assert!(is_there, "{}.{} is in the data map only", entry.table, entry.column);
            let is_told = !entry.purpose.is_empty() && !entry.ground.is_empty() && !entry.term.is_empty();
            assert_eq!(is_told, entry.column != "*", "{}.{}", entry.table, entry.column);
        }
    }

    fn every_view_of_a_card_leads_to_the_same_credential(t) {
        let school = t.school("one");
        let person = add(t, school, data("Асанова", "Айгүл", Role::Pupil));
        let card = Card::parse("3735928559", ReaderFormat::W34).unwrap();
        done(t, school, move |tx, ctx| ops::issue_credential(tx, ctx, person, &NewCredential { card, valid_from: None, valid_until: None })).unwrap();
        let scope = Scope::of_program(school);
        for (_, number) in card.views() {
            assert_eq!(t.db.read_blocking(|tx| queries::search(tx, &scope, &number.to_string(), 5)).unwrap()[0].id, person);
        }
    }
}
