//! The world is taken into a database, through the same operations that people use.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    thread,
};

use ::people::{
    PeopleError,
    model::{ClassName, GuardianKind, GuardianshipData, Particulars, PersonName, Photo, Sex},
    ops::{self as people_ops, bulk},
    person::{ClassData, PersonData, Shift as PeopleShift},
    register::ClassHome,
};
use access::{
    AccessError,
    model::{DeviceInput, PointInput, RuleInput, Title, ZoneInput},
    ops as access_ops,
};
use accounts::{Ctx, DemoUser, StaffRole, ops as account_ops};
use calendar::{CalendarError, ops as calendar_ops};
use crypto::Vault;
use i18n::Lang;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{AccessPointId, Clock, DeviceKind, Ids, PersonId, Role, SchoolId, Who};
use store::{Db, StoreError, Tx};

use crate::{
    door, past,
    portrait::portrait,
    world::{Host, Person, RuleWho, World, iin, phone},
};

/// Persons taken in by one statement of each kind.
const AT_ONCE: usize = 200;
/// Seconds for which a turnstile of the demonstration stays open.
const OPEN_S: u8 = 3;
/// The day for which ages of the portraits are told.
const SITTING: Date = Date::constant(2026, 11, 23);

/// The made-up school in the database.
#[derive(Clone, Debug)]
pub struct School {
    /// The school.
    pub school: SchoolId,
    /// Persons, in the order of [`World::people`].
    pub people: Arc<[PersonId]>,
    /// Access points, in the order of [`World::points`].
    pub points: Arc<[AccessPointId]>,
    /// The token of the gate at the door, when the school was made just now with a door apart.
    pub new_token: Option<String>,
}

/// Why the world could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// People refused.
    #[error(transparent)]
    People(#[from] PeopleError),
    /// Access control refused.
    #[error(transparent)]
    Access(#[from] AccessError),
    /// The calendar refused.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// Attendance refused.
    #[error(transparent)]
    Attendance(#[from] attendance::AttendanceError),
    /// Accounts refused.
    #[error(transparent)]
    Accounts(#[from] accounts::AccountsError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database holds a real school.
    #[error(
        "the database holds a school that is not the demonstration's: give the demonstration a data folder of its own"
    )]
    Real,
    /// The database holds the school of another seed, or was made for a door that stands elsewhere.
    #[error(
        "the database holds another made-up school (another --seed, or made without --apart): give another --data folder, or remove this one"
    )]
    Other,
    /// The program was told to stop before the school stood.
    #[error("told to stop before the made-up school was made")]
    Stopped,
    /// The world does not fit the types of the product.
    #[error("the made-up school is not well made: {0}")]
    World(String),
}

/// The made-up users; the password is the same for all, and stands on the sign-in page.
pub fn users() -> Vec<DemoUser> {
    USERS
        .iter()
        .map(|(login, _, role)| DemoUser {
            login: (*login).to_owned(),
            password: PASSWORD.to_owned(),
            role_key: role_key(*role),
        })
        .collect()
}

/// The login of the duty guard.
pub const GUARD: &str = "guard";
/// The login of the secretary.
pub const SECRETARY: &str = "secretary";

const PASSWORD: &str = "kezekshi-demo-17";

const USERS: &[(&str, &str, StaffRole)] = &[
    (GUARD, "Нұрлан Сейітқали", StaffRole::Guard),
    (SECRETARY, "Айгүл Омарова", StaffRole::Secretary),
    ("head", "Гүлмира Жұмабекова", StaffRole::Head),
    ("teacher", "Ольга Ким", StaffRole::Teacher),
    ("admin", "Тимур Ахметов", StaffRole::SchoolAdmin),
];

const fn role_key(role: StaffRole) -> &'static str {
    match role {
        StaffRole::Guard => "accounts-role-guard",
        StaffRole::Teacher => "accounts-role-teacher",
        StaffRole::SocialPedagogue => "accounts-role-social_pedagogue",
        StaffRole::Secretary => "accounts-role-secretary",
        StaffRole::Head => "accounts-role-head",
        StaffRole::SchoolAdmin => "accounts-role-school_admin",
    }
}

/// How the world stands in its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// The first port of the simulated boards.
    pub boards_port: u16,
    /// Whether the school's door runs as a program of its own.
    pub apart: bool,
}

