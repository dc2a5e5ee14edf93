//! Passwords are hashed two at a time and off the async threads: each takes tens of milliseconds of a processor and 19 MiB.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::sync::Semaphore;

use crate::AccountsError;

/// So many at a time.
const AT_ONCE: usize = 2;
/// So many may wait or be at work; more are refused at once.
const QUEUE: usize = 64;

#[derive(Clone, Debug)]
pub(crate) struct Hashing {
    turns: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// How often it was hashed since the program started: whoever looks whether refusals are alike counts work, not time.
    done: Arc<AtomicU64>,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), queue: Arc::new(Semaphore::new(QUEUE)), done: Arc::default() }
    }
}

impl Hashing {
    /// How often it was hashed since the program started.
    pub(crate) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Runs something that hashes, when its turn comes.
    ///
    /// # Errors
    /// [`AccountsError::Busy`] when too many wait already.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AccountsError> {
        let place = self.queue.clone().try_acquire_owned().map_err(|_| AccountsError::Busy)?;
        let turn = self.turns.clone().acquire_owned().await.map_err(|_| AccountsError::Busy)?;
        let done = self.done.clone();
        // The permits go with the work: a dropped request must not let a third one begin.
        let hashed = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            done.fetch_add(1, Ordering::Relaxed);
            work()
        });
        hashed.await.map_err(|_| AccountsError::Busy)
    }
}
