//! Whether the audit trails are whole.

use std::collections::HashSet;

use ::store::{Finding, StoreError, Told, Tx};
use jiff::{SignedDuration, Timestamp};
use kernel::SchoolId;

use super::{
    anchor::{self, Anchors},
    chain::{self, ChainHash},
    store::{self, Chained, SchoolHead},
};

/// Every key that [`doctor`] and [`verify`] may give, with the names of its arguments.
pub const FINDINGS: &[(&str, &[&str])] = &[
    ("trails-whole", &["schools", "lines"]),
    ("trail-line-changed", &["school", "number", "at"]),
    ("trail-lines-removed", &["school", "from", "until"]),
    ("trail-lines-inserted", &["school", "from", "until"]),
    ("trail-line-moved", &["school", "number", "after"]),
    ("trail-lines-loose", &["school", "lines"]),
    ("trail-end-wrong", &["school", "number", "head"]),
    ("trail-more-wrong", &["school", "lines"]),
    ("trail-clock-back", &["school", "number", "minutes", "times"]),
    ("trail-anchors-agree", &["anchors", "from", "until"]),
    ("trail-anchor-cut", &["school", "number", "last", "at"]),
    ("trail-anchor-differs", &["school", "number", "at"]),
    ("trail-anchor-changed", &["at"]),
    ("trail-anchors-torn", &["lines"]),
];

/// Lines read at once.
const BATCH: u32 = 2_000;
/// Lines of a school that are told one by one: the first say enough.
const TOLD: usize = 20;
/// Transactions of one moment end in any order, and long ones say when they began; more than this is a clock that was moved.
const SLACK: SignedDuration = SignedDuration::from_mins(10);

/// Checks the trail of every school: numbers without holes, each line chained to the one before, the end where it should be. Reads every line.
///
/// # Errors
/// From the database.
pub fn doctor(tx: &mut Tx<'_>) -> Result<Vec<Finding>, StoreError> {
    let (mut findings, mut lines, mut is_whole) = (Vec::new(), 0, true);
    let heads = store::heads(tx)?;
    for head in &heads {
        let mut walk = Walk::of(head.school);
        walk.run(tx)?;
        lines += walk.lines;
        let wrong = walk.wrong(tx, head)?;
        is_whole &= wrong.is_empty();
        findings.extend(wrong);
        findings.extend(walk.clock());
    }
    if is_whole {
        let args = vec![("schools", (heads.len() as u64).into()), ("lines", lines.into())];
        findings.insert(0, Finding::good("trails-whole", args));
    }
    Ok(findings)
}

/// As [`doctor`], and compares with anchors that were kept: an end that was cut off and a chain that was made anew are seen by them alone.
///
/// # Errors
/// From the database.
pub fn verify(tx: &mut Tx<'_>, anchors: &Anchors) -> Result<Vec<Finding>, StoreError> {
    let mut findings = doctor(tx)?;
    findings.extend(anchor::compare(tx, anchors)?);
    Ok(findings)
}

/// A line that does not stand behind the one before it.
struct Misfit {
    line: Chained,
    /// The line it does stand behind; 0: the beginning.
    after: Option<u64>,
    /// Whether it bears the hash of the line before it, which lets the next line fit: it was put between the two.
    is_between: bool,
}

/// Goes along a school's trail.
struct Walk {
    school: SchoolId,
    /// The number and hash of the last line seen. No hash: it cannot be told what the next line stands behind.
    last: u64,
    hash: Option<ChainHash>,
    lines: u64,
    holes: Vec<(u64, u64)>,
    misfits: Vec<Misfit>,
    /// Holes and misfits beyond those kept.
    more: u64,
    latest: Timestamp,
    /// The first line that is older than one before it, by how much, and how many there are of the kind.
    back: Option<(u64, SignedDuration, u64)>,
}

