//! How a line is chained: pure.

use std::fmt;

use ::store::{Column, ColumnError, Param, Raw, Value};
use jiff::Timestamp;
use kernel::{SchoolId, UserId, micros};
use sha2::{Digest, Sha256};

use super::{AuditId, SubjectId};

/// Where our hashes are told from those of other programs, and the first shape of a line from later ones.
const FORMAT: &[u8] = b"kezekshi audit 1";

/// A hash of the chain: SHA-256. Shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChainHash(pub [u8; 32]);

impl ChainHash {
    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes).ok()?;
        Some(Self(bytes))
    }
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}
impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChainHash({self})")
    }
}
impl Param for ChainHash {
    fn value(&self) -> Value<'_> {
        self.0.value()
    }
}
impl Column for ChainHash {
    fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
        <[u8; 32]>::read(raw).map(Self)
    }
}

/// What a line says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Content<'a> {
    pub(crate) id: AuditId,
    pub(crate) at: Timestamp,
    pub(crate) user: Option<UserId>,
    pub(crate) action: &'a str,
    pub(crate) subject: Option<SubjectId>,
    pub(crate) detail: &'a str,
}

/// What stands before the first line of a school. It differs from school to school, so no trail can be put in the place of another's.
pub(crate) fn beginning(school: SchoolId) -> ChainHash {
    ChainHash(Sha256::new().chain_update(FORMAT).chain_update(school.as_bytes()).finalize().into())
}

/// The hash of a line that stands behind the line with the hash `before`.
///
/// The number is left out: where a line stands is told by `before`, and a line that was moved is then still known as itself. Texts stand
/// behind their lengths and what may be missing behind a byte, so no two contents give the same bytes.
pub(crate) fn link(before: &ChainHash, content: &Content<'_>) -> ChainHash {
    let mut sha = Sha256::new();
    sha.update(before.0);
    sha.update(content.id.as_bytes());
    sha.update(micros(content.at).to_be_bytes());
    maybe(&mut sha, content.user.as_ref().map(UserId::as_bytes));
    text(&mut sha, content.action);
    maybe(&mut sha, content.subject.as_ref().map(SubjectId::as_bytes));
    text(&mut sha, content.detail);
    ChainHash(sha.finalize().into())
}

fn maybe(sha: &mut Sha256, id: Option<&[u8; 16]>) {
    match id {
        None => sha.update([0]),
        Some(id) => {
            sha.update([1]);
            sha.update(id);
        }
    }
}

fn text(sha: &mut Sha256, text: &str) {
    // Words and details are some hundred bytes at most.
    sha.update((text.len() as u32).to_be_bytes());
    sha.update(text);
}

#[cfg(test)]
mod tests {
    use kernel::{Ids, at_micros};
    use proptest::prelude::*;

    use super::*;

    fn content(ids: &Ids) -> Content<'static> {
        let at = at_micros(1_795_000_000_000_000);
        Content {
            id: ids.new_id(at),
            at,
            user: Some(ids.new_id(at)),
            action: "person_edited",
            subject: None,
            detail: "3 rows",
        }
    }

    #[test]
    fn the_chain_is_for_ever_the_same() {
        let school = SchoolId::from_slice(&[7; 16]).unwrap();
        let line = Content {
            id: AuditId::from_slice(&[1; 16]).unwrap(),
            at: at_micros(1_795_000_000_123_456),
            user: Some(UserId::from_slice(&[2; 16]).unwrap()),
            action: "person_edited",
            subject: None,
            detail: "ә",
        };
        // Recomputed from the description with another program: printf of the bytes, then sha256sum.
        assert_eq!(
            link(&beginning(school), &line).to_string(),
            "3f92fb2ed4e8b1c8d3f0e0edcf88128508ac88e3101144883380d27111c6547f"
        );
    }

    #[test]
    fn every_part_of_a_line_counts() {
        let ids = Ids::seeded(1);
        let (before, line) = (ChainHash([9; 32]), content(&ids));
        let hash = link(&before, &line);
        let other = Content { at: at_micros(1_795_000_000_000_001), ..line };
        let mut changed = vec![
            link(&ChainHash([8; 32]), &line),
            link(&before, &other),
            link(&before, &Content { id: ids.new_id(line.at), ..line }),
            link(&before, &Content { user: None, ..line }),
            link(&before, &Content { action: "person_edite", ..line }),
            link(&before, &Content { subject: Some(ids.new_id(line.at)), ..line }),
            link(&before, &Content { detail: "4 rows", ..line }),
        ];
        changed.push(hash);
        for (index, one) in changed.iter().enumerate() {
            assert!(changed[index + 1..].iter().all(|next| next != one), "{index}");
        }
    }

    proptest! {
        #[test]
        fn letters_that_move_between_the_texts_are_seen(one in "[a-z]{0,8}", two in "[a-z]{0,8}", cut in 0_usize..9) {
            let ids = Ids::seeded(2);
            let whole = format!("{one}{two}");
            let cut = cut.min(whole.len());
            let line = content(&ids);
            let first = link(&ChainHash([0; 32]), &Content { action: &one, detail: &two, ..line });
            let second = link(&ChainHash([0; 32]), &Content { action: &whole[..cut], detail: &whole[cut..], ..line });
            prop_assert_eq!(first == second, cut == one.len());
        }

        #[test]
        fn a_hash_is_read_as_it_was_shown(bytes: [u8; 32]) {
            let hash = ChainHash(bytes);
            prop_assert_eq!(ChainHash::parse(&hash.to_string()), Some(hash));
        }
    }
}
