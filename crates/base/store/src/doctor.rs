//! Whether the database is sound. What was found is told by a key and figures; whoever shows it has the words.

use std::fmt;

use crate::{
    catalogue::{self, ForeignKey, Kind, Table, quoted},
    db::{Db, Engine},
    error::StoreError,
    migrate::MIGRATIONS,
    record,
    tx::Tx,
};

/// Something that was checked, and how it is.
///
/// The words come from the program's texts: a text named by `what_key` (behind the program's own prefix), with `args` put in by name. Every key
/// of this crate stands in [`FINDINGS`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it is as it should be.
    pub ok: bool,
    /// What was found, e.g. `reference-broken`.
    pub what_key: &'static str,
    /// Figures and names that belong to it, e.g. `table`, `rows`.
    pub args: Vec<(&'static str, Told)>,
}

/// A figure or a name of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A number, which chooses plural forms.
    Number(i64),
    /// A name, or the database's own words.
    Text(String),
}

impl From<u64> for Told {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}
impl From<i64> for Told {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}
impl From<String> for Told {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

impl Finding {
    /// All is well with this.
    pub fn good(what_key: &'static str, args: Vec<(&'static str, Told)>) -> Self {
        Self { ok: true, what_key, args }
    }

    /// Something is wrong.
    pub fn bad(what_key: &'static str, args: Vec<(&'static str, Told)>) -> Self {
        Self { ok: false, what_key, args }
    }
}

/// Every key that [`Db::check`] may give, with the names of its arguments.
pub const FINDINGS: &[(&str, &[&str])] = &[
    ("database-unreadable", &["reason"]),
    ("database-whole", &["tables"]),
    ("database-damaged", &["reason"]),
    ("index-damaged", &["name"]),
    ("references-whole", &["references"]),
    ("reference-broken", &["table", "target", "rows"]),
    ("values-fit", &["columns"]),
    ("value-of-another-kind", &["table", "column", "rows"]),
    ("migrations-complete", &["number"]),
    ("migration-missing", &["number", "name"]),
    ("migration-unknown", &["number", "name"]),
];

/// Complaints of SQLite's own check that are told: the first say enough.
const COMPLAINTS: u32 = 20;

record! {
    pub struct Step {
        pub number: i64,
        pub name: String,
    }
    pub struct Broken {
        pub source: String,
        pub target: String,
        pub rows: u64,
    }
}

impl Db {
    /// Checks the database as a whole: its own structure, references between tables, kinds of values, migrations. Reads everything, which takes
    /// as long as reading the file does.
    pub fn check(&self) -> Vec<Finding> {
        let unreadable =
            |error: StoreError| vec![Finding::bad("database-unreadable", vec![("reason", error.to_string().into())])];
        self.read_blocking(|tx| {
            let tables = catalogue::tables(tx)?;
            let mut findings = structure(tx, &tables)?;
            findings.extend(references(tx)?);
            findings.extend(kinds(tx, &tables)?);
            findings.extend(migrations(tx)?);
            Ok(findings)
        })
        .unwrap_or_else(unreadable)
    }
}

fn structure(tx: &mut Tx<'_>, tables: &[Table]) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    match tx.engine() {
        Engine::Sqlite => {
            let complaints = tx.many_of_text::<String>(&format!("pragma integrity_check({COMPLAINTS})"), &[])?;
            let bad = complaints.into_iter().filter(|complaint| complaint != "ok");
            findings.extend(bad.map(|complaint| Finding::bad("database-damaged", vec![("reason", complaint.into())])));
        }
        Engine::Postgres => {
            // The server finds a damaged page when it reads it, so every row is read.
            for table in tables {
                tx.many_of_text::<i64>(&format!("select count(t.*) from {} t", quoted(&table.name)), &[])?;
            }
            let invalid = "select cast(c.relname as text) from pg_index i join pg_class c on c.oid = i.indexrelid
                 where c.relnamespace = cast(current_schema() as regnamespace) and not (i.indisvalid and i.indisready)";
            let names = tx.many_of_text::<String>(invalid, &[])?;
            findings.extend(names.into_iter().map(|name| Finding::bad("index-damaged", vec![("name", name.into())])));
        }
    }
    if findings.is_empty() {
        findings.push(Finding::good("database-whole", vec![("tables", (tables.len() as u64).into())]));
    }
    Ok(findings)
}

