//! The gates of this process: the same code as at a school's door, with the server a function call away.

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use access::{Access, GateKey};
use accounts::App;
use anyhow::Context;
use gate::{Gate, GateConfig, GateHandle, driver::Drivers};
use kernel::{Feed, GateId, GateRecord, GateStatus, Has};

/// How often schools added meanwhile are looked for.
const LOOK: Duration = Duration::from_secs(3);

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

    /// Starts a gate for every school that has one here, and for those that come later.
    ///
    /// # Errors
    /// When the schools cannot be read or the system gives no thread.
    pub fn start(self, app: &App, access: &Access) -> anyhow::Result<RunningGates> {
        let mut running = Vec::new();
        let mut known = HashSet::new();
        self.start_new(app, access, &mut known, &mut running)?;
        let stop = Arc::new(AtomicBool::new(false));
        let (app, access, told) = (app.clone(), access.clone(), stop.clone());
        let thread = std::thread::Builder::new().name("gates".into()).spawn(move || {
            while !told.load(Ordering::SeqCst) {
                std::thread::park_timeout(LOOK);
                if told.load(Ordering::SeqCst) {
                    break;
                }
                if let Err(error) = self.start_new(&app, &access, &mut known, &mut running) {
                    tracing::warn!(%error, "new gates cannot be started");
                }
            }
            for (_, handle) in running {
                handle.stop();
            }
        })?;
        Ok(RunningGates { stop, thread: Some(thread) })
    }

    fn start_new(
        &self,
        app: &App,
        access: &Access,
        known: &mut HashSet<GateId>,
        running: &mut Vec<(GateId, GateHandle)>,
    ) -> anyhow::Result<()> {
        for found in app.db.read_blocking(access::gates::in_process_gates)? {
            if known.contains(&found.gate) {
                continue;
            }
            let server = Arc::new(InProcess { access: access.clone(), key: found });
            let config =
                GateConfig { gate: Some(found.gate), ..GateConfig::new(self.folder.join(found.gate.to_string())) };
            let handle = Gate::start(config, self.drivers.clone(), server, app.clock.clone(), app.ids.clone())
                .with_context(|| format!("gate {}", found.gate))?;
            tracing::info!(gate = %found.gate, "gate runs in this process");
            known.insert(found.gate);
            running.push((found.gate, handle));
        }
        Ok(())
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
