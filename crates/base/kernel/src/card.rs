//! Card numbers: the bits a card holds and the decimal views that readers give of them.
//!
//! A reader sends a Wiegand frame of 26, 34 or 37 bits; a controller shows it as one decimal number. The same card is a
//! different number on a reader of another format, so the card keeps its data bits and every format's number is derived.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The data bits of a card (without parity), most significant first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Card {
    /// How many data bits: 24 (Wiegand 26), 32 (Wiegand 34 or a 4-byte UID), 35 (Wiegand 37) or 56 (a 7-byte UID).
    pub bits: u8,
    /// The bits as a number below 2^`bits`.
    pub value: u64,
}

/// How a reader sends, and its controller shows, what is on a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderFormat {
    /// Wiegand 26 (H10301), shown as facility code × 100000 + number, as UHPPOTE boards do.
    W26,
    /// Wiegand 26 (H10301), shown as the plain 24-bit number.
    W26Plain,
    /// Wiegand 34, the 32-bit number most significant byte first (UID "big endian").
    W34,
    /// Wiegand 34 with the UID's bytes in reverse (UID "little endian").
    W34Reversed,
    /// Wiegand 37 (H10304): facility code 16 bits, number 19 bits, shown as the plain 35-bit number.
    W37,
}

/// Why a text or frame is no card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// Not a decimal number, a `FC,number` pair or hex.
    #[error("not a card number")]
    NotANumber,
    /// The number does not fit the format.
    #[error("the number does not fit the reader's format")]
    OutOfRange,
    /// The Wiegand frame's length is not 26, 34 or 37.
    #[error("a frame of this length is not known")]
    Length,
    /// A parity bit of the Wiegand frame is wrong.
    #[error("parity is wrong")]
    Parity,
}

const W26_FACTOR: u64 = 100_000;

impl ReaderFormat {
    /// Every format, in the order in which pages list them.
    pub const ALL: [Self; 5] = [Self::W26, Self::W26Plain, Self::W34, Self::W34Reversed, Self::W37];

    /// The word stored in the database and sent on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::W26 => "w26",
            Self::W26Plain => "w26_plain",
            Self::W34 => "w34",
            Self::W34Reversed => "w34_reversed",
            Self::W37 => "w37",
        }
    }

    /// The format of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }

    /// The number this reader gives for `card`; `None` when the card cannot be read by it (too few bits).
    ///
    /// A 26-bit reader sends the low 24 bits of a longer UID: that is what readers in the field do.
    pub fn number(self, card: Card) -> Option<u64> {
        match self {
            Self::W26 => {
                let low = card.value & 0xff_ffff;
                (card.bits >= 24 && card.bits != 35).then_some((low >> 16) * W26_FACTOR + (low & 0xffff))
            }
            Self::W26Plain => (card.bits >= 24 && card.bits != 35).then_some(card.value & 0xff_ffff),
            Self::W34 => (card.bits == 32 || card.bits == 56).then_some(card.value & 0xffff_ffff),
            Self::W34Reversed => (card.bits == 32 || card.bits == 56)
                .then_some(u64::from(((card.value & 0xffff_ffff) as u32).swap_bytes())),
            Self::W37 => (card.bits == 35).then_some(card.value),
        }
    }

    /// The card behind a number given by this reader.
    ///
    /// # Errors
    /// [`CardError::OutOfRange`] when no card of this format gives that number.
    pub fn card(self, number: u64) -> Result<Card, CardError> {
        let fits = |bits: u8, value: u64| {
            if value < 1 << bits { Ok(Card { bits, value }) } else { Err(CardError::OutOfRange) }
        };
        match self {
            Self::W26 => {
                let (facility, low) = (number / W26_FACTOR, number % W26_FACTOR);
                if facility > 0xff || low > 0xffff {
                    Err(CardError::OutOfRange)
                } else {
                    fits(24, facility << 16 | low)
                }
            }
            Self::W26Plain => fits(24, number),
            Self::W34 => fits(32, number),
            Self::W34Reversed => {
                let number = u32::try_from(number).map_err(|_| CardError::OutOfRange)?;
                fits(32, u64::from(number.swap_bytes()))
            }
            Self::W37 => fits(35, number),
        }
    }
}

