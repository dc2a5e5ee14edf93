//! The document by which a gate decides.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told shall stop")]

mod site;

use access::{model::PointInput, ops, snapshot::snapshot_doc};
use jiff::civil::date;
use kernel::{
    AntiPassback, Card, CredentialStatus, Direction, MovedDay, PersonStatus, ReaderFormat, Role, SchoolMode,
    SnapshotDoc, Who, Window,
};
use people::ops::bulk::{NewCard, NewPerson};
use site::{Site, later, rule, title};
use testkit::both_databases;

fn doc(site: &Site<'_>) -> SnapshotDoc {
    let now = site.now();
    site.t.db.read_blocking(|tx| snapshot_doc(tx, site.school, site.key.gate, now)).unwrap()
}

both_databases! {
    fn a_snapshot_holds_what_the_gate_needs_and_no_name(t) {
        let site = Site::new(t);
        let other = Site::named(t, "two");
        other.person("Чужая", 1);
        let class = site.class(5, 'Б');
        let person = site.persons(&["Құдайбергенова"], Some(class), 7)[0];
        let ctx = site.ctx();
        let point = site.door;
        t.db.write_blocking(move |tx| {
            let group = people::ops::add_group(tx, &ctx, "Секция").unwrap();
            people::ops::add_members(tx, &ctx, group, &[person]).unwrap();
            let windows = vec![Window { days: 0x1f, from_min: 450, to_min: 840 }];
            let mut input = access::model::RuleInput { windows, points: vec![point], direction: Some(Direction::In), ..rule(Who::Class(class)) };
            input.from = Some(date(2026, 9, 1));
            ops::add_rule(tx, &ctx, input)?;
            ops::add_rule(tx, &ctx, access::model::RuleInput { is_enabled: false, ..rule(Who::Everybody) })?;
            ops::change_mode(tx, &ctx, SchoolMode::LockedDown)
        }).unwrap();
        site.deliver_passes(1, &[site.pass(site.door, Direction::In, Some(person))]);
        site.follow();

        let doc = doc(&site);
        assert_eq!((doc.school, doc.gate, doc.made_at), (site.school, site.key.gate, site.now()));
        assert_eq!(doc.version, t.db.read_blocking(|tx| journal::head(tx, site.school)).unwrap());
        assert_eq!((doc.time_zone.as_str(), doc.mode), ("Asia/Almaty", SchoolMode::LockedDown));
        assert_eq!(doc.zones.len(), 2);
        assert_eq!(doc.points.len(), 2);
        let door = doc.points.iter().find(|point| point.id == site.door).unwrap();
        assert_eq!((door.device, door.door, door.reader_format), (Some(site.board), 1, ReaderFormat::W26));
        assert_eq!((door.inner, door.outer, door.anti_passback, door.enabled), (site.hall, None, AntiPassback::Soft, true));
        assert_eq!(doc.devices.len(), 1);
        assert_eq!(doc.persons.len(), 1);
        let shown = &doc.persons[0];
        assert_eq!((shown.id, shown.class, shown.status), (person, Some(class), PersonStatus::Active));
        assert_eq!((shown.roles.as_slice(), shown.groups.len()), (&[Role::Pupil][..], 1));
        assert_eq!(doc.credentials.len(), 1);
        assert_eq!((doc.credentials[0].person, doc.credentials[0].card), (person, Card::new(24, 7).unwrap()));
        assert_eq!(doc.rules.len(), 1, "a rule that is switched off is left out");
        assert_eq!((doc.rules[0].points.as_slice(), doc.rules[0].windows.len()), (&[site.door][..], 1));
        assert_eq!(doc.holidays, [], "a school without a calendar is closed on no day");
        assert_eq!(doc.present.len(), 1);
        assert_eq!((doc.present[0].zone, doc.present[0].last), (Some(site.hall), Some((site.door, Direction::In))));
        let json = serde_json::to_string(&doc).unwrap();
        assert!(!json.contains("Құдайбергенова") && !json.contains("Секция"), "{json}");
        assert_eq!(serde_json::from_str::<SnapshotDoc>(&json).unwrap(), doc);
    }

    fn the_days_off_are_those_on_which_the_calendar_says_that_nobody_has_lessons(t) {
        use calendar::{model::{Audience, DaySpan, Grades, Label}, ops as days};
        let site = Site::new(t);
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| {
            days::open_calendar(tx, &ctx, date(2026, 11, 23))?;
            let why = Label::parse("Перенос").unwrap();
            days::make_free(tx, &ctx, date(2026, 11, 27), &why)?;
            days::make_working(tx, &ctx, date(2027, 3, 8), jiff::civil::Weekday::Monday, &why)?;
            days::make_working(tx, &ctx, date(2027, 3, 6), jiff::civil::Weekday::Monday, &why)?;
            let frost = DaySpan::up_to(date(2027, 1, 20), date(2027, 1, 20));
            days::make_remote(tx, &ctx, frost, Audience { shift: None, grades: Grades::ALL }, &why).map(|_| ())
        }).unwrap();
        let doc = doc(&site);
        let moved = MovedDay { day: date(2027, 3, 6), as_weekday: 1 };
        assert_eq!(doc.moved_days, [moved], "a Monday that works as a Monday is as it was");
        let off = doc.holidays;
        assert!(off.is_sorted() && off.iter().all(|day| *day >= date(2026, 11, 20)), "past ones are left out: {off:?}");
        for (day, is_off) in [
            (date(2026, 11, 27), true),
            (date(2026, 12, 16), true),
            (date(2026, 12, 30), true),
            (date(2026, 11, 29), false),
            (date(2027, 1, 20), false),
            (date(2027, 2, 9), false),
            (date(2027, 3, 8), false),
            (date(2027, 7, 6), true),
        ] {
            assert_eq!(off.contains(&day), is_off, "{day}");
        }
    }

    fn a_rule_for_another_gates_points_does_not_hold_everywhere_here(t) {
        let site = Site::new(t);
        let ctx = site.ctx();
        let (gate, inner, here) = {
            let hall = site.hall;
            let door = site.door;
            (t.db.write_blocking({ let ctx = ctx.clone(); move |tx| ops::add_gate(tx, &ctx, &title("Спортзал"), true) }).unwrap().0, hall, door)
        };
        t.db.write_blocking(move |tx| {
            let there = ops::add_point(tx, &ctx, &PointInput {
                name: title("Дверь спортзала"), gate, device: None, door: 1, reader_format: ReaderFormat::W34, inner, outer: None,
                anti_passback: AntiPassback::Off, is_enabled: true, position: 5,
            })?;
            ops::add_rule(tx, &ctx, access::model::RuleInput { points: vec![there], ..rule(Who::Everybody) })?;
            ops::add_rule(tx, &ctx, access::model::RuleInput { points: vec![here, there], ..rule(Who::Role(Role::Staff)) })
        }).unwrap();
        let here = doc(&site);
        assert_eq!(here.rules.len(), 1);
        assert_eq!((here.rules[0].who, here.rules[0].points.as_slice()), (Who::Role(Role::Staff), &[site.door][..]));
        let now = site.now();
        let there = t.db.read_blocking(|tx| snapshot_doc(tx, site.school, gate, now)).unwrap();
        assert_eq!((there.points.len(), there.rules.len(), there.devices.len()), (1, 2, 0));
    }

    fn of_the_credentials_of_one_card_the_living_one_is_told(t) {
        let site = Site::new(t);
        let ctx = site.ctx();
        let now = site.now();
        let card = Card::new(24, 42).unwrap();
        let gone = Card::new(24, 43).unwrap();
        let new = |family: &str, cards: Vec<(Card, CredentialStatus)>| NewPerson {
            data: people::person::PersonData {
                name: people::model::PersonName::parse(family, "Айдана", None).unwrap(),
                sex: None, birth_date: None, roles: [Role::Staff].into(), class: None, position: String::new(), learning_until: None,
            },
            photo: None,
            cards: cards.into_iter().map(|(card, status)| NewCard { card, status }).collect(),
            groups: Vec::new(),
        };
        let persons = vec![
            new("Асанова", vec![(card, CredentialStatus::Returned), (gone, CredentialStatus::Returned)]),
            new("Бекова", vec![(card, CredentialStatus::Lost)]),
        ];
        let ids = t.db.write_blocking(move |tx| people::ops::bulk::load(tx, &ctx, &testkit::vault(), &persons)).unwrap();
        let told = doc(&site);
        let of = |card: Card| told.credentials.iter().filter(|doc| doc.card == card).map(|doc| (doc.person, doc.status)).collect::<Vec<_>>();
        assert_eq!(of(card), [(ids[1], CredentialStatus::Lost)]);
        assert_eq!(of(gone), [(ids[0], CredentialStatus::Returned)]);
        t.clock.set(later(now, 100 * 24 * 3600));
        assert_eq!(doc(&site).credentials.len(), 1, "long returned ones are forgotten");
    }

    fn who_has_left_is_told_as_long_as_the_card_was_not_given_back(t) {
        let site = Site::new(t);
        let persons = site.persons(&["Асанова", "Бекова"], None, 1);
        let ctx = site.ctx();
        let leaver = persons[0];
        t.db.write_blocking(move |tx| people::ops::archive(tx, &ctx, leaver)).unwrap();
        let told = doc(&site);
        let has_card = told.credentials.iter().any(|doc| doc.person == leaver && doc.status != CredentialStatus::Returned);
        let statuses: Vec<_> = told.persons.iter().filter(|doc| doc.id == leaver).map(|doc| doc.status).collect();
        assert_eq!(statuses, if has_card { vec![PersonStatus::Archived] } else { vec![] });
        assert!(told.persons.iter().any(|doc| doc.id == persons[1]));
    }
}
