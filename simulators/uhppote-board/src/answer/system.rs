//! Calls about the board as a whole: who it is, its clock, its listener, its events.

use std::net::SocketAddrV4;

use jiff::civil::Date;

use crate::events::{Lookup, OVERWRITTEN};
use crate::file::Entry;
use crate::frames::{Reply, Request};
use crate::state::{Moment, State, put_event};

/// Day on which the firmware is said to have been released.
const RELEASED: Date = Date::constant(2018, 11, 5);

impl State {
    pub(super) fn get_controller(&self) -> Reply {
        let [a, b, c, _] = self.serial.to_le_bytes();
        let mut reply = self.reply(0x94);
        reply.put_address(8, self.set.address);
        reply.put_address(12, self.set.mask);
        reply.put_address(16, self.set.gateway);
        reply.put(20, &[0x00, 0x66, 0x19, c, b, a]);
        reply.put(26, &self.firmware.to_be_bytes());
        reply.put_date(28, RELEASED);
        reply
    }

    /// Keeps the address and answers nothing, as boards do. The sockets stay where they are.
    pub(super) fn set_address(&mut self, request: Request<'_>) -> Option<Reply> {
        if request.is_guarded(20) {
            self.set.address = request.address(8);
            self.set.mask = request.address(12);
            self.set.gateway = request.address(16);
            self.keep_settings();
        }
        None
    }

    pub(super) fn get_time(&self, when: Moment) -> Reply {
        let mut reply = self.reply(0x32);
        reply.put_date_time(8, when.local);
        reply
    }

    /// Sets the clock; an hour that does not exist gets no answer.
    pub(super) fn set_time(&mut self, request: Request<'_>) -> Option<Reply> {
        let wanted = request.date_time(8)?;
        self.set.clock_error_ms = self.clock.error_for(wanted);
        self.keep_settings();
        let mut reply = self.reply(0x30);
        reply.put_date_time(8, wanted);
        Some(reply)
    }

    /// Where events go. Address 0.0.0.0 with port 0 is "nowhere"; half of an address is refused.
    pub(super) fn set_listener(&mut self, request: Request<'_>, when: Moment) -> Reply {
        let (address, port) = (request.address(8), request.u16(12));
        let nowhere = address.is_unspecified() && port == 0;
        let accepted = nowhere || (!address.is_unspecified() && port != 0);
        if accepted {
            self.set.listener = (!nowhere).then(|| SocketAddrV4::new(address, port));
            self.set.auto_send_s = request.u8(14);
            self.auto_sent = when.instant;
            self.keep_settings();
        }
        self.done(0x90, accepted)
    }

    pub(super) fn get_listener(&self) -> Reply {
        let mut reply = self.reply(0x92);
        if let Some(listener) = self.set.listener {
            reply.put_address(8, *listener.ip());
            reply.put_u16(12, listener.port());
        }
        reply.put_u8(14, self.set.auto_send_s);
        reply
    }

    pub(super) fn set_record_special(&mut self, request: Request<'_>) -> Reply {
        self.set.record_special = request.flag(8);
        self.keep_settings();
        self.done(0x8E, true)
    }

    pub(super) fn set_host_control(&mut self, request: Request<'_>) -> Reply {
        let guarded = request.is_guarded(8);
        if guarded {
            self.set.host_control = request.flag(12);
            self.keep_settings();
        }
        self.done(0xA0, guarded)
    }

    /// An event by index. What never happened answers with index 0; what is overwritten repeats the index and has
    /// type 0xFF and nothing else.
    pub(super) fn get_event(&self, request: Request<'_>) -> Reply {
        let index = request.u32(8);
        let mut reply = self.reply(0xB0);
        match self.events.find(index) {
            Lookup::Nothing => {}
            Lookup::Overwritten => {
                reply.put_u32(8, index);
                reply.put_u8(12, OVERWRITTEN);
            }
            Lookup::Found(event) => put_event(&mut reply, event),
        }
        reply
    }

    /// Moves the host's bookmark; without the guard word there is no answer.
    pub(super) fn set_event_index(&mut self, request: Request<'_>) -> Option<Reply> {
        if !request.is_guarded(12) {
            return None;
        }
        let index = request.u32(8);
        let moved = self.events.set_bookmark(index);
        if moved {
            self.keep(|| Entry::Bookmark(index));
        }
        Some(self.done(0xB2, moved))
    }

    pub(super) fn get_event_index(&self) -> Reply {
        let mut reply = self.reply(0xB4);
        reply.put_u32(8, self.events.bookmark());
        reply
    }

    pub(super) fn restore(&mut self, request: Request<'_>) -> Reply {
        let guarded = request.is_guarded(8);
        if guarded {
            self.restore_defaults();
        }
        self.done(0xC8, guarded)
    }
}
