//! The school in the database: filled before the programs start, looked into while they run and after.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::SocketAddr,
};

use access::{
    AccessError,
    model::{DeviceInput, PointInput, RuleInput, Title},
    ops,
};
use accounts::Ctx;
use jiff::Timestamp;
use kernel::{
    AccessPointId, AntiPassback, Clock, CredentialStatus, DecidedBy, DeviceKind, Direction, GateId, Ids, PassId,
    PersonId, ReaderFormat, Reason, Role, SchoolId, SystemClock, Who,
};
use people::{
    PeopleError,
    model::PersonName,
    ops::{
        NewSchool, add_school,
        bulk::{self, NewCard, NewPerson},
    },
    person::PersonData,
};
use store::{Db, Options, StoreError, Tx, record, statements};
use testkit::TestDb;

/// How the readers of the school show a card.
const FORMAT: ReaderFormat = ReaderFormat::W26;
/// How many cards share a facility code here.
const CARDS_OF_A_CODE: u32 = 60_000;

/// A school with one gate at the door, a board with four doors, and people who may pass always and everywhere.
pub struct School {
    /// Where the database is.
    pub database: String,
    pub school: SchoolId,
    pub gate: GateId,
    /// The gate's token; none of a gate that runs in the server.
    pub token: String,
    /// The access points of doors 1 to 4.
    pub points: [AccessPointId; 4],
    /// Whose each card is, by the number that the board shows.
    pub cards: BTreeMap<u32, PersonId>,
}

/// Where the school's gate runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GatePlace {
    /// By itself, at the door.
    AtDoor,
    /// In the server's process.
    InServer,
}

record! {
    /// A pass as it is stored.
    pub struct StoredPass {
        pub id: PassId,
        pub gate: GateId,
        pub gate_seq: u64,
        pub point: AccessPointId,
        pub direction: Direction,
        pub person: Option<PersonId>,
        pub reader_format: Option<ReaderFormat>,
        pub number: Option<u64>,
        pub reason: Reason,
        pub is_granted: bool,
        pub decided_by: DecidedBy,
        pub at: Timestamp,
        pub received_at: Timestamp,
        pub is_late: bool,
    }
}

statements! {
    /// Passes in the order in which the gate recorded them.
    fn passes(school: SchoolId) -> Many<StoredPass> =
        "select id, gate, gate_seq, point, direction, person, reader_format, number, reason, is_granted, decided_by, at, received_at, is_late
         from pass where school = $1 order by gate_seq, id";
    /// How many there are.
    fn count_passes(school: SchoolId) -> Exactly<u64> = "select count(*) as u64 from pass where school = $1";
}

/// Why the school could not be founded.
#[derive(Debug)]
struct Unfounded(#[expect(dead_code, reason = "shown by the test that fails")] String);

impl From<AccessError> for Unfounded {
    fn from(error: AccessError) -> Self {
        Self(format!("{error:?}"))
    }
}
impl From<PeopleError> for Unfounded {
    fn from(error: PeopleError) -> Self {
        Self(format!("{error:?}"))
    }
}
impl From<StoreError> for Unfounded {
    fn from(error: StoreError) -> Self {
        Self(format!("{error:?}"))
    }
}

/// The number on the card of the person of this place.
fn number(place: u32) -> u32 {
    100_000 * (1 + place / CARDS_OF_A_CODE) + place % CARDS_OF_A_CODE + 1
}

fn title(text: &str) -> Title {
    Title::parse(text).unwrap()
}

impl School {
    /// Founds it, with so many people and a board that is reached at this address.
    pub fn found(t: &TestDb, people: u32, serial: u32, board: SocketAddr, place: GatePlace) -> Self {
        let (now, ids) = (SystemClock.now(), Ids::random());
        let numbers: Vec<u32> = (0..people).map(number).collect();
        let new: Vec<NewPerson> = numbers.iter().map(|number| person(*number)).collect();
        let founding = move |tx: &mut Tx<'_>| {
            let name = NewSchool {
                name_kk: "Мектеп".into(),
                name_ru: "Школа".into(),
                time_zone: "Asia/Almaty".into(),
                is_demo: false,
            };
            let school = add_school(tx, now, &ids, &name)?;
            let ctx = Ctx::of_program(school, now, ids.clone());
            let persons = bulk::load(tx, &ctx, &testkit::vault(), &new)?;
            let house = ops::furnish(tx, &ctx, place == GatePlace::AtDoor)?;
            let kind = DeviceKind::Uhppote { serial, address: board.to_string(), tcp: false, open_s: 3 };
            let device = ops::add_device(tx, &ctx, &DeviceInput { name: title("Плата"), gate: house.gate, kind })?;
            let mut points = Vec::new();
            for door in 1..=4 {
                let point = PointInput {
                    name: title(&format!("Турникет {door}")),
                    gate: house.gate,
                    device: Some(device),
                    door,
                    reader_format: FORMAT,
                    inner: house.zone,
                    outer: None,
                    anti_passback: AntiPassback::Off,
                    is_enabled: true,
                    position: u32::from(door),
                };
                points.push(ops::add_point(tx, &ctx, &point)?);
            }
            ops::add_rule(tx, &ctx, always_everywhere())?;
            Ok::<_, Unfounded>((school, persons, house, points))
        };
        let (school, persons, house, points) = t.db.write_blocking(founding).unwrap();
        Self {
            database: t.address.clone(),
            school,
            gate: house.gate,
            token: house.token.map(|token| token.expose().to_owned()).unwrap_or_default(),
            points: points.try_into().unwrap(),
            cards: numbers.into_iter().zip(persons).collect(),
        }
    }

    /// Looks into the database from outside, for a moment.
    pub fn look<T>(&self, mut what: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError>) -> T {
        let db = Db::open(&self.database, &Options { connections: 2, ..Options::default() }).unwrap();
        let seen = db.read_blocking(&mut what).unwrap();
        db.close();
        seen
    }

    /// How many passes have arrived.
    pub fn count(&self) -> u64 {
        self.look(|tx| count_passes(tx, self.school))
    }

    /// All passes, in the order in which the gate recorded them.
    pub fn passes(&self) -> Vec<StoredPass> {
        self.look(|tx| passes(tx, self.school))
    }
}

fn person(number: u32) -> NewPerson {
    NewPerson {
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
        cards: vec![NewCard { card: FORMAT.card(u64::from(number)).unwrap(), status: CredentialStatus::Active }],
        groups: Vec::new(),
    }
}

fn always_everywhere() -> RuleInput {
    RuleInput {
        name: None,
        who: Who::Everybody,
        points: Vec::new(),
        direction: None,
        windows: Vec::new(),
        from: None,
        until: None,
        on_holidays: true,
        is_enabled: true,
    }
}
