//! QR passes at the gate: whose code it is, checked without the server, before anything is decided.
//!
//! A code counts once at a gate: what was shown is remembered until it is good no more. What a gate remembered before a restart it does not
//! know; so it refuses every code that was made before its start, and whoever shows one shows the next a few seconds later.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use kernel::{CODE_LIFE_S, CODE_SKEW_S, CodeClaims, PersonId, Reason, Verify};

use crate::snapshot::Snapshot;

/// Codes that are remembered at most. Only those that the school signed come in, each for half a minute: more than pass at one gate.
const REMEMBERED: usize = 16_384;

/// What a gate knows of codes.
#[derive(Debug)]
pub(crate) struct Codes {
    verify: Verify,
    /// Codes that begin before it are refused.
    since: Timestamp,
    /// Until when each code is remembered that was shown.
    shown: HashMap<[u8; 8], Timestamp>,
    /// The same by the order in which they came.
    order: VecDeque<([u8; 8], Timestamp)>,
}

impl Codes {
    /// Of a gate that starts now.
    pub(crate) fn new(verify: Verify, now: Timestamp) -> Self {
        // The server's clock may be ahead: what it made just before our start would look as if it were made after it.
        let since = now.checked_add(skew()).unwrap_or(now);
        Self { verify, since, shown: HashMap::new(), order: VecDeque::new() }
    }

    /// Whose code it is; or why it counts for nothing. `pace`: how many times faster than real the clock runs.
    pub(crate) fn person(
        &mut self,
        snapshot: &Snapshot,
        text: &str,
        now: Timestamp,
        pace: i32,
    ) -> Result<PersonId, Reason> {
        let (claims, signature) = CodeClaims::parse(text).map_err(|_| Reason::CodeInvalid)?;
        let key = snapshot.code_key(claims.key).filter(|_| claims.school == snapshot.school());
        let is_signed = key.is_some_and(|key| (self.verify)(key, &claims.message(), &signature));
        let longest = i64::from(CODE_LIFE_S) * i64::from(pace.max(1));
        let early = now.checked_add(skew()).unwrap_or(Timestamp::MAX) < claims.from();
        if !is_signed || i64::from(claims.lasts_s) > longest || early {
            return Err(Reason::CodeInvalid);
        }
        let over = claims.until().checked_add(skew()).unwrap_or(Timestamp::MAX);
        if over <= now || claims.from() < self.since {
            return Err(Reason::CodeExpired);
        }
        self.forget(now);
        if self.shown.contains_key(&claims.nonce) || self.shown.len() >= REMEMBERED {
            return Err(Reason::CodeReplayed);
        }
        self.shown.insert(claims.nonce, over);
        self.order.push_back((claims.nonce, over));
        Ok(claims.person)
    }

    /// Forgets codes that are good no more. They end nearly in the order in which they came; one that ends earlier waits for those before it.
    fn forget(&mut self, now: Timestamp) {
        while self.order.front().is_some_and(|(_, over)| *over <= now) {
            if let Some((nonce, _)) = self.order.pop_front() {
                self.shown.remove(&nonce);
            }
        }
    }
}

fn skew() -> SignedDuration {
    SignedDuration::from_secs(CODE_SKEW_S)
}

#[cfg(test)]
mod tests {
    use kernel::{CodeKeyDoc, SchoolId, SchoolMode, Signature, SnapshotDoc};
    use proptest::prelude::*;

    use super::*;

