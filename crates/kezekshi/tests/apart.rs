//! The school's door and the server are apart: each goes on when the other is away, leaves well when it is told to, and says what is
//! wrong with its settings.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a story that cannot be told shall stop, and say why"
)]

mod support;

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use kernel::{DecidedBy, Reason};
use support::{LEAVE, LONG, PACE, Program, Site, Tap, is_long, swipe, until};
use testkit::{TestDb, both_databases};

/// How long somebody stands before a door that should open.
const PATIENCE: Duration = Duration::from_secs(5);
/// Long enough for a pass to be late.
const LATE: Duration = Duration::from_secs(62);

/// The next `count` people tap one after the other, each waiting for the door. Gives how many of them it opened for.
fn walk_in(site: &Site, taps: &mut Vec<Tap>, count: usize) -> usize {
    let cards: Vec<u32> = site.school.cards.keys().copied().skip(taps.len()).take(count).collect();
    let mut let_in = 0;
    for card in cards {
        let (began, before) = (Instant::now(), site.opened());
        taps.push(swipe(&site.board, card, taps.len()));
        while site.opened() == before && began.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(1));
        }
        let_in += usize::from(site.opened() > before);
        thread::sleep(PACE.saturating_sub(began.elapsed()));
    }
    let_in
}

/// A busy machine may keep somebody waiting until the gate gives up, which is right; not many.
fn is_nearly_all(let_in: usize, of: usize) -> bool {
    let_in * 10 >= of * 9
}

both_databases! {
    fn doors_open_without_the_server_and_it_learns_of_everything_later(t) {
        let site = Site::new(t, 600);
        let (server, gate) = (site.start_server(), site.start_gate());
        site.wait_until_ready();
        let mut taps = Vec::new();
        assert!(is_nearly_all(walk_in(&site, &mut taps, 50), 50), "doors stayed shut");
        until("the first passes to arrive", || site.school.count() == taps.len() as u64);

        server.stop(LEAVE);
        assert!(is_nearly_all(walk_in(&site, &mut taps, 200), 200), "doors stayed shut when the server went away");
        gate.stop(LEAVE);
        assert!(is_nearly_all(walk_in(&site, &mut taps, 20), 20), "doors stayed shut when the board was alone");
        let gate = site.start_gate_in_control("token");
        let alone = taps.len();
        assert!(is_nearly_all(walk_in(&site, &mut taps, 100), 100), "doors stayed shut after the gate's new start");
        assert_eq!(site.school.count(), 50, "the server was away");
        if is_long() {
            thread::sleep(LATE);
        }

        let server = site.start_server();
        until("every pass to arrive", || site.school.count() >= taps.len() as u64);
        gate.stop(LEAVE);
        server.stop(LEAVE);
        let passes = site.prove(&taps);
        assert!(passes[..50].iter().all(|pass| !pass.is_late));
        assert!(passes[50..].iter().all(|pass| pass.is_late || !is_long()), "late passes are marked");
        let by_board = passes.iter().filter(|pass| pass.decided_by == DecidedBy::Board).count();
        assert!(by_board >= 20, "the board decided for {by_board}");
        let by_gate = passes[alone..].iter().filter(|pass| pass.reason == Reason::Granted).count();
        assert!(is_nearly_all(by_gate, 100), "the gate decided for {by_gate} after its new start");
    }
}