impl fmt::Display for ReaderFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Card {
    /// The card of `bits` data bits and this value.
    ///
    /// # Errors
    /// [`CardError::OutOfRange`] when the length is none of 24, 32, 35, 56 or the value does not fit it.
    pub fn new(bits: u8, value: u64) -> Result<Self, CardError> {
        if matches!(bits, 24 | 32 | 35 | 56) && value < 1 << bits {
            Ok(Self { bits, value })
        } else {
            Err(CardError::OutOfRange)
        }
    }

    /// Reads what a secretary types or a desk reader sends, as a reader of `format` shows it: a decimal number,
    /// `FC,number` (or `FC/number`) of Wiegand 26, or hex with `0x`.
    ///
    /// # Errors
    /// [`CardError`] says whether the text is no number or the number does not fit.
    pub fn parse(text: &str, format: ReaderFormat) -> Result<Self, CardError> {
        let text = text.trim();
        if let Some((facility, number)) = text.split_once([',', '/']) {
            let facility: u8 = facility.trim().parse().map_err(|_| CardError::OutOfRange)?;
            let number: u16 = number.trim().parse().map_err(|_| CardError::OutOfRange)?;
            return Self::new(24, u64::from(facility) << 16 | u64::from(number));
        }
        if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            let value = u64::from_str_radix(hex, 16).map_err(|_| CardError::NotANumber)?;
            return format.card(value);
        }
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(CardError::NotANumber);
        }
        format.card(text.parse().map_err(|_| CardError::OutOfRange)?)
    }

    /// Reads a raw Wiegand frame (first bit sent is the most significant of `frame`) of `length` bits, checking both parities.
    ///
    /// # Errors
    /// [`CardError::Length`] or [`CardError::Parity`].
    pub fn from_wiegand(frame: u64, length: u8) -> Result<Self, CardError> {
        let (even, odd, data) = match length {
            26 => (1..=12, 13..=24, 24_u8),
            34 => (1..=16, 17..=32, 32),
            // H10304: both masks are 18 bits wide and share bit 18.
            37 => (1..=18, 18..=35, 35),
            _ => return Err(CardError::Length),
        };
        let bit = |index: u8| frame >> (length - 1 - index) & 1;
        let ones = |range: std::ops::RangeInclusive<u8>| range.map(bit).sum::<u64>();
        let even_ok = (ones(even) + bit(0)).is_multiple_of(2);
        let odd_ok = (ones(odd) + bit(length - 1)) % 2 == 1;
        if !(even_ok && odd_ok) || (length < 64 && frame >> length != 0) {
            return Err(CardError::Parity);
        }
        Self::new(data, frame >> 1 & ((1 << data) - 1))
    }

    /// The raw Wiegand frame of this card and its length; `None` for a 7-byte UID.
    pub fn to_wiegand(self) -> Option<(u64, u8)> {
        let length = match self.bits {
            24 => 26_u8,
            32 => 34,
            35 => 37,
            _ => return None,
        };
        let half = if length == 37 { 18 } else { self.bits / 2 };
        let body = self.value << 1;
        let bit = |index: u8| body >> (length - 1 - index) & 1;
        let even = (1..=half).map(bit).sum::<u64>() % 2;
        let odd_from = if length == 37 { 18 } else { half + 1 };
        let odd = 1 - (odd_from..=self.bits).map(bit).sum::<u64>() % 2;
        Some((even << (length - 1) | body | odd, length))
    }

    /// Every reader's view of this card: format and number, without those that cannot read it.
    pub fn views(self) -> impl Iterator<Item = (ReaderFormat, u64)> {
        ReaderFormat::ALL.into_iter().filter_map(move |format| format.number(self).map(|number| (format, number)))
    }

    /// The bytes as hex, most significant first and in reverse: readers and card programs show a UID either way. `None` for a card that is
    /// no whole bytes.
    pub fn hex(self) -> Option<[String; 2]> {
        let (digits, spare) = (usize::from(self.bits / 4), 64 - u32::from(self.bits));
        let reversed = self.value.swap_bytes() >> spare;
        self.bits.is_multiple_of(8).then(|| [self.value, reversed].map(|value| format!("{value:0digits$X}")))
    }

    /// Facility code and number of a 26-bit card.
    pub fn facility(self) -> Option<(u8, u16)> {
        (self.bits == 24).then_some(((self.value >> 16) as u8, self.value as u16))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_frames_are_read_and_made() {
        // protocols/controllers.md 2f; values there are left aligned in whole bytes
        for (left_aligned, bytes, length, card) in [
            (0xBDD93740_u64, 4, 26, Card { bits: 24, value: 123 << 16 | 45678 }),
            (0x80800080, 4, 26, Card { bits: 24, value: 1 << 16 | 1 }),
            (0x0250D961C0, 5, 34, Card { bits: 32, value: 0x04A1B2C3 }),
            (0x01F41E2408, 5, 37, Card { bits: 35, value: 1000 << 19 | 123_456 }),
        ] {
            let frame = left_aligned >> (bytes * 8 - length);
            assert_eq!(Card::from_wiegand(frame, length as u8), Ok(card), "{left_aligned:x}");
            assert_eq!(card.to_wiegand(), Some((frame, length as u8)), "{left_aligned:x}");
        }
    }

    #[test]
    fn the_board_shows_facility_times_100000_plus_number() {
        let card = Card::parse("100,58400", ReaderFormat::W34).unwrap();
        assert_eq!(ReaderFormat::W26.number(card), Some(10_058_400));
        assert_eq!(Card::parse("10058400", ReaderFormat::W26), Ok(card));
    }

    #[test]
    fn a_uid_is_shown_in_both_orders_of_its_bytes() {
        for (bits, value, shown) in [
            (24, 0x64E420, Some(["64E420", "20E464"])),
            (32, 0x04A1B2C3, Some(["04A1B2C3", "C3B2A104"])),
            (56, 0x04A1B2C3D4E5F6, Some(["04A1B2C3D4E5F6", "F6E5D4C3B2A104"])),
            (35, 7, None),
        ] {
            assert_eq!(Card::new(bits, value).unwrap().hex(), shown.map(|pair| pair.map(str::to_owned)), "{bits}");
        }
    }

    #[test]
    fn texts_that_are_no_cards_are_refused() {
        for (text, format, error) in [
            ("", ReaderFormat::W26, CardError::NotANumber),
            ("12x", ReaderFormat::W26, CardError::NotANumber),
            ("-1", ReaderFormat::W26, CardError::NotANumber),
            ("25600001", ReaderFormat::W26, CardError::OutOfRange),
            ("165536", ReaderFormat::W26, CardError::OutOfRange),
            ("256,1", ReaderFormat::W26, CardError::OutOfRange),
            ("4294967296", ReaderFormat::W34, CardError::OutOfRange),
            ("99999999999999999999999", ReaderFormat::W34, CardError::OutOfRange),
        ] {
            assert_eq!(Card::parse(text, format), Err(error), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_format_gives_back_the_number_it_was_given(number in any::<u64>(), index in 0..5_usize) {
            let format = ReaderFormat::ALL[index];
            if let Ok(card) = format.card(number) {
                prop_assert_eq!(format.number(card), Some(number));
            }
        }

        #[test]
        fn frames_survive_the_way_there_and_back_and_one_wrong_bit_is_seen(value in any::<u64>(), kind in 0..3_usize, flip in 0..37_u8) {
            let bits = [24, 32, 35][kind];
            let card = Card::new(bits, value & ((1 << bits) - 1)).unwrap();
            let (frame, length) = card.to_wiegand().unwrap();
            prop_assert_eq!(Card::from_wiegand(frame, length), Ok(card));
            let flip = flip % length;
            prop_assert_eq!(Card::from_wiegand(frame ^ 1 << flip, length), Err(CardError::Parity));
        }
    }
}
