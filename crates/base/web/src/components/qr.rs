//! A QR code, drawn into the page.

use std::fmt::Write as _;

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

/// Modules of light around a code: readers want them.
const QUIET: usize = 4;

/// A text as a QR code, dark on light in every theme, with the least correction: a screen has no scratches, and larger modules are read from
/// further away. A text that no QR code holds (2,953 bytes) gives nothing.
pub fn qr_code(text: &str, label: &str) -> Markup {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::L) else { return Markup::default() };
    let width = code.width();
    let side = width + 2 * QUIET;
    let path = dark_rows(&code.to_colors(), width);
    html! {
        svg .qr-code role="img" aria-label=(label) viewBox={ "0 0 " (side) " " (side) } shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#ffffff" {}
            path d=(path) fill="#000000" {}
        }
    }
}

/// Dark modules as a path: one rectangle for each row of neighbours.
fn dark_rows(colors: &[Color], width: usize) -> String {
    let mut path = String::new();
    for (y, row) in colors.chunks(width.max(1)).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                let length = run.len();
                // Writing to a text cannot fail.
                let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
            }
            x += run.len();
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_with_its_quiet_zone_and_its_name() {
        let drawn = qr_code("HELLO", "Код <b>").into_string();
        assert!(drawn.contains("viewBox=\"0 0 29 29\"") && drawn.contains("Код &lt;b&gt;"), "{drawn}");
        // The finder in the upper left corner begins with seven dark modules.
        assert!(drawn.contains("d=\"M4 4h7v1h-7z"), "{drawn}");
        assert!(qr_code(&"x".repeat(3_000), "").into_string().is_empty());
    }

    /// A QR pass has 184 letters of the alphanumeric mode: version 6 holds them, 41 modules wide.
    #[test]
    fn a_pass_fits_version_6() {
        assert!(qr_code(&"KZ7Q".repeat(46), "").into_string().contains("viewBox=\"0 0 49 49\""));
    }

    #[test]
    fn every_dark_module_is_in_the_path_once() {
        let code = QrCode::with_error_correction_level("Рұқсаттама 1", EcLevel::L).unwrap();
        let (colors, width) = (code.to_colors(), code.width());
        let mut drawn = vec![Color::Light; colors.len()];
        for rect in dark_rows(&colors, width).split('M').skip(1) {
            let numbers: Vec<usize> =
                rect.split(|sign: char| !sign.is_ascii_digit()).filter_map(|text| text.parse().ok()).collect();
            let (x, y, length) = (numbers[0] - QUIET, numbers[1] - QUIET, numbers[2]);
            for module in &mut drawn[y * width + x..][..length] {
                assert_eq!(*module, Color::Light);
                *module = Color::Dark;
            }
        }
        assert_eq!(drawn, colors);
    }
}
