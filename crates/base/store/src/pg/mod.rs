//! PostgreSQL: a pool of sessions with their prepared statements, serializable writes repeated on a conflict.

mod session;
mod values;

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

pub(crate) use session::Session;
use tokio_postgres::Config;

use crate::{
    error::StoreError,
    pool::{Choice, Pool},
    tx::{Conn, Ended, Span, Tx},
};

/// How often a write is tried when it conflicts with others.
pub const MAX_TRIES: u32 = 12;

const READ: &str = "begin isolation level repeatable read read only";
const WRITE: &str = "begin isolation level serializable";
/// The advisory locks in which writers of a school line up after a conflict; the number is ours alone.
const LANES: i32 = 5_279_874;

pub(crate) struct Postgres {
    config: Config,
    sessions: Pool<Session>,
    /// Spreads those who were in conflict.
    turns: AtomicU64,
}

impl Postgres {
    pub(crate) fn new(config: Config, most: usize) -> Self {
        Self { config, sessions: Pool::new(most), turns: AtomicU64::new(0) }
    }

    /// A session outside of a transaction.
    pub(crate) fn session<T>(
        &self,
        longest: Duration,
        choice: Choice,
        work: impl FnOnce(&mut Session) -> T,
    ) -> Result<T, StoreError> {
        self.sessions.lend(longest, choice, || Session::connect(&self.config), Session::is_sound, work)
    }

    /// Runs `work` in a transaction that sees one moment of the database; once more when the line was found dead.
    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        longest: Duration,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut once = |choice| {
            self.session(longest, choice, |session| {
                let began = Instant::now();
                session.begin(vec![READ.to_owned()], None);
                let answer = work(&mut Tx::reading(Conn::Postgres(session)));
                session.undo();
                metrics::histogram!("kezekshi_store_transaction_seconds", "kind" => "read")
                    .record(began.elapsed().as_secs_f64());
                (answer, session.is_broken())
            })
        };
        match once(Choice::Any)? {
            (Err(_), true) => once(Choice::Fresh)?.0,
            (answer, _) => answer,
        }
    }

    /// Runs `work` until it neither conflicts within nor at the commit; gives the bells to ring.
    ///
    /// A line that broke before the commit was sent has undone everything: the work is run once more on a fresh one.
    pub(crate) fn write<T, E: From<StoreError>>(
        &self,
        longest: Duration,
        span: Span,
        mut work: impl FnMut(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<(T, Vec<&'static str>), E> {
        let (mut choice, mut lane) = (Choice::Any, None);
        for attempt in 1..=MAX_TRIES {
            let began = Instant::now();
            match self.session(longest, choice, |session| write_once(session, span, lane, &mut work))? {
                Once::Done(value, rings) => {
                    metrics::histogram!("kezekshi_store_transaction_seconds", "kind" => "write")
                        .record(began.elapsed().as_secs_f64());
                    return Ok((value, rings));
                }
                Once::Broken(_) if choice == Choice::Any => choice = Choice::Fresh,
                Once::Failed(error) | Once::Broken(error) => return Err(error),
                Once::Conflict(school) => {
                    metrics::counter!("kezekshi_store_conflicts_total").increment(1);
                    lane = Some(school);
                    self.stand_aside(attempt);
                }
            }
        }
        Err(E::from(StoreError::Conflict(MAX_TRIES)))
    }

    /// A pause that grows with each try and differs between those who were in the same conflict.
    fn stand_aside(&self, attempt: u32) {
        let spread = self.turns.fetch_add(1, Ordering::Relaxed) % 8;
        std::thread::sleep(Duration::from_micros(250 * ((1 << attempt.min(7)) + spread)));
    }

    pub(crate) fn close(&self, longest: Duration) {
        self.sessions.close(longest);
    }
}

enum Once<T, E> {
    Done(T, Vec<&'static str>),
    Failed(E),
    /// The line broke before a commit was sent.
    Broken(E),
    /// Somebody else was first; in which school.
    Conflict(u32),
}

fn write_once<T, E: From<StoreError>>(
    session: &mut Session,
    span: Span,
    lane: Option<u32>,
    work: &mut impl FnMut(&mut Tx<'_>) -> Result<T, E>,
) -> Once<T, E> {
    let (before, after) = match (lane, span) {
        (None, Span::Whole) => (vec![WRITE.to_owned()], None),
        (None, Span::Single) => (Vec::new(), None),
        // Losers of a conflict in one school line up behind each other, in whatever process they are: among writers of one row
        // repeating alone lets some try in vain until they give up. The lock is taken before the transaction, so
        // that the transaction sees what the one in front of it has written.
        (Some(lane), _) => {
            let lock = format!("select pg_advisory_lock({LANES}, {})", lane.cast_signed());
            let unlock = format!("select pg_advisory_unlock({LANES}, {})", lane.cast_signed());
            (vec![lock, WRITE.to_owned()], Some(unlock))
        }
    };
    session.begin(before, after);
    let mut tx = Tx::writing(Conn::Postgres(session), span);
    let answer = work(&mut tx);
    let Ended { rings, conflicted, failed, school } = tx.end();
    match answer {
        Ok(value) if failed.is_none() => match session.commit() {
            Ok(()) => Once::Done(value, rings),
            Err(error) if error.is_conflict() => Once::Conflict(school),
            Err(error) if session.is_broken() => Once::Failed(StoreError::Unknown(error.to_string()).into()),
            Err(error) => Once::Failed(error.into()),
        },
        answer => {
            session.undo();
            let error = match (answer, failed) {
                (Err(error), _) => error,
                (Ok(_), failed) => StoreError::Spoiled(failed.unwrap_or("")).into(),
            };
            match conflicted {
                true => Once::Conflict(school),
                false if session.is_broken() => Once::Broken(error),
                false => Once::Failed(error),
            }
        }
    }
}
