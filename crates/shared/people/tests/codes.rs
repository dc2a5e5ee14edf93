//! QR passes as the desk shows them, on both databases.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

#[path = "../../accounts/tests/browser/mod.rs"]
mod browser;

use accounts::{Ctx, Scope, StaffRole};
use axum::http::StatusCode;
use browser::Site;
use kernel::{Clock, CodeClaims, PersonId, Role};
use people::{model::PersonName, ops, person::PersonData, queries};
use testkit::{TestDb, both_databases};

fn person(t: &TestDb, site: &Site, family: &str) -> PersonId {
    let data = PersonData {
        name: PersonName::parse(family, "Айгүл", None).unwrap(),
        sex: None,
        birth_date: None,
        roles: [Role::Teacher].into(),
        class: None,
        position: String::new(),
        learning_until: None,
    };
    let ctx = site.ctx();
    t.db.write_blocking(move |tx| ops::add_person(tx, &ctx, &data)).unwrap()
}

/// The code that a page shows.
fn code_in(page: &str) -> String {
    page.split("<code>KZK1").nth(1).map(|rest| format!("KZK1{}", rest.split('<').next().unwrap())).unwrap()
}

both_databases! {
    fn a_code_is_shown_signed_and_every_time_another(t) {
        let site = Site::new(t, |app| vec![people::subsystem(app)]);
        site.add_user("secretary", &[StaffRole::Secretary]);
        site.add_user("teacher", &[StaffRole::Teacher]);
        let whose = person(t, &site, "Асанова");
        let home = format!("/people/{whose}/code");
        let mut desk = site.browser_of("secretary");
        assert!(desk.get(&format!("/people/{whose}")).says(&format!("href=\"{home}\"")));
        assert!(desk.get(&home).says("Включить QR-пропуска"));
        assert_eq!(desk.get(&format!("{home}/live")).status, StatusCode::NOT_FOUND);
        assert_eq!(desk.post(&format!("{home}/key"), &[]).location(), format!("{home}?done=key"));
        let page = desk.get(&home);
        assert!(page.says("<svg") && page.says("Асанова") && page.says("every 20s"), "{}", page.body);
        let (first, second) = (code_in(&page.body), code_in(&desk.get_part(&format!("{home}/live")).body));
        assert_ne!(first, second);
        let scope = Scope::of_program(site.school);
        let keys = t.db.read_blocking(|tx| queries::code_keys(tx, &scope)).unwrap();
        assert_eq!((keys.len(), keys[0].number), (1, 1));
        for code in [first, second] {
            let (claims, signature) = CodeClaims::parse(&code).unwrap();
            assert_eq!((claims.person, claims.school, claims.key, claims.lasts_s), (whose, site.school, 1, 30));
            assert_eq!(claims.from(), t.clock.now());
            assert!(crypto::verify(&keys[0].public, &claims.message(), &signature));
        }
        // Another key takes the place of the one before, whose seed is gone.
        desk.post(&format!("{home}/key"), &[]);
        let later = t.db.read_blocking(|tx| queries::code_keys(tx, &scope)).unwrap();
        assert_eq!((later.len(), later[0].number), (1, 2));
        assert_ne!(later[0].public, keys[0].public);
        assert_eq!(t.db.read_blocking(|tx| seeds(tx, scope.school())).unwrap(), 1);
        // Each look at the page stands in the trail; what it fetches by itself does not.
        let looks = t.db.read_blocking(|tx| accounts::queries::trail(tx, &scope, "code_shown", whose, jiff::Timestamp::UNIX_EPOCH, 10)).unwrap();
        assert_eq!(looks.len(), 2);
    }

    fn only_whoever_looks_after_credentials_shows_codes_and_only_of_the_own_school(t) {
        let site = Site::new(t, |app| vec![people::subsystem(app)]);
        let (ours, gone) = (person(t, &site, "Асанова"), person(t, &site, "Беков"));
        site.add_user("secretary", &[StaffRole::Secretary]);
        site.add_user("teacher", &[StaffRole::Teacher, StaffRole::Guard, StaffRole::Head]);
        let other = t.school("Школа № 2");
        site.add_user_at(other, "stranger", &[StaffRole::SchoolAdmin]);
        let (ctx, vault) = (site.ctx(), site.app.vault.clone());
        t.db.write_blocking(move |tx| ops::change_code_key(tx, &ctx, &vault)).unwrap();
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| ops::archive(tx, &ctx, gone)).unwrap();
        for (who, whose, status) in [
            ("teacher", ours, StatusCode::FORBIDDEN),
            ("stranger", ours, StatusCode::NOT_FOUND),
            ("secretary", gone, StatusCode::CONFLICT),
            ("secretary", ours, StatusCode::OK),
        ] {
            let mut browser = site.browser_of(who);
            for path in ["code", "code/live"] {
                assert_eq!(browser.get(&format!("/people/{whose}/{path}")).status, status, "{who} {path}");
            }
        }
        assert!(site.browser_of("teacher").post(&format!("/people/{ours}/code/key"), &[]).status == StatusCode::FORBIDDEN);
        let stranger = Ctx::of_program(other, t.clock.now(), t.ids.clone());
        let vault = site.app.vault.clone();
        let refused = t.db.read_blocking(move |tx| ops::code(tx, &stranger, &vault, ours));
        assert!(matches!(refused, Err(people::PeopleError::NoSuchPerson)));
    }
}

store::statements! {
    /// Seeds that are kept.
    fn seeds(school: kernel::SchoolId) -> Exactly<u64> = "select count(*) from code_key where school = $1 and seed is not null";
}
