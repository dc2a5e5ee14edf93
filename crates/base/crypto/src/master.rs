//! Master keys: the top of the tree, kept outside the database.
//!
//! They are written as `number:base64`, one a line in a file, or separated by commas in a variable. The file belongs to whoever runs the server: others may
//! not read it. Whoever has it and a backup with its keys can read everything; whoever loses it loses what is sealed.

use std::{
    collections::BTreeMap,
    fmt, fs,
    io::{Read, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt, chown},
    path::{Path, PathBuf},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use zeroize::Zeroizing;

use crate::{
    cipher,
    error::CryptoError,
    key::{KEY_BYTES, Key},
};

/// Bytes of a key file at most.
const LONGEST_FILE: u64 = 64 << 10;
/// Those whom the file does not belong to may not read it, and its group may not write it.
const FORBIDDEN_MODE: u32 = 0o027;
const HEAD: &str = "# Master keys of Kezekshi, the newest wraps, older ones still open. Keep a copy of this file apart from the backups:\n\
    # without it no IIN, document, phone or e-mail can be read; with it and a backup they all can.\n";

/// Numbered keys of 32 bytes; the one with the greatest number is the newest.
#[derive(Clone)]
pub struct MasterKeys {
    keys: BTreeMap<u32, Key>,
    newest: u32,
}

/// Where master keys come from.
#[derive(Clone)]
pub enum MasterSource {
    /// A file.
    File(PathBuf),
    /// A text that was given to the program.
    Given {
        /// How it was given, e.g. the variable's name.
        name: &'static str,
        /// The keys.
        text: Zeroizing<String>,
    },
}

impl MasterKeys {
    /// Reads `number:base64` items, separated by commas or ends of lines; a key without a number is number 1. What stands behind `#` in a line is
    /// passed over.
    ///
    /// # Errors
    /// [`CryptoError::Master`] with `place` and the first item that cannot be used; never with the key itself.
    pub fn parse(text: &str, place: &str) -> Result<Self, CryptoError> {
        let wrong = |reason: String| CryptoError::Master { place: place.to_owned(), reason };
        let mut keys = BTreeMap::new();
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
        let items = lines.flat_map(|line| line.split(',')).map(str::trim).filter(|item| !item.is_empty());
        for (place, item) in items.enumerate() {
            let (number, key) = item.split_once(':').unwrap_or(("1", item));
            let number = number.trim().parse::<u32>().ok().filter(|number| *number > 0);
            let number = number
                .ok_or_else(|| wrong(format!("item {} must begin with a number above 0 and a colon", place + 1)))?;
            let key = decode(key.trim()).filter(|key| !key.is_flat()).ok_or_else(|| {
                wrong(format!("key {number} must be {KEY_BYTES} random bytes in base64 (openssl rand -base64 32)"))
            })?;
            if keys.insert(number, key).is_some() {
                return Err(wrong(format!("key {number} stands there twice")));
            }
        }
        let newest = keys.keys().next_back().copied();
        newest.map(|newest| Self { keys, newest }).ok_or_else(|| wrong("holds no key".to_owned()))
    }

    /// The number of the key that wraps.
    pub const fn newest(&self) -> u32 {
        self.newest
    }

    /// Their numbers, rising.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.keys.keys().copied()
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Key> {
        self.keys.get(&number)
    }

    fn one(number: u32, key: Key) -> Self {
        Self { keys: BTreeMap::from([(number, key)]), newest: number }
    }
}

impl fmt::Debug for MasterKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.keys()).finish()
    }
}

impl fmt::Debug for MasterSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Its path or name.
impl fmt::Display for MasterSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Given { name, .. } => f.write_str(name),
        }
    }
}

impl MasterSource {
    /// The keys, as they stand there now; none when the file does not exist.
    ///
    /// # Errors
    /// [`CryptoError::Master`] when they cannot be read or used, or when others may read the file.
    pub fn load(&self) -> Result<Option<MasterKeys>, CryptoError> {
        let text = match self {
            Self::Given { name, text } => return MasterKeys::parse(text, name).map(Some),
            Self::File(path) => read(path)?,
        };
        text.map(|text| MasterKeys::parse(&text, &self.to_string())).transpose()
    }

