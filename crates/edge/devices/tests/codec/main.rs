//! The codec of UHPPOTE frames: known bytes, round trips, and bytes that are none.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking, as tests do")]

mod corpus;
mod samples;
mod vectors;

use devices::uhppote::codec::{
    Addressed, FRAME_LEN, FrameError, Function, Header, MAGIC, Reply, Request, START, Status,
};
use proptest::prelude::*;
use samples::{any_reply, any_request, any_status};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn a_request_is_read_as_it_was_made(serial: u32, request in any_request()) {
        let frame = request.frame(serial);
        prop_assert_eq!(Request::parse(&frame), Ok(Addressed { serial, body: request }));
        prop_assert_eq!(Header::parse(&frame), Ok(Header { function: request.function(), serial }));
    }

    #[test]
    fn a_reply_is_read_as_it_was_made(serial: u32, reply in any_reply()) {
        let frame = reply.frame(serial);
        prop_assert_eq!(Reply::parse(&frame), Ok(Addressed { serial, body: reply }));
        prop_assert_eq!(Reply::parse_expected(&frame, serial, reply.function()), Ok(reply));
    }

    #[test]
    fn a_pushed_event_is_read_whichever_firmware_sends_it(serial: u32, status in any_status(), is_v6_62: bool) {
        let mut frame = Reply::Status(status).frame(serial);
        if is_v6_62 {
            frame[0] = 0x19;
        }
        prop_assert_eq!(Status::parse_pushed(&frame), Ok(Addressed { serial, body: status }));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        read_every_way(&bytes);
    }

    #[test]
    fn any_frame_is_read_or_refused_and_what_was_read_is_made_again(
        mut frame in prop::array::uniform32(any::<u8>()).prop_flat_map(|low| (Just(low), prop::array::uniform32(any::<u8>()))),
        function in prop::sample::select(Function::ALL),
        is_guarded: bool,
    ) {
        frame.0[0] = START;
        frame.0[1] = function.code();
        if is_guarded {
            frame.0[8..12].copy_from_slice(&MAGIC.to_le_bytes());
        }
        let bytes = [frame.0, frame.1].concat();
        read_every_way(&bytes);
    }

    #[test]
    fn frames_of_another_length_or_start_are_refused(request in any_request(), cut in 0_usize..FRAME_LEN, longer in 1_usize..100, start: u8) {
        let frame = request.frame(1);
        prop_assert_eq!(Request::parse(&frame[..cut]), Err(FrameError::Length(cut)));
        let long = [frame.as_slice(), &vec![0; longer]].concat();
        prop_assert_eq!(Request::parse(&long), Err(FrameError::Length(FRAME_LEN + longer)));

        let mut other = frame;
        other[0] = start;
        let is_known = start == START || (start == 0x19 && request.function() == Function::GetStatus);
        prop_assert_eq!(Request::parse(&other).err(), (!is_known).then_some(FrameError::Start(start)));
    }

    #[test]
    fn a_reply_of_another_board_or_to_another_function_is_told_from_the_one_waited_for(
        reply in any_reply(), serial: u32, other: u32, function in prop::sample::select(Function::ALL),
    ) {
        let frame = reply.frame(serial);
        if other != serial {
            let refused = Err(FrameError::OtherSerial { got: serial, expected: other });
            prop_assert_eq!(Reply::parse_expected(&frame, other, reply.function()), refused);
        }
        if function != reply.function() {
            let refused = Err(FrameError::OtherFunction { got: reply.function(), expected: function });
            prop_assert_eq!(Reply::parse_expected(&frame, serial, function), refused);
        }
    }
}

/// Reads bytes in every way there is; what is read once is read again from the frame made of it.
fn read_every_way(bytes: &[u8]) {
    let _ = Header::parse(bytes);
    if let Ok(Addressed { serial, body }) = Request::parse(bytes) {
        assert_eq!(Request::parse(&body.frame(serial)), Ok(Addressed { serial, body }));
    }
    if let Ok(Addressed { serial, body }) = Reply::parse(bytes) {
        assert_eq!(Reply::parse(&body.frame(serial)), Ok(Addressed { serial, body }));
    }
    if let Ok(Addressed { serial, body }) = Status::parse_pushed(bytes) {
        assert_eq!(Status::parse_pushed(&Reply::Status(body).frame(serial)), Ok(Addressed { serial, body }));
    }
}

#[test]
fn functions_are_found_by_their_codes_and_no_others_are() {
    let known = (0..=u8::MAX).filter_map(Function::parse).collect::<Vec<_>>();
    assert_eq!(known.len(), Function::ALL.len());
    assert!(known.iter().all(|function| Function::parse(function.code()) == Some(*function)));
}

#[test]
fn a_guarded_request_without_the_magic_word_is_refused() {
    let guarded = [
        (Request::DeleteAllCards, 8),
        (Request::ClearTimeProfiles, 8),
        (Request::ClearTasks, 8),
        (Request::RefreshTasks, 8),
        (Request::RestoreDefaults, 8),
        (Request::SetPcControl(true), 8),
        (Request::SetEventIndex(7), 12),
        (Request::SetIp { ip: [10, 0, 0, 2].into(), mask: [255, 0, 0, 0].into(), gateway: [10, 0, 0, 1].into() }, 20),
    ];
    for (request, at) in guarded {
        let mut frame = request.frame(1);
        assert_eq!(frame[at..at + 4], MAGIC.to_le_bytes(), "{request:?}");
        frame[at] ^= 1;
        assert_eq!(Request::parse(&frame), Err(FrameError::Magic), "{request:?}");
    }
}

#[test]
fn nothing_is_ever_answered_to_a_new_address() {
    let mut frame = Request::GetController.frame(1);
    frame[1] = Function::SetIp.code();
    assert_eq!(Reply::parse(&frame), Err(FrameError::NoReply(Function::SetIp)));
}
