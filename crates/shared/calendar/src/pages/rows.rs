//! Lines of a form that can be added and taken away, with a script and without.
//!
//! Each line sends fields of the same names. A button of the form sends `act`: `save`, `add_<list>` or `remove_<list>_<line>`; only the
//! first stores anything, the others show the form again as it was filled, with a line more or less.

use web::{
    Form, Markup,
    components::{Button, Icon},
    html,
};

/// So many lines of one list are looked at.
const LINES_LIMIT: usize = 60;

/// Which button was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pressed {
    /// Store it.
    Save,
    /// One more line in this list.
    Add(usize),
    /// This list without this line.
    Remove(usize, usize),
}

/// The button that sent the form; the Enter key saves.
pub(super) fn pressed(form: &Form) -> Pressed {
    let act = form.value("act");
    let number = |text: &str| text.parse::<usize>().ok();
    if let Some(list) = act.strip_prefix("add_").and_then(number) {
        return Pressed::Add(list);
    }
    let removed = act.strip_prefix("remove_").and_then(|rest| rest.split_once('_'));
    match removed.and_then(|(list, line)| number(list).zip(number(line))) {
        Some((list, line)) => Pressed::Remove(list, line),
        None => Pressed::Save,
    }
}

/// The lines of a list, a text a field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rows<const N: usize>(pub(super) Vec<[String; N]>);

impl<const N: usize> Rows<N> {
    /// The lines that a form sent in fields of these names.
    pub(super) fn of(form: &Form, names: [&str; N]) -> Self {
        let columns = names.map(|name| form.values(name).take(LINES_LIMIT).collect::<Vec<_>>());
        let count = columns.iter().map(Vec::len).max().unwrap_or(0);
        let line = |index| {
            std::array::from_fn(|column| columns[column].get(index).map_or("", |text: &&str| text.trim()).to_owned())
        };
        Self((0..count).map(line).collect())
    }

    /// The same after a button was pressed, for list number `list`; blank lines are left out when it is stored.
    pub(super) fn after(mut self, pressed: Pressed, list: usize, is_blank: impl Fn(&[String; N]) -> bool) -> Self {
        match pressed {
            Pressed::Save => self.0.retain(|line| !is_blank(line)),
            Pressed::Add(at) if at == list => self.0.push(std::array::from_fn(|_| String::new())),
            Pressed::Remove(at, line) if at == list && line < self.0.len() => {
                self.0.remove(line);
            }
            Pressed::Add(_) | Pressed::Remove(..) => {}
        }
        self
    }
}

/// What the Enter key presses: browsers take the first button of a form.
pub(super) fn enter_saves() -> Markup {
    html! { button .unseen type="submit" name="act" value="save" tabindex="-1" aria-hidden="true" {} }
}

/// The button that adds a line to a list.
pub(super) fn add_button(label: String, list: usize) -> Button {
    Button::plain(label).icon(Icon::Plus).sends("act", format!("add_{list}")).attr("formnovalidate", "")
}

/// The button that takes a line away; its label names the line.
pub(super) fn remove_button(label: String, list: usize, line: usize) -> Button {
    let button = Button::quiet(label).icon(Icon::Trash).only_icon();
    button.sends("act", format!("remove_{list}_{line}")).attr("formnovalidate", "")
}

/// A field of a line: its label is read aloud, its column's head is seen.
pub(super) fn input(kind: &'static str, name: &str, value: &str, label: &str) -> Markup {
    html! { input type=(kind) name=(name) value=(value) aria-label=(label) title=(label); }
}

/// A whole number in a line.
pub(super) fn number_input(name: &str, value: &str, label: &str) -> Markup {
    html! { input .narrow type="text" inputmode="numeric" name=(name) value=(value) aria-label=(label) title=(label) autocomplete="off"; }
}

/// A choice in a line: values and labels.
pub(super) fn select(name: &str, value: &str, label: &str, choices: &[(String, String)]) -> Markup {
    html! {
        select name=(name) aria-label=(label) title=(label) {
            @for (choice, text) in choices { option value=(choice) selected[choice == value] { (text) } }
        }
    }
}

/// A minute of the day as a time field shows it.
pub(super) fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The minute of the day in a time field.
pub(super) fn minute(text: &str) -> Option<u16> {
    if text == "24:00" {
        return Some(24 * 60);
    }
    let time = web::parse_time(text)?;
    Some(u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs()))
}

/// `08:00–08:45`.
pub(super) fn span(from_min: u16, until_min: u16) -> String {
    format!("{}–{}", clock(from_min), clock(until_min))
}

/// The grades of a run as a select sends them: `1-4`.
pub(super) fn grades_value(grades: crate::model::Grades) -> String {
    format!("{}-{}", grades.from(), grades.to())
}

/// The run of grades that a select sent.
pub(super) fn grades_of(text: &str) -> Option<crate::model::Grades> {
    let (from, to) = text.split_once('-')?;
    crate::model::Grades::new(from.trim().parse().ok()?, to.trim().parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buttons_of_a_form_are_told_apart() {
        for (act, is) in [
            ("save", Pressed::Save),
            ("", Pressed::Save),
            ("add_2", Pressed::Add(2)),
            ("remove_1_3", Pressed::Remove(1, 3)),
            ("remove_1", Pressed::Save),
            ("add_x", Pressed::Save),
        ] {
            assert_eq!(pressed(&Form::filled([("act", act)])), is, "{act}");
        }
    }

    #[test]
    fn lines_come_and_go_and_blank_ones_are_not_stored() {
        let form = Form::filled([("a", "1"), ("b", "x"), ("a", " "), ("b", ""), ("a", "3")]);
        let rows = Rows::of(&form, ["a", "b"]);
        let blank = |line: &[String; 2]| line.iter().all(String::is_empty);
        assert_eq!(rows.0.len(), 3);
        let lines = |pressed| rows.clone().after(pressed, 1, blank).0;
        assert_eq!(lines(Pressed::Save), [["1", "x"], ["3", ""]]);
        assert_eq!(lines(Pressed::Add(1)).len(), 4);
        assert_eq!(lines(Pressed::Add(2)).len(), 3, "another list");
        assert_eq!(lines(Pressed::Remove(1, 0)), [["", ""], ["3", ""]]);
        assert_eq!(lines(Pressed::Remove(1, 9)).len(), 3);
    }

    #[test]
    fn minutes_are_read_as_time_fields_send_them() {
        for (text, is) in [("08:05", Some(485)), ("23:59", Some(1439)), ("24:00", Some(1440)), ("8", None), ("", None)]
        {
            assert_eq!(minute(text), is, "{text}");
        }
        assert_eq!(span(480, 525), "08:00–08:45");
        assert_eq!(grades_of("1-4").map(grades_value).as_deref(), Some("1-4"));
        assert!(grades_of("4-1").is_none() && grades_of("1-13").is_none() && grades_of("x").is_none());
    }
}