    /// Makes the file with a first key.
    ///
    /// # Errors
    /// [`CryptoError::Master`] when it cannot be written or is there already.
    pub(crate) fn make(&self) -> Result<MasterKeys, CryptoError> {
        let Self::File(path) = self else { return Err(self.wrong("holds no key".to_owned())) };
        let key = Key::random()?;
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .map_err(|error| self.wrong(format!("its folder cannot be made: {error}")))?;
        }
        let written = write_new(path, &with_line(HEAD, 1, &key)).and_then(|_| flush_folder(path));
        written.map_err(|error| self.wrong(format!("cannot be written: {error}")))?;
        Ok(MasterKeys::one(1, key))
    }

    /// Adds a key to the file, to be the newest; gives its number, which is above `above` too. Nothing is wrapped by it yet.
    ///
    /// # Errors
    /// [`CryptoError::Master`] when the file is missing or cannot be written, or when the keys come from elsewhere.
    pub fn add_key(&self, above: u32) -> Result<u32, CryptoError> {
        let Self::File(path) = self else {
            let reason = "holds keys that this program cannot add to: put a new one in front (NUMBER:$(openssl rand -base64 32),…) and \
                 start every server with it, then run this again";
            return Err(self.wrong(reason.to_owned()));
        };
        let keys = self.load()?.ok_or_else(|| self.wrong("is missing".to_owned()))?;
        let number =
            keys.newest.max(above).checked_add(1).ok_or_else(|| self.wrong("has no number left".to_owned()))?;
        let text = read(path)?.unwrap_or_default();
        replace(path, &with_line(&text, number, &Key::random()?)).map_err(|error| {
            self.wrong(match error.kind() {
                std::io::ErrorKind::AlreadyExists => {
                    format!(
                        "{} is there: somebody adds a key just now, or was interrupted; remove it then",
                        beside(path).display()
                    )
                }
                _ => format!("cannot be written: {error}"),
            })
        })?;
        Ok(number)
    }

    fn wrong(&self, reason: String) -> CryptoError {
        CryptoError::Master { place: self.to_string(), reason }
    }
}

/// The text of the file, unless there is none.
fn read(path: &Path) -> Result<Option<Zeroizing<String>>, CryptoError> {
    let wrong = |reason: String| CryptoError::Master { place: path.display().to_string(), reason };
    let unreadable = |error: std::io::Error| wrong(format!("cannot be read: {error}"));
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    // Of the open file, so that it cannot be exchanged in between.
    let meta = file.metadata().map_err(unreadable)?;
    if !meta.is_file() || meta.len() > LONGEST_FILE {
        return Err(wrong(format!("must be a file of at most {LONGEST_FILE} bytes")));
    }
    let mode = meta.permissions().mode() & 0o777;
    if mode & FORBIDDEN_MODE != 0 {
        return Err(wrong(format!("others may read or change it (mode {mode:03o}): chmod 600 {}", path.display())));
    }
    let mut text = Zeroizing::new(String::with_capacity(LONGEST_FILE as usize));
    file.take(LONGEST_FILE).read_to_string(&mut text).map_err(unreadable)?;
    Ok(Some(text))
}

fn decode(text: &str) -> Option<Key> {
    let mut bytes = Zeroizing::new([0; KEY_BYTES + 2]);
    let length = BASE64_STANDARD.decode_slice(text, bytes.as_mut_slice()).ok()?;
    Key::from_slice(bytes.get(..length)?)
}