    const NOW_S: i64 = 1_795_000_000;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(NOW_S + second).unwrap()
    }

    fn id<K>(byte: u8) -> kernel::Id<K> {
        kernel::Id::from_slice(&[byte; 16]).unwrap()
    }

    /// The last byte of the message, over and over: these tests are about everything but the cipher.
    fn signature(message: &[u8]) -> Signature {
        [message.last().copied().unwrap_or(0); 64]
    }

    fn codes(start_s: i64) -> Codes {
        Codes::new(|public, message, given| *public == [7; 32] && *given == signature(message), at(start_s))
    }

    fn snapshot() -> Snapshot {
        let doc = SnapshotDoc {
            school: id(1),
            gate: id(2),
            version: 1,
            made_at: at(0),
            time_zone: "Asia/Almaty".to_owned(),
            mode: SchoolMode::Normal,
            zones: Vec::new(),
            points: Vec::new(),
            devices: Vec::new(),
            persons: Vec::new(),
            credentials: Vec::new(),
            rules: Vec::new(),
            holidays: Vec::new(),
            moved_days: Vec::new(),
            lessons: Vec::new(),
            leaves: Vec::new(),
            code_keys: vec![CodeKeyDoc { number: 3, public: [7; 32] }, CodeKeyDoc { number: 4, public: [8; 32] }],
            present: Vec::new(),
            presence_through: 0,
            resets_at_midnight: true,
        };
        Snapshot::compile(&doc).unwrap()
    }

    fn claims(from_s: i64, nonce: u8) -> CodeClaims {
        CodeClaims {
            key: 3,
            school: id::<kernel::SchoolKind>(1),
            person: id(9),
            from_s: u32::try_from(NOW_S + from_s).unwrap(),
            lasts_s: CODE_LIFE_S,
            nonce: [nonce; 8],
        }
    }

    fn write(claims: CodeClaims) -> String {
        claims.write(&signature(&claims.message()))
    }

    #[test]
    fn a_code_counts_within_its_time_and_the_difference_of_clocks() {
        let snapshot = snapshot();
        for (from_s, said) in [
            (5, Ok(id(9))),
            (6, Err(Reason::CodeInvalid)),
            (0, Ok(id(9))),
            (-30, Ok(id(9))),
            (-34, Ok(id(9))),
            (-35, Err(Reason::CodeExpired)),
            (-3_600, Err(Reason::CodeExpired)),
        ] {
            assert_eq!(codes(-100).person(&snapshot, &write(claims(from_s, 1)), at(0), 1), said, "{from_s}");
        }
        // Where the clock runs faster than real, a code lives as many times longer.
        let long = write(CodeClaims { lasts_s: CODE_LIFE_S * 10, ..claims(0, 1) });
        assert_eq!(codes(-100).person(&snapshot, &long, at(0), 1), Err(Reason::CodeInvalid));
        assert_eq!(codes(-100).person(&snapshot, &long, at(200), 10), Ok(id(9)));
    }

    #[test]
    fn what_the_school_did_not_sign_is_no_code() {
        let snapshot = snapshot();
        for wrong in [
            write(CodeClaims { key: 4, ..claims(0, 1) }),
            write(CodeClaims { key: 5, ..claims(0, 1) }),
            write(CodeClaims { school: SchoolId::from_slice(&[2; 16]).unwrap(), ..claims(0, 1) }),
            claims(0, 1).write(&[0; 64]),
            String::new(),
            "KZK1".to_owned(),
        ] {
            assert_eq!(codes(-100).person(&snapshot, &wrong, at(0), 1), Err(Reason::CodeInvalid), "{wrong}");
        }
    }

    #[test]
    fn a_code_from_before_the_start_is_refused() {
        let snapshot = snapshot();
        for (from_s, said) in [
            (4, Err(Reason::CodeExpired)),
            (0, Err(Reason::CodeExpired)),
            (-3, Err(Reason::CodeExpired)),
            (5, Ok(id(9))),
        ] {
            assert_eq!(codes(0).person(&snapshot, &write(claims(from_s, 1)), at(3), 1), said, "{from_s}");
        }
    }

    proptest! {
        /// However codes come, none is taken twice, and nothing is remembered for longer than it is good.
        #[test]
        fn none_counts_twice(steps in proptest::collection::vec((0_u8..20, 0_i64..12, -40_i64..10), 1..200)) {
            let (snapshot, mut codes) = (snapshot(), codes(-1_000));
            let (mut now, mut made, mut taken) = (0, HashMap::new(), std::collections::HashSet::new());
            for (nonce, pause, from) in steps {
                now += pause;
                let text = made.entry(nonce).or_insert_with(|| write(claims(now + from, nonce))).clone();
                if codes.person(&snapshot, &text, at(now), 1).is_ok() {
                    prop_assert!(taken.insert(nonce), "{} at {}", nonce, now);
                }
                prop_assert_eq!(codes.shown.len(), codes.order.len());
            }
            codes.forget(at(now + 1_000));
            prop_assert!(codes.shown.is_empty());
        }
    }
}
