//! Neck, head and face.

use ::people::model::Sex;

use super::{
    Sitter,
    canvas::{Canvas, Colour, Shape},
    frame::MIDDLE,
    hair::Style,
    is_fair,
};
use crate::lot::Lot;

const DARK_IRISES: [(u32, Colour); 3] = [(60, Colour(0x3a2418)), (28, Colour(0x55361f)), (8, Colour(0x6f5a35))];
const LIGHT_IRISES: [(u32, Colour); 3] = [(20, Colour(0x5f7d92)), (14, Colour(0x6b7f57)), (20, Colour(0x6f5a35))];

const LIP: Colour = Colour(0xb5524a);

/// The neck, and the skin that an open collar shows.
pub(super) fn neck(canvas: &mut Canvas, sitter: &Sitter) {
    let frame = &sitter.frame;
    let (neck, base) = (frame.neck, frame.base);
    let column = Shape::soft(&[
        (MIDDLE - neck, frame.chin - 40.0),
        (MIDDLE + neck, frame.chin - 40.0),
        (MIDDLE + neck + 1.0, base - 14.0),
        (MIDDLE + neck + 26.0, base + 22.0),
        (MIDDLE, base + 80.0),
        (MIDDLE - neck - 26.0, base + 22.0),
        (MIDDLE - neck - 1.0, base - 14.0),
    ]);
    canvas.fill(&column, sitter.skin.warmer(0.1));
    let shade = Shape::soft(&[
        (MIDDLE - neck, frame.chin - 34.0),
        (MIDDLE + neck, frame.chin - 34.0),
        (MIDDLE + neck, frame.chin + 8.0),
        (MIDDLE, frame.chin + 32.0),
        (MIDDLE - neck, frame.chin + 8.0),
    ]);
    canvas.fill(&shade, sitter.skin.warmer(0.26));
}

/// The head with ears and all that is on the face.
pub(super) fn head(canvas: &mut Canvas, lot: &mut Lot, sitter: &Sitter) {
    let (frame, skin) = (&sitter.frame, sitter.skin);
    for side in [-1.0, 1.0] {
        let (x, y) = frame.at(side * 0.99, 0.14);
        canvas.fill(&Shape::oval(x, y, 17.0, 27.0), skin.warmer(0.07));
        canvas.fill(&Shape::oval(x + side * 2.0, y + 1.0, 8.0, 15.0), skin.warmer(0.22));
    }
    let jaw = frame.jaw;
    let outline = [
        (0.0, -1.0),
        (0.6, -0.86),
        (0.93, -0.42),
        (0.98, 0.08),
        (0.9 + 0.03 * jaw, 0.5),
        (0.58 + 0.1 * jaw, 0.86 + 0.04 * jaw),
        (0.24, 0.985),
        (0.0, 1.0),
    ];
    canvas.fill(&frame.mirrored(&outline), skin);
    blush(canvas, lot, sitter);
    eyes(canvas, lot, sitter);
    nose(canvas, lot, sitter);
    mouth(canvas, lot, sitter);
    if sitter.age > 44 {
        lines_of_age(canvas, sitter);
    }
    if sitter.sex == Sex::Male && sitter.age > 24 {
        beard(canvas, lot, sitter);
    }
}

fn blush(canvas: &mut Canvas, lot: &mut Lot, sitter: &Sitter) {
    let share = if sitter.is_child() { 0.2 } else { 0.12 };
    for side in [-1.0, 1.0] {
        let (x, y) = sitter.frame.at(side * 0.62, 0.44);
        for size in [1.0, 0.7] {
            canvas.glaze(&Shape::oval(x, y, 24.0 * size, 17.0 * size), Colour(0xe0604f), share * 0.6);
        }
    }
    if sitter.age < 30 && lot.chance(90) {
        for _ in 0..12 {
            let side = if lot.chance(500) { 1.0 } else { -1.0 };
            let (x, y) = sitter.frame.at(side * lot.float(0.18, 0.72), lot.float(0.26, 0.5));
            canvas.glaze(&Shape::oval(x, y, 2.1, 1.9), sitter.skin.warmer(0.45), 0.8);
        }
    }
}

