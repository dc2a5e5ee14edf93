//! Signing in and out, one's own account, and where the home page leads.

mod account;
mod browsers;
mod home;
mod invitation;
mod no_cookies;
pub(crate) mod passkeys;
pub(crate) mod resume;
pub(crate) mod rights;
pub(crate) mod second_factor;
mod second_step;
mod sign_in;
mod staff;

use crate::{
    frame::{ACCOUNT_PATH, SIGN_OUT_PATH},
    rights::Action,
    routes::{Right, Routes},
};

const ACCOUNTS: Right = Right::Action(Action::EditAccounts);

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/", Right::SignedIn, home::home)
        .get(web::SIGN_IN_PATH, Right::Public("signing in"), sign_in::form)
        .post(web::SIGN_IN_PATH, Right::Public("signing in"), sign_in::submit)
        .get(no_cookies::PATH, Right::Public("sees whether the browser keeps cookies"), no_cookies::check)
        .post(second_step::PASSKEY_PATH, Right::Public("signing in with a passkey"), second_step::passkey)
        .get(second_step::PATH, Right::Public("leads to the sign-in"), second_step::begin_anew)
        .post(second_step::PATH, Right::Public("the second step of signing in"), second_step::submit)
        .get(invitation::PATH, Right::Public("the link opens it"), invitation::show)
        .post(invitation::PATH, Right::Public("the link opens it"), invitation::choose)
        .get(staff::NEW, ACCOUNTS, staff::new_form)
        .post(staff::NEW, ACCOUNTS, staff::add)
        .get(staff::ONE, ACCOUNTS, staff::show)
        .post(staff::INVITE, ACCOUNTS, staff::invite)
        .post(staff::UNINVITE, ACCOUNTS, staff::uninvite)
        .post(staff::RESET_FACTORS, ACCOUNTS, staff::reset_factors)
        .post(staff::END_SESSIONS, ACCOUNTS, staff::end_sessions)
        .post(staff::ROLES, ACCOUNTS, staff::change_roles)
        .get(rights::PATH, ACCOUNTS, rights::show)
        .post(staff::STATUS, ACCOUNTS, staff::change_status)
        .post(SIGN_OUT_PATH, Right::Public("ends one's own session, also one that is over"), sign_in::sign_out)
        .get(ACCOUNT_PATH, Right::SignedIn, account::show)
        .post("/account/language", Right::SignedIn, account::choose_language)
        .post("/account/password", Right::SignedIn, account::change_password)
        .post("/account/sign-out-elsewhere", Right::SignedIn, account::sign_out_elsewhere)
        .post(browsers::END, Right::SignedIn, browsers::end)
        .post(browsers::NAME, Right::SignedIn, browsers::name)
        .get(browsers::NEWS, Right::SignedIn, browsers::news)
        .post(browsers::NEWS, Right::SignedIn, browsers::answer_news)
        .get(second_factor::PATH, Right::OwnFactors, second_factor::show)
        .get(second_factor::APP, Right::OwnFactors, second_factor::app)
        .post(second_factor::APP, Right::OwnFactors, second_factor::begin_app)
        .post(second_factor::CONFIRM_APP, Right::OwnFactors, second_factor::confirm_app)
        .post(second_factor::REMOVE_APP, Right::OwnFactors, second_factor::remove_app)
        .post(second_factor::CODES, Right::OwnFactors, second_factor::new_codes)
        .post(second_factor::PASSKEY, Right::OwnFactors, second_factor::begin_passkey)
        .post(second_factor::ADD_PASSKEY, Right::OwnFactors, second_factor::add_passkey)
        .post(second_factor::REMOVE_PASSKEY, Right::OwnFactors, second_factor::remove_passkey)
}
