//! Presence follows the journal, whatever comes late, and can be rebuilt from it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told shall stop")]

mod site;

use std::collections::BTreeMap;

use access::{ops, presence::forget_presence, queries};
use jiff::Timestamp;
use kernel::{Direction, PersonId, Reason, ZoneId};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use site::{Site, later};
use testkit::{TestDb, both_databases};

store::record! {
    /// A row of the table.
    pub struct Row {
        /// Who.
        pub person: PersonId,
        /// Where.
        pub zone: Option<ZoneId>,
        /// Since when.
        pub since: Timestamp,
    }
}
store::statements! {
    fn rows(school: kernel::SchoolId) -> Many<Row> = "select person, zone, since from presence where school = $1 order by person";
}

/// Something that tells where a person is.
#[derive(Clone, Debug)]
enum Step {
    /// A pass that happened so many seconds ago when it is delivered.
    Pass { person: usize, is_inner: bool, direction: Direction, ago_s: i64, reason: Reason },
    /// A guard's word.
    Set { person: usize, zone: Option<bool> },
    /// Everybody is out.
    Empty,
    /// The follower catches up.
    Follow,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let reason =
        prop_oneof![4 => Just(Reason::Granted), 1 => Just(Reason::GrantedByGuard), 1 => Just(Reason::AntiPassback)];
    let direction = prop_oneof![Just(Direction::In), Just(Direction::Out)];
    let pass = (0..4_usize, any::<bool>(), direction, prop_oneof![2 => Just(0), 1 => 0..600_i64], reason).prop_map(
        |(person, is_inner, direction, ago_s, reason)| Step::Pass { person, is_inner, direction, ago_s, reason },
    );
    let set = (0..4_usize, any::<Option<bool>>()).prop_map(|(person, zone)| Step::Set { person, zone });
    proptest::collection::vec(prop_oneof![16 => pass, 2 => set, 2 => Just(Step::Follow), 1 => Just(Step::Empty)], 1..40)
}

/// The newest word on each person, as anybody would keep it by hand: of two of the same moment the later told.
type Model = BTreeMap<PersonId, (Option<ZoneId>, Timestamp)>;

fn tell(model: &mut Model, person: PersonId, zone: Option<ZoneId>, at: Timestamp) {
    if model.get(&person).is_none_or(|(_, since)| at >= *since) {
        model.insert(person, (zone, at));
    }
}

fn table(site: &Site<'_>) -> Model {
    let rows = site.t.db.read_blocking(|tx| rows(tx, site.school)).unwrap();
    rows.into_iter().map(|row| (row.person, (row.zone, row.since))).collect()
}

fn play(site: &Site<'_>, persons: &[PersonId], steps: &[Step], seq: &mut u64) -> Model {
    // Whoever is inside since an earlier case is known to be.
    let mut model = table(site);
    for step in steps {
        site.t.clock.forward_s(1);
        match step {
            Step::Pass { person, is_inner, direction, ago_s, reason } => {
                let point = if *is_inner { site.inner_door } else { site.door };
                let mut pass = site.pass(point, *direction, Some(persons[*person]));
                (pass.at, pass.reason) = (later(site.now(), -ago_s), *reason);
                *seq += 1;
                site.deliver_passes(*seq, std::slice::from_ref(&pass));
                let zone = match (is_inner, direction) {
                    (true, Direction::In) => Some(site.canteen),
                    (true, Direction::Out) | (false, Direction::In) => Some(site.hall),
                    (false, Direction::Out) => None,
                };
                if reason.is_granted() {
                    tell(&mut model, persons[*person], zone, pass.at);
                }
            }
            Step::Set { person, zone } => {
                let (ctx, person) = (site.ctx(), persons[*person]);
                let zone = zone.map(|is_inner| if is_inner { site.canteen } else { site.hall });
                let now = site.now();
                site.t.db.write_blocking(move |tx| ops::set_presence(tx, &ctx, person, zone)).unwrap();
                tell(&mut model, person, zone, now);
            }
            Step::Empty => {
                // What the journal holds is known, so that the model need not tell who was seen inside.
                site.follow();
                let (ctx, now) = (site.ctx(), site.now());
                let inside = site.t.db.read_blocking(|tx| queries::inside(tx, &site.scope())).unwrap().total;
                site.t.db.write_blocking(move |tx| ops::everybody_out(tx, &ctx, inside)).unwrap();
                for (zone, since) in model.values_mut().filter(|(zone, _)| zone.is_some()) {
                    (*zone, *since) = (None, now);
                }
            }
            Step::Follow => {
                site.follow();
            }
        }
    }
    site.follow();
    model
}

