//! Roles: given, taken, shown.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

mod browser;

use accounts::{Action, StaffRole, rights::allows};
use axum::http::StatusCode;
use browser::{Site, desk};
use testkit::both_databases;

store::statements! {
    /// What the trail says of roles.
    fn changes() across_schools -> Many<String> = "select detail from audit where action = 'roles_changed' order by id";
}

#[test]
fn what_is_restricted_is_closed_to_roles_without_need() {
    let restricted: Vec<_> =
        Action::ALL.iter().filter(|action| action.is_restricted()).map(|action| action.as_str()).collect();
    assert_eq!(restricted, ["see_personal_numbers", "import_register", "export_register"]);
    let seeing: Vec<_> =
        StaffRole::ALL.iter().filter(|role| role.sees_restricted()).map(|role| role.as_str()).collect();
    assert_eq!(seeing, ["secretary", "head", "school_admin"]);
    let social: Vec<_> = Action::ALL
        .iter()
        .filter(|action| allows(StaffRole::SocialPedagogue, **action))
        .map(|action| action.as_str())
        .collect();
    assert_eq!(
        social,
        ["see_persons", "see_leaves", "see_calendar", "see_attendance", "correct_attendance", "see_all_attendance"]
    );
}

both_databases! {
    fn a_role_is_given_and_taken_and_counts_with_the_next_request(t) {
        let site = Site::new(t, desk);
        let admin_id = site.add_user("admin", &[StaffRole::SchoolAdmin]);
        let user = site.add_user("erlan", &[StaffRole::Teacher]);
        let mut admin = site.browser_of("admin");
        let mut browser = site.browser_of("erlan");
        assert_eq!(browser.get("/desk").status, StatusCode::FORBIDDEN);
        let path = format!("/accounts/{user}/roles");
        assert!(admin.get(&format!("/accounts/{user}")).says("name=\"role\" value=\"teacher\" checked"));
        let done = admin.post(&path, &[("role", "teacher"), ("role", "guard")]);
        assert_eq!(done.location(), format!("/accounts/{user}?done=roles"));
        assert_eq!(browser.get("/desk").status, StatusCode::OK);
        admin.post(&path, &[("role", "teacher"), ("role", "guard")]);
        admin.post(&path, &[("role", "social_pedagogue")]);
        assert_eq!(browser.get("/desk").status, StatusCode::FORBIDDEN);
        assert_eq!(t.db.read_blocking(changes).unwrap(), ["teacher -> guard,teacher", "guard,teacher -> social_pedagogue"]);

        assert_eq!(admin.post(&path, &[]).location(), format!("/accounts/{user}?done=no-role"));
        assert_eq!(admin.post(&path, &[("role", "king")]).location(), format!("/accounts/{user}?done=no-role"));
        assert!(admin.get(&format!("/accounts/{user}?done=no-role")).says("хотя бы одну роль"));
        assert_eq!(admin.post(&format!("/accounts/{admin_id}/roles"), &[("role", "guard")]).status, StatusCode::FORBIDDEN, "one's own");
        site.add_user_at(t.school("another"), "stranger", &[StaffRole::SchoolAdmin]);
        assert_eq!(site.browser_of("stranger").post(&path, &[("role", "head")]).status, StatusCode::NOT_FOUND);
        assert_eq!(browser.post(&path, &[("role", "head")]).status, StatusCode::FORBIDDEN);
        assert_eq!(t.db.read_blocking(changes).unwrap().len(), 2);
    }

    fn the_page_of_rights_says_who_may_do_what_and_who_holds_which_role(t) {
        let site = Site::new(t, desk);
        site.add_user("admin", &[StaffRole::SchoolAdmin]);
        let user = site.add_user("erlan", &[StaffRole::Teacher]);
        site.add_user_at(t.school("another"), "stranger", &[StaffRole::Guard]);
        t.clock.forward_s(24 * 3600);
        let mut admin = site.browser_of("admin");
        admin.post(&format!("/accounts/{user}/roles"), &[("role", "teacher"), ("role", "head")]);
        let page = admin.get("/rights");
        for words in ["Видеть ИИН, документ, телефоны, адрес", "Личные данные", "Социальный педагог", "Программа", "24.11.2026 07:30", "23.11.2026 07:30", "erlan"] {
            assert!(page.says(words), "{words}");
        }
        assert!(!page.says("stranger"), "another school's");
        assert!(page.says("href=\"/rights\" aria-current=\"page\""));
        assert_eq!(site.browser_of("erlan").get("/rights").status, StatusCode::FORBIDDEN);
        assert_eq!(admin.post("/account/language", &[("lang", "kk")]).status, StatusCode::SEE_OTHER);
        assert!(admin.get("/rights").says("ЖСН, құжат, телефон, мекенжайды көру"));
    }
}
