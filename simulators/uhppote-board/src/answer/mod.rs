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

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use proptest::prelude::*;

    use super::*;
    use crate::config::BoardConfig;
    use crate::decide::Swipe;
    use crate::frames::{LENGTH, START};

    const SERIAL: u32 = 405_419_896;

    /// Body bytes that often make dates, door numbers and guard words.
    fn body() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![2 => any::<u8>(), 3 => 0u8..5, 1 => Just(0x20), 1 => Just(0x26), 1 => Just(0x12)];
        let guarded = prop::collection::vec(byte, LENGTH - 8)
            .prop_flat_map(|body| (Just(body), prop::option::of(prop::sample::select(vec![0usize, 4, 12]))));
        guarded.prop_map(|(mut body, guard)| {
            if let Some(at) = guard {
                body[at..at + 4].copy_from_slice(&crate::frames::MAGIC.to_le_bytes());
            }
            body
        })
    }

    proptest! {
        #[test]
        fn any_request_is_answered_in_kind_or_not_at_all_and_the_limits_hold(
            steps in prop::collection::vec((any::<u8>(), body()), 1..120),
        ) {
            let config = BoardConfig { capacity: 8, events: 16, ..BoardConfig::default() };
            let mut state = State::new(&config, Ipv4Addr::LOCALHOST);
            for (step, (function, body)) in steps.into_iter().enumerate() {
                // Functions of the protocol are even; odd bytes stand for life at the doors.
                if function % 2 == 1 {
                    let (card, door) = (u32::from(body[0]), body[1]);
                    state.swipe(Swipe { card, door, is_in: step % 2 == 0, pin: Some(u32::from(body[2])) });
                    state.sensor(door, body[3] % 2 == 0);
                    state.tick();
                } else {
                    let head = [&[START, function, 0, 0][..], &SERIAL.to_le_bytes()].concat();
                    let frame = [head, body].concat();
                    let reply = state.answer(Request::parse(&frame).unwrap()).map(Reply::into_bytes);
                    prop_assert!(reply.is_none_or(|reply| reply[..8] == frame[..8]));
                }
                prop_assert!(state.cards.len() <= 8);
                prop_assert!(state.events.iter().count() <= 16);
                prop_assert!((1..=4).all(|door| (1..=4).contains(&state.door(door).unwrap().mode())));
                let openings = std::mem::take(&mut state.effects).openings;
                prop_assert!(openings.iter().all(|opening| (1..=4).contains(&opening.door)));
            }
        }
    }
}
