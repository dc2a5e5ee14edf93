//! The wire to PostgreSQL and the runtime that watches it, driven from the caller's own thread.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};

use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{AsyncMessage, Client, Config, Connection, Error, NoTls, Row, Socket, tls::NoTlsStream};

use crate::error::StoreError;

pub(super) struct Line {
    /// Taken when the session ends.
    runtime: Option<Runtime>,
    connection: Connection<Socket, NoTlsStream>,
    broken: bool,
}

/// A request on its way, and later its answer.
pub(super) enum Sent<'a> {
    Waiting(Pin<Box<dyn Future<Output = Answer> + 'a>>),
    Answered(Answer),
}

pub(super) type Answer = Result<Vec<Row>, Error>;

impl<'a> Sent<'a> {
    pub(super) fn new(request: impl Future<Output = Answer> + 'a) -> Self {
        Self::Waiting(Box::pin(request))
    }

    /// A text without parameters and rows.
    pub(super) fn text(client: &'a Client, sql: &'a str) -> Self {
        Self::new(async move { client.batch_execute(sql).await.map(|()| Vec::new()) })
    }

    fn poll(&mut self, context: &mut Context<'_>) {
        if let Self::Waiting(request) = self
            && let Poll::Ready(answer) = request.as_mut().poll(context)
        {
            *self = Self::Answered(answer);
        }
    }
}

impl Line {
    pub(super) fn connect(config: &Config) -> Result<(Client, Self), StoreError> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(|source| StoreError::Io { what: "a connection's runtime".into(), source })?;
        let (client, connection) = runtime.block_on(config.connect(NoTls))?;
        Ok((client, Self { runtime: Some(runtime), connection, broken: false }))
    }

    /// Whether no answer can come any more.
    pub(super) const fn is_broken(&self) -> bool {
        self.broken
    }

    /// Sends what goes `ahead` and then the request, one behind the other without waiting in between, and waits on this thread until all is
    /// answered. What is still [`Sent::Waiting`] afterwards will not be answered: the line broke.
    pub(super) fn drive<T>(
        &mut self,
        ahead: &mut [Sent<'_>],
        request: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, StoreError> {
        let mut request = pin!(request);
        let mut answer = None;
        let Self { runtime, connection, broken } = self;
        let runtime = runtime.as_ref().ok_or(StoreError::Closed)?;
        let answer = runtime.block_on(poll_fn(|context| {
            let ended = turn(connection, broken, context);
            // Polled in this order, so that they are sent in this order.
            ahead.iter_mut().for_each(|sent| sent.poll(context));
            if answer.is_none()
                && let Poll::Ready(ready) = request.as_mut().poll(context)
            {
                answer = Some(ready.map_err(StoreError::from));
            }
            let is_answered = ahead.iter().all(|sent| matches!(sent, Sent::Answered(_)));
            match answer.take() {
                Some(answer) if is_answered || *broken => Poll::Ready(answer),
                None if *broken => Poll::Ready(Err(ended.map_or(StoreError::Closed, StoreError::from))),
                waiting => {
                    answer = waiting;
                    Poll::Pending
                }
            }
        }));
        *broken |= answer.as_ref().is_err_and(StoreError::is_end_of_line);
        answer
    }

    /// Sends a text whose answer nobody waits for.
    pub(super) fn send_only(&mut self, client: &Client, sql: &str) {
        let mut request = pin!(client.batch_execute(sql));
        // The first poll hands the request over to the connection, the connection's turn writes it to the socket. When the answer
        // comes, nobody listens, and it is passed over.
        let mut context = Context::from_waker(Waker::noop());
        let _ = request.as_mut().poll(&mut context);
        self.turn();
    }

    /// Takes leave: the client is gone, so that one turn writes the farewell.
    pub(super) fn close(&mut self) {
        self.turn();
        // A runtime may not be dropped, but may be shut down, on a thread that serves async tasks.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }

    fn turn(&mut self) {
        let _guard = self.runtime.as_ref().map(Runtime::enter);
        let mut context = Context::from_waker(Waker::noop());
        if let Some(error) = turn(&mut self.connection, &mut self.broken, &mut context) {
            tracing::debug!(%error, "a connection ended");
        }
    }
}

/// Reads and writes what can be read and written now.
fn turn(
    connection: &mut Connection<Socket, NoTlsStream>,
    broken: &mut bool,
    context: &mut Context<'_>,
) -> Option<Error> {
    while !*broken {
        match connection.poll_message(context) {
            Poll::Ready(Some(Ok(AsyncMessage::Notice(notice)))) => {
                tracing::debug!(code = notice.code().code(), "the database says: {}", notice.message());
            }
            Poll::Ready(Some(Ok(_))) => {}
            Poll::Ready(Some(Err(error))) => {
                *broken = true;
                return Some(error);
            }
            Poll::Ready(None) => *broken = true,
            Poll::Pending => break,
        }
    }
    None
}
