//! One's own account, and accounts as the command line sees them.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

mod browser;

use accounts::{AccountsError, Login, NewPassword, Scope, StaffRole, UserStatus, ops, ops::NewUser, queries};
use axum::http::StatusCode;
use browser::{PASSWORD, Site, desk};
use i18n::Lang;
use testkit::both_databases;

both_databases! {
    fn a_new_password_is_proved_by_the_old_one_and_ends_the_other_sessions(t) {
        let site = Site::new(t, desk);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let (mut here, mut there) = (site.browser_of("secretary"), site.browser_of("secretary"));
        let new = "жаңа құпиясөз 7";
        for (current, chosen, again, says) in [
            ("not it, sorry", new, new, "Текущий пароль введён неверно."),
            (PASSWORD, "short", "short", "Пароль слишком короткий"),
            (PASSWORD, "qwertyuiop", "qwertyuiop", "Такой пароль легко угадать"),
            (PASSWORD, new, "another one altogether", "Пароли не совпадают"),
        ] {
            let answer = here.post("/account/password", &[("current", current), ("new", chosen), ("again", again)]);
            assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.says(says), "{says}");
            assert!(!answer.says(new), "what was typed into a password field is not shown again");
        }
        let changed = here.post("/account/password", &[("current", PASSWORD), ("new", new), ("again", new)]);
        assert_eq!(changed.location(), "/account?done=password");
        assert!(here.get("/account?done=password").says("Пароль изменён"));
        assert_eq!(there.get("/account").status, StatusCode::SEE_OTHER, "the other browser is signed out");
        assert_eq!(there.sign_in("secretary", PASSWORD).status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(there.sign_in("secretary", new).status, StatusCode::SEE_OTHER);
    }

    fn a_password_is_guessed_at_an_open_page_no_more_often_than_at_the_door(t) {
        let site = Site::new(t, desk);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let mut here = site.browser_of("secretary");
        let new = "another password";
        let mut change = |current: &str| here.post("/account/password", &[("current", current), ("new", new), ("again", new)]).status;
        for guess in 0..5 {
            assert_eq!(change(&format!("guess number {guess}")), StatusCode::UNPROCESSABLE_ENTITY);
        }
        assert_eq!(change(PASSWORD), StatusCode::UNPROCESSABLE_ENTITY, "closed for a minute");
        assert_eq!(site.browser().sign_in("secretary", PASSWORD).status, StatusCode::UNPROCESSABLE_ENTITY);
        t.clock.forward_s(61);
        assert_eq!(change(PASSWORD), StatusCode::SEE_OTHER);
    }

    fn one_sees_ones_sessions_and_ends_the_others(t) {
        let site = Site::new(t, desk);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let (mut here, mut there) = (site.browser_of("secretary"), site.browser_of("secretary"));
        let page = here.get("/account");
        assert_eq!(page.body.matches("Chrome · Windows").count(), 2);
        assert!(page.says("192.0.2.7") && page.says("Этот браузер") && page.says("23.11.2026 07:30"));
        assert_eq!(here.post("/account/sign-out-elsewhere", &[]).location(), "/account?done=sessions");
        assert_eq!(there.get("/account").status, StatusCode::SEE_OTHER);
        assert!(here.get("/account").says("Других входов нет"));
    }

    fn a_language_is_kept_for_the_account_on_every_browser(t) {
        let site = Site::new(t, desk);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let mut here = site.browser_of("secretary");
        assert!(here.get("/account").says("lang=\"ru\""));
        assert_eq!(here.post("/account/language", &[("lang", "xx")]).status, StatusCode::BAD_REQUEST);
        assert_eq!(here.post("/account/language", &[("lang", "kk")]).location(), "/account");
        assert!(here.get("/account").says("Құпиясөзді ауыстыру"));
        assert!(site.browser_of("secretary").get("/account").says("Құпиясөзді ауыстыру"));
        assert_eq!(here.post("/theme", &[("theme", "dark"), ("next", "/account")]).location(), "/account");
        assert!(here.get("/account").says("data-theme=\"dark\""));
    }

    fn accounts_are_listed_found_and_given_another_password(t) {
        let site = Site::new(t, desk);
        let user = site.add_user("head", &[StaffRole::Head, StaffRole::Teacher]);
        site.add_user_at(t.school("another"), "stranger", &[StaffRole::Guard]);
        let scope = Scope::of_program(site.school);
        let users = t.db.read_blocking(|tx| queries::users(tx, &scope)).unwrap();
        assert_eq!(users.iter().map(|user| user.login.as_str()).collect::<Vec<_>>(), ["head"], "another school's are not seen");
        assert_eq!(users[0].roles, [StaffRole::Head, StaffRole::Teacher].into_iter().collect());
        assert_eq!((users[0].status, users[0].lang), (UserStatus::Active, Lang::Ru));
        let login = Login::parse("HEAD").unwrap();
        let found = t.db.read_blocking(|tx| queries::user_of_login(tx, &login)).unwrap().unwrap();
        assert_eq!(found, users[0]);

        let mut browser = site.browser_of("head");
        let hash = NewPassword::parse("another password", &login).unwrap().hash(&t.ids);
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| ops::reset_password(tx, &ctx, user, &hash)).unwrap();
        assert_eq!(browser.get("/account").status, StatusCode::SEE_OTHER);
        assert_eq!(browser.sign_in("head", "another password").status, StatusCode::SEE_OTHER);
    }

    fn an_account_needs_a_free_login_a_name_a_role_and_a_password(t) {
        let site = Site::new(t, desk);
        site.add_user("guard", &[StaffRole::Guard]);
        let new = |login: &str, name: &str, roles: &[StaffRole], password: &str| {
            NewUser::new(&t.ids, login, name, site.school, roles.iter().copied(), password, Lang::Kk)
        };
        let guard = &[StaffRole::Guard][..];
        assert!(matches!(new("вахтёр", "A", guard, PASSWORD), Err(AccountsError::Login(_))));
        assert!(matches!(new("other", " ", guard, PASSWORD), Err(AccountsError::Name)));
        assert!(matches!(new("other", "A", &[], PASSWORD), Err(AccountsError::NoRole)));
        assert!(matches!(new("other-guard", "A", guard, "Other-Guard"), Err(AccountsError::Password(_))));
        let taken = new("Guard", "A", guard, PASSWORD).unwrap();
        let ctx = site.ctx();
        let added = t.db.write_blocking(move |tx| ops::add_user(tx, &ctx, &taken));
        assert!(matches!(added, Err(AccountsError::LoginTaken(login)) if login == "guard"));
        let elsewhere = NewUser::new(&t.ids, "other", "A", t.school("another"), guard.iter().copied(), PASSWORD, Lang::Kk).unwrap();
        let ctx = site.ctx();
        assert!(matches!(t.db.write_blocking(move |tx| ops::add_user(tx, &ctx, &elsewhere)), Err(AccountsError::Denied(_))));
    }
}
