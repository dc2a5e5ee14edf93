//! Hair, and what is worn on it.

use ::people::model::Sex;

use super::{
    Sitter,
    canvas::{Canvas, Colour, Dot, Shape},
    frame::with_mirror,
};
use crate::lot::Lot;

/// How the hair is worn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Short,
    SideParting,
    Fringe,
    Tuft,
    Curls,
    Buzz,
    Receding,
    Takiya,
    Braids,
    Ponytail,
    TwoTails,
    Bob,
    Long,
    Bun,
    Headscarf,
}

impl Style {
    pub(super) fn draw(lot: &mut Lot, sex: Sex, age: u8) -> Self {
        match (sex, age) {
            (Sex::Male, 0..19) => lot.weighed(&[
                (24, Self::Short),
                (24, Self::SideParting),
                (22, Self::Fringe),
                (14, Self::Tuft),
                (7, Self::Curls),
                (8, Self::Buzz),
                (2, Self::Takiya),
            ]),
            (Sex::Male, 19..42) => lot.weighed(&[
                (34, Self::Short),
                (38, Self::SideParting),
                (10, Self::Tuft),
                (8, Self::Buzz),
                (10, Self::Receding),
            ]),
            (Sex::Male, _) => lot.weighed(&[
                (28, Self::Short),
                (30, Self::SideParting),
                (8, Self::Buzz),
                (28, Self::Receding),
                (6, Self::Takiya),
            ]),
            (Sex::Female, 0..12) => lot.weighed(&[
                (30, Self::Braids),
                (24, Self::TwoTails),
                (18, Self::Ponytail),
                (14, Self::Bob),
                (12, Self::Long),
                (2, Self::Headscarf),
            ]),
            (Sex::Female, 12..19) => lot.weighed(&[
                (18, Self::Braids),
                (32, Self::Ponytail),
                (16, Self::Bob),
                (24, Self::Long),
                (7, Self::Bun),
                (3, Self::Headscarf),
            ]),
            (Sex::Female, _) => lot.weighed(&[
                (14, Self::Ponytail),
                (30, Self::Bob),
                (20, Self::Long),
                (28, Self::Bun),
                (8, Self::Headscarf),
            ]),
        }
    }
}

/// Dark for most, now and then fair with a fair skin, grey with age.
pub(super) fn colour(lot: &mut Lot, age: u8, is_fair: bool) -> Colour {
    const DARK: [(u32, Colour); 3] = [(38, Colour(0x231c1e)), (30, Colour(0x33241f)), (16, Colour(0x4a3226))];
    const FAIR: [(u32, Colour); 4] =
        [(30, Colour(0x6d4931)), (28, Colour(0x94693f)), (26, Colour(0xc79b5c)), (14, Colour(0xa5562d))];
    let natural = if is_fair && lot.chance(420) { lot.weighed(&FAIR) } else { lot.weighed(&DARK) };
    let grey = Colour(0xb4b1b0);
    match age {
        0..44 => natural,
        44..55 => natural.mixed(grey, *lot.pick(&[0.0, 0.0, 0.25, 0.45])),
        _ => natural.mixed(grey, *lot.pick(&[0.0, 0.45, 0.8, 0.95])),
    }
}

/// The cap of hair from temple over the crown to temple; a hairline closes it.
const CROWN: [Dot; 6] = [(-1.03, 0.06), (-1.06, -0.42), (-0.7, -1.01), (0.0, -1.2), (0.7, -1.01), (1.06, -0.42)];

fn cap(canvas: &mut Canvas, sitter: &Sitter, hairline: &[Dot]) {
    let points: Vec<Dot> = CROWN.iter().copied().chain([(1.03, 0.06)]).chain(hairline.iter().copied()).collect();
    canvas.fill(&Shape::soft(&sitter.frame.dots(&points)), sitter.hair);
}

fn shine(canvas: &mut Canvas, sitter: &Sitter, points: &[Dot]) {
    canvas.stroke(&Shape::line(&sitter.frame.dots(points)), 7.0, sitter.hair.lighter(0.16));
}

