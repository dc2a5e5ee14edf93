//! A backup is one moment of the database, whole, and can be restored into either kind.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

mod common;

use std::io::{self, Read, Write};

use common::{add, add_code, add_part, add_whole, count, migrations, school_with_things, set_number, things};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use kernel::{Clock, SchoolId};
use proptest::prelude::*;
use store::{BackupReport, Db, Engine, MIGRATIONS, Migration, Options, RestoreFrom, StoreError, statements};
use testkit::{TestDb, both_databases};

const NODES: Migration = Migration {
    number: 9_001,
    name: "nodes",
    sql: "create table node (id bigint primary key, parent bigint references node (id));
          create table twig (id bigint primary key, node bigint not null references node (id))",
};
const LOCKS: Migration = Migration {
    number: 9_003,
    name: "locks",
    sql: "create table key_lock (school {id} primary key, word text not null)",
};
const RENAMED: Migration = Migration {
    number: 9_002,
    name: "renamed",
    sql: "update thing set word = 'was ' || word where word is not null; alter table thing add column later bigint not null default 7",
};

statements! {
    fn add_node(id: i64, parent: Option<i64>) -> Run = "insert into node (id, parent) values ($1, $2)";
    fn nodes() -> Exactly<i64> = "select count(*) from node n join node p on p.id = n.parent";
    fn later(school: SchoolId) -> Many<i64> = "select later from thing where school = $1";
    fn words(school: SchoolId) -> Many<Option<String>> = "select word from thing where school = $1 order by id";
    fn add_lock(school: SchoolId, word: &str) -> Run = "insert into key_lock (school, word) values ($1, $2)";
    fn remove_locks(school: SchoolId) -> Run = "delete from key_lock where school = $1";
    fn locks(school: SchoolId) -> Many<String> = "select word from key_lock where school = $1";
    fn misplace(school: SchoolId) -> Run = "update thing set number = 'a word' where school = $1";
}

fn other(engine: Engine) -> TestDb {
    TestDb::of(if engine == Engine::Sqlite { Engine::Postgres } else { Engine::Sqlite })
}

/// The two files of a backup.
struct Files {
    data: Vec<u8>,
    keys: Vec<u8>,
}

impl Files {
    fn open(&self) -> RestoreFrom<&[u8], &[u8]> {
        self.with_data(&self.data)
    }

    fn with_data<'a>(&'a self, data: &'a [u8]) -> RestoreFrom<&'a [u8], &'a [u8]> {
        RestoreFrom { data, keys: Some(&self.keys), older_keys: false }
    }

    fn with_keys<'a>(&'a self, keys: &'a [u8]) -> RestoreFrom<&'a [u8], &'a [u8]> {
        RestoreFrom { data: &self.data, keys: Some(keys), older_keys: false }
    }
}

fn backup(t: &TestDb) -> (Files, BackupReport) {
    let mut files = Files { data: Vec::new(), keys: Vec::new() };
    let report = t.db.backup(&mut files.data, &mut files.keys, t.clock.now()).unwrap();
    (files, report)
}

fn unpacked(bytes: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

fn packed(text: &str) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(text.as_bytes()).unwrap();
    out.finish().unwrap()
}

/// A school with a row of every kind of value, more rows than fit one insert, and references.
fn filled(t: &TestDb) -> SchoolId {
    let school = school_with_things(t);
    t.db.migrate(&[migrations(), vec![NODES]].concat(), &t.clock).unwrap();
    t.db.write_blocking(move |tx| {
        add_whole(
            tx,
            school,
            1,
            Some(i64::MIN),
            Some(-0.1),
            Some(true),
            Some("Ұлы «дала»\r\n\u{1F600}"),
            Some(&[0, 255, 10]),
        )?;
        add_whole(tx, school, 2, Some(i64::MAX), Some(f64::MAX), Some(false), Some(""), Some(&[]))?;
        add_whole(tx, school, 3, None, Some(f64::INFINITY), None, None, None)?;
        add_whole(tx, school, 4, None, Some(5e-324), None, Some("\"\\u0000\""), Some(&vec![7; 300_000]))?;
        for id in 10..460 {
            add(tx, school, id, Some(id * 3))?;
        }
        add_code(tx, school, 500, "code")?;
        add_part(tx, school, 1, 500)?;
        // Each node's parent comes after it, across the border of an insert.
        for id in (0..250).rev() {
            add_node(tx, id, (id < 249).then_some(id + 1))?;
        }
        Ok::<_, StoreError>(())
    })
    .unwrap();
    school
}

