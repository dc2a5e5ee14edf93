//! A statement: one text, two dialects.

use std::sync::OnceLock;

/// Every statement of the program, for the tests that prepare them all on both databases.
#[linkme::distributed_slice]
pub static STATEMENTS: [Statement];

/// What a statement gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The number of rows touched.
    Run,
    /// Rows.
    Rows,
}

/// Whose rows a statement may touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those of the school that is given to it.
    School,
    /// Those of every school: marked by `across_schools`.
    AllSchools,
}

/// A named SQL text with its parameters and columns.
#[derive(Debug)]
pub struct Statement {
    name: &'static str,
    sql: &'static str,
    params: &'static [&'static str],
    fields: &'static [&'static str],
    shape: Shape,
    reach: Reach,
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

impl Statement {
    /// Made by [`crate::statements!`].
    pub const fn new(
        name: &'static str,
        sql: &'static str,
        params: &'static [&'static str],
        fields: &'static [&'static str],
        shape: Shape,
        reach: Reach,
    ) -> Self {
        Self { name, sql, params, fields, shape, reach, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// Module and function.
    pub const fn name(&self) -> &'static str {
        self.name
    }
    /// As written.
    pub const fn sql(&self) -> &'static str {
        self.sql
    }
    /// Names of the parameters, `$1` first.
    pub const fn params(&self) -> &'static [&'static str] {
        self.params
    }
    /// Names that the columns must have; empty: one column of any name, or none.
    pub const fn fields(&self) -> &'static [&'static str] {
        self.fields
    }
    /// What it gives back.
    pub const fn shape(&self) -> Shape {
        self.shape
    }
    /// Whose rows it may touch.
    pub const fn reach(&self) -> Reach {
        self.reach
    }
    /// SQLite's text.
    pub fn for_sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| sqlite_text(self.sql))
    }
    /// PostgreSQL's text.
    pub fn for_postgres(&self) -> &str {
        self.postgres.get_or_init(|| postgres_text(self.sql))
    }
}

/// `$1` is a name to SQLite, numbered by first appearance; `?1` is the number itself.
pub(crate) fn sqlite_text(sql: &str) -> String {
    sql.replace("{lock}", "").replace("{skip_locked}", "").replace('$', "?")
}

pub(crate) fn postgres_text(sql: &str) -> String {
    sql.replace("{lock}", "for update").replace("{skip_locked}", "for update skip locked")
}
