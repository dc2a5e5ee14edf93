//! Calls about doors, readers and how they bind each other.

use crate::cards::MAX_PIN;
use crate::doors::{self, FIRST_CARD, Keypad, NORMALLY_OPEN};
use crate::frames::{Reply, Request};
use crate::passback;
use crate::schedule::FirstCard;
use crate::state::{Moment, State};

impl State {
    /// Opens a door; a door that does not exist gets no answer.
    pub(super) fn open_door(&mut self, request: Request<'_>, when: Moment) -> Option<Reply> {
        let door = request.u8(8);
        self.door(door)?;
        let opened = self.remote_open(door, when);
        Some(self.done(0x40, opened))
    }

    /// Sets mode and delay, and answers what is in force: an unknown mode leaves the mode as it was.
    pub(super) fn set_door(&mut self, request: Request<'_>) -> Option<Reply> {
        let (mode, delay_s) = (request.u8(9), request.u8(10));
        let door = self.door_mut(request.u8(8))?;
        if (NORMALLY_OPEN..=FIRST_CARD).contains(&mode) {
            door.set.mode = mode;
            door.now.task_mode = None;
        }
        door.set.delay_s = delay_s;
        self.keep_settings();
        self.door_reply(0x80, request.u8(8))
    }

    pub(super) fn get_door(&self, request: Request<'_>) -> Option<Reply> {
        self.door_reply(0x82, request.u8(8))
    }

    fn door_reply(&self, function: u8, number: u8) -> Option<Reply> {
        let door = self.door(number)?;
        let mut reply = self.reply(function);
        reply.put(8, &[number, door.set.mode, door.set.delay_s]);
        Some(reply)
    }

    pub(super) fn set_passback(&mut self, request: Request<'_>) -> Reply {
        let mode = request.u8(8);
        let known = mode <= passback::MAX_MODE;
        if known {
            self.set.passback_mode = mode;
            self.passback.clear();
            self.keep_settings();
        }
        self.done(0x84, known)
    }

    pub(super) fn get_passback(&self) -> Reply {
        let mut reply = self.reply(0x86);
        reply.put_u8(8, self.set.passback_mode);
        reply
    }

    pub(super) fn set_interlock(&mut self, request: Request<'_>) -> Reply {
        let mode = request.u8(8);
        let known = doors::is_interlock(mode);
        if known {
            self.set.interlock_mode = mode;
            self.keep_settings();
        }
        self.done(0xA2, known)
    }

    pub(super) fn set_keypads(&mut self, request: Request<'_>) -> Reply {
        for (place, door) in self.doors.iter_mut().enumerate() {
            door.set.keypad = if request.flag(8 + place) { Keypad::Both } else { Keypad::Off };
        }
        self.keep_settings();
        self.done(0xA4, true)
    }

    /// Four supervisor's codes of a door; a code of more than six digits counts as none.
    pub(super) fn set_passcodes(&mut self, request: Request<'_>) -> Reply {
        let codes = [12, 16, 20, 24].map(|at| request.u32(at)).map(|code| if code <= MAX_PIN { code } else { 0 });
        let door = self.door_mut(request.u8(8));
        let exists = door.is_some();
        if let Some(door) = door {
            door.set.passcodes = codes;
            self.keep_settings();
        }
        self.done(0x8C, exists)
    }

    /// The first-card rule of a door; it comes into force with the next refresh of the task list.
    pub(super) fn set_first_card(&mut self, request: Request<'_>) -> Reply {
        let rule = read_first_card(request);
        let is_set = match (self.door_mut(request.u8(8)), rule) {
            (Some(door), Some(rule)) => {
                door.set.next_first_card = Some(rule);
                true
            }
            _ => false,
        };
        if is_set {
            self.keep_settings();
        }
        self.done(0xAA, is_set)
    }
}

fn read_first_card(request: Request<'_>) -> Option<FirstCard> {
    let mode = |number| match number {
        0 => Some(doors::CONTROLLED),
        1 => Some(NORMALLY_OPEN),
        2 => Some(doors::NORMALLY_CLOSED),
        3 => Some(FIRST_CARD),
        _ => None,
    };
    Some(FirstCard {
        window: (request.minute_of_day(9)?, request.minute_of_day(12)?),
        active: mode(request.u8(11)).filter(|mode| *mode != FIRST_CARD)?,
        inactive: mode(request.u8(14))?,
        weekdays: request.weekdays(15),
    })
}
