//! Records of a gate are taken in exactly once, whatever is delivered how often.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told shall stop")]

mod site;

use access::{AccessError, AlarmRaised, PassRecorded, Place, intake, queries};
use kernel::{
    AccessPointId, AlarmKind, Direction, GateBody, GateId, GateRecord, Pass, PassId, PersonId, ReaderFormat, Reason,
};
use site::{Site, ids_of, later, numbered};
use testkit::both_databases;

store::statements! {
    fn passes(school: kernel::SchoolId) -> Many<PassId> = "select id from pass where school = $1 order by gate_seq, id";
}

fn recorded(site: &Site<'_>) -> Vec<PassRecorded> {
    let entries = site.t.db.read_blocking(|tx| journal::read(tx, site.school, 0, 100_000)).unwrap();
    entries.iter().filter_map(|entry| entry.event().unwrap()).collect()
}

both_databases! {
    fn on_a_fast_clock_a_pass_is_late_by_as_many_times_more(t) {
        let site = Site::new(t);
        let (key, now) = (site.key, site.now());
        let late = |seq: u64, ago_s: i64, pace: i32| {
            let at = now - jiff::SignedDuration::from_secs(ago_s);
            let pass = Pass { at, ..site.pass(site.door, Direction::In, None) };
            let (id, records) = (pass.id, numbered(seq, &[pass]));
            t.db.write_blocking(move |tx| intake::deliver(tx, key, &records, now, intake::LATE_AFTER * pace)).unwrap();
            t.db.read_blocking(|tx| queries::pass(tx, &site.scope(), id)).unwrap().unwrap().is_late
        };
        assert!(!late(1, 59, 1) && late(2, 61, 1));
        assert!(!late(3, 61, 60) && late(4, 3601, 60));
    }

    fn what_is_delivered_again_is_neither_doubled_nor_journaled_again(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        let all: Vec<_> = (0..250).map(|_| site.pass(site.door, Direction::In, Some(person))).collect();
        assert_eq!(site.deliver_passes(1, &all[..120]), 120);
        assert_eq!(site.deliver_passes(1, &all[..120]), 120, "the answer got lost, all comes again");
        assert_eq!(site.deliver_passes(100, &all[99..200]), 200, "half of it comes again");
        assert_eq!(site.deliver_passes(150, &all[149..]), 250);
        assert_eq!(site.deliver_passes(1, &all[..3]), 250, "an old delivery arrives last");
        assert_eq!(t.db.read_blocking(|tx| passes(tx, site.school)).unwrap(), ids_of(&all));
        assert_eq!(recorded(&site).iter().map(|event| event.pass).collect::<Vec<_>>(), ids_of(&all));
        assert!(t.db.read_blocking(|tx| journal::is_whole(tx, site.school)).unwrap());
    }

    fn a_gate_that_lost_its_count_loses_and_doubles_nothing(t) {
        let site = Site::new(t);
        let old: Vec<_> = (0..10).map(|_| site.pass(site.door, Direction::In, None)).collect();
        assert_eq!(site.deliver_passes(1, &old), 10);
        let new: Vec<_> = (0..4).map(|_| site.pass(site.door, Direction::Out, None)).collect();
        assert_eq!(site.deliver_passes(1, &new), 10, "the answer tells where to number on from");
        assert_eq!(site.deliver_passes(11, &new), 14);
        assert_eq!(recorded(&site).len(), 14);
    }

    fn what_a_gate_with_a_new_folder_reads_again_from_a_board_is_not_doubled(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        let from_board = |index: u32, replayed| Pass {
            board_event: Some((site.board, index)),
            replayed,
            ..site.pass(site.door, Direction::In, Some(person))
        };
        let last = || t.db.read_blocking(|tx| access::snapshot::snapshot_doc(tx, site.school, site.key.gate, site.now())).unwrap()
            .devices.iter().find(|device| device.id == site.board).unwrap().last_event;
        assert_eq!(last(), None);
        let old: Vec<_> = (1..=10).map(|index| from_board(index, false)).collect();
        site.deliver_passes(1, &old);
        assert_eq!(last(), Some(10), "where a gate that knows nothing goes on");

        // By the board's clock the same moments are a little off.
        let again = (1..=12).map(|index| {
            let pass = from_board(index, true);
            Pass { at: pass.at - jiff::SignedDuration::from_secs(2), ..pass }
        });
        let again: Vec<_> = again.collect();
        site.deliver_passes(11, &again);
        assert_eq!(recorded(&site).len(), 12, "the ten of before, and two that were never taken in");

        // A board that lost its memory counts anew: these are other events.
        t.clock.forward_s(3_600);
        site.deliver_passes(23, &[from_board(1, true), from_board(2, false)]);
        assert_eq!((recorded(&site).len(), last()), (14, Some(2)));
    }

    fn a_pass_that_stands_twice_in_one_delivery_counts_once(t) {
        let site = Site::new(t);
        let pass = site.pass(site.door, Direction::In, None);
        assert_eq!(site.deliver_passes(1, &[pass.clone(), pass]), 2);
        assert_eq!(recorded(&site).len(), 1);
    }

    fn deliveries_at_once_leave_each_pass_once_and_no_hole_in_the_journal(t) {
        let site = Site::new(t);
        let all: Vec<_> = (0..200).map(|_| site.pass(site.door, Direction::In, None)).collect();
        let records = numbered(1, &all);
        std::thread::scope(|scope| {
            for part in 0..4 {
                let (site, records) = (&site, &records);
                // Each begins elsewhere and goes over into what the next one delivers.
                scope.spawn(move || {
                    for chunk in records[part * 40..part * 40 + 80].chunks(20) {
                        site.deliver(chunk);
                    }
                });
            }
        });
        let mut seen: Vec<_> = recorded(&site).iter().map(|event| event.pass).collect();
        seen.sort_unstable();
        assert_eq!(seen, ids_of(&all));
        assert!(t.db.read_blocking(|tx| journal::is_whole(tx, site.school)).unwrap());
    }

    fn a_pass_is_kept_with_all_that_the_gate_said(t) {
        let site = Site::new(t);
        let class = site.class(5, 'Б');
        let person = site.persons(&["Құдайбергенова"], Some(class), 7)[0];
        let mut pass = site.pass(site.door, Direction::In, Some(person));
        pass.number = Some((ReaderFormat::W26, 12_345_678));
        pass.reason = Reason::OutsideSchedule;
        site.deliver_passes(1, std::slice::from_ref(&pass));
        let view = t.db.read_blocking(|tx| queries::pass(tx, &site.scope(), pass.id)).unwrap().unwrap();
        assert_eq!((view.id, view.at, view.reason, view.number, view.is_late), (pass.id, pass.at, pass.reason, pass.number, false));
        assert_eq!((view.point_name.as_str(), view.direction), ("Турникет 1", Direction::In));
        let shown = view.person.unwrap();
        assert_eq!((shown.full.as_str(), shown.class.as_deref()), ("Құдайбергенова Айдана", Some("5 «Б»")));
    }

    fn a_pass_that_comes_after_more_than_a_minute_is_marked_as_late(t) {
        let site = Site::new(t);
        let (mut just, mut over) = (site.pass(site.door, Direction::In, None), site.pass(site.door, Direction::In, None));
        let ahead = site.pass(site.door, Direction::In, None);
        just.at = later(site.now(), -60);
        over.at = later(site.now(), -61);
        site.deliver_passes(1, &[just.clone(), over.clone(), ahead]);
        assert_eq!(recorded(&site).iter().map(|event| event.is_late).collect::<Vec<_>>(), [false, true, false]);
        let view = t.db.read_blocking(|tx| queries::pass(tx, &site.scope(), over.id)).unwrap().unwrap();
        assert!(view.is_late);
    }

    fn persons_and_points_that_are_not_here_do_not_stop_the_stream(t) {
        let site = Site::new(t);
        let nobody: PersonId = t.ids.new_id(site.now());
        let nowhere: AccessPointId = t.ids.new_id(site.now());
        let here = site.person("Асанова", 1);
        let passes = [
            site.pass(site.door, Direction::In, Some(nobody)),
            site.pass(nowhere, Direction::In, Some(here)),
            site.pass(site.inner_door, Direction::Out, Some(here)),
        ];
        assert_eq!(site.deliver_passes(1, &passes), 3);
        let moved: Vec<_> = recorded(&site).iter().map(|event| event.moved_to).collect();
        assert_eq!(moved, [Some(Place::Zone(site.hall)), None, Some(Place::Zone(site.hall))]);
        let views = t.db.read_blocking(|tx| queries::last_passes(tx, &site.scope(), 10)).unwrap();
        assert_eq!(views.iter().filter(|view| view.person.is_none()).count(), 1);
        assert_eq!(views.iter().filter(|view| view.point_name.is_empty()).count(), 1);
    }

    fn alarms_are_taken_in_once_and_seen_once(t) {
        let site = Site::new(t);
        let alarm = site.alarm(AlarmKind::ClockDrift);
        let records = [GateRecord { seq: 1, body: GateBody::Alarm(alarm.clone()) }];
        assert_eq!((site.deliver(&records), site.deliver(&records)), (1, 1));
        let entries = t.db.read_blocking(|tx| journal::read(tx, site.school, 0, 1000)).unwrap();
        let raised: Vec<AlarmRaised> = entries.iter().filter_map(|entry| entry.event().unwrap()).collect();
        assert_eq!(raised.iter().map(|event| event.alarm).collect::<Vec<_>>(), [alarm.id]);
        assert_eq!(t.db.read_blocking(|tx| queries::unseen_alarms(tx, &site.scope())).unwrap(), 1);
        let views = t.db.read_blocking(|tx| queries::alarms(tx, &site.scope(), &Default::default(), 10)).unwrap();
        assert_eq!((views[0].kind, views[0].device_name.as_deref(), views[0].detail.as_str()), (AlarmKind::ClockDrift, Some("Плата"), "12"));
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| access::ops::see_alarm(tx, &ctx, alarm.id)).unwrap();
        assert_eq!(t.db.read_blocking(|tx| queries::unseen_alarms(tx, &site.scope())).unwrap(), 0);
        let ctx = site.ctx();
        assert_eq!(t.db.write_blocking(move |tx| access::ops::see_all_alarms(tx, &ctx)).unwrap(), 0);
    }

    fn an_unknown_gate_and_an_endless_delivery_are_refused_whole(t) {
        let site = Site::new(t);
        let other = access::GateKey { gate: GateId::from_slice(&[5; 16]).unwrap(), ..site.key };
        let records = numbered(1, &[site.pass(site.door, Direction::In, None)]);
        let now = site.now();
        let refused = t.db.write_blocking(move |tx| intake::deliver(tx, other, &records, now, intake::LATE_AFTER));
        assert!(matches!(refused, Err(AccessError::Store(_))));
        let many = vec![numbered(1, &[site.pass(site.door, Direction::In, None)])[0].clone(); intake::MOST_RECORDS + 1];
        let key = site.key;
        let refused = t.db.write_blocking(move |tx| intake::deliver(tx, key, &many, now, intake::LATE_AFTER));
        assert!(matches!(refused, Err(AccessError::TooManyRecords)));
        assert!(recorded(&site).is_empty());
    }
}
