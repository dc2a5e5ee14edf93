//! What every handler stands on.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError, atomic::AtomicI64},
};

use ::store::Db;
use crypto::Vault;
use jiff::{Timestamp, tz::TimeZone};
use kernel::{Clock, Ids};
use web::{Proxies, Stop};

use crate::{addresses::Addresses, api_tokens::Keeper, factors::SecondFactor, hashing::Hashing, subsystem::NavEntry};

/// The state of the running program that handlers share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    /// The database.
    pub db: Db,
    /// Seals and opens what is kept sealed in it.
    pub vault: Vault,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Where ids come from.
    pub ids: Ids,
    /// The zone in which times are shown.
    pub time_zone: TimeZone,
    /// Whether pages are always reached by HTTPS: cookies are then `Secure` and named `__Host-…`.
    pub is_secure: bool,
    /// Whether this is the demonstration: its sign-in page shows the made-up users.
    pub demo_users: Arc<[DemoUser]>,
    /// Tells live streams and long polls that the server stops.
    pub stop: Stop,
    nav: Arc<OnceLock<Vec<NavEntry>>>,
    session_clock: Arc<dyn Clock>,
    proxies: Proxies,
    public_origin: Option<Arc<str>>,
    second_factor: SecondFactor,
    pub(crate) hashing: Hashing,
    pub(crate) addresses: Arc<Addresses>,
    pub(crate) keeper: Arc<Keeper>,
    /// When old sessions were last forgotten, in microseconds.
    pub(crate) swept_at: Arc<AtomicI64>,
    memories: Arc<Memories>,
}

/// What subsystems remember while the program runs, one thing of a type.
#[derive(Default)]
struct Memories(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl fmt::Debug for Memories {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Memories")
    }
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
    /// An app on this database and the keys to it.
    pub fn new(
        db: Db,
        vault: Vault,
        clock: Arc<dyn Clock>,
        ids: Ids,
        is_secure: bool,
        demo_users: Vec<DemoUser>,
    ) -> Self {
        let time_zone = TimeZone::get("Asia/Almaty").unwrap_or(TimeZone::UTC);
        Self {
            db,
            vault,
            session_clock: clock.clone(),
            clock,
            ids,
            time_zone,
            is_secure,
            demo_users: demo_users.into(),
            stop: Stop::new(),
            nav: Arc::default(),
            proxies: Proxies::default(),
            public_origin: None,
            second_factor: SecondFactor::default(),
            hashing: Hashing::default(),
            addresses: Arc::default(),
            keeper: Arc::default(),
            swept_at: Arc::new(AtomicI64::new(i64::MIN)),
            memories: Arc::default(),
        }
    }

    /// What a subsystem remembers while this program runs, of a type of its own: made when it is first asked for, the same for all clones of the app.
    /// Two programs in one process share none of it.
    pub fn memory<T: Any + Default + Send + Sync>(&self) -> Arc<T> {
        let mut all = self.memories.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(T::default())).clone();
        known.downcast().unwrap_or_default()
    }

    /// The navigation; set once, when all subsystems are known.
    pub fn set_nav(&self, mut entries: Vec<NavEntry>) {
        entries.sort_by_key(|entry| (entry.group, entry.order));
        // A second call would come from a second start in one process; the first stays.
        let _ = self.nav.set(entries);
    }

    /// The navigation.
    pub fn nav(&self) -> &[NavEntry] {
        self.nav.get().map_or(&[], Vec::as_slice)
    }

    /// Counts the time of sessions and of those who guess passwords by another clock than the program's: a demonstration whose day passes
    /// in minutes would sign everybody out all the time.
    #[must_use]
    pub fn signing_in_by(mut self, clock: Arc<dyn Clock>) -> Self {
        self.session_clock = clock;
        self
    }

    /// How often passwords were hashed since the program started: each try to sign in costs one, whether the login exists or not.
    pub fn hashings(&self) -> u64 {
        self.hashing.done()
    }

    /// This moment as sessions and tokens count it.
    pub fn session_now(&self) -> Timestamp {
        self.session_clock.now()
    }

    /// Lets each token of a program ask `burst` times at once, then `per_s` times a second; 120 and 60 unless said.
    #[must_use]
    pub fn pacing_tokens(mut self, per_s: u32, burst: u32) -> Self {
        self.keeper = Arc::new(Keeper::new(per_s, burst));
        self
    }

    /// Believes these proxies when they say for whom and how they were asked.
    #[must_use]
    pub fn trusting_proxies(mut self, proxies: Proxies) -> Self {
        self.proxies = proxies;
        self
    }

    /// The proxies that are believed.
    pub fn proxies(&self) -> &Proxies {
        &self.proxies
    }

    /// Browsers reach the pages at this origin (`https://host[:port]`), whatever a proxy makes of the `Host` header.
    #[must_use]
    pub fn reached_at(mut self, origin: Option<&str>) -> Self {
        self.public_origin = origin.map(Arc::from);
        self
    }

    /// Wants a second factor of roles that see restricted data, or only offers it, as it does unless said.
    #[must_use]
    pub fn with_second_factor(mut self, rule: SecondFactor) -> Self {
        self.second_factor = rule;
        self
    }

    /// Whether roles that see restricted data need a second factor.
    pub fn second_factor(&self) -> SecondFactor {
        self.second_factor
    }

    /// The origin at which browsers reach the pages, when it was set.
    pub fn public_origin(&self) -> Option<&str> {
        self.public_origin.as_deref()
    }
}
