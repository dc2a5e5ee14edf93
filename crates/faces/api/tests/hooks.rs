//! Webhooks, from the administrator's page to the receiver and back, on both databases.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

#[path = "../../../shared/accounts/tests/browser/mod.rs"]
mod browser;
mod receiver;

use std::sync::Arc;

use accounts::{DemoUser, StaffRole};
use api::hooks;
use axum::http::StatusCode;
use browser::{Browser, Site};
use journal::{Follower, Followers, facts::PassRecorded};
use kernel::{Clock, DecidedBy, Direction, Reason, SchoolId};
use receiver::{Receiver, secret_of};
use testkit::{TestDb, both_databases};

const HOUR_S: i64 = 3600;

/// A site that may send to this machine, as the demonstration may.
fn site(t: &TestDb) -> Site {
    let demo = DemoUser { login: "x".into(), password: "x".into(), role_key: "accounts-role-guard" };
    let site = Site::with_demo(t, vec![demo], |app| vec![api::subsystem(app)]);
    site.add_user("admin", &[StaffRole::SchoolAdmin]);
    site
}

/// Somebody passes: the journal learns of it, the follower too.
fn happens(t: &TestDb, site: &Site, school: SchoolId) {
    let at = t.clock.now();
    let pass = PassRecorded {
        pass: t.ids.new_id(at),
        gate: t.ids.new_id(at),
        point: t.ids.new_id(at),
        direction: Direction::In,
        person: Some(t.ids.new_id(at)),
        credential: None,
        reason: Reason::Granted,
        decided_by: DecidedBy::Gate,
        at,
        is_late: false,
        moved_to: None,
        moved_from: None,
    };
    t.db.write_blocking(move |tx| journal::append(tx, school, at, &pass)).unwrap();
    let follower: Arc<dyn Follower> = Arc::new(hooks::HookFollower::new(&site.app));
    Followers::catch_up(&t.db, &follower).unwrap();
}

