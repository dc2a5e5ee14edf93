//! Any bytes taken for a frame of a UHPPOTE board: read or refused, and what was read is read again from the frame made of it.
#![no_main]

use devices::uhppote::codec::{Addressed, Header, Reply, Request, Status};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Header::parse(bytes);
    if let Ok(Addressed { serial, body }) = Request::parse(bytes) {
        assert_eq!(Request::parse(&body.frame(serial)), Ok(Addressed { serial, body }));
    }
    if let Ok(Addressed { serial, body }) = Reply::parse(bytes) {
        assert_eq!(Reply::parse(&body.frame(serial)), Ok(Addressed { serial, body }));
        assert_eq!(Reply::parse_expected(bytes, serial, body.function()), Ok(body));
    }
    if let Ok(Addressed { serial, body }) = Status::parse_pushed(bytes) {
        assert_eq!(Status::parse_pushed(&Reply::Status(body).frame(serial)), Ok(Addressed { serial, body }));
    }
});
