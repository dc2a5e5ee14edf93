//! What the database itself says about its tables: what is not written down twice cannot go stale.

use crate::{
    db::{Db, Engine},
    error::StoreError,
    record,
    tx::Tx,
    value::{Column, ColumnError, Raw},
};

/// What a column holds, alike on both databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Int,
    Real,
    Bool,
    Text,
    Bytes,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Real => "real",
            Self::Bool => "bool",
            Self::Text => "text",
            Self::Bytes => "bytes",
        }
    }

    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Int, Self::Real, Self::Bool, Self::Text, Self::Bytes].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// From the type as the column was declared.
impl Column for Kind {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        let declared = String::read(raw)?.to_ascii_lowercase();
        match declared.as_str() {
            "bigint" | "integer" | "smallint" => Ok(Self::Int),
            "double precision" => Ok(Self::Real),
            "boolean" => Ok(Self::Bool),
            "text" => Ok(Self::Text),
            "blob" | "bytea" => Ok(Self::Bytes),
            _ => Err(ColumnError::Value(declared)),
        }
    }
}

/// A table with its columns, as they stand in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<(String, Kind)>,
    /// The columns of the primary key, in its order.
    pub(crate) key: Vec<String>,
}

record! {
    pub struct ColumnRow {
        pub table_name: String,
        pub name: String,
        pub kind: Kind,
        /// The place in the primary key, from 1; 0: none.
        pub key_place: u64,
    }
    /// A foreign key; one row per column.
    pub struct ForeignRow {
        pub table_name: String,
        pub name: String,
        pub is_deferrable: bool,
        pub field: String,
        pub target: String,
        pub target_field: String,
    }
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ForeignKey {
    pub(crate) table: String,
    /// PostgreSQL's name of the constraint, SQLite's number.
    pub(crate) name: String,
    /// Whether it may wait for the end of the transaction (PostgreSQL only; in SQLite every one may).
    pub(crate) is_deferrable: bool,
    pub(crate) target: String,
    /// Pairs of own and foreign column.
    pub(crate) columns: Vec<(String, String)>,
}

const SQLITE_COLUMNS: &str = "select m.name as table_name, c.name, c.type as kind, c.pk as key_place
     from sqlite_schema m join pragma_table_info(m.name) c
     where m.type = 'table' and m.name not glob 'sqlite_*' and m.name <> 'schema_migration' order by m.name, c.cid";
const POSTGRES_COLUMNS: &str = "select cast(t.relname as text) as table_name, cast(c.attname as text) as name,
            format_type(c.atttypid, c.atttypmod) as kind,
            cast(coalesce((select array_position(k.conkey, c.attnum) from pg_constraint k
                           where k.conrelid = t.oid and k.contype = 'p'), 0) as bigint) as key_place
     from pg_class t join pg_attribute c on c.attrelid = t.oid
     where t.relnamespace = cast(current_schema() as regnamespace) and t.relkind in ('r', 'p') and not t.relispartition
       and c.attnum > 0 and not c.attisdropped and t.relname <> 'schema_migration' order by t.relname collate \"C\", c.attnum";

const SQLITE_FOREIGN: &str = "select m.name as table_name, cast(f.id as text) as name, 1 as is_deferrable, f.\"from\" as field, f.\"table\" as target,
            coalesce(f.\"to\", (select c.name from pragma_table_info(f.\"table\") c where c.pk = f.seq + 1)) as target_field
     from sqlite_schema m join pragma_foreign_key_list(m.name) f where m.type = 'table' order by m.name, f.id, f.seq";
const POSTGRES_FOREIGN: &str =
    "select cast(t.relname as text) as table_name, cast(k.conname as text) as name, k.condeferrable as is_deferrable,
            cast(c.attname as text) as field,
            cast(r.relname as text) as target, cast(d.attname as text) as target_field
     from pg_constraint k join pg_class t on t.oid = k.conrelid join pg_class r on r.oid = k.confrelid,
          lateral unnest(k.conkey, k.confkey) with ordinality as pair (here, there, place),
          pg_attribute c, pg_attribute d
     where k.contype = 'f' and t.relnamespace = cast(current_schema() as regnamespace) and k.conparentid = 0
       and c.attrelid = t.oid and c.attnum = pair.here and d.attrelid = r.oid and d.attnum = pair.there
     order by t.relname collate \"C\", k.conname, pair.place";

/// Every table but the book of migrations, by name.
pub(crate) fn tables(tx: &mut Tx<'_>) -> Result<Vec<Table>, StoreError> {
    let sql = match tx.engine() {
        Engine::Sqlite => SQLITE_COLUMNS,
        Engine::Postgres => POSTGRES_COLUMNS,
    };
    let mut tables: Vec<Table> = Vec::new();
    let mut places: Vec<(u64, String)> = Vec::new();
    for row in tx.many_of_text::<ColumnRow>(sql, &[])? {
        if tables.last().is_none_or(|table| table.name != row.table_name) {
            end_key(tables.last_mut(), &mut places);
            tables.push(Table { name: row.table_name.clone(), columns: Vec::new(), key: Vec::new() });
        }
        if row.key_place > 0 {
            places.push((row.key_place, row.name.clone()));
        }
        if let Some(table) = tables.last_mut() {
            table.columns.push((row.name, row.kind));
        }
    }
    end_key(tables.last_mut(), &mut places);
    Ok(tables)
}

fn end_key(table: Option<&mut Table>, places: &mut Vec<(u64, String)>) {
    places.sort();
    if let Some(table) = table {
        table.key = places.drain(..).map(|(_, name)| name).collect();
    }
}

/// Every foreign key.
pub(crate) fn foreign_keys(tx: &mut Tx<'_>) -> Result<Vec<ForeignKey>, StoreError> {
    let sql = match tx.engine() {
        Engine::Sqlite => SQLITE_FOREIGN,
        Engine::Postgres => POSTGRES_FOREIGN,
    };
    let mut keys: Vec<ForeignKey> = Vec::new();
    for mut row in tx.many_of_text::<ForeignRow>(sql, &[])? {
        let pair = (std::mem::take(&mut row.field), std::mem::take(&mut row.target_field));
        if keys.last().is_none_or(|key| key.table != row.table_name || key.name != row.name) {
            let ForeignRow { table_name: table, name, is_deferrable, target, .. } = row;
            keys.push(ForeignKey { table, name, is_deferrable, target, columns: Vec::new() });
        }
        if let Some(key) = keys.last_mut() {
            key.columns.push(pair);
        }
    }
    Ok(keys)
}

/// A name as an identifier, whatever words the database keeps for itself.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Every column of every table, by table: `(table, column)`. The book of migrations is left out.
///
/// # Errors
/// From the database, or when a column is of a type that is not portable.
pub fn columns(db: &Db) -> Result<Vec<(String, String)>, StoreError> {
    let tables = db.read_blocking(tables)?;
    let pairs = |table: Table| table.columns.into_iter().map(move |(column, _)| (table.name.clone(), column));
    Ok(tables.into_iter().flat_map(pairs).collect())
}
