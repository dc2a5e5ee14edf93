//! What pages are given: rows with the names already beside the ids.

use std::fmt;

use jiff::{SignedDuration, Timestamp, civil};
use kernel::{
    AccessPointId, AlarmId, AlarmKind, AntiPassback, BuildingId, ClassId, CredentialId, DecidedBy, DeviceId,
    DeviceKind, DeviceState, Direction, GateId, GroupId, LeaveId, PassId, PersonId, PersonStatus, ReaderFormat, Reason,
    Role, RuleId, SchoolMode, Who, Window, ZoneId,
};

/// A person as a pass, an alarm or a list shows one. `Debug` tells the id alone.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonView {
    /// Who.
    pub id: PersonId,
    /// `Фамилия Имя Отчество`.
    pub full: String,
    /// `Фамилия И. О.`
    pub short: String,
    /// The class as everybody writes it (`5 «Б»`), for a pupil.
    pub class: Option<String>,
    /// The position, for staff; empty when none was given.
    pub position: String,
    /// The first of the person's roles in the order pupil, teacher, staff, guardian.
    pub role: Option<Role>,
    /// Whether the person may be here at all.
    pub status: PersonStatus,
    /// 0: no photo. Part of the photo's address, so that a new photo is loaded.
    pub photo_version: u64,
}

/// One attempt to pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassView {
    /// Which.
    pub id: PassId,
    /// When it happened.
    pub at: Timestamp,
    /// When the server learnt of it.
    pub received_at: Timestamp,
    /// Where.
    pub point: AccessPointId,
    /// The point's name; empty when the point is not known any more.
    pub point_name: String,
    /// Which way.
    pub direction: Direction,
    /// Who, when the credential is known.
    pub person: Option<PersonView>,
    /// By which credential.
    pub credential: Option<CredentialId>,
    /// The number as the reader gave it.
    pub number: Option<(ReaderFormat, u64)>,
    /// Granted or denied, and why.
    pub reason: Reason,
    /// Who decided.
    pub decided_by: DecidedBy,
    /// The name of the guard who decided.
    pub guard_name: Option<String>,
    /// Whether the server learnt of it more than a minute afterwards.
    pub is_late: bool,
    /// The permission to leave that belongs to it; only the guard's monitor asks for it.
    pub leave: Option<Box<LeaveView>>,
}

/// A permission to leave during lessons. `Debug` tells ids alone.
#[derive(Clone, PartialEq, Eq)]
pub struct LeaveView {
    /// Which.
    pub id: LeaveId,
    /// Who may leave.
    pub person: PersonId,
    /// The same with name and class; `None`: somebody who is not there any more.
    pub shown: Option<PersonView>,
    /// From this moment.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// The point through which alone; an empty name: one that was removed.
    pub point_name: Option<String>,
    /// Why; may be empty.
    pub reason: String,
    /// Who collects the pupil; empty: the pupil goes alone.
    pub collected_by: String,
    /// The name of who gave it.
    pub given_by_name: Option<String>,
    /// The first pass by it.
    pub used_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

impl fmt::Debug for LeaveView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LeaveView({} of {})", self.id, self.person)
    }
}

/// One alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmView {
    /// Which.
    pub id: AlarmId,
    /// What.
    pub kind: AlarmKind,
    /// The device's name, if one is meant and known.
    pub device_name: Option<String>,
    /// The point's name, if one is meant and known.
    pub point_name: Option<String>,
    /// The person, if one is meant and known.
    pub person: Option<PersonView>,
    /// Numbers that belong to it (seconds of drift, missing indices).
    pub detail: String,
    /// When.
    pub at: Timestamp,
    /// When somebody saw it.
    pub seen_at: Option<Timestamp>,
    /// Who saw it.
    pub seen_by_name: Option<String>,
    /// Whether it tells a state that holds still.
    pub stands: bool,
    /// Since when nothing need be done about it any more: the state is over.
    pub closed_at: Option<Timestamp>,
}

/// The state of the school and whose word it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModeView {
    /// The school's name in Kazakh.
    pub school_kk: String,
    /// The school's name in Russian.
    pub school_ru: String,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// The state.
    pub mode: SchoolMode,
    /// Since when.
    pub since: Timestamp,
    /// Who said so; `None`: the program, or nobody yet.
    pub by_name: Option<String>,
}

