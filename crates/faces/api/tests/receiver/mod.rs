//! A receiver of webhooks on this machine: keeps what it was sent, answers as it is told.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

use std::{
    collections::{HashMap, VecDeque},
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use crypto::SharedSecret;
use jiff::Timestamp;

/// Longer than a busy machine needs.
const LONG: Duration = Duration::from_secs(60);

pub struct Receiver {
    pub url: String,
    answers: Arc<Mutex<(VecDeque<u16>, u16)>>,
    heard: mpsc::Receiver<Message>,
}

pub struct Message {
    headers: HashMap<String, String>,
    body: String,
}

impl Receiver {
    /// One that takes everything.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let answers = Arc::new(Mutex::new((VecDeque::new(), 200)));
        let (told, heard) = mpsc::channel();
        let wanted = answers.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(message) = read(&mut stream) else { continue };
                let status = {
                    let mut answers = wanted.lock().unwrap();
                    let always = answers.1;
                    answers.0.pop_front().unwrap_or(always)
                };
                if told.send(message).is_err() {
                    return;
                }
                let text = format!("HTTP/1.1 {status} x\r\ncontent-length: 6\r\nlocation: /elsewhere\r\n\r\nthanks");
                let _ = stream.write_all(text.as_bytes());
            }
        });
        Self { url, answers, heard }
    }

    /// Answers with these in turn, then as before.
    pub fn answers(&self, statuses: impl IntoIterator<Item = u16>) {
        self.answers.lock().unwrap().0.extend(statuses);
    }

    pub fn answers_always(&self, status: u16) {
        self.answers.lock().unwrap().1 = status;
    }

    /// What came next.
    pub fn next(&self) -> Message {
        self.heard.recv_timeout(LONG).unwrap()
    }

    /// Forgets what came.
    pub fn drain(&self) {
        while self.heard.try_recv().is_ok() {}
    }
}

fn read(stream: &mut TcpStream) -> Option<Message> {
    let mut reader = BufReader::new(stream);
    let mut headers = HashMap::new();
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let mut body = vec![0; headers.get("content-length")?.parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    Some(Message { headers, body: String::from_utf8(body).unwrap() })
}

impl Message {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Signed now by exactly these secrets.
    pub fn is_signed_by(&self, secrets: &[&str], now: Timestamp) {
        let (id, at) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        assert_eq!(at, now.as_second().to_string());
        let signed: Vec<String> = secrets
            .iter()
            .map(|secret| {
                let secret = SharedSecret::from_slice(&BASE64_STANDARD.decode(secret).unwrap()).unwrap();
                let parts = format!("{id}.{at}.{}", self.body);
                format!("v1,{}", BASE64_STANDARD.encode(secret.sign(&[parts.as_bytes()]).unwrap()))
            })
            .collect();
        assert_eq!(self.header("webhook-signature"), signed.join(" "));
    }
}

/// The secret that a page shows, without its prefix.
pub fn secret_of(page: &str) -> String {
    page.split("value=\"whsec_").nth(1).unwrap().split('"').next().unwrap().to_owned()
}