fn programs() -> Vec<Migration> {
    [migrations(), vec![NODES]].concat()
}

fn is_empty(db: &Db) -> bool {
    db.backup(io::sink(), io::sink(), "2026-01-01T00:00:00Z".parse().unwrap()).unwrap().rows() == 0
}

both_databases! {
    fn everything_comes_back_in_the_other_database_and_again_in_this_one(t) {
        let school = filled(t);
        let before = t.db.read_blocking(|tx| things(tx, school)).unwrap();
        let (files, report) = backup(t);
        assert_eq!((report.tables["thing"], report.tables["node"], report.tables["photo"]), (455, 250, 0));
        assert_eq!(report.rows(), 455 + 250 + 1 + 1);

        let foreign = other(t.db.engine());
        let restored = foreign.db.restore_with(&programs(), files.open(), &foreign.clock).unwrap();
        assert_eq!(restored, report);
        assert_eq!(foreign.db.read_blocking(|tx| things(tx, school)).unwrap(), before);
        assert_eq!(foreign.db.read_blocking(nodes).unwrap(), 249);
        let (there, _) = backup(&foreign);
        assert_eq!(unpacked(&there.data), unpacked(&files.data));

        let back = TestDb::of(t.db.engine());
        back.db.restore_with(&programs(), there.open(), &back.clock).unwrap();
        assert_eq!(unpacked(&backup(&back).0.data), unpacked(&files.data));
        // References that waited for their rows hold again, also at once.
        let astray = foreign.db.write_blocking(|tx| {
            let refused = add_node(tx, 1000, Some(2000));
            assert!(refused.is_err());
            refused
        });
        assert!(astray.is_err());
        foreign.db.write_blocking(move |tx| add(tx, school, 9_999, None)).unwrap();
        assert!(foreign.db.check().iter().all(|finding| finding.ok || finding.what_key == "migration-unknown"));
    }

    fn a_database_with_rows_is_refused_by_the_name_of_the_table(t) {
        let school = filled(t);
        let (files, _) = backup(t);
        let target = other(t.db.engine());
        target.school("already here");
        let refused = target.db.restore_with(&programs(), files.open(), &target.clock).unwrap_err();
        assert!(matches!(&refused, StoreError::NotEmpty(table) if table == "school"), "{refused}");
        assert!(!store::columns(&target.db).unwrap().iter().any(|(table, _)| table == "thing"), "nothing is half done");
        let again = t.db.restore_with(&programs(), files.open(), &t.clock).unwrap_err();
        assert!(matches!(again, StoreError::NotEmpty(_)), "{again}");
        assert_eq!(t.db.read_blocking(|tx| count(tx, school)).unwrap(), 455);
    }

    fn a_damaged_backup_leaves_the_database_empty_and_usable(t) {
        filled(t);
        let (files, report) = backup(t);
        let text = unpacked(&files.data);
        let target = TestDb::of(t.db.engine());
        let refused = |bytes: &[u8], why: &str| {
            let refused = target.db.restore_with(&programs(), files.with_data(bytes), &target.clock);
            assert!(matches!(refused, Err(StoreError::Backup(_))), "{why}: {refused:?}");
        };
        let changed: &[(&str, String)] = &[
            ("a value", text.replacen("[\"", "[ \"", 1)),
            ("a number", text.replace(",33,", ",34,")),
            ("a row is missing", text.lines().filter(|line| !line.contains(",33,")).map(|line| format!("{line}\n")).collect()),
            ("a row twice", text.replacen("],\n", "]\n", 1) + "x"),
            ("no last line", text.lines().filter(|line| !line.contains("sha256")).map(|line| format!("{line}\n")).collect()),
            ("something behind", format!("{text}[]\n")),
            ("no header", text.split_once('\n').unwrap().1.to_owned()),
            ("a table that is not ours", text.replace("\"name\":\"node\"", "\"name\":\"nude\"")),
            ("other columns", text.replace("[\"fraction\",\"real\"],", "")),
            ("other kinds", text.replace("[\"fraction\",\"real\"]", "[\"fraction\",\"text\"]")),
            ("a newer format", text.replacen("\"version\":2", "\"version\":3", 1)),
            ("keys among the data", text.replacen("\"tables\":[", "\"tables\":[\"key_school\",", 1)),
            ("a table that the header does not name", text.replacen("\"node\",", "\"school\",", 1)),
            ("nothing", String::new()),
        ];
        for (why, text) in changed {
            refused(&packed(text), why);
        }
        refused(text.as_bytes(), "not packed");
        refused(b"", "nothing at all");
        let bytes = &files.data;
        for length in (0..bytes.len()).step_by(bytes.len() / 7) {
            refused(&bytes[..length], &format!("cut at {length} of {}", bytes.len()));
        }
        for place in (10..bytes.len()).step_by(bytes.len() / 9) {
            let mut bent = bytes.clone();
            bent[place] ^= 0x10;
            // A copy from another place of the same picture is the same picture.
            let mut unbent = String::new();
            if GzDecoder::new(bent.as_slice()).read_to_string(&mut unbent).is_ok() && unbent == text {
                continue;
            }
            refused(&bent, &format!("bent at {place}"));
        }
        assert!(is_empty(&target.db));
        assert_eq!(target.db.restore_with(&programs(), files.open(), &target.clock).unwrap(), report);
    }

    fn an_older_backup_is_restored_step_by_step_into_a_newer_program(t) {
        let school = filled(t);
        let (files, _) = backup(t);
        let newer = [programs(), vec![RENAMED]].concat();
        // Once into a database that the newer program has already prepared, once into one that stands further back.
        for prepared in [true, false] {
            let target = other(t.db.engine());
            if prepared {
                target.db.migrate(&newer, &target.clock).unwrap();
            }
            target.db.restore_with(&newer, files.open(), &target.clock).unwrap();
            let words = target.db.read_blocking(|tx| words(tx, school)).unwrap();
            assert_eq!(words[1].as_deref(), Some("was "), "the migration has seen the rows");
            assert_eq!(target.db.read_blocking(|tx| later(tx, school)).unwrap(), vec![7; 455]);
            target.db.migrate(&newer, &target.clock).unwrap();
        }
    }

    fn a_backup_of_a_newer_program_is_refused(t) {
        filled(t);
        let (files, _) = backup(t);
        let target = other(t.db.engine());
        let refused = target.db.restore(files.open(), &target.clock).unwrap_err();
        assert!(matches!(refused, StoreError::Migration { number: 9_001, .. }), "{refused}");
        assert!(is_empty(&target.db));
    }

    fn a_backup_is_one_moment_while_others_write(t) {
        let school = school_with_things(t);
        t.db.write_blocking(move |tx| {
            add(tx, school, 1, Some(0))?;
            add(tx, school, 2, Some(0))?;
            add_part(tx, school, 1, 1)
        }).unwrap();
        let stop = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut number = 0;
                while !stop.load(std::sync::atomic::Ordering::SeqCst) {
                    number += 1;
                    t.db.write_blocking(move |tx| {
                        set_number(tx, school, 1, number)?;
                        set_number(tx, school, 2, -number)?;
                        add(tx, school, 10 + number, None)
                    }).unwrap();
                }
            });
            for _ in 0..10 {
                let (files, report) = backup(t);
                let text = unpacked(&files.data);
                let number = |id: &str| {
                    let row = text.lines().find(|line| line.starts_with('[') && line.split(',').nth(1) == Some(id) && line.split(',').count() == 8).unwrap();
                    row.split(',').nth(2).unwrap().parse::<i64>().unwrap()
                };
                assert_eq!(number("1"), -number("2"));
                assert_eq!(report.tables["thing"] as i64, 2 + number("1"));
            }
            stop.store(true, std::sync::atomic::Ordering::SeqCst);
        });
    }

    fn tables_of_keys_go_into_the_other_file_and_newer_ones_fit_older_data(t) {
        let school = filled(t);
        let with_locks = [programs(), vec![LOCKS]].concat();
        t.db.migrate(&with_locks, &t.clock).unwrap();
        t.db.write_blocking(move |tx| add_lock(tx, school, "the lock of then")).unwrap();
        let (old, report) = backup(t);
        assert!(!unpacked(&old.data).contains("key_") && !unpacked(&old.data).contains("the lock"));
        let keys = unpacked(&old.keys);
        assert!(keys.contains("the lock of then") && keys.contains("key_school") && !keys.contains("\"thing\""));
        assert_eq!((report.keys["key_lock"], report.tables.get("key_lock")), (1, None));

        // Later the lock is another, and the data is more.
        t.clock.forward_s(60);
        t.db.write_blocking(move |tx| {
            remove_locks(tx, school)?;
            add_lock(tx, school, "the lock of now")?;
            add(tx, school, 9_000, None)
        }).unwrap();
        let (new, _) = backup(t);
        let target = other(t.db.engine());
        let restored = target.db.restore_with(&with_locks, old.with_keys(&new.keys), &target.clock).unwrap();
        assert!(restored.keys_made_at.unwrap() > restored.made_at);
        let (kept, things) = target.db.read_blocking(|tx| Ok::<_, StoreError>((locks(tx, school)?, count(tx, school)?))).unwrap();
        assert_eq!((kept, things), (vec!["the lock of now".to_owned()], 455));

        // The other way round only when it is asked for.
        let target = other(t.db.engine());
        let from = new.with_keys(&old.keys);
        let refused = target.db.restore_with(&with_locks, from, &target.clock).unwrap_err();
        assert!(matches!(refused, StoreError::OlderKeys { .. }), "{refused}");
        assert!(is_empty(&target.db));
        let from = RestoreFrom { older_keys: true, ..new.with_keys(&old.keys) };
        target.db.restore_with(&with_locks, from, &target.clock).unwrap();
        assert_eq!(target.db.read_blocking(|tx| locks(tx, school)).unwrap(), ["the lock of then"]);
    }

    fn a_backup_without_its_keys_or_with_a_wrong_file_is_refused(t) {
        filled(t);
        let (files, report) = backup(t);
        let target = TestDb::of(t.db.engine());
        let refused = |from: RestoreFrom<&[u8], &[u8]>, word: &str| {
            let refused = target.db.restore_with(&programs(), from, &target.clock).unwrap_err().to_string();
            assert!(refused.contains(word), "{refused}");
        };
        refused(RestoreFrom { data: &files.data, keys: None, older_keys: false }, ".keys");
        refused(files.with_keys(&files.data), "holds none");
        refused(files.with_data(&files.keys), "give the backup itself");
        refused(files.with_keys(b""), "cut off");
        refused(files.with_keys(&files.keys[..files.keys.len() / 2]), "cut off");
        refused(files.with_keys(&packed(&unpacked(&files.keys).replace("\"key_school\"", "\"thing\""))), "mixed");
        assert!(is_empty(&target.db));
        assert_eq!(target.db.restore_with(&programs(), files.open(), &target.clock).unwrap(), report);
    }

    fn a_backup_from_before_there_were_keys_is_restored(t) {
        let target = TestDb::of(t.db.engine());
        let first = &MIGRATIONS[..1];
        let folder = tempfile::tempdir().unwrap();
        let old = Db::open(folder.path().join("old.sqlite").to_str().unwrap(), &Options::default()).unwrap();
        old.migrate(first, &t.clock).unwrap();
        let mut data = Vec::new();
        old.backup(&mut data, io::sink(), t.clock.now()).unwrap();
        // As the program of then wrote it: one part, without a word about it.
        let body = unpacked(&data).replacen("\"version\":2,\"part\":\"data\",", "\"version\":1,", 1);
        assert!(body.contains("\"version\":1,\"migration\":1"), "{}", &body[..200]);
        let (lines, _) = body.trim_end().rsplit_once('\n').unwrap();
        let sum = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(format!("{lines}\n")));
        let end = unpacked(&data).lines().last().unwrap().to_owned();
        let (before, _) = end.split_once("\"sha256\"").unwrap();
        let text = format!("{lines}\n{before}\"sha256\":\"{sum}\"}}\n");
        let from = RestoreFrom { data: packed(&text).leak() as &[u8], keys: None::<&[u8]>, older_keys: false };
        let restored = target.db.restore(from, &target.clock).unwrap();
        assert_eq!((restored.migration, restored.keys_made_at), (1, None));
        assert!(store::columns(&target.db).unwrap().iter().any(|(table, _)| table == "key_person"));
    }

    fn a_backup_that_cannot_be_written_says_so(t) {
        filled(t);
        let size = backup(t).0.data.len();
        struct Full(usize);
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let taken = bytes.len().min(self.0);
                self.0 -= taken;
                if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        for room in [0, 1, size / 2, size - 1] {
            let failed = t.db.backup(Full(room), io::sink(), t.clock.now());
            assert!(matches!(failed, Err(StoreError::Io { .. })), "{room}: {failed:?}");
        }
        let failed = t.db.backup(io::sink(), Full(10), t.clock.now());
        assert!(matches!(failed, Err(StoreError::Io { .. })), "{failed:?}");
        assert!(t.db.backup(Full(size + 100), io::sink(), t.clock.now()).is_ok());
    }

    fn the_programs_own_schema_goes_there_and_back(t) {
        t.school("one");
        let (files, report) = backup(t);
        assert_eq!(report.migration, MIGRATIONS.last().unwrap().number);
        let target = other(t.db.engine());
        assert_eq!(target.db.restore(files.open(), &target.clock).unwrap(), report);
        assert_eq!(unpacked(&backup(&target).0.data), unpacked(&files.data));
        // Also into a file that was never migrated.
        let folder = tempfile::tempdir().unwrap();
        let fresh = Db::open(folder.path().join("new.sqlite").to_str().unwrap(), &Options::default()).unwrap();
        assert_eq!(fresh.restore(files.open(), &t.clock).unwrap(), report);
    }
}

