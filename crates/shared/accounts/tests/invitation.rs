//! Accounts by link: added without a password, opened once, reset, closed.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

mod browser;

use std::sync::Arc;

use accounts::{App, SecondFactor, StaffRole};
use axum::{body::Body, http::StatusCode};
use browser::{Answer, Browser, PASSWORD, Site, desk, urlencoded};
use testkit::{TestDb, both_databases};

store::statements! {
    /// How often something stands in the audit trail.
    fn audited(action: &str) across_schools -> Exactly<u64> = "select count(*) from audit where action = $1";
    /// What is kept of links.
    fn hashes() across_schools -> Many<Vec<u8>> = "select token_hash from user_invitation";
    /// The account of a login.
    fn account(login: &str) across_schools -> Exactly<kernel::UserId> = "select id from user_account where login = $1";
}

const NEW: &str = "жаңа құпиясөз 7";

fn count(t: &TestDb, action: &'static str) -> u64 {
    t.db.read_blocking(|tx| audited(tx, action)).unwrap()
}

fn required(t: &TestDb) -> Site {
    let app = App::new(t.db.clone(), testkit::vault(), Arc::new(t.clock.clone()), t.ids.clone(), false, Vec::new());
    Site::with_app(t, app.with_second_factor(SecondFactor::Required), desk)
}

/// Somebody is added; gives the page with the link.
fn add(admin: &mut Browser<'_>, login: &str, roles: &[&str]) -> Answer {
    let mut fields = vec![("login", login), ("name", "Ерлан Ахметов"), ("lang", "ru")];
    fields.extend(roles.iter().map(|role| ("role", *role)));
    admin.post("/accounts/new", &fields)
}

/// The path of the link on a page.
fn link(page: &Answer) -> String {
    let start = page.body.find("value=\"http://school.example/invitation/").unwrap_or_else(|| panic!("{}", page.body));
    page.body[start + "value=\"http://school.example".len()..].split('"').next().unwrap().to_owned()
}

