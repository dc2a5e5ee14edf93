//! Fields at fixed offsets of a frame. Offsets are constants of the protocol and always within the 64 bytes.

use std::net::Ipv4Addr;

use jiff::civil::{Date, DateTime, Time};

use super::{
    FRAME_LEN, Frame, FrameError, Function, MAGIC, START,
    bcd::{self, BoardDate, BoardMoment},
};

/// Reads fields.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a Frame);

impl Fields<'_> {
    pub(super) fn bytes<const N: usize>(self, at: usize) -> [u8; N] {
        let mut bytes = [0; N];
        bytes.copy_from_slice(&self.0[at..at + N]);
        bytes
    }

    pub(super) fn u8(self, at: usize) -> u8 {
        self.0[at]
    }

    /// Any byte but 0 is true, as the boards' own software takes it.
    pub(super) fn bool(self, at: usize) -> bool {
        self.0[at] != 0
    }

    pub(super) fn bools<const N: usize>(self, at: usize) -> [bool; N] {
        self.bytes(at).map(|byte| byte != 0)
    }

    pub(super) fn u16(self, at: usize) -> u16 {
        u16::from_le_bytes(self.bytes(at))
    }

    pub(super) fn u24(self, at: usize) -> u32 {
        let [low, middle, high] = self.bytes(at);
        u32::from_le_bytes([low, middle, high, 0])
    }

    pub(super) fn u32(self, at: usize) -> u32 {
        u32::from_le_bytes(self.bytes(at))
    }

    pub(super) fn ip(self, at: usize) -> Ipv4Addr {
        Ipv4Addr::from(self.bytes::<4>(at))
    }

    /// A date that a board may hold broken.
    pub(super) fn board_date(self, at: usize) -> BoardDate {
        BoardDate::from_wire(self.bytes(at))
    }

    /// A moment that a board may hold broken.
    pub(super) fn board_moment(self, at: usize) -> BoardMoment {
        BoardMoment::from_wire(self.bytes(at))
    }

    /// A date, or none.
    pub(super) fn date(self, at: usize) -> Result<Option<Date>, FrameError> {
        let bytes = self.bytes(at);
        if bytes == [0; 4] { Ok(None) } else { bcd::date(bytes).map(Some).ok_or(FrameError::Bcd { at }) }
    }

    pub(super) fn moment(self, at: usize) -> Result<DateTime, FrameError> {
        bcd::moment(self.bytes(at)).ok_or(FrameError::Bcd { at })
    }

    pub(super) fn hour_minute(self, at: usize) -> Result<Time, FrameError> {
        bcd::hour_minute(self.bytes(at)).ok_or(FrameError::Bcd { at })
    }

    pub(super) fn magic(self, at: usize) -> Result<(), FrameError> {
        if self.u32(at) == MAGIC { Ok(()) } else { Err(FrameError::Magic) }
    }

    /// The value that `parse` makes of the byte.
    pub(super) fn code<T>(self, at: usize, parse: impl Fn(u8) -> Option<T>) -> Result<T, FrameError> {
        parse(self.0[at]).ok_or(FrameError::Value { at })
    }
}

/// Builds a frame.
pub(super) struct Filler(Frame);

impl Filler {
    pub(super) fn new(function: Function, serial: u32) -> Self {
        let mut frame = [0; FRAME_LEN];
        frame[0] = START;
        frame[1] = function.code();
        Self(frame).u32(4, serial)
    }

    pub(super) fn done(self) -> Frame {
        self.0
    }

    pub(super) fn bytes<const N: usize>(mut self, at: usize, bytes: [u8; N]) -> Self {
        self.0[at..at + N].copy_from_slice(&bytes);
        self
    }

    pub(super) fn u8(self, at: usize, value: u8) -> Self {
        self.bytes(at, [value])
    }

    pub(super) fn bool(self, at: usize, value: bool) -> Self {
        self.bytes(at, [u8::from(value)])
    }

    pub(super) fn bools<const N: usize>(self, at: usize, values: [bool; N]) -> Self {
        self.bytes(at, values.map(u8::from))
    }

    pub(super) fn u16(self, at: usize, value: u16) -> Self {
        self.bytes(at, value.to_le_bytes())
    }

    pub(super) fn u24(self, at: usize, value: u32) -> Self {
        let [low, middle, high, _] = value.to_le_bytes();
        self.bytes(at, [low, middle, high])
    }

    pub(super) fn u32(self, at: usize, value: u32) -> Self {
        self.bytes(at, value.to_le_bytes())
    }

    pub(super) fn ip(self, at: usize, value: Ipv4Addr) -> Self {
        self.bytes(at, value.octets())
    }

    pub(super) fn board_date(self, at: usize, value: BoardDate) -> Self {
        self.bytes(at, value.to_wire())
    }

    pub(super) fn board_moment(self, at: usize, value: BoardMoment) -> Self {
        self.bytes(at, value.to_wire())
    }

    pub(super) fn date(self, at: usize, value: Option<Date>) -> Self {
        self.bytes(at, value.map_or([0; 4], bcd::date_bytes))
    }

    pub(super) fn moment(self, at: usize, value: DateTime) -> Self {
        self.bytes(at, bcd::moment_bytes(value))
    }

    pub(super) fn hour_minute(self, at: usize, value: Time) -> Self {
        self.bytes(at, bcd::hour_minute_bytes(value))
    }

    pub(super) fn magic(self, at: usize) -> Self {
        self.u32(at, MAGIC)
    }
}
