//! Badges: cards with portrait, name, class and a code.

use krilla::{Document, image::Image, metadata::Metadata, page::PageSettings};
use qrcode::{Color, EcLevel, QrCode};

use crate::{
    PaperError,
    canvas::{Area, Canvas, Style},
    fonts::{Fonts, Weight},
};

/// A millimetre in points.
const MM: f32 = 72.0 / 25.4;
/// ISO/IEC 7810 ID-1.
const CARD: (f32, f32) = (85.6 * MM, 53.98 * MM);
const A4: (f32, f32) = (210.0 * MM, 297.0 * MM);
const COLUMNS: usize = 2;
const ROWS: usize = 5;
const BAND: f32 = 10.5 * MM;
const EDGE: f32 = 4.0 * MM;
/// How far cards stand apart on a sheet.
const GAP: f32 = 4.0 * MM;
const PORTRAIT: (f32, f32) = (24.0 * MM, 32.0 * MM);
const CODE: f32 = 17.0 * MM;
/// Empty modules around a code, which readers need (ISO/IEC 18004).
const QUIET: usize = 4;
const WHITE: Colour = Colour { red: 255, green: 255, blue: 255 };
const INK: Colour = Colour { red: 20, green: 24, blue: 32 };
const GREY: Colour = Colour { red: 90, green: 98, blue: 110 };
const BLACK: Colour = Colour { red: 0, green: 0, blue: 0 };
const FAINT: Colour = Colour { red: 214, green: 219, blue: 226 };

/// A colour of a screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Colour {
    /// Of 255.
    pub red: u8,
    /// Of 255.
    pub green: u8,
    /// Of 255.
    pub blue: u8,
}

impl Colour {
    /// `#1a5fb4`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Self { red: part(0)?, green: part(2)?, blue: part(4)? })
    }

    /// Black or white, whichever is read more easily on this ground: the contrast is at least 4.5 (WCAG AA) on any.
    pub fn ink_on(self) -> Self {
        if self.contrast(BLACK) > self.contrast(WHITE) { BLACK } else { WHITE }
    }

    /// WCAG's contrast with another colour, from 1 to 21.
    pub fn contrast(self, other: Self) -> f32 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// WCAG's relative luminance, from 0 to 1.
    fn luminance(self) -> f32 {
        let part = |value: u8| {
            let share = f32::from(value) / 255.0;
            if share <= 0.03928 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(self.red) + 0.7152 * part(self.green) + 0.0722 * part(self.blue)
    }
}

/// On what badges are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Paper {
    /// A card printer: each page is a card.
    Cards,
    /// Sheets of A4 with ten cards and marks to cut along.
    #[default]
    Sheets,
}

/// A badge.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Badge {
    /// The family name.
    pub family: String,
    /// The other names.
    pub given: String,
    /// The class, or what the person works as.
    pub caption: String,
    /// The portrait: a JPEG file. Without one the first letters of the names stand in its place.
    pub portrait: Option<Vec<u8>>,
    /// What the code says; none: no code.
    pub code: Option<String>,
}

impl Badge {
    /// The first letters of the family name and of the given name.
    fn initials(&self) -> String {
        let first = |name: &str| name.chars().find(|letter| letter.is_alphabetic());
        let letters = [first(&self.family), first(&self.given)];
        letters.into_iter().flatten().flat_map(char::to_uppercase).collect()
    }
}

/// Badges of one school.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Badges {
    /// The language of the school's name: `kk`, `ru`.
    pub lang: String,
    /// The school's name, on each card; two lines: in two languages.
    pub school: String,
    /// The colour of the band.
    pub colour: Colour,
    /// On what they are printed.
    pub paper: Paper,
    /// The badges.
    pub badges: Vec<Badge>,
}

impl Badges {
    /// The badges as a PDF file; one empty page when there are none.
    ///
    /// # Errors
    /// [`PaperError`]. A portrait that is no picture is left out, not an error.
    pub fn pdf(&self) -> Result<Vec<u8>, PaperError> {
        let fonts = Fonts::get()?;
        let mut document = Document::new();
        document.set_metadata(Metadata::new().title(self.school.replace('\n', " · ")).language(self.lang.clone()));
        let (size, places) = match self.paper {
            Paper::Cards => (CARD, vec![(0.0, 0.0)]),
            Paper::Sheets => (A4, places()),
        };
        let none: &[Badge] = &[];
        let sheets = if self.badges.is_empty() { vec![none] } else { self.badges.chunks(places.len()).collect() };
        for sheet in sheets {
            let settings = PageSettings::from_wh(size.0, size.1).ok_or_else(|| PaperError::Pdf("size".into()))?;
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            let mut canvas = Canvas { surface: &mut surface, fonts };
            for (badge, place) in sheet.iter().zip(&places) {
                if self.paper == Paper::Sheets {
                    marks(&mut canvas, *place);
                }
                self.draw(&mut canvas, *place, badge)?;
            }
            surface.finish();
            page.finish();
        }
        document.finish().map_err(|error| PaperError::Pdf(format!("{error:?}")))
    }

