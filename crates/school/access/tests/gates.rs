//! What gates are told and when, in the server's process and over HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told shall stop")]

mod site;

use std::{sync::Arc, time::Duration};

use access::{Access, AccessError, Feeds, GATE_PATIENCE, GateKey, model::GateToken, ops, queries};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
};
use http_body_util::BodyExt;
use kernel::{
    DeviceState, DeviceStatus, Direction, FEED_PATH, Feed, FeedRequest, GateCommandBody, GateStatus, Has, RECORDS_PATH,
    RecordsAnswer, RecordsRequest, SchoolMode, Who,
};
use serde::{Serialize, de::DeserializeOwned};
use site::{LONG, Site, numbered, rule, title, until};
use testkit::both_databases;
use tokio::runtime::Runtime;
use tower::ServiceExt;

const AT_ONCE: Duration = Duration::ZERO;

const fn has(snapshot: Option<u64>, command: u64) -> Has {
    Has { snapshot, command, presence: None }
}

fn ask(site: &Site<'_>, feeds: &Feeds, have: Option<u64>, after_command: u64, wait: Duration) -> Feed {
    feeds.feed_blocking(site.key, has(have, after_command), &site.status(), wait).unwrap()
}

/// The version of the snapshot that a gate without one is given.
fn first(site: &Site<'_>, feeds: &Feeds) -> u64 {
    ask(site, feeds, None, 0, AT_ONCE).snapshot.unwrap().version
}

/// What a waiting gate hears of `change`.
fn heard(site: &Site<'_>, feeds: &Feeds, have: u64, after_command: u64, change: impl FnOnce()) -> Feed {
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| ask(site, feeds, Some(have), after_command, LONG));
        change();
        waiting.join().unwrap()
    })
}

