//! What a subsystem gives to the program.

use std::sync::Arc;

use journal::Follower;

use crate::{rights::Action, routes::Routes};

/// A subsystem: what the program wires together. Made by each subsystem's `pub fn subsystem(app: &App, …) -> Subsystem`.
pub struct Subsystem {
    /// Its crate's name.
    pub name: &'static str,
    /// Its pages and interfaces.
    pub routes: Routes,
    /// Who follows the journal for it.
    pub followers: Vec<Arc<dyn Follower>>,
    /// Its places in the navigation.
    pub nav: Vec<NavEntry>,
    /// What it keeps of persons.
    pub data: &'static [DataEntry],
}

/// A part of the navigation, in the order in which they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NavGroup {
    /// What is looked at every day: always open, without a heading.
    Day,
    /// The register: people, classes, lists.
    People,
    /// Cards and badges.
    Cards,
    /// Who may pass where, and by which devices.
    Entrance,
    /// How the school is set up.
    School,
}

impl NavGroup {
    /// The key of its heading; none for what is always open.
    pub const fn label(self) -> Option<&'static str> {
        match self {
            Self::Day => None,
            Self::People => Some("accounts-nav-people"),
            Self::Cards => Some("accounts-nav-cards"),
            Self::Entrance => Some("accounts-nav-entrance"),
            Self::School => Some("accounts-nav-school"),
        }
    }
}

/// A place in the navigation, shown to those who may go there.
#[derive(Clone, Copy, Debug)]
pub struct NavEntry {
    /// The part it stands in.
    pub group: NavGroup,
    /// The text's key.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// The icon's name in the sprite.
    pub icon: &'static str,
    /// Who sees it.
    pub action: Action,
    /// Smaller comes first within its part.
    pub order: u16,
}

/// One line of the data map: a column that holds data of a person, or `*` for a table that holds none.
#[derive(Clone, Copy, Debug)]
pub struct DataEntry {
    /// The table.
    pub table: &'static str,
    /// The column; `*`: the whole table holds nothing about a person.
    pub column: &'static str,
    /// What it is for; empty for `*`.
    pub purpose: &'static str,
    /// On what ground it is kept (law, agreement, consent); empty for `*`.
    pub ground: &'static str,
    /// How long it is kept; empty for `*`.
    pub term: &'static str,
}
