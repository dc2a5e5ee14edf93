//! Any text taken for a QR pass: read or refused, and what was read is written the same.
#![no_main]

use kernel::{CodeClaims, is_code};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    if let Ok((claims, signature)) = CodeClaims::parse(&text) {
        assert!(is_code(&text));
        assert_eq!(claims.write(&signature), text.trim().to_ascii_uppercase());
        assert!(claims.from() <= claims.until());
    }
});
