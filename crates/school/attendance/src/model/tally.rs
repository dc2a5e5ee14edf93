//! Days added up.

use super::{Reason, Status};

/// So many days of one or many pupils.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Days on which somebody was expected and something is known: present and absent ones.
    pub known: u32,
    /// Days at school, late ones included.
    pub there: u32,
    /// Days on which the pupil came late.
    pub late: u32,
    /// Minutes of it.
    pub late_min: u32,
    /// Days on which the pupil left early without a permission.
    pub early: u32,
    /// Days on which the pupil was let go early.
    pub let_go: u32,
    /// Days away, by reason, in the order of [`Reason::ALL`].
    pub absent: [u32; 5],
    /// Days of lessons of which nothing is known.
    pub unknown: u32,
}

impl Tally {
    /// Adds a day. One without lessons at school counts for nothing, and neither does one that is not decided yet.
    pub fn add(&mut self, status: Status) {
        match status {
            Status::NotYet
            | Status::NoData(super::NoData::NoLessons | super::NoData::RemoteDay | super::NoData::OtherClass) => return,
            Status::NoData(super::NoData::DoorsSilent) => {
                self.unknown += 1;
                return;
            }
            Status::Absent(reason) => {
                self.known += 1;
                if let Some(count) = self.absent.get_mut(place(reason)) {
                    *count += 1;
                }
            }
            Status::Present
            | Status::Late(_)
            | Status::LeftEarly(_)
            | Status::LateAndLeftEarly(..)
            | Status::LeftByLeave(_)
            | Status::LateAndLeftByLeave(..) => {
                self.known += 1;
                self.there += 1;
            }
        }
        if let Some(min) = status.late_min() {
            self.late += 1;
            self.late_min += u32::from(min);
        }
        let is_by_leave = status.is_by_leave();
        self.early += u32::from(status.early_min().is_some() && !is_by_leave);
        self.let_go += u32::from(is_by_leave);
    }

    /// Adds what others come to.
    pub fn join(&mut self, other: &Self) {
        self.known += other.known;
        self.there += other.there;
        self.late += other.late;
        self.late_min += other.late_min;
        self.early += other.early;
        self.let_go += other.let_go;
        self.unknown += other.unknown;
        for (mine, theirs) in self.absent.iter_mut().zip(other.absent) {
            *mine += theirs;
        }
    }

    /// Days away for a reason.
    pub fn absent_for(&self, reason: Reason) -> u32 {
        self.absent.get(place(reason)).copied().unwrap_or(0)
    }

    /// Days away.
    pub fn absent_all(&self) -> u32 {
        self.absent.iter().sum()
    }

    /// How much of the known days somebody was there, in tenths of a percent; `None` when nothing is known.
    pub fn rate_permille(&self) -> Option<u32> {
        (self.known > 0).then(|| (u64::from(self.there) * 1000 / u64::from(self.known)) as u32)
    }
}

fn place(reason: Reason) -> usize {
    Reason::ALL.iter().position(|known| *known == reason).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{super::NoData, *};

    #[test]
    fn days_are_added_up() {
        let mut tally = Tally::default();
        for status in [
            Status::Present,
            Status::Late(7),
            Status::LateAndLeftEarly(3, 20),
            Status::LeftByLeave(40),
            Status::LateAndLeftByLeave(2, 30),
            Status::Absent(Reason::Ill),
            Status::Absent(Reason::Unexplained),
            Status::NotYet,
            Status::NoData(NoData::NoLessons),
            Status::NoData(NoData::OtherClass),
            Status::NoData(NoData::DoorsSilent),
        ] {
            tally.add(status);
        }
        assert_eq!(
            (tally.known, tally.there, tally.late, tally.late_min, tally.early, tally.unknown),
            (7, 5, 3, 12, 1, 1)
        );
        assert_eq!(
            (tally.absent_for(Reason::Ill), tally.absent_for(Reason::Unexplained), tally.absent_all()),
            (1, 1, 2)
        );
        assert_eq!((tally.let_go, tally.rate_permille(), Tally::default().rate_permille()), (2, Some(714), None));
        let mut twice = tally;
        twice.join(&tally);
        assert_eq!((twice.known, twice.absent_all(), twice.let_go, twice.rate_permille()), (14, 4, 4, Some(714)));
    }
}
