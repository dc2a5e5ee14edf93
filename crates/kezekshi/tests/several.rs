//! A school with three gates, two in the server's process and one at a door of its own over HTTP: who went in by one is inside for all.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told shall stop")]

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use access::{
    Access, AccessError, GATE_PATIENCE, GateKey,
    model::{DeviceInput, PointInput, RuleInput, Title},
    ops, queries,
};
use accounts::{App, Ctx, Scope};
use gate::{Gate, GateConfig, GateHandle, HttpServer, ServerError};
use kernel::{
    AccessPointId, AntiPassback, Card, Clock, CredentialStatus, DeviceKind, Direction, Feed, GateId, GateRecord,
    GateStatus, Has, Ids, PersonId, ReaderFormat, Reason, Role, SchoolId, SystemClock, Who, ZoneId,
};
use people::{
    model::PersonName,
    ops::bulk::{self, NewCard, NewPerson},
    person::PersonData,
};
use testkit::{TestDb, both_databases};
use tokio::{net::TcpListener, runtime::Runtime};

const LONG: Duration = Duration::from_secs(30);
/// How soon a gate knows what another one saw, while it is connected.
const SOON: Duration = Duration::from_secs(1);
const CARD: u64 = 4_711;
const IN: Direction = Direction::In;
const OUT: Direction = Direction::Out;

/// The server as a gate of its own process reaches it.
struct InProcess(Access, GateKey);

impl gate::Server for InProcess {
    fn feed(&self, has: Has, status: &GateStatus, wait: Duration) -> Result<Feed, ServerError> {
        self.0.feeds.feed_blocking(self.1, has, status, wait).map_err(|error| ServerError::Away(error.to_string()))
    }

    fn deliver(&self, records: &[GateRecord]) -> Result<u64, ServerError> {
        self.0.feeds.deliver_blocking(self.1, records).map_err(|error| ServerError::Away(error.to_string()))
    }
}

/// The school and its server.
struct House<'t> {
    t: &'t TestDb,
    app: App,
    access: Access,
    school: SchoolId,
    zone: ZoneId,
    person: PersonId,
    folder: tempfile::TempDir,
    runtime: Runtime,
}

fn title(text: &str) -> Title {
    Title::parse(text).unwrap()
}

impl<'t> House<'t> {
    fn new(t: &'t TestDb) -> Self {
        let school = t.school("Мектеп");
        // Gates and server by the real clock: each pass has a moment of its own.
        let app = App::new(t.db.clone(), testkit::vault(), Arc::new(SystemClock), Ids::random(), false, Vec::new());
        let access = Access::start(&app, GATE_PATIENCE, gate::explain).unwrap();
        let ctx = Ctx::of_program(school, SystemClock.now(), app.ids.clone());
        let zone =
            t.db.write_blocking(move |tx| {
                let zone = ops::furnish(tx, &ctx, false)?.zone;
                let rule = RuleInput {
                    name: None,
                    who: Who::Everybody,
                    points: Vec::new(),
                    direction: None,
                    windows: Vec::new(),
                    from: None,
                    until: None,
                    on_holidays: true,
                    is_enabled: true,
                };
                ops::add_rule(tx, &ctx, rule)?;
                Ok::<_, AccessError>(zone)
            })
            .unwrap();
        let person = NewPerson {
            data: PersonData {
                name: PersonName::parse("Асанова", "Айдана", None).unwrap(),
                sex: None,
                birth_date: None,
                roles: BTreeSet::from([Role::Teacher]),
                class: None,
                position: String::new(),
                learning_until: None,
            },
            photo: None,
            cards: vec![NewCard { card: Card::new(24, CARD).unwrap(), status: CredentialStatus::Active }],
            groups: Vec::new(),
        };
        let ctx = Ctx::of_program(school, SystemClock.now(), app.ids.clone());
        let person =
            t.db.write_blocking(move |tx| bulk::load(tx, &ctx, &testkit::vault(), std::slice::from_ref(&person)))
                .unwrap()[0];
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { t, app, access, school, zone, person, folder: tempfile::tempdir().unwrap(), runtime }
    }

