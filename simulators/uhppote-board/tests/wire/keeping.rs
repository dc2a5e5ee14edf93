//! What survives a restart of the simulator.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use uhppote_board::{Board, BoardConfig};

use crate::host::{Host, MAGIC, u32_at};

fn start(file: &Path) -> std::io::Result<Board> {
    Board::start(BoardConfig { file: Some(file.to_owned()), capacity: 100, events: 10, ..BoardConfig::default() })
}

#[test]
fn cards_events_bookmark_settings_and_the_clock_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("board");
    let (cards, events) = {
        let board = start(&file).unwrap();
        let host = Host::of(&board);
        for number in 1..=20 {
            host.puts(number, [1, 0, 0, 0]);
        }
        host.does(0x52, &[5]);
        host.ask(0x80, &[2, 1, 33]);
        host.does(0x84, &[3]);
        board.set_clock_offset_s(7 * 86_400);
        for _ in 0..15 {
            board.swipe(3, 4, true);
        }
        assert!(host.does(0xB2, &[&[12, 0, 0, 0], &MAGIC[..]].concat()));
        (board.cards(), board.events())
    };
    let board = start(&file).unwrap();
    let host = Host::of(&board);
    assert_eq!(board.cards(), cards);
    assert_eq!(board.events(), events);
    assert_eq!(u32_at(&host.ask(0x5C, &[5]), 8), u32::MAX, "a deleted slot stays deleted");
    assert_eq!(host.ask(0x82, &[2])[8..11], [2, 1, 33]);
    assert_eq!(host.ask(0x86, &[])[8], 3);
    assert_eq!(u32_at(&host.ask(0xB4, &[]), 8), 12);
    let index = board.swipe(3, 4, true);
    assert_eq!(index, 16);
    let (before, after) = (events.last().unwrap().at, board.events().last().unwrap().at);
    assert!(before.duration_until(after).as_secs().abs() < 3600, "the clock is as wrong as before");
}

#[test]
fn what_was_cleared_stays_cleared() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("board");
    {
        let board = start(&file).unwrap();
        let host = Host::of(&board);
        host.puts(7, [1; 4]);
        board.swipe(7, 1, true);
        host.does(0xC8, &MAGIC);
        host.puts(8, [1; 4]);
    }
    let board = start(&file).unwrap();
    assert_eq!(board.cards().iter().map(|card| card.number).collect::<Vec<_>>(), [8]);
    assert_eq!(board.swipe(8, 1, true), 1);
}

#[test]
fn a_torn_last_line_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("board");
    {
        let board = start(&file).unwrap();
        Host::of(&board).puts(7, [1; 4]);
    }
    OpenOptions::new().append(true).open(&file).unwrap().write_all(b"{\"CardDeleted\":7").unwrap();
    let board = start(&file).unwrap();
    assert_eq!(board.cards().len(), 1);
    Host::of(&board).puts(8, [1; 4]);
    drop(board);
    assert_eq!(start(&file).unwrap().cards().len(), 2);
}

#[test]
fn a_damaged_file_and_another_boards_file_are_refused_by_name_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("board");
    drop(start(&file).unwrap());
    let whole = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{whole}nonsense\n")).unwrap();
    let told = start(&file).unwrap_err().to_string();
    assert!(told.contains("board, line 4"), "{told}");
    fs::write(&file, whole).unwrap();
    let other = BoardConfig { serial: 1, file: Some(file), ..BoardConfig::default() };
    let told = Board::start(other).unwrap_err().to_string();
    assert!(told.contains("405419896"), "{told}");
}
