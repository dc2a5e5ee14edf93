//! A run of grades.

use people::model::ClassName;

use super::Fault;

/// Grades from one up to and with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Grades {
    from: u8,
    to: u8,
}

impl Grades {
    /// Every grade, 0 to 12.
    pub const ALL: Self = Self { from: 0, to: ClassName::MAX_GRADE };
    /// The first grade alone, which has a break of its own in February.
    pub const FIRST: Self = Self { from: 1, to: 1 };

    /// The grades from `from` up to and with `to`.
    ///
    /// # Errors
    /// [`Fault::Grades`] when there are none, or they go beyond 12.
    pub const fn new(from: u8, to: u8) -> Result<Self, Fault> {
        if from > to || to > ClassName::MAX_GRADE { Err(Fault::Grades) } else { Ok(Self { from, to }) }
    }

    /// The lowest.
    pub const fn from(self) -> u8 {
        self.from
    }

    /// The highest.
    pub const fn to(self) -> u8 {
        self.to
    }

    /// Whether a grade is among them.
    pub const fn contains(self, grade: u8) -> bool {
        self.from <= grade && grade <= self.to
    }

    /// Whether a grade is in both.
    pub const fn meets(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    /// How many they are.
    pub const fn count(self) -> u8 {
        self.to - self.from + 1
    }

    /// Whether these are all.
    pub fn is_all(self) -> bool {
        self == Self::ALL
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn two_runs_meet_when_some_grade_is_in_both(a in 0..15_u8, b in 0..15_u8, c in 0..15_u8, d in 0..15_u8) {
            prop_assert_eq!(Grades::new(a, b).is_ok(), a <= b && b <= 12);
            if let (Ok(one), Ok(other)) = (Grades::new(a, b), Grades::new(c, d)) {
                prop_assert_eq!(one.meets(other), (0..=12).any(|grade| one.contains(grade) && other.contains(grade)));
                prop_assert_eq!(usize::from(one.count()), (0..=12).filter(|grade| one.contains(*grade)).count());
            }
        }
    }
}
