//! A rule as a form gives it.

use jiff::civil;
use kernel::{AccessPointId, Direction, Who, Window};

use super::{Fault, Title};

/// What a rule is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleInput {
    /// Its name; may be left out, since the rule's sentence says everything.
    pub name: Option<Title>,
    /// Who has the right.
    pub who: Who,
    /// Where; empty: everywhere.
    pub points: Vec<AccessPointId>,
    /// Which way; `None`: both.
    pub direction: Option<Direction>,
    /// When; empty: at any time.
    pub windows: Vec<Window>,
    /// From this day.
    pub from: Option<civil::Date>,
    /// Up to and with this day.
    pub until: Option<civil::Date>,
    /// Whether it holds on holidays too.
    pub on_holidays: bool,
    /// Whether it counts.
    pub is_enabled: bool,
}

impl RuleInput {
    /// Windows of one rule at most.
    pub const MAX_WINDOWS: usize = 20;
    /// Points of one rule at most.
    pub const MAX_POINTS: usize = 200;

    /// The same rule with points and windows named once, in a fixed order.
    #[must_use]
    pub fn tidied(mut self) -> Self {
        self.points.sort_unstable();
        self.points.dedup();
        self.windows.sort_unstable_by_key(|window| (window.from_min, window.to_min, window.days));
        self.windows.dedup();
        self
    }

    /// Checks what can be checked without the database; gives the field and what is wrong with it.
    ///
    /// # Errors
    /// The name of the field and the fault.
    pub fn check(&self) -> Result<(), (&'static str, Fault)> {
        if self.windows.len() > Self::MAX_WINDOWS {
            return Err(("windows", Fault::TooMany));
        }
        if self.points.len() > Self::MAX_POINTS {
            return Err(("points", Fault::TooMany));
        }
        for window in &self.windows {
            if !(1..=0x7f).contains(&window.days) {
                return Err(("windows", Fault::NoDay));
            }
            if window.from_min >= 1440 || !(1..=1440).contains(&window.to_min) || window.from_min == window.to_min {
                return Err(("windows", Fault::Span));
            }
        }
        match (self.from, self.until) {
            (Some(from), Some(until)) if until < from => Err(("until", Fault::Order)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn rule() -> RuleInput {
        RuleInput {
            name: None,
            who: Who::Everybody,
            points: Vec::new(),
            direction: None,
            windows: vec![Window { days: 0x1f, from_min: 450, to_min: 840 }],
            from: None,
            until: None,
            on_holidays: false,
            is_enabled: true,
        }
    }

    #[test]
    fn a_rule_is_taken_or_refused_with_its_field() {
        let with = |change: fn(&mut RuleInput)| {
            let mut rule = rule();
            change(&mut rule);
            rule.check()
        };
        assert_eq!(with(|_| ()), Ok(()));
        assert_eq!(with(|rule| rule.windows.clear()), Ok(()));
        assert_eq!(with(|rule| rule.windows[0].days = 0), Err(("windows", Fault::NoDay)));
        assert_eq!(with(|rule| rule.windows[0].to_min = 450), Err(("windows", Fault::Span)));
        assert_eq!(with(|rule| rule.windows[0].from_min = 1440), Err(("windows", Fault::Span)));
        assert_eq!(with(|rule| rule.windows = vec![rule.windows[0]; 21]), Err(("windows", Fault::TooMany)));
        assert_eq!(
            with(|rule| (rule.from, rule.until) = (Some(date(2026, 9, 2)), Some(date(2026, 9, 1)))),
            Err(("until", Fault::Order))
        );
    }

    #[test]
    fn points_and_windows_named_twice_count_once() {
        let mut rule = rule();
        let point = AccessPointId::from_slice(&[7; 16]).unwrap();
        rule.points = vec![point, point];
        rule.windows = vec![rule.windows[0], rule.windows[0]];
        let rule = rule.tidied();
        assert_eq!((rule.points.len(), rule.windows.len()), (1, 1));
    }
}
