//! Settings: defaults, then a TOML file, then `KEZEKSHI_…` variables, then the command line; each checked at start.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    ops::RangeInclusive,
    path::{Path, PathBuf},
    str::FromStr,
};

use accounts::SecondFactor;
use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use web::{Network, http::Uri};

use crate::tls::TlsFiles;

mod written;

pub use written::{Flags, Written, WrittenDemo, WrittenGate, WrittenMetrics};

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
    /// Certificate and key, when the program itself speaks TLS.
    pub tls: Option<TlsFiles>,
    /// The proxies that are believed.
    pub trusted_proxies: Vec<Network>,
    /// The origin at which browsers reach the pages.
    pub public_origin: Option<String>,
    /// Whether roles that see restricted data need a second factor.
    pub second_factor: SecondFactor,
    /// Where boards report.
    pub boards_listen: SocketAddr,
    /// Database connections at most.
    pub connections: usize,
    /// Requests a second that one token of a program may send.
    pub token_requests: u32,
    /// Connections of browsers and gates at most.
    pub http_connections: usize,
    /// How the log is written.
    pub log_format: LogFormat,
    /// What is logged.
    pub log: String,
    /// Where a gate that stands alone tells how it is; `None`: nowhere.
    pub metrics_listen: Option<MetricsAt>,
    /// What the demonstration is asked for.
    pub demo: DemoWishes,
    /// How a gate that stands alone reaches its server.
    pub gate: GateWishes,
}

/// Where a gate that stands alone tells how it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MetricsAt {
    /// The address.
    pub address: SocketAddr,
    /// Whether somebody asked for it. The usual one may be taken by a second gate on the machine, which is no reason not to run.
    pub is_asked: bool,
}

/// What the demonstration is asked for; what was left out is as the folder has it, or as usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DemoWishes {
    /// How many times faster than real the day passes.
    pub speed: Option<u32>,
    /// Which school and day.
    pub seed: Option<u64>,
    /// The first port of the simulated boards.
    pub boards_port: Option<u16>,
}