/// Takes the world in, or finds it where it was taken in before. The same seed gives the same ids, so a door that runs apart needs no list.
///
/// All of it stands after one transaction, or nothing: whoever ends the program meanwhile (`is_stopping`, or a power cut) leaves no half
/// school behind.
///
/// # Errors
/// [`ImportError::Real`] and [`ImportError::Other`] when the database holds something else, [`ImportError::Stopped`].
pub fn import(
    db: &Db,
    world: &Arc<World>,
    vault: &Vault,
    clock: &dyn Clock,
    order: Order,
    is_stopping: &(dyn Fn() -> bool + Sync),
) -> Result<School, ImportError> {
    let known = db.read_blocking(::people::queries::schools)?;
    if known.iter().any(|school| !school.is_demo) {
        return Err(ImportError::Real);
    }
    if let Some(school) = known.first() {
        return found(db, world, school.school, order);
    }
    let photos = portraits(&world.people, is_stopping);
    if is_stopping() {
        return Err(ImportError::Stopped);
    }
    let (world, vault, now) = (Arc::clone(world), vault.clone(), clock.now());
    db.write_blocking(move |tx| make(tx, &world, &vault, &photos, now, order))
}

fn make(
    tx: &mut Tx<'_>,
    world: &World,
    vault: &Vault,
    photos: &[Option<Photo>],
    now: Timestamp,
    order: Order,
) -> Result<School, ImportError> {
    // Begun anew with each try of the transaction, so that the ids are always the seed's.
    let ids = Ids::seeded(world.seed);
    let name = people_ops::NewSchool {
        name_kk: world.name.kk.to_owned(),
        name_ru: world.name.ru.to_owned(),
        time_zone: world.time_zone.to_owned(),
        is_demo: true,
    };
    let school = people_ops::add_school(tx, now, &ids, &name)?;
    let ctx = Ctx::of_program(school, now, ids);
    add_users(tx, &ctx, world)?;
    let people = add_people(tx, vault, world, photos, &ctx)?;
    let (points, new_token) = add_house(tx, &ctx, world, order)?;
    let zone = TimeZone::get(world.time_zone).unwrap_or(TimeZone::UTC);
    // After persons and points, whose ids a seed makes the same in every version of the program.
    let today = now.to_zoned(zone).date();
    calendar_ops::open_calendar(tx, &ctx, today)?;
    past::load(tx, world, &ctx, &people, today)?;
    add_register(tx, &ctx, vault, world, &people)?;
    link_teacher(tx, &ctx, world, &people)?;
    add_day_cards(tx, &ctx)?;
    Ok(School { school, people: people.into(), points: points.into(), new_token })
}

/// The school taken in before: persons and points in the order in which they were made, which their ids keep.
fn found(db: &Db, world: &World, school: SchoolId, order: Order) -> Result<School, ImportError> {
    if !is_of_seed(school, world.seed) {
        return Err(ImportError::Other);
    }
    let gates = db.read_blocking(access::gates::in_process_gates)?;
    // A gate apart has a token that nobody can read any more, a gate here would decide beside the one at the door.
    if gates.iter().any(|gate| gate.school == school) == order.apart {
        return Err(ImportError::Other);
    }
    let scope = accounts::Scope::of_program(school);
    let (mut people, points) = db.read_blocking(|tx| {
        let people = ::people::queries::ids(tx, &scope)?;
        let points = access::queries::points(tx, &scope)?;
        Ok::<_, AccessError>((people, points))
    })?;
    people.sort_unstable();
    let mut points: Vec<AccessPointId> = points.into_iter().map(|point| point.id).collect();
    points.sort_unstable();
    // Whoever was added at a page since then comes after those of the world.
    if people.len() < world.people.len() || points.len() < world.points.len() {
        return Err(ImportError::Other);
    }
    Ok(School { school, people: people.into(), points: points.into(), new_token: None })
}

/// Whether the school was made with this seed: its id is the first that the seed gives at the moment that stands in it.
fn is_of_seed(school: SchoolId, seed: u64) -> bool {
    let [a, b, c, d, e, f, ..] = *school.uuid().as_bytes();
    let made_ms = i64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    Timestamp::from_millisecond(made_ms)
        .is_ok_and(|made_at| Ids::seeded(seed).new_id::<School>(made_at).uuid() == school.uuid())
}

