//! Presence begins anew each day; what is out of order is closed when it is over; gates learn of those who passed elsewhere.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told shall stop")]

mod site;

use std::time::Duration;

use access::{AlarmRaised, AlarmsClosed, Feeds, GateKey, PresenceReset, nights, ops, queries};
use jiff::Timestamp;
use kernel::{
    Alarm, AlarmKind, DeviceState, DeviceStatus, Direction, Feed, GateBody, GateRecord, GateStatus, Has, PersonId,
};
use site::{Site, later, numbered, title, until};
use testkit::{TestDb, both_databases};

/// From the test's morning to midnight, in seconds.
const TO_MIDNIGHT_S: i64 = 16 * 3600 + 30 * 60;

fn resets(site: &Site<'_>) -> Vec<Timestamp> {
    let entries = site.t.db.read_blocking(|tx| journal::read(tx, site.school, 0, 1_000)).unwrap();
    entries.iter().filter_map(|entry| entry.event::<PresenceReset>().unwrap()).map(|reset| reset.before).collect()
}

fn inside(site: &Site<'_>) -> u32 {
    site.follow();
    site.t.db.read_blocking(|tx| queries::inside(tx, &site.scope())).unwrap().total
}

fn look(t: &TestDb) -> Timestamp {
    nights::reset_due(&t.db, kernel::Clock::now(&t.clock)).unwrap()
}

both_databases! {
    fn who_is_in_the_canteen_is_in_the_hall_around_it_and_counted_once(t) {
        let site = Site::new(t);
        let (one, two) = (site.person("Асанова", 1), site.person("Исаев", 2));
        site.deliver_passes(1, &[
            site.pass(site.door, Direction::In, Some(one)),
            site.pass(site.door, Direction::In, Some(two)),
        ]);
        site.follow();
        t.clock.forward_s(60);
        site.deliver_passes(3, &[site.pass(site.inner_door, Direction::In, Some(two))]);
        site.follow();
        let inside = t.db.read_blocking(|tx| queries::inside(tx, &site.scope())).unwrap();
        let count = |zone| inside.zones.iter().find(|count| count.zone == zone).unwrap().count;
        assert_eq!((count(site.hall), count(site.canteen), inside.total), (2, 1, 2));
    }

    fn at_midnight_nobody_is_inside_any_more_and_it_is_written_down_once(t) {
        let site = Site::new(t);
        let persons = site.persons(&["Асанова", "Бекова", "Ким"], None, 1);
        let midnight = later(site.now(), TO_MIDNIGHT_S);
        assert_eq!(look(t), midnight, "the next one");
        assert_eq!(resets(&site), [], "there was nobody to forget");
        let into = |person: PersonId| site.pass(site.door, Direction::In, Some(person));
        site.deliver_passes(1, &[into(persons[0]), into(persons[1])]);
        site.deliver_passes(3, &[site.pass(site.door, Direction::Out, Some(persons[1]))]);
        t.clock.forward_s(TO_MIDNIGHT_S - 1);
        look(t);
        assert_eq!((inside(&site), resets(&site)), (1, vec![]), "a second before midnight");

        t.clock.forward_s(6);
        // Somebody comes in the first seconds of the day, before the server looks at the clock.
        site.deliver_passes(4, &[into(persons[2])]);
        for _ in 0..3 {
            look(t);
        }
        assert_eq!(resets(&site), [midnight], "once, whoever looks");
        assert_eq!(inside(&site), 1, "who came after midnight stays");
        let whereabouts = |person| t.db.read_blocking(|tx| queries::where_is(tx, &site.scope(), person)).unwrap();
        assert!(whereabouts(persons[0]).is_none(), "not known");
        assert_eq!(whereabouts(persons[1]).unwrap().zone, None, "who left is outside");

        // A pass of yesterday that is learnt of now does not bring anybody back.
        let mut late = site.pass(site.door, Direction::In, Some(persons[0]));
        late.at = later(midnight, -60);
        site.deliver_passes(5, &[late]);
        assert_eq!(inside(&site), 1);
        t.db.write_blocking(access::presence::forget_presence).unwrap();
        assert_eq!(inside(&site), 1, "rebuilt from the journal it is the same");
        t.clock.forward_s(3 * 86_400);
        look(t);
        assert_eq!((inside(&site), resets(&site).len()), (0, 2), "a server that was off for days does it once");
    }

    fn a_school_may_keep_presence_over_the_night(t) {
        let (site, other) = (Site::named(t, "one"), Site::named(t, "two"));
        for site in [&site, &other] {
            let person = site.person("Асанова", 1);
            site.deliver_passes(1, &[site.pass(site.door, Direction::In, Some(person))]);
        }
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| ops::reset_presence_at_night(tx, &ctx, false)).unwrap();
        t.clock.forward_s(TO_MIDNIGHT_S);
        look(t);
        assert_eq!((inside(&site), inside(&other)), (1, 0));
        let feeds = Feeds::start(&site.app).unwrap();
        let feed = feeds.feed_blocking(site.key, Has::default(), &site.status(), Duration::ZERO).unwrap();
        assert!(!feed.snapshot.unwrap().resets_at_midnight);
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| ops::reset_presence_at_night(tx, &ctx, true)).unwrap();
        look(t);
        assert_eq!(inside(&site), 0);
    }

    fn a_running_server_does_it_by_itself(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        site.deliver_passes(1, &[site.pass(site.door, Direction::In, Some(person))]);
        let midnight = later(site.now(), TO_MIDNIGHT_S);
        look(t);
        let access = access::Access::start(&site.app, access::GATE_PATIENCE, gate::explain).unwrap();
        t.clock.forward_s(TO_MIDNIGHT_S + 1);
        until("the new day", || resets(&site) == [midnight]);
        assert_eq!(inside(&site), 0);
        drop(access);
    }
}

