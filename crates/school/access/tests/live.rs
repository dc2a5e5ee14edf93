//! Open monitors are told what happens, as it happens.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told shall stop")]

mod site;

use std::time::Duration;

use access::{AccessError, GATE_PATIENCE, Live, LiveEvent, ops};
use kernel::{AlarmKind, Direction, GateBody, GateRecord, SchoolMode};
use site::{LONG, Site};
use testkit::both_databases;
use tokio::{runtime::Runtime, sync::broadcast::Receiver, time::timeout};

/// The next event that `wanted` takes; others are passed over.
fn next<T>(runtime: &Runtime, live: &mut Receiver<LiveEvent>, mut wanted: impl FnMut(LiveEvent) -> Option<T>) -> T {
    runtime.block_on(async {
        let found = async {
            loop {
                if let Some(found) = wanted(live.recv().await.unwrap()) {
                    return found;
                }
            }
        };
        timeout(LONG, found).await.expect("the monitor is told")
    })
}

both_databases! {
    fn a_monitor_hears_of_passes_in_order_with_names_of_its_school_alone(t) {
        let (site, other) = (Site::new(t), Site::named(t, "two"));
        let runtime = Runtime::new().unwrap();
        let live = Live::start(&site.app, GATE_PATIENCE).unwrap();
        site.deliver_passes(1, &[site.pass(site.door, Direction::In, None)]);
        let mut monitor = runtime.block_on(live.subscribe(&site.scope())).unwrap();
        let persons = site.persons(&["Асанова", "Бекова"], None, 1);
        let passes: Vec<_> = (0..40).map(|index| site.pass(site.door, Direction::In, Some(persons[index % 2]))).collect();
        other.deliver_passes(1, &[other.pass(other.door, Direction::In, None)]);
        site.deliver_passes(2, &passes);
        let told: Vec<_> = (0..passes.len())
            .map(|_| next(&runtime, &mut monitor, |event| if let LiveEvent::Pass(pass) = event { Some(pass) } else { None }))
            .collect();
        assert_eq!(told.iter().map(|pass| pass.id).collect::<Vec<_>>(), site::ids_of(&passes), "not what was before, nor elsewhere");
        let names: Vec<_> = told.iter().take(2).map(|pass| pass.person.as_ref().unwrap().short.as_str()).collect();
        assert_eq!(names, ["Асанова А.", "Бекова А."]);
        assert_eq!(told[0].point_name, "Турникет 1");
    }

    fn alarms_modes_counters_and_lanes_are_told(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        let runtime = Runtime::new().unwrap();
        let live = Live::start(&site.app, GATE_PATIENCE).unwrap();
        let mut monitor = runtime.block_on(live.subscribe(&site.scope())).unwrap();
        let alarm = site.alarm(AlarmKind::DoorForced);
        site.deliver(&[GateRecord { seq: 1, body: GateBody::Alarm(alarm.clone()) }]);
        let told = next(&runtime, &mut monitor, |event| if let LiveEvent::Alarm(alarm) = event { Some(alarm) } else { None });
        assert_eq!((told.id, told.point_name.as_deref()), (alarm.id, Some("Турникет 1")));
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| {
            ops::see_alarm(tx, &ctx, alarm.id)?;
            ops::change_mode(tx, &ctx, SchoolMode::LockedDown)
        }).unwrap();
        assert_eq!(next(&runtime, &mut monitor, |event| if let LiveEvent::AlarmsSeen { unseen } = event { Some(unseen) } else { None }), 0);
        let mode = next(&runtime, &mut monitor, |event| if let LiveEvent::Mode(mode) = event { Some(mode) } else { None });
        assert_eq!(mode.mode, SchoolMode::LockedDown);

        site.deliver_passes(2, &[site.pass(site.door, Direction::In, Some(person))]);
        site.follow();
        next(&runtime, &mut monitor, |event| matches!(event, LiveEvent::Counters(inside) if inside.total == 1).then_some(()));
        let (ctx, point) = (site.ctx(), site.door);
        t.db.write_blocking(move |tx| ops::enable_point(tx, &ctx, point, false)).unwrap();
        next(&runtime, &mut monitor, |event| {
            let LiveEvent::Lanes(lanes) = event else { return None };
            lanes.iter().any(|lane| lane.state == access::queries::LaneState::Disabled).then_some(())
        });
    }

    fn a_monitor_that_is_far_behind_is_told_to_load_anew(t) {
        let site = Site::new(t);
        let runtime = Runtime::new().unwrap();
        let live = Live::start(&site.app, GATE_PATIENCE).unwrap();
        let mut monitor = runtime.block_on(live.subscribe(&site.scope())).unwrap();
        // In one transaction, so that the hub sees them at once.
        let passes: Vec<_> = (0..1_200).map(|_| site.pass(site.door, Direction::In, None)).collect();
        site.deliver_passes(1, &passes);
        let is_first = next(&runtime, &mut monitor, |event| match event {
            LiveEvent::Resync => Some(true),
            LiveEvent::Pass(_) => Some(false),
            _ => None,
        });
        assert!(is_first);
        let after = site.pass(site.door, Direction::In, None);
        site.deliver_passes(1_201, std::slice::from_ref(&after));
        let told = next(&runtime, &mut monitor, |event| if let LiveEvent::Pass(pass) = event { Some(pass.id) } else { None });
        assert_eq!(told, after.id);
    }

    fn whoever_comes_again_hears_again(t) {
        let site = Site::new(t);
        let runtime = Runtime::new().unwrap();
        let live = Live::start(&site.app, GATE_PATIENCE).unwrap();
        for turn in 1..=2 {
            let mut monitor = runtime.block_on(live.subscribe(&site.scope())).unwrap();
            let pass = site.pass(site.door, Direction::In, None);
            site.deliver_passes(turn, std::slice::from_ref(&pass));
            let told = next(&runtime, &mut monitor, |event| if let LiveEvent::Pass(pass) = event { Some(pass.id) } else { None });
            assert_eq!(told, pass.id);
            drop(monitor);
            // Long enough for the hub to let the channel go at times, and at times not.
            std::thread::sleep(Duration::from_millis(100 * turn));
        }
        let other: Result<_, AccessError> = runtime.block_on(live.subscribe(&site.scope()));
        assert!(other.is_ok());
    }
}
