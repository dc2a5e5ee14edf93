//! What a packed file unfolds to, found out before anything believes it.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::{SheetError, UNFOLDED_LIMIT};

/// Files of a packed one.
const ENTRIES_LIMIT: usize = 20_000;
/// By what a list of texts announces how many there will be: the reader reserves as much without asking.
const ANNOUNCED: &[u8] = b"niqueCount";
const ANNOUNCED_LIMIT: usize = 5_000_000;
const CHUNK: usize = 64 * 1024;

/// What was seen on the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) has_macros: bool,
    pub(crate) has_formulas: bool,
    pub(crate) is_workbook: bool,
}

/// Unfolds everything once without keeping it. The sizes that the file itself tells are not believed.
///
/// # Errors
/// When it unfolds to more than is taken, announces more, or is damaged.
pub(crate) fn inspect(bytes: &[u8]) -> Result<Seen, SheetError> {
    inspect_within(bytes, UNFOLDED_LIMIT)
}

fn inspect_within(bytes: &[u8], limit: u64) -> Result<Seen, SheetError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(SheetError::damaged)?;
    if archive.len() > ENTRIES_LIMIT {
        return Err(SheetError::TooLarge);
    }
    let (mut seen, mut left) = (Seen::default(), limit);
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(SheetError::damaged)?;
        let name = entry.name().map_err(SheetError::damaged)?.to_ascii_lowercase();
        seen.has_macros |= name.ends_with("vbaproject.bin");
        seen.is_workbook |= name.ends_with("workbook.xml");
        let is_sheet = name.contains("worksheets/");
        let mut look = Look { is_sheet, seen: &mut seen, tail: Vec::new() };
        left = unfold(entry, left, |chunk| look.at(chunk))?;
    }
    Ok(seen)
}

/// Reads to the end and gives back how much is left of the limit.
fn unfold(
    mut from: impl Read,
    limit: u64,
    mut look: impl FnMut(&[u8]) -> Result<(), SheetError>,
) -> Result<u64, SheetError> {
    let mut left = limit;
    let mut chunk = vec![0; CHUNK];
    loop {
        let read = from.read(&mut chunk).map_err(SheetError::damaged)?;
        if read == 0 {
            return Ok(left);
        }
        left = left.checked_sub(read as u64).ok_or(SheetError::TooLarge)?;
        look(chunk.get(..read).unwrap_or_default())?;
    }
}

/// Looks at a file piece by piece; the end of each piece is kept, so that nothing hides between two.
struct Look<'a> {
    is_sheet: bool,
    seen: &'a mut Seen,
    tail: Vec<u8>,
}

impl Look<'_> {
    fn at(&mut self, chunk: &[u8]) -> Result<(), SheetError> {
        const KEPT: usize = 96;
        let mut window = std::mem::take(&mut self.tail);
        window.extend_from_slice(chunk);
        if self.is_sheet && !self.seen.has_formulas {
            self.seen.has_formulas = find(&window, b"<f>").is_some() || find(&window, b"<f ").is_some();
        }
        let mut rest = window.as_slice();
        while let Some(at) = find(rest, ANNOUNCED) {
            rest = rest.get(at + ANNOUNCED.len()..).unwrap_or_default();
            if announced(rest).is_some_and(|count| count > ANNOUNCED_LIMIT) {
                return Err(SheetError::TooLarge);
            }
        }
        self.tail = window.split_off(window.len().saturating_sub(KEPT));
        Ok(())
    }
}

fn find(window: &[u8], what: &[u8]) -> Option<usize> {
    let first = *what.first()?;
    let mut from = 0;
    while let Some(at) = window.get(from..)?.iter().position(|byte| *byte == first) {
        if window.get(from + at..).is_some_and(|rest| rest.starts_with(what)) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// The number in `="…"`; more figures than fit count as too many.
fn announced(after: &[u8]) -> Option<usize> {
    let figures = after.iter().skip_while(|byte| !byte.is_ascii_digit()).take_while(|byte| byte.is_ascii_digit());
    let text: String = figures.map(|byte| char::from(*byte)).collect();
    if text.is_empty() { None } else { Some(text.parse().unwrap_or(usize::MAX)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pack;

    fn packed(name: &str, body: &[u8]) -> Vec<u8> {
        let mut pack = Pack::new();
        pack.file(name, body).unwrap();
        pack.finish().unwrap()
    }

    #[test]
    fn a_bomb_is_refused() {
        let mut pack = Pack::new();
        for index in 0..4 {
            pack.file(&format!("xl/worksheets/sheet{index}.xml"), &[0; 300_000]).unwrap();
        }
        let bytes = pack.finish().unwrap();
        assert!(bytes.len() < 10_000);
        assert!(matches!(inspect_within(&bytes, 1_000_000), Err(SheetError::TooLarge)));
        assert!(inspect_within(&bytes, 1_200_000).is_ok());
    }

    #[test]
    fn a_boastful_list_of_texts_is_refused() {
        let boast = |count: &str| {
            let filler = " ".repeat(CHUNK - 30);
            packed("xl/sharedStrings.xml", format!("<?xml?>{filler}<sst uniqueCount=\"{count}\"></sst>").as_bytes())
        };
        assert!(inspect(&boast("4000")).is_ok());
        assert!(matches!(inspect(&boast("900000000000")), Err(SheetError::TooLarge)));
        assert!(matches!(inspect(&boast("99999999999999999999999999")), Err(SheetError::TooLarge)));
    }

    #[test]
    fn macros_and_formulas_are_noticed() {
        let mut pack = Pack::new();
        pack.file("xl/workbook.xml", b"<workbook/>").unwrap();
        pack.file("xl/vbaProject.bin", b"x").unwrap();
        pack.file("xl/worksheets/sheet1.xml", b"<c><f>1+1</f><v>2</v></c>").unwrap();
        let seen = inspect(&pack.finish().unwrap()).unwrap();
        assert_eq!(seen, Seen { has_macros: true, has_formulas: true, is_workbook: true });
    }
}
