//! Ids, the clock, and the types that cross the wire between gate and server.
//!
//! This crate is the only one that both sides of the door share: `edge/` crates stand on it and on nothing
//! else of ours. It holds values and their parsing, never I/O, except [`SystemClock`], the single place of the
//! program that reads the time.

mod card;
mod clock;
mod code;
mod explain;
mod feed;
mod id;
mod ids;
mod pass;
mod snapshot;

pub use card::{Card, CardError, ReaderFormat};
pub use clock::{Clock, SystemClock, TestClock, at_micros, micros};
pub use code::{
    CODE_LETTERS, CODE_LIFE_S, CODE_PREFIX, CODE_SKEW_S, CodeClaims, CodeKeyDoc, NoCode, Signature, Verify, is_code,
};
pub use explain::{Explain, Explanation, Question, RuleVerdict, Shown, Unexplained};
pub use feed::{
    FEED_PATH, Feed, FeedRequest, Has, MAX_RECORDS, MAX_RECORDS_BYTES, MAX_WAIT_S, RECORDS_PATH, RecordsAnswer,
    RecordsRequest,
};
pub use id::*;
pub use ids::{Ids, moment_id};
pub use pass::{
    Alarm, AlarmKind, DecidedBy, DeviceState, DeviceStatus, Direction, GateBody, GateCommand, GateCommandBody,
    GateRecord, GateStatus, Pass, PassError, Reason,
};
pub use snapshot::{
    AntiPassback, CredentialDoc, CredentialStatus, DeviceDoc, DeviceKind, LeaveDoc, LessonsDoc, MovedDay, PersonDoc,
    PersonStatus, PointDoc, PresentDoc, Role, RuleDoc, SchoolMode, SnapshotDoc, Who, Window, ZoneDoc,
};
