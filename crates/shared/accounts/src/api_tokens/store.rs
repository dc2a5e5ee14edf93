//! All SQL of tokens.

use ::store::{record, statements};
use jiff::Timestamp;
use kernel::{SchoolId, UserId};

use super::{TokenId, scope::TokenScopes};
use crate::store::LangColumn;

record! {
    /// A living token, and whose it is.
    pub struct Shown {
        /// Which.
        pub id: TokenId,
        /// The school.
        pub school: SchoolId,
        /// The account that made it.
        pub user_id: UserId,
        /// The account's name.
        pub user_name: String,
        /// The account's language.
        pub lang: LangColumn,
        /// What for.
        pub scopes: TokenScopes,
        /// When its use was last noted.
        pub last_used_at: Option<Timestamp>,
    }
    /// A token in a list.
    pub struct TokenRow {
        /// Which.
        pub id: TokenId,
        /// The account that made it.
        pub user_id: UserId,
        /// The account's name.
        pub user_name: String,
        /// What it was called.
        pub name: String,
        /// What for.
        pub scopes: TokenScopes,
        /// Since when.
        pub created_at: Timestamp,
        /// Until when.
        pub expires_at: Timestamp,
        /// When it was used last, to the minute.
        pub last_used_at: Option<Timestamp>,
        /// When it was revoked.
        pub revoked_at: Option<Timestamp>,
    }
}

statements! {
    /// The token of a hash, while it lives. The token tells the school.
    fn shown(token_hash: &[u8], now: Timestamp) across_schools -> One<Shown> =
        "select t.id as id, t.school as school, t.user_id as user_id, a.name as user_name, a.lang as lang, t.scopes as scopes,
           t.last_used_at as last_used_at
         from api_token t join user_account a on a.id = t.user_id and a.school = t.school
         where t.token_hash = $1 and t.expires_at > $2 and t.revoked_at is null and a.status = 'active'";
    /// Notes that a token is used, unless that was noted lately.
    fn touch(school: SchoolId, id: TokenId, now: Timestamp, noted_before: Timestamp) -> Run =
        "update api_token set last_used_at = $3 where school = $1 and id = $2 and (last_used_at is null or last_used_at < $4)";
    /// Adds a token.
    fn add(
        school: SchoolId, id: TokenId, user: UserId, name: &str, token_hash: &[u8], scopes: &TokenScopes, created_at: Timestamp,
        expires_at: Timestamp,
    ) -> Run =
        "insert into api_token (school, id, user_id, name, token_hash, scopes, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// How many living tokens an account has.
    fn living(school: SchoolId, user: UserId, now: Timestamp) -> Exactly<u64> =
        "select count(*) from api_token where school = $1 and user_id = $2 and expires_at > $3 and revoked_at is null";
    /// Whose a token is; held until the transaction ends.
    fn maker(school: SchoolId, id: TokenId) -> One<UserId> =
        "select user_id from api_token where school = $1 and id = $2 and revoked_at is null {lock}";
    /// Ends a token.
    fn revoke(school: SchoolId, id: TokenId, now: Timestamp) -> Run =
        "update api_token set revoked_at = $3 where school = $1 and id = $2 and revoked_at is null";
    /// Tokens of a school, or of one account there, the newest first.
    fn list(school: SchoolId, user: Option<UserId>, limit: u32) -> Many<TokenRow> =
        "select t.id as id, t.user_id as user_id, a.name as user_name, t.name as name, t.scopes as scopes, t.created_at as created_at,
           t.expires_at as expires_at, t.last_used_at as last_used_at, t.revoked_at as revoked_at
         from api_token t join user_account a on a.id = t.user_id and a.school = t.school
         where t.school = $1 and (t.user_id = $2 or $2 is null) order by t.id desc limit $3";
}
