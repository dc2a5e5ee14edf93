//! `kezekshi backup` and `kezekshi restore`.

use std::{
    fs::{File, OpenOptions},
    io::{BufReader, BufWriter, ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use i18n::Lang;
use store::{RestoreFrom, StoreError};

use super::{doctor, open, world};
use crate::settings::Settings;

pub(super) fn backup(settings: &Settings, out: &Path) -> anyhow::Result<()> {
    let (clock, _) = world();
    let db = open(settings, clock.as_ref())?;
    let keys = with_ending(out, ".keys");
    for file in [out, &keys] {
        anyhow::ensure!(!file.exists(), "{} exists already; give another name", file.display());
    }
    let (mut data_file, mut keys_file) = (Unfinished::begin(out)?, Unfinished::begin(&keys)?);
    let report = db.backup(&mut data_file.writer, &mut keys_file.writer, clock.now())?;
    // The data last: where there is a backup, there are its keys.
    keys_file.finish(&keys)?;
    data_file.finish(out)?;
    println!("{}: {} rows of {} tables", out.display(), report.rows(), report.tables.len());
    println!(
        "{}: the keys to it. Keep them in another place than the backup, and delete old ones: that is how the erasing of a person reaches old backups.",
        keys.display()
    );
    Ok(())
}

pub(super) fn restore(settings: &Settings, from: &Path, keys: Option<PathBuf>, older_keys: bool) -> anyhow::Result<()> {
    let (clock, _) = world();
    let file = File::open(from).with_context(|| from.display().to_string())?;
    let beside = with_ending(from, ".keys");
    let keys = match (File::open(keys.as_ref().unwrap_or(&beside)), &keys) {
        (Ok(file), _) => Some(file),
        // A backup from before there were keys has none; whether this is one, its first line tells.
        (Err(error), None) if error.kind() == ErrorKind::NotFound => None,
        (Err(error), given) => {
            return Err(error).with_context(|| given.as_ref().unwrap_or(&beside).display().to_string());
        }
    };
    let has_keys = keys.is_some();
    let db = open(settings, clock.as_ref())?;
    let from = RestoreFrom { data: BufReader::new(file), keys: keys.map(BufReader::new), older_keys };
    let report = db.restore(from, clock.as_ref()).map_err(|error| {
        let hint = match &error {
            StoreError::OlderKeys { .. } => "--older-keys takes them all the same".to_owned(),
            _ if !has_keys => format!("{} is not there; --keys FILE names another", beside.display()),
            _ => return error.into(),
        };
        anyhow::Error::from(error).context(hint)
    })?;
    println!("{} rows of {} tables were restored", report.rows(), report.tables.len());
    doctor::tell(Lang::En, &doctor::keys(settings, &db)?);
    Ok(())
}

/// A file that gets its name when it is whole: half a file with the wanted name would be taken for a backup.
struct Unfinished {
    path: PathBuf,
    writer: BufWriter<File>,
}

impl Unfinished {
    /// Begins a file that nobody else may read: it holds names and photographs, or keys.
    fn begin(wanted: &Path) -> anyhow::Result<Self> {
        let path = with_ending(wanted, ".unfinished");
        // One that was left behind may belong to anybody.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error).with_context(|| path.display().to_string());
            }
            Ok(()) | Err(_) => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let writer = BufWriter::new(file.with_context(|| path.display().to_string())?);
        Ok(Self { path, writer })
    }

    fn finish(mut self, wanted: &Path) -> anyhow::Result<()> {
        self.writer.flush()?;
        self.writer.get_ref().sync_all()?;
        std::fs::rename(&self.path, wanted).with_context(|| wanted.display().to_string())
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}
