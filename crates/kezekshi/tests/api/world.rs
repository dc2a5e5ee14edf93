//! Two schools with everything in them that the interface shows, and programs that ask with tokens.

use std::{collections::BTreeSet, sync::Arc};

use access::{
    Access, GateKey, intake,
    model::{DeviceInput, PointInput, Title},
    ops as access_ops,
};
use accounts::{Actor, App, Ctx, NewToken, StaffRole, TokenId, TokenScope, ops::NewUser};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use i18n::Lang;
use journal::{Follower, Followers};
use kernel::{
    AccessPointId, AntiPassback, Card, ClassId, Clock, CredentialId, CredentialStatus, DecidedBy, DeviceKind,
    Direction, GateBody, GateRecord, Pass, PersonId, ReaderFormat, Reason, Role, SchoolId, UserId,
};
use people::{
    model::{ClassName, PersonName},
    ops::bulk::{self, NewCard, NewPerson},
    person::{ClassData, PersonData, Shift},
};
use serde_json::Value;
use testkit::TestDb;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// The program, as it is served.
pub struct World<'t> {
    pub t: &'t TestDb,
    router: Router,
    runtime: Runtime,
}

/// A school, its administrator, and one of everything.
pub struct School {
    pub id: SchoolId,
    pub admin: UserId,
    pub class: ClassId,
    pub persons: Vec<PersonId>,
    pub credential: CredentialId,
    pub point: AccessPointId,
    /// A word that stands in every name of this school and of no other.
    pub mark: &'static str,
}

