//! Settings of the school, and who leads which class.

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
    /// Somebody who leads a class.
    pub struct TeacherRow {
        /// The class.
        pub class: ClassId,
        /// The account.
        pub user_id: UserId,
        /// Its name.
        pub name: String,
    }
    /// An account that may lead a class.
    pub struct UserRow {
        /// The account.
        pub id: UserId,
        /// Its name.
        pub name: String,
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
    /// Who leads which class.
    fn teachers(school: SchoolId) -> Many<TeacherRow> =
        "select t.class as class, t.user_id as user_id, u.name as name from class_teacher t
         join user_account u on u.school = t.school and u.id = t.user_id where t.school = $1 order by u.name";
    /// Classes that an account leads.
    fn classes_of(school: SchoolId, user: UserId) -> Many<ClassId> =
        "select class from class_teacher where school = $1 and user_id = $2";
    /// Whether an account leads a class.
    fn leads(school: SchoolId, class: ClassId, user: UserId) -> One<i64> =
        "select 1 from class_teacher where school = $1 and class = $2 and user_id = $3";
    /// An account leads a class from now on.
    fn add_teacher(school: SchoolId, class: ClassId, user: UserId) -> Run =
        "insert into class_teacher (school, class, user_id) values ($1, $2, $3) on conflict (school, class, user_id) do nothing";
    /// An account leads a class no longer.
    fn remove_teacher(school: SchoolId, class: ClassId, user: UserId) -> Run =
        "delete from class_teacher where school = $1 and class = $2 and user_id = $3";
    /// Accounts of teachers.
    fn teacher_accounts(school: SchoolId) -> Many<UserRow> =
        "select u.id as id, u.name as name from user_account u join user_role r on r.user_id = u.id
         where u.school = $1 and r.role = 'teacher' and u.status = 'active' order by u.name, u.id";
}
