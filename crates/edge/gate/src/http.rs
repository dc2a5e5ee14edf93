//! The server over HTTPS.

use std::time::Duration;

use kernel::{GateRecord, GateStatus, Has};
use serde::{Serialize, de::DeserializeOwned};
use ureq::{
    Agent, http,
    tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem},
};

use crate::{
    server::{Server, ServerError},
    wire::{FEED_PATH, Feed, FeedRequest, MAX_WAIT_S, RECORDS_PATH, RecordsAnswer},
};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// A snapshot of 50,000 persons stays below.
const MAX_FEED_BYTES: u64 = 64 * 1024 * 1024;
const MAX_ANSWER_BYTES: u64 = 64 * 1024;
const MAX_CONFIG_BYTES: usize = 4096;

/// The server reached by HTTP with the gate's token.
pub struct HttpServer {
    agent: Agent,
    url: String,
    authorization: String,
}

/// Why a server's address, token or authority cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpServerError {
    /// The address is none of a server.
    #[error("{0:?} is no server address: expected https://host[:port][/path]")]
    Url(String),
    /// The token holds something else than visible ASCII letters, digits and signs, or nothing.
    #[error("the gate's token is empty or holds characters that no token has")]
    Token,
    /// The file of certificate authorities holds no certificate.
    #[error("the certificate authority cannot be read: {0}")]
    Authority(String),
}

impl HttpServer {
    /// The server at `url` (`https://host[:port][/path]`), spoken to with this token. `authority`: the content of a PEM file with the
    /// certificates to trust instead of the public ones.
    ///
    /// # Errors
    /// [`HttpServerError`] names what cannot be used.
    pub fn new(url: &str, token: &str, authority: Option<&[u8]>) -> Result<Self, HttpServerError> {
        let url = parse_url(url)?;
        let token = token.trim();
        if token.is_empty() || token.len() > MAX_CONFIG_BYTES || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(HttpServerError::Token);
        }
        if url.starts_with("http://") {
            tracing::warn!("the server is spoken to without encryption: use https:// outside one machine");
        }
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_global(Some(CALL_TIMEOUT))
            .user_agent(concat!("kezekshi-gate/", env!("CARGO_PKG_VERSION")));
        if let Some(pem) = authority {
            config = config.tls_config(TlsConfig::builder().root_certs(roots(pem)?).build());
        }
        Ok(Self { agent: config.build().new_agent(), url, authorization: format!("Bearer {token}") })
    }

    fn call<Question: Serialize, Answer: DeserializeOwned>(
        &self,
        path: &str,
        question: &Question,
        timeout: Duration,
        max_bytes: u64,
    ) -> Result<Answer, ServerError> {
        let mut response = self
            .agent
            .post(format!("{}{path}", self.url))
            .config()
            .timeout_global(Some(timeout))
            .build()
            .header("authorization", &self.authorization)
            .send_json(question)
            .map_err(|error| ServerError::Away(error.to_string()))?;
        let status = response.status().as_u16();
        match status {
            200 => response
                .body_mut()
                .with_config()
                .limit(max_bytes)
                .read_json()
                .map_err(|error| ServerError::Answer { status, detail: error.to_string() }),
            401 | 403 => Err(ServerError::Refused { status }),
            // A proxy in front of a server that is being restarted.
            502..=504 => Err(ServerError::Away(format!("status {status}"))),
            _ => Err(ServerError::Answer { status, detail: "expected 200".to_owned() }),
        }
    }
}

impl Server for HttpServer {
    fn feed(&self, has: Has, status: &GateStatus, wait: Duration) -> Result<Feed, ServerError> {
        let wait_s = u32::try_from(wait.as_secs()).unwrap_or(MAX_WAIT_S).min(MAX_WAIT_S);
        let question = FeedRequest {
            have: has.snapshot,
            after_command: has.command,
            presence: has.presence,
            wait_s,
            status: status.clone(),
        };
        self.call(FEED_PATH, &question, CALL_TIMEOUT + Duration::from_secs(u64::from(wait_s)), MAX_FEED_BYTES)
    }

    fn deliver(&self, records: &[GateRecord]) -> Result<u64, ServerError> {
        let answer: RecordsAnswer = self.call(RECORDS_PATH, &Borrowed { records }, CALL_TIMEOUT, MAX_ANSWER_BYTES)?;
        Ok(answer.accepted_through)
    }
}

/// The JSON of a [`crate::wire::RecordsRequest`], without copying the records into one.
#[derive(Serialize)]
struct Borrowed<'a> {
    records: &'a [GateRecord],
}

/// The address without a trailing slash.
fn parse_url(url: &str) -> Result<String, HttpServerError> {
    let wrong = || HttpServerError::Url(url.chars().take(200).collect());
    let trimmed = url.trim().trim_end_matches('/');
    if trimmed.len() > MAX_CONFIG_BYTES {
        return Err(wrong());
    }
    let uri: http::Uri = trimmed.parse().map_err(|_| wrong())?;
    let known_scheme = matches!(uri.scheme_str(), Some("http" | "https"));
    let plain_authority =
        uri.authority().is_some_and(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'));
    if known_scheme && plain_authority && uri.query().is_none() { Ok(trimmed.to_owned()) } else { Err(wrong()) }
}

fn roots(pem: &[u8]) -> Result<RootCerts, HttpServerError> {
    let mut certificates: Vec<Certificate<'static>> = Vec::new();
    for item in parse_pem(pem) {
        match item.map_err(|error| HttpServerError::Authority(error.to_string()))? {
            PemItem::Certificate(certificate) => certificates.push(certificate),
            _ => return Err(HttpServerError::Authority("it holds something else than certificates".to_owned())),
        }
    }
    if certificates.is_empty() {
        return Err(HttpServerError::Authority("it holds no certificate".to_owned()));
    }
    Ok(RootCerts::new_with_certs(&certificates))
}
