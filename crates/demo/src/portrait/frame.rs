//! The measures of a bust, by which all layers are placed.

use ::people::model::Sex;

use super::canvas::{Dot, Shape};
use crate::lot::Lot;

/// Measures in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// Half the head's width.
    pub(super) half: f32,
    /// The top of the skull.
    pub(super) top: f32,
    /// The line of the eyes.
    pub(super) eyes: f32,
    /// The chin.
    pub(super) chin: f32,
    /// Half the neck's width.
    pub(super) neck: f32,
    /// Half the width of the shoulders.
    pub(super) shoulders: f32,
    /// Where the neck goes over into the shoulders.
    pub(super) base: f32,
    /// How angular the jaw is, 0 to 1.
    pub(super) jaw: f32,
}

/// The middle of the picture.
pub(super) const MIDDLE: f32 = 240.0;

impl Frame {
    pub(super) fn draw(lot: &mut Lot, sex: Sex, age: u8) -> Self {
        // 0 at six years, 1 for a grown-up.
        let grown = ((f32::from(age) - 6.0) / 13.0).clamp(0.0, 1.0);
        let between = |child: f32, adult: f32| child + (adult - child) * grown;
        let is_male = sex == Sex::Male;
        let build = lot.float(-1.0, 1.0);
        Self {
            half: between(106.0, if is_male { 97.0 } else { 92.0 }) + build * 4.0,
            top: between(166.0, 146.0) + lot.float(-3.0, 3.0),
            eyes: between(311.0, 284.0),
            chin: between(410.0, if is_male { 404.0 } else { 396.0 }) + lot.float(-4.0, 4.0),
            neck: between(37.0, if is_male { 54.0 } else { 40.0 }) + build * 3.0,
            shoulders: between(138.0, if is_male { 196.0 } else { 166.0 }) + build * 12.0,
            base: between(462.0, 468.0),
            jaw: between(0.15, if is_male { 0.75 } else { 0.25 }) + lot.float(-0.15, 0.2),
        }
    }

    /// The point at `u` half-widths from the middle and at height `v`: -1 the top of the skull, 0 the eyes, 1 the chin.
    pub(super) fn at(&self, u: f32, v: f32) -> Dot {
        let span = if v < 0.0 { self.eyes - self.top } else { self.chin - self.eyes };
        (MIDDLE + u * self.half, self.eyes + v * span)
    }

    /// These points of the head's measures, in pixels.
    pub(super) fn dots(&self, points: &[Dot]) -> Vec<Dot> {
        points.iter().map(|(u, v)| self.at(*u, *v)).collect()
    }

    /// A soft closed outline from its right half, which begins at the top and ends at the bottom.
    pub(super) fn mirrored(&self, right: &[Dot]) -> Shape {
        Shape::soft(&self.dots(&with_mirror(right)))
    }
}

/// The points, and their mirror images in reverse order.
pub(super) fn with_mirror(right: &[Dot]) -> Vec<Dot> {
    let left = right.iter().rev().filter(|(u, _)| *u != 0.0).map(|(u, v)| (-u, *v));
    right.iter().copied().chain(left).collect()
}