fn add_users(tx: &mut Tx<'_>, ctx: &Ctx, world: &World) -> Result<(), ImportError> {
    let leader = world.leader_with_account().and_then(|person| world.people.get(person));
    let leader = leader.map(|person| format!("{} {}", person.given, person.family));
    for (login, name, role) in USERS {
        let name = leader.as_deref().filter(|_| *role == StaffRole::Teacher).unwrap_or(name);
        let user = account_ops::NewUser::new(&ctx.ids, login, name, ctx.actor.school, [*role], PASSWORD, Lang::Ru)?;
        account_ops::add_user(tx, ctx, &user)?;
    }
    Ok(())
}

fn add_people(
    tx: &mut Tx<'_>,
    vault: &Vault,
    world: &World,
    photos: &[Option<Photo>],
    ctx: &Ctx,
) -> Result<Vec<PersonId>, ImportError> {
    let bad = |what: &str, error: &dyn std::fmt::Display| ImportError::World(format!("{what}: {error}"));
    let mut classes = Vec::new();
    let mut groups = Vec::new();
    for class in &world.classes {
        let name = ClassName::new(class.grade, class.letter).map_err(|error| bad("class", &error))?;
        let lang = Lang::parse(class.language.code()).unwrap_or(Lang::Kk);
        let shift = if class.shift.number() == 1 { PeopleShift::First } else { PeopleShift::Second };
        classes.push(people_ops::add_class(tx, ctx, &ClassData { name, lang, shift })?);
    }
    for group in &world.groups {
        groups.push(people_ops::add_group(tx, ctx, group.name.ru)?);
    }
    let mut ids = Vec::with_capacity(world.people.len());
    for (people, photos) in world.people.chunks(AT_ONCE).zip(photos.chunks(AT_ONCE)) {
        let mut new = Vec::with_capacity(people.len());
        for (person, photo) in people.iter().zip(photos) {
            let name = PersonName::parse(&person.family, &person.given, person.patronymic.as_deref())
                .map_err(|error| bad("name", &error))?;
            let data = PersonData {
                name,
                sex: Some(person.sex),
                birth_date: Some(person.birth_date),
                roles: [person.role].into(),
                class: person.class.and_then(|class| classes.get(class).copied()),
                position: person.position.map_or_else(String::new, |position| position.ru.to_owned()),
                learning_until: person.learning_until,
            };
            new.push(bulk::NewPerson {
                data,
                photo: photo.clone(),
                cards: person.cards.iter().map(|held| bulk::NewCard { card: held.card, status: held.status }).collect(),
                groups: person.groups.iter().filter_map(|group| groups.get(*group).copied()).collect(),
            });
        }
        ids.extend(bulk::load_since(tx, ctx, vault, &new, Some(world.calendar.first_day))?);
    }
    Ok(ids)
}

/// Numbers and phones of all, the parents, rooms and class teachers.
fn add_register(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    vault: &Vault,
    world: &World,
    people: &[PersonId],
) -> Result<(), ImportError> {
    let mut kept: Vec<(PersonId, Particulars)> = Vec::with_capacity(people.len() + world.parents.len());
    for (place, (person, id)) in world.people.iter().zip(people).enumerate() {
        let phones = if person.class.is_none() { phone(place).into_iter().collect() } else { Vec::new() };
        kept.push((
            *id,
            Particulars { iin: iin(person.birth_date, person.sex, place), phones, ..Particulars::default() },
        ));
    }
    let parents = add_parents(tx, ctx, vault, world)?;
    let mut families = Vec::with_capacity(parents.len());
    for (place, (parent, id)) in (world.people.len()..).zip(world.parents.iter().zip(parents)) {
        let phones = phone(place).into_iter().collect();
        kept.push((
            id,
            Particulars { iin: iin(parent.birth_date, parent.sex, place), phones, ..Particulars::default() },
        ));
        if let Some(child) = people.get(parent.child) {
            families.push((*child, id, GuardianshipData::of(GuardianKind::Parent)));
        }
    }
    bulk::keep_particulars(tx, ctx, vault, &kept)?;
    bulk::set_guardians(tx, ctx, &families)?;
    add_homes(tx, ctx, world, people)
}

