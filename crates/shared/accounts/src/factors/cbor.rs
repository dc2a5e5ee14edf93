//! As much of CBOR (RFC 8949) as passkeys are written in: whole numbers, bytes, texts, lists and maps of a told length. Total on any bytes.

/// A value that was read. Texts, lists and what is no part of passkeys are walked over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item<'a> {
    Number(i64),
    Bytes(&'a [u8]),
    Text(&'a str),
    /// A map: the keys and values that are kept.
    Map(Vec<(Item<'a>, Item<'a>)>),
    /// Anything else.
    Other,
}

/// Nothing of passkeys lies deeper.
const DEPTH: u8 = 8;
/// Entries of a map that are kept; one with more is refused.
const ENTRIES: u64 = 32;

impl<'a> Item<'a> {
    /// The first value of `bytes`, and how many bytes it takes; none when there is none.
    pub(super) fn read(bytes: &'a [u8]) -> Option<(Self, usize)> {
        let mut rest = bytes;
        let item = read(&mut rest, DEPTH)?;
        Some((item, bytes.len() - rest.len()))
    }

    /// The value under a key of a map.
    pub(super) fn get(&self, key: &Item<'_>) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries.iter().find(|(known, _)| known == key).map(|(_, value)| value),
            _ => None,
        }
    }

    pub(super) fn bytes(&self) -> Option<&'a [u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub(super) fn number(&self) -> Option<i64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(length)?;
    *rest = left;
    Some(taken)
}

/// The number behind a head's five low bits: lengths that are left open are refused, as the rules for passkeys say.
fn argument(rest: &mut &[u8], low: u8) -> Option<u64> {
    let length = match low {
        0..=23 => return Some(u64::from(low)),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    Some(take(rest, length)?.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

fn read<'a>(rest: &mut &'a [u8], depth: u8) -> Option<Item<'a>> {
    let depth = depth.checked_sub(1)?;
    let head = *take(rest, 1)?.first()?;
    let argument = argument(rest, head & 0x1f)?;
    let length = usize::try_from(argument).ok();
    Some(match head >> 5 {
        0 => Item::Number(i64::try_from(argument).ok()?),
        1 => Item::Number(-1 - i64::try_from(argument).ok()?),
        2 => Item::Bytes(take(rest, length?)?),
        3 => Item::Text(std::str::from_utf8(take(rest, length?)?).ok()?),
        4 => {
            // Each entry takes a byte at least, so the bytes bound the work.
            for _ in 0..argument {
                read(rest, depth)?;
            }
            Item::Other
        }
        5 if argument <= ENTRIES => {
            let mut entries = Vec::new();
            for _ in 0..argument {
                entries.push((read(rest, depth)?, read(rest, depth)?));
            }
            Item::Map(entries)
        }
        // Plain values: false, true, null, floats. The argument has been taken with the head.
        7 => Item::Other,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_read_with_their_length() {
        // {1: 2, -1: h'0102', "a": [1, true]}, and a byte behind it
        let bytes = [0xa3, 0x01, 0x02, 0x20, 0x42, 1, 2, 0x61, b'a', 0x82, 0x01, 0xf5, 0xff];
        let (item, length) = Item::read(&bytes).unwrap();
        assert_eq!(length, 12);
        assert_eq!(item.get(&Item::Number(1)).and_then(Item::number), Some(2));
        assert_eq!(item.get(&Item::Number(-1)).and_then(Item::bytes), Some(&[1, 2][..]));
        assert_eq!(item.get(&Item::Text("a")), Some(&Item::Other));
        assert_eq!(item.get(&Item::Text("b")), None);
    }

    #[test]
    fn what_is_cut_off_too_deep_or_without_a_length_is_refused() {
        for bytes in [
            &[][..],
            &[0x42, 1],
            &[0x5f, 0xff],
            &[0xa1, 1],
            &[0x81; 40],
            &[0xb8, 0x21],
            &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        ] {
            assert_eq!(Item::read(bytes), None, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_value_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            if let Some((_, length)) = Item::read(&bytes) {
                prop_assert!(length <= bytes.len());
            }
        }
    }
}
