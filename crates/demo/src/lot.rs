//! Lots drawn from a seed.

use rand::{RngExt, SeedableRng, rngs::StdRng};

/// A source of lots that gives the same ones for the same seed.
#[derive(Debug)]
pub(crate) struct Lot(StdRng);

impl Lot {
    /// The source of this seed, for this subject: two subjects of one seed have nothing in common.
    pub(crate) fn new(seed: u64, subject: u64) -> Self {
        // An odd multiplier spreads neighbouring subjects over all bits.
        Self(StdRng::seed_from_u64(seed ^ subject.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    /// A number from `from` to below `to`; `from` when there is none.
    pub(crate) fn below(&mut self, from: u32, to: u32) -> u32 {
        if from < to { self.0.random_range(from..to) } else { from }
    }

    /// A number from `from` to below `to`.
    pub(crate) fn float(&mut self, from: f32, to: f32) -> f32 {
        from + (to - from) * self.0.random::<f32>()
    }

    /// A number that tends to the middle between `from` and `to`.
    pub(crate) fn around(&mut self, from: u32, to: u32) -> u32 {
        let span = to.saturating_sub(from);
        from + (self.below(0, span + 1) + self.below(0, span + 1) + self.below(0, span + 1)) / 3
    }

    /// Whether a chance of so many in a thousand comes true.
    pub(crate) fn chance(&mut self, in_thousand: u32) -> bool {
        self.below(0, 1000) < in_thousand
    }

    /// One of the list, which is never empty.
    pub(crate) fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let at = self.below(0, u32::try_from(list.len()).unwrap_or(u32::MAX)) as usize;
        &list[at]
    }

    /// One of the list, each as often as its weight says.
    pub(crate) fn weighed<T: Copy>(&mut self, list: &[(u32, T)]) -> T {
        let mut at = self.below(0, list.iter().map(|(weight, _)| weight).sum());
        for (weight, value) in list {
            if at < *weight {
                return *value;
            }
            at -= weight;
        }
        list[0].1
    }

    /// Up to `count` different places of a list of `length`, in the order drawn.
    pub(crate) fn some_of(&mut self, length: usize, count: usize) -> Vec<usize> {
        rand::seq::index::sample(&mut self.0, length, count.min(length)).into_vec()
    }

    /// A seed for something else.
    pub(crate) fn seed(&mut self) -> u64 {
        self.0.random()
    }
}
