//! Clothes: the school's uniform for pupils, what people wear at work for the staff.

use ::people::model::Sex;

use super::{
    Sitter,
    canvas::{Canvas, Colour, Dot, Shape},
    frame::{MIDDLE, with_mirror},
};
use crate::lot::Lot;

const SHIRT: Colour = Colour(0xfbfaf7);
const UNIFORM: [(u32, Colour); 3] = [(70, Colour(0x2b3f66)), (18, Colour(0x37476b)), (12, Colour(0x6b2737))];
const ACCENTS: [Colour; 4] = [Colour(0x8f2f3f), Colour(0x1f5f8b), Colour(0x2d6a4f), Colour(0x24345c)];

/// Dresses the bust.
pub(super) fn wear(canvas: &mut Canvas, lot: &mut Lot, sitter: &Sitter) {
    if sitter.is_pupil() {
        let cloth = lot.weighed(&UNIFORM);
        let accent = *lot.pick(&ACCENTS);
        match (sitter.sex, lot.below(0, 3)) {
            (_, 0) => vest(canvas, sitter, cloth, accent, sitter.sex == Sex::Male),
            (Sex::Female, 1) if sitter.age < 14 => pinafore(canvas, sitter, cloth, accent),
            (Sex::Male, _) => jacket(canvas, lot, sitter, cloth, Some(accent)),
            (Sex::Female, _) => jacket(canvas, lot, sitter, cloth, None),
        }
    } else {
        let cloth = *lot.pick(&STAFF_CLOTHS);
        match (sitter.sex, lot.below(0, 4)) {
            (Sex::Male, 0 | 1) => {
                let accent = *lot.pick(&ACCENTS);
                jacket(canvas, lot, sitter, cloth.darker(0.35), Some(accent));
            }
            (Sex::Female, 0 | 1) => jacket(canvas, lot, sitter, cloth, None),
            (_, 2) => sweater(canvas, sitter, cloth),
            (sex, _) => vest(canvas, sitter, cloth, cloth.darker(0.4), sex == Sex::Male && lot.chance(400)),
        }
    }
}

const STAFF_CLOTHS: [Colour; 9] = [
    Colour(0x35507a),
    Colour(0x7a3548),
    Colour(0x3d6b5c),
    Colour(0x6b5a86),
    Colour(0x8a6f55),
    Colour(0x4a4f5c),
    Colour(0xb0685a),
    Colour(0x2f6f80),
    Colour(0x9a8f86),
];

/// The trunk from the neck down, with this much added all round.
fn trunk(sitter: &Sitter, neck: f32) -> Shape {
    let frame = &sitter.frame;
    let right = [
        (0.0, frame.base + 10.0),
        (frame.neck + neck, frame.base - 12.0),
        (frame.shoulders * 0.62, frame.base + 24.0),
        (frame.shoulders * 0.93, frame.base + 58.0),
        (frame.shoulders + 14.0, frame.base + 118.0),
        (frame.shoulders + 26.0, 700.0),
    ];
    Shape::soft(&place(&with_mirror(&right)))
}

/// Distances from the middle as places in the picture.
fn place(points: &[Dot]) -> Vec<Dot> {
    points.iter().map(|(x, y)| (MIDDLE + x, *y)).collect()
}

/// A triangle from the neck down to a point.
fn opening(sitter: &Sitter, wide: f32, deep: f32) -> [Dot; 4] {
    let frame = &sitter.frame;
    [(-wide, frame.base - 14.0), (wide, frame.base - 14.0), (4.0, frame.base + deep), (-4.0, frame.base + deep)]
}

fn collar(canvas: &mut Canvas, sitter: &Sitter, colour: Colour) {
    let frame = &sitter.frame;
    for side in [-1.0, 1.0] {
        let wing = [
            (side * (frame.neck - 4.0), frame.base - 30.0),
            (side * (frame.neck + 12.0), frame.base - 12.0),
            (side * (frame.neck * 0.72 + 8.0), frame.base + 36.0),
            (side * 2.0, frame.base + 14.0),
        ];
        canvas.fill(&Shape::polygon(&place(&wing)), colour);
        canvas.stroke(&Shape::polygon(&place(&wing)), 2.4, colour.darker(0.13));
    }
}