fn references(tx: &mut Tx<'_>) -> Result<Vec<Finding>, StoreError> {
    let keys = catalogue::foreign_keys(tx)?;
    let mut broken = Vec::new();
    match tx.engine() {
        Engine::Sqlite => {
            let sql = "select \"table\" as source, parent as target, count(*) as rows from pragma_foreign_key_check group by 1, 2";
            broken.extend(tx.many_of_text::<Broken>(sql, &[])?);
        }
        Engine::Postgres => {
            for key in &keys {
                let rows = tx.many_of_text::<u64>(&orphans(key), &[])?.into_iter().next().unwrap_or(0);
                if rows > 0 {
                    broken.push(Broken { source: key.table.clone(), target: key.target.clone(), rows });
                }
            }
        }
    }
    if broken.is_empty() {
        return Ok(vec![Finding::good("references-whole", vec![("references", (keys.len() as u64).into())])]);
    }
    let told = |broken: Broken| {
        let args =
            vec![("table", broken.source.into()), ("target", broken.target.into()), ("rows", broken.rows.into())];
        Finding::bad("reference-broken", args)
    };
    Ok(broken.into_iter().map(told).collect())
}

/// Counts rows whose reference leads nowhere; one with a null in it leads nowhere on purpose.
fn orphans(key: &ForeignKey) -> String {
    let given: Vec<_> = key.columns.iter().map(|(own, _)| format!("c.{} is not null", quoted(own))).collect();
    let same: Vec<_> =
        key.columns.iter().map(|(own, other)| format!("p.{} = c.{}", quoted(other), quoted(own))).collect();
    format!(
        "select count(*) from {} c where {} and not exists (select 1 from {} p where {})",
        quoted(&key.table),
        given.join(" and "),
        quoted(&key.target),
        same.join(" and "),
    )
}

/// SQLite keeps any value in any column; PostgreSQL lets in only what fits.
fn kinds(tx: &mut Tx<'_>, tables: &[Table]) -> Result<Vec<Finding>, StoreError> {
    let columns: usize = tables.iter().map(|table| table.columns.len()).sum();
    let mut findings = Vec::new();
    if tx.engine() == Engine::Sqlite {
        for table in tables {
            for (column, kind) in &table.columns {
                let name = quoted(column);
                let fits = match kind {
                    Kind::Int => format!("typeof({name}) = 'integer'"),
                    Kind::Real => format!("typeof({name}) in ('real', 'integer')"),
                    Kind::Bool => format!("(typeof({name}) = 'integer' and {name} in (0, 1))"),
                    Kind::Text => format!("typeof({name}) = 'text'"),
                    Kind::Bytes => format!("typeof({name}) = 'blob'"),
                };
                let sql =
                    format!("select count(*) from {} where {name} is not null and not {fits}", quoted(&table.name));
                let rows = tx.many_of_text::<u64>(&sql, &[])?.into_iter().next().unwrap_or(0);
                if rows > 0 {
                    let args = vec![
                        ("table", table.name.clone().into()),
                        ("column", column.clone().into()),
                        ("rows", rows.into()),
                    ];
                    findings.push(Finding::bad("value-of-another-kind", args));
                }
            }
        }
    }
    if findings.is_empty() {
        findings.push(Finding::good("values-fit", vec![("columns", (columns as u64).into())]));
    }
    Ok(findings)
}

fn migrations(tx: &mut Tx<'_>) -> Result<Vec<Finding>, StoreError> {
    let applied = tx.many_of_text::<Step>("select number, name from schema_migration order by number", &[])?;
    let told = |key, number: i64, name: &str| {
        Finding::bad(key, vec![("number", number.into()), ("name", name.to_owned().into())])
    };
    let missing = MIGRATIONS
        .iter()
        .filter(|known| !applied.iter().any(|step| step.number == known.number && step.name == known.name))
        .map(|known| told("migration-missing", known.number, known.name));
    let unknown = applied
        .iter()
        .filter(|step| !MIGRATIONS.iter().any(|known| step.number == known.number && step.name == known.name))
        .map(|step| told("migration-unknown", step.number, &step.name));
    let mut findings: Vec<_> = missing.chain(unknown).collect();
    if findings.is_empty() {
        let newest = MIGRATIONS.last().map_or(0, |migration| migration.number);
        findings.push(Finding::good("migrations-complete", vec![("number", newest.into())]));
    }
    Ok(findings)
}
