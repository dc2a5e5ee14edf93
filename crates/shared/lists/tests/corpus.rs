//! What was ever found by the fuzz target `lists`, read again: no file makes the reading fall.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a corpus that is not there shall stop the test")]

use kernel::ReaderFormat;
use lists::model::{
    Answers, KIN_COLUMNS, ListRole, Reading, Register, drafts, guess, kin_plan, kin_table, likeliest_sheet, plan,
};

#[test]
fn every_file_of_the_corpus_becomes_a_plan_or_a_refusal() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../fuzz/corpus/lists");
    let (mut read, mut refused, mut tables) = (0, 0, 0);
    let headings: Vec<_> = KIN_COLUMNS.into_iter().zip(('a'..).map(String::from)).collect();
    for entry in std::fs::read_dir(folder).unwrap() {
        let Ok(book) = sheet::read(&std::fs::read(entry.unwrap().path()).unwrap()) else {
            refused += 1;
            continue;
        };
        read += 1;
        assert!(likeliest_sheet(&book) < book.sheets.len());
        if let Some(table) = kin_table(&book, &headings) {
            tables += 1;
            let plan =
                kin_plan(&book.sheets[table.sheet], &table, &Register::default(), jiff::civil::date(2026, 11, 23));
            assert!(!plan.rows.is_empty() && plan.rows.iter().all(|row| !row.is_written()), "nobody is known");
        }
        for sheet in &book.sheets {
            for role in ListRole::ALL {
                let reading = Reading { role, format: ReaderFormat::W26, today: jiff::civil::date(2026, 11, 23) };
                let drafts = drafts(sheet, &guess(sheet), &reading);
                let plan = plan(&drafts, &Register::default(), &Answers::default(), &reading);
                assert_eq!(plan.rows.len(), drafts.len());
                let mut order = plan.order;
                order.sort_unstable();
                assert!(order.into_iter().eq(0..drafts.len()), "every row is written once");
            }
        }
    }
    assert!(read >= 6 && refused >= 1 && tables >= 1, "{read} read, {refused} refused, {tables} tables of guardians");
}
