//! The proof of every statement: it prepares, its parameters and columns are those that Rust expects, and it stays within a school.

use std::collections::BTreeSet;

use crate::{
    catalogue,
    db::Db,
    error::StoreError,
    statement::{Reach, STATEMENTS, Shape, Statement},
};

/// Prepares every statement of the program on this database; gives a sentence for each that is not as it should be.
///
/// A statement on tables that have a `school` column must compare that column once per such table (an insert names it), at least once with a
/// parameter, unless it is marked `across_schools`.
pub fn prove(db: &Db) -> Vec<String> {
    match school_tables(db) {
        Ok(tables) => STATEMENTS.iter().filter_map(|statement| prove_one(db, statement, &tables).err()).collect(),
        Err(error) => vec![format!("the tables cannot be read: {error}")],
    }
}

fn school_tables(db: &Db) -> Result<BTreeSet<String>, StoreError> {
    Ok(catalogue::columns(db)?.into_iter().filter(|(_, column)| column == "school").map(|(table, _)| table).collect())
}

fn prove_one(db: &Db, statement: &'static Statement, tables: &BTreeSet<String>) -> Result<(), String> {
    let name = statement.name();
    let (params, columns) = db.describe(statement).map_err(|error| format!("{name} does not prepare: {error}"))?;
    let expected = statement.params().len();
    if params != expected {
        return Err(format!("{name} is given {expected} parameters, its text has {params}"));
    }
    match statement.shape() {
        Shape::Run if !columns.is_empty() => {
            return Err(format!("{name} is a Run, but gives {columns:?}: choose One, Exactly or Many"));
        }
        Shape::Rows if statement.fields().is_empty() && columns.len() != 1 => {
            return Err(format!("{name} wants one column, its text gives {columns:?}"));
        }
        Shape::Rows if !statement.fields().is_empty() && columns != statement.fields() => {
            return Err(format!(
                "{name} fills {:?}, its text gives {columns:?}: name the columns in the order of the fields",
                statement.fields()
            ));
        }
        Shape::Run | Shape::Rows => {}
    }
    if statement.reach() == Reach::School { stays_in_school(statement, tables) } else { Ok(()) }
}

fn stays_in_school(statement: &Statement, tables: &BTreeSet<String>) -> Result<(), String> {
    let words = words(statement.sql());
    let touched = touched(&words, tables);
    let (compared, given) = compared(&words);
    if compared >= touched.len() && (given || touched.is_empty()) {
        return Ok(());
    }
    let name = statement.name();
    Err(format!(
        "{name} touches {} but compares `school` {compared} times{}: add `school = $n` (`x.school = y.school` for a joined table), \
         or mark it `across_schools` and say why",
        touched.join(", "),
        if given { "" } else { " and never with a parameter" },
    ))
}

/// Names, parameters and signs of a statement, in lower case; texts in quotes are left out.
fn words(sql: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for (place, part) in sql.split('\'').enumerate() {
        if place % 2 == 1 {
            continue;
        }
        for sign in part.chars() {
            if sign.is_alphanumeric() || matches!(sign, '_' | '.' | '$') {
                word.extend(sign.to_lowercase());
                continue;
            }
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            if !sign.is_whitespace() {
                words.push(sign.to_string());
            }
        }
        if !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    words
}

/// The tables with a `school` column, each as often as it is named after `from`, `join`, `into`, `update` or a comma of a `from`.
fn touched<'a>(words: &'a [String], tables: &BTreeSet<String>) -> Vec<&'a str> {
    let mut touched = Vec::new();
    let mut in_from = false;
    for (place, word) in words.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| words.get(place)).map_or("", String::as_str);
        match word.as_str() {
            "from" => in_from = true,
            "where" | "group" | "order" | "limit" | "set" | "on" | "select" | ")" | "(" => in_from = false,
            _ => {}
        }
        let named = matches!(before, "from" | "join" | "into" | "update") || (in_from && before == ",");
        if named && tables.contains(word) {
            touched.push(word.as_str());
        }
    }
    touched
}

/// How often `school` is compared or named by an insert, and whether once with a parameter.
fn compared(words: &[String]) -> (usize, bool) {
    let is_school = |word: &String| word == "school" || word.ends_with(".school");
    let at = |place: usize| words.get(place).map_or("", String::as_str);
    let (mut count, mut given) = (0, false);
    let mut list: Option<(usize, bool)> = None;
    for (place, word) in words.iter().enumerate() {
        match word.as_str() {
            "(" => list = Some((place, false)),
            ")" => {
                if let Some((opened, true)) = list.take() {
                    let insert = opened >= 2 && at(opened - 2) == "into";
                    let using = opened >= 1 && at(opened - 1) == "using";
                    let row = matches!(at(place + 1), "=" | "in");
                    count += usize::from(insert || using || row);
                    given |= insert || (row && words[place..].iter().any(|word| word.starts_with('$')));
                }
            }
            _ if is_school(word) => {
                if let Some((_, found)) = &mut list {
                    *found = true;
                }
                let distinct = at(place + 1) == "is"
                    && at(place + 2) == "not"
                    && at(place + 3) == "distinct"
                    && at(place + 4) == "from";
                let other = if distinct { 5 } else { 2 };
                if distinct || at(place + 1) == "=" {
                    count += 1;
                    given |= at(place + other).starts_with('$');
                }
            }
            _ => {}
        }
    }
    (count, given)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(sql: &'static str) -> bool {
        let tables = ["pass", "person", "class"].map(str::to_owned).into();
        let statement = Statement::new("test", sql, &[], &[], Shape::Rows, Reach::School);
        stays_in_school(&statement, &tables).is_ok()
    }

    #[test]
    fn a_statement_that_stays_in_its_school_passes() {
        for sql in [
            "select id from person where school = $1 and id = $2",
            "select p.id from pass p left join person q on q.school = p.school and q.id = p.person where p.school = $1",
            "select p.id from pass p join person q using (school, id) where p.school = $1",
            "select p.id from pass p, person q where p.school = $1 and q.school = $1",
            "insert into pass (school, id) values ($1, $2) on conflict (school, id) do update set at = excluded.at",
            "update person set class = $3 where school = $1 and id = $2",
            "delete from pass where school = $1 and person in (select id from person where school = $1 and status = 'archived')",
            "select id from person where (school, id) = ($1, $2) {lock}",
            "select id from person where school is not distinct from $1",
            "select token from session where id = $1",
            "select 'from person' as word",
        ] {
            assert!(verdict(sql), "{sql}");
        }
    }

    #[test]
    fn a_statement_that_looks_into_another_school_does_not() {
        for sql in [
            "select id from person where id = $1",
            "select p.id from pass p left join person q on q.id = p.person where p.school = $1",
            "select p.id from pass p join person q on q.school = p.school",
            "select p.id from pass p, person q where p.school = $1",
            "insert into pass (id, at) values ($1, $2)",
            "update person set class = $2 where id = $1",
            "delete from pass where school = $1 and person in (select id from person where status = 'archived')",
            "select id from person where note = 'school = $1'",
        ] {
            assert!(!verdict(sql), "{sql}");
        }
    }
}
