//! Passwords are hashed two at a time and off the async threads: each takes tens of milliseconds of a processor and 19 MiB.

use std::sync::Arc;

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
}

impl Default for Hashing {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), queue: Arc::new(Semaphore::new(QUEUE)) }
    }
}

impl Hashing {
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
        // The permits go with the work: a dropped request must not let a third one begin.
        let done = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        });
        done.await.map_err(|_| AccountsError::Busy)
    }
}
