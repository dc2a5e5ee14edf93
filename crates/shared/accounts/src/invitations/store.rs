//! All SQL of invitations.

use ::store::{record, statements};
use jiff::Timestamp;
use kernel::{SchoolId, UserId};

use super::InvitationId;

record! {
    /// An invitation as it is opened.
    pub struct OpenRow {
        /// Its id.
        pub id: InvitationId,
        /// The account's school.
        pub school: SchoolId,
        /// The account.
        pub user_id: UserId,
        /// The account's login.
        pub login: String,
        /// The account's name.
        pub name: String,
        /// The school's name in Kazakh.
        pub name_kk: String,
        /// The school's name in Russian.
        pub name_ru: String,
    }
    /// An invitation as administrators see it.
    pub struct Invitation {
        /// Since when.
        pub created_at: Timestamp,
        /// Until when it is good.
        pub expires_at: Timestamp,
        /// When it was used.
        pub used_at: Option<Timestamp>,
        /// When it was taken back.
        pub revoked_at: Option<Timestamp>,
    }
}

statements! {
    /// Keeps the hash of a link.
    fn add(school: SchoolId, id: InvitationId, user: UserId, token_hash: &[u8], now: Timestamp, by: Option<UserId>, expires_at: Timestamp) -> Run =
        "insert into user_invitation (school, id, user_id, token_hash, created_at, created_by, expires_at) values ($1, $2, $3, $4, $5, $6, $7)";
    /// Takes back what is not used yet.
    fn revoke(school: SchoolId, user: UserId, now: Timestamp) -> Run =
        "update user_invitation set revoked_at = $3 where school = $1 and user_id = $2 and used_at is null and revoked_at is null";
    /// The newest of an account.
    fn latest(school: SchoolId, user: UserId) -> Many<Invitation> =
        "select created_at, expires_at, used_at, revoked_at from user_invitation where school = $1 and user_id = $2 order by id desc limit 1";
    /// The one of a link that is still good. Nobody is signed in; the link tells the school.
    fn open(token_hash: &[u8], now: Timestamp) across_schools -> One<OpenRow> =
        "select i.id as id, i.school as school, i.user_id as user_id, a.login as login, a.name as name, c.name_kk as name_kk, c.name_ru as name_ru
         from user_invitation i join user_account a on a.id = i.user_id join school c on c.school = i.school
         where i.token_hash = $1 and i.expires_at > $2 and i.used_at is null and i.revoked_at is null and a.status = 'active'";
    /// Uses it up; touches no row when somebody was first.
    fn use_up(school: SchoolId, id: InvitationId, now: Timestamp) -> Run =
        "update user_invitation set used_at = $3 where school = $1 and id = $2 and used_at is null and revoked_at is null";
    /// Takes the password away: nobody signs in by one.
    fn take_password(school: SchoolId, user: UserId, now: Timestamp) -> Run =
        "update user_account set password_hash = '', password_changed_at = $3, failures = 0, locked_until = null where school = $1 and id = $2";
}
