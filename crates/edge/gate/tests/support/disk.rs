//! A disk in memory that can be full, fail to sync, and crash.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard},
};

use gate::spool::{Appender, Disk};

#[derive(Clone, Debug, Default)]
pub struct MemoryDisk(Arc<Mutex<Content>>);

#[derive(Clone, Debug, Default)]
pub struct Content {
    pub files: BTreeMap<String, MemoryFile>,
    /// Bytes that still fit; `None`: any number.
    pub room: Option<usize>,
    /// Syncs fail.
    pub is_sick: bool,
    /// Files cannot be cut or removed either.
    pub is_stuck: bool,
    pub syncs: u64,
}

#[derive(Clone, Debug, Default)]
pub struct MemoryFile {
    pub bytes: Vec<u8>,
    /// How much of it survives a crash for certain.
    pub synced: usize,
}

impl MemoryDisk {
    pub fn content(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap()
    }

    /// The disk after a crash: of what was not synced, `share` (0 to 1) of each file's bytes survives.
    pub fn crashed(&self, share: f64) -> Self {
        let mut content = self.content().clone();
        for file in content.files.values_mut() {
            let unsynced = file.bytes.len() - file.synced;
            file.bytes.truncate(file.synced + (unsynced as f64 * share) as usize);
            file.synced = file.bytes.len();
        }
        content.room = None;
        content.is_sick = false;
        content.is_stuck = false;
        Self(Arc::new(Mutex::new(content)))
    }

    pub fn segments(&self) -> usize {
        self.content().files.keys().filter(|name| name.ends_with(".seg")).count()
    }
}

fn full() -> io::Error {
    io::ErrorKind::StorageFull.into()
}

fn sick() -> io::Error {
    io::Error::other("the disk is sick")
}

impl Content {
    fn file(&mut self, name: &str) -> io::Result<&mut MemoryFile> {
        self.files.get_mut(name).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl Disk for MemoryDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        Ok(self.content().files.keys().cloned().collect())
    }

    fn read(&self, name: &str, from: u64, limit: u64) -> io::Result<Vec<u8>> {
        let mut content = self.content();
        let rest = content.file(name)?.bytes.iter().skip(from as usize);
        Ok(rest.take(limit as usize).copied().collect())
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Appender>> {
        let mut content = self.content();
        if content.files.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        content.files.insert(name.to_owned(), MemoryFile::default());
        if content.is_sick {
            return Err(sick());
        }
        drop(content);
        Ok(Box::new(MemoryAppender { disk: self.clone(), name: name.to_owned() }))
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut content = self.content();
        if content.room.is_some() {
            return Err(full());
        }
        if content.is_sick {
            return Err(sick());
        }
        let synced = bytes.len();
        content.files.insert(name.to_owned(), MemoryFile { bytes: bytes.to_vec(), synced });
        Ok(())
    }

    fn cut(&self, name: &str, length: u64) -> io::Result<()> {
        let mut content = self.content();
        if content.is_stuck {
            return Err(sick());
        }
        let file = content.file(name)?;
        file.bytes.truncate(length as usize);
        file.synced = file.bytes.len();
        Ok(())
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut content = self.content();
        if content.is_stuck {
            return Err(sick());
        }
        content.file(name)?;
        content.files.remove(name);
        Ok(())
    }
}

struct MemoryAppender {
    disk: MemoryDisk,
    name: String,
}

impl Appender for MemoryAppender {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut content = self.disk.content();
        let fits = content.room.unwrap_or(usize::MAX).min(bytes.len());
        content.room = content.room.map(|room| room - fits);
        content.file(&self.name)?.bytes.extend_from_slice(&bytes[..fits]);
        if fits < bytes.len() { Err(full()) } else { Ok(()) }
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut content = self.disk.content();
        content.syncs += 1;
        if content.is_sick {
            return Err(sick());
        }
        let file = content.file(&self.name)?;
        file.synced = file.bytes.len();
        Ok(())
    }
}
