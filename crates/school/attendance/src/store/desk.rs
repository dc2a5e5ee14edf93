//! Settings of the school, and which classes an account leads.

use kernel::{ClassId, SchoolId, UserId};
use store::{record, statements};

use crate::model::{Settings, WorkPlan};

record! {
    /// The school's settings.
    pub struct SettingsRow {
        /// Minutes that are forgiven.
        pub tolerance_min: u16,
        /// Working days of staff.
        pub weekdays: u8,
        /// Work begins.
        pub from_min: u16,
        /// Work ends.
        pub until_min: u16,
        /// The break.
        pub break_min: u16,
        /// Rises with each change.
        pub revision: u64,
    }
}

impl SettingsRow {
    /// The settings.
    pub(crate) const fn settings(&self) -> Settings {
        let plan = WorkPlan {
            weekdays: self.weekdays,
            from_min: self.from_min,
            until_min: self.until_min,
            break_min: self.break_min,
        };
        Settings { tolerance_min: self.tolerance_min, plan, revision: self.revision }
    }
}

statements! {
    /// The settings, when somebody has changed them.
    fn settings(school: SchoolId) -> One<SettingsRow> =
        "select tolerance_min, weekdays, from_min, until_min, break_min, revision from attendance_setting where school = $1";
    /// Changes the settings that were seen at a revision; 0 is that of a school whose settings nobody has changed.
    fn put_settings(
        school: SchoolId, tolerance_min: u16, weekdays: u8, from_min: u16, until_min: u16, break_min: u16, seen: u64,
    ) -> Run =
        "insert into attendance_setting (school, tolerance_min, weekdays, from_min, until_min, break_min, revision)
         values ($1, $2, $3, $4, $5, $6, $7 + 1)
         on conflict (school) do update set tolerance_min = excluded.tolerance_min, weekdays = excluded.weekdays,
           from_min = excluded.from_min, until_min = excluded.until_min, break_min = excluded.break_min, revision = excluded.revision
         where attendance_setting.revision = $7";
    /// Classes that the person of an account leads.
    fn led_by(school: SchoolId, user: UserId) -> Many<ClassId> =
        "select c.id from user_account u join class c on c.school = u.school and c.teacher = u.person
         where u.school = $1 and u.id = $2 and c.closed_at is null";
}
