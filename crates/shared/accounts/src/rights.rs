//! The rights matrix: which role may do what, at its own school.

use kernel::SchoolId;

use crate::ctx::{Actor, Denied};

macro_rules! words {
    ($(#[$meta:meta])* $type:ident { $($(#[$doc:meta])* $name:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $type { $($(#[$doc])* $name,)* }
        impl $type {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$name,)*];
            /// The word in the database, in `docs/generated/rights.md` and in text keys.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
            /// The value of this word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == word)
            }
        }
    };
}

words! {
    /// A role that an account holds at its school. Texts: key `accounts-role-<word>`.
    StaffRole {
        /// Stands at the entrance.
        Guard = "guard",
        /// Teaches.
        Teacher = "teacher",
        /// Looks after families and after who is absent and why.
        SocialPedagogue = "social_pedagogue",
        /// Keeps the lists.
        Secretary = "secretary",
        /// Leads the school.
        Head = "head",
        /// Looks after points, rules, devices and accounts of the school.
        SchoolAdmin = "school_admin",
    }
}

words! {
    /// Something that can be allowed.
    Action {
        /// The guard's monitor: live passes with photo and name, lanes, who is inside.
        SeeMonitor = "see_monitor",
        /// Let a person in without a credential.
        AdmitByHand = "admit_by_hand",
        /// Declare that everybody is out of the building.
        EmptyBuilding = "empty_building",
        /// Lock the school down, open everything, or go back to normal.
        ChangeMode = "change_mode",
        /// The log of passes.
        SeePasses = "see_passes",
        /// Take the log away as a file.
        ExportPasses = "export_passes",
        /// Alarms; marking them as seen.
        SeeAlarms = "see_alarms",
        /// Persons: list, card, photo.
        SeePersons = "see_persons",
        /// Add and change persons and their photos.
        EditPersons = "edit_persons",
        /// IIN, document, phones, e-mail and address of a person: see and, with `edit_persons`, change. Each look is in the audit trail.
        SeePersonalNumbers = "see_personal_numbers",
        /// Issue, block, report lost, replace credentials.
        ManageCredentials = "manage_credentials",
        /// Print badges with portraits.
        PrintBadges = "print_badges",
        /// Lend a day card to somebody whose own card is not at hand; take it back.
        LendDayCards = "lend_day_cards",
        /// Bring lists of persons and photos into the register.
        ImportRegister = "import_register",
        /// Take the whole register away as files.
        ExportRegister = "export_register",
        /// Buildings, zones and access points: see.
        SeePoints = "see_points",
        /// Buildings, zones and access points: change.
        EditPoints = "edit_points",
        /// Rules and groups: see.
        SeeRules = "see_rules",
        /// Rules and groups: change.
        EditRules = "edit_rules",
        /// Permissions to leave during lessons: see.
        SeeLeaves = "see_leaves",
        /// Permit a pupil to leave during lessons; take it back.
        GiveLeave = "give_leave",
        /// The school's calendar, bells and timetables: see.
        SeeCalendar = "see_calendar",
        /// The school's calendar, bells and timetables: change.
        ManageCalendar = "manage_calendar",
        /// Attendance of classes: a class teacher's own ones, or all with `see_all_attendance`.
        SeeAttendance = "see_attendance",
        /// Say what was about an absence; within the classes that are seen.
        CorrectAttendance = "correct_attendance",
        /// Attendance of all classes, today's dashboard, reports of the school.
        SeeAllAttendance = "see_all_attendance",
        /// Say who leads which class, and from which minute on somebody is late.
        ManageAttendance = "manage_attendance",
        /// Hours and time sheet of staff: see.
        SeeTimeSheet = "see_time_sheet",
        /// Hours and time sheet of staff: change.
        EditTimeSheet = "edit_time_sheet",
        /// Gates and devices: see.
        SeeDevices = "see_devices",
        /// Gates and devices: add, change, synchronise.
        EditDevices = "edit_devices",
        /// The virtual turnstile.
        UseVirtualLane = "use_virtual_lane",
        /// The school itself: its names, BIN, address, phones, badge colour, last grade.
        EditSchool = "edit_school",
        /// Accounts of the school: see, add, close, give another password.
        EditAccounts = "edit_accounts",
        /// The audit trail: who did what, and who looked at whom.
        SeeTrail = "see_trail",
        /// Which pages are opened how often, without anybody's name.
        SeeVisits = "see_visits",
        /// Webhooks: which programs are told of events of the school.
        ManageWebhooks = "manage_webhooks",
    }
}

