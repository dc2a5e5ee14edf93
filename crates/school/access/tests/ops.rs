//! Who may change what, what is refused, and what is written down of it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told shall stop")]

mod site;

use access::{
    Access, AccessError, Use,
    model::{DeviceInput, Fault, PointInput, RuleInput, ZoneInput},
    ops, queries,
};
use accounts::{Ctx, StaffRole};
use jiff::civil::date;
use kernel::{AntiPassback, DeviceKind, Direction, Id, ReaderFormat, RuleId, SchoolMode, Who, Window};
use site::{SERIAL, Site, board, rule, title};
use store::Tx;
use testkit::both_databases;

store::statements! {
    fn audited(school: kernel::SchoolId, action: &str) -> Exactly<u64> = "select count(*) from audit where school = $1 and action = $2";
}

/// A point on the second board of the site, or without one.
fn point(site: &Site<'_>) -> PointInput {
    PointInput {
        name: title("Турникет 2"),
        gate: site.key.gate,
        device: None,
        door: 1,
        reader_format: ReaderFormat::W34,
        inner: site.hall,
        outer: None,
        anti_passback: AntiPassback::Timed(5),
        is_enabled: true,
        position: 7,
    }
}

fn nobody<K>() -> Id<K> {
    Id::from_slice(&[0xee; 16]).unwrap()
}

/// Runs a use case as the program.
fn run<T: Send + 'static>(
    site: &Site<'_>,
    mut work: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T, AccessError> + Send + 'static,
) -> Result<T, AccessError> {
    let ctx = site.ctx();
    site.t.db.write_blocking(move |tx| work(tx, &ctx))
}

fn fault<T: std::fmt::Debug>(refused: Result<T, AccessError>) -> (&'static str, Fault) {
    match refused {
        Err(AccessError::Field { field, fault }) => (field, fault),
        other => panic!("{other:?}"),
    }
}

fn in_use<T: std::fmt::Debug>(refused: Result<T, AccessError>) -> Use {
    match refused {
        Err(AccessError::InUse(by)) => by,
        other => panic!("{other:?}"),
    }
}

