//! Requests and their answers, one function for each call of the protocol.
//!
//! Silence is an answer too: another board's serial, an unknown function, a "set address", a set-up call whose
//! guard word is wrong where no refusal exists on the wire.

mod cards;
mod doors;
mod schedule;
mod system;

use crate::frames::{Reply, Request};
use crate::state::{Moment, STATUS, State};

/// Discovery, the only call that may be addressed to everybody.
const GET_CONTROLLER: u8 = 0x94;

impl State {
    /// Answers a request, or keeps silent.
    pub(crate) fn answer(&mut self, request: Request<'_>) -> Option<Reply> {
        let when = self.moment();
        let to_everybody = request.function() == GET_CONTROLLER && request.serial() == 0;
        if request.serial() != self.serial && !to_everybody {
            return None;
        }
        if !to_everybody {
            self.heard = Some(when.instant);
        }
        *self.requests.entry(request.function()).or_default() += 1;
        self.call(request, when)
    }

    fn call(&mut self, request: Request<'_>, when: Moment) -> Option<Reply> {
        match request.function() {
            STATUS => Some(self.status(when, self.events.newest())),
            0x30 => self.set_time(request),
            0x32 => Some(self.get_time(when)),
            0x40 => self.open_door(request, when),
            0x50 => Some(self.put_card(request)),
            0x52 => Some(self.delete_card(request)),
            0x54 => Some(self.delete_all_cards(request)),
            0x58 => Some(self.count_cards()),
            0x5A => Some(self.get_card(request)),
            0x5C => Some(self.get_card_by_index(request)),
            0x80 => self.set_door(request),
            0x82 => self.get_door(request),
            0x84 => Some(self.set_passback(request)),
            0x86 => Some(self.get_passback()),
            0x88 => Some(self.set_profile(request)),
            0x8A => Some(self.clear_profiles(request)),
            0x8C => Some(self.set_passcodes(request)),
            0x8E => Some(self.set_record_special(request)),
            0x90 => Some(self.set_listener(request, when)),
            0x92 => Some(self.get_listener()),
            GET_CONTROLLER => Some(self.get_controller()),
            0x96 => self.set_address(request),
            0x98 => Some(self.get_profile(request)),
            0xA0 => Some(self.set_host_control(request)),
            0xA2 => Some(self.set_interlock(request)),
            0xA4 => Some(self.set_keypads(request)),
            0xA6 => Some(self.clear_tasks(request)),
            0xA8 => Some(self.add_task(request)),
            0xAA => Some(self.set_first_card(request)),
            0xAC => Some(self.refresh_tasks(request, when)),
            0xB0 => Some(self.get_event(request)),
            0xB2 => self.set_event_index(request),
            0xB4 => Some(self.get_event_index()),
            0xC8 => Some(self.restore(request)),
            _ => None,
        }
    }

    /// An answer that is still empty.
    fn reply(&self, function: u8) -> Reply {
        Reply::new(function, self.serial)
    }

    /// An answer that says "done" or "refused".
    fn done(&self, function: u8, is_done: bool) -> Reply {
        let mut reply = self.reply(function);
        reply.put_flag(8, is_done);
        reply
    }
}
