//! Anchors: where the trails stood at a moment, kept where whoever changes the database does not reach.

use std::fmt;

use ::store::{Finding, StoreError, Tx};
use jiff::Timestamp;
use kernel::SchoolId;
use sha2::{Digest, Sha256};

use super::{chain::ChainHash, store};

/// Where our hashes are told from those of other programs.
const FORMAT: &[u8] = b"kezekshi audit anchor 1";

/// How the trails of all schools stood at a moment.
///
/// As text a line a school, `MOMENT school ID NUMBER HASH`, and one of the installation, `MOMENT installation SCHOOLS HASH`, whose hash is
/// over the lines before it: whoever keeps that one line can tell whether the others are still those of that day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// When.
    pub at: Timestamp,
    /// The last line of each school that has one: its number and hash.
    pub ends: Vec<(SchoolId, u64, ChainHash)>,
}

/// Anchors that were kept, the oldest first, as they stand in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchors {
    kept: Vec<Kept>,
    /// Lines that are none.
    torn: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Kept {
    anchor: Anchor,
    /// The hash of the installation; none when the program fell before it was written.
    whole: Option<ChainHash>,
}

impl Anchor {
    /// How the trails stand now.
    ///
    /// # Errors
    /// From the database.
    pub fn take(tx: &mut Tx<'_>, at: Timestamp) -> Result<Self, StoreError> {
        let ends = store::heads(tx)?.into_iter().filter_map(|head| Some((head.school, head.seq?, head.hash?)));
        Ok(Self { at, ends: ends.filter(|(_, seq, _)| *seq > 0).collect() })
    }

    /// The hash over all schools.
    pub fn whole(&self) -> ChainHash {
        let mut sha = Sha256::new().chain_update(FORMAT);
        for (school, number, hash) in &self.ends {
            sha.update(school.as_bytes());
            sha.update(number.to_be_bytes());
            sha.update(hash.0);
        }
        ChainHash(sha.finalize().into())
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at;
        for (school, number, hash) in &self.ends {
            writeln!(f, "{at} school {school} {number} {hash}")?;
        }
        writeln!(f, "{at} installation {} {}", self.ends.len(), self.whole())
    }
}

