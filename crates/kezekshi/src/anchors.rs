//! Anchors of the audit trail, kept beside the data: `audit-anchors.txt`, a block a day, only ever added to.
//!
//! Whoever changes the database may change this file too if he reaches it. So the same goes to the log, which many installations send to another
//! machine; the file may be made one that can only be added to (`chattr +a`), and copied elsewhere with the backups.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::Duration,
};

use accounts::{Anchor, Anchors, App};
use anyhow::Context;
use i18n::local;

const FILE: &str = "audit-anchors.txt";
/// How often it is looked whether a day has begun.
const LOOK: Duration = Duration::from_secs(600);
/// Longer files are refused: a line a school and day makes this years of a big city.
const LONGEST: u64 = 256 << 20;

/// Reads a file of anchors.
///
/// # Errors
/// When it cannot be read or is too long.
pub fn read(path: &Path) -> anyhow::Result<Anchors> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let mut text = String::new();
    let length = file.take(LONGEST + 1).read_to_string(&mut text).with_context(|| path.display().to_string())?;
    anyhow::ensure!(length as u64 <= LONGEST, "{} is too long for a file of anchors", path.display());
    Ok(Anchors::parse(&text))
}

/// The anchors of an installation; none when it has not served a day yet.
///
/// # Errors
/// As [`read`].
pub fn kept(data: &Path) -> anyhow::Result<Anchors> {
    let path = data.join(FILE);
    if path.exists() { read(&path) } else { Ok(Anchors::default()) }
}

/// The thread that writes an anchor each day. It ends when this is dropped.
pub struct Daily {
    stop: Arc<(Mutex<bool>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Daily {
    /// Starts, with today's anchor if it is not there yet.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(app: &App, data: PathBuf) -> std::io::Result<Self> {
        let stop: Arc<(Mutex<bool>, Condvar)> = Arc::default();
        let (app, told) = (app.clone(), stop.clone());
        let thread = thread::Builder::new().name("anchors".into()).spawn(move || {
            loop {
                if let Err(error) = look(&app, &data) {
                    tracing::error!(error = format!("{error:#}"), "today's anchor of the audit trail is not written");
                }
                let stopped = told.0.lock().unwrap_or_else(PoisonError::into_inner);
                let waited = told.1.wait_timeout_while(stopped, LOOK, |stopped| !*stopped);
                if *waited.unwrap_or_else(PoisonError::into_inner).0 {
                    return;
                }
            }
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Daily {
    fn drop(&mut self) {
        *self.stop.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.stop.1.notify_all();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("who writes anchors ended by a panic");
        }
    }
}

/// Writes today's anchor unless it is there. Days are those of the real clock: a demonstration's pass in minutes.
fn look(app: &App, data: &Path) -> anyhow::Result<()> {
    let now = app.session_now();
    let day = |at| local(at, &app.time_zone).date();
    // A clock that was moved back writes no second anchor of a day that is over.
    if kept(data)?.newest().is_some_and(|newest| day(newest) >= day(now)) {
        return Ok(());
    }
    let anchor = app.db.read_blocking(|tx| Anchor::take(tx, now))?;
    append(&data.join(FILE), &anchor)?;
    for (school, number, hash) in &anchor.ends {
        tracing::info!(%school, number, %hash, "the audit trail stands at this line");
    }
    tracing::info!(schools = anchor.ends.len(), hash = %anchor.whole(), "the audit trail of all schools stands so");
    Ok(())
}

fn append(path: &Path, anchor: &Anchor) -> anyhow::Result<()> {
    let write = || {
        let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
        // What the last power failure left unfinished stays as it is; the block begins on a line of its own.
        let torn = if ends_whole(&mut file)? { "" } else { "\n" };
        file.write_all(format!("{torn}{anchor}").as_bytes())?;
        file.sync_all()
    };
    write().with_context(|| path.display().to_string())
}

fn ends_whole(file: &mut File) -> std::io::Result<bool> {
    let mut last = [b'\n'];
    match file.seek(SeekFrom::End(-1)) {
        Ok(_) => file.read_exact(&mut last)?,
        Err(error) if error.kind() == ErrorKind::InvalidInput => {}
        Err(error) => return Err(error),
    }
    Ok(last == [b'\n'])
}

#[cfg(test)]
mod tests {
    use accounts::Ctx;
    use kernel::{Clock, TestClock};
    use testkit::TestDb;

    use super::*;

    #[test]
    fn one_block_a_day_is_added_and_a_torn_one_left_behind() {
        let (t, folder) = (TestDb::sqlite(), tempfile::tempdir().unwrap());
        let school = t.school("School");
        let clock = TestClock::at(t.clock.now());
        let app = App::new(t.db.clone(), testkit::vault(), Arc::new(clock.clone()), t.ids.clone(), false, Vec::new());
        let deed = || {
            let ctx = Ctx::of_program(school, clock.now(), t.ids.clone());
            t.db.write_blocking(move |tx| accounts::audit::<()>(tx, &ctx, "person_edited", None, "")).unwrap();
        };
        let lines = || std::fs::read_to_string(folder.path().join(FILE)).unwrap().lines().count();
        deed();
        look(&app, folder.path()).unwrap();
        look(&app, folder.path()).unwrap();
        assert_eq!(lines(), 2);
        clock.forward_s(86_400);
        deed();
        look(&app, folder.path()).unwrap();
        assert_eq!(lines(), 4);
        // The next day the clock is wrong, then the power goes.
        clock.forward_s(-2 * 86_400);
        look(&app, folder.path()).unwrap();
        assert_eq!(lines(), 4);
        let path = folder.path().join(FILE);
        OpenOptions::new().append(true).open(&path).unwrap().write_all(b"2026-11-2").unwrap();
        clock.forward_s(3 * 86_400);
        look(&app, folder.path()).unwrap();
        assert_eq!(lines(), 7);
        let anchors = kept(folder.path()).unwrap();
        let findings = t.db.read_blocking(|tx| accounts::verify(tx, &anchors)).unwrap();
        assert!(findings.iter().all(|finding| finding.ok), "{findings:?}");
        assert!(findings.iter().any(|finding| finding.what_key == "trail-anchors-torn"));
    }
}
