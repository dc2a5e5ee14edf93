//! The request itself: to a number that was checked, in ten seconds, without following anybody elsewhere.

use std::{
    io::Read,
    time::{Duration, Instant},
};

use axum::http::Uri;
use ureq::{
    Agent, Body, Error,
    config::Config,
    http::Response,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

use super::{
    address::{HookUrl, Reach, may_reach},
    words::Trouble,
};

/// From the first look-up of the name to the end of the answer.
const TIME: Duration = Duration::from_secs(10);
/// So much of the answer is read and kept, in bytes.
const ANSWER_LIMIT: u64 = 1024;
/// Bytes of the head of an answer at most.
const HEAD_LIMIT: usize = 16 * 1024;

/// What came of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The status of the answer, or why there was none.
    pub(super) result: Result<u16, Trouble>,
    /// The beginning of the answer.
    pub(super) answer: Option<String>,
    /// How long it took.
    pub(super) took_ms: u64,
}

/// Posts messages.
pub(super) struct Post {
    agent: Agent,
}

impl Post {
    pub(super) fn new(reach: Reach) -> Self {
        let config = Config::builder()
            .http_status_as_error(false)
            .max_redirects(0)
            // A proxy would connect on its own, to a number that nobody checked.
            .proxy(None)
            .timeout_global(Some(TIME))
            .max_response_header_size(HEAD_LIMIT)
            // The next attempt looks its name up anew.
            .max_idle_connections(0)
            .user_agent(concat!("kezekshi/", env!("CARGO_PKG_VERSION")))
            .build();
        let resolver = Checked { reach, inner: DefaultResolver::default() };
        Self { agent: Agent::with_parts(config, DefaultConnector::new(), resolver) }
    }

    /// Sends a body with these headers.
    pub(super) fn send(&self, url: &HookUrl, headers: &[(&str, &str)], body: &str) -> Outcome {
        let begun = Instant::now();
        let mut request = self.agent.post(url.uri().clone()).header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answered = request.send(body);
        let (result, answer) = match answered {
            Ok(mut response) => (Ok(response.status().as_u16()), beginning(&mut response)),
            Err(error) => (Err(trouble(&error)), None),
        };
        // Ten seconds and what the system adds: no figure that does not fit.
        Outcome { result, answer, took_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX) }
    }
}

/// The beginning of an answer as text. An answer that breaks off is kept as far as it came: its status has told all.
fn beginning(response: &mut Response<Body>) -> Option<String> {
    let mut bytes = Vec::new();
    let _ = response.body_mut().as_reader().take(ANSWER_LIMIT).read_to_end(&mut bytes);
    let text: String = String::from_utf8_lossy(&bytes)
        .chars()
        .filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t'))
        .collect();
    (!text.is_empty()).then_some(text)
}

fn trouble(error: &Error) -> Trouble {
    match error {
        Error::HostNotFound => Trouble::Host,
        Error::Timeout(_) => Trouble::Timeout,
        Error::Tls(_) | Error::Rustls(_) | Error::Pem(_) => Trouble::Tls,
        Error::Io(source) => match source.get_ref() {
            // Rustls tells of a certificate that is not sound through the connection.
            Some(inner) if inner.to_string().contains("certificate") => Trouble::Tls,
            _ => match source.kind() {
                std::io::ErrorKind::TimedOut => Trouble::Timeout,
                std::io::ErrorKind::InvalidData => Trouble::Tls,
                _ => Trouble::Connect,
            },
        },
        Error::ConnectionFailed => Trouble::Connect,
        Error::Other(source) if source.is::<Inside>() => Trouble::Inside,
        _ => Trouble::Answer,
    }
}

/// A name leads where no request may go.
#[derive(Debug, thiserror::Error)]
#[error("the address leads into a network of its own")]
struct Inside;

/// Resolves by another, and gives its numbers only when every one of them may be reached. The connection is made to what is given here.
#[derive(Debug)]
struct Checked<R> {
    reach: Reach,
    inner: R,
}

