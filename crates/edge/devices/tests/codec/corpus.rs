//! The corpus of the fuzz target, kept beside it, goes through the parsers in every run of the tests.

use std::{fs, path::Path};

use super::{read_every_way, vectors::frame};

/// Frames that the corpus begins with: name and bytes.
const KNOWN: &[(&str, &str)] = &[
    ("get-controller", "1794000078372a18"),
    ("set-listener", "1790000078372a187f00000161ea00"),
    ("put-card", "1750000078372a18a07a9900202601012026123101001d016b1d00"),
    (
        "pushed-event",
        "1720000078372a180200000001000101a07a99002026112215460412000000000000000000154604070000000000000000000000261122",
    ),
    (
        "pushed-event-v6-62",
        "1920000078372a180200000001000101a07a99002026112215460405000000000000000000154604070000000000000000000000261122",
    ),
    ("pc-control", "17a0000078372a1855aaaa5501"),
    ("set-time", "1730000078372a1820261122154604"),
    ("time-profile", "1788000078372a181d202601012026123101010101010000083009451115134500000000"),
    ("task", "17a8000078372a182026010120261231010101010100000830030102"),
    ("event-overwritten", "17b0000078372a1801000000ff"),
    ("card-deleted", "175c000078372a18ffffffff"),
    ("controller", "1794000078372a18c0a80064ffffff00c0a8000100122334455608922018110500"),
    ("impossible-time", "1730000078372a182026133f994604"),
];

#[test]
fn the_corpus_is_read_or_refused_and_holds_the_known_frames() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fuzz/corpus/uhppote_codec");
    let corpus =
        fs::read_dir(&folder).unwrap().map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect::<Vec<_>>();
    for bytes in &corpus {
        read_every_way(bytes);
    }
    for (name, hex) in KNOWN {
        assert!(corpus.iter().any(|bytes| *bytes == frame(hex)), "the frame {name} is missing in {}", folder.display());
    }
}