/// The text with one more key.
fn with_line(text: &str, number: u32, key: &Key) -> Zeroizing<String> {
    let mut line = Zeroizing::new([0; 4 * KEY_BYTES.div_ceil(3)]);
    let length = BASE64_STANDARD.encode_slice(key.bytes(), line.as_mut_slice()).unwrap_or(0);
    let line = std::str::from_utf8(&line[..length]).unwrap_or_default();
    // Grown once, so that no half of it stays behind in memory.
    let mut whole = Zeroizing::new(String::with_capacity(text.len() + line.len() + 16));
    whole.push_str(text);
    if !text.is_empty() && !text.ends_with('\n') {
        whole.push('\n');
    }
    whole.push_str(&number.to_string());
    whole.push(':');
    whole.push_str(line);
    whole.push('\n');
    whole
}

fn write_new(path: &Path, text: &str) -> std::io::Result<fs::File> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(file)
}

/// Puts a new file in the place of the old one, with its owner and mode: the server may run as somebody else.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    // What a link leads to is replaced, not the link.
    let path = &path.canonicalize()?;
    let (old, beside) = (fs::metadata(path)?, beside(path));
    let file = write_new(&beside, text)?;
    let done = (|| {
        let new = file.metadata()?;
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            chown(&beside, Some(old.uid()), Some(old.gid()))?;
        }
        file.set_permissions(old.permissions())?;
        fs::rename(&beside, path)?;
        flush_folder(path)
    })();
    if done.is_err() {
        // It may have its name already; then there is nothing to remove.
        let _ = fs::remove_file(&beside);
    }
    done
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

