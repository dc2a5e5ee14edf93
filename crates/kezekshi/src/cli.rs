//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::settings::{Flags, Written, WrittenDemo, WrittenGate, WrittenMetrics};

/// Kezekshi: access control, and more to come, for a school, a city or a country.
#[derive(Debug, Parser)]
#[command(name = "kezekshi", version, about, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "First steps:\n  kezekshi demo                       see a made-up school's morning at http://127.0.0.1:8080\n  kezekshi school add --name-kk … --name-ru …\n  kezekshi user add --login admin --role school_admin\n  kezekshi serve                      run it for your school\n\nEvery setting can also stand in kezekshi.toml (listen = \"…\") or in the environment (KEZEKSHI_LISTEN=…)."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// A TOML file with settings; without it ./kezekshi.toml is read when it exists.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server: pages, database and, in the same process, the gate of each school that has one here.
    Serve {
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// Run a gate alone at a school's door; it keeps deciding when the server or the internet is away.
    Gate(GateArgs),
    /// Run a made-up school with simulated boards and a simulated day.
    Demo(DemoArgs),
    /// Check the database and the gate's spool, and say in words what is well and what is not.
    Doctor {
        /// Language of the findings: kk, ru or en.
        #[arg(long, default_value = "ru")]
        lang: String,
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// Regions and districts, to which schools belong.
    Organisation {
        /// What to do.
        #[command(subcommand)]
        command: OrganisationCommand,
    },
    /// Schools of this installation.
    School {
        /// What to do.
        #[command(subcommand)]
        command: SchoolCommand,
    },
    /// Accounts of staff.
    User {
        /// What to do.
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Who was at school when.
    Attendance {
        /// What to do.
        #[command(subcommand)]
        command: AttendanceCommand,
    },
    /// Tokens with which programs ask in somebody's name.
    Token {
        /// What to do.
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// The audit trail: where it stands, and whether it is the one that it was.
    Audit {
        /// What to do.
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// The master keys, by which the keys of schools and persons are kept.
    Keys {
        /// What to do.
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Write a consistent copy of everything, also while the server runs: data to FILE, keys to FILE.keys. Keep the two apart.
    Backup {
        /// The file to write; neither it nor FILE.keys may exist.
        file: PathBuf,
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// Fill an empty database (of either kind) from a backup.
    Restore {
        /// The backup.
        file: PathBuf,
        /// Its keys, or newer ones: with the newest, whoever was erased since stays erased. Default: FILE.keys.
        #[arg(long, value_name = "FILE")]
        keys: Option<PathBuf>,
        /// Take keys that are older than the backup, since there are no others.
        #[arg(long)]
        older_keys: bool,
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
}

/// What to do with the audit trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Print where the trail of each school stands, to be kept where nobody who may change the database has a hand.
    Anchor {
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// Check every line of the trail, and whether it still holds what stood there at earlier anchors.
    Verify {
        /// A file of anchors that was kept; without it audit-anchors.txt beside the data.
        #[arg(long, value_name = "FILE")]
        anchor: Option<PathBuf>,
        /// Language of the findings: kk, ru or en.
        #[arg(long, default_value = "ru")]
        lang: String,
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
}

/// What to do with master keys.
#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Say which master keys are there and which of them are in use.
    Status {
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// Add a master key to the file without using it yet: copy the file to every server, then rotate.
    Add {
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// Wrap all keys by the newest master key, also while servers run; when all are already, a new one is added first.
    Rotate {
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
}

/// Settings of the demonstration.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Settings.
    #[command(flatten)]
    pub written: Written,
    /// Settings of the demonstration.
    #[command(flatten)]
    pub demo: WrittenDemo,
    /// Settings of its door.
    #[command(flatten)]
    pub metrics: WrittenMetrics,
    /// Run only the server; the school's door (gate, boards, pupils) runs as a second program with --door.
    #[arg(long, conflicts_with = "door")]
    pub apart: bool,
    /// Run only the school's door: simulated boards, pupils and a gate of its own for the server at this address.
    #[arg(long, value_name = "URL")]
    pub door: Option<String>,
}

impl DemoArgs {
    /// Whether server and door are two programs.
    pub fn is_apart(&self) -> bool {
        self.apart || self.door.is_some()
    }

    /// What was written. As usual, the demonstration keeps its things apart from a real school's, one whose door is apart apart from one
    /// whose door is not, and its boards report to a free port of the loopback.
    pub fn flags(&self) -> Flags {
        let folder = if self.is_apart() { "data/demo-apart" } else { "data/demo" };
        let usual = Written {
            data: Some(folder.into()),
            boards_listen: Some("127.0.0.1:0".into()),
            // Its users stand on the sign-in page and are everybody's.
            second_factor: Some("offered".into()),
            ..Written::default()
        };
        let (own, demo, metrics) = (self.written.clone(), self.demo.clone(), self.metrics.clone());
        Flags { usual, own, demo, metrics, ..Flags::default() }
    }
}

/// Settings of a gate that stands alone.
#[derive(Debug, Args)]
pub struct GateArgs {
    /// The server and the token.
    #[command(flatten)]
    pub gate: WrittenGate,
    /// Where it tells how it is.
    #[command(flatten)]
    pub metrics: WrittenMetrics,
    /// Settings.
    #[command(flatten)]
    pub written: Written,
}

/// What to do with regions and districts.
#[derive(Debug, Subcommand)]
pub enum OrganisationCommand {
    /// Add a region, or a district of one.
    Add {
        /// Its name in Kazakh.
        #[arg(long)]
        name_kk: String,
        /// Its name in Russian.
        #[arg(long)]
        name_ru: String,
        /// The id of the region of a district.
        #[arg(long)]
        region: Option<String>,
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// List regions and districts.
    List {
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// Put a school into a district.
    Take {
        /// The id of the district.
        #[arg(long)]
        district: String,
        /// The id of the school.
        #[arg(long)]
        school: String,
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
}

impl GateArgs {
    /// What was written.
    pub fn flags(&self) -> Flags {
        let (own, gate, metrics) = (self.written.clone(), self.gate.clone(), self.metrics.clone());
        Flags { own, gate, metrics, ..Flags::default() }
    }
}

/// What to do with schools.
#[derive(Debug, Subcommand)]
pub enum SchoolCommand {
    /// Add a school, with a building, the zones "street" and "school", and a gate in this process.
    Add {
        /// Its name in Kazakh.
        #[arg(long)]
        name_kk: String,
        /// Its name in Russian.
        #[arg(long)]
        name_ru: String,
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// List the schools.
    List {
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
}

/// What to do with attendance.
#[derive(Debug, Subcommand)]
pub enum AttendanceCommand {
    /// Forget the days and count them anew from the passes in the journals; corrections by people stay. The server must not run.
    Rebuild {
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
}

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add an account. The password is read from standard input, so that it stands in no history.
    Add {
        /// The login.
        #[arg(long)]
        login: String,
        /// The name, as shown.
        #[arg(long, default_value = "")]
        name: String,
        /// A role; may be given several times: guard, teacher, social_pedagogue, secretary, head, school_admin.
        #[arg(long = "role", required = true, value_name = "ROLE")]
        roles: Vec<String>,
        /// The school's id, when there are several.
        #[arg(long)]
        school: Option<String>,
        /// Language of the pages: kk, ru or en.
        #[arg(long, default_value = "ru")]
        lang: String,
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// Set a new password, read from standard input; ends the account's sessions.
    Password {
        /// The login.
        #[arg(long)]
        login: String,
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// Take all second factors from an account whose owner has lost them; ends its sessions.
    ResetFactors {
        /// The login.
        #[arg(long)]
        login: String,
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// Disable an account and end its sessions.
    Disable {
        /// The login.
        #[arg(long)]
        login: String,
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// List accounts.
    List {
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
}

/// What to do with tokens of programs.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token in the name of an account and print it: it is shown only once.
    Add {
        /// The login of the account in whose name the program asks.
        #[arg(long)]
        login: String,
        /// What the token is for, as the list will show it.
        #[arg(long)]
        name: String,
        /// What it may be used for; may be given several times: people:read, people:write, credentials:write, passes:read, presence:read,
        /// points:read, attendance:read.
        #[arg(long = "scope", required = true, value_name = "SCOPE")]
        scopes: Vec<String>,
        /// For how many days it lives, 1 to 366.
        #[arg(long, default_value_t = 90)]
        days: u16,
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// End a token of an account.
    Revoke {
        /// The login of the account.
        #[arg(long)]
        login: String,
        /// The token's id, as the list shows it.
        #[arg(long)]
        id: String,
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
    /// List the tokens of an account.
    List {
        /// The login of the account.
        #[arg(long)]
        login: String,
        /// Settings.
        #[command(flatten)]
        written: Written,
    },
}
