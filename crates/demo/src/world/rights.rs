//! Groups and rules: who may pass where and when.

use jiff::civil::{Date, date};
use kernel::{Direction, Role, Window};

use super::{Calendar, Class, Person, Shift, Text, house, text};
use crate::lot::Lot;

/// People who have a right together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Which of the known ones.
    pub kind: GroupKind,
    /// Its name.
    pub name: Text,
}

/// The groups of the school.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupKind {
    /// Pupils who learn in the morning.
    FirstShift,
    /// Pupils who learn in the afternoon.
    SecondShift,
    /// Pupils of the morning who come back to train.
    Sports,
    /// Small pupils who stay until their parents come.
    ExtendedDay,
    /// Pupils who live at the school.
    Dormitory,
    /// Guards and others who are on duty on any day.
    Duty,
}

impl GroupKind {
    /// Every kind, in the order of [`super::World::groups`].
    pub const ALL: [Self; 6] =
        [Self::FirstShift, Self::SecondShift, Self::Sports, Self::ExtendedDay, Self::Dormitory, Self::Duty];

    /// Its place in [`super::World::groups`].
    pub const fn place(self) -> usize {
        self as usize
    }

    const fn name(self) -> Text {
        match self {
            Self::FirstShift => text("1-ауысым", "1-я смена", "Morning shift"),
            Self::SecondShift => text("2-ауысым", "2-я смена", "Afternoon shift"),
            Self::Sports => text("Спорт секциясы", "Спортивная секция", "Sports section"),
            Self::ExtendedDay => text("Ұзартылған күн тобы", "Группа продлённого дня", "Extended day"),
            Self::Dormitory => text("Жатақхана", "Общежитие", "Dormitory"),
            Self::Duty => text("Тәуліктік кезекшілік", "Круглосуточное дежурство", "Round-the-clock duty"),
        }
    }
}

/// A right to pass. A person passes when at least one rule allows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What it is for.
    pub name: Text,
    /// Who has it.
    pub who: RuleWho,
    /// Where, as places in [`super::World::points`]; empty: at every point.
    pub points: Vec<usize>,
    /// Which way; `None`: both.
    pub direction: Option<Direction>,
    /// When; empty: always.
    pub windows: Vec<Window>,
    /// From this day.
    pub from: Option<Date>,
    /// Up to and with this day.
    pub until: Option<Date>,
    /// Whether it holds on holidays too.
    pub on_holidays: bool,
}

/// Who has a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleWho {
    /// Everybody known to the school.
    Everybody,
    /// All of a role.
    Role(Role),
    /// A group, as its place in [`super::World::groups`].
    Group(usize),
}

pub(super) fn groups() -> Vec<Group> {
    GroupKind::ALL.into_iter().map(|kind| Group { kind, name: kind.name() }).collect()
}

/// Puts everybody into the groups they belong to.
pub(super) fn join_groups(lot: &mut Lot, people: &mut [Person], classes: &[Class]) {
    for person in people {
        if person.is_on_duty {
            person.groups.push(GroupKind::Duty.place());
        }
        let Some(class) = person.class.and_then(|class| classes.get(class)) else { continue };
        let (shift, extra) = match class.shift {
            Shift::First => (
                GroupKind::FirstShift,
                match class.grade {
                    0 | 1 => lot.chance(350).then_some(GroupKind::ExtendedDay),
                    _ if lot.chance(110) => Some(GroupKind::Sports),
                    _ => lot.chance(60).then_some(GroupKind::Dormitory),
                },
            ),
            Shift::Second => (GroupKind::SecondShift, lot.chance(30).then_some(GroupKind::Dormitory)),
        };
        person.groups.extend([Some(shift), extra].into_iter().flatten().map(GroupKind::place));
    }
}

const MONDAY_TO_SATURDAY: u8 = 0b011_1111;
const EVERY_DAY: u8 = 0b111_1111;

const fn window(days: u8, from_h: u16, from_min: u16, to_h: u16, to_min: u16) -> Window {
    Window { days, from_min: from_h * 60 + from_min, to_min: to_h * 60 + to_min }
}

pub(super) fn rules(calendar: &Calendar) -> Vec<Rule> {
    let hall = || house::HALL.to_vec();
    let all_doors = || [house::HALL.as_slice(), &[house::STAFF_ENTRANCE]].concat();
    let group = |kind: GroupKind| RuleWho::Group(kind.place());
    let rule = |name, who, points, direction, windows: &[Window]| Rule {
        name,
        who,
        points,
        direction,
        windows: windows.to_vec(),
        from: None,
        until: None,
        on_holidays: false,
    };
    // Consultations and examinations follow the last lesson day.
    let in_term = |rule: Rule| Rule {
        from: Some(calendar.first_day),
        until: Some(date(calendar.last_day.year(), 6, 30)),
        ..rule
    };
    let way_in = Some(Direction::In);
    vec![
        // Nobody is ever kept inside.
        Rule {
            on_holidays: true,
            ..rule(
                text("Шығу әрқашан ашық", "Выход всегда", "Leaving at any time"),
                RuleWho::Everybody,
                Vec::new(),
                Some(Direction::Out),
                &[],
            )
        },
        in_term(rule(
            text("1-ауысымның кіруі", "Вход 1-й смены", "Morning shift comes in"),
            group(GroupKind::FirstShift),
            hall(),
            way_in,
            &[window(MONDAY_TO_SATURDAY, 7, 0, 13, 30)],
        )),
        in_term(rule(
            text("2-ауысымның кіруі", "Вход 2-й смены", "Afternoon shift comes in"),
            group(GroupKind::SecondShift),
            hall(),
            way_in,
            &[window(MONDAY_TO_SATURDAY, 13, 0, 18, 30)],
        )),
        in_term(rule(
            text("Секцияға кіру", "Вход на секцию", "Sports section comes in"),
            group(GroupKind::Sports),
            hall(),
            way_in,
            &[window(MONDAY_TO_SATURDAY, 14, 0, 18, 30), window(0b100_0000, 10, 0, 14, 0)],
        )),
        Rule {
            on_holidays: true,
            ..rule(
                text("Жатақхана тұрғындары", "Жильцы общежития", "Dormitory"),
                group(GroupKind::Dormitory),
                hall(),
                way_in,
                &[window(EVERY_DAY, 6, 0, 22, 0)],
            )
        },
        rule(
            text("Мұғалімдер", "Учителя", "Teachers"),
            RuleWho::Role(Role::Teacher),
            all_doors(),
            way_in,
            &[window(MONDAY_TO_SATURDAY, 6, 30, 20, 0)],
        ),
        rule(
            text("Қызметкерлер", "Сотрудники", "Staff"),
            RuleWho::Role(Role::Staff),
            all_doors(),
            way_in,
            &[window(MONDAY_TO_SATURDAY, 6, 0, 21, 0)],
        ),
        Rule {
            on_holidays: true,
            ..rule(text("Кезекшілік", "Дежурство", "Duty"), group(GroupKind::Duty), all_doors(), way_in, &[])
        },
        rule(
            text("Асхана", "Столовая", "Canteen"),
            RuleWho::Everybody,
            vec![house::CANTEEN_DOOR],
            way_in,
            &[window(MONDAY_TO_SATURDAY, 7, 30, 19, 0)],
        ),
    ]
}
