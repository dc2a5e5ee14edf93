//! The whole way of a pass, as it runs at a school: a board in the test's process, a gate and a server as processes of their own, and
//! the database, looked into from outside.
#![allow(dead_code, unused_imports, reason = "each file of stories uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a story that cannot be told shall stop, and say why"
)]

mod app;
mod program;
mod school;
mod taps;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use tempfile::TempDir;
use testkit::TestDb;
use uhppote_board::{Board, BoardConfig};

pub use app::test_app;
pub use program::{Program, free_port};
pub use school::{GatePlace, School};
pub use taps::{Tap, swipe};

/// How long a story waits for what must come by itself, on a machine that is busy with other things.
pub const LONG: Duration = Duration::from_secs(120);
/// How long a program may take to leave when it is told to.
pub const LEAVE: Duration = Duration::from_secs(15);
/// Between two taps at the whole school: fifty a second.
pub const PACE: Duration = Duration::from_millis(20);

/// The function by which a host takes control of a board.
const TAKE_CONTROL: u8 = 0xA0;

/// A school with its board, and where its programs keep their things.
pub struct Site {
    pub school: School,
    pub board: Board,
    folder: TempDir,
    port: u16,
}

impl Site {
    /// A school of so many people, each with a card of the board's readers. The test's own database is closed: from now on it belongs
    /// to the programs.
    pub fn new(t: &TestDb, people: u32) -> Self {
        Self::with_gate(t, people, GatePlace::AtDoor)
    }

    /// The same with the gate where it is wanted.
    pub fn with_gate(t: &TestDb, people: u32, place: GatePlace) -> Self {
        let board = Board::start(BoardConfig::default()).unwrap();
        let school = School::found(t, people, board.serial(), board.addr(), place);
        t.db.close();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("token"), &school.token).unwrap();
        Self { school, board, folder, port: free_port() }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn server_address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Starts the server; it takes a moment until it serves.
    pub fn start_server(&self) -> Program {
        let listen = self.server_address();
        let arguments = [
            "serve",
            "--listen",
            &listen,
            "--database",
            &self.school.database,
            "--data",
            "server",
            "--connections",
            "4",
            "--boards-listen",
            "127.0.0.1:0",
        ];
        Program::start("server", self.folder(), &arguments)
    }

    /// Starts the gate; it takes a moment until it has the board.
    pub fn start_gate(&self) -> Program {
        self.start_gate_with("token")
    }

    /// Starts the gate with the token in this file of the folder.
    pub fn start_gate_with(&self, token: &str) -> Program {
        let server = format!("http://{}", self.server_address());
        let arguments =
            ["gate", "--server", &server, "--token-file", token, "--data", "gate", "--boards-listen", "127.0.0.1:0"];
        Program::start("gate", self.folder(), &arguments)
    }

    /// Starts the gate while the board decides by itself, and waits until it asks the gate.
    pub fn start_gate_in_control(&self, token: &str) -> Program {
        let before = self.board.requests(TAKE_CONTROL);
        let gate = self.start_gate_with(token);
        until("the gate to take control of the board", || self.board.requests(TAKE_CONTROL) > before);
        gate
    }

    /// Waits until the board has everybody's card and asks the gate.
    pub fn wait_until_ready(&self) {
        let people = self.school.cards.len();
        until("the cards to be on the board", || self.board.cards().len() == people);
        until("the gate to take control of the board", || self.board.requests(TAKE_CONTROL) > 0);
    }

    /// How often the board's doors were opened, by whomever.
    pub fn opened(&self) -> u64 {
        (1..=4).map(|door| self.board.opened(door)).sum()
    }
}

/// Waits until it is so.
///
/// # Panics
/// When it is not so after [`LONG`].
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + LONG;
    while !is_so() {
        assert!(Instant::now() < end, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Whether the long form of the stories is wanted.
pub fn is_long() -> bool {
    std::env::var_os("KEZEKSHI_LONG").is_some()
}
