//! Form fields: label above, help below, error beside, what was typed kept.

use i18n::{Lang, msg};
use maud::{Markup, Render, html};

use super::{Icon, Tone, alert, icon};
use crate::{Attrs, Form};

/// One thing to choose from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
}

impl Choice {
    /// A choice.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }
}

#[derive(Clone, Debug)]
enum Kind {
    Input(&'static str),
    File { lang: Lang },
    Area { rows: u8 },
    Select { choices: Vec<Choice>, empty: Option<String> },
}

/// A field with its label, help and error. Value and error come from the [`Form`].
#[derive(Clone, Debug)]
pub struct Field {
    name: &'static str,
    label: String,
    kind: Kind,
    value: String,
    fault: Option<String>,
    help: Option<String>,
    is_required: bool,
    width: &'static str,
    attrs: Attrs,
}

impl Field {
    /// A line of text.
    pub fn text(name: &'static str, label: impl Into<String>, form: &Form) -> Self {
        Self::of(name, label, form, Kind::Input("text"))
    }

    /// A password; never shows what was sent before.
    pub fn password(name: &'static str, label: impl Into<String>, form: &Form) -> Self {
        Self { value: String::new(), ..Self::of(name, label, form, Kind::Input("password")) }
    }

    /// A phone number.
    pub fn phone(name: &'static str, label: impl Into<String>, form: &Form) -> Self {
        Self::of(name, label, form, Kind::Input("tel")).attr("autocomplete", "off")
    }

    /// A whole number: digits are typed, no arrows that a wheel turns by accident.
    pub fn number(name: &'static str, label: impl Into<String>, form: &Form) -> Self {
        Self { width: "short", ..Self::of(name, label, form, Kind::Input("text")).attr("inputmode", "numeric") }
    }

    /// A day.
    pub fn date(name: &'static str, label: impl Into<String>, form: &Form) -> Self {
        Self { width: "short", ..Self::of(name, label, form, Kind::Input("date")) }
    }

    /// A time of day.
    pub fn time(name: &'static str, label: impl Into<String>, form: &Form) -> Self {
        Self { width: "short", ..Self::of(name, label, form, Kind::Input("time")) }
    }

    /// A file; its form is `multipart/form-data`. `accept` lists media types, such as `image/jpeg,image/png`.
    pub fn file(lang: Lang, name: &'static str, label: impl Into<String>, form: &Form, accept: &'static str) -> Self {
        Self::of(name, label, form, Kind::File { lang }).attr("accept", accept)
    }

    /// Several lines of text.
    pub fn area(name: &'static str, label: impl Into<String>, form: &Form, rows: u8) -> Self {
        Self::of(name, label, form, Kind::Area { rows })
    }

    /// One of a list.
    pub fn select(name: &'static str, label: impl Into<String>, form: &Form, choices: Vec<Choice>) -> Self {
        Self::of(name, label, form, Kind::Select { choices, empty: None })
    }

    fn of(name: &'static str, label: impl Into<String>, form: &Form, kind: Kind) -> Self {
        Self {
            name,
            label: label.into(),
            kind,
            value: form.value(name).to_owned(),
            fault: form.fault(name).map(str::to_owned),
            help: None,
            is_required: false,
            width: "",
            attrs: Attrs::new(),
        }
    }

    /// A select that can be left open; `label` is what that means.
    #[must_use]
    pub fn or_none(mut self, label: impl Into<String>) -> Self {
        if let Kind::Select { empty, .. } = &mut self.kind {
            *empty = Some(label.into());
        }
        self
    }

    /// With a sentence below that helps to fill it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Must be filled.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// As wide as a date or a number.
    #[must_use]
    pub fn short(mut self) -> Self {
        self.width = "short";
        self
    }

    /// Over the whole width of the form.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.width = "wide";
        self
    }