both_databases! {
    fn a_gate_without_a_snapshot_gets_one_and_one_that_has_it_waits(t) {
        let site = Site::new(t);
        let feeds = Feeds::start(&site.app).unwrap();
        let feed = ask(&site, &feeds, None, 0, LONG);
        let doc = feed.snapshot.unwrap();
        assert_eq!((doc.gate, doc.points.len(), feed.commands.len()), (site.key.gate, 2, 0));
        assert_eq!(ask(&site, &feeds, Some(doc.version), 0, AT_ONCE), Feed::default());
    }

    fn a_waiting_gate_hears_of_each_kind_of_change(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        let feeds = Feeds::start(&site.app).unwrap();
        let mut have = first(&site, &feeds);
        type Change<'a> = (&'static str, Box<dyn Fn() + 'a>);
        let changes: [Change<'_>; 6] = [
            ("mode", Box::new(|| {
                let ctx = site.ctx();
                t.db.write_blocking(move |tx| ops::change_mode(tx, &ctx, SchoolMode::LockedDown)).unwrap();
            })),
            ("rule", Box::new(|| {
                let ctx = site.ctx();
                t.db.write_blocking(move |tx| ops::add_rule(tx, &ctx, rule(Who::Everybody))).unwrap();
            })),
            ("calendar", Box::new(|| {
                let ctx = site.ctx();
                t.db.write_blocking(move |tx| calendar::ops::open_calendar(tx, &ctx, jiff::civil::date(2026, 11, 23))).unwrap();
            })),
            ("point", Box::new(|| {
                let (ctx, point) = (site.ctx(), site.door);
                t.db.write_blocking(move |tx| ops::enable_point(tx, &ctx, point, false)).unwrap();
            })),
            ("person", Box::new(|| {
                let ctx = site.ctx();
                t.db.write_blocking(move |tx| people::ops::block(tx, &ctx, person)).unwrap();
            })),
            ("presence by hand", Box::new(|| {
                let (ctx, hall) = (site.ctx(), site.hall);
                t.db.write_blocking(move |tx| ops::set_presence(tx, &ctx, person, Some(hall))).unwrap();
            })),
        ];
        for (what, change) in &changes {
            let doc = heard(&site, &feeds, have, 0, change).snapshot.unwrap_or_else(|| panic!("nothing of {what}"));
            assert!(doc.version > have, "{what}");
            have = doc.version;
        }
    }

    fn people_who_come_and_go_make_no_new_snapshot(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        let feeds = Feeds::start(&site.app).unwrap();
        let have = first(&site, &feeds);
        for seq in 1..=3 {
            let pass = site.pass(site.door, Direction::In, Some(person));
            assert_eq!(feeds.deliver_blocking(site.key, &numbered(seq, &[pass])).unwrap(), seq);
        }
        site.follow();
        // The command that ends the waiting is written after the passes, and the snapshot would come with it.
        let feed = heard(&site, &feeds, have, 0, || {
            let (ctx, board) = (site.ctx(), site.board);
            t.db.write_blocking(move |tx| ops::sync_device(tx, &ctx, board)).unwrap();
        });
        assert_eq!((feed.snapshot, feed.commands.len()), (None, 1));
        // Nor for a server that has just started and knows nothing of the gate.
        let again = Feeds::start(&site.app).unwrap();
        assert_eq!(ask(&site, &again, Some(have), 1, AT_ONCE).snapshot, None);
    }

    fn a_change_made_while_the_server_was_away_is_told_at_once(t) {
        let site = Site::new(t);
        let have = first(&site, &Feeds::start(&site.app).unwrap());
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| ops::change_mode(tx, &ctx, SchoolMode::FreePassage)).unwrap();
        let feeds = Feeds::start(&site.app).unwrap();
        let doc = ask(&site, &feeds, Some(have), 0, AT_ONCE).snapshot.unwrap();
        assert_eq!(doc.mode, SchoolMode::FreePassage);
        // A gate that is ahead of the database, which was put back to a time before, gets what holds now.
        assert_eq!(ask(&site, &feeds, Some(doc.version + 50), 0, AT_ONCE).snapshot.unwrap().version, doc.version);
    }

    fn a_change_made_by_another_server_is_heard_of_without_a_bell(t) {
        let site = Site::new(t);
        let feeds = Feeds::start(&site.app).unwrap();
        let have = first(&site, &feeds);
        let other = store::Db::open(&t.address, &store::Options::default()).unwrap();
        let feed = heard(&site, &feeds, have, 0, || {
            let ctx = site.ctx();
            other.write_blocking(move |tx| ops::change_mode(tx, &ctx, SchoolMode::LockedDown)).unwrap();
        });
        assert_eq!(feed.snapshot.unwrap().mode, SchoolMode::LockedDown);
    }

    fn commands_are_told_in_order_once_and_not_after_their_time(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        let feeds = Feeds::start(&site.app).unwrap();
        let have = first(&site, &feeds);
        let admit = ops::Admit { point: site.door, direction: Direction::In, person };
        let mut guard = site.ctx();
        guard.actor.user = Some(t.ids.new_id(site.now()));
        let send = |ctx: accounts::Ctx| t.db.write_blocking(move |tx| ops::admit(tx, &ctx, admit)).unwrap();
        let sent = std::cell::Cell::new(None);
        let feed = heard(&site, &feeds, have, 0, || sent.set(Some(send(guard.clone()))));
        let [command] = feed.commands.as_slice() else { panic!("{feed:?}") };
        let GateCommandBody::Admit { pass, point, direction, person: who, guard: by } = command.body else { panic!("{command:?}") };
        assert_eq!((pass, point, direction, who), (sent.get().unwrap().pass, site.door, Direction::In, person));
        assert_eq!((Some(by), command.number), (guard.actor.user, 1));
        assert_eq!(ask(&site, &feeds, Some(have), 1, AT_ONCE), Feed::default(), "what the gate has is not told again");

        send(guard.clone());
        send(guard.clone());
        let numbers: Vec<_> = ask(&site, &feeds, Some(have), 1, LONG).commands.iter().map(|command| command.number).collect();
        assert_eq!(numbers, [2, 3]);
        t.clock.forward_s(31);
        assert_eq!(ask(&site, &feeds, Some(have), 1, AT_ONCE), Feed::default(), "too late to be done");
    }

    fn a_gate_that_did_more_than_the_database_remembers_still_gets_commands(t) {
        let site = Site::new(t);
        let feeds = Feeds::start(&site.app).unwrap();
        let have = first(&site, &feeds);
        ask(&site, &feeds, Some(have), 70, AT_ONCE);
        until("the status", || {
            std::thread::sleep(Duration::from_millis(200));
            let mut status = site.status();
            status.version = format!("test {}", t.ids.new_uuid(site.now()));
            feeds.feed_blocking(site.key, has(Some(have), 70), &status, AT_ONCE).unwrap();
            let (ctx, board) = (site.ctx(), site.board);
            t.db.write_blocking(move |tx| ops::sync_device(tx, &ctx, board)).unwrap();
            !ask(&site, &feeds, Some(have), 70, Duration::from_secs(1)).commands.is_empty()
        });
    }

    fn a_guard_waits_for_the_pass_and_a_silent_gate_opens_for_nobody_later(t) {
        let site = Site::new(t);
        let person = site.person("Асанова", 1);
        let runtime = Runtime::new().unwrap();
        let feeds = Feeds::start(&site.app).unwrap();
        let have = first(&site, &feeds);
        let mut guard = site.ctx();
        guard.actor.user = Some(t.ids.new_id(site.now()));
        let admit = ops::Admit { point: site.door, direction: Direction::In, person };
        let send = |ctx: accounts::Ctx| t.db.write_blocking(move |tx| ops::admit(tx, &ctx, admit)).unwrap();

        let sent = send(guard.clone());
        let mut pass = site.pass(site.door, Direction::In, Some(person));
        pass.id = sent.pass;
        let view = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| runtime.block_on(ops::wait_for_pass(&site.app, site.scope(), sent, LONG)).unwrap());
            feeds.deliver_blocking(site.key, &numbered(1, &[pass])).unwrap();
            waiting.join().unwrap()
        });
        assert_eq!(view.unwrap().id, sent.pass);

        let sent = send(guard);
        let silent = runtime.block_on(ops::wait_for_pass(&site.app, site.scope(), sent, Duration::from_millis(50))).unwrap();
        assert_eq!(silent, None);
        assert_eq!(ask(&site, &feeds, Some(have), 1, AT_ONCE).commands, [], "the command was taken back");
    }

    fn how_a_gate_and_its_devices_are_is_kept(t) {
        let site = Site::new(t);
        let feeds = Feeds::start(&site.app).unwrap();
        let lanes = || t.db.read_blocking(|tx| queries::lanes(tx, &site.scope(), site.now(), GATE_PATIENCE)).unwrap();
        assert_eq!(lanes()[0].state, queries::LaneState::GateAway { since: None });
        let version = first(&site, &feeds);
        assert_eq!(lanes()[0].state, queries::LaneState::Starting);
        assert!(!lanes()[0].gate.is_current);
        let device = |state| DeviceStatus {
            device: site.board, state, clock_drift_s: Some(-3), last_event: Some(17), last_seen: Some(site.now()),
            cards: Some((10, 2)), version: "v8.92".into(),
        };
        let mut status = GateStatus { snapshot: version, spool_depth: 4, devices: vec![device(DeviceState::Online)], ..site.status() };
        feeds.feed_blocking(site.key, has(Some(version), 0), &status, AT_ONCE).unwrap();
        let shown = &t.db.read_blocking(|tx| queries::devices(tx, &site.scope())).unwrap()[0];
        assert_eq!((shown.state, shown.clock_drift_s, shown.last_event, shown.cards), (DeviceState::Online, Some(-3), Some(17), Some((10, 2))));
        assert_eq!((shown.version.as_str(), shown.last_seen_at), ("v8.92", Some(site.now())));
        assert_eq!(shown.points, ["Турникет 1", "Столовая"]);
        let lane = &lanes()[0];
        assert_eq!((lane.state, lane.gate.is_current, lane.gate.is_online), (queries::LaneState::Online, true, true));
        assert!(lane.gate.snapshot_at.is_some());

        status.devices[0] = device(DeviceState::Unreachable);
        feeds.feed_blocking(site.key, has(Some(version), 0), &status, AT_ONCE).unwrap();
        assert_eq!(lanes()[0].state, queries::LaneState::DeviceUnreachable { since: Some(site.now()) }, "a change is kept at once");
        let seen = site.now();
        t.clock.forward_s(46);
        assert_eq!(lanes()[0].state, queries::LaneState::GateAway { since: Some(seen) });
    }

    fn a_gate_tells_nothing_about_another_gates_devices(t) {
        let site = Site::new(t);
        let feeds = Feeds::start(&site.app).unwrap();
        let ctx = site.ctx();
        let (gate, _) = t.db.write_blocking(move |tx| ops::add_gate(tx, &ctx, &title("Другой"), true)).unwrap();
        let mut status = site.status();
        status.devices.push(DeviceStatus {
            device: site.board, state: DeviceState::Online, clock_drift_s: None, last_event: None, last_seen: None, cards: None, version: String::new(),
        });
        feeds.feed_blocking(GateKey { gate, ..site.key }, Has::default(), &status, AT_ONCE).unwrap();
        assert_eq!(t.db.read_blocking(|tx| queries::devices(tx, &site.scope())).unwrap()[0].state, DeviceState::Unknown);
    }
}