/// What is seen behind head and shoulders.
pub(super) fn behind(canvas: &mut Canvas, sitter: &Sitter) {
    let frame = &sitter.frame;
    let dark = sitter.hair.darker(0.22);
    match sitter.style {
        Style::Long => {
            canvas.fill(
                &frame.mirrored(&[
                    (0.0, -1.15),
                    (0.95, -0.85),
                    (1.2, 0.0),
                    (1.26, 0.9),
                    (1.3, 1.7),
                    (0.8, 2.0),
                    (0.0, 1.9),
                ]),
                dark,
            );
        }
        Style::Bob => {
            canvas.fill(
                &frame.mirrored(&[(0.0, -1.15), (0.95, -0.85), (1.17, 0.0), (1.2, 0.75), (0.95, 1.14), (0.0, 1.05)]),
                dark,
            );
        }
        Style::Ponytail => {
            let tail = [(0.7, -1.0), (1.35, -0.9), (1.55, 0.0), (1.38, 1.0), (1.1, 1.5), (1.06, 0.6), (0.95, -0.2)];
            canvas.fill(&Shape::soft(&frame.dots(&tail)), dark);
        }
        Style::TwoTails => {
            for side in [-1.0, 1.0] {
                let tail =
                    [(0.95, -0.55), (1.4, -0.75), (1.72, -0.1), (1.62, 0.75), (1.36, 1.12), (1.22, 0.5), (1.05, 0.0)];
                let tail: Vec<Dot> = tail.iter().map(|(u, v)| (side * u, *v)).collect();
                canvas.fill(&Shape::soft(&frame.dots(&tail)), dark);
            }
        }
        Style::Bun => {
            let (x, y) = frame.at(0.0, -1.2);
            canvas.fill(&Shape::oval(x, y, 46.0, 40.0), dark);
        }
        Style::Headscarf => {
            canvas.fill(
                &frame.mirrored(&[(0.0, -1.25), (0.95, -0.95), (1.25, 0.0), (1.2, 1.0), (1.5, 1.75), (0.0, 2.0)]),
                scarf(sitter).darker(0.18),
            );
        }
        Style::Braids
        | Style::Short
        | Style::SideParting
        | Style::Fringe
        | Style::Tuft
        | Style::Curls
        | Style::Buzz
        | Style::Receding
        | Style::Takiya => {}
    }
}

/// What covers forehead, temples and crown, and what hangs in front.
pub(super) fn front(canvas: &mut Canvas, lot: &mut Lot, sitter: &Sitter) {
    match sitter.style {
        Style::Short => {
            cap(
                canvas,
                sitter,
                &[(0.94, -0.2), (0.8, -0.58), (0.35, -0.68), (-0.35, -0.68), (-0.8, -0.58), (-0.94, -0.2)],
            );
            shine(canvas, sitter, &[(-0.6, -0.88), (-0.2, -1.0), (0.2, -1.02)]);
        }
        Style::SideParting => {
            cap(
                canvas,
                sitter,
                &[
                    (0.94, -0.15),
                    (0.84, -0.5),
                    (0.3, -0.52),
                    (-0.25, -0.66),
                    (-0.56, -0.86),
                    (-0.82, -0.52),
                    (-0.94, -0.15),
                ],
            );
            canvas.stroke(
                &Shape::line(&sitter.frame.dots(&[(-0.55, -0.85), (-0.5, -1.0), (-0.36, -1.1)])),
                3.4,
                sitter.hair.darker(0.35),
            );
            shine(canvas, sitter, &[(-0.1, -0.86), (0.3, -0.9), (0.62, -0.78)]);
        }
        Style::Fringe => {
            cap(
                canvas,
                sitter,
                &[
                    (0.95, -0.14),
                    (0.84, -0.38),
                    (0.5, -0.34),
                    (0.2, -0.4),
                    (-0.12, -0.34),
                    (-0.48, -0.4),
                    (-0.84, -0.36),
                    (-0.95, -0.14),
                ],
            );
            shine(canvas, sitter, &[(-0.55, -0.82), (-0.1, -0.94), (0.35, -0.9)]);
        }
        Style::Tuft => tuft(canvas, sitter),
        Style::Curls => curls(canvas, lot, sitter),
        Style::Buzz => {
            let right =
                [(0.0, -1.07), (0.68, -0.94), (1.01, -0.42), (1.0, 0.02), (0.93, -0.2), (0.78, -0.62), (0.0, -0.72)];
            let shadow = sitter.skin.mixed(sitter.hair, 0.78);
            canvas.fill(&sitter.frame.mirrored(&right), shadow);
        }
        Style::Receding => {
            let side =
                [(0.62, -0.98), (0.98, -0.62), (1.06, -0.2), (1.02, 0.1), (0.93, -0.1), (0.84, -0.5), (0.7, -0.78)];
            for mirror in [-1.0, 1.0] {
                let side: Vec<Dot> = side.iter().map(|(u, v)| (mirror * u, *v)).collect();
                canvas.fill(&Shape::soft(&sitter.frame.dots(&side)), sitter.hair);
            }
            let right = [(0.0, -1.1), (0.66, -1.0), (0.8, -0.8), (0.4, -0.9), (0.0, -0.88)];
            canvas.fill(&sitter.frame.mirrored(&right), sitter.hair);
        }
        Style::Takiya => takiya(canvas, lot, sitter),
        Style::Headscarf => headscarf(canvas, sitter),
        Style::Braids | Style::Ponytail | Style::TwoTails | Style::Bob | Style::Long | Style::Bun => {
            womens(canvas, lot, sitter)
        }
    }
}

