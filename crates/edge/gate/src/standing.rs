//! Alarms that tell a state: each stands until an alarm of the kind that ends it.
//!
//! Drivers tell what they see and need not remember what they have told: an alarm that stands already is not raised again, and one
//! that does not stand is not ended. The set is kept in the spool, so that a board which went silent before a restart of the gate
//! is reported as back after it.

use std::collections::BTreeSet;

use kernel::{AccessPointId, Alarm, AlarmKind, DeviceId};
use serde::{Deserialize, Serialize};

/// A state of which an alarm told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StandingAlarm {
    /// What.
    pub kind: AlarmKind,
    /// At which device, if one is meant.
    pub device: Option<DeviceId>,
    /// At which access point, if one is meant.
    pub point: Option<AccessPointId>,
}

/// The alarms that stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Standing(BTreeSet<StandingAlarm>);

impl Standing {
    /// Takes in an alarm that was recorded.
    pub fn take_in(&mut self, alarm: &Alarm) {
        let Alarm { kind, device, point, .. } = *alarm;
        if kind.ended_by().is_some() {
            self.0.insert(StandingAlarm { kind, device, point });
        } else if let Some(kind) = kind.ends() {
            self.0.remove(&StandingAlarm { kind, device, point });
        }
    }

    /// Whether an alarm tells nothing new: of a state that is known already, or the end of one that is not.
    pub fn knows(&self, kind: AlarmKind, device: Option<DeviceId>, point: Option<AccessPointId>) -> bool {
        match (kind.ended_by(), kind.ends()) {
            (Some(_), _) => self.0.contains(&StandingAlarm { kind, device, point }),
            (None, Some(kind)) => !self.0.contains(&StandingAlarm { kind, device, point }),
            (None, None) => false,
        }
    }

    /// Keeps those of which this is so.
    pub fn retain(&mut self, keep: impl FnMut(&StandingAlarm) -> bool) {
        self.0.retain(keep);
    }

    /// Whether none stands.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Id, at_micros};

    use super::*;

    fn alarm(kind: AlarmKind, device: u8) -> Alarm {
        let device = Id::from_slice(&[device; 16]);
        let id = Id::from_slice(&[1; 16]).unwrap();
        Alarm { id, kind, device, point: None, person: None, detail: String::new(), at: at_micros(1) }
    }

    #[test]
    fn a_state_is_told_once_and_ended_once_at_its_own_device() {
        let mut standing = Standing::default();
        let (silent, back) = (AlarmKind::DeviceUnreachable, AlarmKind::DeviceBack);
        let knows = |standing: &Standing, kind, device| standing.knows(kind, alarm(kind, device).device, None);
        assert!(!knows(&standing, silent, 1) && knows(&standing, back, 1));
        standing.take_in(&alarm(silent, 1));
        assert!(knows(&standing, silent, 1) && !knows(&standing, back, 1));
        assert!(!knows(&standing, silent, 2) && knows(&standing, back, 2), "another device");
        assert!(!knows(&standing, AlarmKind::DoorForced, 1), "what happens, happens again");
        standing.take_in(&alarm(AlarmKind::DoorForced, 1));
        standing.take_in(&alarm(back, 1));
        assert_eq!(standing, Standing::default());
    }

    #[test]
    fn every_state_has_an_end_of_its_own() {
        for kind in AlarmKind::ALL {
            if let Some(end) = kind.ended_by() {
                assert_eq!((end.ends(), end.ended_by()), (Some(kind), None), "{kind:?}");
            }
        }
    }
}