fn alarm(site: &Site<'_>, kind: AlarmKind) -> Alarm {
    let is_of_gate =
        [AlarmKind::SpoolFull, AlarmKind::SpoolBack, AlarmKind::GateFailed, AlarmKind::GateBack].contains(&kind);
    let device = !is_of_gate;
    let is_of_door = matches!(kind, AlarmKind::DoorFailed | AlarmKind::DoorBack);
    Alarm {
        device: device.then_some(site.board),
        point: is_of_door.then_some(site.door),
        detail: String::new(),
        ..site.alarm(kind)
    }
}

fn raise(site: &Site<'_>, seq: u64, alarm: &Alarm) {
    site.deliver(&[GateRecord { seq, body: GateBody::Alarm(alarm.clone()) }]);
}

/// Kind, whether it stands, whether it is closed; newest first.
fn shown(site: &Site<'_>) -> Vec<(AlarmKind, bool, bool)> {
    let alarms = site.t.db.read_blocking(|tx| queries::alarms(tx, &site.scope(), &Default::default(), 50)).unwrap();
    alarms.into_iter().map(|alarm| (alarm.kind, alarm.stands, alarm.closed_at.is_some())).collect()
}

fn unseen(site: &Site<'_>) -> u32 {
    site.t.db.read_blocking(|tx| queries::unseen_alarms(tx, &site.scope())).unwrap()
}

fn status(site: &Site<'_>, state: DeviceState) -> GateStatus {
    let device = DeviceStatus {
        device: site.board,
        state,
        clock_drift_s: None,
        last_event: None,
        last_seen: None,
        cards: None,
        version: String::new(),
    };
    GateStatus { devices: vec![device], ..site.status() }
}

fn tell(site: &Site<'_>, status: &GateStatus) {
    let feeds = Feeds::start(&site.app).unwrap();
    feeds.feed_blocking(site.key, Has::default(), status, Duration::ZERO).unwrap();
}

