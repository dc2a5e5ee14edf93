//! What is done to accounts and sessions, one use case a file.

mod add_user;
mod change_password;
mod disable;
mod set_lang;
mod set_person;
mod set_roles;
mod sign_in;
mod sign_out;

pub use crate::factors::reset_factors;
pub use add_user::{NewUser, add_user};
pub use change_password::{change_password, reset_password};
pub use disable::{disable, enable};
pub use set_lang::set_lang;
pub use set_person::set_person;
pub use set_roles::set_roles;
pub(crate) use sign_in::{
    Newcomer, News, Second, SignIn, Verdict, begin_passkey_step, forget_sessions, judge, lock_of, password_proved,
    second_step, sign_in,
};
pub(crate) use sign_out::sign_out;
pub(crate) use sign_out::{answer_new_browsers, end_own_session};
pub use sign_out::{end_sessions_of, sign_out_elsewhere};
