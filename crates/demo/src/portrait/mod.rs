//! Drawn portraits: flat, friendly busts for people who do not exist.
//!
//! A portrait is made of layers from the back to the front: background, hair behind the head, neck, clothes, head, face,
//! hair, what is worn on the head. What each layer shows is drawn by lot from the seed, within what fits sex and age.

mod canvas;
mod clothes;
mod face;
mod frame;
mod hair;

use ::people::model::Sex;
use image::{ExtendedColorType, codecs::jpeg::JpegEncoder};

use self::{
    canvas::{Canvas, Colour, Shape},
    frame::Frame,
};
use crate::lot::Lot;

/// Width and height of a portrait, in pixels.
pub const SIZE: (u32, u32) = (480, 640);

/// Enough for flat colours, and keeps a picture under 25 kB.
const QUALITY: u8 = 50;

/// Whose portrait it is, and the lots that the layers draw from.
struct Sitter {
    sex: Sex,
    age: u8,
    skin: Colour,
    hair: Colour,
    frame: Frame,
    style: hair::Style,
}

impl Sitter {
    fn draw(lot: &mut Lot, sex: Sex, age: u8) -> Self {
        let skin = lot.weighed(&SKINS);
        Self {
            sex,
            age,
            skin,
            hair: hair::colour(lot, age, is_fair(skin)),
            frame: Frame::draw(lot, sex, age),
            style: hair::Style::draw(lot, sex, age),
        }
    }

    fn is_child(&self) -> bool {
        self.age < 12
    }

    fn is_pupil(&self) -> bool {
        self.age < 19
    }
}

const SKINS: [(u32, Colour); 5] = [
    (18, Colour(0xf9dcc4)),
    (28, Colour(0xf4ceae)),
    (28, Colour(0xecbf99)),
    (18, Colour(0xe2ae85)),
    (8, Colour(0xd59f74)),
];

/// Whether fair hair and light eyes go with this skin.
fn is_fair(skin: Colour) -> bool {
    SKINS[..2].iter().any(|(_, fair)| *fair == skin)
}

const BACKGROUNDS: [Colour; 10] = [
    Colour(0xcfe3ee),
    Colour(0xd9e8d4),
    Colour(0xf3e2c8),
    Colour(0xe5dcef),
    Colour(0xf3d9d4),
    Colour(0xd3e7e4),
    Colour(0xe9e4d6),
    Colour(0xd5dcf0),
    Colour(0xf0dfe6),
    Colour(0xdfe9c9),
];

/// The portrait of this seed, as JPEG: the same again for the same sex and age.
///
/// Empty only when the encoder fails, which memory alone could make it do.
pub fn portrait(seed: u64, sex: Sex, age: u8) -> Vec<u8> {
    let mut lot = Lot::new(seed, u64::from(sex == Sex::Female));
    let sitter = Sitter::draw(&mut lot, sex, age);
    let Some(mut canvas) = Canvas::new(SIZE.0, SIZE.1) else { return Vec::new() };
    background(&mut canvas, &mut lot);
    hair::behind(&mut canvas, &sitter);
    face::neck(&mut canvas, &sitter);
    clothes::wear(&mut canvas, &mut lot, &sitter);
    face::head(&mut canvas, &mut lot, &sitter);
    hair::front(&mut canvas, &mut lot, &sitter);
    face::accessories(&mut canvas, &mut lot, &sitter);
    let mut jpeg = Vec::with_capacity(24 * 1024);
    let encoded = JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode(
        &canvas.rgb(),
        SIZE.0,
        SIZE.1,
        ExtendedColorType::Rgb8,
    );
    if encoded.is_ok() { jpeg } else { Vec::new() }
}

/// A tint, lighter behind the head.
fn background(canvas: &mut Canvas, lot: &mut Lot) {
    let tint = *lot.pick(&BACKGROUNDS);
    canvas.flood(tint);
    let (x, y) = (lot.float(225.0, 255.0), lot.float(285.0, 315.0));
    canvas.fill(&Shape::oval(x, y, 186.0, 186.0), tint.lighter(0.42));
}

#[cfg(test)]
mod tests;