/// Adds a webhook for passes; its page and its secret.
fn add(desk: &mut Browser<'_>, url: &str) -> (String, String) {
    let page = desk.post("/webhooks", &[("url", url), ("kind", "PassRecorded")]);
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let secret = secret_of(&page.body);
    let home = page.body.split("href=\"/webhooks/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    (format!("/webhooks/{home}"), secret)
}

fn send(site: &Site) -> u64 {
    hooks::send_due(&site.app).unwrap()
}

both_databases! {
    fn an_event_comes_to_the_receiver_signed_and_in_order(t) {
        let (site, receiver) = (site(t), Receiver::start());
        happens(t, &site, site.school);
        let mut desk = site.browser_of("admin");
        let (home, secret) = add(&mut desk, &receiver.url);
        assert!(!desk.get(&home).says("whsec_"), "the secret is shown once");
        assert_eq!(send(&site), 0, "what was before is not sent");
        happens(t, &site, site.school);
        happens(t, &site, site.school);
        assert_eq!(send(&site), 2);
        let (first, second) = (receiver.next(), receiver.next());
        first.is_signed_by(&[&secret], t.clock.now());
        assert_eq!(first.json()["id"], format!("{}-2", site.school));
        assert_eq!(first.header("webhook-id"), format!("{}-2", site.school));
        assert_eq!(first.json()["kind"], "PassRecorded");
        assert_eq!(first.json()["school"], site.school.to_string());
        assert_eq!(first.json()["body"]["reason"], "granted");
        assert_eq!(second.json()["id"], format!("{}-3", site.school));
        assert_eq!(send(&site), 0);
        let page = desk.get(&home);
        assert!(page.says("доставлено") && page.says("Проход") && !page.says("в очереди"), "{}", page.body);
        let one = desk.get(&format!("{home}/deliveries/1"));
        assert!(one.says("thanks") && one.says(&format!("{}-2", site.school)), "{}", one.body);
        // A kind that was not chosen stays here.
        let (at, school) = (t.clock.now(), site.school);
        t.db.write_blocking(move |tx| journal::append(tx, school, at, &Other {})).unwrap();
        happens(t, &site, site.school);
        assert_eq!(send(&site), 1);
        assert_eq!(receiver.next().json()["id"], format!("{}-5", site.school));
    }

    fn what_does_not_get_through_is_tried_again_and_nothing_overtakes_it(t) {
        let (site, receiver) = (site(t), Receiver::start());
        let mut desk = site.browser_of("admin");
        let (home, _) = add(&mut desk, &receiver.url);
        receiver.answers([500, 302, 404]);
        happens(t, &site, site.school);
        happens(t, &site, site.school);
        assert_eq!(send(&site), 1, "the second waits behind the first");
        assert_eq!(send(&site), 0, "not at once");
        let page = desk.get(&home);
        assert!(page.says("будет повтор") && page.says("сбой доставки") && page.says("500"), "{}", page.body);
        for pause_s in [6, 34] {
            t.clock.forward_s(pause_s);
            assert_eq!(send(&site), 1, "after {pause_s} s");
        }
        t.clock.forward_s(140);
        assert_eq!(send(&site), 2);
        let ids: Vec<_> = (0..5).map(|_| receiver.next().json()["id"].as_str().unwrap().to_owned()).collect();
        let (first, second) = (format!("{}-1", site.school), format!("{}-2", site.school));
        assert_eq!(ids, [first.clone(), first.clone(), first.clone(), first, second]);
        assert!(desk.get(&home).says("работает"));
    }

    fn after_three_days_it_is_off_until_somebody_switches_it_on(t) {
        let (site, receiver) = (site(t), Receiver::start());
        let mut desk = site.browser_of("admin");
        let (home, _) = add(&mut desk, &receiver.url);
        receiver.answers_always(503);
        happens(t, &site, site.school);
        let mut attempts = 0;
        for _ in 0..80 {
            attempts += send(&site);
            t.clock.forward_s(HOUR_S);
        }
        assert!((15..30).contains(&attempts), "{attempts}");
        let mut desk = site.browser_of("admin");
        let page = desk.get(&home);
        assert!(page.says("Трое суток не удавалось") && page.says("выключен"), "{}", page.body);
        happens(t, &site, site.school);
        t.clock.forward_s(6 * HOUR_S);
        assert_eq!(send(&site), 0);
        assert_eq!(desk.post(&format!("{home}/test"), &[]).status, StatusCode::CONFLICT);
        receiver.drain();
        receiver.answers_always(200);
        assert_eq!(desk.post(&format!("{home}/on"), &[]).status, StatusCode::SEE_OTHER);
        assert_eq!(send(&site), 1, "what waited is sent; what happened meanwhile is not");
        assert_eq!(receiver.next().json()["id"], format!("{}-1", site.school));
        // A receiver that wants no more is believed at once.
        receiver.answers([410]);
        happens(t, &site, site.school);
        assert_eq!(send(&site), 1);
        assert!(desk.get(&home).says("больше не нужны"));
        assert_eq!(desk.post(&format!("{home}/on"), &[("skip", "on")]).status, StatusCode::SEE_OTHER);
        assert_eq!(send(&site), 0, "what waited is left out");
        assert!(desk.get(&home).says("пропущено"));
    }

    fn a_new_secret_signs_beside_the_old_one_for_a_day(t) {
        let (site, receiver) = (site(t), Receiver::start());
        let mut desk = site.browser_of("admin");
        let (home, old) = add(&mut desk, &receiver.url);
        let page = desk.post(&format!("{home}/secret"), &[]);
        let new = secret_of(&page.body);
        assert_ne!(new, old);
        happens(t, &site, site.school);
        send(&site);
        receiver.next().is_signed_by(&[&new, &old], t.clock.now());
        t.clock.forward_s(24 * HOUR_S + 1);
        happens(t, &site, site.school);
        send(&site);
        receiver.next().is_signed_by(&[&new], t.clock.now());
        hooks::clean(&site.app).unwrap();
        assert!(!desk.get(&home).says("Прежним секретом"));
    }

    fn a_test_is_sent_at_once_and_a_delivery_again_or_left_out(t) {
        let (site, receiver) = (site(t), Receiver::start());
        let mut desk = site.browser_of("admin");
        let (home, secret) = add(&mut desk, &receiver.url);
        assert_eq!(desk.post(&format!("{home}/test"), &[]).location(), format!("{home}?done=tested"));
        assert_eq!(send(&site), 1);
        let test = receiver.next();
        test.is_signed_by(&[&secret], t.clock.now());
        assert_eq!(test.json()["kind"], "Test");
        desk.post(&format!("{home}/deliveries/1/again"), &[]);
        assert_eq!(send(&site), 1);
        assert_eq!(receiver.next().header("webhook-id"), test.header("webhook-id"), "the same message");
        // One that is refused is left out by hand, and the one behind it comes.
        receiver.answers([400]);
        happens(t, &site, site.school);
        happens(t, &site, site.school);
        assert_eq!(send(&site), 1);
        assert_eq!(desk.post(&format!("{home}/deliveries/3/skip"), &[]).status, StatusCode::SEE_OTHER);
        assert_eq!(desk.post(&format!("{home}/deliveries/3/skip"), &[]).status, StatusCode::NOT_FOUND);
        assert_eq!(send(&site), 1);
        receiver.next();
        assert_eq!(receiver.next().json()["id"], format!("{}-2", site.school));
        t.clock.forward_s(30 * 24 * HOUR_S + 1);
        hooks::clean(&site.app).unwrap();
        let mut later = site.browser_of("admin");
        assert!(later.get(&home).says("Пока ничего не отправлено"));
        assert_eq!(later.post(&format!("{home}/remove"), &[]).location(), "/webhooks?done=removed");
        assert_eq!(later.get(&home).status, StatusCode::NOT_FOUND);
    }

    fn a_wrong_address_is_refused_and_nobody_else_sees_or_changes_a_webhook(t) {
        let (site, receiver) = (site(t), Receiver::start());
        let mut desk = site.browser_of("admin");
        for (url, says) in [
            ("https://10.0.0.1/", "ведёт в локальную сеть"),
            ("http://example.kz/", "https://"),
            ("https://a:b@example.kz/", "логин и пароль"),
            ("example", "латинскими буквами"),
        ] {
            let page = desk.post("/webhooks", &[("url", url), ("all", "on")]);
            assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.says(says), "{url}: {}", page.body);
        }
        let page = desk.post("/webhooks", &[("url", &receiver.url), ("kind", "Nonsense")]);
        assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.says("хотя бы одно событие"));
        let (home, _) = add(&mut desk, &receiver.url);
        let changed = desk.post(&format!("{home}/edit"), &[("url", &receiver.url), ("all", "on")]);
        assert_eq!(changed.location(), format!("{home}?done=changed"));
        assert!(desk.get("/webhooks").says("все события"));
        let other = t.school("Школа № 2");
        site.add_user_at(other, "stranger", &[StaffRole::SchoolAdmin]);
        site.add_user("secretary", &[StaffRole::Secretary]);
        let acts = ["edit", "secret", "test", "on", "off", "remove", "deliveries/1/again", "deliveries/1/skip"];
        happens(t, &site, site.school);
        for (who, status) in [("stranger", StatusCode::NOT_FOUND), ("secretary", StatusCode::FORBIDDEN)] {
            let mut browser = site.browser_of(who);
            assert_eq!(browser.get(&home).status, status, "{who}");
            assert_eq!(browser.get(&format!("{home}/deliveries/1")).status, status, "{who}");
            for act in acts {
                let answer = browser.post(&format!("{home}/{act}"), &[("url", receiver.url.as_str()), ("all", "on")]);
                assert_eq!(answer.status, status, "{who} {act}");
            }
        }
        assert!(!site.browser_of("stranger").get("/webhooks").says(&receiver.url));
        happens(t, &site, other);
        assert_eq!(send(&site), 1, "only what happened at its own school");
    }

    fn what_waits_is_limited_and_ten_webhooks_are_enough(t) {
        let (site, receiver) = (site(t), Receiver::start());
        let mut desk = site.browser_of("admin");
        for _ in 0..hooks::HOOKS_LIMIT {
            add(&mut desk, &receiver.url);
        }
        let page = desk.post("/webhooks", &[("url", &receiver.url), ("all", "on")]);
        assert!(page.status == StatusCode::UNPROCESSABLE_ENTITY && page.says("уже 10 вебхуков"), "{}", page.body);
        happens(t, &site, site.school);
        assert_eq!((0..3).map(|_| send(&site)).sum::<u64>(), hooks::HOOKS_LIMIT);
    }

    fn a_receiver_that_is_away_for_long_does_not_fill_the_database(t) {
        let (site, receiver) = (site(t), Receiver::start());
        let mut desk = site.browser_of("admin");
        let (home, _) = add(&mut desk, &receiver.url);
        let school = site.school;
        t.db.write_blocking(move |tx| fill(tx, school)).unwrap();
        happens(t, &site, site.school);
        let page = desk.get(&home);
        assert!(page.says("слишком много сообщений") && page.says("выключен"), "{}", page.body);
        assert_eq!(send(&site), 0);
    }
}

store::statements! {
    /// As many deliveries as may wait ([`hooks::WAITING_LIMIT`]).
    fn fill(school: SchoolId) -> Run =
        "insert into webhook_delivery (school, webhook, number, message, kind, body, created_at, state)
         with recursive n (i) as (select 1 union all select i + 1 from n where i < 100000)
         select w.school, w.id, n.i, 'x', 'PassRecorded', '{}', w.created_at, 'waiting' from webhook w, n where w.school = $1";
}

/// An event of a kind that nobody chose.
#[derive(serde::Serialize, serde::Deserialize)]
struct Other {}

impl journal::Event for Other {
    const KIND: &'static str = "Other";
}