fn tie(canvas: &mut Canvas, sitter: &Sitter, colour: Colour, end: f32) {
    let base = sitter.frame.base;
    let knot = [(-11.0, base + 8.0), (11.0, base + 8.0), (7.0, base + 28.0), (-7.0, base + 28.0)];
    let blade = [
        (-7.0, base + 28.0),
        (7.0, base + 28.0),
        (17.0, base + end - 20.0),
        (0.0, base + end),
        (-17.0, base + end - 20.0),
    ];
    canvas.fill(&Shape::polygon(&place(&blade)), colour);
    canvas.fill(&Shape::polygon(&place(&knot)), colour.darker(0.2));
}

/// A small bow at the throat.
fn bow_tie(canvas: &mut Canvas, sitter: &Sitter, colour: Colour) {
    let y = sitter.frame.base + 17.0;
    for side in [-1.0, 1.0] {
        let wing = [(0.0, y - 3.0), (side * 25.0, y - 13.0), (side * 27.0, y + 13.0), (0.0, y + 3.0)];
        canvas.fill(&Shape::soft(&place(&wing)), colour);
    }
    canvas.fill(&Shape::oval(MIDDLE, y, 7.0, 8.0), colour.darker(0.25));
}

fn jacket(canvas: &mut Canvas, lot: &mut Lot, sitter: &Sitter, cloth: Colour, tie_colour: Option<Colour>) {
    let frame = &sitter.frame;
    canvas.fill(&trunk(sitter, 14.0), cloth);
    let shirt = if sitter.is_pupil() { SHIRT } else { *lot.pick(&[SHIRT, SHIRT, Colour(0xd5e3f2), Colour(0xf3e2e4)]) };
    canvas.fill(&Shape::polygon(&place(&opening(sitter, frame.neck + 14.0, 150.0))), shirt);
    if sitter.sex == Sex::Female && lot.chance(400) {
        let neckline =
            [(0.0, frame.base + 40.0), (frame.neck * 0.7, frame.base + 12.0), (frame.neck + 2.0, frame.base - 26.0)];
        canvas.fill(&Shape::soft(&place(&with_mirror(&neckline))), sitter.skin.warmer(0.1));
    } else {
        collar(canvas, sitter, shirt);
        match tie_colour {
            Some(colour) if sitter.is_child() && lot.chance(500) => bow_tie(canvas, sitter, colour),
            Some(colour) if lot.chance(700) => tie(canvas, sitter, colour, 150.0),
            Some(_) => buttons(canvas, sitter, shirt.darker(0.2), 50.0),
            None if sitter.is_pupil() => bow_tie(canvas, sitter, Colour(0x8f2f3f)),
            None => buttons(canvas, sitter, shirt.darker(0.2), 50.0),
        }
    }
    for side in [-1.0, 1.0] {
        let lapel = [
            (side * (frame.neck + 8.0), frame.base - 18.0),
            (side * (frame.neck + 34.0), frame.base + 4.0),
            (side * (frame.neck + 36.0), frame.base + 66.0),
            (side * (frame.neck + 18.0), frame.base + 74.0),
            (side * 3.0, frame.base + 152.0),
        ];
        canvas.fill(&Shape::polygon(&place(&lapel)), cloth.lighter(0.09));
        canvas.stroke(&Shape::polygon(&place(&lapel)), 2.4, cloth.darker(0.25));
        sleeve(canvas, sitter, side, cloth);
    }
    canvas.stroke(&Shape::line(&[(MIDDLE, frame.base + 152.0), (MIDDLE, 640.0)]), 3.0, cloth.darker(0.3));
    if sitter.is_pupil() {
        badge(canvas, sitter);
    }
}

fn vest(canvas: &mut Canvas, sitter: &Sitter, cloth: Colour, accent: Colour, has_tie: bool) {
    let frame = &sitter.frame;
    canvas.fill(&trunk(sitter, 14.0), SHIRT);
    for side in [-1.0, 1.0] {
        sleeve(canvas, sitter, side, SHIRT);
    }
    let wide = frame.neck + 20.0;
    let right = [
        (0.0, frame.base + 96.0),
        (wide, frame.base - 8.0),
        (frame.shoulders * 0.66, frame.base + 26.0),
        (frame.shoulders * 0.74, frame.base + 90.0),
        (frame.shoulders * 0.86, frame.base + 150.0),
        (frame.shoulders * 0.86, 720.0),
    ];
    canvas.fill(&Shape::polygon(&place(&with_mirror(&right))), cloth);
    let edge = [(-wide, frame.base - 8.0), (0.0, frame.base + 98.0), (wide, frame.base - 8.0)];
    for pair in edge.windows(2) {
        canvas.stroke(&Shape::line(&place(pair)), 7.0, accent.lighter(0.12));
    }
    collar(canvas, sitter, SHIRT);
    if has_tie {
        tie(canvas, sitter, accent, 84.0)
    } else {
        buttons(canvas, sitter, SHIRT.darker(0.25), 34.0)
    }
    if sitter.is_pupil() {
        badge(canvas, sitter);
    }
}