/// Hair that stands up in front.
fn tuft(canvas: &mut Canvas, sitter: &Sitter) {
    let frame = &sitter.frame;
    cap(canvas, sitter, &[(0.94, -0.18), (0.82, -0.55), (0.3, -0.7), (-0.3, -0.7), (-0.82, -0.55), (-0.94, -0.18)]);
    let spikes = [
        (-0.62, -0.98),
        (-0.55, -1.24),
        (-0.34, -1.12),
        (-0.2, -1.36),
        (0.0, -1.16),
        (0.2, -1.4),
        (0.36, -1.14),
        (0.6, -1.26),
        (0.66, -0.96),
        (0.0, -0.8),
    ];
    canvas.fill(&Shape::polygon(&frame.dots(&spikes)), sitter.hair);
    shine(canvas, sitter, &[(-0.4, -0.92), (0.0, -1.0), (0.4, -0.94)]);
}

fn curls(canvas: &mut Canvas, lot: &mut Lot, sitter: &Sitter) {
    let frame = &sitter.frame;
    cap(canvas, sitter, &[(0.94, -0.2), (0.8, -0.55), (0.0, -0.62), (-0.8, -0.55), (-0.94, -0.2)]);
    let around = [
        (0.98, -0.2),
        (0.98, -0.5),
        (0.84, -0.8),
        (0.6, -1.02),
        (0.3, -1.14),
        (0.0, -1.18),
        (0.66, -0.6),
        (0.34, -0.64),
        (0.0, -0.66),
    ];
    for (u, v) in with_mirror(&around) {
        let (x, y) = frame.at(u, v);
        let radius = lot.float(19.0, 25.0);
        canvas.fill(&Shape::oval(x, y, radius, radius), sitter.hair);
    }
    for (u, v) in with_mirror(&[(0.7, -0.82), (0.36, -0.98), (0.5, -0.66)]) {
        let (x, y) = frame.at(u, v);
        canvas.stroke(&Shape::line(&[(x - 9.0, y), (x, y - 8.0), (x + 9.0, y)]), 4.0, sitter.hair.lighter(0.16));
    }
}

