//! The building: zones, turnstiles, and the boards that open them.

use kernel::{AntiPassback, ReaderFormat};

use super::{Text, text};

/// A zone. The street has none: it is what lies outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Its name.
    pub name: Text,
    /// How many people it may hold.
    pub occupancy_limit: Option<u32>,
}

/// A UHPPOTE board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Board {
    /// Its name.
    pub name: Text,
    /// Its serial number.
    pub serial: u32,
    /// How many doors it has.
    pub doors: u8,
}

/// An access point: one turnstile with a reader on either side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Its name.
    pub name: Text,
    /// What opens it.
    pub host: Host,
    /// The zone reached by going in.
    pub inner: usize,
    /// The zone reached by going out; `None`: the street.
    pub outer: Option<usize>,
    /// How its readers show a card.
    pub format: ReaderFormat,
    /// Anti-passback there.
    pub anti_passback: AntiPassback,
}

/// What opens an access point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// A door of a board.
    Door {
        /// The board's place in the list.
        board: usize,
        /// From 1.
        door: u8,
    },
    /// The turnstile page in the browser.
    Virtual,
}

const SCHOOL: usize = 0;
const CANTEEN: usize = 1;

/// Turnstiles in the hall, for everybody.
pub(crate) const HALL: [usize; 3] = [0, 1, 2];
/// The turnstile of the staff entrance.
pub(crate) const STAFF_ENTRANCE: usize = 3;
/// The canteen's door, which is passed on the page of the virtual turnstile.
pub(super) const CANTEEN_DOOR: usize = 4;

/// Minutes within which nobody passes twice the same way: longer than a friend needs to be let through with the same card,
/// shorter than a walk back for a forgotten bag.
const PASSBACK_MIN: u16 = 5;

pub(super) fn zones() -> Vec<Zone> {
    vec![
        Zone { name: text("Мектеп", "Школа", "School"), occupancy_limit: None },
        Zone { name: text("Асхана", "Столовая", "Canteen"), occupancy_limit: Some(240) },
    ]
}

pub(super) fn boards() -> Vec<Board> {
    vec![
        Board {
            name: text("Холл контроллері", "Контроллер холла", "Hall controller"), serial: 425_170_001, doors: 2
        },
        Board {
            name: text("Қызметтік кіреберіс контроллері", "Контроллер служебного входа", "Staff entrance controller"),
            serial: 425_170_002,
            doors: 2,
        },
    ]
}

pub(super) fn points() -> Vec<Point> {
    let point = |name, host, inner, outer, anti_passback| Point {
        name,
        host,
        inner,
        outer,
        format: ReaderFormat::W26,
        anti_passback,
    };
    let door = |board, door| Host::Door { board, door };
    let timed = AntiPassback::Timed(PASSBACK_MIN);
    vec![
        point(text("1-турникет", "Турникет 1", "Turnstile 1"), door(0, 1), SCHOOL, None, timed),
        point(text("2-турникет", "Турникет 2", "Turnstile 2"), door(0, 2), SCHOOL, None, timed),
        point(text("3-турникет", "Турникет 3", "Turnstile 3"), door(1, 1), SCHOOL, None, timed),
        point(
            text("Қызметтік кіреберіс", "Служебный вход", "Staff entrance"),
            door(1, 2),
            SCHOOL,
            None,
            AntiPassback::Soft,
        ),
        point(
            text("Асхана есігі", "Вход в столовую", "Canteen door"),
            Host::Virtual,
            CANTEEN,
            Some(SCHOOL),
            AntiPassback::Off,
        ),
    ]
}
