//! PostgreSQL: a pool of sessions with their prepared statements, serializable writes repeated on a conflict.

mod lanes;
mod line;
mod session;
mod values;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use lanes::Lanes;
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
/// For work that cannot be repeated: who waited for another migration's lock sees what that one did. It waits as long as that takes, and reads
/// its rows from a file that may be slow.
pub(crate) const APART: &str = "begin isolation level read committed; set local lock_timeout = 0;
    set local idle_in_transaction_session_timeout = '1h'";

pub(crate) struct Postgres {
    config: Config,
    sessions: Pool<Session>,
    lanes: Arc<Lanes>,
    /// Spreads those who were in conflict.
    turns: AtomicU64,
}

impl Postgres {
    pub(crate) fn new(config: Config, most: usize) -> Self {
        Self { config, sessions: Pool::new(most), lanes: Arc::default(), turns: AtomicU64::new(0) }
    }

    /// A session outside of a transaction.
    pub(crate) fn session<T>(
        &self,
        longest: Duration,
        choice: Choice,
        work: impl FnOnce(&mut Session) -> T,
    ) -> Result<T, StoreError> {
        let make = || Session::connect(&self.config, self.lanes.clone());
        self.sessions.lend(longest, choice, make, Session::is_sound, work)
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
                session.begin(READ);
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
        let (mut choice, mut lane, mut is_second_look) = (Choice::Any, None, false);
        for attempt in 1..=MAX_TRIES {
            let began = Instant::now();
            match self.session(longest, choice, |session| write_once(session, span, lane, &mut work))? {
                Once::Done(value, rings) => {
                    metrics::histogram!("kezekshi_store_transaction_seconds", "kind" => "write")
                        .record(began.elapsed().as_secs_f64());
                    return Ok((value, rings));
                }
                Once::Broken(_) if choice == Choice::Any => choice = Choice::Fresh,
                Once::Doubtful(_, school) if !is_second_look => {
                    is_second_look = true;
                    self.lanes.open(school);
                    lane = Some(school);
                }
                Once::Failed(error) | Once::Broken(error) | Once::Doubtful(error, _) => return Err(error),
                Once::Conflict(school) => {
                    metrics::counter!("kezekshi_store_conflicts_total").increment(1);
                    self.lanes.open(school);
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
    /// A row stood where one should. Whether it stood there when the work looked, or a neighbour has put it there since, only a second run
    /// can tell: the database names both alike.
    Doubtful(E, u32),
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
    // A single statement is a transaction by itself, unless it has to stand in line.
    if span == Span::Whole || lane.is_some() {
        session.begin(WRITE);
    }
    if let Some(lane) = lane {
        session.stand_in(lane);
    }
    let mut tx = Tx::writing(Conn::Postgres(session), span);
    let answer = work(&mut tx);
    let Ended { rings, statements, conflicted, duplicate, failed, school } = tx.end();
    // What the first statement met stood there before all that this work has seen.
    let has_looked = statements > 1;
    match answer {
        Ok(value) if failed.is_none() => match session.commit() {
            Ok(()) => Once::Done(value, rings),
            Err(error) if error.is_conflict() => Once::Conflict(school),
            // The line broke before the commit was reached: nothing is kept, for certain.
            Err(error) if session.is_broken() && (session.blamed().is_some() || error.is_idle_end()) => {
                Once::Broken(error.into())
            }
            Err(error) if session.is_broken() => Once::Failed(StoreError::Unknown(error.to_string()).into()),
            Err(error) if error.is_duplicate() && has_looked => Once::Doubtful(error.into(), school),
            Err(error) => Once::Failed(error.about(session.blamed().unwrap_or("commit")).into()),
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
                false if duplicate && has_looked => Once::Doubtful(error, school),
                false => Once::Failed(error),
            }
        }
    }
}