/// How a gate that stands alone reaches its server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GateWishes {
    /// The server's address.
    pub server: Option<String>,
    /// The file with the gate's token.
    pub token_file: Option<PathBuf>,
    /// The file with the server's certificate authority.
    pub server_ca: Option<PathBuf>,
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
    pub fn load(file: Option<&Path>, flags: &Flags) -> Result<Self, SettingError> {
        let unreadable = |error: figment::Error| SettingError::Source(error.to_string());
        let toml = match file {
            Some(file) if !file.is_file() => {
                let value = file.display().to_string();
                return Err(SettingError::Value { name: "config", value, allowed: "must be a TOML file that exists" });
            }
            Some(file) => Figment::from(Toml::file_exact(file)),
            None => Figment::from(Toml::file("kezekshi.toml")),
        };
        let known = Flags::names();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let named: figment::value::Dict = toml.extract().map_err(unreadable)?;
        if let Some(unknown) = named.keys().find(|name| !known.contains(&name.as_str())) {
            let text = format!("the file names the unknown setting {unknown:?}; there are {}", known.join(", "));
            return Err(SettingError::Source(text));
        }
        // Variables of the test-suite and of scripts share the prefix.
        let gathered = Figment::from(Serialized::defaults(&flags.usual))
            .merge(toml)
            .merge(Env::prefixed("KEZEKSHI_").only(&known))
            .merge(Serialized::defaults(&flags.own))
            .merge(Serialized::defaults(&flags.demo))
            .merge(Serialized::defaults(&flags.gate))
            .merge(Serialized::defaults(&flags.metrics));
        Self::check(Flags {
            usual: Written::default(),
            own: gathered.extract().map_err(unreadable)?,
            demo: gathered.extract().map_err(unreadable)?,
            gate: gathered.extract().map_err(unreadable)?,
            metrics: gathered.extract().map_err(unreadable)?,
        })
    }

    /// By which words an address of ours begins.
    pub const fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }

    fn check(gathered: Flags) -> Result<Self, SettingError> {
        let Flags { own: written, demo, gate, metrics, .. } = gathered;
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
        let tls = tls_files(written.tls_cert, written.tls_key)?;
        Ok(Self {
            listen: address("listen", written.listen.as_deref().unwrap_or("127.0.0.1:8080"))?,
            boards_listen: address("boards_listen", written.boards_listen.as_deref().unwrap_or("0.0.0.0:60001"))?,
            master_key_file: checked_key_file(written.master_key_file, &data)?,
            data,
            database,
            // Whoever speaks TLS himself is reached by nothing else.
            https: one_of(
                "https",
                written.https.as_deref().unwrap_or(if tls.is_some() { "true" } else { "false" }),
                &[("true", true), ("false", false)],
                "true or false",
            )?,
            tls,
            trusted_proxies: networks(written.trusted_proxies.as_deref().unwrap_or_default())?,
            public_origin: written.public_origin.map(checked_origin).transpose()?,
            second_factor: one_of(
                "second_factor",
                written.second_factor.as_deref().unwrap_or("required"),
                &[("required", SecondFactor::Required), ("offered", SecondFactor::Offered)],
                "must be required or offered",
            )?,
            connections: within(
                "connections",
                written.connections.as_deref().unwrap_or("16"),
                2..=200,
                "must be a whole number from 2 to 200",
            )?,
            token_requests: within(
                "token_requests",
                written.token_requests.as_deref().unwrap_or("60"),
                1..=10_000,
                "must be a number from 1 to 10000",
            )?,
            http_connections: within(
                "http_connections",
                written.http_connections.as_deref().unwrap_or("2000"),
                10..=100_000,
                "must be a whole number from 10 to 100000",
            )?,
            log_format: one_of(
                "log_format",
                written.log_format.as_deref().unwrap_or("text"),
                &[("text", LogFormat::Text), ("json", LogFormat::Json)],
                "text or json",
            )?,
            log: checked_filter(written.log.unwrap_or_else(|| "info".into()))?,
            metrics_listen: metrics_at(metrics.metrics_listen.as_deref())?,
            demo: DemoWishes {
                speed: wish("speed", demo.speed, 1..=600, "must be a whole number from 1 to 600")?,
                seed: wish("seed", demo.seed, 0..=u64::MAX, "must be a whole number from 0 on")?,
                boards_port: wish("boards_port", demo.boards_port, 1024..=65534, "must be a port from 1024 to 65534")?,
            },
            gate: GateWishes {
                server: gate.server,
                token_file: gate.token_file.map(PathBuf::from),
                server_ca: gate.server_ca.map(PathBuf::from),
            },
        })
    }
}

/// Where a gate tells how it is, when nobody says where.
const METRICS_AT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9185);

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

fn within<T: FromStr + PartialOrd>(
    name: &'static str,
    value: &str,
    range: RangeInclusive<T>,
    allowed: &'static str,
) -> Result<T, SettingError> {
    let number = value.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| SettingError::Value { name, value: value.to_owned(), allowed })
}

fn wish<T: FromStr + PartialOrd>(
    name: &'static str,
    value: Option<String>,
    range: RangeInclusive<T>,
    allowed: &'static str,
) -> Result<Option<T>, SettingError> {
    value.map(|value| within(name, &value, range, allowed)).transpose()
}