fn flush_folder(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

impl MasterKeys {
    /// Wraps a key by the newest; what it is of (`parts`) is bound to it. Gives the newest's number too.
    pub(crate) fn wrap(&self, key: &Key, parts: &[&[u8]]) -> Result<(u32, Vec<u8>), CryptoError> {
        let master = self.get(self.newest).ok_or(CryptoError::UnknownMaster(self.newest))?;
        Ok((self.newest, cipher::seal(master, &wrapping(self.newest, parts), key.bytes())?))
    }

    /// Opens a key that the master key `number` wrapped; none when that one is not there.
    pub(crate) fn unwrap_key(&self, number: u32, wrapped: &[u8], parts: &[&[u8]]) -> Option<Result<Key, CryptoError>> {
        let master = self.get(number)?;
        let wrong = || CryptoError::WrongMaster { number, what: what(parts) };
        let opened = cipher::open(master, &wrapping(number, parts), wrapped).map_err(|closed| match closed {
            cipher::Closed::Format(format) => CryptoError::Format(format),
            cipher::Closed::Refused => wrong(),
        });
        Some(opened.and_then(|bytes| Key::from_slice(&bytes).ok_or_else(wrong)))
    }
}

fn wrapping(number: u32, parts: &[&[u8]]) -> Vec<u8> {
    let mut whole = cipher::joined(parts);
    whole.extend_from_slice(&number.to_be_bytes());
    whole
}

/// For people: whose key it is.
fn what(parts: &[&[u8]]) -> String {
    match parts {
        [b"school key", school, ..] => {
            let id = kernel::SchoolId::from_slice(school).map(|id| id.to_string()).unwrap_or_default();
            format!("school {id}")
        }
        _ => "the installation".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base64(byte: u8) -> String {
        let mut key = [byte; 32];
        key[0] = byte.wrapping_add(1);
        BASE64_STANDARD.encode(key)
    }

    fn file(text: &str, mode: u32) -> (tempfile::TempDir, MasterSource) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        (folder, MasterSource::File(path))
    }

    #[test]
    fn keys_are_read_with_and_without_numbers_and_never_shown() {
        for (text, numbers) in [
            (base64(1), vec![1]),
            (format!("3:{}, 1:{}", base64(3), base64(1)), vec![1, 3]),
            (format!("# ours\n1:{} # old\n\n7:{}\n", base64(1), base64(7)), vec![1, 7]),
        ] {
            let keys = MasterKeys::parse(&text, "TEST").unwrap();
            assert_eq!(keys.numbers().collect::<Vec<_>>(), numbers);
            assert_eq!(Some(&keys.newest()), numbers.last());
            assert_eq!(format!("{keys:?}"), format!("{numbers:?}"));
        }
        let given = MasterSource::Given { name: "KEZEKSHI_MASTER_KEY", text: Zeroizing::new(base64(1)) };
        assert_eq!(format!("{given:?}"), "KEZEKSHI_MASTER_KEY");
    }

    #[test]
    fn a_key_that_cannot_be_used_is_refused_by_its_number_and_never_shown() {
        let short = BASE64_STANDARD.encode([5, 6, 7]);
        for (text, word) in [
            (String::new(), "holds no key"),
            ("# nothing".to_owned(), "holds no key"),
            (format!("0:{}", base64(1)), "item 1"),
            (format!("1:{},x:{}", base64(1), base64(2)), "item 2"),
            (format!("1:{short}"), "key 1"),
            (format!("1:{}x", base64(9)), "key 1"),
            (format!("4:{}", BASE64_STANDARD.encode([0; 32])), "key 4"),
            (format!("2:{},2:{}", base64(1), base64(2)), "key 2 stands there twice"),
        ] {
            let error = MasterKeys::parse(&text, "TEST").unwrap_err().to_string();
            assert!(error.starts_with("TEST: ") && error.contains(word), "{error}");
            assert!(!error.contains(&short) && !error.contains(&base64(9)), "{error}");
        }
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        for (mode, fits) in [
            (0o600, true),
            (0o400, true),
            (0o640, true),
            (0o644, false),
            (0o604, false),
            (0o660, false),
            (0o602, false),
        ] {
            let (_folder, source) = file(&base64(1), mode);
            match source.load() {
                Ok(keys) => assert!(fits && keys.is_some(), "{mode:o}"),
                Err(error) => {
                    let error = error.to_string();
                    assert!(
                        !fits && error.contains("chmod 600") && error.contains(&format!("{mode:03o}")),
                        "{mode:o}: {error}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_file_is_made_once_for_its_owner_alone_and_keys_are_added_to_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/master.key");
        let source = MasterSource::File(path.clone());
        assert!(source.load().unwrap().is_none());
        let made = source.make().unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(source.make().is_err(), "a key file is never written over");
        let loaded = source.load().unwrap().unwrap();
        assert_eq!((loaded.newest(), loaded.get(1)), (1, made.get(1)));

        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(source.add_key(0).unwrap(), 2);
        assert_eq!(source.add_key(8).unwrap(), 9, "above what the database has seen");
        let loaded = source.load().unwrap().unwrap();
        assert_eq!(loaded.numbers().collect::<Vec<_>>(), [1, 2, 9]);
        assert_eq!(loaded.get(1), made.get(1), "the old ones stay");
        assert!(loaded.get(2) != loaded.get(9));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640, "the mode stays");
        assert!(fs::read_to_string(&path).unwrap().starts_with('#'));

        fs::write(beside(&path), "").unwrap();
        let refused = source.add_key(0).unwrap_err().to_string();
        assert!(refused.contains("master.key.new"), "{refused}");
        assert!(MasterSource::Given { name: "VARIABLE", text: Zeroizing::new(base64(1)) }.add_key(0).is_err());
    }

    #[test]
    fn a_wrapped_key_opens_only_by_its_master_and_for_what_it_was_wrapped() {
        let masters = MasterKeys::parse(&format!("1:{},2:{}", base64(1), base64(2)), "TEST").unwrap();
        let key = Key::random().unwrap();
        let (number, wrapped) = masters.wrap(&key, &[b"school key", &[1; 16]]).unwrap();
        assert_eq!(number, 2);
        assert_eq!(masters.unwrap_key(2, &wrapped, &[b"school key", &[1; 16]]).unwrap().unwrap(), key);
        assert!(masters.unwrap_key(3, &wrapped, &[b"school key", &[1; 16]]).is_none());
        for (number, school) in [(1, [1; 16]), (2, [2; 16])] {
            let refused = masters.unwrap_key(number, &wrapped, &[b"school key", &school]).unwrap().unwrap_err();
            assert!(matches!(refused, CryptoError::WrongMaster { .. }), "{refused}");
        }
    }
}