/// A dress with straps over a white blouse with a round collar.
fn pinafore(canvas: &mut Canvas, sitter: &Sitter, cloth: Colour, accent: Colour) {
    let frame = &sitter.frame;
    canvas.fill(&trunk(sitter, 12.0), SHIRT);
    for side in [-1.0, 1.0] {
        sleeve(canvas, sitter, side, SHIRT);
        let strap = [
            (side * (frame.shoulders * 0.42), frame.base + 4.0),
            (side * (frame.shoulders * 0.66), frame.base + 22.0),
            (side * (frame.shoulders * 0.74), 660.0),
            (side * (frame.shoulders * 0.4), 660.0),
        ];
        canvas.fill(&Shape::polygon(&place(&strap)), cloth);
    }
    let bib = [
        (-frame.shoulders * 0.72, frame.base + 84.0),
        (frame.shoulders * 0.72, frame.base + 84.0),
        (frame.shoulders * 0.8, 660.0),
        (-frame.shoulders * 0.8, 660.0),
    ];
    canvas.fill(&Shape::polygon(&place(&bib)), cloth);
    canvas.stroke(&Shape::line(&place(&bib[..2])), 3.0, cloth.darker(0.25));
    for side in [-1.0, 1.0] {
        let round = [
            (side * (frame.neck - 6.0), frame.base - 22.0),
            (side * (frame.neck + 22.0), frame.base - 2.0),
            (side * (frame.neck + 12.0), frame.base + 34.0),
            (side * 8.0, frame.base + 30.0),
            (0.0, frame.base + 8.0),
        ];
        canvas.fill(&Shape::soft(&place(&round)), Colour::WHITE);
        canvas.stroke(&Shape::soft(&place(&round)), 2.4, SHIRT.darker(0.13));
    }
    bow_tie(canvas, sitter, accent);
    badge(canvas, sitter);
}

fn sweater(canvas: &mut Canvas, sitter: &Sitter, cloth: Colour) {
    let frame = &sitter.frame;
    canvas.fill(&trunk(sitter, 18.0), cloth);
    for side in [-1.0, 1.0] {
        sleeve(canvas, sitter, side, cloth);
    }
    let neckline =
        [(0.0, frame.base + 34.0), (frame.neck * 0.72, frame.base + 18.0), (frame.neck + 8.0, frame.base - 20.0)];
    canvas.fill(&Shape::soft(&place(&with_mirror(&neckline))), sitter.skin.warmer(0.1));
    let hem: Vec<Dot> = [(-1.0, -20.0), (-0.72, 18.0), (0.0, 36.0), (0.72, 18.0), (1.0, -20.0)]
        .iter()
        .map(|(u, y)| (MIDDLE + u * (frame.neck + 8.0), frame.base + y))
        .collect();
    canvas.stroke(&Shape::line(&hem), 11.0, cloth.darker(0.18));
}

/// The fold between trunk and arm.
fn sleeve(canvas: &mut Canvas, sitter: &Sitter, side: f32, cloth: Colour) {
    let frame = &sitter.frame;
    let fold = [
        (side * frame.shoulders * 0.78, frame.base + 96.0),
        (side * frame.shoulders * 0.8, frame.base + 140.0),
        (side * frame.shoulders * 0.84, 650.0),
    ];
    canvas.stroke(&Shape::line(&place(&fold)), 3.4, cloth.darker(0.2));
}

fn buttons(canvas: &mut Canvas, sitter: &Sitter, colour: Colour, from: f32) {
    for step in [0.0, 34.0] {
        canvas.fill(&Shape::oval(MIDDLE, sitter.frame.base + from + step, 3.6, 3.6), colour);
    }
}

/// The school's badge on the chest.
fn badge(canvas: &mut Canvas, sitter: &Sitter) {
    let (x, y) = (MIDDLE + sitter.frame.shoulders * 0.52, sitter.frame.base + 112.0);
    canvas.fill(
        &Shape::soft(&[
            (x - 13.0, y - 15.0),
            (x + 13.0, y - 15.0),
            (x + 13.0, y + 4.0),
            (x, y + 18.0),
            (x - 13.0, y + 4.0),
        ]),
        Colour(0xe8c35f),
    );
    canvas.fill(&Shape::oval(x, y - 2.0, 7.0, 7.0), Colour(0x3aa0c4));
}
