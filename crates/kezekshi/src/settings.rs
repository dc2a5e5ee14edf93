//! Settings: defaults, then a TOML file, then `KEZEKSHI_…` variables, then the command line; each checked at start.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Deserializer, Serialize};
use web::{Network, http::Uri};

/// Settings as written, before they are checked. The same names everywhere: `listen` in TOML, `KEZEKSHI_LISTEN`, `--listen`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(deny_unknown_fields, default)]
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
    /// Addresses or networks of proxies before the server, e.g. 127.0.0.1,10.0.0.0/8: only these are believed when they say in
    /// X-Forwarded-For and X-Forwarded-Proto who asked and how.
    #[arg(long, value_name = "CIDR,…")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub trusted_proxies: Option<String>,
    /// Where browsers reach the pages, e.g. https://school.example.kz, when a proxy changes the Host header.
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub public_origin: Option<String>,
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
    /// How the log is written: text or json.
    #[arg(long, value_name = "FORMAT")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub log_format: Option<String>,
    /// What is logged: error, warn, info, debug or trace, or a filter such as info,gate=debug.
    #[arg(long, value_name = "LEVEL")]
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "scalar")]
    pub log: Option<String>,
}

/// Settings that were checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Where the pages are.
    pub listen: SocketAddr,
    /// Where everything is kept.
    pub data: PathBuf,
    /// The database's address.
    pub database: String,
    /// Where the master keys are, unless they are given otherwise.
    pub master_key_file: PathBuf,
    /// Whether cookies are for HTTPS only.
    pub https: bool,
    /// The proxies that are believed.
    pub trusted_proxies: Vec<Network>,
    /// The origin at which browsers reach the pages.
    pub public_origin: Option<String>,
    /// Where boards report.
    pub boards_listen: SocketAddr,
    /// Database connections at most.
    pub connections: usize,
    /// Requests a second that one token of a program may send.
    pub token_requests: u32,
    /// How the log is written.
    pub log_format: LogFormat,
    /// What is logged.
    pub log: String,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// A setting that cannot be used: its name, its value, what is allowed.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// The value is not allowed.
    #[error("setting {name} = {value:?} cannot be used: {allowed}")]
    Value {
        /// The setting's name.
        name: &'static str,
        /// As it was written; a database address without its password.
        value: String,
        /// What is allowed.
        allowed: &'static str,
    },
    /// The file or variables cannot be read, or name a setting that does not exist.
    #[error("{0}")]
    Source(String),
}

impl Settings {
    /// Gathers and checks. `file` is `--config`; without it `kezekshi.toml` of the working folder is read when it is there.
    ///
    /// # Errors
    /// [`SettingError`] names the first setting that cannot be used.
    pub fn load(file: Option<&Path>, flags: &Written) -> Result<Self, SettingError> {
        let mut figment = Figment::from(Serialized::defaults(Written::default()));
        match file {
            Some(file) if !file.is_file() => {
                let value = file.display().to_string();
                return Err(SettingError::Value { name: "config", value, allowed: "must be a TOML file that exists" });
            }
            Some(file) => figment = figment.merge(Toml::file_exact(file)),
            None => figment = figment.merge(Toml::file("kezekshi.toml")),
        }
        // Variables of the test-suite and of scripts share the prefix.
        let known = [
            "listen",
            "data",
            "database",
            "master_key_file",
            "https",
            "trusted_proxies",
            "public_origin",
            "boards_listen",
            "connections",
            "token_requests",
            "log_format",
            "log",
        ];
        let written: Written = figment
            .merge(Env::prefixed("KEZEKSHI_").only(&known))
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(|error| SettingError::Source(error.to_string()))?;
        Self::check(written)
    }

    fn check(written: Written) -> Result<Self, SettingError> {
        let data = PathBuf::from(written.data.unwrap_or_else(|| "data".into()));
        if data.as_os_str().is_empty() || (data.exists() && !data.is_dir()) {
            let value = data.display().to_string();
            return Err(SettingError::Value {
                name: "data",
                value,
                allowed: "must be a folder, or a path where one can be made",
            });
        }
        let database = match written.database {
            None => format!("sqlite:{}", data.join("kezekshi.sqlite").display()),
            Some(address) => checked_database(address)?,
        };
        Ok(Self {
            listen: address("listen", written.listen.as_deref().unwrap_or("127.0.0.1:8080"))?,
            boards_listen: address("boards_listen", written.boards_listen.as_deref().unwrap_or("0.0.0.0:60001"))?,
            master_key_file: checked_key_file(written.master_key_file, &data)?,
            data,
            database,
            https: one_of(
                "https",
                written.https.as_deref().unwrap_or("false"),
                &[("true", true), ("false", false)],
                "true or false",
            )?,
            trusted_proxies: networks(written.trusted_proxies.as_deref().unwrap_or_default())?,
            public_origin: written.public_origin.map(checked_origin).transpose()?,
            connections: number("connections", written.connections.as_deref().unwrap_or("16"))?,
            token_requests: token_requests(written.token_requests.as_deref().unwrap_or("60"))?,
            log_format: one_of(
                "log_format",
                written.log_format.as_deref().unwrap_or("text"),
                &[("text", LogFormat::Text), ("json", LogFormat::Json)],
                "text or json",
            )?,
            log: checked_filter(written.log.unwrap_or_else(|| "info".into()))?,
        })
    }
}

