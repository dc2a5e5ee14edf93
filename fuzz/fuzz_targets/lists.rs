//! Any bytes brought as a list: read or refused, every sheet guessed at, every row a draft, every draft a row of a plan that is
//! written once, whoever answers for whom. The same as a table of guardians, whose headings are single letters here.
#![no_main]

use libfuzzer_sys::fuzz_target;
use lists::model::{
    Answers, KIN_COLUMNS, ListRole, Reading, Register, drafts, guess, kin_plan, kin_table, likeliest_sheet, plan,
};

fuzz_target!(|bytes: &[u8]| {
    let Ok(book) = sheet::read(bytes) else { return };
    assert!(likeliest_sheet(&book) < book.sheets.len());
    let today = jiff::civil::date(2026, 11, 23);
    for sheet in &book.sheets {
        let mapping = guess(sheet);
        for role in ListRole::ALL {
            let reading = Reading { role, format: kernel::ReaderFormat::W26, today };
            let drafts = drafts(sheet, &mapping, &reading);
            let plan = plan(&drafts, &Register::default(), &Answers::default(), &reading);
            assert_eq!(plan.rows.len(), drafts.len());
            let mut order = plan.order;
            order.sort_unstable();
            assert!(order.into_iter().eq(0..drafts.len()), "every row is written once");
        }
    }
    let headings: Vec<_> = KIN_COLUMNS.into_iter().zip(('a'..).map(String::from)).collect();
    if let Some(table) = kin_table(&book, &headings) {
        let plan = kin_plan(&book.sheets[table.sheet], &table, &Register::default(), today);
        assert_eq!(plan.counts().iter().sum::<u32>() as usize, plan.rows.len());
        assert!(plan.rows.iter().all(|row| !row.is_written()), "nobody is known, so no child is found");
    }
});