impl Anchors {
    /// Reads a file of anchors. Lines that are none are counted and left out: the power may have gone while one was written.
    pub fn parse(text: &str) -> Self {
        let mut all = Self::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let Some((at, read)) = read_line(line) else {
                all.torn += 1;
                continue;
            };
            if all.kept.last().is_none_or(|last| last.whole.is_some() || last.anchor.at != at) {
                all.kept.push(Kept { anchor: Anchor { at, ends: Vec::new() }, whole: None });
            }
            if let Some(last) = all.kept.last_mut() {
                match read {
                    Read::School(school, number, hash) => last.anchor.ends.push((school, number, hash)),
                    Read::Installation(hash) => last.whole = Some(hash),
                }
            }
        }
        all
    }

    /// When the newest whole one was taken.
    pub fn newest(&self) -> Option<Timestamp> {
        self.kept.iter().rev().find(|kept| kept.whole.is_some()).map(|kept| kept.anchor.at)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

enum Read {
    School(SchoolId, u64, ChainHash),
    Installation(ChainHash),
}

fn read_line(line: &str) -> Option<(Timestamp, Read)> {
    let words: Vec<_> = line.split_whitespace().collect();
    let at = words.first()?.parse().ok()?;
    let read = match words.get(1..)? {
        ["school", school, number, hash] => {
            Read::School(school.parse().ok()?, number.parse().ok()?, ChainHash::parse(hash)?)
        }
        ["installation", _, hash] => Read::Installation(ChainHash::parse(hash)?),
        _ => return None,
    };
    Some((at, read))
}

/// Compares the trails with anchors: each line that was the last one then still stands with the same hash.
pub(super) fn compare(tx: &mut Tx<'_>, anchors: &Anchors) -> Result<Vec<Finding>, StoreError> {
    let (Some(first), Some(last)) = (anchors.kept.first(), anchors.kept.last()) else { return Ok(Vec::new()) };
    let ends = store::heads(tx)?;
    let mut findings = Vec::new();
    if anchors.torn > 0 {
        findings.push(Finding::good("trail-anchors-torn", vec![("lines", anchors.torn.into())]));
    }
    for Kept { anchor, whole } in &anchors.kept {
        let at = anchor.at.to_string();
        if whole.is_some_and(|whole| whole != anchor.whole()) {
            findings.push(Finding::bad("trail-anchor-changed", vec![("at", at.clone().into())]));
            continue;
        }
        for (school, number, hash) in &anchor.ends {
            let named = vec![("school", school.to_string().into()), ("number", (*number).into())];
            match store::hash_at(tx, *school, *number)? {
                Some(line) if line.hash == Some(*hash) => {}
                Some(_) => {
                    let args = named.into_iter().chain([("at", at.clone().into())]);
                    findings.push(Finding::bad("trail-anchor-differs", args.collect()));
                }
                None => {
                    let last = ends.iter().find(|end| end.school == *school).and_then(|end| end.seq).unwrap_or(0);
                    let args = named.into_iter().chain([("last", last.into()), ("at", at.clone().into())]);
                    findings.push(Finding::bad("trail-anchor-cut", args.collect()));
                }
            }
        }
    }
    if findings.iter().all(|finding| finding.ok) {
        let args = vec![
            ("anchors", (anchors.kept.len() as u64).into()),
            ("from", first.anchor.at.to_string().into()),
            ("until", last.anchor.at.to_string().into()),
        ];
        findings.push(Finding::good("trail-anchors-agree", args));
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use kernel::{Ids, at_micros};
    use proptest::prelude::*;

    use super::*;

    fn anchor(seed: u64, schools: usize) -> Anchor {
        let (ids, at) = (Ids::seeded(seed), at_micros(1_795_000_000_000_000));
        let ends = (0..schools).map(|number| (ids.new_id(at), number as u64 + 1, ChainHash([number as u8; 32])));
        Anchor { at, ends: ends.collect() }
    }

    #[test]
    fn a_file_is_read_as_it_was_written_also_when_the_power_went() {
        let (one, mut two) = (anchor(1, 3), anchor(2, 0));
        two.at = at_micros(1_796_000_000_000_000);
        let text = format!("{one}{two}");
        let read = Anchors::parse(&text);
        let kept = |anchor: &Anchor| Kept { anchor: anchor.clone(), whole: Some(anchor.whole()) };
        assert_eq!(read.kept, [kept(&one), kept(&two)]);
        assert_eq!(read.newest(), Some(two.at));

        // The power went within a line; the next block begins on a line of its own.
        let whole = one.to_string();
        let read = Anchors::parse(&format!("{}\n{two}", &whole[..whole.len() - 10]));
        assert_eq!((read.kept.len(), read.torn, read.newest()), (2, 1, Some(two.at)));
        assert_eq!((read.kept[0].anchor.ends.len(), read.kept[0].whole), (3, None));
        assert_eq!(Anchors::parse(&whole[..whole.len() - 10]).newest(), None, "not whole");
        assert!(Anchors::parse("").is_empty());
    }

    #[test]
    fn lines_that_are_no_anchors_are_counted() {
        let good = anchor(1, 1).to_string();
        for wrong in
            ["yesterday school 1 2 3\n", "2026-11-26T00:00:00Z school x 1 00\n", "2026-11-26T00:00:00Z\n", "x\n"]
        {
            let read = Anchors::parse(&format!("{good}{wrong}{good}"));
            assert_eq!((read.kept.len(), read.torn), (2, 1), "{wrong}");
        }
    }

    #[test]
    fn the_hash_of_the_installation_covers_every_end() {
        let one = anchor(1, 2);
        let mut other = one.clone();
        other.ends[1].1 += 1;
        assert_ne!(one.whole(), other.whole());
        other.ends.pop();
        assert_ne!(one.whole(), other.whole());
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(\\PC{0,40}\n?){0,4}") {
            let read = Anchors::parse(&text);
            prop_assert!(read.torn as usize <= text.lines().count());
        }
    }
}
