//! Buttons, and links that look like them.

use maud::{Markup, Render, html};

use super::{Icon, icon};
use crate::Attrs;

/// A `<button>`. Sends its form unless it opens or closes a dialog.
#[derive(Clone, Debug)]
pub struct Button {
    class: &'static str,
    label: String,
    icon: Option<Icon>,
    is_label_hidden: bool,
    is_large: bool,
    attrs: Attrs,
}

impl Button {
    /// The main action of a page; there is one at most.
    pub fn primary(label: impl Into<String>) -> Self {
        Self::of("button primary", label)
    }

    /// Another action.
    pub fn plain(label: impl Into<String>) -> Self {
        Self::of("button", label)
    }

    /// An action that must not attract: in table rows, cancel.
    pub fn quiet(label: impl Into<String>) -> Self {
        Self::of("button quiet", label)
    }

    /// An action that destroys or shuts somebody out.
    pub fn danger(label: impl Into<String>) -> Self {
        Self::of("button danger", label)
    }

    fn of(class: &'static str, label: impl Into<String>) -> Self {
        Self { class, label: label.into(), icon: None, is_label_hidden: false, is_large: false, attrs: Attrs::new() }
    }

    /// With an icon before the label.
    #[must_use]
    pub fn icon(mut self, icon: Icon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// Shows the icon only; the label is read aloud and shown under the pointer.
    #[must_use]
    pub fn only_icon(mut self) -> Self {
        self.is_label_hidden = true;
        self
    }

    /// At least 64 px high, for screens that are read from a distance.
    #[must_use]
    pub fn large(mut self) -> Self {
        self.is_large = true;
        self
    }

    /// Sends this name and value with the form.
    #[must_use]
    pub fn sends(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.attr("name", name).attr("value", value)
    }

    /// Opens the dialog of this id instead of sending a form.
    #[must_use]
    pub fn opens(self, dialog: impl Into<String>) -> Self {
        self.attr("type", "button").attr("data-open-dialog", dialog)
    }

    /// Closes the dialog in which it stands.
    #[must_use]
    pub fn closes(self) -> Self {
        self.attr("type", "button").attr("data-close-dialog", "")
    }

    /// Cannot be pressed for now.
    #[must_use]
    pub fn disabled(mut self, is_disabled: bool) -> Self {
        self.attrs = self.attrs.flag("disabled", is_disabled);
        self
    }

    /// With any other attribute, such as `hx-post` or `form`.
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attrs = self.attrs.with(name, value);
        self
    }
}

impl Render for Button {
    fn render(&self) -> Markup {
        face(self.class, &self.label, self.icon, self.is_label_hidden, self.is_large, &self.attrs, "button")
    }
}

/// An `<a>` that looks like a button: it leads somewhere and changes nothing.
#[derive(Clone, Debug)]
pub struct LinkButton(Button);

impl LinkButton {
    /// The main action of a page.
    pub fn primary(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self(Button::primary(label).attr("href", href))
    }

    /// Another way to go.
    pub fn plain(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self(Button::plain(label).attr("href", href))
    }

    /// A way that must not attract.
    pub fn quiet(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self(Button::quiet(label).attr("href", href))
    }

    /// With an icon before the label.
    #[must_use]
    pub fn icon(self, icon: Icon) -> Self {
        Self(self.0.icon(icon))
    }

    /// Shows the icon only; the label is read aloud and shown under the pointer.
    #[must_use]
    pub fn only_icon(self) -> Self {
        Self(self.0.only_icon())
    }

    /// At least 64 px high.
    #[must_use]
    pub fn large(self) -> Self {
        Self(self.0.large())
    }

    /// With any other attribute, such as `download`.
    #[must_use]
    pub fn attr(self, name: &'static str, value: impl Into<String>) -> Self {
        Self(self.0.attr(name, value))
    }
}

impl Render for LinkButton {
    fn render(&self) -> Markup {
        let Button { class, label, icon, is_label_hidden, is_large, attrs } = &self.0;
        face(class, label, *icon, *is_label_hidden, *is_large, attrs, "a")
    }
}

fn face(
    class: &str,
    label: &str,
    sign: Option<Icon>,
    is_label_hidden: bool,
    is_large: bool,
    attrs: &Attrs,
    tag: &'static str,
) -> Markup {
    let mut class = class.to_owned();
    if is_label_hidden {
        class.push_str(" only-icon");
    }
    if is_large {
        class.push_str(" large");
    }
    let hidden = is_label_hidden.then_some(label);
    let attrs = Attrs::new().with("class", class).maybe("title", hidden).maybe("aria-label", hidden).and(attrs);
    let body = html! { @if let Some(sign) = sign { (icon(sign)) } @if !is_label_hidden { span { (label) } } };
    attrs.element(tag, &body)
}