fn token_requests(text: &str) -> Result<u32, SettingError> {
    text.parse().ok().filter(|per_s| (1..=10_000).contains(per_s)).ok_or_else(|| SettingError::Value {
        name: "token_requests",
        value: text.to_owned(),
        allowed: "must be a number from 1 to 10000",
    })
}

/// A file may say `connections = 5`, a variable only `5`: both are read as text and checked later.
fn scalar<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Scalar {
        Bool(bool),
        Int(i64),
        Text(String),
    }
    Ok(Option::<Scalar>::deserialize(deserializer)?.map(|scalar| match scalar {
        Scalar::Bool(value) => value.to_string(),
        Scalar::Int(value) => value.to_string(),
        Scalar::Text(text) => text,
    }))
}

fn address(name: &'static str, value: &str) -> Result<SocketAddr, SettingError> {
    let allowed = "must be an IP address and a port, such as 127.0.0.1:8080 or [::]:8080";
    value.parse().map_err(|_| SettingError::Value { name, value: value.to_owned(), allowed })
}

fn one_of<T: Copy>(
    name: &'static str,
    value: &str,
    words: &[(&str, T)],
    allowed: &'static str,
) -> Result<T, SettingError> {
    words.iter().find(|(word, _)| *word == value).map(|(_, meaning)| *meaning).ok_or_else(|| SettingError::Value {
        name,
        value: value.to_owned(),
        allowed,
    })
}

fn number(name: &'static str, value: &str) -> Result<usize, SettingError> {
    let refused =
        || SettingError::Value { name, value: value.to_owned(), allowed: "must be a whole number from 2 to 200" };
    value.parse().ok().filter(|number| (2..=200).contains(number)).ok_or_else(refused)
}

fn networks(value: &str) -> Result<Vec<Network>, SettingError> {
    let refused = || SettingError::Value {
        name: "trusted_proxies",
        value: value.to_owned(),
        allowed: "must be addresses or networks with commas between them, such as 127.0.0.1,10.0.0.0/8",
    };
    if value.is_empty() {
        return Ok(Vec::new());
    }
    value.split(',').map(|part| Network::parse(part.trim()).ok_or_else(refused)).collect()
}

/// The origin as browsers write it: in small letters, and without the port that its scheme has anyway.
fn checked_origin(written: String) -> Result<String, SettingError> {
    let allowed = "must be http://host or https://host, with :port if need be, and nothing after it";
    let parsed = (|| {
        let (scheme, authority) = written.split_once("://")?;
        let usual_port = match scheme.to_ascii_lowercase().as_str() {
            "http" => ":80",
            "https" => ":443",
            _ => return None,
        };
        let uri: Uri = written.parse().ok()?;
        let host = uri.authority().filter(|known| known.as_str() == authority && !known.host().is_empty())?;
        let is_port = host.as_str().len() == host.host().len() || host.port_u16().is_some_and(|port| port > 0);
        if !is_port || authority.contains('@') {
            return None;
        }
        let origin = format!("{scheme}://{authority}").to_ascii_lowercase();
        Some(origin.strip_suffix(usual_port).map_or(origin.clone(), str::to_owned))
    })();
    parsed.ok_or(SettingError::Value { name: "public_origin", value: written, allowed })
}

fn checked_database(address: String) -> Result<String, SettingError> {
    let is_postgres = address.starts_with("postgres://") || address.starts_with("postgresql://");
    if is_postgres || (!address.is_empty() && !address.contains("://")) {
        return Ok(address);
    }
    let scheme = address.split("://").next().unwrap_or_default().to_owned();
    Err(SettingError::Value {
        name: "database",
        value: scheme,
        allowed: "must be a file path, sqlite:PATH or postgres://user@host/name",
    })
}

