//! Attributes whose names are known only at run time.

use std::fmt::Write as _;

use maud::{Escaper, Markup, PreEscaped};

/// Attributes of one element, such as `hx-get`. Names are literals of the program, values are escaped.
#[derive(Clone, Debug, Default)]
pub struct Attrs(Vec<(&'static str, Option<String>)>);

impl Attrs {
    /// No attribute.
    pub fn new() -> Self {
        Self::default()
    }

    /// With this attribute.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, Some(value.into())));
        self
    }

    /// With this attribute when there is a value.
    pub fn maybe(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// With this attribute without a value, when `on`.
    pub fn flag(mut self, name: &'static str, on: bool) -> Self {
        if on {
            self.0.push((name, None));
        }
        self
    }

    /// With all of these after its own.
    pub fn and(mut self, others: &Self) -> Self {
        self.0.extend(others.0.iter().cloned());
        self
    }

    fn written(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.0 {
            text.push(' ');
            text.push_str(name);
            if let Some(value) = value {
                text.push_str("=\"");
                // Writing to a String cannot fail.
                let _ = Escaper::new(&mut text).write_str(value);
                text.push('"');
            }
        }
        text
    }

    /// `<tag …>body</tag>`. The tag's name is a literal of the program.
    pub fn element(&self, tag: &'static str, body: &Markup) -> Markup {
        PreEscaped(format!("<{tag}{}>{}</{tag}>", self.written(), body.0))
    }

    /// `<tag …>` of an element without content.
    pub fn void(&self, tag: &'static str) -> Markup {
        PreEscaped(format!("<{tag}{}>", self.written()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_quotes() {
        let attrs = Attrs::new()
            .with("title", "\"><script>&")
            .flag("disabled", true)
            .flag("hidden", false)
            .maybe("id", None::<String>);
        assert_eq!(attrs.void("input").0, "<input title=\"&quot;&gt;&lt;script&gt;&amp;\" disabled>");
    }
}
