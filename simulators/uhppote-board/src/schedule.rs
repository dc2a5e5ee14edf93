//! What depends on the calendar: time profiles, the task list, first-card windows.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// Most tasks a board takes; the number of real boards is not known.
pub(crate) const MAX_TASKS: usize = 256;

/// Whether a day lies between two days, both included, and on a chosen weekday (Monday first).
fn covers(from: Date, to: Date, weekdays: &[bool; 7], day: Date) -> bool {
    from <= day && day <= to && is_chosen(weekdays, day)
}

fn is_chosen(weekdays: &[bool; 7], day: Date) -> bool {
    usize::try_from(day.weekday().to_monday_zero_offset()).is_ok_and(|place| weekdays[place])
}

/// The minute of the day, as the board compares hours.
fn minute(at: DateTime) -> u16 {
    u16::try_from(i16::from(at.hour()) * 60 + i16::from(at.minute())).unwrap_or(0)
}

/// When a card with this profile may pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Profile {
    pub(crate) from: Date,
    pub(crate) to: Date,
    pub(crate) weekdays: [bool; 7],
    /// Beginning and end of three segments in minutes of the day, both included; (0, 0) is unused.
    pub(crate) segments: [(u16, u16); 3],
    /// A further profile that may also allow; 0 is none.
    pub(crate) linked: u8,
}

impl Profile {
    fn allows(&self, at: DateTime) -> bool {
        let now = minute(at);
        covers(self.from, self.to, &self.weekdays, at.date())
            && self.segments.iter().any(|(start, end)| (*start, *end) != (0, 0) && *start <= now && now <= *end)
    }
}

/// Profiles 2 to 254.
pub(crate) type Profiles = BTreeMap<u8, Profile>;

/// Whether profile `id`, or one it links to, allows this hour.
///
/// A missing profile allows: boards are reported to let a card pass whose profile was never sent. Links may form a
/// ring, so each is followed once.
pub(crate) fn profile_allows(profiles: &Profiles, id: u8, at: DateTime) -> bool {
    let mut followed = [false; 256];
    let mut next = id;
    while (2..=254).contains(&next) && !followed[usize::from(next)] {
        followed[usize::from(next)] = true;
        let Some(profile) = profiles.get(&next) else { return true };
        if profile.allows(at) {
            return true;
        }
        next = profile.linked;
    }
    false
}

/// What a task does at its hour, in the numbers of the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Job {
    Controlled,
    NormallyOpen,
    NormallyClosed,
    DisableProfiles,
    EnableProfiles,
    CardOnly,
    CardAndPinIn,
    CardAndPin,
    EnableMoreCards,
    DisableMoreCards,
    TriggerOnce,
    DisableButton,
    EnableButton,
}

impl Job {
    pub(crate) fn from_wire(number: u8) -> Option<Self> {
        const JOBS: [Job; 13] = [
            Job::Controlled,
            Job::NormallyOpen,
            Job::NormallyClosed,
            Job::DisableProfiles,
            Job::EnableProfiles,
            Job::CardOnly,
            Job::CardAndPinIn,
            Job::CardAndPin,
            Job::EnableMoreCards,
            Job::DisableMoreCards,
            Job::TriggerOnce,
            Job::DisableButton,
            Job::EnableButton,
        ];
        JOBS.get(usize::from(number)).copied()
    }
}

/// A line of the task list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) from: Date,
    pub(crate) to: Date,
    pub(crate) weekdays: [bool; 7],
    /// Minute of the day.
    pub(crate) start: u16,
    /// Door 1 to 4.
    pub(crate) door: u8,
    pub(crate) job: Job,
    /// Number of cards for [`Job::EnableMoreCards`]; kept and shown, not enforced.
    pub(crate) more_cards: u8,
    /// The day on which it last ran, or was too late to run.
    #[serde(default)]
    pub(crate) done: Option<Date>,
}

/// The task list. What is added takes effect with the next refresh.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tasks {
    active: Vec<Task>,
    added: Vec<Task>,
}

impl Tasks {
    /// Adds a line; `false` when the list is full.
    pub(crate) fn add(&mut self, task: Task) -> bool {
        let fits = self.active.len() + self.added.len() < MAX_TASKS;
        if fits {
            self.added.push(task);
        }
        fits
    }

    pub(crate) fn clear(&mut self) {
        *self = Tasks::default();
    }

    /// Brings added lines into force. What should have begun before this minute waits for its next day.
    pub(crate) fn refresh(&mut self, at: DateTime) {
        self.active.append(&mut self.added);
        for task in &mut self.active {
            task.done = (task.start < minute(at)).then(|| at.date());
        }
    }

