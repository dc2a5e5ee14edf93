//! Says what to do when the fonts, which come from a package registry, are not there yet.

use std::path::Path;

fn main() {
    // Asked when it runs: a folder of builds may serve more than one checkout.
    let home = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let fonts = Path::new(&home).join("../../../assets/fonts");
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
