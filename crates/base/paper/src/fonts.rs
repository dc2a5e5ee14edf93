//! The embedded fonts: what a text is made of, how wide it is, where it breaks.

use std::sync::OnceLock;

use krilla::text::{Font, GlyphId, KrillaGlyph};
use ttf_parser::Face;

use crate::PaperError;

static REGULAR: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/fonts/DejaVuSansCondensed.ttf"));
static BOLD: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../assets/fonts/DejaVuSansCondensed-Bold.ttf"));

const CUT: char = '…';
const UNKNOWN: char = '?';

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// A font, ready to measure and to draw.
pub(crate) struct Type {
    pub(crate) font: Font,
    face: Face<'static>,
    units: f32,
}

/// Both fonts, read once.
pub(crate) struct Fonts {
    regular: Type,
    bold: Type,
}

impl Fonts {
    /// # Errors
    /// [`PaperError::Font`].
    pub(crate) fn get() -> Result<&'static Self, PaperError> {
        static FONTS: OnceLock<Option<Fonts>> = OnceLock::new();
        let read = || Some(Self { regular: Type::read(REGULAR)?, bold: Type::read(BOLD)? });
        FONTS.get_or_init(read).as_ref().ok_or(PaperError::Font)
    }

    pub(crate) fn of(&self, weight: Weight) -> &Type {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }
}

impl Type {
    fn read(bytes: &'static [u8]) -> Option<Self> {
        let face = Face::parse(bytes, 0).ok()?;
        let font = Font::new(bytes.into(), 0)?;
        Some(Self { font, units: f32::from(face.units_per_em()), face })
    }

    /// The glyph of a letter, and how far it moves the pen, as a share of the size.
    fn glyph(&self, letter: char) -> (u16, f32) {
        let known = self.face.glyph_index(letter).or_else(|| self.face.glyph_index(UNKNOWN)).unwrap_or_default();
        let advance = self.face.glyph_hor_advance(known).unwrap_or_default();
        (known.0, f32::from(advance) / self.units)
    }

    /// The glyphs of a text in one line.
    pub(crate) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        text.char_indices()
            .map(|(at, letter)| {
                let (id, advance) = self.glyph(letter);
                let range = at..at + letter.len_utf8();
                KrillaGlyph::new(GlyphId::new(u32::from(id)), advance, 0.0, 0.0, 0.0, range, None)
            })
            .collect()
    }

    /// How wide a text is at this size, in points.
    pub(crate) fn width(&self, text: &str, size_pt: f32) -> f32 {
        text.chars().map(|letter| self.glyph(letter).1).sum::<f32>() * size_pt
    }

    /// How many letters of the text fit.
    fn fitting(&self, text: &str, size_pt: f32, width_pt: f32) -> usize {
        let mut used = 0.0;
        text.chars()
            .take_while(|letter| {
                used += self.glyph(*letter).1 * size_pt;
                used <= width_pt
            })
            .count()
    }

    /// The text in one line, cut with an ellipsis where it would be too wide.
    pub(crate) fn cut(&self, text: &str, size_pt: f32, width_pt: f32) -> String {
        if self.width(text, size_pt) <= width_pt {
            return text.to_owned();
        }
        let room = width_pt - self.width(&CUT.to_string(), size_pt);
        let kept: String = text.chars().take(self.fitting(text, size_pt, room)).collect();
        format!("{}{CUT}", kept.trim_end())
    }

    /// The text in lines: broken between words, within one where it is wider than the place; at most so many lines, the last one cut.
    pub(crate) fn wrap(&self, text: &str, size_pt: f32, width_pt: f32, most: usize) -> Vec<String> {
        let mut lines = Vec::new();
        for part in text.split('\n') {
            self.wrap_part(part, size_pt, width_pt, &mut lines);
        }
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                *last = self.cut(&format!("{last}{CUT}"), size_pt, width_pt);
                if !last.ends_with(CUT) {
                    last.push(CUT);
                }
            }
        }
        lines
    }

    fn wrap_part(&self, part: &str, size_pt: f32, width_pt: f32, lines: &mut Vec<String>) {
        let mut line = String::new();
        for word in part.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&longer, size_pt) <= width_pt {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            let mut rest = word;
            while self.width(rest, size_pt) > width_pt {
                // At least one letter a line, however narrow the place.
                let count = self.fitting(rest, size_pt, width_pt).max(1);
                let at = rest.char_indices().nth(count).map_or(rest.len(), |(at, _)| at);
                let (head, tail) = rest.split_at(at);
                lines.push(head.to_owned());
                rest = tail;
            }
            line = rest.to_owned();
        }
        if !line.is_empty() || part.trim().is_empty() {
            lines.push(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_letter_of_three_languages_is_there() {
        let letters =
            "АаӘәБбВвГгҒғДдЕеЁёЖжЗзИиЙйКкҚқЛлМмНнҢңОоӨөПпРрСсТтУуҰұҮүФфХхҺһЦцЧчШшЩщЪъЫыІіЬьЭэЮюЯя«»„“—–№₸…ABCxyz0189";
        let fonts = Fonts::get().unwrap();
        for weight in [Weight::Regular, Weight::Bold] {
            let missing: Vec<char> =
                letters.chars().filter(|letter| fonts.of(weight).face.glyph_index(*letter).is_none()).collect();
            assert!(missing.is_empty(), "{weight:?}: {missing:?}");
        }
    }

    proptest! {
        #[test]
        fn wrapped_lines_fit_and_lose_nothing(text in "[А-Яа-яӘҚҢәқң ]{0,120}", width in 30.0_f32..300.0) {
            let font = Fonts::get().unwrap().of(Weight::Regular);
            let lines = font.wrap(&text, 9.0, width, usize::MAX);
            for line in &lines {
                prop_assert!(font.width(line, 9.0) <= width + 0.01, "{line}");
            }
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }

        #[test]
        fn cut_lines_fit(text in ".{0,80}", width in 12.0_f32..200.0, most in 1_usize..4) {
            let font = Fonts::get().unwrap().of(Weight::Bold);
            prop_assert!(font.width(&font.cut(&text, 9.0, width), 9.0) <= width + 0.01);
            let lines = font.wrap(&text, 9.0, width, most);
            prop_assert!(lines.len() <= most);
        }
    }
}
