//! The server over HTTP, against a listener that plays it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod support;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::mpsc,
    thread,
    time::Duration,
};

use gate::{
    HttpServer, HttpServerError, Server, ServerError,
    wire::{Feed, FeedRequest, RecordsRequest},
};
use kernel::*;
use support::{empty_doc, id};

/// What was asked: path, the authorization header, the body.
type Asked = (String, String, String);

/// Answers each request with the next of these (status line, body), one connection each.
fn listener(answers: Vec<(&'static str, String)>) -> (String, mpsc::Receiver<Asked>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (asked, received) = mpsc::channel();
    thread::spawn(move || {
        for (status, body) in answers {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let mut line = || {
                let mut text = String::new();
                reader.read_line(&mut text).unwrap();
                text.trim_end().to_owned()
            };
            let path = line().split(' ').nth(1).unwrap().to_owned();
            let (mut token, mut length) = (String::new(), 0);
            loop {
                let header = line();
                let Some((name, value)) = header.split_once(": ") else { break };
                match name.to_ascii_lowercase().as_str() {
                    "authorization" => value.clone_into(&mut token),
                    "content-length" => length = value.parse().unwrap(),
                    _ => {}
                }
            }
            let mut content = vec![0; length];
            reader.read_exact(&mut content).unwrap();
            asked.send((path, token, String::from_utf8(content).unwrap())).unwrap();
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            reader.get_mut().write_all(format!("{head}{body}").as_bytes()).unwrap();
        }
    });
    (url, received)
}

fn status() -> GateStatus {
    GateStatus { snapshot: 5, spool_depth: 2, spool_ok: true, devices: Vec::new(), version: "1".to_owned() }
}

fn record(seq: u64) -> GateRecord {
    let at = at_micros(1);
    let (device, point, person, detail) = (None, None, None, "0".to_owned());
    GateRecord {
        seq,
        body: GateBody::Alarm(Alarm { id: id(1), kind: AlarmKind::Fire, device, point, person, detail, at }),
    }
}

#[test]
fn a_feed_asks_with_the_token_and_reads_snapshot_and_commands() {
    let feed = Feed {
        snapshot: Some(empty_doc()),
        commands: vec![GateCommand { number: 3, until: at_micros(9), body: GateCommandBody::SyncDevice(id(1)) }],
        presence: vec![PresentDoc {
            person: id(4),
            zone: Some(id(1)),
            since: at_micros(7),
            last: Some((id(2), Direction::In)),
        }],
        presence_through: Some(9),
    };
    let (url, asked) = listener(vec![("200 OK", serde_json::to_string(&feed).unwrap())]);
    let server = HttpServer::new(&url, " secret-token\n", None).unwrap();
    assert_eq!(
        server.feed(Has { snapshot: Some(5), command: 2, presence: Some(4) }, &status(), Duration::from_secs(3_600)),
        Ok(feed)
    );
    let (path, token, body) = asked.recv().unwrap();
    assert_eq!((path.as_str(), token.as_str()), ("/gate/v1/feed", "Bearer secret-token"));
    let question: FeedRequest = serde_json::from_str(&body).unwrap();
    assert_eq!(
        question,
        FeedRequest { have: Some(5), after_command: 2, presence: Some(4), wait_s: 20, status: status() }
    );
}

#[test]
fn a_delivery_is_the_json_of_a_records_request() {
    let (url, asked) = listener(vec![("200 OK", "{\"accepted_through\":8}".to_owned())]);
    let server = HttpServer::new(&url, "t", None).unwrap();
    let records = vec![record(7), record(8)];
    assert_eq!(server.deliver(&records), Ok(8));
    let (path, _, body) = asked.recv().unwrap();
    assert_eq!(path, "/gate/v1/records");
    assert_eq!(serde_json::from_str::<RecordsRequest>(&body).unwrap(), RecordsRequest { records });
}

#[test]
fn refusals_absence_and_nonsense_are_told_apart() {
    let statuses = ["401 Unauthorized", "403 Forbidden", "503 Service Unavailable", "500 Oops", "302 Found", "200 OK"];
    let (url, _asked) = listener(statuses.map(|status| (status, "<html>".to_owned())).to_vec());
    let server = HttpServer::new(&url, "t", None).unwrap();
    let errors: Vec<ServerError> = statuses.iter().map(|_| server.deliver(&[]).unwrap_err()).collect();
    assert_eq!(errors[..2], [ServerError::Refused { status: 401 }, ServerError::Refused { status: 403 }]);
    assert!(matches!(errors[2], ServerError::Away(_)));
    for (error, expected) in errors[3..].iter().zip([500, 302, 200]) {
        assert!(matches!(error, ServerError::Answer { status, .. } if *status == expected), "{error:?}");
    }
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = HttpServer::new(&format!("http://{closed}"), "t", None).unwrap();
    assert!(matches!(server.deliver(&[]), Err(ServerError::Away(_))));
}

#[test]
fn settings_that_cannot_work_are_refused_with_a_reason() {
    for url in
        ["", "school.kz", "ftp://school.kz", "https://", "https://user:pw@school.kz", "https://school.kz/?a=1", "/x"]
    {
        assert!(matches!(HttpServer::new(url, "t", None), Err(HttpServerError::Url(_))), "{url:?}");
    }
    for token in ["", "  ", "two words", "новый", "a\u{1}b"] {
        assert_eq!(
            HttpServer::new("https://school.kz/base/", token, None).err(),
            Some(HttpServerError::Token),
            "{token:?}"
        );
    }
    for pem in ["", "nonsense", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"] {
        let made = HttpServer::new("https://school.kz", "t", Some(pem.as_bytes()));
        assert!(matches!(made, Err(HttpServerError::Authority(_))), "{pem:?}");
    }
}