/// What was answered.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl<'t> World<'t> {
    pub fn new(t: &'t TestDb) -> Self {
        let (app, access): (App, Access) = crate::app::test_app(t);
        let router = kezekshi::router(&app, &access);
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { t, router, runtime }
    }

    /// A school whose names carry this mark.
    pub fn school(&self, mark: &'static str) -> School {
        let id = self.t.school(mark);
        let ctx = || Ctx::of_program(id, self.t.clock.now(), self.t.ids.clone());
        let admin =
            self.user(id, &format!("admin-{}", self.t.ids.new_uuid(self.t.clock.now())), &[StaffRole::SchoolAdmin]);
        let adding = ctx();
        let data = ClassData { name: ClassName::new(5, 'Б').unwrap(), lang: Lang::Kk, shift: Shift::First };
        let class = self.t.db.write_blocking(move |tx| people::ops::add_class(tx, &adding, &data)).unwrap();
        let new: Vec<NewPerson> = (0..3_u64)
            .map(|number| NewPerson {
                data: PersonData {
                    name: PersonName::parse(mark, "Айдана", None).unwrap(),
                    sex: None,
                    birth_date: None,
                    roles: BTreeSet::from([Role::Pupil]),
                    class: Some(class),
                    position: String::new(),
                    learning_until: None,
                },
                photo: None,
                cards: vec![NewCard { card: Card::new(24, 1_000 + number).unwrap(), status: CredentialStatus::Active }],
                groups: Vec::new(),
            })
            .collect();
        let loading = ctx();
        let persons = self.t.db.write_blocking(move |tx| bulk::load(tx, &loading, &testkit::vault(), &new)).unwrap();
        let (scope, first) = (accounts::Scope::of_program(id), persons[0]);
        let credential =
            self.t.db.read_blocking(move |tx| people::queries::credentials(tx, &scope, first)).unwrap()[0].id;
        let point = self.passes(id, mark, &persons, &ctx());
        School { id, admin, class, persons, credential, point, mark }
    }

    /// A lane, and one pass of each person through it, a second apart.
    fn passes(&self, school: SchoolId, mark: &str, persons: &[PersonId], ctx: &Ctx) -> AccessPointId {
        let (ctx, name) = (ctx.clone(), Title::parse(mark).unwrap());
        let place = self.t.db.write_blocking(move |tx| {
            let furniture = access_ops::furnish(tx, &ctx, false)?;
            let lane = DeviceInput { name: name.clone(), gate: furniture.gate, kind: DeviceKind::Virtual };
            let device = access_ops::add_device(tx, &ctx, &lane)?;
            let point = PointInput {
                name: name.clone(),
                gate: furniture.gate,
                device: Some(device),
                door: 1,
                reader_format: ReaderFormat::W26Plain,
                inner: furniture.zone,
                outer: None,
                anti_passback: AntiPassback::Off,
                is_enabled: true,
                position: 0,
            };
            Ok::<_, access::AccessError>((furniture.gate, access_ops::add_point(tx, &ctx, &point)?))
        });
        let (gate, point) = place.unwrap();
        let now = self.t.clock.now();
        let records: Vec<GateRecord> = persons
            .iter()
            .zip(1_u64..)
            .map(|(person, seq)| {
                let pass = Pass {
                    id: self.t.ids.new_id(now),
                    point,
                    direction: Direction::In,
                    person: Some(*person),
                    credential: None,
                    number: None,
                    reason: Reason::Granted,
                    decided_by: DecidedBy::Gate,
                    guard: None,
                    at: now.checked_sub(jiff::SignedDuration::from_secs(60 - seq as i64)).unwrap(),
                    board_event: None,
                    replayed: false,
                };
                GateRecord { seq, body: GateBody::Pass(pass) }
            })
            .collect();
        let key = GateKey { school, gate };
        self.t.db.write_blocking(move |tx| intake::deliver(tx, key, &records, now, intake::LATE_AFTER)).unwrap();
        let follower: Arc<dyn Follower> = Arc::new(access::presence::PresenceFollower);
        Followers::catch_up(&self.t.db, &follower).unwrap();
        point
    }

    pub fn user(&self, school: SchoolId, login: &str, roles: &[StaffRole]) -> UserId {
        let ctx = Ctx::of_program(school, self.t.clock.now(), self.t.ids.clone());
        let new = NewUser::new(
            &self.t.ids,
            login,
            "Асанова А. Б.",
            school,
            roles.to_vec(),
            "correct horse battery",
            Lang::Ru,
        );
        let new = new.unwrap();
        self.t.db.write_blocking(move |tx| accounts::ops::add_user(tx, &ctx, &new)).unwrap()
    }

    /// Somebody of a school, as a use case sees one.
    pub fn ctx_of(&self, school: SchoolId, user: UserId) -> Ctx {
        let scope = accounts::Scope::of_program(school);
        let found = self.t.db.read_blocking(move |tx| accounts::queries::user(tx, &scope, user)).unwrap().unwrap();
        let actor = Actor { user: Some(user), name: found.name, school, roles: found.roles, lang: found.lang };
        Ctx { now: self.t.clock.now(), ids: self.t.ids.clone(), actor, pace: 1 }
    }

    /// A token of a user for these scopes and 30 days.
    pub fn token(&self, school: SchoolId, user: UserId, scopes: &[TokenScope]) -> (TokenId, String) {
        let (ctx, now) = (self.ctx_of(school, user), self.t.clock.now());
        let new = NewToken::new("Күнделік", scopes.to_vec(), 30).unwrap();
        let (id, token) = self.t.db.write_blocking(move |tx| accounts::add_token(tx, &ctx, &new, now)).unwrap();
        (id, token.expose().to_owned())
    }

    /// A token of the school's administrator for everything.
    pub fn full_token(&self, school: &School) -> String {
        self.token(school.id, school.admin, &TokenScope::ALL).1
    }

    /// Asks with these headers.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_owned()))).unwrap();
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = to_bytes(body, 1 << 22).await.unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            Answer { status: parts.status, headers: parts.headers, text }
        })
    }

    /// Asks with a token, as a program does.
    pub fn call(&self, token: &str, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.call_with(token, method, path, &[], body)
    }

    /// Asks with a token and more headers.
    pub fn call_with(
        &self,
        token: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let bearer = format!("Bearer {token}");
        let mut all = vec![(header::AUTHORIZATION.as_str(), bearer.as_str())];
        if body.is_some() {
            all.push(("content-type", "application/json"));
        }
        all.extend_from_slice(headers);
        let text = body.map(Value::to_string);
        self.ask(method, path, &all, text.as_deref())
    }
}
