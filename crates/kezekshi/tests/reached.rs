//! How the server is reached: by browsers through a proxy, by gates with and without their token, by who reads its metrics.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a story that cannot be told shall stop, and say why"
)]

mod support;

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
};

use support::{LEAVE, LONG, Program, free_port, until};

/// A server in a folder, and where it listens.
struct Served {
    program: Program,
    address: String,
}

/// What the server answered.
struct Answer {
    status: u16,
    text: String,
}

impl Served {
    fn start(folder: &Path, more: &[&str]) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let arguments = ["serve", "--listen", &address, "--data", "data", "--boards-listen", "127.0.0.1:0"];
        let program = Program::start("server", folder, &[&arguments, more].concat());
        until("the server to listen", || program.said().contains("pages at http://"));
        Self { program, address }
    }

    fn ask(&self, line: &str, headers: &[&str], body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        let length = body.len();
        write!(stream, "{line} HTTP/1.1\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}")
            .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let status = text.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, text: text.to_ascii_lowercase() }
    }

    /// What comes of a form that a page of `https://school.kz` sends through a proxy that changes the host's name.
    fn form_through_a_proxy(&self) -> u16 {
        let headers =
            ["host: inner:8080", "origin: https://school.kz", "content-type: application/x-www-form-urlencoded"];
        self.ask("POST /sign-in", &headers, "login=nobody&password=nothing").status
    }

    /// Whether the server believes a proxy that says it was reached over TLS.
    fn believes_tls(&self) -> bool {
        let answer = self.ask("GET /sign-in", &["host: inner:8080", "x-forwarded-proto: https"], "");
        assert_eq!(answer.status, 200);
        answer.text.contains("strict-transport-security")
    }
}

#[test]
fn proxies_and_the_public_origin_are_believed_as_the_settings_say() {
    let folder = tempfile::tempdir().unwrap();
    let plain = Served::start(folder.path(), &[]);
    assert_eq!(plain.form_through_a_proxy(), 403, "another site's form");
    assert!(!plain.believes_tls());
    plain.program.stop(LEAVE);

    let behind =
        Served::start(folder.path(), &["--trusted-proxies", "127.0.0.0/8", "--public-origin", "https://School.kz:443"]);
    assert_eq!(behind.form_through_a_proxy(), 422, "a wrong password");
    assert!(behind.believes_tls());
    behind.program.stop(LEAVE);

    let elsewhere =
        Served::start(folder.path(), &["--trusted-proxies", "10.0.0.0/8", "--public-origin", "https://other.kz"]);
    assert_eq!(elsewhere.form_through_a_proxy(), 403);
    assert!(!elsewhere.believes_tls());
    elsewhere.program.stop(LEAVE);
}

#[test]
fn a_gate_without_a_token_is_told_so_rather_than_taken_for_a_foreign_page() {
    let folder = tempfile::tempdir().unwrap();
    let server = Served::start(folder.path(), &[]);
    for token in [
        None,
        Some("authorization: Bearer kzg_wrong"),
        Some("authorization: Basic a2V6"),
        Some("origin: https://evil.kz"),
    ] {
        for path in ["POST /gate/v1/feed", "POST /gate/v1/records"] {
            let headers: Vec<&str> = ["host: a", "content-type: application/json"].into_iter().chain(token).collect();
            let answer = server.ask(path, &headers, "{}");
            assert_eq!(answer.status, 401, "{path} {token:?}: {}", answer.text);
            assert!(
                answer.text.contains("application/problem+json") && answer.text.contains("www-authenticate: bearer")
            );
        }
    }
    // Everywhere else the check stands.
    assert_eq!(server.ask("POST /sign-in", &["host: a"], "").status, 403);
    assert_eq!(server.ask("POST /gates", &["host: a"], "").status, 403);
    server.program.stop(LEAVE);
}

#[test]
fn two_gates_of_one_process_have_each_its_own_figures() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["Бірінші", "Екінші"] {
        let arguments = ["school", "add", "--data", "data", "--name-kk", name, "--name-ru", name];
        let mut program = Program::start("command", folder.path(), &arguments);
        assert!(program.end(LONG).success(), "{}", program.said());
    }
    let server = Served::start(folder.path(), &[]);
    let gates = || -> BTreeSet<String> {
        let metrics = server.ask("GET /metrics", &["host: localhost"], "").text;
        let series = metrics.lines().filter_map(|line| line.strip_prefix("kezekshi_spool_depth{gate=\""));
        series.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    until("a series of each gate", || gates().len() == 2);
    assert!(gates().iter().all(|gate| gate.parse::<kernel::GateId>().is_ok()), "{:?}", gates());
    server.program.stop(LEAVE);
}

#[test]
fn figures_are_for_this_machine_and_not_for_what_a_proxy_on_it_passes_on() {
    let folder = tempfile::tempdir().unwrap();
    let server = Served::start(folder.path(), &[]);
    let status = |headers: &[&str]| server.ask("GET /metrics", headers, "").status;
    assert_eq!(status(&["host: 127.0.0.1:8080"]), 200);
    assert_eq!(status(&["host: school.example.kz"]), 404, "a proxy that adds no header of its own");
    assert_eq!(status(&["host: localhost", "x-forwarded-for: 10.0.0.1"]), 404);
    server.program.stop(LEAVE);
}

#[test]
fn a_gate_alone_tells_how_it_is() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), "kzg_nobody").unwrap();
    let address = format!("127.0.0.1:{}", free_port());
    let arguments = |listen| {
        let server = ["gate", "--server", "http://127.0.0.1:9", "--token-file", "token", "--data", "data"];
        [&server[..], &["--boards-listen", "127.0.0.1:0", "--metrics-listen", listen]].concat()
    };
    let program = Program::start("gate", folder.path(), &arguments(&address));
    until("the gate to tell how it is", || program.said().contains("how the gate is"));
    let gate = Served { program, address: address.clone() };
    assert!(gate.ask("GET /healthz", &["host: a"], "").text.ends_with("ok\n"));
    let figures = gate.ask("GET /metrics", &["host: localhost"], "");
    assert_eq!(figures.status, 200);
    assert!(figures.text.contains("text/plain; version=0.0.4"));
    assert_eq!(gate.ask("GET /metrics", &["host: school.example.kz"], "").status, 404);

    let mut second = Program::start("second", folder.path(), &arguments(&address));
    assert!(!second.end(LONG).success(), "an address that was asked for must be free");
    assert!(second.said().contains("metrics_listen"), "{}", second.said());
    gate.program.stop(LEAVE);
}