fn add_parents(tx: &mut Tx<'_>, ctx: &Ctx, vault: &Vault, world: &World) -> Result<Vec<PersonId>, ImportError> {
    let mut ids = Vec::with_capacity(world.parents.len());
    for parents in world.parents.chunks(AT_ONCE) {
        let mut new = Vec::with_capacity(parents.len());
        for parent in parents {
            let name = PersonName::parse(&parent.family, &parent.given, parent.patronymic.as_deref())
                .map_err(|error| ImportError::World(format!("name: {error}")))?;
            let data = PersonData {
                name,
                sex: Some(parent.sex),
                birth_date: Some(parent.birth_date),
                roles: [Role::Guardian].into(),
                class: None,
                position: String::new(),
                learning_until: None,
            };
            new.push(bulk::NewPerson { data, photo: None, cards: Vec::new(), groups: Vec::new() });
        }
        ids.extend(bulk::load(tx, ctx, vault, &new)?);
    }
    Ok(ids)
}

fn add_homes(tx: &mut Tx<'_>, ctx: &Ctx, world: &World, people: &[PersonId]) -> Result<(), ImportError> {
    let scope = ctx.require(accounts::Action::EditPersons).map_err(PeopleError::from)?;
    let first = world.calendar.first_day.year();
    let year = format!("{first}-{:02}", (first + 1) % 100);
    for view in ::people::queries::classes(tx, &scope)? {
        let (grade, letter) = (view.data.name.grade(), view.data.name.letter());
        let found = world.classes.iter().zip(101..).find(|(class, _)| (class.grade, class.letter) == (grade, letter));
        let Some((class, room)) = found else { continue };
        let teacher = people.get(class.teacher).copied();
        let home = ClassHome { room: room.to_string(), teacher, year: year.clone() };
        people_ops::set_class_home(tx, ctx, view.id, &home)?;
    }
    Ok(())
}

/// The account of the teacher is that of the teacher who leads the first class of the morning, so that it sees a class.
fn link_teacher(tx: &mut Tx<'_>, ctx: &Ctx, world: &World, people: &[PersonId]) -> Result<(), ImportError> {
    let scope = ctx.require(accounts::Action::EditAccounts).map_err(PeopleError::from)?;
    let users = accounts::queries::users(tx, &scope)?;
    let account = users.iter().find(|user| user.roles.contains(&StaffRole::Teacher));
    let person = world.leader_with_account().and_then(|person| people.get(person));
    if let (Some(account), Some(person)) = (account, person) {
        people_ops::link_account(tx, ctx, *person, account.id)?;
    }
    Ok(())
}

/// How many faces a debug build draws for each sex and age: unoptimised, all 1,290 would take minutes. A release build draws everybody.
const FACES_IN_DEBUG: u64 = 3;

/// Portraits of all, drawn on every core there is. None is begun once the program is told to stop.
fn portraits(people: &[Person], is_stopping: &(dyn Fn() -> bool + Sync)) -> Vec<Option<Photo>> {
    let sitters: BTreeSet<(bool, u8, u64)> = people.iter().map(sitter).collect();
    let sitters: Vec<_> = sitters.into_iter().collect();
    let hands = thread::available_parallelism().map_or(2, usize::from).min(8);
    let part = sitters.len().div_ceil(hands).max(1);
    let drawn: BTreeMap<(bool, u8, u64), Photo> = thread::scope(|scope| {
        let drawing: Vec<_> = sitters
            .chunks(part)
            .map(|part| {
                scope.spawn(move || {
                    let sitters = part.iter().take_while(|_| !is_stopping());
                    sitters.filter_map(|sitter| Some((*sitter, draw(*sitter)?))).collect::<Vec<_>>()
                })
            })
            .collect();
        drawing.into_iter().flat_map(|drawn| drawn.join().unwrap_or_default()).collect()
    });
    people.iter().map(|person| drawn.get(&sitter(person)).cloned()).collect()
}

/// Who sits for a person's portrait: sex, age and seed.
fn sitter(person: &Person) -> (bool, u8, u64) {
    let (is_female, age) = (person.sex == Sex::Female, person.age_on(SITTING));
    if cfg!(debug_assertions) {
        (is_female, age / 6 * 6, person.portrait_seed % FACES_IN_DEBUG)
    } else {
        (is_female, age, person.portrait_seed)
    }
}

