//! Who signs in, and who may do what: staff accounts, sessions, the rights matrix, and the frame that carries both to every
//! subsystem.
//!
//! # Map
//! - [`rights`]: actions × roles, one matrix; a [`Scope`] is made by it alone, and queries take a scope.
//! - [`Ctx`]: who acts, when, and where ids come from; every use case takes one. [`audit()`] notes what was done;
//!   [`doctor()`] finds what was changed in it since.
//! - [`Routes`]: a route cannot be added without naming its [`Right`].
//! - [`Reader`]: who reads a page; [`page`] and [`shell`]: the frame around it.
//! - [`Caller`]: a program that asks with a token of somebody, on a route that names a [`TokenScope`].
//! - [`Subsystem`]: what a subsystem gives to the program.
//! - [`SecondFactor`]: whether roles that see restricted data need one besides the password.
//! - [`session_layer`]: reads the session of every request.
//! - [`ops`], [`queries`]: accounts themselves, also for the command line.
//!
//! # Invariants
//! - A password is never kept or logged, only its argon2id hash; a session token or one of a program only as SHA-256.
//! - Whoever has a second factor is signed in after it was proved, not before; what stands between the steps opens no page. A code or a
//!   challenge is taken once.
//! - A program's token opens no more than its maker may do at that moment; on its routes a cookie counts for nothing.
//! - A handler of a route with a [`Right::Action`] runs only after the matrix said yes.
//! - A line of the audit trail is chained to the one before; nothing here changes or removes one.
//! - Whether a login exists is told neither by the words nor by the time of a refusal.

mod addresses;
mod api_tokens;
mod app;
mod audit;
mod crowd;
mod ctx;
mod error;
mod factors;
mod frame;
mod hashing;
mod invitations;
mod lockout;
mod login;
pub mod ops;
mod pace;
mod pages;
mod password;
mod peer;
mod privacy;
pub mod queries;
mod reader;
pub mod rights;
mod routes;
mod session;
mod store;
mod subsystem;
mod token;
mod user;

pub use crate::store::LangColumn;
pub use api_tokens::{
    API_PATHS, ApiToken, Caller, NewToken, TokenId, TokenKind, TokenRow, TokenScope, add_token, revoke_token,
};
pub use app::{App, DemoUser};
pub use audit::{
    Anchor, Anchors, AuditId, AuditKind, ChainHash, FINDINGS, SubjectId, SubjectKind, audit, chain_trail, doctor,
    verify,
};
pub use crowd::crowd_layer;
pub use ctx::{Actor, Ctx, Denied};
pub use error::AccountsError;
pub use factors::SecondFactor;
pub use frame::{page, roles_in_words, shell};
pub use login::{Login, LoginError};
pub use password::{NewPassword, PasswordError, PasswordHash};
pub use privacy::DATA;
pub use reader::{Reader, Visitor};
pub use rights::{Action, Scope, StaffRole};
pub use routes::{Right, RouteEntry, Routes};
pub use session::{school_of, session_layer};
pub use subsystem::{DataEntry, NavEntry, NavGroup, Subsystem};
pub use user::{User, UserStatus};

i18n::catalog!(
    "accounts",
    kk = include_str!("../locales/kk.ftl"),
    ru = include_str!("../locales/ru.ftl"),
    en = include_str!("../locales/en.ftl")
);

/// Accounts as the program wires them: sign-in, sign-out, one's own account, the home page.
pub fn subsystem(app: &App) -> Subsystem {
    Subsystem {
        name: "accounts",
        routes: pages::routes(Routes::new(app)),
        followers: Vec::new(),
        nav: vec![NavEntry {
            group: NavGroup::School,
            label: "accounts-nav-rights",
            href: pages::rights::PATH,
            icon: "shield-check",
            action: Action::EditAccounts,
            order: 95,
        }],
        data: DATA,
    }
}