/// The program's router with the gates' routes.
struct Server {
    router: Router,
    runtime: Runtime,
}

impl Server {
    fn new(site: &Site<'_>) -> Self {
        let runtime = Runtime::new().unwrap();
        let access = Access::start(&site.app, GATE_PATIENCE, gate::explain).unwrap();
        let (router, _) = access::subsystem(&site.app, &access).routes.into_parts();
        let settings = web::WebSettings {
            token_paths: &[access::GATE_PATHS],
            ..web::WebSettings::new(Arc::new(site.t.clock.clone()), site.t.ids.clone())
        };
        Self { router: web::harden(router.with_state(site.app.clone()), &settings), runtime }
    }

    fn send(&self, path: &str, token: Option<&str>, body: Vec<u8>) -> (StatusCode, Vec<u8>) {
        let mut request = Request::post(path).header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Body::from(body)).unwrap();
        self.runtime.block_on(async {
            let answer = self.router.clone().oneshot(request).await.unwrap();
            let status = answer.status();
            (status, answer.into_body().collect().await.unwrap().to_bytes().to_vec())
        })
    }

    fn ask<T: DeserializeOwned>(&self, path: &str, token: &GateToken, question: &impl Serialize) -> T {
        let (status, body) = self.send(path, Some(token.expose()), serde_json::to_vec(question).unwrap());
        assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }
}