both_databases! {
    fn every_alarm_of_a_state_is_closed_by_the_record_that_says_it_is_over(t) {
        let site = Site::new(t);
        for (kind, seq) in AlarmKind::ALL.into_iter().filter(|kind| kind.ended_by().is_some()).zip((1_u64..).step_by(2)) {
            let (raised, over) = (alarm(&site, kind), alarm(&site, kind.ended_by().unwrap()));
            raise(&site, seq, &raised);
            assert_eq!((shown(&site)[0], unseen(&site)), ((kind, true, false), 1));
            t.clock.forward_s(1);
            let over = Alarm { at: site.now(), ..over };
            raise(&site, seq + 1, &over);
            raise(&site, seq + 1, &over);
            assert_eq!(shown(&site)[..2], [(over.kind, false, true), (kind, false, true)]);
            assert_eq!(unseen(&site), 0, "{kind:?} is over, and that it is asks for nothing");
            t.clock.forward_s(1);
        }
        let entries = t.db.read_blocking(|tx| journal::read(tx, site.school, 0, 1_000)).unwrap();
        let closed: Vec<AlarmsClosed> = entries.iter().filter_map(|entry| entry.event().unwrap()).collect();
        let raised: Vec<AlarmRaised> = entries.iter().filter_map(|entry| entry.event().unwrap()).collect();
        let states = AlarmKind::ALL.into_iter().filter(|kind| kind.ended_by().is_some()).count();
        assert_eq!((closed.len(), raised.len()), (states, 2 * states));
        assert!(closed.iter().all(|closed| closed.alarms.len() == 1 && closed.by.is_some()));
    }

    fn an_end_closes_nothing_of_another_door_or_gate(t) {
        let site = Site::new(t);
        raise(&site, 1, &alarm(&site, AlarmKind::DoorFailed));
        let other = Alarm { point: Some(site.inner_door), ..alarm(&site, AlarmKind::DoorBack) };
        raise(&site, 2, &other);
        raise(&site, 3, &alarm(&site, AlarmKind::DeviceBack));
        raise(&site, 4, &site.alarm(AlarmKind::DoorForced));
        assert_eq!(unseen(&site), 2, "the door that failed and the one that was forced");
        assert_eq!(shown(&site).iter().filter(|(_, stands, _)| *stands).count(), 1);
    }

    fn what_a_gate_forgot_is_closed_by_how_it_is_but_not_too_soon(t) {
        let site = Site::new(t);
        raise(&site, 1, &alarm(&site, AlarmKind::DeviceUnreachable));
        raise(&site, 2, &alarm(&site, AlarmKind::SpoolFull));
        tell(&site, &status(&site, DeviceState::Online));
        assert_eq!(unseen(&site), 2, "that status may be older than the alarms");
        t.clock.forward_s(300);
        tell(&site, &GateStatus { spool_ok: false, ..status(&site, DeviceState::Unreachable) });
        assert_eq!(unseen(&site), 2, "they are so still");
        tell(&site, &status(&site, DeviceState::Online));
        assert_eq!(unseen(&site), 0);
        assert!(shown(&site).iter().all(|(_, stands, closed)| !stands && *closed));
    }

    fn a_device_that_is_gone_leaves_no_alarm_behind(t) {
        let site = Site::new(t);
        let ctx = site.ctx();
        let input = site::board("Вторая", site.key, 7);
        let board = t.db.write_blocking(move |tx| ops::add_device(tx, &ctx, &input)).unwrap();
        raise(&site, 1, &Alarm { device: Some(board), ..alarm(&site, AlarmKind::DeviceUnreachable) });
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| ops::remove_device(tx, &ctx, board)).unwrap();
        tell(&site, &site.status());
        assert_eq!(unseen(&site), 0);
    }
}

/// Another gate of the same school.
fn second(site: &Site<'_>) -> GateKey {
    let ctx = site.ctx();
    let (gate, _) = site.t.db.write_blocking(move |tx| ops::add_gate(tx, &ctx, &title("Второй вход"), false)).unwrap();
    GateKey { gate, ..site.key }
}

fn ask(site: &Site<'_>, feeds: &Feeds, key: GateKey, has: Has, wait: Duration) -> Feed {
    feeds.feed_blocking(key, has, &site.status(), wait).unwrap()
}

/// What a gate has that knows everything up to now.
fn up_to_date(site: &Site<'_>, feeds: &Feeds, key: GateKey) -> Has {
    let doc = ask(site, feeds, key, Has::default(), Duration::ZERO).snapshot.unwrap();
    let has = Has { snapshot: Some(doc.version), command: 0, presence: Some(doc.presence_through) };
    let through = ask(site, feeds, key, has, Duration::ZERO).presence_through.unwrap();
    Has { presence: Some(through), ..has }
}

