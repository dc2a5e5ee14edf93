//! The real program as a process: started, told to stop, or killed.

use std::{
    fs::File,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU16, AtomicU32, Ordering},
    time::{Duration, Instant},
};

use super::until;

/// The ports from which a system takes those of outgoing connections begin above: a gate that knocks at a server that is away must not
/// be given the server's own port.
const PORTS: std::ops::Range<u16> = 12_000..30_000;
/// The number of the signal that tells a program to stop.
const SIGTERM: u32 = 15;
/// Lines of a log that are shown of a story that failed.
const SHOWN: usize = 30;

/// A running program. Killed when dropped; its log is shown when the story failed.
pub struct Program {
    name: &'static str,
    child: Child,
    log: PathBuf,
}

impl Program {
    /// Starts the program in this folder, with a log of its own there.
    pub fn start(name: &'static str, folder: &Path, arguments: &[&str]) -> Self {
        Self::start_with(name, folder, arguments, &[])
    }

    /// The same with these variables in its environment, and none of the tests'.
    pub fn start_with(name: &'static str, folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        static RUN: AtomicU32 = AtomicU32::new(0);
        let log = folder.join(format!("{name}-{}.log", RUN.fetch_add(1, Ordering::SeqCst)));
        let mut command = Command::new(env!("CARGO_BIN_EXE_kezekshi"));
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("KEZEKSHI_") {
                command.env_remove(variable);
            }
        }
        let child = command
            .args(arguments)
            .envs(variables.iter().copied())
            .env("NO_COLOR", "1")
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        Self { name, child, log }
    }

    /// How much memory it holds now, in KiB.
    pub fn memory_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        resident.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// All that it has said so far.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap()).into_owned()
    }

    /// Takes its life without a word, as a power cut does.
    ///
    /// # Panics
    /// When it had ended by itself.
    pub fn kill(mut self) {
        let ended = self.child.try_wait().unwrap();
        assert_eq!(ended, None, "the {} ended by itself", self.name);
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Tells it to stop, as a service manager does, and waits until it has. A program that was started just now is first given the time
    /// to listen to its signals.
    ///
    /// # Panics
    /// When it does not leave within `within`, or not well.
    pub fn stop(mut self, within: Duration) {
        until("the program to listen to its signals", || {
            assert_eq!(self.child.try_wait().unwrap(), None, "the {} ended by itself", self.name);
            hears_sigterm(self.child.id())
        });
        self.tell_to_stop();
        let status = self.end(within);
        assert_eq!(status.code(), Some(0), "the {} ended with {status}", self.name);
    }

    /// Sends it SIGTERM, whether or not it listens already.
    pub fn tell_to_stop(&self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// Whether it listens to SIGTERM by now.
    pub fn listens_to_signals(&self) -> bool {
        hears_sigterm(self.child.id())
    }

    /// Waits until it has ended by itself.
    ///
    /// # Panics
    /// When it has not within `within`.
    pub fn end(&mut self, within: Duration) -> ExitStatus {
        let end = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "the {} still runs after {within:?}", self.name);
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let said = self.said();
            let lines: Vec<_> = said.lines().collect();
            println!("the {} said at last:\n{}\n", self.name, lines[lines.len().saturating_sub(SHOWN)..].join("\n"));
        }
    }
}

/// Whether a process has said what it does when it is told to stop.
fn hears_sigterm(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
    u64::from_str_radix(caught.trim(), 16).unwrap() >> (SIGTERM - 1) & 1 == 1
}

/// A port of the loopback on which nobody listens. Tests run as processes at once, so each begins elsewhere.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = std::process::id().wrapping_mul(37) as u16;
    for _ in 0..PORTS.len() {
        let step = NEXT.fetch_add(1, Ordering::SeqCst);
        let port = PORTS.start + first.wrapping_add(step) % (PORTS.end - PORTS.start);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}