fn remote(site: &Site<'_>) -> (GateKey, GateToken) {
    let ctx = site.ctx();
    let (gate, token) = site.t.db.write_blocking(move |tx| ops::add_gate(tx, &ctx, &title("У дверей"), true)).unwrap();
    (GateKey { gate, ..site.key }, token.unwrap())
}

both_databases! {
    fn a_gate_at_the_door_feeds_and_delivers_over_http(t) {
        let site = Site::new(t);
        let (key, token) = remote(&site);
        let server = Server::new(&site);
        let question = |have, wait_s| FeedRequest { have, after_command: 0, presence: None, wait_s, status: site.status() };
        let feed: Feed = server.ask(FEED_PATH, &token, &question(None, 20));
        let version = feed.snapshot.unwrap().version;
        assert_eq!(server.ask::<Feed>(FEED_PATH, &token, &question(Some(version), 0)), Feed::default());
        let feed: Feed = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| server.ask(FEED_PATH, &token, &question(Some(version), 20)));
            let ctx = site.ctx();
            t.db.write_blocking(move |tx| ops::change_mode(tx, &ctx, SchoolMode::LockedDown)).unwrap();
            waiting.join().unwrap()
        });
        assert_eq!(feed.snapshot.unwrap().mode, SchoolMode::LockedDown);

        let passes: Vec<_> = (0..kernel::MAX_RECORDS).map(|_| site.pass(site.door, Direction::In, None)).collect();
        let given = RecordsRequest { records: numbered(1, &passes) };
        for _ in 0..2 {
            let answer: RecordsAnswer = server.ask(RECORDS_PATH, &token, &given);
            assert_eq!(answer.accepted_through, passes.len() as u64);
        }
        let page = t.db.read_blocking(|tx| queries::passes(tx, &site.scope(), &Default::default(), None, 500)).unwrap();
        assert_eq!((page.rows.len(), page.next), (passes.len(), None));
        let gates = t.db.read_blocking(|tx| queries::gates(tx, &site.scope(), site.now(), GATE_PATIENCE)).unwrap();
        assert!(gates.iter().any(|gate| gate.id == key.gate && gate.is_remote && gate.is_online));
    }

    fn a_gate_without_its_token_is_refused(t) {
        let site = Site::new(t);
        let (key, token) = remote(&site);
        let server = Server::new(&site);
        let body = serde_json::to_vec(&RecordsRequest { records: Vec::new() }).unwrap();
        let refused = |token: Option<&str>| {
            let (status, answer) = server.send(RECORDS_PATH, token, body.clone());
            if status == StatusCode::OK {
                return false;
            }
            let problem: serde_json::Value = serde_json::from_slice(&answer).unwrap();
            assert_eq!((&problem["status"], &problem["error"]), (&401.into(), &"token".into()), "{problem}");
            status == StatusCode::UNAUTHORIZED
        };
        assert!(refused(None), "no page's check stands before the gate's token");
        for (path, nonsense) in [(FEED_PATH, b"{".to_vec()), (RECORDS_PATH, vec![b' '; (4 << 20) + 1])] {
            assert_eq!(server.send(path, None, nonsense).0, StatusCode::UNAUTHORIZED, "the token comes before the body");
        }
        assert!(refused(Some("kzg_unknown")) && refused(Some("")) && refused(Some(&token.expose()[1..])));
        assert!(!refused(Some(token.expose())));
        let ctx = site.ctx();
        let new = t.db.write_blocking(move |tx| ops::rotate_gate_token(tx, &ctx, key.gate)).unwrap();
        assert!(refused(Some(token.expose())), "the old token is dead");
        assert!(!refused(Some(new.expose())));
        let ctx = site.ctx();
        t.db.write_blocking(move |tx| ops::remove_gate(tx, &ctx, key.gate, 0)).unwrap();
        assert!(refused(Some(new.expose())));
    }

    fn a_gate_in_the_process_has_no_token_to_be_rotated(t) {
        let site = Site::new(t);
        let (ctx, gate) = (site.ctx(), site.key.gate);
        let refused = t.db.write_blocking(move |tx| ops::rotate_gate_token(tx, &ctx, gate));
        assert!(matches!(refused, Err(AccessError::NotFound(_))));
    }

    fn a_body_that_is_too_large_or_no_question_is_refused(t) {
        let site = Site::new(t);
        let (_, token) = remote(&site);
        let server = Server::new(&site);
        let send = |body: Vec<u8>| server.send(RECORDS_PATH, Some(token.expose()), body).0;
        assert_eq!(send(vec![b' '; (4 << 20) + 1]), StatusCode::PAYLOAD_TOO_LARGE);
        assert!(send(b"{".to_vec()).is_client_error());
        assert!(send(br#"{"records":[{"seq":-1}]}"#.to_vec()).is_client_error());
        assert!(send(br#"{"records":[]}"#.to_vec()).is_success());
    }
}
