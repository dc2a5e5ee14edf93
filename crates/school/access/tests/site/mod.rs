//! A school with a gate, points, persons and cards, to tell stories about.
#![allow(dead_code, reason = "each story uses a part of it")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a story that cannot be told shall stop")]

pub mod browser;

use std::{
    collections::BTreeSet,
    sync::Arc,
    time::{Duration, Instant},
};

use access::{
    AccessError, GateKey, intake,
    model::{BuildingInput, DeviceInput, PointInput, RuleInput, Title, ZoneInput},
    ops,
};
use accounts::{App, Ctx, Scope, StaffRole};
use jiff::{Timestamp, ToSpan};
use journal::{Follower, Followers};
use kernel::{
    AccessPointId, Alarm, AlarmKind, AntiPassback, BuildingId, Card, ClassId, Clock, CredentialStatus, DecidedBy,
    DeviceId, DeviceKind, Direction, GateBody, GateRecord, GateStatus, Pass, PassId, PersonId, ReaderFormat, Reason,
    Role, SchoolId, UserId, Who, ZoneId,
};
use people::{
    model::PersonName,
    ops::bulk::{NewCard, NewPerson},
    person::PersonData,
};
use testkit::TestDb;

/// How long a story waits for what must come by itself.
pub const LONG: Duration = Duration::from_secs(20);

/// A school as most stories want it: one gate in the server's process, a board with two doors, a street door and an inner one.
pub struct Site<'t> {
    pub t: &'t TestDb,
    pub app: App,
    pub school: SchoolId,
    pub key: GateKey,
    pub building: BuildingId,
    /// The zone inside.
    pub hall: ZoneId,
    /// A zone inside of it, with room for three.
    pub canteen: ZoneId,
    pub board: DeviceId,
    /// Street to hall.
    pub door: AccessPointId,
    /// Hall to canteen.
    pub inner_door: AccessPointId,
}

/// The board of the first school.
pub const SERIAL: u32 = 405_419_896;

pub fn title(text: &str) -> Title {
    Title::parse(text).unwrap()
}

pub fn board(name: &str, key: GateKey, serial: u32) -> DeviceInput {
    let kind = DeviceKind::Uhppote { serial, address: "127.0.0.1:60000".into(), tcp: false, open_s: 3 };
    DeviceInput { name: title(name), gate: key.gate, kind }
}

pub fn rule(who: Who) -> RuleInput {
    RuleInput {
        name: None,
        who,
        points: Vec::new(),
        direction: None,
        windows: Vec::new(),
        from: None,
        until: None,
        on_holidays: false,
        is_enabled: true,
    }
}

impl<'t> Site<'t> {
    pub fn new(t: &'t TestDb) -> Self {
        Self::named(t, "one")
    }

    pub fn named(t: &'t TestDb, name: &str) -> Self {
        // Gates of one process drive no board twice: "one", another, or the one of a number at the name's end.
        let number = name.rsplit(' ').next().and_then(|word| word.parse::<u32>().ok());
        let serial = SERIAL + number.map_or(u32::from(name != "one"), |number| number + 2);
        let school = t.school(name);
        let app = App::new(t.db.clone(), testkit::vault(), Arc::new(t.clock.clone()), t.ids.clone(), false, Vec::new());
        let ctx = Ctx::of_program(school, t.clock.now(), t.ids.clone());
        t.db.write_blocking(move |tx| {
            let building =
                ops::add_building(tx, &ctx, &BuildingInput { name: title("Главное здание"), address: None })?;
            let zone = |name, occupancy_limit| ZoneInput { building, name: title(name), occupancy_limit };
            let hall = ops::add_zone(tx, &ctx, &zone("Холл", None))?;
            let canteen = ops::add_zone(tx, &ctx, &zone("Столовая", Some(3)))?;
            let (gate, _) = ops::add_gate(tx, &ctx, &title("Главный вход"), false)?;
            let key = GateKey { school, gate };
            let board = ops::add_device(tx, &ctx, &board("Плата", key, serial))?;
            let mut input = PointInput {
                name: title("Турникет 1"),
                gate,
                device: Some(board),
                door: 1,
                reader_format: ReaderFormat::W26,
                inner: hall,
                outer: None,
                anti_passback: AntiPassback::Soft,
                is_enabled: true,
                position: 0,
            };
            let door = ops::add_point(tx, &ctx, &input)?;
            input = PointInput {
                name: title("Столовая"),
                door: 2,
                inner: canteen,
                outer: Some(hall),
                position: 1,
                ..input
            };
            let inner_door = ops::add_point(tx, &ctx, &input)?;
            Ok::<_, AccessError>((key, building, hall, canteen, board, door, inner_door))
        })
        .map(|(key, building, hall, canteen, board, door, inner_door)| Self {
            t,
            app,
            school,
            key,
            building,
            hall,
            canteen,
            board,
            door,
            inner_door,
        })
        .unwrap()
    }

