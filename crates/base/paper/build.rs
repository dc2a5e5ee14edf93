//! Says what to do when the fonts, which come from a package registry, are not there yet.

use std::path::Path;

fn main() {
    let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../assets/fonts");
    for name in ["DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"] {
        let font = fonts.join(name);
        println!("cargo::rerun-if-changed={}", font.display());
        if !font.is_file() {
            println!(
                "cargo::error=The fonts of printed pages are missing: assets/fonts/{name}. Run scripts/assets first."
            );
        }
    }
}
