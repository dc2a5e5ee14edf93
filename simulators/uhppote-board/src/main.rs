//! The simulated board as a program: `uhppote-board --serial N --bind ADDRESS`.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal: what it prints is its page")]

use std::io::{self, BufRead};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use uhppote_board::{Board, BoardConfig, Event, UnknownCard};

const COMMANDS: &str = "\
Commands, one a line on standard input:
  swipe <card> <door> in|out          hold a card to a reader; prints the event
  pin <card> <door> in|out <pin>      the same, with a PIN typed
  button <door>                       press the exit button
  code <door> <code>                  type a supervisor's code
  open <door> | close <door>          move the door itself
  force <door> | hold <door>          break it open, or keep it open too long
  fire on|off                         switch the fire input
  clock <seconds>                     make the clock wrong by so much
  unplug | plug                       pull the network plug, put it back
  lose on|off                         lose pushed events
  power                               take the power away for a moment
  cards | events [count]              list what the board holds
  opened                              how often each relay was pulsed
  board <number>                      which board the next commands are for, from 1
  help | quit
End of input leaves the boards running; stop them with Ctrl-C.";

/// A simulated UHPPOTE UT0311-L04 controller board: four doors, cards and events, over UDP and TCP.
#[derive(Debug, Parser)]
#[command(name = "uhppote-board", version, after_help = COMMANDS)]
struct Options {
    /// Serial number of the (first) board; it is the board's identity on the wire.
    #[arg(long, default_value_t = 405_419_896, value_parser = clap::value_parser!(u32).range(1..))]
    serial: u32,

    /// Address for UDP and TCP. Port 0 takes a free one; the address taken is printed.
    #[arg(long, default_value = "127.0.0.1:60000")]
    bind: SocketAddr,

    /// Number of boards, with consecutive serial numbers and ports.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    count: u16,

    /// File that keeps cards, events and settings over restarts. With several boards the serial is appended.
    #[arg(long)]
    file: Option<PathBuf>,

    /// How many cards fit.
    #[arg(long, default_value_t = 20_000)]
    cards: usize,

    /// How many events are kept before the oldest is overwritten.
    #[arg(long, default_value_t = 100_000)]
    events: usize,

    /// Seconds after which a board under a host's control decides by itself when the host is silent.
    #[arg(long, default_value_t = 30.0, value_parser = seconds)]
    host_silence: f64,

    /// Hours by which local time is ahead of UTC.
    #[arg(long, default_value_t = 5, allow_hyphen_values = true, value_parser = clap::value_parser!(i32).range(-14..=14))]
    utc_offset: i32,

    /// Deny cards that are not in the list at once (reason 18), even when a host decides.
    #[arg(long)]
    deny_unknown_at_once: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|seconds| (0.0..=86_400.0).contains(seconds))
        .ok_or_else(|| format!("{text} is not a number of seconds between 0 and 86400"))
}

fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("uhppote-board: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> io::Result<()> {
    let boards = (0..options.count).map(|place| start(options, place)).collect::<io::Result<Vec<Board>>>()?;
    let mut chosen = 0;
    for line in io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] => {}
            ["quit"] => return Ok(()),
            ["help"] => println!("{COMMANDS}"),
            ["board", number] => match number.parse::<usize>() {
                Ok(number) if (1..=boards.len()).contains(&number) => chosen = number - 1,
                _ => println!("error: board {number} is not between 1 and {}", boards.len()),
            },
            words => match obey(&boards[chosen], words) {
                Some(answer) => println!("{answer}"),
                None => println!("error: not understood, type help"),
            },
        }
    }
    loop {
        std::thread::park();
    }
}

/// Starts the board that stands at `place`, counted from 0.
fn start(options: &Options, place: u16) -> io::Result<Board> {
    let no_room = |what: &str| io::Error::new(io::ErrorKind::InvalidInput, format!("no {what} left for board {place}"));
    let serial = options.serial.checked_add(u32::from(place)).ok_or_else(|| no_room("serial number"))?;
    let mut bind = options.bind;
    if bind.port() != 0 {
        bind.set_port(bind.port().checked_add(place).ok_or_else(|| no_room("port"))?);
    }
    let file = options.file.clone().map(|file| match options.count {
        1 => file,
        _ => {
            let mut name = file.into_os_string();
            name.push(format!(".{serial}"));
            PathBuf::from(name)
        }
    });
    let board = Board::start(BoardConfig {
        serial,
        bind,
        capacity: options.cards,
        events: options.events,
        utc_offset_s: options.utc_offset * 3600,
        host_silence: Duration::from_secs_f64(options.host_silence),
        unknown_card: if options.deny_unknown_at_once { UnknownCard::DenyAtOnce } else { UnknownCard::AskHost },
        file,
        ..BoardConfig::default()
    })?;
    println!("board {serial} at {}", board.addr());
    Ok(board)
}

/// Does what a line says; `None` when it says nothing known.
fn obey(board: &Board, words: &[&str]) -> Option<String> {
    let index = match words {
        ["swipe", card, door, way] => board.swipe(card.parse().ok()?, door.parse().ok()?, is_in(way)?),
        ["pin", card, door, way, pin] => {
            board.swipe_with_pin(card.parse().ok()?, door.parse().ok()?, is_in(way)?, pin.parse().ok()?)
        }
        ["button", door] => board.press_button(door.parse().ok()?),
        ["code", door, code] => board.enter_passcode(door.parse().ok()?, code.parse().ok()?),
        ["open", door] => board.door_opened(door.parse().ok()?),
        ["close", door] => board.door_closed(door.parse().ok()?),
        ["force", door] => board.door_forced(door.parse().ok()?),
        ["hold", door] => board.door_held(door.parse().ok()?),
        ["fire", switch] => board.fire(is_on(switch)?),
        _ => return settle(board, words),
    };
    Some(board.event(index).map_or_else(|| "no event".into(), |event| describe(&event)))
}

/// Commands that make no event of their own.
fn settle(board: &Board, words: &[&str]) -> Option<String> {
    match words {
        ["clock", seconds] => board.set_clock_offset_s(seconds.parse().ok()?),
        ["unplug"] => board.unplug(),
        ["plug"] => board.plug(),
        ["lose", switch] => board.drop_pushes(is_on(switch)?),
        ["power"] => board.power_cycle(),
        ["opened"] => return Some((1..=4).map(|door| board.opened(door).to_string()).collect::<Vec<_>>().join(" ")),
        ["cards"] => return Some(list(board.cards(), usize::MAX, |card| format!("{card:?}"))),
        ["events"] => return Some(list(board.events(), usize::MAX, describe)),
        ["events", count] => return Some(list(board.events(), count.parse().ok()?, describe)),
        _ => return None,
    }
    Some("done".into())
}

/// The last `count` of them, one a line, and how many there are.
fn list<T>(all: Vec<T>, count: usize, line: impl Fn(&T) -> String) -> String {
    let mut lines: Vec<String> = all.iter().skip(all.len().saturating_sub(count)).map(line).collect();
    lines.push(format!("{} in all", all.len()));
    lines.join("\n")
}

fn describe(event: &Event) -> String {
    let Event { index, kind, granted, door, direction, card, at, reason } = event;
    let outcome = if *granted { "granted" } else { "denied" };
    format!("event {index} {at} type {kind} {outcome} door {door} direction {direction} card {card} reason {reason}")
}

fn is_in(word: &str) -> Option<bool> {
    match word {
        "in" => Some(true),
        "out" => Some(false),
        _ => None,
    }
}

fn is_on(word: &str) -> Option<bool> {
    match word {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}