    /// Takes what is due, each line once a day, in the order of hours.
    pub(crate) fn due(&mut self, at: DateTime) -> Vec<(u8, Job)> {
        let (today, now) = (at.date(), minute(at));
        let mut due: Vec<&mut Task> = self
            .active
            .iter_mut()
            .filter(|task| task.start <= now && task.done != Some(today))
            .filter(|task| covers(task.from, task.to, &task.weekdays, today))
            .collect();
        due.sort_by_key(|task| task.start);
        due.into_iter()
            .map(|task| {
                task.done = Some(today);
                (task.door, task.job)
            })
            .collect()
    }
}

/// Until its first card of the day a door may behave otherwise than after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FirstCard {
    /// Minutes of the day, both included.
    pub(crate) window: (u16, u16),
    /// Door mode from the first card on.
    pub(crate) active: u8,
    /// Door mode outside the window; 4 also demands a first card inside it.
    pub(crate) inactive: u8,
    pub(crate) weekdays: [bool; 7],
}

impl FirstCard {
    /// Whether the window is open at this hour.
    pub(crate) fn covers(&self, at: DateTime) -> bool {
        is_chosen(&self.weekdays, at.date()) && (self.window.0..=self.window.1).contains(&minute(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime {
        text.parse().unwrap()
    }

    fn mornings(linked: u8) -> Profile {
        Profile {
            from: Date::constant(2026, 9, 1),
            to: Date::constant(2027, 5, 25),
            weekdays: [true, true, true, true, true, false, false],
            segments: [(8 * 60, 9 * 60), (0, 0), (0, 0)],
            linked,
        }
    }

    fn task(start: u16, job: Job) -> Task {
        let year = (Date::constant(2026, 1, 1), Date::constant(2026, 12, 31));
        Task { from: year.0, to: year.1, weekdays: [true; 7], start, door: 1, job, more_cards: 0, done: None }
    }

    #[test]
    fn a_profile_allows_its_hours_days_and_dates_only() {
        let profiles = Profiles::from([(29, mornings(0))]);
        for (when, allowed) in [
            ("2026-11-23T08:00", true),
            ("2026-11-23T09:00", true),
            ("2026-11-23T09:01", false),
            ("2026-11-22T08:30", false),
            ("2027-05-26T08:30", false),
            ("2026-11-23T00:00", false),
        ] {
            assert_eq!(profile_allows(&profiles, 29, at(when)), allowed, "{when}");
        }
    }

    #[test]
    fn a_linked_profile_allows_too_and_a_ring_of_links_ends() {
        let mut evenings = mornings(29);
        evenings.segments[2] = (18 * 60, 19 * 60);
        let profiles = Profiles::from([(29, mornings(30)), (30, evenings)]);
        assert!(profile_allows(&profiles, 29, at("2026-11-23T18:30")));
        assert!(!profile_allows(&profiles, 29, at("2026-11-23T20:30")));
    }

    #[test]
    fn a_profile_that_was_never_sent_allows() {
        assert!(profile_allows(&Profiles::new(), 77, at("2026-11-23T03:00")));
    }

    #[test]
    fn a_task_runs_once_a_day_and_not_before_the_refresh() {
        let mut tasks = Tasks::default();
        tasks.add(task(8 * 60, Job::NormallyOpen));
        assert!(tasks.due(at("2026-11-23T08:00")).is_empty());
        tasks.refresh(at("2026-11-23T07:00"));
        assert!(tasks.due(at("2026-11-23T07:59")).is_empty());
        assert_eq!(tasks.due(at("2026-11-23T08:00")), [(1, Job::NormallyOpen)]);
        assert!(tasks.due(at("2026-11-23T08:01")).is_empty());
        assert_eq!(tasks.due(at("2026-11-24T09:00")), [(1, Job::NormallyOpen)]);
    }

    #[test]
    fn a_task_whose_hour_has_passed_at_the_refresh_waits_for_tomorrow() {
        let mut tasks = Tasks::default();
        tasks.add(task(8 * 60, Job::NormallyOpen));
        tasks.refresh(at("2026-11-23T08:01"));
        assert!(tasks.due(at("2026-11-23T12:00")).is_empty());
        assert_eq!(tasks.due(at("2026-11-24T08:00")).len(), 1);
    }

    #[test]
    fn tasks_of_one_moment_run_in_the_order_of_their_hours() {
        let mut tasks = Tasks::default();
        tasks.add(task(12 * 60, Job::Controlled));
        tasks.add(task(8 * 60, Job::NormallyOpen));
        tasks.refresh(at("2026-11-23T00:00"));
        let jobs: Vec<Job> = tasks.due(at("2026-11-23T13:00")).into_iter().map(|(_, job)| job).collect();
        assert_eq!(jobs, [Job::NormallyOpen, Job::Controlled]);
    }

    #[test]
    fn the_task_list_is_bounded() {
        let mut tasks = Tasks::default();
        let taken = (0..MAX_TASKS + 10).filter(|_| tasks.add(task(0, Job::Controlled))).count();
        assert_eq!(taken, MAX_TASKS);
    }
}
