//! What every handler stands on.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock, atomic::AtomicI64},
};

use ::store::Db;
use jiff::tz::TimeZone;
use kernel::{Clock, Ids};
use web::Stop;

use crate::{addresses::Addresses, hashing::Hashing, subsystem::NavEntry};

/// The state of the running program that handlers share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Ids,
    /// The zone in which times are shown.
    pub time_zone: TimeZone,
    /// Whether pages are reached by HTTPS: cookies are then `Secure` and named `__Host-…`.
    pub is_secure: bool,
    /// Whether this is the demonstration: its sign-in page shows the made-up users.
    pub demo_users: Arc<[DemoUser]>,
    /// Tells live streams and long polls that the server stops.
    pub stop: Stop,
    nav: Arc<OnceLock<Vec<NavEntry>>>,
    trusted_proxies: Arc<[IpAddr]>,
    pub(crate) hashing: Hashing,
    pub(crate) addresses: Arc<Addresses>,
    /// When old sessions were last forgotten, in microseconds.
    pub(crate) swept_at: Arc<AtomicI64>,
}

/// A made-up user that the demonstration's sign-in page shows, and nothing else does.
#[derive(Clone, Debug)]
pub struct DemoUser {
    /// The login.
    pub login: String,
    /// The password.
    pub password: String,
    /// The text key of who it is, such as `accounts-role-guard`.
    pub role_key: &'static str,
}

impl App {
    /// An app on this database.
    pub fn new(db: Db, clock: Arc<dyn Clock>, ids: Ids, is_secure: bool, demo_users: Vec<DemoUser>) -> Self {
        let time_zone = TimeZone::get("Asia/Almaty").unwrap_or(TimeZone::UTC);
        Self {
            db,
            clock,
            ids,
            time_zone,
            is_secure,
            demo_users: demo_users.into(),
            stop: Stop::new(),
            nav: Arc::default(),
            trusted_proxies: Arc::default(),
            hashing: Hashing::default(),
            addresses: Arc::default(),
            swept_at: Arc::new(AtomicI64::new(i64::MIN)),
        }
    }

    /// The navigation; set once, when all subsystems are known.
    pub fn set_nav(&self, mut entries: Vec<NavEntry>) {
        entries.sort_by_key(|entry| entry.order);
        // A second call would come from a second start in one process; the first stays.
        let _ = self.nav.set(entries);
    }

    /// The navigation.
    pub fn nav(&self) -> &[NavEntry] {
        self.nav.get().map_or(&[], Vec::as_slice)
    }

    /// Believes these addresses when they say in `X-Forwarded-For` for whom they speak.
    #[must_use]
    pub fn trusting_proxies(mut self, proxies: Vec<IpAddr>) -> Self {
        self.trusted_proxies = proxies.into();
        self
    }

    pub(crate) fn trusted_proxies(&self) -> &[IpAddr] {
        &self.trusted_proxies
    }
}
