//! A permission to leave, as attendance knows it.

use jiff::Timestamp;

/// From when to when somebody was let go. Through which door does not matter here: whoever was let go is no truant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaveTerm {
    /// From this moment.
    pub from: Timestamp,
    /// Before this moment.
    pub until: Timestamp,
    /// Since when it holds no more.
    pub withdrawn_at: Option<Timestamp>,
}

impl LeaveTerm {
    /// Whether it held in the second in which somebody passed: passes of a day are known by the second.
    pub fn holds_at(self, at: Timestamp) -> bool {
        let second = at.as_second();
        self.from.as_second() <= second
            && at < self.until
            && self.withdrawn_at.is_none_or(|withdrawn| withdrawn.as_second() > second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_holds_within_its_term_until_it_is_taken_back() {
        let at = |text: &str| -> Timestamp { format!("2026-11-23T{text}Z").parse().unwrap() };
        let term = LeaveTerm { from: at("05:00:00.4"), until: at("06:00:00"), withdrawn_at: None };
        let withdrawn = LeaveTerm { withdrawn_at: Some(at("05:30:00.2")), ..term };
        for (term, pass, holds) in [
            (term, "04:59:59", false),
            (term, "05:00:00", true),
            (term, "05:59:59", true),
            (term, "06:00:00", false),
            (withdrawn, "05:29:59", true),
            (withdrawn, "05:30:00", false),
            (withdrawn, "05:59:00", false),
        ] {
            assert_eq!(term.holds_at(at(pass)), holds, "{pass}");
        }
    }
}
