//! How long a list of 4,000 pupils with IINs and two guardians each takes: read, compared, written, and brought once more; beside the bare driver that
//! inserts as many rows of persons, sealed values, look-ups and guardianships in transactions of the same size, and does nothing else.
//!
//! `cargo bench -p lists --bench take_in [-- sqlite|postgres]`; PostgreSQL where `KEZEKSHI_TEST_POSTGRES` says where it is. The goal is less than 10 s
//! from the file to the last row.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    missing_docs,
    reason = "a bench prints its figures and stops when it cannot run"
)]

#[path = "../../../base/store/benches/bare/mod.rs"]
mod bare;
#[path = "../../accounts/tests/browser/mod.rs"]
mod browser;
#[path = "../tests/site/mod.rs"]
mod site;

use std::time::Instant;

use accounts::Scope;
use bare::Bare;
use jiff::civil::{Date, date};
use kernel::{Clock, PersonId};
use people::everybody;
use sheet::{Column, Kind, Writer};
use site::{bring, choose, finished, iin, preview_of, school};
use store::{Engine, Param, Value};
use testkit::TestDb;

/// Rows of a transaction, as a list is written.
const BATCH: usize = 200;
/// A sealed number is so long, in bytes.
const SEALED: usize = 41;

fn main() {
    // `cargo test` runs benches too, to see that they work: a short list is enough then.
    let is_bench = std::env::args().any(|arg| arg == "--bench");
    let only = std::env::args().skip(1).find(|arg| !arg.starts_with('-')).unwrap_or_default();
    let rows = if is_bench { 4_000 } else { 40 };
    for (engine, name) in [(Engine::Sqlite, "sqlite"), (Engine::Postgres, "postgres")] {
        let is_there = engine == Engine::Sqlite || std::env::var_os("KEZEKSHI_TEST_POSTGRES").is_some();
        if !name.contains(&only) || !is_there {
            continue;
        }
        let written = measure(name, &TestDb::of(engine), rows);
        let bare = reference(&TestDb::of(engine), &written);
        let Written { persons, families, in_all_s, write_s, .. } = written;
        println!(
            "{name}, {rows} rows, {persons} persons, {families} guardianships: {in_all_s:.2} s in all, {:.0} rows/s; written in {write_s:.2} s; \
             bare inserts {bare:.2} s; ratio {:.1} in all, {:.1} written",
            f64::from(rows) / in_all_s,
            in_all_s / bare,
            write_s / bare
        );
    }
}

/// What a list became, and how long it took.
struct Written {
    persons: usize,
    families: usize,
    /// Look-ups by hash.
    hashes: usize,
    in_all_s: f64,
    write_s: f64,
}

fn measure(engine: &str, t: &TestDb, rows: u32) -> Written {
    let site = school(t);
    let mut desk = site.browser_of("secretary");
    let bytes = list(rows);
    let mut first = None;
    for round in ["new", "the same again"] {
        let start = Instant::now();
        let job = bring(&mut desk, "list.xlsx", &bytes);
        let read = start.elapsed();
        choose(&mut desk, &job);
        let preview = Instant::now();
        let page = preview_of(&mut desk, &job, "?page=3");
        assert!(page.status == axum::http::StatusCode::OK, "{}", page.body);
        let preview = preview.elapsed();
        let again = Instant::now();
        preview_of(&mut desk, &job, "?page=4");
        let again = again.elapsed();
        let write = Instant::now();
        desk.post(&format!("/import/{job}/confirm"), &[]);
        let result = finished(&mut desk, &job);
        assert!(result.says("Готово") && !result.says("Скачать непринятые строки"), "{}", result.body);
        let (write_s, in_all_s) = (write.elapsed().as_secs_f64(), start.elapsed().as_secs_f64());
        println!(
            "{engine}, {rows} rows, {round}: read {:.2} s, preview {:.2} s, its next page {:.3} s, written {write_s:.2} s, in all {in_all_s:.2} s",
            read.as_secs_f64(),
            preview.as_secs_f64(),
            again.as_secs_f64(),
        );
        first.get_or_insert((write_s, in_all_s));
    }
    let scope = Scope::of_program(site.school);
    let (persons, private, families) =
        t.db.read_blocking(|tx| {
            let known = everybody::everybody(tx, &scope)?;
            let private = everybody::particulars(tx, &scope, &testkit::vault())?;
            Ok::<_, people::PeopleError>((known.len(), private, everybody::guardianships(tx, &scope)?.len()))
        })
        .unwrap();
    assert_eq!(families, 2 * rows as usize, "two guardians of each");
    let hashes = private.values().map(|one| usize::from(one.iin.is_some()) + 2 * one.phones.len()).sum();
    let (write_s, in_all_s) = first.unwrap();
    Written { persons, families, hashes, in_all_s, write_s }
}