both_databases! {
    fn each_use_case_is_refused_to_those_without_the_right(t) {
        let site = Site::new(t);
        let (person, hall, door, board_id, gate) = (site.person("Асанова", 1), site.hall, site.door, site.board, site.key.gate);
        let (input, zone) = (point(&site), ZoneInput { building: site.building, name: title("Зал"), occupancy_limit: None });
        let device = board("Другая", site.key, 7);
        type Case<'a> = Box<dyn Fn(&mut Tx<'_>, &Ctx) -> Result<(), AccessError> + Send + 'a>;
        let cases: Vec<(StaffRole, Case<'static>)> = vec![
            (StaffRole::Teacher, Box::new(|tx, ctx| ops::change_mode(tx, ctx, SchoolMode::LockedDown))),
            (StaffRole::Secretary, Box::new(move |tx, ctx| ops::admit(tx, ctx, ops::Admit { point: door, direction: Direction::In, person }).map(drop))),
            (StaffRole::Guard, Box::new(move |tx, ctx| ops::present(tx, ctx, ops::Present { point: door, direction: Direction::In, number: 1 }).map(drop))),
            (StaffRole::Head, Box::new(move |tx, ctx| ops::sync_device(tx, ctx, board_id))),
            (StaffRole::Secretary, Box::new(move |tx, ctx| ops::add_zone(tx, ctx, &zone).map(drop))),
            (StaffRole::Secretary, Box::new(move |tx, ctx| ops::remove_zone(tx, ctx, hall))),
            (StaffRole::Secretary, Box::new(move |tx, ctx| ops::add_point(tx, ctx, &input).map(drop))),
            (StaffRole::Secretary, Box::new(move |tx, ctx| ops::enable_point(tx, ctx, door, false))),
            (StaffRole::Head, Box::new(move |tx, ctx| ops::add_device(tx, ctx, &device).map(drop))),
            (StaffRole::Head, Box::new(|tx, ctx| ops::add_gate(tx, ctx, &title("Шлюз"), true).map(drop))),
            (StaffRole::Head, Box::new(move |tx, ctx| ops::rotate_gate_token(tx, ctx, gate).map(drop))),
            (StaffRole::Guard, Box::new(|tx, ctx| ops::add_rule(tx, ctx, rule(Who::Everybody)).map(drop))),
            (StaffRole::Guard, Box::new(|tx, ctx| ops::order_rules(tx, ctx, &[]))),
            (StaffRole::Secretary, Box::new(|tx, ctx| ops::see_all_alarms(tx, ctx).map(drop))),
            (StaffRole::Secretary, Box::new(move |tx, ctx| ops::set_presence(tx, ctx, person, None))),
            (StaffRole::Secretary, Box::new(move |tx, ctx| ops::everybody_out(tx, ctx, 0).map(|_| ()))),
        ];
        let before = t.db.read_blocking(|tx| journal::head(tx, site.school)).unwrap();
        for (index, (role, case)) in cases.into_iter().enumerate() {
            let ctx = site.ctx_of(&[role]);
            let refused = t.db.write_blocking(move |tx| case(tx, &ctx));
            assert!(matches!(refused, Err(AccessError::Denied(_))), "case {index}: {refused:?}");
        }
        assert_eq!(t.db.read_blocking(|tx| journal::head(tx, site.school)).unwrap(), before);
    }

    fn another_schools_things_are_not_there(t) {
        let site = Site::new(t);
        let other = Site::named(t, "two");
        let stranger = other.person("Чужая", 1);
        let (door, zone, board_id, gate, building) = (other.door, other.hall, other.board, other.key.gate, other.building);
        let is_missing = |refused: Result<(), AccessError>| assert!(matches!(refused, Err(AccessError::NotFound(_))), "{refused:?}");
        is_missing(run(&site, move |tx, ctx| ops::enable_point(tx, ctx, door, false)));
        is_missing(run(&site, |tx, ctx| ops::remove_device(tx, ctx, nobody())));
        is_missing(run(&site, move |tx, ctx| ops::sync_device(tx, ctx, board_id)));
        is_missing(run(&site, move |tx, ctx| ops::set_presence(tx, ctx, stranger, None)));
        is_missing(run(&site, move |tx, ctx| ops::rename_gate(tx, ctx, gate, &title("Мой"))));
        let own = site.person("Асанова", 1);
        assert_eq!(fault(run(&site, move |tx, ctx| ops::set_presence(tx, ctx, own, Some(zone)))), ("zone", Fault::NoSuch));
        let input = ZoneInput { building, name: title("Зал"), occupancy_limit: None };
        assert_eq!(fault(run(&site, move |tx, ctx| ops::add_zone(tx, ctx, &input))), ("building", Fault::NoSuch));
        let foreign = RuleInput { points: vec![door], ..rule(Who::Everybody) };
        assert_eq!(fault(run(&site, move |tx, ctx| ops::add_rule(tx, ctx, foreign.clone()))), ("points", Fault::NoSuch));
        assert_eq!(fault(run(&site, move |tx, ctx| ops::add_rule(tx, ctx, rule(Who::Person(stranger))))), ("who", Fault::NoSuch));
        let read = t.db.read_blocking(|tx| queries::point(tx, &site.scope(), door)).unwrap();
        assert_eq!(read, None);
    }

    fn a_guard_admits_in_his_own_name_at_a_point_that_is_on(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        let (door, admit) = (site.door, ops::Admit { point: site.door, direction: Direction::In, person });
        let as_guard = |input: ops::Admit| {
            let ctx = site.ctx_of(&[StaffRole::Guard]);
            t.db.write_blocking(move |tx| ops::admit(tx, &ctx, input))
        };
        let sent = as_guard(admit).unwrap();
        let noted = |action: &'static str| t.db.read_blocking(|tx| audited(tx, site.school, action)).unwrap();
        assert_eq!((noted("admit_asked"), noted("admitted_by_hand")), (1, 0), "nobody has passed yet");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let wait = std::time::Duration::from_millis(20);
        let guard = site.ctx_of(&[StaffRole::Guard]);
        let silent = runtime.block_on(ops::wait_for_admission(&site.app, &guard, person, sent, wait)).unwrap();
        assert_eq!(silent, None);
        assert_eq!((noted("admit_withdrawn"), noted("admitted_by_hand")), (1, 0), "the gate was silent");
        assert!(matches!(run(&site, move |tx, ctx| ops::admit(tx, ctx, admit)), Err(AccessError::Denied(_))), "the program is no guard");
        assert!(matches!(as_guard(ops::Admit { person: nobody(), ..admit }), Err(AccessError::NotFound("person"))));
        assert!(matches!(as_guard(ops::Admit { point: nobody(), ..admit }), Err(AccessError::NotFound("point"))));
        run(&site, move |tx, ctx| ops::enable_point(tx, ctx, door, false)).unwrap();
        assert!(matches!(as_guard(admit), Err(AccessError::PointDisabled)));
        run(&site, move |tx, ctx| ops::enable_point(tx, ctx, door, true)).unwrap();
        run(&site, move |tx, ctx| { people::ops::archive(tx, ctx, person).unwrap(); Ok(()) }).unwrap();
        assert!(matches!(as_guard(admit), Err(AccessError::PersonArchived)));
        assert_eq!((noted("admit_asked"), noted("admitted_by_hand")), (1, 0));
    }

    fn only_a_virtual_turnstile_is_presented_to(t) {
        let site = Site::new(t);
        let (gate, door) = (site.key.gate, site.door);
        let present = |point| ops::Present { point, direction: Direction::In, number: 5 };
        assert!(matches!(run(&site, move |tx, ctx| ops::present(tx, ctx, present(door))), Err(AccessError::NotFound(_))));
        let mut input = point(&site);
        let lane = run(&site, move |tx, ctx| {
            let device = ops::add_device(tx, ctx, &DeviceInput { name: title("Виртуальный"), gate, kind: DeviceKind::Virtual })?;
            input.device = Some(device);
            ops::add_point(tx, ctx, &input)
        }).unwrap();
        assert!(run(&site, move |tx, ctx| ops::present(tx, ctx, present(lane))).is_ok());
        assert!(t.db.read_blocking(|tx| queries::point(tx, &site.scope(), lane)).unwrap().unwrap().is_virtual);
    }

    fn the_mode_changes_once_and_names_who_changed_it(t) {
        let site = Site::new(t);
        let before = t.db.read_blocking(|tx| journal::head(tx, site.school)).unwrap();
        t.clock.forward_s(5);
        for _ in 0..2 {
            run(&site, |tx, ctx| ops::change_mode(tx, ctx, SchoolMode::LockedDown)).unwrap();
            t.clock.forward_s(5);
        }
        let mode = t.db.read_blocking(|tx| queries::mode(tx, &site.scope())).unwrap();
        assert_eq!((mode.mode, mode.since, mode.school_kk.as_str()), (SchoolMode::LockedDown, site::later(site.now(), -10), "one"));
        assert_eq!(t.db.read_blocking(|tx| journal::head(tx, site.school)).unwrap(), before + 1);
        assert_eq!(t.db.read_blocking(|tx| audited(tx, site.school, "mode_changed")).unwrap(), 1);
    }

    fn a_board_of_another_school_is_not_taken_over(t) {
        let (_one, two) = (Site::new(t), Site::named(t, "two"));
        let theirs = board("Чужая", two.key, SERIAL);
        let refused = run(&two, move |tx, ctx| ops::add_device(tx, ctx, &theirs));
        assert!(matches!(refused, Err(AccessError::Field { field: "serial", .. })));
        let (own, theirs) = (two.board, board("Своя", two.key, SERIAL));
        let refused = run(&two, move |tx, ctx| ops::edit_device(tx, ctx, own, &theirs));
        assert!(matches!(refused, Err(AccessError::Field { field: "serial", .. })));
        // At a door of its own a gate reaches its own network only.
        let (gate, _) = run(&two, move |tx, ctx| ops::add_gate(tx, ctx, &title("У двери"), true)).unwrap();
        let own = board("Своя", access::GateKey { gate, ..two.key }, SERIAL);
        run(&two, move |tx, ctx| ops::add_device(tx, ctx, &own)).unwrap();
    }

    fn a_gate_that_has_records_to_send_goes_only_when_it_is_agreed_to_lose_them(t) {
        let site = Site::new(t);
        let gate = run(&site, move |tx, ctx| ops::add_gate(tx, ctx, &title("У двери"), true)).unwrap().0;
        let key = access::GateKey { gate, ..site.key };
        let feeds = &Access::start(&site.app, access::GATE_PATIENCE, gate::explain).unwrap().feeds;
        let status = kernel::GateStatus { snapshot: 0, spool_depth: 7, spool_ok: true, devices: Vec::new(), version: String::new() };
        let has = kernel::Has { snapshot: None, command: 0, presence: None };
        feeds.feed_blocking(key, has, &status, std::time::Duration::ZERO).unwrap();
        let refused = run(&site, move |tx, ctx| ops::remove_gate(tx, ctx, gate, 6));
        assert!(matches!(refused, Err(AccessError::RecordsWaiting(7))));
        run(&site, move |tx, ctx| ops::remove_gate(tx, ctx, gate, 7)).unwrap();
    }

    fn what_others_stand_on_is_not_removed(t) {
        let site = Site::new(t);
        let (building, hall, board_id, gate, door) = (site.building, site.hall, site.board, site.key.gate, site.door);
        assert_eq!(in_use(run(&site, move |tx, ctx| ops::remove_building(tx, ctx, building))), Use::Zones);
        assert_eq!(in_use(run(&site, move |tx, ctx| ops::remove_zone(tx, ctx, hall))), Use::Points);
        assert_eq!(in_use(run(&site, move |tx, ctx| ops::remove_device(tx, ctx, board_id))), Use::Points);
        assert_eq!(in_use(run(&site, move |tx, ctx| ops::remove_gate(tx, ctx, gate, 0))), Use::Points);
        let named = RuleInput { points: vec![door], ..rule(Who::Everybody) };
        let rule = run(&site, move |tx, ctx| ops::add_rule(tx, ctx, named.clone())).unwrap();
        assert_eq!(in_use(run(&site, move |tx, ctx| ops::remove_point(tx, ctx, door))), Use::Rules);
        run(&site, move |tx, ctx| ops::remove_rule(tx, ctx, rule)).unwrap();
        site.deliver_passes(1, &[site.pass(door, Direction::In, None)]);
        assert_eq!(in_use(run(&site, move |tx, ctx| ops::remove_point(tx, ctx, door))), Use::Passes);
        let inner = site.inner_door;
        run(&site, move |tx, ctx| ops::remove_point(tx, ctx, inner)).unwrap();
        let canteen = site.canteen;
        run(&site, move |tx, ctx| ops::remove_zone(tx, ctx, canteen)).unwrap();
    }

    fn a_door_belongs_to_one_point_and_a_board_to_one_gate(t) {
        let site = Site::new(t);
        let taken = PointInput { device: Some(site.board), door: 1, ..point(&site) };
        assert_eq!(fault(run(&site, { let taken = taken.clone(); move |tx, ctx| ops::add_point(tx, ctx, &taken) })), ("door", Fault::DoorTaken));
        let door = site.inner_door;
        assert_eq!(fault(run(&site, { let taken = taken.clone(); move |tx, ctx| ops::edit_point(tx, ctx, door, &taken) })), ("door", Fault::DoorTaken));
        let own = PointInput { door: 2, inner: site.canteen, outer: Some(site.hall), ..taken.clone() };
        run(&site, move |tx, ctx| ops::edit_point(tx, ctx, door, &own)).unwrap();
        let view = t.db.read_blocking(|tx| queries::point(tx, &site.scope(), door)).unwrap().unwrap();
        assert_eq!((view.name.as_str(), view.anti_passback, view.reader_format), ("Турникет 2", AntiPassback::Timed(5), ReaderFormat::W34));

        let elsewhere = run(&site, |tx, ctx| ops::add_gate(tx, ctx, &title("Другой"), true)).unwrap().0;
        let foreign = PointInput { gate: elsewhere, door: 3, ..taken };
        assert_eq!(fault(run(&site, move |tx, ctx| ops::add_point(tx, ctx, &foreign))), ("device", Fault::OtherGate));
        let (board_id, moved) = (site.board, DeviceInput { gate: elsewhere, ..board("Плата", site.key, 405_419_896) });
        assert_eq!(fault(run(&site, move |tx, ctx| ops::edit_device(tx, ctx, board_id, &moved))), ("gate", Fault::OtherGate));
        let twin = board("Двойник", site.key, 405_419_896);
        assert_eq!(fault(run(&site, move |tx, ctx| ops::add_device(tx, ctx, &twin))), ("serial", Fault::Taken));
        let same = board("Плата у входа", site.key, 405_419_896);
        run(&site, move |tx, ctx| ops::edit_device(tx, ctx, board_id, &same)).unwrap();
    }

    fn of_two_editors_of_a_rule_the_second_is_told(t) {
        let site = Site::new(t);
        let class = site.class(1, 'А');
        let input = RuleInput {
            name: Some(title("Первоклассники")),
            points: vec![site.inner_door, site.door, site.door],
            windows: vec![Window { days: 0x1f, from_min: 450, to_min: 840 }],
            direction: Some(Direction::In),
            from: Some(date(2026, 9, 1)),
            until: Some(date(2027, 5, 25)),
            on_holidays: true,
            ..rule(Who::Class(class))
        };
        let id = run(&site, { let input = input.clone(); move |tx, ctx| ops::add_rule(tx, ctx, input.clone()) }).unwrap();
        let view = || t.db.read_blocking(|tx| queries::rule(tx, &site.scope(), id)).unwrap().unwrap();
        let seen = view();
        assert_eq!((seen.name.as_str(), seen.who, seen.who_name.as_str()), ("Первоклассники", Who::Class(class), "1 «А»"));
        assert_eq!(seen.points.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["Турникет 1", "Столовая"]);
        assert_eq!((seen.windows.as_slice(), seen.direction, seen.on_holidays), (input.windows.as_slice(), Some(Direction::In), true));
        assert_eq!((seen.from, seen.until), (input.from, input.until));

        let edit = |revision, input: RuleInput| run(&site, move |tx, ctx| ops::edit_rule(tx, ctx, id, revision, input.clone()));
        edit(seen.revision, RuleInput { windows: Vec::new(), points: Vec::new(), ..input.clone() }).unwrap();
        assert!(matches!(edit(seen.revision, input.clone()), Err(AccessError::Changed)));
        assert!(view().windows.is_empty() && view().points.is_empty());
        assert!(matches!(run(&site, move |tx, ctx| ops::edit_rule(tx, ctx, nobody(), 1, input.clone())), Err(AccessError::NotFound("rule"))));
    }

    fn rules_stand_in_the_order_that_was_given(t) {
        let site = Site::new(t);
        let ids: Vec<RuleId> = (0..4).map(|_| run(&site, |tx, ctx| ops::add_rule(tx, ctx, rule(Who::Everybody))).unwrap()).collect();
        let order = || t.db.read_blocking(|tx| queries::rules(tx, &site.scope())).unwrap().iter().map(|rule| rule.id).collect::<Vec<_>>();
        assert_eq!(order(), ids);
        let wanted = vec![ids[3], ids[1]];
        run(&site, move |tx, ctx| ops::order_rules(tx, ctx, &wanted)).unwrap();
        assert_eq!(order(), [ids[3], ids[1], ids[0], ids[2]]);
        let first = ids[0];
        run(&site, move |tx, ctx| ops::enable_rule(tx, ctx, first, false)).unwrap();
        run(&site, move |tx, ctx| ops::remove_rule(tx, ctx, first)).unwrap();
        assert_eq!(order(), [ids[3], ids[1], ids[2]]);
    }

    fn each_change_is_journaled_and_audited_without_a_name(t) {
        let site = Site::new(t);
        let zone = ZoneInput { building: site.building, name: title("Кабинет Асановой"), occupancy_limit: Some(30) };
        let added = run(&site, move |tx, ctx| ops::add_zone(tx, ctx, &zone)).unwrap();
        run(&site, move |tx, ctx| ops::remove_zone(tx, ctx, added)).unwrap();
        let entries = t.db.read_blocking(|tx| journal::read(tx, site.school, 0, 1000)).unwrap();
        let kinds: Vec<_> = entries[entries.len() - 3..].iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!(kinds, ["PointsChanged", "ZoneRemoved", "PointsChanged"]);
        assert!(entries.iter().all(|entry| !entry.body.contains("Асан")));
        let count = |action: &str| t.db.read_blocking(|tx| audited(tx, site.school, action)).unwrap();
        assert_eq!((count("zone_added"), count("zone_removed")), (3, 1));
    }
}
