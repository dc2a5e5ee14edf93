//! All SQL of accounts, sessions and the audit trail.

use ::store::{ColumnError, Param, Raw, StoreError, Tx, Value, record, statements, word_column};
use i18n::Lang;
use jiff::Timestamp;
use kernel::{PersonId, SchoolId, UserId};

use crate::{
    audit::{AuditId, SubjectId},
    rights::StaffRole,
    user::{User, UserStatus},
};

word_column!(StaffRole, UserStatus);

/// A language as it is stored: its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LangColumn(pub Lang);

impl Param for LangColumn {
    fn value(&self) -> Value<'_> {
        Value::Text(self.0.code())
    }
}
impl store::Column for LangColumn {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        let code = String::read(raw)?;
        Lang::parse(&code).map(Self).ok_or(ColumnError::Value(code))
    }
}

record! {
    /// What a password is checked against.
    pub struct Lock {
        /// The account.
        pub id: UserId,
        /// Its school.
        pub school: SchoolId,
        /// The hash.
        pub password_hash: String,
        /// Whether it may be used.
        pub status: UserStatus,
        /// Wrong passwords in a row.
        pub failures: u64,
        /// Until when it is closed.
        pub locked_until: Option<Timestamp>,
    }
    /// A session and whose it is.
    pub struct Session {
        /// The account.
        pub id: UserId,
        /// Its name.
        pub name: String,
        /// Its language.
        pub lang: LangColumn,
        /// Its school.
        pub school: SchoolId,
        /// The school's name in Kazakh.
        pub name_kk: String,
        /// The school's name in Russian.
        pub name_ru: String,
        /// When the session began.
        pub created_at: Timestamp,
        /// When the session was last used.
        pub last_seen_at: Timestamp,
        /// How many second factors the account has.
        pub factors: u64,
    }
    /// A session as its owner sees it.
    pub struct OwnSession {
        /// The hash of its token.
        pub token_hash: [u8; 32],
        /// Since when.
        pub created_at: Timestamp,
        /// Last used.
        pub last_seen_at: Timestamp,
        /// From which network address.
        pub address: String,
        /// What the browser calls itself.
        pub agent: String,
        /// What its owner calls the device, maybe nothing; none: a browser that is not marked has no name.
        pub name: Option<String>,
    }
    /// A browser in which somebody signed in for the first time.
    pub struct BrowserRow {
        /// What the browser calls itself.
        pub agent: String,
        /// From which network address.
        pub address: String,
        /// When.
        pub first_at: Timestamp,
    }
    /// A row of the list of accounts.
    pub struct UserRow {
        /// The account.
        pub id: UserId,
        /// Its login.
        pub login: String,
        /// Its name.
        pub name: String,
        /// Who of the register uses it.
        pub person: Option<PersonId>,
        /// Its school.
        pub school: SchoolId,
        /// Its language.
        pub lang: LangColumn,
        /// Whether it may be used.
        pub status: UserStatus,
        /// Until when it is closed.
        pub locked_until: Option<Timestamp>,
        /// Since when it is there.
        pub created_at: Timestamp,
        /// Whether a password was chosen.
        pub has_password: bool,
    }
    /// A line of the audit trail as it is shown.
    pub struct TrailLine {
        /// When.
        pub at: Timestamp,
        /// Who; none: the program itself.
        pub by_name: Option<String>,
        /// More in words and numbers of the program.
        pub detail: String,
    }
    /// Who holds which role, since when, given by whom.
    pub struct HolderRow {
        /// The account.
        pub user_id: UserId,
        /// Its name.
        pub name: String,
        /// Its login.
        pub login: String,
        /// Whether it may be used.
        pub status: UserStatus,
        /// Since when it is there.
        pub created_at: Timestamp,
        /// The role.
        pub role: StaffRole,
        /// Since when; none: before that was kept.
        pub granted_at: Option<Timestamp>,
        /// Who gave it; none: the program, or before that was kept.
        pub by_name: Option<String>,
    }
    /// Who holds which role.
    pub struct Holds {
        /// The account.
        pub user_id: UserId,
        /// The role.
        pub role: StaffRole,
    }
}

