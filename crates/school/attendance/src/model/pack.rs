//! A day of the whole school in one row.

use kernel::PersonId;

use super::DaySeen;

/// Bytes of an id.
const ID: usize = 16;
/// Bytes of a second.
const SECOND: usize = 3;
/// Bytes of a person's day.
const ENTRY: usize = ID + 3 * SECOND;
/// Seconds that fit beside "none": more than a day of 25 hours has.
const MOST: u32 = (1 << 24) - 2;

/// Everybody's day in short, in the order of persons, as it is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayPack {
    came: u32,
    bytes: Vec<u8>,
}

impl DayPack {
    /// Puts days together; they come in the order of persons.
    pub fn new(days: impl IntoIterator<Item = (PersonId, DaySeen)>) -> Self {
        let mut pack = Self::default();
        for (person, seen) in days {
            pack.came += u32::from(seen.first_in.is_some());
            pack.bytes.extend_from_slice(person.as_bytes());
            for second in [seen.first_in, seen.last_in, seen.last_out] {
                let [_, bytes @ ..] = second.map_or(0, |second| second.min(MOST) + 1).to_be_bytes();
                pack.bytes.extend_from_slice(&bytes);
            }
        }
        pack
    }

    /// How many persons came in.
    pub const fn came(&self) -> u32 {
        self.came
    }

    /// As it is stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The days in stored bytes, in the order of persons; a rest that is none is left out.
    pub fn entries(bytes: &[u8]) -> impl Iterator<Item = (PersonId, DaySeen)> {
        bytes.chunks_exact(ENTRY).filter_map(|entry| {
            let (id, seconds) = entry.split_at_checked(ID)?;
            let mut seconds = seconds.chunks_exact(SECOND).map(|bytes| {
                let number = bytes.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
                number.checked_sub(1)
            });
            let seen = DaySeen { first_in: seconds.next()?, last_in: seconds.next()?, last_out: seconds.next()? };
            Some((PersonId::from_slice(id)?, seen))
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use kernel::Ids;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_put_together_is_read_again(
            days in proptest::collection::vec((0..3_u8, 0..90_001_u32, 0..90_001_u32, 0..90_001_u32), 0..40), seed in any::<u64>(),
        ) {
            let ids = Ids::seeded(seed);
            let second = |second: u32| (second < 90_000).then_some(second);
            let mut given: Vec<(PersonId, DaySeen)> = days
                .into_iter()
                .map(|(kind, first_in, last_in, last_out)| {
                    let seen = match kind {
                        0 => DaySeen::default(),
                        1 => DaySeen { first_in: Some(0), last_in: Some(0), last_out: None },
                        _ => DaySeen { first_in: second(first_in), last_in: second(last_in), last_out: second(last_out) },
                    };
                    (ids.new_id(Timestamp::UNIX_EPOCH), seen)
                })
                .collect();
            given.sort_by_key(|(person, _)| *person);
            let pack = DayPack::new(given.iter().copied());
            prop_assert_eq!(pack.came() as usize, given.iter().filter(|(_, seen)| seen.first_in.is_some()).count());
            prop_assert_eq!(DayPack::entries(pack.as_bytes()).collect::<Vec<_>>(), given);
        }

        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(DayPack::entries(&bytes).count(), bytes.len() / ENTRY);
        }
    }
}