/// The status line of the server's answer to a gate with this token.
fn answer_to(site: &Site, token: &str) -> String {
    let body = r#"{"records":[]}"#;
    let mut stream = TcpStream::connect(site.server_address()).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    write!(
        stream,
        "POST /gate/v1/records HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        site.server_address(),
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_gate_with_a_wrong_token_says_so_and_goes_on_deciding() {
    let t = TestDb::sqlite();
    let site = Site::new(&t, 100);
    let (server, gate) = (site.start_server(), site.start_gate());
    site.wait_until_ready();
    gate.stop(LEAVE);
    let wrong = format!("kzg_{}", "x".repeat(43));
    std::fs::write(site.folder().join("wrong"), &wrong).unwrap();
    assert!(answer_to(&site, &wrong).contains("401"));
    assert!(answer_to(&site, &site.school.token).contains("200"));

    let gate = site.start_gate_in_control("wrong");
    until("the gate to say that it is refused", || gate.said().contains("token (status 401)"));
    let mut taps = Vec::new();
    assert!(is_nearly_all(walk_in(&site, &mut taps, 50), 50), "doors stayed shut");
    assert!(!gate.said().contains(&wrong) && !gate.said().contains(&site.school.token), "a log holds no secret");
    gate.stop(LEAVE);
    assert_eq!(site.school.count(), 0, "a gate without its token brought passes");

    let gate = site.start_gate();
    until("every pass to arrive", || site.school.count() >= taps.len() as u64);
    gate.stop(LEAVE);
    server.stop(LEAVE);
    site.prove(&taps);
}

/// Starts the program so, and proves that it ends badly and says these words.
fn refuses(folder: &Path, arguments: &[&str], variables: &[(&str, &str)], words: [&str; 3]) {
    let mut program = Program::start_with("program", folder, arguments, variables);
    let status = program.end(LONG);
    let said = program.said();
    assert!(matches!(status.code(), Some(code) if code != 0), "{arguments:?} ended with {status}");
    assert!(words.iter().all(|word| said.contains(word)), "{arguments:?} said: {said}");
    assert!(!said.contains("secret") && !said.contains("panicked"), "{arguments:?} said: {said}");
}

#[test]
fn a_wrong_setting_ends_the_program_with_its_name_its_value_and_what_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name, text| std::fs::write(folder.path().join(name), text).unwrap();
    put("token", "kzg_secret");
    put("wrong.toml", "connections = 1000\n");
    put("origin.toml", "public_origin = \"https://school.kz/x\"\n");
    put("unknown.toml", "lisen = \"127.0.0.1:1\"\n");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();

    let serve = |setting, value, words| refuses(folder.path(), &["serve", setting, value], &[], words);
    serve("--listen", "8080", ["listen", "8080", "an IP address and a port"]);
    serve("--boards-listen", "here", ["boards_listen", "here", "an IP address and a port"]);
    serve("--https", "yes", ["https", "yes", "true or false"]);
    serve("--trusted-proxies", "10.0.0.0/99", ["trusted_proxies", "10.0.0.0/99", "10.0.0.0/8"]);
    serve("--trusted-proxies", "0.0.0.0/0", ["trusted_proxies", "0.0.0.0/0", "10.0.0.0/8"]);
    serve("--public-origin", "school.kz", ["public_origin", "school.kz", "https://host"]);
    serve("--config", "origin.toml", ["public_origin", "https://school.kz/x", "https://host"]);
    serve("--log-format", "xml", ["log_format", "xml", "text or json"]);
    serve("--database", "mysql://root:secret@host/x", ["database", "mysql", "postgres://user@host/name"]);
    serve("--config", "wrong.toml", ["connections", "1000", "from 2 to 200"]);
    serve("--config", "unknown.toml", ["lisen", "unknown", "listen"]);
    serve("--listen", &taken, ["listen", &taken, "cannot be used"]);
    let variables = [("KEZEKSHI_CONNECTIONS", "many")];
    refuses(folder.path(), &["serve"], &variables, ["connections", "many", "from 2 to 200"]);
    let variables = [("KEZEKSHI_TRUSTED_PROXIES", "proxy.kz")];
    refuses(folder.path(), &["serve"], &variables, ["trusted_proxies", "proxy.kz", "10.0.0.0/8"]);

    let gate =
        |server, token, words| refuses(folder.path(), &["gate", "--server", server, "--token-file", token], &[], words);
    gate("ftp://host", "token", ["server", "ftp://host", "https://"]);
    gate("https://host", "missing", ["token-file", "missing", "must be a file"]);
}
