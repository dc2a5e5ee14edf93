//! The proof of statements finds what is wrong with them, on both databases.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

use kernel::{PersonId, SchoolId};
use store::{record, statements};
use testkit::both_databases;

record! {
    pub struct Name {
        pub id: PersonId,
        pub family: String,
    }
}

statements! {
    fn good(school: SchoolId, person: PersonId) -> One<Name> = "select id, family from person where school = $1 and id = $2 {lock}";
    fn marked(login: &str) across_schools -> One<String> = "select name from user_account where login = $1";
    fn free(user: kernel::UserId) -> Many<String> = "select role from user_role where user_id = $1";
    fn unknown_column(school: SchoolId) -> Many<String> = "select nickname from person where school = $1";
    fn too_few(school: SchoolId, person: PersonId) -> Many<String> = "select family from person where school = $1";
    fn swapped(school: SchoolId) -> Many<Name> = "select family, id from person where school = $1";
    fn two_for_one(school: SchoolId) -> Many<String> = "select family, given from person where school = $1";
    fn rows_of_a_run(school: SchoolId) -> Run = "update school set mode = 'normal' where school = $1 returning mode";
    fn elsewhere(person: PersonId) -> One<String> = "select family from person where id = $1";
}

both_databases! {
    fn each_wrong_statement_is_named_and_no_other(t) {
        let _used = (good, marked, free, unknown_column, too_few, swapped, two_for_one, rows_of_a_run, elsewhere);
        let problems = store::prove(&t.db);
        let wrong = ["unknown_column", "too_few", "swapped", "two_for_one", "rows_of_a_run", "elsewhere"];
        for name in wrong {
            assert_eq!(problems.iter().filter(|problem| problem.starts_with(&format!("prove::{name} "))).count(), 1, "{name}: {problems:#?}");
        }
        assert_eq!(problems.len(), wrong.len(), "{problems:#?}");
    }

    fn columns_are_listed_by_table_without_the_book_of_migrations(t) {
        let columns = store::columns(&t.db).unwrap();
        assert!(columns.contains(&("photo".into(), "large".into())));
        assert!(!columns.iter().any(|(table, _)| table == "schema_migration" || table.starts_with("sqlite_")), "{columns:?}");
        assert!(columns.is_sorted_by_key(|(table, _)| table.clone()));
    }
}