fn eyes(canvas: &mut Canvas, lot: &mut Lot, sitter: &Sitter) {
    let frame = &sitter.frame;
    let iris =
        if is_fair(sitter.skin) && lot.chance(380) { lot.weighed(&LIGHT_IRISES) } else { lot.weighed(&DARK_IRISES) };
    let size = if sitter.is_child() {
        17.2
    } else if sitter.is_pupil() {
        15.0
    } else {
        12.2
    } + lot.float(-0.6, 0.8);
    let height = size * lot.float(0.8, 0.98);
    let width = size * lot.float(1.2, 1.34);
    let tilt = lot.float(-0.5, 3.4);
    let is_smiling_with_eyes = lot.chance(60);
    let lash = Colour(0x1f1613);
    let is_female = sitter.sex == Sex::Female;
    for side in [-1.0_f32, 1.0] {
        let (x, y) = frame.at(side * 0.425, 0.02);
        let (inner, outer) = ((x - side * width, y + 2.0), (x + side * width, y - tilt));
        if is_smiling_with_eyes {
            canvas.stroke(&Shape::line(&[(inner.0, y + 4.0), (x, y - height * 0.7), (outer.0, y + 2.0)]), 5.0, lash);
        } else {
            let white = Shape::soft(&[inner, (x, y - height), outer, (x + side * width * 0.2, y + height * 0.86)]);
            canvas.fill(&white, Colour(0xfdfaf6));
            canvas.fill(&Shape::oval(x, y - 0.8, size * 0.79, size * 0.83), iris);
            canvas.fill(&Shape::oval(x, y - 0.8, size * 0.42, size * 0.44), Colour(0x17100d));
            canvas.fill(&Shape::oval(x + 3.4, y - 4.6, size * 0.24, size * 0.24), Colour::WHITE);
            let lid = Shape::line(&[inner, (x - side * width * 0.1, y - height - 0.6), outer]);
            canvas.stroke(&lid, if is_female { 4.6 } else { 3.8 }, lash);
            if is_female {
                let tip = (outer.0 + side * 5.0, outer.1 - 5.0);
                canvas.stroke(&Shape::line(&[(outer.0 - side * 2.0, outer.1 - 1.0), tip]), 3.4, lash);
            }
        }
        let lift = frame.eyes - height - if sitter.is_child() { 17.0 } else { 14.0 };
        let brow = Shape::line(&[
            (x - side * width * 1.0, lift + 5.0),
            (x + side * width * 0.1, lift - 2.0),
            (x + side * width * 1.3, lift + 4.0 - tilt * 0.6),
        ]);
        let colour = if sitter.age > 54 { sitter.hair.darker(0.3) } else { sitter.hair.darker(0.12) };
        canvas.stroke(&brow, if is_female { 4.6 } else { 6.6 }, colour);
    }
}

fn nose(canvas: &mut Canvas, lot: &mut Lot, sitter: &Sitter) {
    let frame = &sitter.frame;
    let width = if sitter.is_child() { 0.085 } else { 0.12 } + lot.float(-0.01, 0.03);
    let v = 0.43 + lot.float(-0.02, 0.03);
    let colour = sitter.skin.warmer(0.34);
    let tip = Shape::line(&frame.dots(&[
        (-width, v - 0.03),
        (-width * 0.4, v + 0.035),
        (width * 0.5, v + 0.035),
        (width, v - 0.03),
    ]));
    canvas.stroke(&tip, 4.2, colour);
    if !sitter.is_child() {
        let bridge =
            Shape::line(&frame.dots(&[(width * 0.95, v - 0.06), (width * 0.55, v - 0.2), (width * 0.6, v - 0.32)]));
        canvas.stroke(&bridge, 3.0, sitter.skin.warmer(0.17));
    }
}

fn mouth(canvas: &mut Canvas, lot: &mut Lot, sitter: &Sitter) {
    let frame = &sitter.frame;
    let half = lot.float(0.24, 0.33);
    let v = 0.69;
    let lip = sitter.skin.mixed(LIP, if sitter.sex == Sex::Female { 0.85 } else { 0.6 });
    if lot.chance(if sitter.is_child() { 480 } else { 250 }) {
        let open = Shape::soft(&frame.dots(&[
            (-half, v - 0.04),
            (0.0, v - 0.005),
            (half, v - 0.04),
            (half * 0.62, v + 0.105),
            (0.0, v + 0.14),
            (-half * 0.62, v + 0.105),
        ]));
        canvas.fill(&open, Colour(0x8c2f33));
        canvas.fill(&Shape::oval(MIDDLE, frame.at(0.0, v + 0.115).1, half * 46.0, 4.0), Colour(0xd8706c));
        let teeth = Shape::soft(&frame.dots(&[
            (-half * 0.84, v - 0.022),
            (0.0, v + 0.008),
            (half * 0.84, v - 0.022),
            (half * 0.68, v + 0.038),
            (0.0, v + 0.058),
            (-half * 0.68, v + 0.038),
        ]));
        canvas.fill(&teeth, Colour(0xfffcf7));
        if (6..9).contains(&sitter.age) && lot.chance(400) {
            let (x, y) = frame.at(0.05, v + 0.03);
            canvas.fill(
                &Shape::polygon(&[(x - 4.0, y - 5.0), (x + 4.0, y - 5.0), (x + 4.0, y + 5.0), (x - 4.0, y + 5.0)]),
                Colour(0x8c2f33),
            );
        }
        canvas.stroke(&Shape::line(&frame.dots(&[(-half, v - 0.045), (0.0, v - 0.008), (half, v - 0.045)])), 3.2, lip);
    } else {
        let sag = lot.float(0.035, 0.075);
        if sitter.sex == Sex::Female && sitter.age > 15 {
            let full = Shape::soft(&frame.dots(&[
                (-half * 0.78, v),
                (-half * 0.25, v - 0.035),
                (0.0, v - 0.02),
                (half * 0.25, v - 0.035),
                (half * 0.78, v),
                (0.0, v + 0.095),
            ]));
            canvas.fill(&full, sitter.skin.mixed(LIP, 0.62));
        }
        canvas.stroke(
            &Shape::line(&frame.dots(&[(-half, v - 0.03), (0.0, v + sag - 0.01), (half, v - 0.03)])),
            4.4,
            lip.darker(0.16),
        );
    }
}

