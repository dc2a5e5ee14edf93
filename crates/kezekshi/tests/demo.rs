//! The demonstration, as the README tells of it: whole, then server and door apart, the plug pulled and put back.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a story that cannot be told shall stop, and say why")]

mod support;

use std::{os::unix::fs::PermissionsExt, path::Path};

use support::{LEAVE, LONG, Program, free_port, until};

/// How many passes the made-up school in this folder has, and how many of them came late.
fn passes(data: &Path) -> (usize, usize) {
    let db = store::Db::open(&format!("sqlite:{}", data.join("kezekshi.sqlite").display()), &store::Options::default())
        .unwrap();
    let school = db.read_blocking(people::queries::schools).unwrap()[0].school;
    let scope = accounts::Scope::of_program(school);
    let page = db.read_blocking(|tx| access::queries::passes(tx, &scope, &Default::default(), None, 500)).unwrap();
    db.close();
    (page.rows.len(), page.rows.iter().filter(|pass| pass.is_late).count())
}

/// Starts the program so in this folder, and proves that it refuses with these words.
fn refuses(folder: &Path, arguments: &[&str], words: &[&str]) {
    let mut program = Program::start("program", folder, arguments);
    let status = program.end(LONG);
    let said = program.said();
    assert!(matches!(status.code(), Some(code) if code != 0), "{arguments:?} ended with {status}");
    for word in words {
        assert!(said.contains(word), "{arguments:?} said: {said}");
    }
}

#[test]
fn the_plug_can_be_pulled_where_the_whole_demonstration_ran_before() {
    let folder = tempfile::tempdir().unwrap();
    let listen = format!("127.0.0.1:{}", free_port());
    let (boards, url) = (free_port().to_string(), format!("http://{listen}"));
    let whole = ["demo", "--listen", &listen, "--boards-port", &boards];
    let demo = Program::start("demo", folder.path(), &whole);
    until("the demonstration", || demo.said().contains("the demonstration is at"));
    for (name, mode) in [("", 0o700), ("kezekshi.sqlite", 0o600), ("kezekshi.sqlite-wal", 0o600), ("gates", 0o700)] {
        let meta = std::fs::metadata(folder.path().join("data/demo").join(name)).unwrap();
        assert_eq!(meta.permissions().mode() & 0o777, mode, "{name:?} is for its owner alone");
    }
    demo.stop(LEAVE);

    let apart = ["demo", "--apart", "--listen", &listen, "--boards-port", &boards, "--speed", "60"];
    let server = Program::start("server", folder.path(), &apart);
    until("the server alone", || server.said().contains("now start the door"));
    // The door takes port, seed and speed from the folder.
    let door = Program::start("door", folder.path(), &["demo", "--door", &url, "--metrics-listen", ""]);
    let data = folder.path().join("data/demo-apart");
    until("the first passes", || passes(&data).0 > 0);

    server.stop(LEAVE);
    until("the door to keep what it cannot send", || {
        door.said()
            .lines()
            .any(|line| line.contains("the door works") && line.contains("kept=") && !line.contains("kept=0"))
    });
    let before = passes(&data).0;
    let server = Program::start("server", folder.path(), &["demo", "--apart", "--listen", &listen]);
    until("what was kept to arrive", || passes(&data).0 > before);
    door.stop(LEAVE);
    server.stop(LEAVE);

    let in_folder = |data: &str, more: &[&str], words: &[&str]| {
        let mut arguments = vec!["demo", "--listen", &listen, "--data", data];
        arguments.extend_from_slice(more);
        refuses(folder.path(), &arguments, words);
    };
    in_folder("data/demo", &["--apart"], &["data/demo", "folder of their own"]);
    in_folder("data/demo", &["--seed", "2"], &["seed = 2", "made with seed = 1", "--data"]);
    in_folder("data/demo", &["--boards-port", "1025"], &["boards_port = 1025", &boards]);
    in_folder("data/demo-apart", &[], &["data/demo-apart", "--apart"]);
    in_folder("data/demo-apart", &["--apart", "--speed", "2"], &["speed = 2", "made with speed = 60"]);
    in_folder("elsewhere", &["--door", &url], &["gate.token", "start the server first"]);
}

#[test]
fn a_folder_that_is_a_real_schools_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::fs::write(data.join("kezekshi.sqlite"), "").unwrap();
    refuses(folder.path(), &["demo", "--data", "data"], &["not the demonstration's"]);
    let names: Vec<_> = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["kezekshi.sqlite"]);
}