impl Walk {
    fn of(school: SchoolId) -> Self {
        Self {
            school,
            last: 0,
            hash: Some(chain::beginning(school)),
            lines: 0,
            holes: Vec::new(),
            misfits: Vec::new(),
            more: 0,
            latest: Timestamp::MIN,
            back: None,
        }
    }

    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        loop {
            let lines = store::lines(tx, self.school, self.last, BATCH)?;
            if lines.is_empty() {
                break;
            }
            for line in lines {
                self.step(line);
            }
        }
        if self.misfits.is_empty() { Ok(()) } else { self.place_misfits(tx) }
    }

    fn step(&mut self, line: Chained) {
        self.lines += 1;
        if line.seq > self.last + 1 {
            self.hole(self.last + 1, line.seq - 1);
            self.hash = None;
        }
        self.time(&line);
        let is_linked = self.hash.is_none_or(|before| line.hash == Some(chain::link(&before, &line.content())));
        let is_between = line.hash.is_some() && line.hash == self.hash;
        (self.last, self.hash) = (line.seq, line.hash);
        if is_linked && line.hash.is_some() {
            return;
        }
        if self.misfits.len() < TOLD {
            self.misfits.push(Misfit { line, after: None, is_between });
        } else {
            self.more += 1;
        }
    }

    fn hole(&mut self, from: u64, until: u64) {
        if self.holes.len() < TOLD {
            self.holes.push((from, until));
        } else {
            self.more += 1;
        }
    }

    fn time(&mut self, line: &Chained) {
        let by = self.latest.duration_since(line.at);
        if by > SLACK {
            let back = self.back.get_or_insert((line.seq, by, 0));
            back.2 += 1;
        }
        // What is compared next is this line: a clock that was moved back is told once, not at each line until it has caught up.
        self.latest = line.at;
    }

    /// Looks for the line behind which each misfit does stand: one that was moved, or that others were put before, is still itself.
    fn place_misfits(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let mut before = vec![store::Numbered { seq: 0, hash: Some(chain::beginning(self.school)) }];
        while let Some(last) = before.last().map(|one| one.seq) {
            for (seq, hash) in before.iter().filter_map(|one| Some((one.seq, one.hash?))) {
                for misfit in self.misfits.iter_mut().filter(|misfit| misfit.after.is_none()) {
                    if misfit.line.hash == Some(chain::link(&hash, &misfit.line.content())) {
                        misfit.after = Some(seq);
                    }
                }
            }
            before = store::hashes(tx, self.school, last, BATCH)?;
        }
        Ok(())
    }

    fn wrong(&self, tx: &mut Tx<'_>, head: &SchoolHead) -> Result<Vec<Finding>, StoreError> {
        let mut findings: Vec<_> = self
            .holes
            .iter()
            .map(|(from, until)| self.bad("trail-lines-removed", &[("from", *from), ("until", *until)]))
            .collect();
        findings.extend(self.misplaced());
        if self.more > 0 {
            findings.push(self.bad("trail-more-wrong", &[("lines", self.more)]));
        }
        let loose = store::loose_count(tx, self.school)?;
        if loose > 0 {
            findings.push(self.bad("trail-lines-loose", &[("lines", loose)]));
        }
        let noted = head.seq.unwrap_or(0);
        if noted > self.last {
            findings.push(self.bad("trail-lines-removed", &[("from", self.last + 1), ("until", noted)]));
        } else if noted < self.last || (head.hash.is_some() && head.hash != self.hash) {
            findings.push(self.bad("trail-end-wrong", &[("number", self.last), ("head", noted)]));
        }
        Ok(findings)
    }

    /// What became of the misfits: moved, pushed on by others that were put before them, or changed.
    fn misplaced(&self) -> Vec<Finding> {
        let is_rearranged =
            self.misfits.iter().any(|misfit| misfit.after.is_some_and(|after| after >= misfit.line.seq));
        let pushed_by = |misfit: &Misfit| {
            if misfit.is_between {
                return Some((misfit.line.seq, misfit.line.seq));
            }
            let after = misfit.after.filter(|after| !is_rearranged && after + 1 < misfit.line.seq)?;
            Some((after + 1, misfit.line.seq - 1))
        };
        let inserted: HashSet<u64> =
            self.misfits.iter().filter_map(pushed_by).flat_map(|(from, until)| from..=until).collect();
        let told = |misfit: &Misfit| {
            let number = misfit.line.seq;
            if let Some((from, until)) = pushed_by(misfit) {
                return Some(self.bad("trail-lines-inserted", &[("from", from), ("until", until)]));
            }
            if let Some(after) = misfit.after {
                return Some(self.bad("trail-line-moved", &[("number", number), ("after", after)]));
            }
            if inserted.contains(&number) {
                return None;
            }
            let mut finding = self.bad("trail-line-changed", &[("number", number)]);
            finding.args.push(("at", Told::Text(misfit.line.at.to_string())));
            Some(finding)
        };
        self.misfits.iter().filter_map(told).collect()
    }

    fn clock(&self) -> Option<Finding> {
        let (number, by, times) = self.back?;
        let minutes = u64::try_from(by.as_mins()).unwrap_or(0);
        let args = [("number", number), ("minutes", minutes), ("times", times)];
        Some(Finding { ok: true, ..self.bad("trail-clock-back", &args) })
    }

    fn bad(&self, what_key: &'static str, figures: &[(&'static str, u64)]) -> Finding {
        let school = std::iter::once(("school", self.school.to_string().into()));
        Finding::bad(what_key, school.chain(figures.iter().map(|(name, figure)| (*name, (*figure).into()))).collect())
    }
}