/// How many people are inside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inside {
    /// Everybody.
    pub total: u32,
    /// Pupils.
    pub pupils: u32,
    /// Teachers and other staff.
    pub staff: u32,
    /// Everybody else: guardians, visitors.
    pub others: u32,
    /// By zone, in the order of buildings and names.
    pub zones: Vec<ZoneCount>,
}

/// How many people are in a zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneCount {
    /// The zone.
    pub zone: ZoneId,
    /// Its name.
    pub name: String,
    /// How many people it may hold.
    pub limit: Option<u32>,
    /// How many it holds.
    pub count: u32,
}

/// Where a person is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhereView {
    /// The zone; `None`: outside, or not known.
    pub zone: Option<ZoneId>,
    /// The zone's name; empty outside.
    pub zone_name: String,
    /// Whether it is known where; `false`: somebody said that it is not.
    pub is_known: bool,
    /// Since when.
    pub since: Timestamp,
    /// The point by which the person came there, and which way; `None` when somebody said it by hand.
    pub by_pass: Option<(String, Direction)>,
    /// Who said it by hand.
    pub set_by_name: Option<String>,
}

/// Whether a lane works, the worst thing first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneState {
    /// Switched off in the settings.
    Disabled,
    /// The gate has not been heard of since then; passes go on there and will come later.
    GateAway {
        /// When it was last heard of; `None`: never.
        since: Option<Timestamp>,
    },
    /// The gate hears nothing from the board since then.
    DeviceUnreachable {
        /// When it last answered; `None`: never.
        since: Option<Timestamp>,
    },
    /// Nothing is known of the board yet.
    Starting,
    /// Works.
    Online,
}

/// An access point as the guard's monitor shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneView {
    /// The point.
    pub point: AccessPointId,
    /// Its name.
    pub name: String,
    /// The name of the zone to which it leads.
    pub inner_name: String,
    /// Whether it works.
    pub state: LaneState,
    /// The gate that decides there.
    pub gate: GateView,
    /// Whether it is a page in the browser rather than a turnstile.
    pub is_virtual: bool,
    /// The newest pass there.
    pub last: Option<PassView>,
}

/// A gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateView {
    /// Which.
    pub id: GateId,
    /// Its name.
    pub name: String,
    /// Whether it stands at the door by itself and signs in with a token.
    pub is_remote: bool,
    /// Whether it was heard of lately.
    pub is_online: bool,
    /// When it was last heard of.
    pub seen_at: Option<Timestamp>,
    /// Whether it decides by the newest persons and rules.
    pub is_current: bool,
    /// What it decides by was true at this moment; `None`: it has nothing yet.
    pub snapshot_at: Option<Timestamp>,
    /// Records that it has still to send.
    pub spool_depth: u64,
    /// Whether it can write its spool.
    pub spool_ok: bool,
    /// Its program's version; empty when it was never heard of.
    pub version: String,
}

/// A building.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildingView {
    /// Which.
    pub id: BuildingId,
    /// Its name.
    pub name: String,
    /// Its address; may be empty.
    pub address: String,
}

/// A zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneView {
    /// Which.
    pub id: ZoneId,
    /// The building it is in.
    pub building: BuildingId,
    /// The building's name.
    pub building_name: String,
    /// Its name.
    pub name: String,
    /// How many people it may hold.
    pub occupancy_limit: Option<u32>,
}

