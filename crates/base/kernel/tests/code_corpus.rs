//! The corpus of the fuzz target `code_text`, read by the ordinary tests too. The whole code was made by another program from the description:
//! gates must be able to read it for ever.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test that cannot go on stops")]

use std::fs;

use kernel::CodeClaims;

#[test]
fn every_file_of_the_corpus_is_read_as_its_name_says() {
    let mut read = 0;
    for file in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../fuzz/corpus/code_text")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(CodeClaims::parse(&text).is_ok(), name.starts_with("whole"), "{name}");
        read += 1;
    }
    assert!(read >= 7);
}

#[test]
fn a_code_made_by_hand_is_understood_and_written_the_same() {
    let text = include_str!("../../../../fuzz/corpus/code_text/whole");
    let (claims, signature) = CodeClaims::parse(text).unwrap();
    assert_eq!((claims.key, claims.from_s, claims.lasts_s), (1, 1_795_000_000, 30));
    assert_eq!((claims.school.as_bytes(), claims.person.as_bytes()), (&[1; 16], &[2; 16]));
    assert_eq!(claims.nonce, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert!(signature.iter().zip(0..).all(|(byte, place)| *byte == place));
    assert_eq!(claims.write(&signature), text);
}
