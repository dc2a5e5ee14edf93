//! Drawing on a page: texts, lines, filled rectangles, pictures. Lengths in points from the upper left corner.

use krilla::{
    color::rgb,
    geom::{PathBuilder, Point, Rect, Size, Transform},
    image::Image,
    num::NormalizedF32,
    paint::{Fill, Stroke},
    surface::Surface,
};

use crate::{
    badge::Colour,
    fonts::{Fonts, Weight},
};

/// How a text is drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Style {
    pub(crate) weight: Weight,
    pub(crate) size_pt: f32,
    pub(crate) colour: Colour,
}

/// A rectangle.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Area {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

pub(crate) struct Canvas<'a, 'b> {
    pub(crate) surface: &'a mut Surface<'b>,
    pub(crate) fonts: &'static Fonts,
}

impl Canvas<'_, '_> {
    /// A text whose letters stand on `baseline`.
    pub(crate) fn text(&mut self, x: f32, baseline: f32, style: Style, text: &str) {
        if text.is_empty() {
            return;
        }
        let font = self.fonts.of(style.weight);
        self.fill(style.colour);
        self.surface.draw_glyphs(
            Point::from_xy(x, baseline),
            &font.glyphs(text),
            font.font.clone(),
            text,
            style.size_pt,
            false,
        );
    }

    /// How wide a text is, in points.
    pub(crate) fn width(&self, style: Style, text: &str) -> f32 {
        self.fonts.of(style.weight).width(text, style.size_pt)
    }

    pub(crate) fn rect(&mut self, area: Area, colour: Colour) {
        let Some(rect) = Rect::from_xywh(area.x, area.y, area.width, area.height) else { return };
        let mut path = PathBuilder::new();
        path.push_rect(rect);
        if let Some(path) = path.finish() {
            self.fill(colour);
            self.surface.set_stroke(None);
            self.surface.draw_path(&path);
        }
    }

    pub(crate) fn line(&mut self, from: (f32, f32), to: (f32, f32), width_pt: f32, colour: Colour) {
        let mut path = PathBuilder::new();
        path.move_to(from.0, from.1);
        path.line_to(to.0, to.1);
        if let Some(path) = path.finish() {
            self.surface.set_fill(None);
            self.surface.set_stroke(Some(Stroke { paint: paint(colour), width: width_pt, ..Stroke::default() }));
            self.surface.draw_path(&path);
            self.surface.set_stroke(None);
        }
    }

    /// A picture, as large as fits into the place, in its middle; what sticks out of a filled place is not shown.
    pub(crate) fn picture(&mut self, area: Area, image: Image) {
        let (width, height) = image.size();
        if width == 0 || height == 0 {
            return;
        }
        let (width, height) = (width as f32, height as f32);
        let scale = (area.width / width).max(area.height / height);
        let (shown_width, shown_height) = (width * scale, height * scale);
        let (Some(size), Some(rect)) =
            (Size::from_wh(shown_width, shown_height), Rect::from_xywh(area.x, area.y, area.width, area.height))
        else {
            return;
        };
        let mut clip = PathBuilder::new();
        clip.push_rect(rect);
        let Some(clip) = clip.finish() else { return };
        self.surface.push_clip_path(&clip, &krilla::paint::FillRule::NonZero);
        let (x, y) = (area.x + (area.width - shown_width) / 2.0, area.y + (area.height - shown_height) / 2.0);
        self.surface.push_transform(&Transform::from_translate(x, y));
        self.surface.draw_image(image, size);
        self.surface.pop();
        self.surface.pop();
    }

    fn fill(&mut self, colour: Colour) {
        self.surface.set_fill(Some(Fill { paint: paint(colour), opacity: NormalizedF32::ONE, ..Fill::default() }));
    }
}

fn paint(colour: Colour) -> krilla::paint::Paint {
    rgb::Color::new(colour.red, colour.green, colour.blue).into()
}