statements! {
    /// The account of a login, before its password is checked. A login is one in the installation.
    fn lock_of_login(login: &str) across_schools -> One<Lock> =
        "select id, school, password_hash, status, failures, locked_until from user_account where login = $1 and school is not null";
    /// The account once its password was checked, held until the transaction ends. Nobody is signed in yet.
    fn lock_of_user(user: UserId) across_schools -> One<Lock> =
        "select id, school, password_hash, status, failures, locked_until from user_account where id = $1 and school is not null {lock}";
    /// Keeps the count of wrong passwords. Nobody is signed in yet.
    fn set_failures(user: UserId, failures: u64, locked_until: Option<Timestamp>) across_schools -> Run =
        "update user_account set failures = $2, locked_until = $3 where id = $1";

    /// A session that is neither over nor forgotten. The session tells the school.
    fn session(token_hash: &[u8], now: Timestamp, seen_after: Timestamp) across_schools -> One<Session> =
        "select a.id as id, a.name as name, a.lang as lang, a.school as school, c.name_kk as name_kk, c.name_ru as name_ru,
           s.created_at as created_at, s.last_seen_at as last_seen_at,
           (select count(*) from user_totp t where t.user_id = a.id and t.confirmed_at is not null)
             + (select count(*) from user_passkey k where k.user_id = a.id) as factors
         from user_session s join user_account a on a.id = s.user_id join school c on c.school = a.school
         where s.token_hash = $1 and s.expires_at > $2 and s.last_seen_at > $3 and a.status = 'active'";
    /// The roles of an account.
    fn roles(user: UserId) -> Many<StaffRole> = "select role from user_role where user_id = $1";
    /// Signs in.
    fn add_session(
        token_hash: &[u8], user: UserId, now: Timestamp, expires_at: Timestamp, address: &str, agent: &str, browser: Option<&[u8]>,
    ) -> Run =
        "insert into user_session (token_hash, user_id, created_at, last_seen_at, expires_at, address, agent, browser)
         values ($1, $2, $3, $3, $4, $5, $6, $7)";
    /// Notes that a session is used, unless that was noted lately.
    fn touch_session(token_hash: &[u8], now: Timestamp, noted_before: Timestamp) -> Run =
        "update user_session set last_seen_at = $2 where token_hash = $1 and last_seen_at < $3";
    /// Gives a session another token, so that who knew the old one has nothing.
    fn move_session(token_hash: &[u8], to: &[u8]) -> Run = "update user_session set token_hash = $2 where token_hash = $1";
    /// Signs out.
    fn end_session(token_hash: &[u8]) -> Run = "delete from user_session where token_hash = $1";
    /// Signs out of one browser, if it is the account's.
    fn end_own_session(user: UserId, token_hash: &[u8]) -> Run = "delete from user_session where user_id = $1 and token_hash = $2";
    /// Signs out everywhere.
    fn end_sessions(user: UserId) -> Run = "delete from user_session where user_id = $1";
    /// Signs out everywhere else.
    fn end_other_sessions(user: UserId, kept: &[u8]) -> Run = "delete from user_session where user_id = $1 and token_hash <> $2";
    /// Keeps the newest sessions of an account, so that their number is bounded.
    fn end_oldest_sessions(user: UserId, kept: u32) -> Run =
        "delete from user_session where user_id = $1 and token_hash not in
           (select token_hash from user_session where user_id = $1 order by last_seen_at desc, token_hash limit $2)";
    /// Forgets sessions that are over.
    fn forget_sessions(now: Timestamp, seen_before: Timestamp) across_schools -> Run =
        "delete from user_session where expires_at <= $1 or last_seen_at <= $2";
    /// The sessions of an account, newest first.
    fn own_sessions(user: UserId, now: Timestamp, seen_after: Timestamp) -> Many<OwnSession> =
        "select s.token_hash as token_hash, s.created_at as created_at, s.last_seen_at as last_seen_at, s.address as address,
           s.agent as agent, b.name as name
         from user_session s left join user_browser b on b.user_id = s.user_id and b.token_hash = s.browser
         where s.user_id = $1 and s.expires_at > $2 and s.last_seen_at > $3 order by s.last_seen_at desc, s.created_at desc";

    /// Notes that an account is used in a browser that it was used in before.
    fn touch_browser(user: UserId, token_hash: &[u8], agent: &str, now: Timestamp) -> Run =
        "update user_browser set last_at = $4, agent = $3 where user_id = $1 and token_hash = $2";
    /// How many browsers an account was used in.
    fn count_browsers(user: UserId) -> Exactly<u64> = "select count(*) from user_browser where user_id = $1";
    /// Keeps a browser in which an account is used for the first time.
    fn add_browser(user: UserId, token_hash: &[u8], agent: &str, address: &str, now: Timestamp, told_at: Option<Timestamp>) -> Run =
        "insert into user_browser (user_id, token_hash, agent, address, first_at, last_at, told_at) values ($1, $2, $3, $4, $5, $5, $6)";
    /// Keeps the browsers that were used last, so that their number is bounded.
    fn forget_browsers(user: UserId, kept: u32) -> Run =
        "delete from user_browser where user_id = $1 and token_hash not in
           (select token_hash from user_browser where user_id = $1 order by last_at desc, token_hash limit $2)";
    /// New browsers of which the account's user was not told, but for the one of this session.
    fn untold_browsers_of(user: UserId, session: &[u8]) -> Many<BrowserRow> =
        "select agent, address, first_at from user_browser where user_id = $1 and told_at is null
           and token_hash not in (select browser from user_session where token_hash = $2 and browser is not null)
         order by first_at desc";
    /// The account's user has been told of all new browsers but the one of this session.
    fn tell_browsers(user: UserId, session: &[u8], now: Timestamp) -> Run =
        "update user_browser set told_at = $3 where user_id = $1 and told_at is null
           and token_hash not in (select browser from user_session where token_hash = $2 and browser is not null)";
    /// Calls the browser of a session of the account something.
    fn name_browser(user: UserId, session: &[u8], name: &str) -> Run =
        "update user_browser set name = $3 where user_id = $1
           and token_hash in (select browser from user_session where user_id = $1 and token_hash = $2 and browser is not null)";

    /// Adds an account.
    fn add_user(user: UserId, school: SchoolId, login: &str, name: &str, password_hash: &str, lang: LangColumn, now: Timestamp) -> Run =
        "insert into user_account (id, school, login, name, password_hash, lang, created_at, password_changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)";
    /// Gives a role.
    fn add_role(user: UserId, role: StaffRole, now: Timestamp, by: Option<UserId>) -> Run =
        "insert into user_role (user_id, role, granted_at, granted_by) values ($1, $2, $3, $4)";
    /// Takes a role away.
    fn remove_role(user: UserId, role: StaffRole) -> Run = "delete from user_role where user_id = $1 and role = $2";
    /// Who holds which role at a school, by name.
    fn holders(school: SchoolId) -> Many<HolderRow> =
        "select a.id as user_id, a.name as name, a.login as login, a.status as status, a.created_at as created_at, r.role as role,
           r.granted_at as granted_at, b.name as by_name
         from user_role r join user_account a on a.id = r.user_id
         left join user_account b on b.school = a.school and b.id = r.granted_by
         where a.school = $1 order by a.name, a.id, r.role limit 2000";
    /// The account of a login. A login is one in the installation.
    fn user_of_login(login: &str) across_schools -> One<UserRow> =
        "select id, login, name, person, school, lang, status, locked_until, created_at, password_hash <> '' as has_password from user_account where login = $1 and school is not null";
    /// The accounts of a school.
    fn users(school: SchoolId) -> Many<UserRow> =
        "select id, login, name, person, school, lang, status, locked_until, created_at, password_hash <> '' as has_password from user_account where school = $1 order by login";
    /// One account of a school.
    fn user(school: SchoolId, user: UserId) -> One<UserRow> =
        "select id, login, name, person, school, lang, status, locked_until, created_at, password_hash <> '' as has_password from user_account where school = $1 and id = $2";
    /// The account that a person uses.
    fn user_of_person(school: SchoolId, person: PersonId) -> One<UserId> =
        "select id from user_account where school = $1 and person = $2";
    /// Says who uses an account.
    fn set_person(school: SchoolId, user: UserId, person: Option<PersonId>) -> Run =
        "update user_account set person = $3 where school = $1 and id = $2";
    /// The roles of all accounts of a school.
    fn roles_of_school(school: SchoolId) -> Many<Holds> =
        "select r.user_id as user_id, r.role as role from user_role r join user_account a on a.id = r.user_id where a.school = $1";
    /// The hash of an account's password, held until the transaction ends.
    fn password_hash(school: SchoolId, user: UserId) -> One<String> =
        "select password_hash from user_account where school = $1 and id = $2 {lock}";
    /// Puts another password in place and opens the account.
    fn set_password(school: SchoolId, user: UserId, password_hash: &str, now: Timestamp) -> Run =
        "update user_account set password_hash = $3, password_changed_at = $4, failures = 0, locked_until = null where school = $1 and id = $2";
    /// Chooses a language.
    fn set_lang(school: SchoolId, user: UserId, lang: LangColumn) -> Run =
        "update user_account set lang = $3 where school = $1 and id = $2";
    /// Lets an account be used, or not.
    fn set_status(school: SchoolId, user: UserId, status: UserStatus) -> Run =
        "update user_account set status = $3, failures = 0, locked_until = null where school = $1 and id = $2";

    /// What was done to something since a line, newest first. The ids of lines rise with time, so the primary key finds the beginning.
    fn trail(school: SchoolId, after: AuditId, action: &str, subject: SubjectId, limit: u32) -> Many<TrailLine> =
        "select a.at as at, u.name as by_name, a.detail as detail from audit a
         left join user_account u on u.school = a.school and u.id = a.user_id
         where a.school = $1 and a.id >= $2 and a.action = $3 and a.subject = $4 order by a.id desc limit $5";
}

impl UserRow {
    pub(crate) fn with_roles(self, roles: Vec<StaffRole>) -> User {
        let Self { id, login, name, person, school, lang, status, locked_until, created_at, has_password } = self;
        User {
            id,
            login,
            name,
            person,
            school,
            lang: lang.0,
            status,
            locked_until,
            created_at,
            has_password,
            roles: roles.into_iter().collect(),
        }
    }
}

pub(crate) fn user_with_roles(tx: &mut Tx<'_>, row: Option<UserRow>) -> Result<Option<User>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    let held = roles(tx, row.id)?;
    Ok(Some(row.with_roles(held)))
}
