//! The files of a gate's directory, behind a trait so that tests can fill the disk, tear writes and fail syncs.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

/// The files of one directory, by plain names.
pub trait Disk: Send + Sync {
    /// The names of all files.
    ///
    /// # Errors
    /// The operating system's.
    fn list(&self) -> io::Result<Vec<String>>;

    /// The bytes of a file from `from` on, at most `limit`.
    ///
    /// # Errors
    /// The operating system's; [`io::ErrorKind::NotFound`] when there is no such file.
    fn read(&self, name: &str, from: u64, limit: u64) -> io::Result<Vec<u8>>;

    /// Begins a new file and makes its name durable.
    ///
    /// # Errors
    /// The operating system's; [`io::ErrorKind::AlreadyExists`] when there is one of this name.
    fn create(&self, name: &str) -> io::Result<Box<dyn Appender>>;

    /// Puts these bytes in the place of the file's, durably and as a whole: after a crash it is the old file or the new one.
    ///
    /// # Errors
    /// The operating system's.
    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()>;

    /// Cuts a file to this length, durably.
    ///
    /// # Errors
    /// The operating system's.
    fn cut(&self, name: &str, length: u64) -> io::Result<()>;

    /// Removes a file.
    ///
    /// # Errors
    /// The operating system's.
    fn remove(&self, name: &str) -> io::Result<()>;
}

/// A file that only grows.
pub trait Appender: Send {
    /// Appends all of these bytes; on an error any part of them may stand in the file.
    ///
    /// # Errors
    /// The operating system's.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Returns when all that was appended is on the disk.
    ///
    /// # Errors
    /// The operating system's. What was appended since the last success may then be lost, whatever a later call says.
    fn sync(&mut self) -> io::Result<()>;
}

/// A directory of the real file system.
#[derive(Clone, Debug)]
pub struct Directory(PathBuf);

impl Directory {
    /// This directory, made if need be.
    ///
    /// # Errors
    /// The operating system's.
    pub fn open(path: &Path) -> io::Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
        Ok(Self(path.to_owned()))
    }

    /// This directory as it is, for looking at it: nothing is made.
    pub(crate) fn existing(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// A lock that one process holds at a time; it is free again when the file is dropped or the process ends.
    ///
    /// # Errors
    /// [`io::ErrorKind::WouldBlock`] when another holds it, or the operating system's.
    pub fn lock(&self, name: &str) -> io::Result<File> {
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(self.0.join(name))?;
        file.try_lock()?;
        Ok(file)
    }

    fn sync_names(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }
}

impl Disk for Directory {
    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            names.extend(entry?.file_name().into_string());
        }
        Ok(names)
    }

    fn read(&self, name: &str, from: u64, limit: u64) -> io::Result<Vec<u8>> {
        let mut file = File::open(self.0.join(name))?;
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.take(limit).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn create(&self, name: &str) -> io::Result<Box<dyn Appender>> {
        let file = OpenOptions::new().append(true).create_new(true).open(self.0.join(name))?;
        self.sync_names()?;
        Ok(Box::new(file))
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let draft = self.0.join(format!("{name}.new"));
        let mut file = File::create(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&draft, self.0.join(name))?;
        self.sync_names()
    }

    fn cut(&self, name: &str, length: u64) -> io::Result<()> {
        let file = OpenOptions::new().write(true).open(self.0.join(name))?;
        file.set_len(length)?;
        file.sync_all()
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.0.join(name))?;
        self.sync_names()
    }
}

impl Appender for File {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}
