//! Signing in and out, one's own account, and where the home page leads.

mod account;
mod home;
pub(crate) mod resume;
mod sign_in;

use crate::{
    frame::{ACCOUNT_PATH, SIGN_OUT_PATH},
    routes::{Right, Routes},
};

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/", Right::SignedIn, home::home)
        .get(web::SIGN_IN_PATH, Right::Public("signing in"), sign_in::form)
        .post(web::SIGN_IN_PATH, Right::Public("signing in"), sign_in::submit)
        .post(SIGN_OUT_PATH, Right::Public("ends one's own session, also one that is over"), sign_in::sign_out)
        .get(ACCOUNT_PATH, Right::SignedIn, account::show)
        .post("/account/language", Right::SignedIn, account::choose_language)
        .post("/account/password", Right::SignedIn, account::change_password)
        .post("/account/sign-out-elsewhere", Right::SignedIn, account::sign_out_elsewhere)
}
