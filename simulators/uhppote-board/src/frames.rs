//! The 64-byte frame: where numbers, dates and times lie in it.
//!
//! Little-endian numbers, decimal digits packed two to a byte (BCD) for dates and times, addresses in network
//! order. Reading never fails loudly: a field that holds nonsense reads as `None`, and the caller decides.

use std::net::Ipv4Addr;

use jiff::civil::{Date, DateTime, Time};

/// Every frame in either direction has this length.
pub(crate) const LENGTH: usize = 64;
/// First byte of a frame.
pub(crate) const START: u8 = 0x17;
/// First byte of events pushed by firmware 6.62.
pub(crate) const START_6_62: u8 = 0x19;
/// Guard word of calls that destroy something.
pub(crate) const MAGIC: u32 = 0x55AA_AA55;

/// A whole frame.
pub(crate) type Bytes = [u8; LENGTH];

/// A request that has the right length and the right first byte.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a>(&'a Bytes);

impl<'a> Request<'a> {
    /// Looks at received bytes; anything but 64 bytes that begin with 0x17 is not a request.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let frame: &Bytes = bytes.try_into().ok()?;
        (frame[0] == START).then_some(Request(frame))
    }

    pub(crate) fn function(self) -> u8 {
        self.0[1]
    }

    pub(crate) fn serial(self) -> u32 {
        self.u32(4)
    }

    pub(crate) fn u8(self, at: usize) -> u8 {
        self.0[at]
    }

    pub(crate) fn flag(self, at: usize) -> bool {
        self.0[at] != 0
    }

    pub(crate) fn u16(self, at: usize) -> u16 {
        u16::from_le_bytes([self.0[at], self.0[at + 1]])
    }

    pub(crate) fn u24(self, at: usize) -> u32 {
        u32::from_le_bytes([self.0[at], self.0[at + 1], self.0[at + 2], 0])
    }

    pub(crate) fn u32(self, at: usize) -> u32 {
        u32::from_le_bytes([self.0[at], self.0[at + 1], self.0[at + 2], self.0[at + 3]])
    }

    pub(crate) fn address(self, at: usize) -> Ipv4Addr {
        Ipv4Addr::new(self.0[at], self.0[at + 1], self.0[at + 2], self.0[at + 3])
    }

    /// Seven flags, Monday first.
    pub(crate) fn weekdays(self, at: usize) -> [bool; 7] {
        std::array::from_fn(|day| self.flag(at + day))
    }

    pub(crate) fn is_guarded(self, at: usize) -> bool {
        self.u32(at) == MAGIC
    }

    /// YYYYMMDD; zero and impossible dates are `None`.
    pub(crate) fn date(self, at: usize) -> Option<Date> {
        let (century, year) = (unbcd(self.0[at])?, unbcd(self.0[at + 1])?);
        let (month, day) = (unbcd(self.0[at + 2])?, unbcd(self.0[at + 3])?);
        let year = i16::from(century) * 100 + i16::from(year);
        if year == 0 {
            return None;
        }
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }

    /// YYYYMMDDHHMMSS; anything impossible is `None`.
    pub(crate) fn date_time(self, at: usize) -> Option<DateTime> {
        let [hour, minute, second] =
            [unbcd(self.0[at + 4])?, unbcd(self.0[at + 5])?, unbcd(self.0[at + 6])?].map(i8::try_from);
        let time = Time::new(hour.ok()?, minute.ok()?, second.ok()?, 0).ok()?;
        Some(self.date(at)?.to_datetime(time))
    }

    /// HHmm as minutes of the day; impossible hours are `None`.
    pub(crate) fn minute_of_day(self, at: usize) -> Option<u16> {
        let (hour, minute) = (unbcd(self.0[at])?, unbcd(self.0[at + 1])?);
        (hour < 24 && minute < 60).then(|| u16::from(hour) * 60 + u16::from(minute))
    }
}

/// An answer or an event under construction; whatever is not written stays zero.
#[derive(Clone)]
pub(crate) struct Reply(Bytes);

impl Reply {
    pub(crate) fn new(function: u8, serial: u32) -> Self {
        let mut reply = Reply([0; LENGTH]);
        reply.0[0] = START;
        reply.0[1] = function;
        reply.put_u32(4, serial);
        reply
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.0
    }

    pub(crate) fn start_with(&mut self, first: u8) {
        self.0[0] = first;
    }

    pub(crate) fn put(&mut self, at: usize, bytes: &[u8]) {
        self.0[at..at + bytes.len()].copy_from_slice(bytes);
    }

    pub(crate) fn put_u8(&mut self, at: usize, value: u8) {
        self.0[at] = value;
    }

    pub(crate) fn put_flag(&mut self, at: usize, value: bool) {
        self.0[at] = u8::from(value);
    }

