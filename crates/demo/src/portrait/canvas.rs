//! A thin layer over the rasteriser: colours, soft shapes, fills and strokes.

use tiny_skia::{FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform};

/// A colour, `0xRRGGBB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub(super) u32);

impl Colour {
    pub(super) const WHITE: Self = Self(0xff_ffff);

    /// Mixed with so much of another (0 to 1).
    pub(super) fn mixed(self, other: Self, share: f32) -> Self {
        let part = |shift: u32| {
            let (from, to) = ((self.0 >> shift & 0xff) as f32, (other.0 >> shift & 0xff) as f32);
            ((from + (to - from) * share.clamp(0.0, 1.0)).round() as u32) << shift
        };
        Self(part(16) | part(8) | part(0))
    }

    pub(super) fn lighter(self, share: f32) -> Self {
        self.mixed(Self::WHITE, share)
    }

    pub(super) fn darker(self, share: f32) -> Self {
        self.mixed(Self(0x1a1020), share)
    }

    /// The colour of this skin in shade or blushing.
    pub(super) fn warmer(self, share: f32) -> Self {
        self.mixed(Self(0xb04a3a), share)
    }
}

pub(super) type Dot = (f32, f32);

/// An outline.
pub(super) struct Shape(Option<Path>);

impl Shape {
    pub(super) fn oval(x: f32, y: f32, radius_x: f32, radius_y: f32) -> Self {
        let rect = Rect::from_xywh(x - radius_x, y - radius_y, radius_x * 2.0, radius_y * 2.0);
        Self(rect.and_then(PathBuilder::from_oval))
    }

    /// Straight lines between the dots, closed.
    pub(super) fn polygon(dots: &[Dot]) -> Self {
        let mut path = PathBuilder::new();
        for (at, (x, y)) in dots.iter().enumerate() {
            if at == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
        }
        path.close();
        Self(path.finish())
    }

    /// A soft closed outline through the dots.
    pub(super) fn soft(dots: &[Dot]) -> Self {
        let mut path = PathBuilder::new();
        let dot = |at: usize| dots[at % dots.len()];
        path.move_to(dots[0].0, dots[0].1);
        for at in 0..dots.len() {
            bend(&mut path, dot(at + dots.len() - 1), dot(at), dot(at + 1), dot(at + 2));
        }
        path.close();
        Self(path.finish())
    }

    /// A soft open line through the dots.
    pub(super) fn line(dots: &[Dot]) -> Self {
        let mut path = PathBuilder::new();
        path.move_to(dots[0].0, dots[0].1);
        for at in 0..dots.len() - 1 {
            let after = dots[(at + 2).min(dots.len() - 1)];
            bend(&mut path, dots[at.saturating_sub(1)], dots[at], dots[at + 1], after);
        }
        Self(path.finish())
    }
}

/// The piece of a Catmull-Rom spline from `from` to `to`.
fn bend(path: &mut PathBuilder, before: Dot, from: Dot, to: Dot, after: Dot) {
    path.cubic_to(
        from.0 + (to.0 - before.0) / 6.0,
        from.1 + (to.1 - before.1) / 6.0,
        to.0 - (after.0 - from.0) / 6.0,
        to.1 - (after.1 - from.1) / 6.0,
        to.0,
        to.1,
    );
}

/// What is drawn on.
pub(super) struct Canvas(Pixmap);

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Option<Self> {
        Pixmap::new(width, height).map(Self)
    }

    pub(super) fn flood(&mut self, colour: Colour) {
        self.0.fill(paint_colour(colour, 1.0));
    }

    pub(super) fn fill(&mut self, shape: &Shape, colour: Colour) {
        self.glaze(shape, colour, 1.0);
    }

    /// Fills with so much of the colour (0 to 1), what is below showing through.
    pub(super) fn glaze(&mut self, shape: &Shape, colour: Colour, share: f32) {
        if let Some(path) = &shape.0 {
            self.0.fill_path(path, &paint(colour, share), FillRule::Winding, close_up(), None);
        }
    }

    pub(super) fn stroke(&mut self, shape: &Shape, width: f32, colour: Colour) {
        if let Some(path) = &shape.0 {
            let stroke = Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
            self.0.stroke_path(path, &paint(colour, 1.0), &stroke, close_up(), None);
        }
    }

    /// The pixels without transparency: everything is drawn on an opaque ground.
    pub(super) fn rgb(&self) -> Vec<u8> {
        self.0.pixels().iter().flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()]).collect()
    }
}

/// The bust fills the picture better from a little nearer.
fn close_up() -> Transform {
    const SCALE: f32 = 1.14;
    Transform::from_scale(SCALE, SCALE).post_translate(240.0 * (1.0 - SCALE), 336.0 * (1.0 - SCALE))
}

fn paint(colour: Colour, share: f32) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(paint_colour(colour, share));
    paint
}

fn paint_colour(colour: Colour, share: f32) -> tiny_skia::Color {
    let part = |shift: u32| (colour.0 >> shift & 0xff) as u8;
    let alpha = (share.clamp(0.0, 1.0) * 255.0).round() as u8;
    tiny_skia::Color::from_rgba8(part(16), part(8), part(0), alpha)
}
