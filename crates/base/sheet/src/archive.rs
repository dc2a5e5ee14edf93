//! ZIP files: photographs that a school brings, everything that a school takes away.

use std::io::{Cursor, Read, Write};

use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{SheetError, UNFOLDED_LIMIT};

/// Files of an archive that is brought.
const ENTRIES_LIMIT: usize = 12_000;

/// An archive that somebody brought. Names in it are only compared, never used as paths.
pub struct Archive<R: AsRef<[u8]>> {
    zip: ZipArchive<Cursor<R>>,
    left: u64,
}

impl<R: AsRef<[u8]>> Archive<R> {
    /// Opens it.
    ///
    /// # Errors
    /// When it is no archive, or one with too many files.
    pub fn open(bytes: R) -> Result<Self, SheetError> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| SheetError::NotATable)?;
        if zip.len() > ENTRIES_LIMIT {
            return Err(SheetError::TooLarge);
        }
        Ok(Self { zip, left: UNFOLDED_LIMIT })
    }

    /// How many entries there are, folders included.
    pub fn len(&self) -> usize {
        self.zip.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.zip.is_empty()
    }

    /// The entry with this number: the last part of its name and its bytes. None for folders, and for what operating systems add of their
    /// own accord.
    ///
    /// # Errors
    /// When it is damaged or locked, larger than `limit`, or all that was read together is too much.
    pub fn file(&mut self, index: usize, limit: u64) -> Result<Option<(String, Vec<u8>)>, SheetError> {
        let entry = self.zip.by_index(index).map_err(SheetError::damaged)?;
        let full = entry.name().map_err(SheetError::damaged)?.replace('\\', "/");
        let name = full.rsplit('/').next().unwrap_or_default().to_owned();
        if entry.is_dir() || name.is_empty() || name.starts_with('.') || full.starts_with("__MACOSX/") {
            return Ok(None);
        }
        let limit = limit.min(self.left);
        let mut bytes = Vec::new();
        entry.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(SheetError::damaged)?;
        if bytes.len() as u64 > limit {
            return Err(SheetError::TooLarge);
        }
        self.left -= bytes.len() as u64;
        Ok(Some((name, bytes)))
    }
}

/// An archive to take away.
pub struct Pack {
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl std::fmt::Debug for Pack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pack").finish_non_exhaustive()
    }
}

impl Default for Pack {
    fn default() -> Self {
        Self::new()
    }
}

impl Pack {
    /// An empty one.
    pub fn new() -> Self {
        Self { zip: ZipWriter::new(Cursor::new(Vec::new())) }
    }

    /// Adds a file. Pictures are not packed once more.
    ///
    /// # Errors
    /// When two files have one name.
    pub fn file(&mut self, name: &str, bytes: &[u8]) -> Result<(), SheetError> {
        let is_picture = name.ends_with(".jpg") || name.ends_with(".xlsx");
        let method = if is_picture { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        self.zip.start_file(name, SimpleFileOptions::default().compression_method(method))?;
        Ok(self.zip.write_all(bytes)?)
    }

    /// Its bytes.
    ///
    /// # Errors
    /// When it grew too large for the format.
    pub fn finish(self) -> Result<Vec<u8>, SheetError> {
        Ok(self.zip.finish()?.into_inner())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_folders_and_foreign_files_are_left_out() {
        let mut pack = Pack::new();
        for name in ["photos/../../etc/150915500017.jpg", "__MACOSX/._1.jpg", ".DS_Store", "a\\b\\2.png"] {
            pack.file(name, name.as_bytes()).unwrap();
        }
        let mut archive = Archive::open(pack.finish().unwrap()).unwrap();
        let names: Vec<_> =
            (0..archive.len()).filter_map(|index| archive.file(index, 1_000).unwrap()).map(|(name, _)| name).collect();
        assert_eq!(names, ["150915500017.jpg", "2.png"]);
    }

    #[test]
    fn a_file_beyond_the_limit_is_refused() {
        let mut pack = Pack::new();
        pack.file("1.bmp", &vec![0; 100_000]).unwrap();
        let mut archive = Archive::open(pack.finish().unwrap()).unwrap();
        assert!(matches!(archive.file(0, 99_999), Err(SheetError::TooLarge)));
        assert!(archive.file(0, 100_000).unwrap().is_some());
        assert!(matches!(Archive::open(b"no archive".as_slice()), Err(SheetError::NotATable)));
    }
}
