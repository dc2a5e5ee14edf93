//! The operator's way with keys: the first start, backups in two files, a new master key, a lost one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a story that cannot be told shall stop, and say why"
)]

mod support;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output},
};

use crypto::{CryptoError, Field, MasterSource, Vault};
use kernel::PersonId;
use store::{Db, Options};
use support::{LEAVE, Program, until};
use testkit::{TestDb, both_databases};

/// A program's folder and database.
struct Site<'a> {
    t: &'a TestDb,
    folder: tempfile::TempDir,
}

impl Site<'_> {
    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn serve(&self) -> Program {
        let any = "127.0.0.1:0";
        let arguments =
            ["serve", "--listen", any, "--boards-listen", any, "--data", "data", "--database", &self.t.address];
        Program::start("server", self.folder.path(), &arguments)
    }

    /// Serves until the pages are there; gives what it said.
    fn serve_once(&self) -> String {
        let server = self.serve();
        until("the pages", || server.said().contains("pages at"));
        let said = server.said();
        server.stop(LEAVE);
        said
    }

    fn run(&self, database: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kezekshi"));
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("KEZEKSHI_") {
                command.env_remove(variable);
            }
        }
        command.args(arguments).args(["--data", "data", "--database", database]).current_dir(self.folder.path());
        command.output().unwrap()
    }

    fn done(&self, database: &str, arguments: &[&str]) -> String {
        let output = self.run(database, arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn refused(&self, database: &str, arguments: &[&str]) -> String {
        let output = self.run(database, arguments);
        assert!(!output.status.success(), "{arguments:?} was not refused");
        String::from_utf8(output.stderr).unwrap()
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Base64 of the keys in a file.
fn secrets(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .filter(|(number, _)| number.parse::<u32>().is_ok())
        .map(|(_, key)| key.to_owned())
        .collect()
}

both_databases! {
    fn the_first_start_makes_a_master_key_that_only_its_owner_reads(t) {
        t.school("one");
        t.db.close();
        let site = Site { t, folder: tempfile::tempdir().unwrap() };
        let file = site.path("data/master.key");
        let early = site.refused(&t.address, &["keys", "status"]);
        assert!(early.contains("master.key is missing"), "{early}");
        let said = site.serve_once();
        assert!(said.contains("a master key was made") && said.contains("apart from the backups"), "{said}");
        assert_eq!((mode(&file), secrets(&file).len()), (0o600, 1));
        assert!(!said.contains(&secrets(&file)[0]), "a key in the log");
        assert!(!site.serve_once().contains("a master key was made"), "it is made once");

        set_mode(&file, 0o644);
        let mut server = site.serve();
        assert_eq!(server.end(LEAVE).code(), Some(1));
        let said = server.said();
        assert!(said.contains("chmod 600") && said.contains("mode 644"), "{said}");
        assert!(!site.run(&t.address, &["doctor", "--lang", "en"]).status.success());
        set_mode(&file, 0o600);
        let well = site.done(&t.address, &["doctor", "--lang", "en"]);
        assert!(well.contains("Master keys are usable: 1") && !well.contains("WRONG"), "{well}");

        // A server whose file is gone makes no other: it could open nothing.
        fs::rename(&file, site.path("away")).unwrap();
        let mut server = site.serve();
        assert_eq!(server.end(LEAVE).code(), Some(1));
        assert!(server.said().contains("put it back"), "{}", server.said());
        assert!(!file.exists());
        // The same keys may be given by a variable, and only those.
        for (keys, fits) in [(secrets(&site.path("away"))[0].clone(), true), ("no key".to_owned(), false)] {
            let any = "127.0.0.1:0";
            let arguments = ["serve", "--listen", any, "--boards-listen", any, "--data", "data", "--database", &t.address];
            let mut server = Program::start_with("server", site.folder.path(), &arguments, &[("KEZEKSHI_MASTER_KEY", &keys)]);
            if fits {
                until("the pages", || server.said().contains("pages at"));
                server.stop(LEAVE);
            } else {
                assert_eq!(server.end(LEAVE).code(), Some(1));
                assert!(server.said().contains("KEZEKSHI_MASTER_KEY") && !server.said().contains(&keys), "{}", server.said());
            }
        }
    }

    fn a_backup_has_its_keys_beside_it_and_is_restored_with_them(t) {
        let school = t.school("one");
        let person: PersonId = t.ids.new_id(kernel::Clock::now(&t.clock));
        t.db.close();
        let site = Site { t, folder: tempfile::tempdir().unwrap() };
        site.serve_once();
        let source = MasterSource::File(site.path("data/master.key"));
        let vault = Vault::load(source).unwrap().unwrap();
        let place = Field::new("person", "none").at(person);
        let db = Db::open(&t.address, &Options::default()).unwrap();
        let sealing = vault.clone();
        let sealed = db.write_blocking(move |tx| sealing.seal(tx, school, person, place, b"031122500125")).unwrap();
        db.close();

        let told = site.done(&t.address, &["backup", "b"]);
        assert!(told.contains("b.keys"), "{told}");
        assert_eq!(mode(&site.path("b.keys")), 0o600);
        let left: Vec<_> = fs::read_dir(site.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(!left.iter().any(|name| name.to_string_lossy().contains("unfinished")), "{left:?}");
        assert!(site.refused(&t.address, &["backup", "b"]).contains("b exists already"));
        fs::write(site.path("b2.keys"), "").unwrap();
        assert!(site.refused(&t.address, &["backup", "b2"]).contains("b2.keys exists already"));

        fs::rename(site.path("b.keys"), site.path("apart")).unwrap();
        let refused = site.refused("new.sqlite", &["restore", "b"]);
        assert!(refused.contains("b.keys is not there") && refused.contains("its keys are missing"), "{refused}");
        let refused = site.refused("new.sqlite", &["restore", "b", "--keys", "nowhere"]);
        assert!(refused.contains("nowhere"), "{refused}");
        let told = site.done("new.sqlite", &["restore", "b", "--keys", "apart"]);
        assert!(told.contains("restored") && told.contains("Keys of persons open: 1") && !told.contains("WRONG"), "{told}");
        let restored = Db::open(site.path("new.sqlite").to_str().unwrap(), &Options::default()).unwrap();
        let opened = restored.read_blocking(|tx| vault.open(tx, school, person, place, &sealed)).unwrap().unwrap();
        assert_eq!(opened.text().unwrap(), "031122500125");
        restored.close();
        // Without the master key the restored database is whole, but says what is missing.
        fs::remove_file(site.path("data/master.key")).unwrap();
        let told = site.done("other.sqlite", &["restore", "b", "--keys", "apart"]);
        assert!(told.contains("WRONG  Master keys are missing"), "{told}");
    }

    fn a_new_master_key_takes_over_while_the_server_runs(t) {
        let school = t.school("one");
        let person: PersonId = t.ids.new_id(kernel::Clock::now(&t.clock));
        t.db.close();
        let site = Site { t, folder: tempfile::tempdir().unwrap() };
        let server = site.serve();
        until("the pages", || server.said().contains("pages at"));
        let file = site.path("data/master.key");
        let vault = Vault::load(MasterSource::File(file.clone())).unwrap().unwrap();
        let db = Db::open(&t.address, &Options::default()).unwrap();
        let place = Field::new("person", "none").at(person);
        let sealing = vault.clone();
        let sealed = db.write_blocking(move |tx| sealing.seal(tx, school, person, place, b"031122500125")).unwrap();

        let told = site.done(&t.address, &["keys", "status"]);
        assert!(told.contains("1 (newest): 1 schools and the installation's key") && told.contains("with a key: 1"), "{told}");
        let told = site.done(&t.address, &["keys", "rotate"]);
        assert!(told.contains("Master key 2 was added") && told.contains("keys of 1 schools and the installation's"), "{told}");
        // Added first, for other servers; then the rotation adds none of its own.
        assert!(site.done(&t.address, &["keys", "add"]).contains("Master key 3 was added"));
        let told = site.done(&t.address, &["keys", "rotate"]);
        assert!(!told.contains("added") && told.contains("by master key 3"), "{told}");
        let told = site.done(&t.address, &["keys", "status"]);
        assert!(told.contains("3 (newest): 1 schools and the installation's key") && told.contains("  1: 0 schools\n"), "{told}");
        assert_eq!((secrets(&file).len(), mode(&file)), (3, 0o600));
        for secret in secrets(&file) {
            assert!(!told.contains(&secret), "a key is shown");
        }
        // One who has read the file before the rotation reads it anew.
        let opened = db.read_blocking(|tx| vault.open(tx, school, person, place, &sealed)).unwrap();
        assert_eq!(opened.unwrap().text().unwrap(), "031122500125");
        server.stop(LEAVE);
        site.serve_once();

        // Without the newest the server says which one it lacks.
        let old = fs::read_to_string(&file).unwrap();
        let without: Vec<_> = old.lines().filter(|line| !line.starts_with("3:")).collect();
        fs::write(&file, without.join("\n")).unwrap();
        let refused = Vault::start(&db, MasterSource::File(file.clone())).unwrap_err();
        assert!(matches!(refused, CryptoError::UnknownMaster(3)), "{refused}");
        let told = site.done(&t.address, &["keys", "status"]);
        assert!(told.contains("3 is in use but MISSING"), "{told}");
        db.close();
    }
}