both_databases! {
    fn somebody_is_invited_chooses_a_password_and_is_signed_in(t) {
        let site = Site::new(t, desk);
        site.add_user("admin", &[StaffRole::SchoolAdmin]);
        let mut admin = site.browser_of("admin");
        assert!(admin.get("/accounts/new").says("Новая учётная запись"));
        let shown = add(&mut admin, "Erlan", &["guard", "teacher"]);
        assert!(shown.status == StatusCode::OK && shown.says("показывается только сейчас") && shown.says("class=\"qr-code\""), "{}", shown.body);
        let path = link(&shown);
        let token = path.rsplit('/').next().unwrap();
        assert!(t.db.read_blocking(hashes).unwrap().iter().all(|hash| hash.len() == 32 && hash != token.as_bytes()));

        let user = t.db.read_blocking(|tx| account(tx, "erlan")).unwrap();
        let page = admin.get(&format!("/accounts/{user}"));
        assert!(page.says("Пароль не выбран") && page.says("ждёт, когда по ней перейдут") && !page.says(token));
        let mut browser = site.browser();
        for password in ["", " ", PASSWORD] {
            assert_eq!(browser.sign_in("erlan", password).status, StatusCode::UNPROCESSABLE_ENTITY, "{password:?}");
        }
        let page = browser.get(&path);
        assert!(page.says("Ерлан Ахметов") && page.says("erlan") && page.says("Школа № 1"));
        for (new, again, says) in [("short", "short", "слишком короткий"), (NEW, "other", "не совпадают")] {
            let refused = browser.post(&path, &[("new", new), ("again", again)]);
            assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.says(says), "{says}");
        }
        let done = browser.post(&path, &[("new", NEW), ("again", NEW)]);
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/account/second-factor"), "{}", done.body);
        assert_eq!(browser.get("/desk").status, StatusCode::OK);
        assert_eq!(site.browser().sign_in("erlan", NEW).status, StatusCode::SEE_OTHER);
        for used in [site.browser().get(&path), site.browser().post(&path, &[("new", PASSWORD), ("again", PASSWORD)])] {
            assert!(used.status == StatusCode::GONE && used.says("больше не действует") && used.says("новую ссылку"));
        }
        assert!(admin.get(&format!("/accounts/{user}")).says("Действует"));
        assert_eq!((count(t, "user_added"), count(t, "invitation_made"), count(t, "invitation_used")), (2, 1, 1));
    }

    fn a_link_is_over_after_seven_days_when_taken_back_or_when_the_next_is_made(t) {
        let site = Site::new(t, desk);
        site.add_user("admin", &[StaffRole::SchoolAdmin]);
        let mut admin = site.browser_of("admin");
        let first = link(&add(&mut admin, "erlan", &["guard"]));
        let user = t.db.read_blocking(|tx| account(tx, "erlan")).unwrap();
        let second = link(&admin.post(&format!("/accounts/{user}/invite"), &[]));
        assert_eq!((site.browser().get(&first).status, site.browser().get(&second).status), (StatusCode::GONE, StatusCode::OK));
        assert_eq!(admin.post(&format!("/accounts/{user}/invite/revoke"), &[]).location(), format!("/accounts/{user}?done=uninvited"));
        assert_eq!(site.browser().get(&second).status, StatusCode::GONE);
        assert!(admin.get(&format!("/accounts/{user}")).says("Нет ни пароля, ни действующей ссылки"));
        let third = link(&admin.post(&format!("/accounts/{user}/invite"), &[]));
        t.clock.forward_s(7 * 24 * 3600 - 1);
        assert_eq!(site.browser().get(&third).status, StatusCode::OK);
        t.clock.forward_s(1);
        assert_eq!(site.browser().get(&third).status, StatusCode::GONE);
        assert_eq!(site.browser().post(&third, &[("new", NEW), ("again", NEW)]).status, StatusCode::GONE);
        assert!(site.browser_of("admin").get(&format!("/accounts/{user}")).says("Срок ссылки истёк"));
        for path in ["/invitation/x", "/invitation/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(site.browser().get(path).status, StatusCode::GONE, "{path}");
        }
        assert_eq!((count(t, "invitation_made"), count(t, "invitation_revoked"), count(t, "invitation_used")), (3, 1, 0));
    }

    fn a_link_ends_when_the_account_is_closed_or_is_given_a_password(t) {
        let site = Site::new(t, desk);
        site.add_user("admin", &[StaffRole::SchoolAdmin]);
        let mut admin = site.browser_of("admin");
        let path = link(&add(&mut admin, "erlan", &["guard"]));
        let user = t.db.read_blocking(|tx| account(tx, "erlan")).unwrap();
        for status in ["disabled", "active"] {
            admin.post(&format!("/accounts/{user}/status"), &[("status", status)]);
            assert_eq!(site.browser().get(&path).status, StatusCode::GONE, "{status}");
        }
        let path = link(&admin.post(&format!("/accounts/{user}/invite"), &[]));
        let login = accounts::Login::parse("erlan").unwrap();
        let hash = accounts::NewPassword::parse(NEW, &login).unwrap().hash(&t.ids);
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| accounts::ops::reset_password(tx, &ctx, user, &hash)).unwrap();
        assert_eq!(site.browser().post(&path, &[("new", PASSWORD), ("again", PASSWORD)]).status, StatusCode::GONE);
        assert_eq!(site.browser().sign_in("erlan", NEW).status, StatusCode::SEE_OTHER);
    }

    fn two_who_open_one_link_at_the_same_time_do_not_both_choose(t) {
        let site = Site::new(t, desk);
        site.add_user("admin", &[StaffRole::SchoolAdmin]);
        let path = link(&add(&mut site.browser_of("admin"), "erlan", &["guard"]));
        let choose = |password: &str| {
            let request = site.browser().request("POST", &path).header("sec-fetch-site", "same-origin");
            let request = request.header("content-type", "application/x-www-form-urlencoded");
            request.body(Body::from(urlencoded(&[("new", password), ("again", password)]))).unwrap()
        };
        let answers = site.at_once(vec![choose("the first password"), choose("the second password")]);
        let done: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        assert!(done.contains(&StatusCode::SEE_OTHER) && done.contains(&StatusCode::GONE), "{done:?}");
    }

    fn a_forgotten_password_is_reset_by_link_and_the_old_one_ends_at_once(t) {
        let site = required(t);
        site.add_user("admin", &[StaffRole::SchoolAdmin]);
        let user = site.add_user("guard", &[StaffRole::Guard]);
        let ctx = site.ctx();
        let mut guard = site.browser_of("guard");
        let mut admin = site.browser_of("admin");
        assert_eq!(admin.get(&format!("/accounts/{user}")).location(), "/account/second-factor", "an administrator needs a factor first");
        drop(ctx);
        let site = Site::with_app(t, App::new(t.db.clone(), testkit::vault(), Arc::new(t.clock.clone()), t.ids.clone(), false, Vec::new()), desk);
        let mut admin = site.browser_of("admin");
        let path = link(&admin.post(&format!("/accounts/{user}/invite"), &[]));
        assert_eq!(guard.get("/desk").status, StatusCode::SEE_OTHER);
        assert_eq!(site.browser().sign_in("guard", PASSWORD).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(guard.post(&path, &[("new", NEW), ("again", NEW)]).location(), "/account/second-factor");
        assert_eq!(guard.get("/desk").status, StatusCode::OK);
    }

    fn accounts_are_looked_after_by_administrators_of_their_own_school(t) {
        let site = Site::new(t, desk);
        let admin_id = site.add_user("admin", &[StaffRole::SchoolAdmin]);
        let user = site.add_user("guard", &[StaffRole::Guard]);
        let stranger = site.add_user_at(t.school("another"), "stranger", &[StaffRole::SchoolAdmin]);
        let mut admin = site.browser_of("admin");
        let mut foreign = site.browser_of("stranger");
        let mut guard = site.browser_of("guard");
        assert_eq!(admin.get(&format!("/accounts/{stranger}")).status, StatusCode::NOT_FOUND);
        assert_eq!(guard.get("/accounts/new").status, StatusCode::FORBIDDEN);
        for what in ["invite", "invite/revoke", "factors/reset", "sessions/end", "status", "roles"] {
            let path = format!("/accounts/{user}/{what}");
            let refused = foreign.post(&path, &[("status", "disabled"), ("role", "head")]);
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(guard.post(&path, &[]).status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(guard.get("/desk").status, StatusCode::OK, "nothing was done");
        assert_eq!(admin.post(&format!("/accounts/{user}/sessions/end"), &[]).location(), format!("/accounts/{user}?done=sessions"));
        assert_eq!(guard.get("/desk").status, StatusCode::SEE_OTHER);
        assert_eq!(admin.post(&format!("/accounts/{user}/status"), &[("status", "disabled")]).status, StatusCode::SEE_OTHER);
        assert_eq!(guard.sign_in("guard", PASSWORD).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(admin.get(&format!("/accounts/{user}?done=disabled")).says("Учётная запись отключена"));
        assert_eq!(admin.post(&format!("/accounts/{user}/status"), &[("status", "active")]).status, StatusCode::SEE_OTHER);
        assert_eq!(guard.sign_in("guard", PASSWORD).status, StatusCode::SEE_OTHER);
        // Nobody shuts himself out.
        for (what, field) in [("invite", ("", "")), ("status", ("status", "disabled"))] {
            assert_eq!(admin.post(&format!("/accounts/{admin_id}/{what}"), &[field]).status, StatusCode::FORBIDDEN, "{what}");
        }
        assert!(admin.get(&format!("/accounts/{admin_id}")).says("Это ваша учётная запись"));
        assert_eq!(count(t, "sessions_ended"), 1);
    }

    fn an_account_that_cannot_be_is_not_added(t) {
        let site = Site::new(t, desk);
        site.add_user("admin", &[StaffRole::SchoolAdmin]);
        let mut admin = site.browser_of("admin");
        for (login, roles, says) in [
            ("admin", &["guard"][..], "уже занят"),
            ("вахта", &["guard"], "латинские буквы"),
            ("erlan", &[], "хотя бы одну роль"),
            ("erlan", &["king"], "хотя бы одну роль"),
        ] {
            let refused = add(&mut admin, login, roles);
            assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.says(says) && refused.says("Ерлан Ахметов"), "{says}");
        }
        let nameless = admin.post("/accounts/new", &[("login", "erlan"), ("name", " "), ("lang", "ru"), ("role", "guard")]);
        assert!(nameless.says("от 1 до 120 знаков"));
    }
}