both_databases! {
    fn a_waiting_gate_learns_at_once_of_those_who_passed_elsewhere(t) {
        let site = Site::new(t);
        let persons = site.persons(&["Асанова", "Бекова"], None, 1);
        let other = second(&site);
        let feeds = Feeds::start(&site.app).unwrap();
        let (here, there) = (up_to_date(&site, &feeds, site.key), up_to_date(&site, &feeds, other));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| ask(&site, &feeds, other, there, site::LONG));
            std::thread::sleep(Duration::from_millis(300));
            let mut passes = vec![site.pass(site.door, Direction::In, Some(persons[0]))];
            passes.push(site.pass(site.door, Direction::In, Some(persons[1])));
            t.clock.forward_s(1);
            passes.push(site.pass(site.door, Direction::Out, Some(persons[1])));
            feeds.deliver_blocking(site.key, &numbered(1, &passes)).unwrap();
            // An answer without news comes only when the patience is over, and is empty.
            let feed = waiting.join().unwrap();
            assert!(feed.snapshot.is_none() && feed.commands.is_empty());
            let zones: Vec<_> = persons.iter().map(|person| feed.presence.iter().find(|doc| doc.person == *person).unwrap().zone).collect();
            assert_eq!((zones, feed.presence.len()), (vec![Some(site.hall), None], 2), "the newest word on each");
            // Asked again from the same number it says the same; from the new one, nothing.
            assert_eq!(ask(&site, &feeds, other, there, Duration::ZERO).presence, feed.presence);
            let has = Has { presence: feed.presence_through, ..there };
            assert_eq!(ask(&site, &feeds, other, has, Duration::ZERO).presence, []);
        });
        // The gate that saw it is told nothing, and need not look at it again.
        let feed = ask(&site, &feeds, site.key, here, Duration::ZERO);
        assert!(feed.presence.is_empty() && feed.presence_through > here.presence);
    }

    fn a_waiting_gate_learns_that_nobody_is_inside_any_more(t) {
        let site = Site::new(t);
        let persons = site.persons(&["Асанова", "Бекова"], None, 1);
        let other = second(&site);
        let feeds = Feeds::start(&site.app).unwrap();
        let passes: Vec<_> = persons.iter().map(|person| site.pass(site.door, Direction::In, Some(*person))).collect();
        feeds.deliver_blocking(site.key, &numbered(1, &passes)).unwrap();
        site.follow();
        let there = up_to_date(&site, &feeds, other);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| ask(&site, &feeds, other, there, site::LONG));
            std::thread::sleep(Duration::from_millis(300));
            t.clock.forward_s(60);
            let ctx = site.ctx();
            let out = t.db.write_blocking(move |tx| ops::everybody_out(tx, &ctx, 2)).unwrap();
            let feed = waiting.join().unwrap();
            let told: Vec<_> = persons.iter().map(|person| feed.presence.iter().find(|doc| doc.person == *person).map(|doc| doc.zone)).collect();
            assert_eq!((out, told), (2, vec![Some(None), Some(None)]), "both are in the street");
        });
    }

    fn a_gate_that_was_away_for_long_or_is_ahead_is_told_where_everybody_is(t) {
        let site = Site::new(t);
        let persons = site.persons(&["Асанова", "Бекова"], None, 1);
        let other = second(&site);
        let feeds = Feeds::start(&site.app).unwrap();
        let there = up_to_date(&site, &feeds, other);
        for (person, seq) in persons.iter().zip(1..) {
            site.deliver_passes(seq, &[site.pass(site.door, Direction::In, Some(*person))]);
        }
        site.follow();
        let ahead = ask(&site, &feeds, other, Has { presence: Some(1_000_000), ..there }, Duration::ZERO);
        assert_eq!(ahead.presence.len(), 2);
        assert!(ahead.presence_through.unwrap() < 1_000_000);
        let many: Vec<_> = (0..5_100).map(|_| site.pass(site.door, Direction::In, Some(persons[0]))).collect();
        for (part, first) in many.chunks(500).zip((3_u64..).step_by(500)) {
            site.deliver(&numbered(first, part));
        }
        site.follow();
        let behind = ask(&site, &feeds, other, there, Duration::ZERO);
        assert_eq!(behind.presence.len(), 2, "by the table instead of a morning's journal");
        assert_eq!(ask(&site, &feeds, other, Has { presence: behind.presence_through, ..there }, Duration::ZERO).presence, []);
    }

    fn the_only_gate_of_a_school_is_told_nothing_it_saw_itself(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        let feeds = Feeds::start(&site.app).unwrap();
        let doc = ask(&site, &feeds, site.key, Has::default(), Duration::ZERO).snapshot.unwrap();
        let has = Has { snapshot: Some(doc.version), command: 0, presence: Some(doc.presence_through) };
        site.deliver_passes(1, &[site.pass(site.door, Direction::In, Some(person))]);
        assert_eq!(ask(&site, &feeds, site.key, has, Duration::ZERO), Feed::default());
    }
}