    fn draw(&self, canvas: &mut Canvas<'_, '_>, (x, y): (f32, f32), badge: &Badge) -> Result<(), PaperError> {
        let style = |weight, size_pt, colour| Style { weight, size_pt, colour };
        canvas.rect(Area { x, y, width: CARD.0, height: BAND }, self.colour);
        let head = style(Weight::Bold, 8.5, self.colour.ink_on());
        let (bold, width) = (canvas.fonts.of(Weight::Bold), CARD.0 - 2.0 * EDGE);
        let lines: Vec<String> = if self.school.contains('\n') {
            self.school.lines().take(2).map(|line| bold.cut(line, head.size_pt, width)).collect()
        } else {
            bold.wrap(&self.school, head.size_pt, width, 2)
        };
        let top = y + (BAND - lines.len() as f32 * head.size_pt * 1.15) / 2.0;
        for (number, line) in lines.iter().enumerate() {
            canvas.text(x + EDGE, top + head.size_pt + number as f32 * head.size_pt * 1.15 - 1.0, head, line);
        }
        let portrait = Area { x: x + EDGE, y: y + BAND + 4.5 * MM, width: PORTRAIT.0, height: PORTRAIT.1 };
        canvas.rect(portrait, FAINT);
        match badge.portrait.clone().and_then(|bytes| Image::from_jpeg(bytes.into(), true).ok()) {
            Some(image) => canvas.picture(portrait, image),
            None => {
                let (letters, style) = (badge.initials(), style(Weight::Bold, 28.0, GREY));
                let left = portrait.x + (portrait.width - canvas.width(style, &letters)) / 2.0;
                canvas.text(left, portrait.y + portrait.height / 2.0 + style.size_pt * 0.36, style, &letters);
            }
        }
        let left = portrait.x + portrait.width + 4.0 * MM;
        let width = x + CARD.0 - EDGE - left;
        let mut baseline = y + BAND + 4.5 * MM;
        for (text, style, most) in [
            (&badge.family, style(Weight::Bold, 12.0, INK), 2),
            (&badge.given, style(Weight::Regular, 9.5, INK), 2),
            (&badge.caption, style(Weight::Bold, 10.5, GREY), 2),
        ] {
            // The code stands beside the last lines.
            let room =
                if baseline > y + CARD.1 - EDGE - CODE - style.size_pt { width - CODE - 2.0 * MM } else { width };
            for line in canvas.fonts.of(style.weight).wrap(text, style.size_pt, room, most) {
                baseline += style.size_pt * 1.15;
                canvas.text(left, baseline, style, &line);
            }
            baseline += 1.5 * MM;
        }
        if let Some(text) = &badge.code {
            let area = Area { x: x + CARD.0 - EDGE - CODE, y: y + CARD.1 - EDGE - CODE, width: CODE, height: CODE };
            code(canvas, area, text)?;
        }
        Ok(())
    }
}

/// The upper left corners of the cards of a sheet.
fn places() -> Vec<(f32, f32)> {
    let step = (CARD.0 + GAP, CARD.1 + GAP);
    let left = (A4.0 - COLUMNS as f32 * step.0 + GAP) / 2.0;
    let top = (A4.1 - ROWS as f32 * step.1 + GAP) / 2.0;
    (0..ROWS)
        .flat_map(|row| (0..COLUMNS).map(move |column| (left + column as f32 * step.0, top + row as f32 * step.1)))
        .collect()
}

/// Marks outside of the corners.
fn marks(canvas: &mut Canvas<'_, '_>, (x, y): (f32, f32)) {
    let (near, far) = (0.4 * MM, 1.8 * MM);
    for (corner_x, out_x) in [(x, -1.0), (x + CARD.0, 1.0)] {
        for (corner_y, out_y) in [(y, -1.0), (y + CARD.1, 1.0)] {
            canvas.line((corner_x + out_x * near, corner_y), (corner_x + out_x * far, corner_y), 0.3, GREY);
            canvas.line((corner_x, corner_y + out_y * near), (corner_x, corner_y + out_y * far), 0.3, GREY);
        }
    }
}

fn code(canvas: &mut Canvas<'_, '_>, area: Area, text: &str) -> Result<(), PaperError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| PaperError::Code)?;
    let width = code.width();
    let module = area.width / (width + 2 * QUIET) as f32;
    canvas.rect(area, WHITE);
    let colours = code.to_colors();
    for (row, modules) in colours.chunks(width).enumerate() {
        let mut column = 0;
        // Neighbours are drawn as one, so that no hair line shows between them.
        while let Some(from) =
            modules.iter().skip(column).position(|colour| *colour == Color::Dark).map(|at| column + at)
        {
            let count = modules.iter().skip(from).take_while(|colour| **colour == Color::Dark).count();
            canvas.rect(
                Area {
                    x: area.x + (QUIET + from) as f32 * module,
                    y: area.y + (QUIET + row) as f32 * module,
                    width: count as f32 * module,
                    height: module,
                },
                INK,
            );
            column = from + count;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn text_on_the_band_is_read_on_any_colour(red in any::<u8>(), green in any::<u8>(), blue in any::<u8>()) {
            let ground = Colour { red, green, blue };
            let contrast = ground.contrast(ground.ink_on());
            prop_assert!(contrast >= 4.5, "{:?}: {}", ground, contrast);
        }
    }

    #[test]
    fn initials_are_the_first_letters_of_both_names() {
        let badge =
            |family: &str, given: &str| Badge { family: family.into(), given: given.into(), ..Badge::default() };
        assert_eq!(badge("Құдайбергенова", "үміт Һәкімқызы").initials(), "ҚҮ");
        assert_eq!(badge("Ли", "").initials(), "Л");
        assert_eq!(badge("", "").initials(), "");
    }
}
