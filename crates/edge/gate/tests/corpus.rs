//! The corpus of the fuzz target, read by the ordinary tests too. The whole segment was made by hand from the description of the layout:
//! a gate must be able to read it for ever.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod support;

use std::fs;

use gate::spool::{Entry, Found, SpoolReader, write_frame};
use kernel::GateBody;
use support::id;

#[test]
fn every_file_of_the_corpus_is_read_as_its_name_says() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../fuzz/corpus/spool_reader");
    let mut read = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = fs::read(&path).unwrap();
        let found: Vec<Found> = SpoolReader::new(&bytes).collect();
        let is_damaged = found.iter().any(|found| matches!(found, Found::Damaged(_)));
        let is_torn = found.iter().any(|found| matches!(found, Found::Torn(_)));
        assert_eq!(is_damaged, name.starts_with("damaged-"), "{name}");
        assert_eq!(is_torn, name.starts_with("torn-"), "{name}");
        read += 1;
    }
    assert!(read >= 7);
}

#[test]
fn a_segment_made_by_hand_is_understood_and_written_the_same() {
    let bytes = include_bytes!("../../../../fuzz/corpus/spool_reader/whole-segment");
    let entries: Vec<Entry> = SpoolReader::new(bytes)
        .map(|found| if let Found::Entry(entry, _) = found { entry } else { unreachable!("no damage in it") })
        .collect();
    let mut written = Vec::new();
    for entry in &entries {
        write_frame(entry, &mut written).unwrap();
    }
    assert_eq!(written, bytes);
    assert_eq!(entries.len(), 5);
    let Entry::Checkpoint(checkpoint) = &entries[0] else { unreachable!("a segment begins with a checkpoint") };
    assert_eq!((checkpoint.seq, checkpoint.cursor.command), (6, Some(3)));
    let Entry::Record(record, cursor) = &entries[2] else { unreachable!("the pass") };
    assert_eq!((record.seq, cursor.handled.as_slice()), (7, [(id(1), 42)].as_slice()));
    let GateBody::Pass(pass) = &record.body else { unreachable!("the pass") };
    assert_eq!((pass.person, pass.board_event), (Some(id(2)), Some((id(1), 42))));
}
