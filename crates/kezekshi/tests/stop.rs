//! A program that is told to stop leaves in order, however early it is told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a story that cannot be told shall stop, and say why"
)]

mod support;

use std::{os::unix::process::ExitStatusExt, path::Path, process::ExitStatus, thread, time::Duration};

use support::{LEAVE, LONG, Program, Site, free_port, until};
use testkit::TestDb;

/// The number of SIGTERM.
const TERM: i32 = 15;
/// How long after its start a program is told to stop, in milliseconds: before it listens to signals, while its database is
/// made, about when it serves.
const EARLY_MS: [u64; 8] = [0, 1, 3, 10, 30, 100, 200, 400];

fn listens(program: &Program, sentence: &str) {
    until(sentence, || program.said().contains(sentence));
}

/// Ends the program, which has lived for so long. A program that the signal meets before its first line of code knows nothing of it and
/// is ended by the system, which leaves nothing half done either; any other leaves by itself.
fn told_early(mut program: Program, after_ms: u64) -> ExitStatus {
    thread::sleep(Duration::from_millis(after_ms));
    let did_listen = program.listens_to_signals();
    program.tell_to_stop();
    let status = program.end(LEAVE);
    let is_good = status.code() == Some(0) || (!did_listen && status.signal() == Some(TERM));
    assert!(is_good, "told to stop after {after_ms} ms it ended with {status} and said {}", program.said());
    assert!(!program.said().contains("panicked"), "{}", program.said());
    status
}

fn serve(folder: &Path) -> Program {
    let listen = format!("127.0.0.1:{}", free_port());
    let arguments = ["serve", "--listen", &listen, "--data", "data", "--boards-listen", "127.0.0.1:0"];
    Program::start("server", folder, &arguments)
}

/// Runs a command that answers and ends well.
fn answers(folder: &Path, arguments: &[&str]) {
    let mut program = Program::start("command", folder, arguments);
    let status = program.end(LONG);
    assert!(status.success(), "{arguments:?} ended with {status}: {}", program.said());
}

#[test]
fn a_server_told_to_stop_the_moment_it_listens_leaves_well() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..3 {
        let server = serve(folder.path());
        listens(&server, "pages at http://");
        server.tell_to_stop();
        let mut server = server;
        assert_eq!(server.end(LEAVE).code(), Some(0));
        assert!(server.said().contains("stopped"), "{}", server.said());
    }
}

#[test]
fn a_gate_told_to_stop_the_moment_it_runs_leaves_well() {
    let t = TestDb::sqlite();
    let site = Site::new(&t, 1);
    let mut gate = site.start_gate();
    listens(&gate, "the gate runs");
    gate.tell_to_stop();
    assert_eq!(gate.end(LEAVE).code(), Some(0));
}

#[test]
fn a_server_told_to_stop_at_any_early_moment_can_be_started_again() {
    let folder = tempfile::tempdir().unwrap();
    for after_ms in EARLY_MS {
        told_early(serve(folder.path()), after_ms);
    }
    answers(folder.path(), &["school", "add", "--data", "data", "--name-kk", "Мектеп", "--name-ru", "Школа"]);
    for after_ms in EARLY_MS {
        told_early(serve(folder.path()), after_ms);
    }
    let server = serve(folder.path());
    listens(&server, "pages at http://");
    server.stop(LEAVE);
    answers(folder.path(), &["doctor", "--data", "data", "--lang", "en"]);
}

#[test]
fn a_gate_told_to_stop_at_any_early_moment_can_be_started_again() {
    let t = TestDb::sqlite();
    let site = Site::new(&t, 1);
    for after_ms in EARLY_MS {
        told_early(site.start_gate(), after_ms);
    }
    let gate = site.start_gate();
    listens(&gate, "the gate runs");
    gate.stop(LEAVE);
}

#[test]
fn a_demonstration_told_to_stop_early_leaves_no_half_school() {
    let folder = tempfile::tempdir().unwrap();
    let listen = format!("127.0.0.1:{}", free_port());
    let boards = free_port().to_string();
    let arguments = ["demo", "--listen", &listen, "--data", "demo", "--boards-port", &boards];
    let data = folder.path().join("demo/kezekshi.sqlite");
    for after_ms in [0, 100, 300] {
        let program = Program::start("demo", folder.path(), &arguments);
        if after_ms > 0 {
            until("the demonstration's database", || data.exists());
        }
        told_early(program, after_ms);
    }
    if data.exists() {
        let db = store::Db::open(&format!("sqlite:{}", data.display()), &store::Options::default()).unwrap();
        let schools = db.read_blocking(people::queries::schools).unwrap_or_default();
        if let Some(school) = schools.first().map(|school| school.school) {
            let scope = accounts::Scope::of_program(school);
            let points = db.read_blocking(|tx| access::queries::points(tx, &scope)).unwrap();
            assert!(!points.is_empty(), "a school without its doors");
        }
        db.close();
    }
}

/// The kinds of alarms of the only school in this database.
fn alarms(data: &Path) -> Vec<kernel::AlarmKind> {
    let db = store::Db::open(&format!("sqlite:{}", data.display()), &store::Options::default()).unwrap();
    let school = db.read_blocking(people::queries::schools).unwrap()[0].school;
    let scope = accounts::Scope::of_program(school);
    let alarms = db.read_blocking(|tx| access::queries::alarms(tx, &scope, &Default::default(), 100)).unwrap();
    db.close();
    alarms.into_iter().map(|alarm| alarm.kind).collect()
}

#[test]
fn a_demonstration_that_is_started_again_opens_without_alarms_about_its_boards() {
    let folder = tempfile::tempdir().unwrap();
    let listen = format!("127.0.0.1:{}", free_port());
    let boards = free_port().to_string();
    let arguments = ["demo", "--listen", &listen, "--data", "demo", "--boards-port", &boards, "--speed", "60"];
    let data = folder.path().join("demo/kezekshi.sqlite");
    let events = || {
        let files = std::fs::read_dir(folder.path().join("demo/boards")).into_iter().flatten();
        files
            .filter(|file| std::fs::read_to_string(file.as_ref().unwrap().path()).unwrap().contains("\"Event\""))
            .count()
    };
    for round in 0..2 {
        let demo = Program::start("demo", folder.path(), &arguments);
        listens(&demo, "the demonstration is at");
        until("people at the doors", || events() > 0);
        // Long enough for the gate to look at each board.
        thread::sleep(Duration::from_secs(6));
        assert!(!demo.said().contains("could not let somebody in"), "{}", demo.said());
        if round == 0 {
            demo.kill()
        } else {
            demo.stop(LEAVE)
        }
        // A machine that is busy with other things may let a board wait until it counts as silent; that is another matter.
        let is_of_memory = |kind: &kernel::AlarmKind| {
            matches!(
                kind,
                kernel::AlarmKind::DeviceRestarted | kernel::AlarmKind::EventsLost | kernel::AlarmKind::ClockDrift
            )
        };
        let alarms: Vec<_> = alarms(&data).into_iter().filter(is_of_memory).collect();
        assert!(alarms.is_empty(), "run {round}: {alarms:?}");
    }
}
