//! Who went in and out on a day.

use kernel::Direction;

/// One pass of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DayPass {
    /// Seconds since the day began.
    pub second: u32,
    /// Towards the street.
    pub is_out: bool,
}

impl DayPass {
    /// Bytes of one pass.
    const BYTES: usize = 3;
    /// Seconds that fit: more than a day of 25 hours has.
    const MOST: u32 = (1 << 23) - 1;

    /// A pass.
    pub fn new(second: u32, way: Direction) -> Self {
        Self { second: second.min(Self::MOST), is_out: way == Direction::Out }
    }

    fn to_bytes(self) -> [u8; Self::BYTES] {
        let [_, bytes @ ..] = (self.second << 1 | u32::from(self.is_out)).to_be_bytes();
        bytes
    }

    fn of_bytes(bytes: &[u8]) -> Self {
        let number = bytes.iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        Self { second: number >> 1, is_out: number & 1 == 1 }
    }
}

/// Every pass of a person's day, sorted, each once: it does not matter in which order and how often passes are learnt of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayPasses(Vec<DayPass>);

impl DayPasses {
    /// More passes of a day than this are not kept: nobody goes in and out so often, but a broken reader may say so.
    pub const LIMIT: usize = 500;

    /// Takes a pass. What is known already changes nothing.
    pub fn take(&mut self, pass: DayPass) {
        if let Err(place) = self.0.binary_search(&pass) {
            self.0.insert(place, pass);
            // The earliest stay, whatever comes first, so that the order in which they come still does not matter.
            self.0.truncate(Self::LIMIT);
        }
    }

    /// The passes, the earliest first.
    pub fn all(&self) -> &[DayPass] {
        &self.0
    }

    /// As they are stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|pass| pass.to_bytes()).collect()
    }

    /// As they were stored; a rest that is no pass is left out.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut passes = Self::default();
        for bytes in bytes.chunks_exact(DayPass::BYTES) {
            passes.take(DayPass::of_bytes(bytes));
        }
        passes
    }

    /// In short.
    pub fn seen(&self) -> DaySeen {
        let last = |is_out| self.0.iter().rev().find(|pass| pass.is_out == is_out).map(|pass| pass.second);
        DaySeen {
            first_in: self.0.iter().find(|pass| !pass.is_out).map(|pass| pass.second),
            last_in: last(false),
            last_out: last(true),
        }
    }
}

/// A person's day in short: seconds since the day began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DaySeen {
    /// The first way in.
    pub first_in: Option<u32>,
    /// The last way in.
    pub last_in: Option<u32>,
    /// The last way out.
    pub last_out: Option<u32>,
}

impl DaySeen {
    /// Whether the person was seen at all.
    pub const fn is_seen(self) -> bool {
        self.first_in.is_some() || self.last_out.is_some()
    }

    /// Whether the person is inside after the last pass.
    pub fn is_inside(self) -> bool {
        self.last_in.is_some_and(|last_in| self.last_out.is_none_or(|out| out < last_in))
    }

    /// When the person left for good, if the last pass was one out.
    pub fn left_at(self) -> Option<u32> {
        if self.is_inside() { None } else { self.last_out }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn passes(given: &[(u32, bool)]) -> DayPasses {
        let mut passes = DayPasses::default();
        for (second, is_out) in given {
            passes.take(DayPass { second: *second, is_out: *is_out });
        }
        passes
    }

    #[test]
    fn a_day_in_short() {
        let seen = |given: &[(u32, bool)]| passes(given).seen();
        let day = seen(&[(100, false), (200, true), (300, false)]);
        assert_eq!((day.first_in, day.last_in, day.last_out), (Some(100), Some(300), Some(200)));
        assert!(day.is_inside() && day.left_at().is_none());
        assert_eq!(seen(&[(100, false), (200, true)]).left_at(), Some(200));
        let only_out = seen(&[(200, true)]);
        assert!(only_out.is_seen() && !only_out.is_inside() && only_out.left_at() == Some(200));
        assert!(!seen(&[]).is_seen());
    }

    proptest! {
        #[test]
        fn order_and_repeats_do_not_matter(
            given in proptest::collection::vec((0_u32..90_000, any::<bool>()), 0..60),
            seed in any::<u64>(),
        ) {
            let once = passes(&given);
            let mut turned = given.clone();
            let by = (seed as usize).checked_rem(given.len()).unwrap_or(0);
            turned.rotate_left(by);
            turned.extend(given.iter().copied().take(by));
            prop_assert_eq!(&passes(&turned), &once);
            prop_assert_eq!(&DayPasses::of_bytes(&once.to_bytes()), &once);
            prop_assert!(once.all().is_sorted());
        }

        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
            let read = DayPasses::of_bytes(&bytes);
            prop_assert!(read.all().len() <= DayPasses::LIMIT);
        }
    }
}
