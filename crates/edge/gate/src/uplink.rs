//! The thread that hands records to the server, in order, and lets the spool forget what the server has.

use std::{sync::Arc, time::Duration};

use kernel::GateRecord;

use crate::{
    hub::{BackOff, Hub, Trouble},
    server::{Server, ServerError},
    spool::Outbox,
};

const REST: Duration = Duration::from_secs(1);

/// The uplink's state.
pub(crate) struct Uplink {
    hub: Arc<Hub>,
    server: Arc<dyn Server>,
    outbox: Outbox,
    /// The number up to which the server says it has this gate's records; asked once.
    server_has: Option<u64>,
    back_off: BackOff,
    trouble: Trouble,
}

impl Uplink {
    pub(crate) fn new(hub: Arc<Hub>, server: Arc<dyn Server>, outbox: Outbox) -> Self {
        let back_off = BackOff::new(&hub.config);
        Self { hub, server, outbox, server_has: None, back_off, trouble: Trouble::default() }
    }

    /// Delivers until the gate ends; then what is left, as long as the server takes it at once.
    pub(crate) fn run(mut self) {
        loop {
            self.outbox.wait(REST);
            self.outbox.save();
            // Read before the batch: what was appended before the end is then in it.
            let is_ending = self.outbox.is_ending();
            match self.round() {
                Ok(0) if is_ending => break,
                Ok(_) => {
                    self.trouble.over("records");
                    self.back_off.reset();
                }
                Err(error) => {
                    self.outbox.rewind();
                    self.trouble.note("records", error);
                    if is_ending || self.hub.is_stopping() {
                        break;
                    }
                    self.hub.pause(self.back_off.next(&self.hub.ids));
                }
            }
        }
        self.outbox.finish();
    }

    /// One delivery; how many records the server took.
    fn round(&mut self) -> Result<usize, ServerError> {
        let mut batch = self.outbox.next_batch().map_err(|error| {
            tracing::error!(%error, "the spool cannot be read");
            ServerError::Away("the spool cannot be read".to_owned())
        })?;
        if batch.is_empty() {
            return Ok(0);
        }
        let server_has = self.server_has()?;
        let places: Vec<u64> = batch.iter().map(|record| record.seq).collect();
        renumber(&mut batch, server_has);
        let answer = self.server.deliver(&batch)?;
        self.server_has = Some(answer);
        let accepted = answer.checked_sub(server_has).and_then(|count| usize::try_from(count).ok());
        match accepted.filter(|count| *count <= batch.len()) {
            Some(count) if count > 0 => {
                self.outbox.ack(places[count - 1]);
                if count < batch.len() {
                    self.outbox.rewind();
                }
                Ok(count)
            }
            _ => Err(ServerError::Answer { status: 200, detail: "none of the records was accepted".to_owned() }),
        }
    }

    /// How far the server is. A server that cannot say so is taken to be where the spool remembers it.
    fn server_has(&mut self) -> Result<u64, ServerError> {
        if let Some(known) = self.server_has {
            return Ok(known);
        }
        let has = match self.server.deliver(&[]) {
            Ok(has) => has,
            Err(ServerError::Answer { .. }) => self.outbox.acked(),
            Err(error) => return Err(error),
        };
        self.server_has = Some(has);
        Ok(has)
    }
}

/// Numbers the records on from what the server has.
fn renumber(batch: &mut [GateRecord], server_has: u64) {
    for (record, seq) in batch.iter_mut().zip(server_has.saturating_add(1)..) {
        record.seq = seq;
    }
}
