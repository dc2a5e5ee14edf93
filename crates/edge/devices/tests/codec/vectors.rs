//! Frames seen on the wire between other people's clients and boards, byte for byte.

use devices::uhppote::codec::{
    Addressed, BoardDate, BoardMoment, BoardNow, CardRecord, CardSlot, Door, EventKind, EventReason, FRAME_LEN, Frame,
    FrameError, ListenerSetting, Pin, Reply, Request, Status,
};
use jiff::civil::date;

const SERIAL: u32 = 405_419_896;

/// The frame that begins with these bytes, in hex; the rest is zero.
pub fn frame(hex: &str) -> Frame {
    let digits = hex.chars().filter(|digit| !digit.is_whitespace()).collect::<String>();
    let mut frame = [0; FRAME_LEN];
    for (at, byte) in frame.iter_mut().enumerate().take(digits.len() / 2) {
        *byte = u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).unwrap();
    }
    frame
}

fn card() -> CardRecord {
    CardRecord {
        number: 10_058_400,
        from: BoardDate::At(date(2026, 1, 1)),
        until: BoardDate::At(date(2026, 12, 31)),
        doors: [1, 0, 29, 1],
        pin: Pin::new(7531).unwrap(),
        first_card: 0,
    }
}

#[test]
fn requests_have_the_bytes_that_were_seen() {
    let listener = ListenerSetting { ip: [127, 0, 0, 1].into(), port: 60001, auto_send_s: 0 };
    for (request, hex) in [
        (Request::GetController, "1794000078372a18"),
        (Request::SetListener(listener), "1790000078372a187f00000161ea00"),
        (Request::PutCard(card()), "1750000078372a18a07a9900 20260101 20261231 01001d01 6b1d00"),
        (Request::SetPcControl(true), "17a0000078372a18 55aaaa55 01"),
        (Request::OpenDoor(Door::new(3).unwrap()), "1740000078372a18 03"),
        (Request::GetEvent(0xFFFF_FFFF), "17b0000078372a18 ffffffff"),
        (Request::SetTime(date(2026, 11, 22).at(15, 46, 4, 0)), "1730000078372a18 20261122154604"),
        (Request::GetStatus, "1720000078372a18"),
    ] {
        assert_eq!(request.frame(SERIAL), frame(hex), "{request:?}");
        assert_eq!(Request::parse(&frame(hex)), Ok(Addressed { serial: SERIAL, body: request }));
    }
}

#[test]
fn a_pushed_swipe_is_read() {
    let hex = "1720000078372a1802000000 01 00 01 01 a07a9900 20261122154604 12 00000000 00000000 00 154604 07000000 00000000 00 00 00 261122";
    let pushed = Status::parse_pushed(&frame(hex)).unwrap();
    assert_eq!(pushed.serial, SERIAL);
    assert_eq!(pushed.body.sequence, 7);
    assert_eq!(pushed.body.now, BoardNow::At(date(2026, 11, 22).at(15, 46, 4, 0)));
    let event = pushed.body.event.unwrap();
    assert_eq!((event.index, event.kind, event.granted), (2, EventKind::Swipe, false));
    assert_eq!((event.door, event.direction, event.card), (1, 1, 10_058_400));
    assert_eq!(event.at, BoardMoment::At(date(2026, 11, 22).at(15, 46, 4, 0)));
    assert_eq!(event.reason, EventReason::Unknown);
}

#[test]
fn an_event_with_an_impossible_time_is_an_event_all_the_same() {
    let hex = "1720000078372a1802000000 01 00 01 01 a07a9900 20261322154604 05";
    let event = Status::parse_pushed(&frame(hex)).unwrap().body.event.unwrap();
    assert_eq!(event.at, BoardMoment::Impossible([0x20, 0x26, 0x13, 0x22, 0x15, 0x46, 0x04]));
    assert_eq!(event.reason, EventReason::PcControl);
}

#[test]
fn slots_of_the_card_list_are_told_apart() {
    let slot = |hex: &str| match Reply::parse(&frame(hex)).unwrap().body {
        Reply::CardAt(slot) => slot,
        other => panic!("{other:?}"),
    };
    assert_eq!(slot("175c000078372a18 00000000"), CardSlot::Empty);
    assert_eq!(slot("175c000078372a18 ffffffff"), CardSlot::Deleted);
    assert_eq!(slot("175c000078372a18a07a9900 20260101 20261231 01001d01 6b1d00"), CardSlot::Card(card()));
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    for (hex, error) in [
        ("1730000078372a18 20261122244604", FrameError::Bcd { at: 8 }),
        ("1730000078372a18 2026112a154604", FrameError::Bcd { at: 8 }),
        ("1730000078372a18 00000000000000", FrameError::Bcd { at: 8 }),
        ("1740000078372a18 05", FrameError::Value { at: 8 }),
        ("1740000078372a18 00", FrameError::Value { at: 8 }),
        ("1750000078372a18a07a9900 20260230 20261231", FrameError::Bcd { at: 12 }),
        ("1750000078372a18a07a9900 20260101 20261232", FrameError::Bcd { at: 16 }),
        ("1750000078372a18a07a9900 20260101 20261231 01010101 40420f", FrameError::Value { at: 24 }),
        ("1784000078372a18 05", FrameError::Value { at: 8 }),
        ("17a2000078372a18 05", FrameError::Value { at: 8 }),
        ("1799000078372a18", FrameError::UnknownFunction(0x99)),
        ("1994000078372a18", FrameError::Start(0x19)),
        ("0094000078372a18", FrameError::Start(0)),
    ] {
        assert_eq!(Request::parse(&frame(hex)), Err(error), "{hex}");
    }
    assert_eq!(
        Status::parse_pushed(&frame("1794000078372a18")).map(|pushed| pushed.serial).unwrap_err().to_string(),
        "a frame of GetController instead of GetStatus"
    );
}