fn follows_as_the_model(t: &TestDb, cases: u32) {
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let site = Site::new(t);
    let persons = site.persons(&["Асанова", "Бекова", "Ватаев", "Ғалымова"], None, 1);
    let seq = std::cell::Cell::new(0);
    let done = runner.run(&steps(), |steps| {
        let mut last = seq.get();
        // Each case begins long after the one before: its moments are the newest.
        t.clock.forward_s(10_000);
        let model = play(&site, &persons, &steps, &mut last);
        seq.set(last);
        let seen = table(&site);
        for (person, told) in &model {
            prop_assert_eq!(seen.get(person), Some(told));
        }
        Ok(())
    });
    if let Err(error) = done {
        panic!("{error}");
    }
    let before = table(&site);
    t.db.write_blocking(forget_presence).unwrap();
    assert!(table(&site).is_empty());
    site.follow();
    assert_eq!(table(&site), before, "rebuilt from the journal alone");
}

both_databases! {
    fn presence_is_as_a_simple_model_says_and_is_rebuilt_the_same(t) {
        follows_as_the_model(t, if t.db.engine() == store::Engine::Sqlite { 24 } else { 8 });
    }

    fn a_late_pass_does_not_overwrite_a_newer_one(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        let out = site.pass(site.door, Direction::Out, Some(person));
        let mut came = site.pass(site.door, Direction::In, Some(person));
        came.at = later(site.now(), -3600);
        site.deliver_passes(1, &[out]);
        site.follow();
        site.deliver_passes(2, &[came]);
        site.follow();
        let place = t.db.read_blocking(|tx| queries::where_is(tx, &site.scope(), person)).unwrap().unwrap();
        assert_eq!((place.zone, place.since), (None, site.now()));
    }

    fn people_inside_are_counted_by_role_and_zone(t) {
        let site = Site::new(t);
        let class = site.class(5, 'Б');
        let pupils = site.persons(&["Асанова", "Бекова"], Some(class), 1);
        let teacher = site.person("Ватаев", 5);
        let refused = site.person("Ғалымова", 6);
        let mut passes: Vec<_> = [pupils[0], pupils[1], teacher].iter().map(|who| site.pass(site.door, Direction::In, Some(*who))).collect();
        passes.push(site.pass(site.inner_door, Direction::In, Some(teacher)));
        passes.push(site.pass(site.door, Direction::Out, Some(pupils[1])));
        let mut denied = site.pass(site.door, Direction::In, Some(refused));
        denied.reason = Reason::NoRight;
        passes.push(denied);
        site.deliver_passes(1, &passes);
        site.follow();
        let inside = t.db.read_blocking(|tx| queries::inside(tx, &site.scope())).unwrap();
        assert_eq!((inside.total, inside.pupils, inside.staff, inside.others), (2, 1, 1, 0));
        let zones: Vec<_> = inside.zones.iter().map(|zone| (zone.name.as_str(), zone.count, zone.limit)).collect();
        assert_eq!(zones, [("Столовая", 1, Some(3)), ("Холл", 2, None)]);
    }

    fn what_a_guard_says_counts_though_a_gates_clock_is_ahead(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        let mut pass = site.pass(site.door, Direction::In, Some(person));
        pass.at = later(site.now(), 5);
        site.deliver_passes(1, &[pass]);
        site.follow();
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| ops::set_presence(tx, &ctx, person, None)).unwrap();
        site.follow();
        let place = t.db.read_blocking(|tx| queries::where_is(tx, &site.scope(), person)).unwrap().unwrap();
        assert_eq!(place.zone, None);
    }

    fn everybody_is_out_when_the_right_number_is_confirmed(t) {
        let (site, other) = (Site::named(t, "one"), Site::named(t, "two"));
        let persons = site.persons(&["Асанова", "Бекова", "Ватаев"], None, 1);
        let stranger = other.person("Ғалымова", 9);
        let mut passes: Vec<_> = persons.iter().map(|who| site.pass(site.door, Direction::In, Some(*who))).collect();
        // This gate's clock is ahead.
        passes[1].at = later(site.now(), 5);
        passes.push(site.pass(site.door, Direction::Out, Some(persons[2])));
        site.deliver_passes(1, &passes);
        other.deliver_passes(1, &[other.pass(other.door, Direction::In, Some(stranger))]);
        site.follow();
        let out = |expected| {
            let ctx = site.ctx();
            t.db.write_blocking(move |tx| ops::everybody_out(tx, &ctx, expected))
        };
        assert!(matches!(out(3), Err(access::AccessError::InsideChanged { inside: 2 })));
        assert_eq!(table(&site)[&persons[0]].0, Some(site.hall));
        assert_eq!(out(2).unwrap(), 2);
        let after = table(&site);
        assert!(persons.iter().all(|person| after[person].0.is_none()));
        assert_eq!(after[&persons[1]].1, later(site.now(), 5).checked_add(jiff::SignedDuration::from_micros(1)).unwrap());
        // A pass from before that comes late moves nobody, neither does a second click.
        site.deliver_passes(5, &[{ let mut late = site.pass(site.door, Direction::In, Some(persons[0])); late.at = later(site.now(), -60); late }]);
        site.follow();
        assert_eq!(table(&site), after);
        assert_eq!(out(0).unwrap(), 0);
        t.db.write_blocking(forget_presence).unwrap();
        site.follow();
        assert_eq!(table(&site), after, "rebuilt from the journal alone");
        other.follow();
        assert_eq!(table(&other)[&stranger].0, Some(other.hall));
        let came = site.pass(site.door, Direction::In, Some(persons[1]));
        site.t.clock.forward_s(60);
        site.deliver_passes(6, &[kernel::Pass { at: site.now(), ..came }]);
        site.follow();
        assert_eq!(table(&site)[&persons[1]].0, Some(site.hall));
    }

    fn nobody_knows_where_is_neither_inside_nor_outside(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        site.deliver_passes(1, &[site.pass(site.door, Direction::In, Some(person))]);
        site.follow();
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| ops::set_presence(tx, &ctx, person, access::Place::Unknown)).unwrap();
        site.follow();
        let read = |tx: &mut store::Tx<'_>| {
            let place = queries::where_is(tx, &site.scope(), person)?.unwrap();
            Ok::<_, access::AccessError>((place, queries::inside(tx, &site.scope())?.total, access::snapshot::snapshot_doc(tx, site.school, site.key.gate, site.now())?))
        };
        let (place, inside, doc) = t.db.read_blocking(read).unwrap();
        assert_eq!((place.is_known, place.zone, place.by_pass.is_some(), inside), (false, None, false, 0));
        let present = doc.present.iter().find(|present| present.person == person).unwrap();
        assert!(present.zone.is_some_and(|zone| doc.zones.iter().all(|known| known.id != zone)), "a zone that the gate does not know");
        t.db.write_blocking(forget_presence).unwrap();
        site.follow();
        assert_eq!(t.db.read_blocking(read).unwrap().0, place);
        site.t.clock.forward_s(1);
        site.deliver_passes(2, &[site.pass(site.door, Direction::Out, Some(person))]);
        site.follow();
        let place = t.db.read_blocking(read).unwrap().0;
        assert_eq!((place.is_known, place.zone, place.by_pass), (true, None, Some(("Турникет 1".to_owned(), Direction::Out))));
    }

    fn whoever_was_in_a_zone_that_goes_is_outside_after_a_rebuild_too(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        let ctx = site.ctx();
        let building = site.building;
        let zone = t.db.write_blocking(move |tx| {
            let input = access::model::ZoneInput { building, name: site::title("Спортзал"), occupancy_limit: None };
            let zone = ops::add_zone(tx, &ctx, &input)?;
            ops::set_presence(tx, &ctx, person, Some(zone))?;
            Ok::<_, access::AccessError>(zone)
        }).unwrap();
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| ops::remove_zone(tx, &ctx, zone)).unwrap();
        let before = table(&site);
        assert_eq!(before[&person].0, None);
        t.db.write_blocking(forget_presence).unwrap();
        site.follow();
        assert_eq!(table(&site), before);
    }
}
