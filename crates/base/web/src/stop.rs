//! Word that the server is stopping, for whatever would otherwise run on.

use tokio::sync::watch;

/// Tells live streams and long polls that the server stops. Clones share one state.
#[derive(Clone, Debug)]
pub struct Stop(watch::Sender<bool>);

impl Stop {
    /// Nobody is stopping yet.
    pub fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// The server stops now.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Whether it stops.
    pub fn is_stopping(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it stops.
    pub async fn wait(&self) {
        let mut stopping = self.0.subscribe();
        // The sender lives in `self`, so the channel cannot close while we wait.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}
