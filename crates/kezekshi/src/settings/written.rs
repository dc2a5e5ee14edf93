//! Settings as they are written: on the command line, in the file, in the environment, under one name.

use clap::{Args, Command};
use serde::{Deserialize, Deserializer, Serialize};

/// What was written on the command line. A command that does not have a group of settings leaves it empty; the file and the
/// environment carry all of them, whichever command reads them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flags {
    /// What the command takes when nobody says otherwise.
    pub usual: Written,
    /// The settings of every command.
    pub own: Written,
    /// Those of the demonstration.
    pub demo: WrittenDemo,
    /// Those of a gate that stands alone.
    pub gate: WrittenGate,
    /// Those of a program without pages.
    pub metrics: WrittenMetrics,
}

impl Flags {
    /// The names of all settings, as they stand in the file.
    pub(super) fn names() -> Vec<String> {
        let all = WrittenMetrics::augment_args(WrittenGate::augment_args(WrittenDemo::augment_args(
            Written::augment_args(Command::new("kezekshi")),
        )));
        all.get_arguments().map(|argument| argument.get_id().to_string()).collect()
    }
}

impl From<&Written> for Flags {
    fn from(own: &Written) -> Self {
        Self { own: own.clone(), ..Self::default() }
    }
}

/// Settings as written, before they are checked. The same names everywhere: `listen` in TOML, `KEZEKSHI_LISTEN`, `--listen`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(default)]
pub struct Written {
    /// Address and port of the web pages, e.g. 127.0.0.1:8080, or 0.0.0.0:8080 for the whole network.
    #[arg(long, value_name = "ADDR")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub listen: Option<String>,
    /// Folder for everything the program keeps: database, gate's spool, snapshots.
    #[arg(long, value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub data: Option<String>,
    /// Database: a file path (SQLite) or postgres://user@host/name. Default: kezekshi.sqlite in the data folder.
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub database: Option<String>,
    /// File with the master keys, made at the first start; others may not read it. Default: master.key in the data folder. The keys may be given in
    /// KEZEKSHI_MASTER_KEY instead (NUMBER:BASE64, separated by commas).
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub master_key_file: Option<String>,
    /// Whether people reach the pages by HTTPS (through a proxy): cookies are then sent over HTTPS only. true or false.
    #[arg(long, value_name = "BOOL")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub https: Option<String>,
    /// The server's certificate with its chain (PEM), when no proxy stands before it: pages then come over HTTPS. Read anew when it changes.
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub tls_cert: Option<String>,
    /// The private key of the certificate (PEM).
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub tls_key: Option<String>,
    /// Addresses or networks of proxies before the server, e.g. 127.0.0.1,10.0.0.0/8: only these are believed when they say in
    /// X-Forwarded-For and X-Forwarded-Proto who asked and how.
    #[arg(long, value_name = "CIDR,…")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub trusted_proxies: Option<String>,
    /// Where browsers reach the pages, e.g. https://school.example.kz: passkeys and links in invitations need it, and so does a proxy that changes the
    /// Host header.
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub public_origin: Option<String>,
    /// Whether accounts whose role opens sealed personal data need a second factor: required (they can do nothing without one) or offered.
    /// Default: required; of the demonstration: offered.
    #[arg(long, value_name = "RULE")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub second_factor: Option<String>,
    /// UDP address at which boards report their events.
    #[arg(long, value_name = "ADDR")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub boards_listen: Option<String>,
    /// Database connections at most, 2 to 200.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub connections: Option<String>,
    /// Requests a second that one token of a program may send, 1 to 10000; twice as many at once.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub token_requests: Option<String>,
    /// Connections of browsers and gates at most, 10 to 100000; each open monitor and each gate holds one. Default: 2000.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub http_connections: Option<String>,
    /// How the log is written: text or json.
    #[arg(long, value_name = "FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub log_format: Option<String>,
    /// What is logged: error, warn, info, debug or trace, or a filter such as info,gate=debug.
    #[arg(long, value_name = "LEVEL")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub log: Option<String>,
}

/// Settings of the demonstration, as written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(default)]
pub struct WrittenDemo {
    /// How many times faster than real the day passes, 1 to 600. Default: 1.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub speed: Option<String>,
    /// The same number gives the same school and day. Default: 1, or the one the data folder was made with.
    #[arg(long, value_name = "N")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub seed: Option<String>,
    /// The first of two UDP and TCP ports of the loopback for the simulated boards. Default: 60100, or the one the data folder was made with.
    #[arg(long, value_name = "PORT")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub boards_port: Option<String>,
}

/// Settings of a gate that stands alone, as written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(default)]
pub struct WrittenGate {
    /// The server's address, e.g. https://kezekshi.example.kz.
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub server: Option<String>,
    /// A file with the gate's token, as the devices page showed it once.
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub token_file: Option<String>,
    /// A PEM file with the certificate authority of the server, when it is not a public one.
    #[arg(long, value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub server_ca: Option<String>,
}

/// Settings of a program without pages, as written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(default)]
pub struct WrittenMetrics {
    /// Address at which a gate that stands alone serves /metrics and /healthz; empty: nowhere. Default: 127.0.0.1:9185.
    #[arg(long, value_name = "ADDR")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub metrics_listen: Option<String>,
}

/// A file may say `connections = 5`, a variable only `5`: both are read as text and checked later.
fn scalar<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Scalar {
        Bool(bool),
        Int(i64),
        Large(u64),
        Text(String),
    }
    Ok(Option::<Scalar>::deserialize(deserializer)?.map(|scalar| match scalar {
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Large(value) => value.to_string(),
        Scalar::Text(text) => text,
    }))
}
