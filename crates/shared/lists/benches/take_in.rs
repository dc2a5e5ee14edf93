//! How long a list of 4,000 rows takes: read, compared, written, and brought once more. And a page of its preview.
//!
//! `cargo bench -p lists --bench take_in` prints the figures for SQLite, and for PostgreSQL where `KEZEKSHI_TEST_POSTGRES` says where it is.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    missing_docs,
    reason = "a bench prints its figures and stops when it cannot run"
)]

#[path = "../../accounts/tests/browser/mod.rs"]
mod browser;
#[path = "../tests/site/mod.rs"]
mod site;

use std::time::Instant;

use sheet::{Column, Kind, Value, Writer};
use site::{bring, choose, finished, preview_of, school};
use testkit::TestDb;

fn main() {
    // `cargo test` runs benches too, to see that they work: a short list is enough then.
    let is_bench = std::env::args().any(|arg| arg == "--bench");
    let rows = if is_bench { 4_000 } else { 40 };
    measure("SQLite", &TestDb::sqlite(), rows);
    if is_bench && std::env::var_os("KEZEKSHI_TEST_POSTGRES").is_some() {
        measure("PostgreSQL", &TestDb::postgres(), rows);
    }
}

fn measure(engine: &str, t: &TestDb, rows: u32) {
    let site = school(t);
    let mut desk = site.browser_of("secretary");
    let bytes = list(rows);
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
        assert!(result.says("Готово"), "{}", result.body);
        println!(
            "{engine}, {rows} rows, {round}: read {:.2} s, preview {:.2} s, its next page {:.3} s, written {:.2} s, in all {:.2} s",
            read.as_secs_f64(),
            preview.as_secs_f64(),
            again.as_secs_f64(),
            write.elapsed().as_secs_f64(),
            start.elapsed().as_secs_f64()
        );
    }
}

/// A list as a school of that size brings it.
fn list(rows: u32) -> Vec<u8> {
    let heads = ["Ф.И.О.", "Дата рождения", "Пол", "Класс", "Карта"];
    let columns: Vec<Column> = heads.iter().map(|head| Column::new(*head, 20.0)).collect();
    let mut file = Writer::new(Kind::Xlsx, "Список", &["Школа № 1".into()], &columns).unwrap();
    for number in 0..rows {
        let born = format!("{:02}.{:02}.{}", number % 28 + 1, number / 28 % 12 + 1, 2008 + number % 11);
        let class = format!("{}{}", number % 11 + 1, ['А', 'Ә', 'Б', 'В'][number as usize / 11 % 4]);
        let card = format!("{},{}", number / 60_000 + 1, number % 60_000 + 1);
        let sex = if number % 2 == 0 { "м" } else { "ж" };
        file.row([format!("Асанов Ерлан{} Болатұлы", letters(number)), born, sex.into(), class, card].map(Value::from))
            .unwrap();
    }
    file.finish().unwrap()
}

/// Letters that tell one number from another.
fn letters(number: u32) -> String {
    number.to_string().bytes().map(|digit| char::from_u32('а' as u32 + u32::from(digit - b'0')).unwrap()).collect()
}
