//! Calls about time profiles and the task list.

use crate::frames::{Reply, Request};
use crate::schedule::{Job, Profile, Task};
use crate::state::{Moment, State};

/// Where the three segments of a profile begin.
const SEGMENTS: [usize; 3] = [24, 28, 32];

impl State {
    pub(super) fn set_profile(&mut self, request: Request<'_>) -> Reply {
        let id = request.u8(8);
        let profile = read_profile(request).filter(|_| (2..=254).contains(&id));
        let is_set = profile.is_some();
        if let Some(profile) = profile {
            self.set.profiles.insert(id, profile);
            self.keep_settings();
        }
        self.done(0x88, is_set)
    }

    /// A profile; id 0 in the answer is "there is none".
    pub(super) fn get_profile(&self, request: Request<'_>) -> Reply {
        let id = request.u8(8);
        let mut reply = self.reply(0x98);
        if let Some(profile) = self.set.profiles.get(&id) {
            reply.put_u8(8, id);
            reply.put_date(9, profile.from);
            reply.put_date(13, profile.to);
            reply.put_flags(17, &profile.weekdays);
            for (at, (start, end)) in SEGMENTS.into_iter().zip(profile.segments) {
                reply.put_minute_of_day(at, start);
                reply.put_minute_of_day(at + 2, end);
            }
            reply.put_u8(36, profile.linked);
        }
        reply
    }

    pub(super) fn clear_profiles(&mut self, request: Request<'_>) -> Reply {
        let guarded = request.is_guarded(8);
        if guarded {
            self.set.profiles.clear();
            self.keep_settings();
        }
        self.done(0x8A, guarded)
    }

    pub(super) fn add_task(&mut self, request: Request<'_>) -> Reply {
        let task = read_task(request).filter(|task| self.door(task.door).is_some());
        let added = task.is_some_and(|task| self.set.tasks.add(task));
        if added {
            self.keep_settings();
        }
        self.done(0xA8, added)
    }

    /// Brings added tasks and first-card rules into force.
    pub(super) fn refresh_tasks(&mut self, request: Request<'_>, when: Moment) -> Reply {
        let guarded = request.is_guarded(8);
        if guarded {
            self.set.tasks.refresh(when.local);
            for door in &mut self.doors {
                if let Some(rule) = door.set.next_first_card.take() {
                    door.set.first_card = Some(rule);
                }
            }
            self.keep_settings();
        }
        self.done(0xAC, guarded)
    }

    pub(super) fn clear_tasks(&mut self, request: Request<'_>) -> Reply {
        let guarded = request.is_guarded(8);
        if guarded {
            self.set.tasks.clear();
            self.keep_settings();
        }
        self.done(0xA6, guarded)
    }
}

fn read_profile(request: Request<'_>) -> Option<Profile> {
    let mut segments = [(0, 0); 3];
    for (segment, at) in segments.iter_mut().zip(SEGMENTS) {
        *segment = (request.minute_of_day(at)?, request.minute_of_day(at + 2)?);
    }
    Some(Profile {
        from: request.date(9)?,
        to: request.date(13)?,
        weekdays: request.weekdays(17),
        segments,
        linked: request.u8(36),
    })
}

fn read_task(request: Request<'_>) -> Option<Task> {
    Some(Task {
        from: request.date(8)?,
        to: request.date(12)?,
        weekdays: request.weekdays(16),
        start: request.minute_of_day(23)?,
        door: request.u8(25),
        job: Job::from_wire(request.u8(26))?,
        more_cards: request.u8(27),
        done: None,
    })
}
