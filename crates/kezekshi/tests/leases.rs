//! Gates of servers' own processes: each runs in one server, and one that cannot start stops no other.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told shall stop")]

#[path = "support/app.rs"]
mod app;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use access::{
    AccessError,
    model::{DeviceInput, Title},
    ops,
    queries::AlarmFilter,
};
use accounts::{Ctx, Scope};
use gate::driver::{BoardList, Doors, Driver, Drivers, Inbox};
use kernel::{AlarmKind, Clock, DeviceDoc, DeviceId, DeviceKind, GateId, Ids, SchoolId};
use kezekshi::gates::Gates;
use testkit::{TestDb, both_databases};

const LONG: Duration = Duration::from_secs(60);

/// How many drivers each device has now, and had at most.
#[derive(Clone, Default)]
struct Counted(Arc<Mutex<BTreeMap<DeviceId, (usize, usize)>>>);

struct CountedDriver(Counted, DeviceId);

impl Counted {
    fn of(&self, device: DeviceId) -> (usize, usize) {
        self.0.lock().unwrap().get(&device).copied().unwrap_or_default()
    }

    fn wait(&self, device: DeviceId, wanted: usize) {
        let end = Instant::now() + LONG;
        while self.of(device).0 != wanted {
            assert!(Instant::now() < end, "waited in vain for {wanted} drivers");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drivers for Counted {
    fn start(&self, device: &DeviceDoc, _: Option<u32>, _: Inbox) -> Result<Box<dyn Driver>, String> {
        let mut counts = self.0.lock().unwrap();
        let (now, most) = counts.entry(device.id).or_default();
        *now += 1;
        *most = (*most).max(*now);
        Ok(Box::new(CountedDriver(self.clone(), device.id)))
    }
}

impl Driver for CountedDriver {
    fn keep_doors(&self, _: Doors) {}
    fn open(&self, _: u8) {}
    fn hold(&self, _: Arc<BoardList>) {}
    fn resync(&self) {}
}

impl Drop for CountedDriver {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().get_mut(&self.1).unwrap().0 -= 1;
    }
}

fn ctx(t: &TestDb, school: SchoolId) -> Ctx {
    Ctx::of_program(school, t.clock.now(), t.ids.clone())
}

/// A gate of the servers' own process with a device.
fn gate(t: &TestDb, school: SchoolId) -> (GateId, DeviceId) {
    let ctx = ctx(t, school);
    let name = Title::parse("Вход").unwrap();
    let add = move |tx: &mut store::Tx<'_>| {
        let (gate, _) = ops::add_gate(tx, &ctx, &name, false)?;
        let lane = DeviceInput { name: name.clone(), gate, kind: DeviceKind::Virtual };
        Ok::<_, AccessError>((gate, ops::add_device(tx, &ctx, &lane)?))
    };
    t.db.write_blocking(add).unwrap()
}

fn gates(folder: &Path, drivers: &Counted) -> Gates {
    Gates::new(folder.to_owned(), Arc::new(drivers.clone()))
}

/// The alarms of a school and whether each stands, newest first.
fn alarms(t: &TestDb, school: SchoolId) -> Vec<(AlarmKind, bool)> {
    let scope = Scope::of_program(school);
    let alarms = t.db.read_blocking(|tx| access::queries::alarms(tx, &scope, &AlarmFilter::default(), 50)).unwrap();
    alarms.into_iter().map(|alarm| (alarm.kind, alarm.stands)).collect()
}

fn wait_for_alarms(t: &TestDb, school: SchoolId, wanted: &[(AlarmKind, bool)]) {
    let end = Instant::now() + LONG;
    while alarms(t, school) != wanted {
        assert!(Instant::now() < end, "{:?} instead of {wanted:?}", alarms(t, school));
        thread::sleep(Duration::from_millis(20));
    }
}

both_databases! {
    fn two_servers_on_one_database_never_run_a_gate_twice(t) {
        let school = t.school("one");
        let (_, device) = gate(t, school);
        let drivers = Counted::default();
        // Servers make words of their own by chance.
        let apps = || app::test_app_with(t, Ids::random());
        let ((app, access), (other_app, other_access)) = (apps(), apps());
        let (folder, other_folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let first = gates(folder.path(), &drivers).start(&app, &access).unwrap();
        let second = gates(other_folder.path(), &drivers).start(&other_app, &other_access).unwrap();
        drivers.wait(device, 1);
        // A gate that comes later is one server's too.
        let (_, later) = gate(t, school);
        drivers.wait(later, 1);
        first.stop();
        drivers.wait(device, 1);
        drivers.wait(later, 1);
        second.stop();
        assert_eq!((drivers.of(device), drivers.of(later)), ((0, 1), (0, 1)));
    }

    fn a_gate_that_cannot_start_stops_no_other_and_one_that_is_removed_ends(t) {
        let (one, two) = (t.school("one"), t.school("two"));
        let ((broken, device), (_, fine)) = (gate(t, one), gate(t, two));
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join(broken.to_string());
        std::fs::write(&place, "a file where the folder should be").unwrap();
        let drivers = Counted::default();
        let (app, access) = app::test_app(t);
        let running = gates(folder.path(), &drivers).start(&app, &access).unwrap();
        drivers.wait(fine, 1);
        let (failed, back) = ((AlarmKind::GateFailed, true), (AlarmKind::GateBack, false));
        wait_for_alarms(t, one, &[failed]);
        std::fs::remove_file(&place).unwrap();
        drivers.wait(device, 1);
        wait_for_alarms(t, one, &[back, (AlarmKind::GateFailed, false)]);
        assert_eq!(alarms(t, two), []);

        let ctx = ctx(t, one);
        t.db.write_blocking(move |tx| {
            ops::remove_device(tx, &ctx, device)?;
            ops::remove_gate(tx, &ctx, broken, 0)
        })
        .unwrap();
        drivers.wait(device, 0);
        assert_eq!(drivers.of(fine), (1, 1));
        running.stop();
    }
}