/// The bare driver with as many rows of the same tables, in seconds.
fn reference(t: &TestDb, written: &Written) -> f64 {
    let school = t.school("one");
    let ids: Vec<PersonId> = (0..written.persons).map(|_| t.ids.new_id(t.clock.now())).collect();
    let sealed = vec![7_u8; SEALED];
    let text = |text: &'static str| Value::Text(text);
    let (key, now) = ("10111213141516171819202122232425".repeat(2), t.clock.now().as_microsecond());
    let hashes: Vec<Vec<u8>> = (0..written.hashes as u64).map(|number| [number.to_be_bytes(); 2].concat()).collect();
    let persons = ids.iter().map(|id| {
        let name = [text("Асанов"), text("Ерлан"), text("Болатұлы"), Value::Text(&key), Value::Text(&key)];
        let rest = [text("m"), Value::Int(20_150_915), Value::Int(now)];
        [school.value(), id.value()].into_iter().chain(name).chain(rest).collect()
    });
    let private = ids.iter().map(|id| vec![school.value(), id.value(), Value::Blob(&sealed), Value::Blob(&sealed)]);
    let lookups = hashes.iter().zip(ids.iter().cycle());
    let lookups = lookups.map(|(hash, id)| vec![school.value(), text("phone"), Value::Blob(hash), id.value()]);
    let families = (0..written.families).map(|number| {
        let (child, guardian) = (&ids[number / 2], &ids[ids.len() - 1 - number % 2 - number / 2 % (ids.len() / 2)]);
        let may = || Value::Bool(true);
        vec![school.value(), child.value(), guardian.value(), text("parent"), may(), may(), may()]
    });
    let person_columns: &[&str] =
        &["school", "id", "family", "given", "patronymic", "sort_key", "search_key", "sex", "birth_date", "created_at"];
    insert(t, "person", person_columns, persons.collect())
        + insert(t, "person_private", &["school", "person", "iin", "phones"], private.collect())
        + insert(t, "key_person_lookup", &["school", "purpose", "hash", "person"], lookups.collect())
        + insert(
            t,
            "guardianship",
            &["school", "child", "guardian", "kind", "may_see", "may_pay", "may_collect"],
            families.collect(),
        )
}

fn insert(t: &TestDb, table: &str, columns: &[&str], rows: Vec<Vec<Value<'_>>>) -> f64 {
    let (whole, rest) = rows.split_at(rows.len() / BATCH * BATCH);
    let mut bare = Bare::open(t, table, columns, BATCH);
    let mut last = Bare::open(t, table, columns, rest.len().max(1));
    let start = Instant::now();
    whole.chunks(BATCH).for_each(|rows| bare.insert(rows));
    if !rest.is_empty() {
        last.insert(rest);
    }
    start.elapsed().as_secs_f64()
}

/// A list as a school of that size brings it: every fourth family has two children here.
fn list(rows: u32) -> Vec<u8> {
    let heads = [
        "Ф.И.О.",
        "ИИН",
        "Класс",
        "Карта",
        "ФИО матери",
        "ИИН матери",
        "Телефон матери",
        "ФИО отца",
        "ИИН отца",
        "Телефон отца",
    ];
    let columns: Vec<Column> = heads.iter().map(|head| Column::new(*head, 20.0)).collect();
    let mut file = Writer::new(Kind::Xlsx, "Список", &["Школа № 1".into()], &columns).unwrap();
    let days = |first: Date, number: u32| first.checked_add(jiff::Span::new().days(number)).unwrap();
    for number in 0..rows {
        let family = if number % 5 == 4 { number - 1 } else { number };
        let class = format!("{}{}", number % 11 + 1, ['А', 'Ә', 'Б', 'В'][number as usize / 11 % 4]);
        let card = format!("{},{}", number / 60_000 + 1, number % 60_000 + 1);
        let (own, shared) = (letters(number), letters(family));
        let phone = |of: u32| format!("8701{:07}", of);
        let cells = [
            format!("Асанов Ерлан{own} Болатұлы"),
            iin(days(date(2008, 1, 1), number), false, number % 5_000),
            class,
            card,
            format!("Асанова Дана{shared} Серікқызы"),
            iin(days(date(1975, 1, 1), family), true, family % 5_000),
            phone(2 * family),
            format!("Асанов Болат{shared} Ержанұлы"),
            iin(days(date(1974, 1, 1), family), false, family % 5_000),
            phone(2 * family + 1),
        ];
        file.row(cells.map(sheet::Value::from)).unwrap();
    }
    file.finish().unwrap()
}

/// Letters that tell one number from another.
fn letters(number: u32) -> String {
    number.to_string().bytes().map(|digit| char::from_u32('а' as u32 + u32::from(digit - b'0')).unwrap()).collect()
}
