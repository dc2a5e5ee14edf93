//! The school's state, and how far its journal is.

use jiff::Timestamp;
use kernel::{SchoolId, SchoolMode, UserId};
use store::{record, statements};

record! {
    /// The state of a school.
    pub struct ModeRow {
        /// Name in Kazakh.
        pub name_kk: String,
        /// Name in Russian.
        pub name_ru: String,
        /// IANA name of the time zone.
        pub time_zone: String,
        /// The state.
        pub mode: SchoolMode,
        /// Since when.
        pub mode_since: Timestamp,
        /// Who said so.
        pub by_name: Option<String>,
    }
    /// When a school's presence was last reset for a night.
    pub struct NightRow {
        /// The school.
        pub school: SchoolId,
        /// IANA name of the time zone.
        pub time_zone: String,
        /// The midnight for which it was done last.
        pub presence_reset_at: Option<Timestamp>,
        /// Whether it is known of anybody where they are.
        pub has_presence: bool,
    }
    /// How far a school's journal is.
    pub struct HeadRow {
        /// The school.
        pub school: SchoolId,
        /// The newest number.
        pub seq: u64,
    }
}

statements! {
    /// The state.
    fn mode(school: SchoolId) -> One<ModeRow> =
        "select s.name_kk as name_kk, s.name_ru as name_ru, s.time_zone as time_zone, s.mode as mode, s.mode_since as mode_since,
           u.name as by_name
         from school s left join user_account u on u.school = s.school and u.id = s.mode_by where s.school = $1";
    /// The state, held until the transaction ends.
    fn mode_locked(school: SchoolId) -> One<SchoolMode> = "select mode from school where school = $1 {lock}";
    /// Changes the state.
    fn set_mode(school: SchoolId, mode: SchoolMode, since: Timestamp, by: Option<UserId>) -> Run =
        "update school set mode = $2, mode_since = $3, mode_by = $4 where school = $1";
    /// Schools at which presence is reset at midnight. (All schools: one clock serves them all.)
    fn nights() across_schools -> Many<NightRow> =
        "select school, time_zone, presence_reset_at, true as has_presence from school where resets_presence";
    /// One of them, held until the transaction ends.
    fn night_locked(school: SchoolId) -> One<NightRow> =
        "select s.school as school, s.time_zone as time_zone, s.presence_reset_at as presence_reset_at,
           exists (select 1 from presence p where p.school = s.school) as has_presence
         from school s where s.school = $1 and s.resets_presence {lock}";
    /// Notes the midnight before which nobody counts as inside any more.
    fn set_presence_reset(school: SchoolId, midnight: Timestamp) -> Run =
        "update school set presence_reset_at = $2 where school = $1";
    /// The midnight before which nobody counts as inside any more; none: no night has passed yet, or none is reset.
    fn presence_reset(school: SchoolId) -> One<Option<Timestamp>> =
        "select case when resets_presence then presence_reset_at end as presence_reset_at from school where school = $1";
    /// Whether presence is reset at midnight.
    fn resets_presence(school: SchoolId) -> One<bool> = "select resets_presence from school where school = $1";
    /// Changes that.
    fn set_resets_presence(school: SchoolId, resets: bool) -> Run = "update school set resets_presence = $2 where school = $1";
    /// How far the journals are. (All schools: one look serves every gate and every open monitor.)
    fn heads() across_schools -> Many<HeadRow> = "select school, seq from journal_head";
    /// The newest entry after a number that changes what a gate must know. The first condition is that of the index `journal_rare`;
    /// `HolidaysChanged` was written before the calendar knew the days off.
    fn newest_config(school: SchoolId, after: u64) -> One<u64> =
        "select seq from journal where school = $1 and seq > $2 and kind <> 'PassRecorded'
           and kind in ('PersonChanged', 'PeopleLoaded', 'CredentialChanged', 'GroupChanged', 'ClassChanged', 'PointsChanged',
             'LeaveChanged', 'CodeKeysChanged', 'RulesChanged', 'ModeChanged', 'DevicesChanged', 'HolidaysChanged', 'CalendarChanged', 'PresenceSet',
             'EverybodyOut', 'ZoneRemoved', 'NightsChanged')
         order by seq desc limit 1";
}