fn lines_of_age(canvas: &mut Canvas, sitter: &Sitter) {
    let share = if sitter.age > 54 { 0.24 } else { 0.15 };
    for side in [-1.0, 1.0] {
        let cheek = sitter.frame.dots(&[(side * 0.26, 0.46), (side * 0.38, 0.57), (side * 0.41, 0.68)]);
        canvas.stroke(&Shape::line(&cheek), 2.6, sitter.skin.warmer(share));
        let bag = sitter.frame.dots(&[(side * 0.28, 0.15), (side * 0.42, 0.185), (side * 0.56, 0.15)]);
        canvas.stroke(&Shape::line(&bag), 2.4, sitter.skin.warmer(share * 0.8));
    }
}

fn beard(canvas: &mut Canvas, lot: &mut Lot, sitter: &Sitter) {
    let frame = &sitter.frame;
    let is_full = lot.chance(130);
    if is_full {
        let right =
            [(0.0, 0.56), (0.3, 0.57), (0.62, 0.5), (0.9, 0.22), (0.97, 0.3), (0.9, 0.66), (0.6, 0.98), (0.0, 1.1)];
        canvas.fill(&frame.mirrored(&right), sitter.hair);
        let (x, y) = frame.at(0.0, 0.71);
        canvas.fill(&Shape::oval(x, y, 29.0, 11.0), sitter.skin.warmer(0.1));
        canvas.stroke(&Shape::line(&frame.dots(&[(-0.26, 0.69), (0.0, 0.74), (0.26, 0.69)])), 4.0, Colour(0x9a4440));
    } else if lot.chance(200) {
        let right = [(0.0, 0.53), (0.2, 0.545), (0.4, 0.65), (0.2, 0.625), (0.0, 0.605)];
        canvas.fill(&frame.mirrored(&right), sitter.hair.darker(0.05));
    } else if lot.chance(180) {
        let right = [(0.0, 0.58), (0.4, 0.56), (0.9, 0.32), (0.9, 0.55), (0.6, 0.9), (0.0, 1.0)];
        canvas.glaze(&frame.mirrored(&right), sitter.hair, 0.13);
    }
}

/// Glasses and ear-rings.
pub(super) fn accessories(canvas: &mut Canvas, lot: &mut Lot, sitter: &Sitter) {
    let frame = &sitter.frame;
    if lot.chance(if sitter.is_pupil() { 130 } else { 60 + u32::from(sitter.age) * 5 }) {
        let colour = *lot.pick(&[Colour(0x2b2b33), Colour(0x5b3a2a), Colour(0x34506b), Colour(0x8a2f3c)]);
        let (radius_x, radius_y) = if lot.chance(500) { (31.0, 28.0) } else { (34.0, 23.0) };
        for side in [-1.0, 1.0] {
            let (x, y) = frame.at(side * 0.425, 0.05);
            let rim = Shape::oval(x, y, radius_x, radius_y);
            canvas.glaze(&rim, Colour(0xeaf4fb), 0.18);
            canvas.stroke(&rim, 4.0, colour);
            canvas.stroke(&Shape::line(&[(x + side * radius_x, y - 4.0), frame.at(side * 0.97, -0.03)]), 4.0, colour);
        }
        let (left, right) = (frame.at(-0.425, 0.03), frame.at(0.425, 0.03));
        canvas.stroke(
            &Shape::line(&[(left.0 + radius_x, left.1), (MIDDLE, left.1 - 5.0), (right.0 - radius_x, right.1)]),
            4.0,
            colour,
        );
    }
    if sitter.sex == Sex::Female
        && sitter.style != Style::Headscarf
        && lot.chance(if sitter.is_pupil() { 220 } else { 600 })
    {
        let colour = *lot.pick(&[Colour(0xe7c15a), Colour(0xdfe4ea), Colour(0xc6485c)]);
        for side in [-1.0, 1.0] {
            let (x, y) = frame.at(side * 1.0, 0.42);
            canvas.fill(&Shape::oval(x, y, 4.6, 5.4), colour);
        }
    }
}
