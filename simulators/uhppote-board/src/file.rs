//! What a board keeps over restarts: a file of lines, each one change, appended as it happens.
//!
//! A line is written to the operating system before the answer leaves, so a killed simulator has lost nothing that
//! it said. A last line without its end is left out. The file is rewritten with only what is current when it is
//! opened and whenever many lines have piled up.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::cards::Card;
use crate::doors::DoorSettings;
use crate::events::Event;
use crate::state::{Settings, State};

/// Lines after which the file is written anew.
const REWRITE_AFTER: usize = 500_000;

/// One line.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Entry {
    /// Whose file this is; the first line.
    Board(u32),
    Settings {
        board: Box<Settings>,
        doors: Box<[DoorSettings; 4]>,
    },
    Card {
        place: usize,
        card: Card,
    },
    CardDeleted(u32),
    CardsCleared,
    Event(Event),
    EventsCleared,
    Bookmark(u32),
}

/// The open file of one board.
#[derive(Debug)]
pub(crate) struct Keeper {
    path: PathBuf,
    file: File,
    lines: usize,
}

impl Keeper {
    /// Reads the file into `state`, if there is one, and opens it for what follows.
    ///
    /// # Errors
    /// Whatever reading and writing says; `InvalidData` names the line that cannot be read or belongs to another
    /// board.
    pub(crate) fn open(path: &Path, state: &mut State) -> io::Result<Self> {
        match fs::read_to_string(path) {
            Ok(text) => load(&text, path, state)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let file = rewrite(path, state)?;
        Ok(Keeper { path: path.to_owned(), file, lines: 0 })
    }

    /// Appends what has changed.
    pub(crate) fn append(&mut self, entries: &[Entry], state: &State) -> io::Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        if self.lines >= REWRITE_AFTER {
            self.file = rewrite(&self.path, state)?;
            self.lines = 0;
            return Ok(());
        }
        let mut text = Vec::new();
        for entry in entries {
            write_line(&mut text, entry)?;
        }
        self.lines += entries.len();
        self.file.write_all(&text)
    }
}

fn write_line(into: &mut impl Write, entry: &Entry) -> io::Result<()> {
    serde_json::to_writer(&mut *into, entry)?;
    into.write_all(b"\n")
}

/// Writes all that is current beside the old file and puts it in its place.
fn rewrite(path: &Path, state: &State) -> io::Result<File> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut out = BufWriter::new(File::create(&beside)?);
    write_line(&mut out, &Entry::Board(state.serial))?;
    write_line(&mut out, &state.settings_entry())?;
    for (place, card) in state.cards.iter() {
        write_line(&mut out, &Entry::Card { place, card: card.clone() })?;
    }
    for event in state.events.iter() {
        write_line(&mut out, &Entry::Event(event.clone()))?;
    }
    write_line(&mut out, &Entry::Bookmark(state.events.bookmark()))?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    fs::rename(&beside, path)?;
    Ok(file)
}

fn load(text: &str, path: &Path, state: &mut State) -> io::Result<()> {
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    for (place, line) in whole.lines().enumerate() {
        let bad = |why: String| {
            io::Error::new(io::ErrorKind::InvalidData, format!("{}, line {}: {why}", path.display(), place + 1))
        };
        let entry = serde_json::from_str(line).map_err(|error| bad(error.to_string()))?;
        take(entry, state).map_err(bad)?;
    }
    state.cards.restored();
    Ok(())
}

fn take(entry: Entry, state: &mut State) -> Result<(), String> {
    match entry {
        Entry::Board(serial) if serial != state.serial => return Err(format!("this is board {serial}'s file")),
        Entry::Board(_) => {}
        Entry::Settings { board, doors } => {
            state.set = *board;
            for (door, set) in state.doors.iter_mut().zip(*doors) {
                door.set = set;
            }
        }
        Entry::Card { place, card } => {
            if !state.cards.restore(place, card) {
                return Err(format!("slot {place} does not fit into the card list"));
            }
        }
        Entry::CardDeleted(number) => {
            state.cards.delete(number);
        }
        Entry::CardsCleared => state.cards.clear(),
        Entry::Event(event) => state.events.restore(event),
        Entry::EventsCleared => state.events.clear(),
        Entry::Bookmark(index) => {
            state.events.set_bookmark(index);
        }
    }
    Ok(())
}