    pub(crate) fn put_flags(&mut self, at: usize, values: &[bool]) {
        for (place, value) in values.iter().enumerate() {
            self.put_flag(at + place, *value);
        }
    }

    pub(crate) fn put_u16(&mut self, at: usize, value: u16) {
        self.put(at, &value.to_le_bytes());
    }

    pub(crate) fn put_u24(&mut self, at: usize, value: u32) {
        self.put(at, &value.to_le_bytes()[..3]);
    }

    pub(crate) fn put_u32(&mut self, at: usize, value: u32) {
        self.put(at, &value.to_le_bytes());
    }

    pub(crate) fn put_address(&mut self, at: usize, value: Ipv4Addr) {
        self.put(at, &value.octets());
    }

    /// YYYYMMDD in four bytes.
    pub(crate) fn put_date(&mut self, at: usize, date: Date) {
        self.put_u8(at, bcd(date.year() / 100));
        self.put_short_date(at + 1, date);
    }

    /// YYMMDD in three bytes.
    pub(crate) fn put_short_date(&mut self, at: usize, date: Date) {
        self.put(at, &[bcd(date.year() % 100), bcd(date.month().into()), bcd(date.day().into())]);
    }

    /// HHMMSS in three bytes.
    pub(crate) fn put_time(&mut self, at: usize, time: Time) {
        self.put(at, &[bcd(time.hour().into()), bcd(time.minute().into()), bcd(time.second().into())]);
    }

    /// YYYYMMDDHHMMSS in seven bytes.
    pub(crate) fn put_date_time(&mut self, at: usize, value: DateTime) {
        self.put_date(at, value.date());
        self.put_time(at + 4, value.time());
    }

    /// HHmm in two bytes, from minutes of the day.
    pub(crate) fn put_minute_of_day(&mut self, at: usize, minute: u16) {
        let digits = |value: u16| bcd(i16::try_from(value).unwrap_or(0));
        self.put(at, &[digits(minute / 60 % 24), digits(minute % 60)]);
    }
}

/// Two decimal digits in one byte; values outside 0..=99 show their last two digits.
fn bcd(value: i16) -> u8 {
    let value = u8::try_from(value.rem_euclid(100)).unwrap_or(0);
    value / 10 * 16 + value % 10
}

fn unbcd(byte: u8) -> Option<u8> {
    let (high, low) = (byte >> 4, byte & 0x0F);
    (high < 10 && low < 10).then_some(high * 10 + low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(at: usize, bytes: &[u8]) -> Bytes {
        let mut frame = [0; LENGTH];
        frame[0] = START;
        frame[at..at + bytes.len()].copy_from_slice(bytes);
        frame
    }

    #[test]
    fn only_64_bytes_that_begin_with_0x17_are_a_request() {
        assert!(Request::parse(&[START; LENGTH]).is_some());
        assert!(Request::parse(&[START; LENGTH - 1]).is_none());
        assert!(Request::parse(&[START; LENGTH + 1]).is_none());
        assert!(Request::parse(&[0x19; LENGTH]).is_none());
        assert!(Request::parse(&[]).is_none());
    }

    #[test]
    fn impossible_dates_and_times_read_as_nothing() {
        for bad in [[0x20, 0x26, 0x13, 0x01], [0x20, 0x26, 0x02, 0x30], [0x20, 0x2A, 0x01, 0x01], [0, 0, 0, 0]] {
            assert_eq!(Request::parse(&frame(8, &bad)).unwrap().date(8), None, "{bad:02x?}");
        }
        assert_eq!(Request::parse(&frame(8, &[0x24, 0x00])).unwrap().minute_of_day(8), None);
        let bad = [0x20, 0x26, 0x01, 0x01, 0x23, 0x60, 0x00];
        assert_eq!(Request::parse(&frame(8, &bad)).unwrap().date_time(8), None);
    }

    #[test]
    fn what_is_written_reads_back() {
        let mut reply = Reply::new(0x50, 405_419_896);
        let at: DateTime = "2026-11-22T15:46:04".parse().unwrap();
        reply.put_date_time(20, at);
        reply.put_u24(30, 999_999);
        reply.put_minute_of_day(34, 23 * 60 + 59);
        let bytes = reply.into_bytes();
        assert_eq!(bytes[..8], [0x17, 0x50, 0, 0, 0x78, 0x37, 0x2a, 0x18]);
        assert_eq!(bytes[20..27], [0x20, 0x26, 0x11, 0x22, 0x15, 0x46, 0x04]);
        let read = Request::parse(&bytes).unwrap();
        assert_eq!(read.date_time(20), Some(at));
        assert_eq!(read.u24(30), 999_999);
        assert_eq!(read.minute_of_day(34), Some(1439));
    }
}
