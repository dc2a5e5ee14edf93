//! A clock that is moved back lets nobody in who could not come in before.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

mod browser;

use accounts::StaffRole;
use axum::http::StatusCode;
use browser::{PASSWORD, Site, desk};
use testkit::both_databases;

both_databases! {
    fn sessions_go_on_and_closed_accounts_stay_closed_when_the_clock_is_moved_back(t) {
        let site = Site::new(t, desk);
        site.add_user("guard", &[StaffRole::Guard]);
        site.add_user("closed", &[StaffRole::Guard]);
        let mut open = site.browser_of("guard");
        let mut locked = site.browser();
        for _ in 0..5 {
            locked.sign_in("closed", "wrong horse battery");
        }
        t.clock.forward_s(-3 * 3600);
        assert_eq!(open.get("/account").status, StatusCode::OK, "who was in stays in");
        let refused = locked.sign_in("closed", PASSWORD);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "the account was closed until a later moment");
        t.clock.forward_s(3 * 3600 + 61);
        assert_eq!(locked.sign_in("closed", PASSWORD).status, StatusCode::SEE_OTHER);
    }

    fn a_session_that_was_forgotten_does_not_come_back_with_an_older_clock(t) {
        let site = Site::new(t, desk);
        site.add_user("guard", &[StaffRole::Guard]);
        let mut old = site.browser_of("guard");
        // After twelve hours it is over; the next who signs in sweeps it away.
        t.clock.forward_s(13 * 3600);
        assert_eq!(old.get("/account").status, StatusCode::SEE_OTHER);
        site.browser_of("guard");
        t.clock.forward_s(-13 * 3600);
        assert_eq!(old.get("/account").status, StatusCode::SEE_OTHER);
    }
}