/// An access point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PointView {
    /// Which.
    pub id: AccessPointId,
    /// Its name.
    pub name: String,
    /// The gate that decides there.
    pub gate: GateId,
    /// The gate's name.
    pub gate_name: String,
    /// The device that opens it.
    pub device: Option<DeviceId>,
    /// The device's name; empty without a device.
    pub device_name: String,
    /// Whether the device is the virtual turnstile.
    pub is_virtual: bool,
    /// The door on the device, from 1.
    pub door: u8,
    /// How its readers show a card.
    pub reader_format: ReaderFormat,
    /// The zone reached by going in.
    pub inner: ZoneId,
    /// That zone's name.
    pub inner_name: String,
    /// The zone reached by going out; `None`: the street.
    pub outer: Option<ZoneId>,
    /// That zone's name; empty for the street.
    pub outer_name: String,
    /// Anti-passback.
    pub anti_passback: AntiPassback,
    /// Whether it is in use.
    pub is_enabled: bool,
    /// Its place in lists.
    pub position: u32,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceView {
    /// Which.
    pub id: DeviceId,
    /// Its name.
    pub name: String,
    /// The gate that drives it.
    pub gate: GateId,
    /// The gate's name.
    pub gate_name: String,
    /// What it is and where it is reached.
    pub kind: DeviceKind,
    /// Whether it answers, as far as its gate told.
    pub state: DeviceState,
    /// Its clock minus the gate's, in seconds.
    pub clock_drift_s: Option<i64>,
    /// The index of its newest event.
    pub last_event: Option<u32>,
    /// When it last answered.
    pub last_seen_at: Option<Timestamp>,
    /// Cards on its own list, and how many of them still differ.
    pub cards: Option<(u32, u32)>,
    /// Its firmware's version; may be empty.
    pub version: String,
    /// Names of the points that it opens.
    pub points: Vec<String>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleView {
    /// Which.
    pub id: RuleId,
    /// Its name; may be empty.
    pub name: String,
    /// Who has the right.
    pub who: Who,
    /// The class, group or person by name; empty for everybody and for a role, and for one that is gone.
    pub who_name: String,
    /// Where, with names; empty: everywhere.
    pub points: Vec<(AccessPointId, String)>,
    /// Which way; `None`: both.
    pub direction: Option<Direction>,
    /// When; empty: at any time.
    pub windows: Vec<Window>,
    /// From this day.
    pub from: Option<civil::Date>,
    /// Up to and with this day.
    pub until: Option<civil::Date>,
    /// Whether it holds on holidays too.
    pub on_holidays: bool,
    /// Whether it counts.
    pub is_enabled: bool,
    /// Rises with each change; sent back with a form so that two editors do not undo each other.
    pub revision: u64,
}

/// What can be chosen in a rule's "who".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhoChoices {
    /// Classes by grade and letter, as everybody writes them.
    pub classes: Vec<(ClassId, String)>,
    /// Groups by name.
    pub groups: Vec<(GroupId, String)>,
}

/// A place in the log after which the next page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PassCursor {
    /// The moment of the last row.
    pub at: Timestamp,
    /// Its id.
    pub id: PassId,
}

/// What of the log is wanted; `None` and empty: everything.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PassFilter {
    /// From this moment.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Of this person.
    pub person: Option<PersonId>,
    /// Of persons whose name is found by these letters. At most three words count.
    pub name: String,
    /// Of persons who are in this class now.
    pub class: Option<ClassId>,
    /// Through this point.
    pub point: Option<AccessPointId>,
    /// This way.
    pub direction: Option<Direction>,
    /// Granted ones or denied ones.
    pub is_granted: Option<bool>,
    /// For this reason.
    pub reason: Option<Reason>,
    /// Those that came late, or those that did not.
    pub is_late: Option<bool>,
}

/// A page of the log, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassPage {
    /// The rows.
    pub rows: Vec<PassView>,
    /// Where the next page begins; `None`: this is the last.
    pub next: Option<PassCursor>,
}

/// Which alarms are wanted, newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlarmFilter {
    /// Only those that nobody has seen yet.
    pub is_unseen: bool,
    /// Only of this kind.
    pub kind: Option<AlarmKind>,
    /// Only those before this moment and id.
    pub before: Option<(Timestamp, AlarmId)>,
}

/// After what silence a gate counts as away: twice the longest time for which it holds a question open, and a little.
pub const GATE_PATIENCE: SignedDuration = SignedDuration::from_secs(45);

/// Hides the letters searched for: they are a name.
impl fmt::Debug for PassFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PassFilter").field("from", &self.from).field("until", &self.until).finish_non_exhaustive()
    }
}

impl fmt::Debug for PersonView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonView({})", self.id)
    }
}