/// Whether `role` may do `action` at its own school. The whole matrix; nothing else decides.
pub const fn allows(role: StaffRole, action: Action) -> bool {
    use Action as A;
    use StaffRole as R;
    match action {
        A::SeeMonitor | A::SeeAlarms => matches!(role, R::Guard | R::Head | R::SchoolAdmin),
        A::AdmitByHand => matches!(role, R::Guard | R::SchoolAdmin),
        A::ChangeMode | A::EmptyBuilding => matches!(role, R::Guard | R::Head | R::SchoolAdmin),
        A::SeePasses => matches!(role, R::Guard | R::Secretary | R::Head | R::SchoolAdmin),
        A::ExportPasses => matches!(role, R::Secretary | R::Head | R::SchoolAdmin),
        A::SeePersons | A::SeeCalendar | A::SeeLeaves => {
            matches!(role, R::Guard | R::Teacher | R::SocialPedagogue | R::Secretary | R::Head | R::SchoolAdmin)
        }
        A::GiveLeave => matches!(role, R::Teacher | R::Secretary | R::Head | R::SchoolAdmin),
        A::EditPersons | A::ManageCredentials => matches!(role, R::Secretary | R::SchoolAdmin),
        A::SeePersonalNumbers | A::SeePoints | A::SeeRules | A::ManageCalendar => {
            matches!(role, R::Secretary | R::Head | R::SchoolAdmin)
        }
        A::PrintBadges => matches!(role, R::Secretary | R::SchoolAdmin),
        A::LendDayCards => matches!(role, R::Guard | R::Secretary | R::SchoolAdmin),
        A::ImportRegister => matches!(role, R::Secretary | R::SchoolAdmin),
        A::ExportRegister => matches!(role, R::Head | R::SchoolAdmin),
        A::EditRules => matches!(role, R::Secretary | R::SchoolAdmin),
        A::SeeAttendance | A::CorrectAttendance => {
            matches!(role, R::Teacher | R::SocialPedagogue | R::Secretary | R::Head | R::SchoolAdmin)
        }
        A::SeeAllAttendance => matches!(role, R::SocialPedagogue | R::Secretary | R::Head | R::SchoolAdmin),
        A::SeeTimeSheet => matches!(role, R::Secretary | R::Head | R::SchoolAdmin),
        A::ManageAttendance | A::EditTimeSheet => matches!(role, R::Secretary | R::SchoolAdmin),
        A::SeeTrail => matches!(role, R::Head | R::SchoolAdmin),
        A::SeeDevices => matches!(role, R::Head | R::SchoolAdmin),
        A::EditPoints | A::EditDevices | A::UseVirtualLane | A::EditSchool | A::EditAccounts => {
            matches!(role, R::SchoolAdmin)
        }
        A::SeeVisits => matches!(role, R::SchoolAdmin),
        A::ManageWebhooks => matches!(role, R::SchoolAdmin),
    }
}

impl Action {
    /// Whether it opens what is kept sealed of persons: IIN, document, phones, e-mail, address. Whoever may do it proves a second factor where
    /// one is required.
    pub const fn is_restricted(self) -> bool {
        matches!(self, Self::SeePersonalNumbers | Self::ImportRegister | Self::ExportRegister)
    }
}

impl StaffRole {
    /// Whether the role may do something that [is restricted](Action::is_restricted).
    pub fn sees_restricted(self) -> bool {
        Action::ALL.iter().any(|action| action.is_restricted() && allows(self, *action))
    }
}

/// What a query may reach: the rows of one school, for one purpose. Made by [`Scope::of`] after the matrix said yes, so a query that takes a
/// scope cannot be called without a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    school: SchoolId,
    action: Option<Action>,
}

impl Scope {
    /// The scope in which `actor` may do `action`.
    ///
    /// # Errors
    /// [`Denied`] when none of the actor's roles allows it.
    pub fn of(actor: &Actor, action: Action) -> Result<Self, Denied> {
        if actor.roles.iter().any(|role| allows(*role, action)) {
            Ok(Self { school: actor.school, action: Some(action) })
        } else {
            Err(Denied(action))
        }
    }

    /// The program's own work for a school, where no person asks: followers, gates, the demo's import, the command line.
    pub const fn of_program(school: SchoolId) -> Self {
        Self { school, action: None }
    }

    /// The school whose rows may be reached.
    pub const fn school(&self) -> SchoolId {
        self.school
    }

    /// What it was given for; `None` for the program itself.
    pub const fn action(&self) -> Option<Action> {
        self.action
    }
}

/// The matrix as the Markdown table of `docs/generated/rights.md`.
pub fn matrix_markdown() -> String {
    let mut text = String::from("| action |");
    for role in StaffRole::ALL {
        text += &format!(" {} |", role.as_str());
    }
    text += "\n| --- |";
    text += &" --- |".repeat(StaffRole::ALL.len());
    for action in Action::ALL {
        text += &format!("\n| {} |", action.as_str());
        for role in StaffRole::ALL {
            text += if allows(*role, *action) { " yes |" } else { " |" };
        }
    }
    text.push('\n');
    text
}
