//! The gates of this process: the same code as at a school's door, with the server a function call away.

use std::{
    collections::{BTreeMap, HashMap},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use access::{Access, AccessError, GateKey};
use accounts::App;
use anyhow::Context;
use gate::{Gate, GateConfig, GateHandle, driver::Drivers};
use jiff::SignedDuration;
use kernel::{Feed, GateId, GateRecord, GateStatus, Has, Ids};

/// How often gates that were added, removed or let go by another server are looked for.
const LOOK: Duration = Duration::from_secs(3);
/// How long the right to run a gate holds without being prolonged. The gates of a server that is gone stand still for so long at most; the clocks
/// of servers on one database must not differ by as much.
const LEASE: SignedDuration = SignedDuration::from_secs(20);
/// How often it is prolonged.
const PROLONG: Duration = Duration::from_secs(6);
/// The file in the gates' folder that names its owner: whoever has the folder has the gates, also after a restart.
const OWNER_FILE: &str = "owner";

/// The gates of this process before they run.
pub struct Gates {
    folder: PathBuf,
    drivers: Arc<dyn Drivers>,
}

/// Running gates.
pub struct RunningGates {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Gates {
    /// Gates that keep their files below `folder`.
    pub fn new(folder: PathBuf, drivers: Arc<dyn Drivers>) -> Self {
        Self { folder, drivers }
    }

    /// Runs every gate of this process that no other server on the same database runs, and those that come later. A gate that cannot start
    /// stops no other: it is tried again with each look.
    ///
    /// # Errors
    /// When the folder cannot be used or the system gives no thread.
    pub fn start(self, app: &App, access: &Access) -> anyhow::Result<RunningGates> {
        let owner = owner(&self.folder, &app.ids)?;
        let stop = Arc::new(AtomicBool::new(false));
        let mut keeper = Keeper {
            gates: self,
            app: app.clone(),
            access: access.clone(),
            owner,
            running: BTreeMap::new(),
            prolong_at: Instant::now(),
            failed: HashMap::new(),
        };
        keeper.look();
        let told = stop.clone();
        let thread = std::thread::Builder::new().name("gates".into()).spawn(move || {
            while !told.load(Ordering::SeqCst) {
                std::thread::park_timeout(LOOK);
                if told.load(Ordering::SeqCst) {
                    break;
                }
                keeper.look();
            }
            keeper.end();
        })?;
        Ok(RunningGates { stop, thread: Some(thread) })
    }
}

/// The word by which this server is known to others on the same database.
fn owner(folder: &Path, ids: &Ids) -> anyhow::Result<String> {
    let path = folder.join(OWNER_FILE);
    let context = || format!("the gates' folder {} cannot be used", folder.display());
    match std::fs::read_to_string(&path) {
        Ok(known) if !known.trim().is_empty() => return Ok(known.trim().to_owned()),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(context),
    }
    let owner = format!("{:032x}", u128::from_be_bytes(ids.bytes()));
    // Spools lie in it: for its owner alone.
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(context)?;
    std::fs::write(&path, &owner).with_context(context)?;
    Ok(owner)
}

/// Keeps the gates of this process in step with the database.
struct Keeper {
    gates: Gates,
    app: App,
    access: Access,
    owner: String,
    running: BTreeMap<GateId, (GateKey, GateHandle)>,
    /// When the rights to run them are prolonged next.
    prolong_at: Instant,
    /// What was last said of gates that cannot start, so that it is said once.
    failed: HashMap<GateId, String>,
}

impl Keeper {
    /// Ends gates that are gone or another server's, starts those that are ours. While the database does not answer everything stays as it is:
    /// a gate decides without it, and no other server can have taken it.
    fn look(&mut self) {
        let (keys, held) = match self.hold() {
            Ok(found) => found,
            Err(error) => return tracing::warn!(%error, "the gates of this process cannot be looked up"),
        };
        let is_ours = |gate: &GateId| held.iter().any(|key| key.gate == *gate);
        let others: Vec<GateId> = self.running.keys().filter(|gate| !is_ours(gate)).copied().collect();
        for gate in others {
            if let Some((_, handle)) = self.running.remove(&gate) {
                let is_removed = !keys.iter().any(|key| key.gate == gate);
                tracing::warn!(%gate, is_removed, "a gate ends here: it was removed, or another server runs it");
                handle.stop();
            }
        }
        self.failed.retain(|gate, _| is_ours(gate));
        for key in held {
            if !self.running.contains_key(&key.gate) {
                self.start(key);
            }
        }
    }

    /// All gates of servers' own processes, and those that this server may run for the next while.
    fn hold(&mut self) -> anyhow::Result<(Vec<GateKey>, Vec<GateKey>)> {
        let keys = self.app.db.read_blocking(access::gates::in_process_gates)?;
        let is_same = keys.len() == self.running.len() && keys.iter().all(|key| self.running.contains_key(&key.gate));
        if is_same && Instant::now() < self.prolong_at {
            return Ok((keys.clone(), keys));
        }
        let (asked, owner, now) = (keys.clone(), self.owner.clone(), self.app.clock.now());
        let until = now.checked_add(LEASE)?;
        let held = self.app.db.write_blocking(move |tx| {
            let mut held = Vec::with_capacity(asked.len());
            for key in &asked {
                if access::gates::hold_lease(tx, *key, &owner, now, until)? {
                    held.push(*key);
                }
            }
            Ok::<_, AccessError>(held)
        })?;
        self.prolong_at = Instant::now() + PROLONG;
        Ok((keys, held))
    }

    fn start(&mut self, key: GateKey) {
        let gate = key.gate;
        let server = Arc::new(InProcess { access: self.access.clone(), key });
        let config = GateConfig {
            gate: Some(gate),
            verify: crypto::verify,
            ..GateConfig::new(self.gates.folder.join(gate.to_string()))
        };
        let (clock, ids) = (self.app.clock.clone(), self.app.ids.clone());
        match Gate::start(config, self.gates.drivers.clone(), server, clock, ids) {
            Ok(handle) => {
                tracing::info!(%gate, "gate runs in this process");
                self.failed.remove(&gate);
                self.running.insert(gate, (key, handle));
                self.tell_start(key, true);
            }
            Err(error) => {
                let sentence = error.to_string();
                if self.failed.get(&gate) != Some(&sentence) {
                    tracing::error!(%gate, %error, "a gate cannot start; the others run, and it is tried again");
                    self.failed.insert(gate, sentence);
                    self.tell_start(key, false);
                }
                // Another server may be able to.
                self.release(key);
            }
        }
    }

    /// Raises or ends the alarm of a gate that cannot start. Nothing waits for it: the log has said it.
    fn tell_start(&self, key: GateKey, is_running: bool) {
        let now = self.app.clock.now();
        let alarm = self.app.ids.new_id(now);
        let told = move |tx: &mut store::Tx<'_>| access::intake::tell_start(tx, key, alarm, is_running, now);
        if let Err(error) = self.app.db.write_blocking(told) {
            tracing::warn!(gate = %key.gate, %error, "whether the gate runs could not be noted");
        }
    }

    fn release(&self, key: GateKey) {
        let owner = self.owner.clone();
        if let Err(error) = self.app.db.write_blocking(move |tx| access::gates::release_lease(tx, key, &owner)) {
            tracing::warn!(gate = %key.gate, %error, "another server can run this gate only after a while");
        }
    }

    fn end(mut self) {
        for (key, handle) in std::mem::take(&mut self.running).into_values() {
            handle.stop();
            self.release(key);
        }
    }
}

impl RunningGates {
    /// Lets each gate write and hand over what it has.
    pub fn stop(mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            if thread.join().is_err() {
                tracing::error!("a gate ended by a panic");
            }
        }
    }
}

/// The server as a gate of the same process reaches it.
struct InProcess {
    access: Access,
    key: GateKey,
}

impl gate::Server for InProcess {
    fn feed(&self, has: Has, status: &GateStatus, wait: Duration) -> Result<Feed, gate::ServerError> {
        self.access.feeds.feed_blocking(self.key, has, status, wait).map_err(away)
    }

    fn deliver(&self, records: &[GateRecord]) -> Result<u64, gate::ServerError> {
        self.access.feeds.deliver_blocking(self.key, records).map_err(away)
    }
}

fn away(error: impl std::fmt::Display) -> gate::ServerError {
    gate::ServerError::Away(error.to_string())
}