    fn ctx(&self) -> Ctx {
        Ctx::of_program(self.school, SystemClock.now(), self.app.ids.clone())
    }

    /// A gate with a virtual turnstile from the street, at which nobody passes twice the same way; and its token.
    fn gate(&self, name: &str, is_remote: bool) -> (GateId, AccessPointId, Option<String>) {
        let (ctx, zone, name) = (self.ctx(), self.zone, title(name));
        let add = move |tx: &mut store::Tx<'_>| {
            let (gate, token) = ops::add_gate(tx, &ctx, &name, is_remote)?;
            let lane = DeviceInput { name: name.clone(), gate, kind: DeviceKind::Virtual };
            let device = ops::add_device(tx, &ctx, &lane)?;
            let point = PointInput {
                name: name.clone(),
                gate,
                device: Some(device),
                door: 1,
                reader_format: ReaderFormat::W26Plain,
                inner: zone,
                outer: None,
                anti_passback: AntiPassback::Hard,
                is_enabled: true,
                position: 0,
            };
            let point = ops::add_point(tx, &ctx, &point)?;
            Ok::<_, AccessError>((gate, point, token.map(|token| token.expose().to_owned())))
        };
        self.t.db.write_blocking(add).unwrap()
    }

    /// Serves over HTTP.
    fn listen(&self) -> SocketAddr {
        let router = kezekshi::router(&self.app, &self.access);
        let listener = self.runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        self.runtime.spawn(async move { axum::serve(listener, service).await });
        address
    }

    fn start(&self, gate: GateId, server: Arc<dyn gate::Server>) -> GateHandle {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let config = GateConfig {
            gate: Some(gate),
            verify: crypto::verify,
            retry_least: Duration::from_millis(50),
            ..GateConfig::new(self.folder.path().join(gate.to_string()))
        };
        let drivers = Arc::new(devices::drivers(devices::DriversConfig::default(), clock.clone()));
        let handle = Gate::start(config, drivers, server, clock, Ids::random()).unwrap();
        until("the gate's snapshot", || handle.status().snapshot > 0);
        handle
    }

    fn start_here(&self, gate: GateId) -> GateHandle {
        let key = GateKey { school: self.school, gate };
        self.start(gate, Arc::new(InProcess(self.access.clone(), key)))
    }

    /// Shows the card at a turnstile; what came of it.
    fn tap(&self, point: AccessPointId, direction: Direction) -> Reason {
        let ctx = self.ctx();
        let input = ops::Present { point, direction, number: CARD };
        self.came(self.t.db.write_blocking(move |tx| ops::present(tx, &ctx, input)).unwrap())
    }

    /// A QR pass of the person.
    fn code(&self) -> String {
        let (ctx, vault, person) = (self.ctx(), self.app.vault.clone(), self.person);
        self.t.db.read_blocking(move |tx| people::ops::code(tx, &ctx, &vault, person)).unwrap().unwrap()
    }

    /// Shows a QR pass at a turnstile; what came of it.
    fn show(&self, point: AccessPointId, direction: Direction, code: &str) -> Reason {
        let (ctx, input) = (self.ctx(), ops::PresentCode { point, direction, code: code.to_owned() });
        self.came(self.t.db.write_blocking(move |tx| ops::present_code(tx, &ctx, &input)).unwrap())
    }

    /// Does something to people, and waits until the gate knows of it.
    fn and_the_gate_knows(
        &self,
        gate: &GateHandle,
        act: impl Fn(&mut store::Tx<'_>, &Ctx) -> Result<(), people::PeopleError> + Send + 'static,
    ) {
        let (ctx, before) = (self.ctx(), gate.status().snapshot);
        self.t.db.write_blocking(move |tx| act(tx, &ctx)).unwrap();
        until("the gate to know", || gate.status().snapshot > before);
    }

    fn came(&self, sent: ops::Sent) -> Reason {
        let scope = Scope::of_program(self.school);
        let mut came = None;
        until("the pass", || {
            came = self.t.db.read_blocking(|tx| queries::pass(tx, &scope, sent.pass)).unwrap();
            came.is_some()
        });
        came.unwrap().reason
    }
}

fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + LONG;
    while !is_so() {
        assert!(Instant::now() < end, "waited in vain for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

both_databases! {
    fn a_qr_pass_opens_once_by_the_rules_of_its_person(t) {
        let house = House::new(t);
        let (id, door, _) = house.gate("Первый", false);
        let gate = house.start_here(id);
        let vault = house.app.vault.clone();
        let change_key = move |tx: &mut store::Tx<'_>, ctx: &Ctx| people::ops::change_code_key(tx, ctx, &vault).map(|_| ());
        house.and_the_gate_knows(&gate, change_key.clone());
        assert_eq!(house.show(door, IN, &house.code()), Reason::CodeExpired, "made before the gate had begun, for all it knows");
        thread::sleep(Duration::from_secs(6));
        let first = house.code();
        assert_eq!(house.show(door, IN, &first), Reason::Granted);
        assert_eq!(house.show(door, OUT, &first), Reason::CodeReplayed);
        assert_eq!(house.show(door, IN, &house.code()), Reason::AntiPassback, "as for a card");
        assert_eq!(house.show(door, OUT, &house.code()), Reason::Granted);
        let mut bent = house.code();
        let last = if bent.pop() == Some('A') { 'B' } else { 'A' };
        bent.push(last);
        assert_eq!(house.show(door, IN, &bent), Reason::CodeInvalid);
        assert_eq!(house.show(door, IN, "KZK1 and then nothing"), Reason::CodeInvalid);
        let person = house.person;
        house.and_the_gate_knows(&gate, move |tx, ctx| people::ops::block(tx, ctx, person));
        assert_eq!(house.show(door, IN, &house.code()), Reason::PersonBlocked);
        // The pass stands in the log with its person and without a credential.
        let scope = Scope::of_program(house.school);
        let log = t.db.read_blocking(|tx| queries::passes(tx, &scope, &queries::PassFilter::default(), None, 50)).unwrap();
        let granted = log.rows.iter().find(|pass| pass.reason == Reason::Granted).unwrap();
        assert_eq!((granted.person.as_ref().map(|person| person.id), granted.credential), (Some(person), None));
        // With another key codes of the one before open nothing.
        let old = house.code();
        house.and_the_gate_knows(&gate, change_key);
        assert_eq!(house.show(door, IN, &old), Reason::CodeInvalid);
        gate.stop();
        house.app.stop.begin();
    }

    fn who_went_in_by_one_gate_is_inside_for_all_within_a_second(t) {
        let house = House::new(t);
        let (first, first_door, _) = house.gate("Первый", false);
        let (second, second_door, _) = house.gate("Второй", false);
        let (third, third_door, token) = house.gate("Третий", true);
        let server = HttpServer::new(&format!("http://{}", house.listen()), &token.unwrap(), None).unwrap();
        let gates = [house.start_here(first), house.start_here(second), house.start(third, Arc::new(server))];

        assert_eq!(house.tap(first_door, IN), Reason::Granted);
        thread::sleep(SOON);
        assert_eq!(house.tap(second_door, IN), Reason::AntiPassback, "in the same process");
        assert_eq!(house.tap(third_door, IN), Reason::AntiPassback, "over HTTP");
        assert_eq!(house.tap(third_door, OUT), Reason::Granted);
        thread::sleep(SOON);
        assert_eq!(house.tap(first_door, OUT), Reason::AntiPassback);
        assert_eq!(house.tap(second_door, IN), Reason::Granted);
        thread::sleep(SOON);
        assert_eq!(house.tap(third_door, IN), Reason::AntiPassback);

        // A gate that was off is told at its start what it has missed.
        let [one, two, three] = gates;
        one.stop();
        assert_eq!(house.tap(third_door, OUT), Reason::Granted);
        let one = house.start_here(first);
        thread::sleep(SOON);
        assert_eq!(house.tap(first_door, OUT), Reason::AntiPassback, "left by the third gate meanwhile");
        assert_eq!(house.tap(first_door, IN), Reason::Granted);
        for gate in [one, two, three] {
            gate.stop();
        }
        house.app.stop.begin();
    }
}