    pub fn now(&self) -> Timestamp {
        self.t.clock.now()
    }

    pub fn scope(&self) -> Scope {
        Scope::of_program(self.school)
    }

    /// The program itself.
    pub fn ctx(&self) -> Ctx {
        Ctx::of_program(self.school, self.now(), self.t.ids.clone())
    }

    /// Somebody with these roles, who is in no table.
    pub fn ctx_of(&self, roles: &[StaffRole]) -> Ctx {
        let mut ctx = self.ctx();
        ctx.actor.user = Some(UserId::from_slice(&[9; 16]).unwrap());
        ctx.actor.roles = roles.iter().copied().collect();
        ctx
    }

    pub fn class(&self, grade: u8, letter: char) -> ClassId {
        use i18n::Lang;
        let ctx = self.ctx();
        let name = people::model::ClassName::new(grade, letter).unwrap();
        let data = people::person::ClassData { name, lang: Lang::Kk, shift: people::person::Shift::First };
        self.t.db.write_blocking(move |tx| people::ops::add_class(tx, &ctx, &data)).unwrap()
    }

    /// Persons with these family names, pupils of a class or staff, each with a card of the number that follows.
    pub fn persons(&self, families: &[&str], class: Option<ClassId>, first_card: u64) -> Vec<PersonId> {
        let new: Vec<NewPerson> = families
            .iter()
            .zip(first_card..)
            .map(|(family, card)| NewPerson {
                data: PersonData {
                    name: PersonName::parse(family, "Айдана", None).unwrap(),
                    sex: None,
                    birth_date: None,
                    roles: BTreeSet::from([if class.is_some() { Role::Pupil } else { Role::Teacher }]),
                    class,
                    position: String::new(),
                    learning_until: None,
                },
                photo: None,
                cards: vec![NewCard { card: Card::new(24, card).unwrap(), status: CredentialStatus::Active }],
                groups: Vec::new(),
            })
            .collect();
        let ctx = self.ctx();
        self.t.db.write_blocking(move |tx| people::ops::bulk::load(tx, &ctx, &testkit::vault(), &new)).unwrap()
    }

    pub fn person(&self, family: &str, card: u64) -> PersonId {
        self.persons(&[family], None, card)[0]
    }

    /// A granted pass of now.
    pub fn pass(&self, point: AccessPointId, direction: Direction, person: Option<PersonId>) -> Pass {
        Pass {
            id: self.t.ids.new_id(self.now()),
            point,
            direction,
            person,
            credential: None,
            number: None,
            reason: Reason::Granted,
            decided_by: DecidedBy::Gate,
            guard: None,
            at: self.now(),
            board_event: None,
            replayed: false,
        }
    }

    pub fn alarm(&self, kind: AlarmKind) -> Alarm {
        Alarm {
            id: self.t.ids.new_id(self.now()),
            kind,
            device: Some(self.board),
            point: Some(self.door),
            person: None,
            detail: "12".into(),
            at: self.now(),
        }
    }

    pub fn deliver(&self, records: &[GateRecord]) -> u64 {
        let (key, records, now) = (self.key, records.to_vec(), self.now());
        self.t
            .db
            .write_blocking(move |tx| intake::deliver(tx, key, &records, now, intake::LATE_AFTER))
            .unwrap()
            .accepted_through
    }

    /// Delivers passes numbered from `first`.
    pub fn deliver_passes(&self, first: u64, passes: &[Pass]) -> u64 {
        self.deliver(&numbered(first, passes))
    }

    /// Lets presence follow up to the journal's head.
    pub fn follow(&self) -> u64 {
        let follower: Arc<dyn Follower> = Arc::new(access::presence::PresenceFollower);
        Followers::catch_up(&self.t.db, &follower).unwrap()
    }

    pub fn status(&self) -> GateStatus {
        GateStatus { snapshot: 0, spool_depth: 0, spool_ok: true, devices: Vec::new(), version: "test".into() }
    }
}

pub fn numbered(first: u64, passes: &[Pass]) -> Vec<GateRecord> {
    passes.iter().zip(first..).map(|(pass, seq)| GateRecord { seq, body: GateBody::Pass(pass.clone()) }).collect()
}

pub fn ids_of(passes: &[Pass]) -> Vec<PassId> {
    passes.iter().map(|pass| pass.id).collect()
}

/// The moment so many seconds later.
pub fn later(at: Timestamp, seconds: i64) -> Timestamp {
    at.checked_add(seconds.seconds()).unwrap()
}

/// Waits for something that must come by itself.
pub fn until(what: &str, mut come: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !come() {
        assert!(begun.elapsed() < LONG, "{what} did not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}