    /// With any other attribute of the control, such as `autocomplete` or `maxlength`.
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attrs = self.attrs.with(name, value);
        self
    }

    fn control(&self, id: &str) -> Markup {
        let described = match (&self.fault, &self.help) {
            (Some(_), Some(_)) => Some(format!("{id}-fault {id}-help")),
            (Some(_), None) => Some(format!("{id}-fault")),
            (None, Some(_)) => Some(format!("{id}-help")),
            (None, None) => None,
        };
        let attrs = Attrs::new()
            .with("id", id)
            .with("name", self.name)
            .flag("required", self.is_required)
            .maybe("aria-invalid", self.fault.as_ref().map(|_| "true"))
            .maybe("aria-describedby", described)
            .and(&self.attrs);
        match &self.kind {
            Kind::File { lang } => {
                let none = msg!(*lang, "web-form-no-file");
                html! {
                    div .file {
                        (attrs.with("type", "file").void("input"))
                        span .button aria-hidden="true" { (icon(Icon::Upload)) span { (msg!(*lang, "web-form-choose-file")) } }
                        span .file-name data-none=(none) { (none) }
                    }
                }
            }
            Kind::Input(kind) => attrs.with("type", *kind).with("value", &self.value).void("input"),
            Kind::Area { rows } => attrs.with("rows", rows.to_string()).element("textarea", &html! { (self.value) }),
            Kind::Select { choices, empty } => attrs.element(
                "select",
                &html! {
                    @if let Some(empty) = empty { option value="" { (empty) } }
                    @for choice in choices {
                        option value=(choice.value) selected[choice.value == self.value] { (choice.label) }
                    }
                },
            ),
        }
    }
}

impl Render for Field {
    fn render(&self) -> Markup {
        let id = format!("f-{}", self.name);
        let class = format!("field {}", self.width);
        html! {
            div class=(class.trim_end()) {
                label for=(id) { (self.label) @if self.is_required { span .must aria-hidden="true" { "*" } } }
                (self.control(&id))
                @if let Some(fault) = &self.fault { p .fault-line id={ (id) "-fault" } { (icon(Icon::AlertCircle)) (fault) } }
                @if let Some(help) = &self.help { p .help id={ (id) "-help" } { (help) } }
            }
        }
    }
}

/// A check box with its label behind it. `value` is what is sent when it is ticked (`on` when there is only one).
pub fn checkbox(name: &str, value: &str, label: &str, is_checked: bool) -> Markup {
    html! {
        label .check { input type="checkbox" name=(name) value=(value) checked[is_checked]; span { (label) } }
    }
}

/// Several check boxes of one name under one legend, ticked as the form says.
pub fn choices(name: &str, legend: &str, form: &Form, choices: &[Choice]) -> Markup {
    html! {
        fieldset .choices {
            legend { (legend) }
            div .choices-row {
                @for choice in choices {
                    (checkbox(name, &choice.value, &choice.label, form.values(name).any(|value| value == choice.value)))
                }
            }
            @if let Some(fault) = form.fault(name) { p .fault-line { (icon(Icon::AlertCircle)) (fault) } }
        }
    }
}

/// A value that the form sends unseen.
pub fn hidden(name: &str, value: &str) -> Markup {
    html! { input type="hidden" name=(name) value=(value); }
}

/// The row of buttons that ends a form.
pub fn form_actions(buttons: Markup) -> Markup {
    html! { div .form-actions { (buttons) } }
}

/// What stands above a form that was sent wrongly: how many fields to look at, and what belongs to no field (its name is
/// empty).
pub fn form_faults(lang: Lang, form: &Form) -> Markup {
    if form.is_ok() {
        return Markup::default();
    }
    let general: Vec<&str> =
        form.faults().iter().filter(|fault| fault.field.is_empty()).map(|fault| fault.sentence.as_str()).collect();
    let count = form.faults().len() - general.len();
    html! {
        @for sentence in general { (alert(Tone::Bad, sentence, "")) }
        @if count > 0 { (alert(Tone::Bad, &msg!(lang, "web-form-faults", count = count), &msg!(lang, "web-form-faults-how"))) }
    }
}
