//! A bell that rings after a commit, for those who follow a table.

use std::{
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

/// Counts rings; waiters see that the count has moved. A ring is a hint: whoever waits also looks by himself now and then, since
/// another process may have written.
#[derive(Debug)]
pub struct Bell {
    count: Mutex<u64>,
    moved: Condvar,
    watch: watch::Sender<u64>,
}

impl Default for Bell {
    fn default() -> Self {
        Self { count: Mutex::new(0), moved: Condvar::new(), watch: watch::Sender::new(0) }
    }
}

impl Bell {
    /// Rings.
    pub fn ring(&self) {
        let mut count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        *count += 1;
        self.watch.send_replace(*count);
        self.moved.notify_all();
    }

    /// How often it has rung.
    pub fn count(&self) -> u64 {
        *self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Blocks until it has rung more than `seen` times or the time is over; gives the count.
    pub fn wait(&self, seen: u64, longest: Duration) -> u64 {
        let count = self.count.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, _) = self
            .moved
            .wait_timeout_while(count, longest, |count| *count <= seen)
            .unwrap_or_else(PoisonError::into_inner);
        *count
    }

    /// For waiting in an async task.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.watch.subscribe()
    }
}
