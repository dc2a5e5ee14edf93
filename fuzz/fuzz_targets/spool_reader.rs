//! Any bytes taken for a segment of a gate's spool: read to the end, without a gap, and what was read is written back the same.
#![no_main]

use gate::spool::{Found, SpoolReader, write_frame};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut at = 0;
    for found in SpoolReader::new(bytes) {
        match found {
            Found::Entry(entry, end) => {
                assert!(end > at);
                at = end;
                let mut frame = Vec::new();
                if write_frame(&entry, &mut frame).is_ok() {
                    let length = frame.len();
                    assert_eq!(SpoolReader::new(&frame).next(), Some(Found::Entry(entry, length)));
                }
            }
            Found::Damaged(span) | Found::Torn(span) => {
                assert_eq!(span.start, at);
                assert!(span.end > at);
                at = span.end;
            }
        }
    }
    assert_eq!(at, bytes.len());
});