fn metrics_at(value: Option<&str>) -> Result<Option<MetricsAt>, SettingError> {
    Ok(match value {
        None => Some(MetricsAt { address: METRICS_AT, is_asked: false }),
        Some("") => None,
        Some(value) => Some(MetricsAt { address: address("metrics_listen", value)?, is_asked: true }),
    })
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

/// Certificate and key: both, or neither.
fn tls_files(cert: Option<String>, key: Option<String>) -> Result<Option<TlsFiles>, SettingError> {
    let lone = |name, value| {
        let allowed = "needs the other one too: tls_cert and tls_key belong together";
        Err(SettingError::Value { name, value, allowed })
    };
    match (cert, key) {
        (None, None) => Ok(None),
        (Some(cert), Some(key)) => Ok(Some(TlsFiles { cert: cert.into(), key: key.into() })),
        (Some(cert), None) => lone("tls_cert", cert),
        (None, Some(key)) => lone("tls_key", key),
    }
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
        Settings::check(Flags::from(&written))
    }

    #[test]
    fn a_wrong_setting_is_refused_with_its_name_its_value_and_what_is_allowed() {
        for (error, name, value) in [
            (written(|w| w.listen = Some("8080".into())), "listen", "8080"),
            (written(|w| w.boards_listen = Some("everywhere".into())), "boards_listen", "everywhere"),
            (written(|w| w.https = Some("yes".into())), "https", "yes"),
            (written(|w| w.connections = Some("1".into())), "connections", "1"),
            (written(|w| w.token_requests = Some("0".into())), "token_requests", "0"),
            (written(|w| w.http_connections = Some("9".into())), "http_connections", "9"),
            (written(|w| w.trusted_proxies = Some("10.0.0.0/8,proxy".into())), "trusted_proxies", "10.0.0.0/8,proxy"),
            (written(|w| w.public_origin = Some("school.kz".into())), "public_origin", "school.kz"),
            (written(|w| w.second_factor = Some("sometimes".into())), "second_factor", "sometimes"),
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
        let settings = Settings::load(Some(&file), &Flags::from(&flags)).unwrap();
        assert_eq!((settings.listen.port(), settings.connections), (9001, 5));
        std::fs::write(&file, "lisen = \"127.0.0.1:9000\"\n").unwrap();
        let error = Settings::load(Some(&file), &Flags::default()).unwrap_err().to_string();
        assert!(error.contains("lisen"), "{error}");
    }

    #[test]
    fn a_file_carries_every_setting_that_a_flag_does() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("k.toml");
        let text = "speed = 20\nseed = 7\nboards_port = 50100\nserver = \"https://school.kz\"\ntoken_file = \"token\"\n\
                    server_ca = \"ca.pem\"\nmetrics_listen = \"\"\n";
        std::fs::write(&file, text).unwrap();
        let settings = Settings::load(Some(&file), &Flags::default()).unwrap();
        assert_eq!(settings.demo, DemoWishes { speed: Some(20), seed: Some(7), boards_port: Some(50100) });
        assert_eq!(settings.gate.server.as_deref(), Some("https://school.kz"));
        assert_eq!(settings.gate.token_file, Some("token".into()));
        assert_eq!(settings.gate.server_ca, Some("ca.pem".into()));
        assert_eq!(settings.metrics_listen, None);
        let flags =
            Flags { demo: WrittenDemo { speed: Some("3".into()), ..WrittenDemo::default() }, ..Flags::default() };
        assert_eq!(Settings::load(Some(&file), &flags).unwrap().demo.speed, Some(3), "a flag wins");
        for name in Flags::names() {
            std::fs::write(&file, format!("{name} = 7\n")).unwrap();
            if let Err(error) = Settings::load(Some(&file), &Flags::default()) {
                assert!(!error.to_string().contains("unknown"), "{error}");
            }
        }
    }

    #[test]
    fn what_a_command_takes_as_usual_gives_way_to_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("k.toml");
        let usual = Written { data: Some("data/demo".into()), ..Written::default() };
        let flags = Flags { usual, ..Flags::default() };
        std::fs::write(&file, "").unwrap();
        assert_eq!(Settings::load(Some(&file), &flags).unwrap().data, Path::new("data/demo"));
        std::fs::write(&file, "data = \"elsewhere\"\n").unwrap();
        assert_eq!(Settings::load(Some(&file), &flags).unwrap().data, Path::new("elsewhere"));
    }
}