impl<R: Resolver> Resolver for Checked<R> {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let is_https = uri.scheme_str() == Some("https");
        let numbers = self.inner.resolve(uri, config, timeout).map_err(|error| match error {
            Error::Io(_) => Error::HostNotFound,
            error => error,
        })?;
        if numbers.iter().all(|number| may_reach(number.ip(), self.reach, is_https)) {
            Ok(numbers)
        } else {
            Err(Error::Other(Box::new(Inside)))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead, BufReader, Write},
        net::{IpAddr, SocketAddr, TcpListener},
        sync::{
            atomic::{AtomicUsize, Ordering},
            mpsc,
        },
        thread,
    };

    use super::*;

    /// Answers like a name server: each time the next list, the last one for ever.
    #[derive(Debug)]
    struct Names(Vec<Vec<IpAddr>>, AtomicUsize);

    impl Resolver for Names {
        fn resolve(&self, uri: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
            let asked = self.1.fetch_add(1, Ordering::SeqCst).min(self.0.len() - 1);
            let mut given = self.empty();
            for number in &self.0[asked] {
                given.push(SocketAddr::new(*number, uri.port_u16().unwrap_or(443)));
            }
            Ok(given)
        }
    }

    fn resolved(reach: Reach, uri: &str, answers: &[&[&str]]) -> Vec<Result<usize, Trouble>> {
        let numbers = answers.iter().map(|list| list.iter().map(|text| text.parse().unwrap()).collect()).collect();
        let checked = Checked { reach, inner: Names(numbers, AtomicUsize::new(0)) };
        let uri: Uri = uri.parse().unwrap();
        let ask = |_| {
            let given = checked.resolve(&uri, &Config::default(), NextTimeout::default());
            given.map(|numbers| numbers.len()).map_err(|error| trouble(&error))
        };
        answers.iter().map(ask).collect()
    }

    #[test]
    fn a_name_is_refused_when_one_of_its_numbers_leads_inside_and_each_time_anew() {
        assert_eq!(
            resolved(
                Reach::Public,
                "https://receiver.example/",
                &[&["93.184.216.34", "2600::1"], &["93.184.216.34", "10.0.0.1"], &["127.0.0.1"], &["::ffff:10.0.0.1"]]
            ),
            [Ok(2), Err(Trouble::Inside), Err(Trouble::Inside), Err(Trouble::Inside)]
        );
        assert_eq!(
            resolved(Reach::Demo, "http://receiver.example/", &[&["127.0.0.1"], &["93.184.216.34"]]),
            [Ok(1), Err(Trouble::Inside)]
        );
    }

    /// A receiver on this machine that answers every request with these bytes, and tells what it was sent.
    fn receiver(answer: &'static [u8]) -> (HookUrl, mpsc::Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook?a=1", listener.local_addr().unwrap());
        let (told, heard) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut reader = BufReader::new(stream.unwrap());
                let (mut whole, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap() == 0 {
                        break;
                    }
                    if let Some(text) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = text.trim().parse().unwrap();
                    }
                    let is_end = line == "\r\n";
                    whole += &line;
                    if is_end {
                        break;
                    }
                }
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                whole += &String::from_utf8(body).unwrap();
                let _ = told.send(whole);
                let _ = reader.get_mut().write_all(answer);
            }
        });
        (HookUrl::parse(&url, Reach::Demo).unwrap(), heard)
    }

    #[test]
    fn a_message_is_posted_and_the_beginning_of_the_answer_is_kept() {
        let (url, heard) = receiver(b"HTTP/1.1 201 Created\r\ncontent-length: 6\r\n\r\n\xd3\x99\0\ta\xff");
        let outcome = Post::new(Reach::Demo).send(&url, &[("webhook-id", "m-1")], "{\"a\":1}");
        assert_eq!((outcome.result, outcome.answer.as_deref()), (Ok(201), Some("ә\ta\u{fffd}")));
        let sent = heard.recv().unwrap();
        assert!(sent.starts_with("POST /hook?a=1 HTTP/1.1\r\n") && sent.ends_with("\r\n\r\n{\"a\":1}"), "{sent}");
        assert!(sent.contains("webhook-id: m-1\r\n") && sent.contains("content-type: application/json\r\n"), "{sent}");
    }

    #[test]
    fn nobody_is_followed_elsewhere_and_what_is_no_answer_is_told() {
        let (url, heard) = receiver(b"HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n");
        assert_eq!(Post::new(Reach::Demo).send(&url, &[], "{}").result, Ok(302));
        assert!(heard.recv().unwrap().starts_with("POST /hook"));
        assert!(heard.try_recv().is_err(), "it was asked once");
        let (url, _heard) = receiver(b"SSH-2.0-OpenSSH_9\r\n");
        assert_eq!(Post::new(Reach::Demo).send(&url, &[], "{}").result, Err(Trouble::Answer));
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let url = HookUrl::parse(&format!("http://{gone}/"), Reach::Demo).unwrap();
        assert_eq!(Post::new(Reach::Demo).send(&url, &[], "{}").result, Err(Trouble::Connect));
        // A server that says it is encrypted, but is not.
        let (url, _heard) = receiver(b"HTTP/1.1 200 OK\r\n\r\n");
        let encrypted = url.to_string().replace("http://", "https://");
        let url = HookUrl::parse(&encrypted, Reach::Demo).unwrap();
        assert!(matches!(Post::new(Reach::Demo).send(&url, &[], "{}").result, Err(Trouble::Tls | Trouble::Connect)));
    }

    #[test]
    fn a_long_answer_is_cut() {
        let long: &'static [u8] = Box::leak(
            format!("HTTP/1.1 500 No\r\ncontent-length: 5000\r\n\r\n{}", "x".repeat(5000)).into_bytes().into(),
        );
        let (url, _heard) = receiver(long);
        let outcome = Post::new(Reach::Demo).send(&url, &[], "{}");
        assert_eq!((outcome.result, outcome.answer.map(|text| text.len())), (Ok(500), Some(1024)));
    }

    #[test]
    fn the_public_reach_never_asks_this_machine() {
        let (url, heard) = receiver(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        assert_eq!(Post::new(Reach::Public).send(&url, &[], "{}").result, Err(Trouble::Inside));
        let by_name = url.to_string().replace("127.0.0.1", "localhost").replace("http://", "https://");
        let url = HookUrl::parse(&by_name, Reach::Public).unwrap();
        assert_eq!(Post::new(Reach::Public).send(&url, &[], "{}").result, Err(Trouble::Inside));
        assert!(heard.try_recv().is_err(), "nothing was sent");
    }
}
