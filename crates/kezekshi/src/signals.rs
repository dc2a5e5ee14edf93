//! Word from outside that the program shall stop: SIGTERM of a service manager, Ctrl-C of whoever typed the command.
//!
//! A command that runs for long listens before it starts anything, so that there is no moment in which a signal takes its life between two
//! steps. What has not begun by then is not begun; what has is ended in order.

use std::{process, time::Duration};

use anyhow::Context;
use tokio::{
    runtime::{Builder, Runtime},
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    time::timeout,
};

/// The program ends so when it is told a second time: whoever asks again does not want to wait. What is on the disk is whole all the same.
const AT_ONCE: i32 = 130;

/// Whether the program was told to stop. Cheap to clone.
#[derive(Clone, Debug)]
pub struct StopSignal(watch::Receiver<bool>);

impl StopSignal {
    /// Listens from now on, whatever the program does meanwhile.
    ///
    /// # Errors
    /// When the system gives no handler or no thread.
    pub fn listen() -> anyhow::Result<Self> {
        let runtime = small_runtime()?;
        let (terminate, interrupt) = {
            let _context = runtime.enter();
            let hear = |kind| signal(kind).context("the system's signals cannot be heard");
            (hear(SignalKind::terminate())?, hear(SignalKind::interrupt())?)
        };
        let (told, heard) = watch::channel(false);
        std::thread::Builder::new()
            .name("signals".into())
            .spawn(move || runtime.block_on(tell(terminate, interrupt, &told)))?;
        Ok(Self(heard))
    }

    /// Whether it was told.
    pub fn is_told(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is told.
    pub async fn told(&self) {
        let mut heard = self.0.clone();
        if heard.wait_for(|told| *told).await.is_err() {
            // The listening thread never ends; should it, nobody can tell us any more.
            std::future::pending::<()>().await;
        }
    }

    /// Waits on this thread until it is told; calls `report` as often as this meanwhile.
    ///
    /// # Errors
    /// When the system gives nothing to wait with.
    pub fn wait(&self, each: Duration, mut report: impl FnMut()) -> anyhow::Result<()> {
        let runtime = small_runtime()?;
        while runtime.block_on(async { timeout(each, self.told()).await }).is_err() {
            report();
        }
        Ok(())
    }
}

fn small_runtime() -> anyhow::Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

async fn tell(mut terminate: Signal, mut interrupt: Signal, told: &watch::Sender<bool>) {
    loop {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        if told.send_replace(true) {
            tracing::warn!("told to stop again: stopping at once");
            process::exit(AT_ONCE);
        }
        tracing::info!("told to stop");
    }
}