fn takiya(canvas: &mut Canvas, lot: &mut Lot, sitter: &Sitter) {
    let frame = &sitter.frame;
    for mirror in [-1.0, 1.0] {
        let side = [(0.8, -0.7), (1.05, -0.5), (1.03, 0.04), (0.94, -0.15), (0.86, -0.5)];
        let side: Vec<Dot> = side.iter().map(|(u, v)| (mirror * u, *v)).collect();
        canvas.fill(&Shape::soft(&frame.dots(&side)), sitter.hair);
    }
    let cloth = *lot.pick(&[Colour(0x1f4d3f), Colour(0x5f1f2c), Colour(0x22305e), Colour(0x2b2530)]);
    let gold = Colour(0xe3bd5c);
    canvas.fill(
        &frame.mirrored(&[(0.0, -1.38), (0.6, -1.3), (0.92, -1.05), (1.02, -0.58), (0.5, -0.64), (0.0, -0.66)]),
        cloth,
    );
    for v in [-0.68, -0.98] {
        canvas.stroke(
            &Shape::line(&frame.dots(&[(-0.96, v + 0.06), (-0.5, v), (0.0, v - 0.02), (0.5, v), (0.96, v + 0.06)])),
            4.0,
            gold,
        );
    }
    for step in -3_i8..=3 {
        let u = f32::from(step) * 0.28;
        let (x, y) = frame.at(u, -0.84 + 0.05 * u.abs());
        canvas.stroke(
            &Shape::line(&[
                (x - 9.0, y + 6.0),
                (x - 6.0, y - 6.0),
                (x, y + 2.0),
                (x + 6.0, y - 6.0),
                (x + 9.0, y + 6.0),
            ]),
            3.2,
            gold,
        );
    }
}

/// The colour of a headscarf follows from the person, since two layers share it.
fn scarf(sitter: &Sitter) -> Colour {
    const CLOTHS: [Colour; 5] =
        [Colour(0x7f9fb5), Colour(0xc58f97), Colour(0x6f8f7d), Colour(0xd9cdb8), Colour(0x6a5f8c)];
    CLOTHS[usize::from(sitter.age) % CLOTHS.len()]
}

fn headscarf(canvas: &mut Canvas, sitter: &Sitter) {
    let frame = &sitter.frame;
    let cloth = scarf(sitter);
    // A ring around the face: the outer edge one way, the inner edge back.
    let outer = [(0.0, -1.24), (0.86, -1.0), (1.14, -0.4), (1.14, 0.4), (0.98, 0.95), (0.66, 1.32), (0.0, 1.42)];
    let inner = [(0.0, 1.02), (0.44, 0.94), (0.76, 0.66), (0.86, 0.2), (0.84, -0.3), (0.55, -0.64), (0.0, -0.72)];
    for mirror in [-1.0, 1.0] {
        let half: Vec<Dot> = outer.iter().chain(&inner).map(|(u, v)| (mirror * u, *v)).collect();
        canvas.fill(&Shape::soft(&frame.dots(&half)), cloth);
    }
    let drape = [(-0.7, 1.2), (0.0, 1.3), (0.8, 1.1), (1.25, 1.62), (0.5, 2.05), (-0.4, 1.95), (-1.2, 1.7)];
    canvas.fill(&Shape::soft(&frame.dots(&drape)), cloth);
    for fold in [
        [(-0.6, 1.28), (0.1, 1.5), (0.9, 1.38)],
        [(-0.75, 1.5), (0.0, 1.75), (0.95, 1.6)],
        [(0.98, -0.3), (1.02, 0.3), (0.86, 0.85)],
    ] {
        canvas.stroke(&Shape::line(&frame.dots(&fold)), 4.0, cloth.darker(0.16));
    }
}