fn draw((is_female, age, seed): (bool, u8, u64)) -> Option<Photo> {
    let sex = if is_female { Sex::Female } else { Sex::Male };
    Photo::from_upload(&portrait(seed, sex, age)).ok()
}

fn add_house(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    world: &World,
    order: Order,
) -> Result<(Vec<AccessPointId>, Option<String>), AccessError> {
    let title = |text: &str| Title::parse(text).map_err(|_| AccessError::NotFound("name"));
    let home = access_ops::furnish(tx, ctx, order.apart)?;
    let mut zones = vec![home.zone];
    for zone in world.zones.iter().skip(1) {
        let input =
            ZoneInput { building: home.building, name: title(zone.name.ru)?, occupancy_limit: zone.occupancy_limit };
        zones.push(access_ops::add_zone(tx, ctx, &input)?);
    }
    let mut boards = Vec::new();
    for (index, board) in world.boards.iter().enumerate() {
        let address = door::address(order.boards_port, index).to_string();
        let kind = DeviceKind::Uhppote { serial: board.serial, address, tcp: false, open_s: OPEN_S };
        boards.push(access_ops::add_device(
            tx,
            ctx,
            &DeviceInput { name: title(board.name.ru)?, gate: home.gate, kind },
        )?);
    }
    let mut points = Vec::new();
    for (position, point) in (0_u32..).zip(&world.points) {
        let (device, door) = match point.host {
            Host::Door { board, door } => (boards.get(board).copied(), door),
            Host::Virtual => {
                let input = DeviceInput { name: title(point.name.ru)?, gate: home.gate, kind: DeviceKind::Virtual };
                (Some(access_ops::add_device(tx, ctx, &input)?), 1)
            }
        };
        let input = PointInput {
            name: title(point.name.ru)?,
            gate: home.gate,
            device,
            door,
            reader_format: point.format,
            inner: zones.get(point.inner).copied().unwrap_or(home.zone),
            outer: point.outer.and_then(|zone| zones.get(zone).copied()),
            anti_passback: point.anti_passback,
            is_enabled: true,
            position,
        };
        points.push(access_ops::add_point(tx, ctx, &input)?);
    }
    add_rules(tx, ctx, world, &points)?;
    Ok((points, home.token.map(|token| token.expose().to_owned())))
}

/// A few cards that the guard lends to whoever forgot the own one, of a box that nobody's own cards are of.
fn add_day_cards(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<(), ImportError> {
    const FACILITY: u64 = 201;
    for number in 1..=6_u64 {
        let card = kernel::Card { bits: 24, value: FACILITY << 16 | number };
        people_ops::add_day_card(tx, ctx, &format!("Д-{number}"), card)?;
    }
    Ok(())
}

fn add_rules(tx: &mut Tx<'_>, ctx: &Ctx, world: &World, points: &[AccessPointId]) -> Result<(), AccessError> {
    let scope = accounts::Scope::of_program(ctx.actor.school);
    let groups = access::queries::who_choices(tx, &scope)?.groups;
    let group_named = |name: &str| groups.iter().find(|(_, known)| known == name).map(|(id, _)| *id);
    for rule in &world.rules {
        let who = match rule.who {
            RuleWho::Everybody => Who::Everybody,
            RuleWho::Role(role) => Who::Role(role),
            RuleWho::Group(group) => {
                let named = world.groups.get(group).and_then(|group| group_named(group.name.ru));
                Who::Group(named.ok_or(AccessError::NotFound("group"))?)
            }
        };
        let input = RuleInput {
            name: Title::parse(rule.name.ru).ok(),
            who,
            points: rule.points.iter().filter_map(|point| points.get(*point).copied()).collect(),
            direction: rule.direction,
            windows: rule.windows.clone(),
            from: rule.from,
            until: rule.until,
            on_holidays: rule.on_holidays,
            is_enabled: true,
        };
        access_ops::add_rule(tx, ctx, input)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_tells_its_seed() {
        let now: Timestamp = "2026-11-23T02:30:00.123456Z".parse().unwrap();
        let school: SchoolId = Ids::seeded(7).new_id(now);
        assert!(is_of_seed(school, 7));
        assert!(!is_of_seed(school, 1) && !is_of_seed(Ids::random().new_id(now), 7));
    }
}