#[test]
fn a_value_that_sqlite_let_in_by_mistake_is_named_instead_of_being_carried_on() {
    let t = TestDb::sqlite();
    let school = school_with_things(&t);
    t.db.write_blocking(move |tx| {
        add(tx, school, 1, None)?;
        misplace(tx, school)
    })
    .unwrap();
    let refused = t.db.backup(io::sink(), io::sink(), t.clock.now()).unwrap_err();
    assert!(refused.to_string().contains("thing.number"), "{refused}");
}

#[test]
fn chance_rows_go_there_and_back() {
    let (sqlite, postgres) = (TestDb::sqlite(), TestDb::postgres());
    let words = any::<Option<String>>().prop_map(|word| word.map(|word| word.replace('\0', "")));
    let row = (
        any::<i64>(),
        any::<Option<i64>>(),
        any::<Option<f64>>(),
        any::<Option<bool>>(),
        words,
        any::<Option<Vec<u8>>>(),
    );
    let school = school_with_things(&sqlite);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(1));
    runner
        .run(&proptest::collection::vec(row, 150..300), |rows| {
            sqlite
                .db
                .write_blocking(move |tx| {
                    for (id, number, fraction, flag, word, bytes) in &rows {
                        common::remove(tx, school, *id)?;
                        add_whole(tx, school, *id, *number, *fraction, *flag, word.as_deref(), bytes.as_deref())?;
                    }
                    Ok::<_, StoreError>(())
                })
                .unwrap();
            let (files, _) = backup(&sqlite);
            postgres.db.restore_with(&migrations(), files.open(), &postgres.clock).unwrap();
            prop_assert_eq!(unpacked(&backup(&postgres).0.data), unpacked(&files.data));
            Ok(())
        })
        .unwrap();
}