fn womens(canvas: &mut Canvas, lot: &mut Lot, sitter: &Sitter) {
    let frame = &sitter.frame;
    let has_fringe = lot.chance(if sitter.is_child() { 420 } else { 260 });
    let is_loose = matches!(sitter.style, Style::Bob | Style::Long);
    let temple = if is_loose { 0.78 } else { 0.92 };
    let hairline: Vec<Dot> = if has_fringe {
        vec![(0.93, -0.1), (temple, -0.34), (0.4, -0.3), (0.0, -0.34), (-0.4, -0.3), (-temple, -0.34), (-0.93, -0.1)]
    } else if lot.chance(500) {
        vec![
            (0.95, -0.1),
            (temple, -0.42),
            (0.45, -0.72),
            (0.02, -0.98),
            (-0.45, -0.72),
            (-temple, -0.42),
            (-0.95, -0.1),
        ]
    } else {
        vec![
            (0.95, -0.1),
            (temple, -0.36),
            (0.3, -0.56),
            (-0.25, -0.72),
            (-0.44, -0.92),
            (-0.74, -0.6),
            (-temple, -0.32),
            (-0.95, -0.1),
        ]
    };
    if is_loose {
        let length = if sitter.style == Style::Long { 1.62 } else { 0.86 };
        for mirror in [-1.0, 1.0] {
            let lock = [
                (0.6, -0.84),
                (1.03, -0.48),
                (1.17, 0.1),
                (1.2, length * 0.7),
                (1.08, length),
                (0.9, length * 0.82),
                (0.93, 0.3),
                (0.86, -0.2),
            ];
            let lock: Vec<Dot> = lock.iter().map(|(u, v)| (mirror * u, *v)).collect();
            canvas.fill(&Shape::soft(&frame.dots(&lock)), sitter.hair);
        }
    }
    cap(canvas, sitter, &hairline);
    shine(canvas, sitter, &[(0.2, -0.98), (0.52, -0.88), (0.76, -0.64)]);
    let ribbon = *lot.pick(&[Colour::WHITE, Colour::WHITE, Colour(0xd9485f), Colour(0x4a7fc1), Colour(0xf0c24b)]);
    match sitter.style {
        Style::Braids => braids(canvas, sitter, ribbon),
        Style::TwoTails => {
            for side in [-1.0, 1.0] {
                let (x, y) = frame.at(side * 1.08, -0.5);
                bow(canvas, x, y, if sitter.is_child() { 1.0 } else { 0.6 }, ribbon);
            }
        }
        Style::Ponytail if sitter.is_child() => {
            let (x, y) = frame.at(0.9, -0.96);
            bow(canvas, x, y, 1.0, ribbon);
        }
        Style::Bob | Style::Long if sitter.age < 16 && lot.chance(450) => {
            let band = [(-0.98, -0.5), (-0.7, -0.94), (0.0, -1.1), (0.7, -0.94), (0.98, -0.5)];
            canvas.stroke(&Shape::line(&frame.dots(&band)), 12.0, ribbon.darker(0.04));
        }
        Style::Ponytail
        | Style::Bob
        | Style::Long
        | Style::Bun
        | Style::Headscarf
        | Style::Short
        | Style::SideParting
        | Style::Fringe
        | Style::Tuft
        | Style::Curls
        | Style::Buzz
        | Style::Receding
        | Style::Takiya => {}
    }
}

/// Two plaits over the shoulders, link by link, tied with bows.
fn braids(canvas: &mut Canvas, sitter: &Sitter, ribbon: Colour) {
    let frame = &sitter.frame;
    for side in [-1.0, 1.0] {
        let (mut x, mut y) = frame.at(side * 1.04, 0.3);
        for link in 0..7_i8 {
            let lean = if link % 2 == 0 { 3.5 } else { -3.5 };
            canvas.fill(
                &Shape::oval(x + lean, y, 17.5, 19.0),
                if link % 2 == 0 { sitter.hair } else { sitter.hair.lighter(0.1) },
            );
            x += side * 2.6;
            y += 25.0;
        }
        bow(canvas, x, y, 0.62, ribbon);
        canvas.fill(
            &Shape::soft(&[
                (x - 10.0, y + 6.0),
                (x + 10.0, y + 6.0),
                (x + 12.0, y + 34.0),
                (x, y + 46.0),
                (x - 12.0, y + 34.0),
            ]),
            sitter.hair,
        );
        canvas.fill(&Shape::oval(x, y, 8.0, 8.0), ribbon.darker(0.12));
    }
}

fn bow(canvas: &mut Canvas, x: f32, y: f32, size: f32, colour: Colour) {
    let edge = colour.darker(0.14);
    for side in [-1.0, 1.0] {
        let lobe = Shape::soft(&[
            (x, y),
            (x + side * 22.0 * size, y - 30.0 * size),
            (x + side * 50.0 * size, y - 20.0 * size),
            (x + side * 52.0 * size, y + 12.0 * size),
            (x + side * 26.0 * size, y + 24.0 * size),
        ]);
        canvas.fill(&lobe, colour);
        canvas.stroke(&lobe, 2.4, edge);
        canvas.stroke(&Shape::line(&[(x + side * 8.0 * size, y), (x + side * 30.0 * size, y - 4.0 * size)]), 2.4, edge);
    }
    canvas.fill(&Shape::oval(x, y, 11.0 * size, 11.0 * size), colour.darker(0.1));
}