fn checked_key_file(written: Option<String>, data: &Path) -> Result<PathBuf, SettingError> {
    let file = written.map_or_else(|| data.join("master.key"), PathBuf::from);
    if file.as_os_str().is_empty() || file.is_dir() {
        let value = file.display().to_string();
        let allowed = "must be a file, or a path where one can be made";
        return Err(SettingError::Value { name: "master_key_file", value, allowed });
    }
    Ok(file)
}

fn checked_filter(filter: String) -> Result<String, SettingError> {
    let allowed = "must be error, warn, info, debug, trace or a list such as info,gate=debug";
    // The library takes any word for a target's name; a misspelt level would then silence the log.
    let is_level = |word: &str| ["off", "error", "warn", "info", "debug", "trace"].contains(&word);
    let is_part = |part: &str| {
        part.split_once('=').map_or_else(|| is_level(part), |(target, level)| !target.is_empty() && is_level(level))
    };
    if filter.split(',').all(is_part) {
        Ok(filter)
    } else {
        Err(SettingError::Value { name: "log", value: filter, allowed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(change: impl FnOnce(&mut Written)) -> Result<Settings, SettingError> {
        let mut written = Written::default();
        change(&mut written);
        Settings::check(written)
    }

    #[test]
    fn a_wrong_setting_is_refused_with_its_name_its_value_and_what_is_allowed() {
        for (error, name, value) in [
            (written(|w| w.listen = Some("8080".into())), "listen", "8080"),
            (written(|w| w.boards_listen = Some("everywhere".into())), "boards_listen", "everywhere"),
            (written(|w| w.https = Some("yes".into())), "https", "yes"),
            (written(|w| w.connections = Some("1".into())), "connections", "1"),
            (written(|w| w.token_requests = Some("0".into())), "token_requests", "0"),
            (written(|w| w.trusted_proxies = Some("10.0.0.0/8,proxy".into())), "trusted_proxies", "10.0.0.0/8,proxy"),
            (written(|w| w.public_origin = Some("school.kz".into())), "public_origin", "school.kz"),
            (written(|w| w.log_format = Some("xml".into())), "log_format", "xml"),
            (written(|w| w.log = Some("loud".into())), "log", "loud"),
            (written(|w| w.database = Some("mysql://root:secret@host/x".into())), "database", "mysql"),
            (written(|w| w.data = Some("/dev/null".into())), "data", "/dev/null"),
            (written(|w| w.master_key_file = Some("/tmp".into())), "master_key_file", "/tmp"),
        ] {
            let text = error.expect_err(name).to_string();
            assert!(
                text.contains(name) && text.contains(value) && text.contains("must be") || text.contains(" or "),
                "{text}"
            );
            assert!(!text.contains("secret"), "{text}");
        }
    }

    #[test]
    fn an_origin_is_written_as_browsers_do_or_refused() {
        for (text, origin) in [
            ("https://school.kz", Some("https://school.kz")),
            ("HTTPS://School.KZ:443", Some("https://school.kz")),
            ("http://10.0.0.2:80", Some("http://10.0.0.2")),
            ("http://10.0.0.2:8080", Some("http://10.0.0.2:8080")),
            ("https://[fd00::1]:8443", Some("https://[fd00::1]:8443")),
            ("https://school.kz/", None),
            ("https://school.kz/kezekshi", None),
            ("https://school.kz?x", None),
            ("https://guard@school.kz", None),
            ("https://school.kz:", None),
            ("https://school.kz:0", None),
            ("https://school.kz:99999", None),
            ("https://", None),
            ("ftp://school.kz", None),
            ("school.kz", None),
            ("", None),
        ] {
            assert_eq!(checked_origin(text.to_owned()).ok().as_deref(), origin, "{text:?}");
        }
        assert_eq!(networks("").unwrap(), []);
        assert_eq!(networks("127.0.0.1, 10.0.0.0/8").unwrap().len(), 2);
    }

    #[test]
    fn flags_win_over_the_file_and_an_unknown_name_in_it_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("k.toml");
        std::fs::write(&file, "listen = \"127.0.0.1:9000\"\nconnections = 5\n").unwrap();
        let flags = Written { listen: Some("127.0.0.1:9001".into()), ..Written::default() };
        let settings = Settings::load(Some(&file), &flags).unwrap();
        assert_eq!((settings.listen.port(), settings.connections), (9001, 5));
        std::fs::write(&file, "lisen = \"127.0.0.1:9000\"\n").unwrap();
        let error = Settings::load(Some(&file), &Written::default()).unwrap_err().to_string();
        assert!(error.contains("lisen"), "{error}");
    }
}
