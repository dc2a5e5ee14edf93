//! The form of a rule: who, where, which way, when, for how long.

use accounts::Reader;
use i18n::{Lang, msg, msg_dyn};
use kernel::{Direction, PersonId, Role, Who, Window};
use people::queries::PersonBrief;
use web::{
    Filters, Form, Fragment, Markup, WebError,
    components::{
        Button, Choice, Field, Icon, LinkButton, checkbox, choices, form_actions, form_faults, hidden, icon, photo,
    },
    html,
};

use super::{PATH, edit::Choices, sentence};
use crate::{
    model::{Fault, RuleInput, Title, days_of, parse_window},
    pages::editor,
    queries::RuleView,
};

const EVERYBODY: &str = "everybody";
const PERSON: &str = "person";
/// How many windows the form shows, as it was sent.
const SHOWN: &str = "windows-shown";
/// The name of the buttons that add and remove windows.
const CHANGE: &str = "windows-change";
const ADD: &str = "add";
/// Persons that a search shows.
const FOUND: u32 = 6;

pub(super) fn blank() -> Form {
    Form::filled([("who", "role:pupil"), ("is_enabled", "on")])
}

/// The form as the rule is kept.
pub(super) fn filled(rule: &RuleView) -> Form {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut pairs = vec![
        ("revision".to_owned(), rule.revision.to_string()),
        ("name".to_owned(), rule.name.clone()),
        ("who".to_owned(), who_word(rule.who)),
        ("direction".to_owned(), rule.direction.map(Direction::as_str).unwrap_or_default().to_owned()),
        ("from".to_owned(), day(rule.from)),
        ("until".to_owned(), day(rule.until)),
    ];
    if let Who::Person(person) = rule.who {
        pairs.push((PERSON.to_owned(), person.to_string()));
    }
    pairs.extend(rule.points.iter().map(|(point, _)| ("points".to_owned(), point.to_string())));
    for (index, window) in rule.windows.iter().enumerate() {
        pairs.extend(window_pairs(index, *window));
    }
    let ticked = [("on_holidays", rule.on_holidays), ("is_enabled", rule.is_enabled)];
    pairs.extend(
        ticked.into_iter().filter(|(_, is_ticked)| *is_ticked).map(|(name, _)| (name.to_owned(), "on".to_owned())),
    );
    Form::filled(pairs)
}

fn window_pairs(index: usize, window: Window) -> Vec<(String, String)> {
    let [days, from, to] = window_names(index);
    // The end of a day is the next one's beginning to a time field.
    let clock = |minute: u16| format!("{:02}:{:02}", minute / 60 % 24, minute % 60);
    let ticked = (1..=7_u8).filter(|day| window.days & 1 << (day - 1) != 0).map(|day| (days.clone(), day.to_string()));
    ticked.chain([(from, clock(window.from_min)), (to, clock(window.to_min))]).collect()
}

fn window_names(index: usize) -> [String; 3] {
    ["days", "from", "to"].map(|part| format!("w{index}-{part}"))
}

fn who_word(who: Who) -> String {
    match who {
        Who::Everybody => EVERYBODY.to_owned(),
        Who::Role(role) => format!("role:{}", role.as_str()),
        Who::Class(class) => format!("class:{class}"),
        Who::Group(group) => format!("group:{group}"),
        Who::Person(_) => PERSON.to_owned(),
    }
}

fn parse_who(form: &Form) -> Result<Who, Fault> {
    let word = form.value("who");
    let who = match word.split_once(':') {
        Some(("role", role)) => Role::parse(role).map(Who::Role),
        Some(("class", id)) => id.parse().ok().map(Who::Class),
        Some(("group", id)) => id.parse().ok().map(Who::Group),
        Some(_) => None,
        None if word == EVERYBODY => Some(Who::Everybody),
        None if word == PERSON => return form.value(PERSON).parse().map(Who::Person).map_err(|_| Fault::Empty),
        None => None,
    };
    who.ok_or(Fault::NoSuch)
}

/// The form with one window more or less, when a button was pressed that asks for it; nothing is saved then.
pub(super) fn rearranged(form: &Form) -> Option<Form> {
    let change = form.text(CHANGE)?;
    let shown = shown(form);
    let (now, gone) = match change.parse::<usize>() {
        Ok(gone) if gone < shown => (shown.saturating_sub(1).max(1), Some(gone)),
        Ok(_) => (shown, None),
        Err(_) => ((shown + 1).min(RuleInput::MAX_WINDOWS), None),
    };
    let kept = form.pairs().filter(|(name, _)| !matches!(*name, SHOWN | CHANGE)).filter_map(|(name, value)| {
        let name = match (window_of(name), gone) {
            (Some((index, _)), Some(gone)) if index == gone => return None,
            (Some((index, part)), Some(gone)) if index > gone => format!("w{}-{part}", index - 1),
            _ => name.to_owned(),
        };
        Some((name, value.to_owned()))
    });
    Some(Form::filled(kept.chain([(SHOWN.to_owned(), now.to_string()), (CHANGE.to_owned(), change.to_owned())])))
}

/// The window to which a field belongs, and which part of it the field is.
fn window_of(name: &str) -> Option<(usize, &str)> {
    let (index, part) = name.strip_prefix('w')?.split_once('-')?;
    Some((index.parse().ok()?, part))
}

/// How many windows the form shows: as many as were sent or filled, one at least.
fn shown(form: &Form) -> usize {
    let is_filled = |index: &usize| window_names(*index).iter().any(|name| form.text(name).is_some());
    let filled = (0..RuleInput::MAX_WINDOWS).rev().find(is_filled).map_or(0, |last| last + 1);
    let sent = form.text(SHOWN).and_then(|text| text.parse().ok()).unwrap_or(1);
    filled.max(sent).clamp(1, RuleInput::MAX_WINDOWS)
}

/// The rule that the form describes; `None`: the form says what is wrong.
pub(super) fn read(lang: Lang, form: &mut Form) -> Option<RuleInput> {
    let name = form.optional("name", Title::parse, |fault| editor::sentence(lang, fault));
    let who = parse_who(form).map_err(|fault| form.refuse("who", editor::sentence(lang, fault))).ok();
    let points: Result<Vec<_>, _> = form.values("points").map(str::parse).collect();
    let points = points.map_err(|_| form.refuse("points", editor::sentence(lang, Fault::NoSuch))).ok();
    let windows = windows(form).map_err(|(number, fault)| {
        let window = msg!(lang, "access-rule-window", number = number);
        form.refuse("windows", format!("{window}: {}", editor::sentence(lang, fault)));
    });
    let (from, until) = (form.optional_date(lang, "from"), form.optional_date(lang, "until"));
    Some(RuleInput {
        name: name?,
        who: who?,
        points: points?,
        direction: Direction::parse(form.value("direction")),
        windows: windows.ok()?,
        from: from?,
        until: until?,
        on_holidays: form.is_checked("on_holidays"),
        is_enabled: form.is_checked("is_enabled"),
    })
}

/// The windows; an error names the wrong one by its number, from 1.
fn windows(form: &Form) -> Result<Vec<Window>, (i64, Fault)> {
    let mut windows = Vec::new();
    for (index, number) in (0..RuleInput::MAX_WINDOWS).zip(1..) {
        let [days, from, to] = window_names(index);
        let days = days_of(form.values(&days).filter_map(|day| day.parse().ok()));
        let (from, to) = (form.text(&from), form.text(&to));
        if days == 0 && from.is_none() && to.is_none() {
            continue;
        }
        let span = format!("{}-{}", from.unwrap_or_default(), to.unwrap_or_default());
        windows.push(parse_window(days, &span).map_err(|fault| (number, fault))?);
    }
    Ok(windows)
}

/// The person whom the form names, to be shown by name.
pub(super) async fn chosen(reader: &Reader, form: &Form) -> Result<Option<PersonBrief>, WebError> {
    let Ok(person) = form.value(PERSON).parse::<PersonId>() else { return Ok(None) };
    let scope = reader.scope()?;
    let found = reader.app.db.read(move |tx| people::queries::by_ids(tx, &scope, &[person])).await?;
    Ok(found.into_values().next())
}

/// Persons found by the first letters, as the form's choices.
pub(in crate::pages) async fn people(reader: Reader, filters: Filters) -> Result<Fragment, WebError> {
    let scope = reader.scope()?;
    let text = filters.get("person-q").unwrap_or_default().to_owned();
    let found = reader.app.db.read(move |tx| people::queries::search(tx, &scope, &text, FOUND)).await?;
    let lang = reader.lang;
    Ok(Fragment(html! {
        @if found.is_empty() { p .quiet { (msg!(lang, "access-rule-nobody-found")) } }
        @for person in &found { (person_choice(person, false)) }
    }))
}

fn person_choice(person: &PersonBrief, is_chosen: bool) -> Markup {
    html! {
        label .pick {
            input type="radio" name=(PERSON) value=(person.id) checked[is_chosen];
            (photo(person.photo_src("small").as_deref(), &person.full, "small"))
            span { b { (person.full) } small { (person.class_name.as_deref().unwrap_or(&person.position)) } }
        }
    }
}

/// The form's fields and buttons, sent to `action`.
pub(super) fn view(
    reader: &Reader,
    form: &Form,
    offered: &Choices,
    person: Option<&PersonBrief>,
    action: &str,
    save: String,
) -> Markup {
    let lang = reader.lang;
    let ways =
        Direction::ALL.map(|way| Choice::new(way.as_str(), msg_dyn!(lang, "access-rule-way-", way.as_str()))).to_vec();
    let points: Vec<Choice> =
        offered.points.iter().map(|point| Choice::new(point.id.to_string(), point.name.as_str())).collect();
    html! {
        (form_faults(lang, form))
        form .form.rule-form method="post" action=(action) {
            // Enter presses the first button of a form: it must not be one that adds or removes a window.
            button .unseen type="submit" tabindex="-1" aria-hidden="true" {}
            (hidden("revision", form.value("revision")))
            (Field::select("who", msg!(lang, "access-who"), form, who_choices(lang, offered)).help(msg!(lang, "access-rule-who-help")))
            (person_field(lang, person, "/access/rules/people", Some(msg!(lang, "access-rule-person-help")), None))
            div .wide { (choices("points", &msg!(lang, "access-rule-where"), form, &points)) p .help { (msg!(lang, "access-rule-where-help")) } }
            (Field::select("direction", msg!(lang, "access-direction"), form, ways).or_none(msg!(lang, "access-rule-both-ways")).short())
            (window_fields(lang, form, action))
            (Field::date("from", msg!(lang, "access-rule-from-day"), form).help(msg!(lang, "access-rule-from-help")))
            (Field::date("until", msg!(lang, "access-rule-until-day"), form).help(msg!(lang, "access-rule-until-help")))
            (Field::text("name", msg!(lang, "access-rule-name"), form).help(msg!(lang, "access-rule-name-help")).attr("maxlength", "80").wide())
            div .choices-row.wide {
                (checkbox("on_holidays", "on", &msg!(lang, "access-rule-on-holidays"), form.is_checked("on_holidays")))
                (checkbox("is_enabled", "on", &msg!(lang, "access-rule-is-enabled"), form.is_checked("is_enabled")))
            }
            (form_actions(html! { (Button::primary(save).icon(Icon::Check)) (LinkButton::quiet(msg!(lang, "access-cancel"), PATH)) }))
        }
    }
}

fn who_choices(lang: Lang, offered: &Choices) -> Vec<Choice> {
    let mut choices = vec![Choice::new(EVERYBODY, msg!(lang, "access-who-everybody"))];
    choices.extend(
        Role::ALL.iter().map(|role| {
            Choice::new(format!("role:{}", role.as_str()), msg_dyn!(lang, "access-who-all-", role.as_str()))
        }),
    );
    choices.extend(
        offered
            .who
            .groups
            .iter()
            .map(|(id, name)| Choice::new(format!("group:{id}"), msg!(lang, "access-who-group", name = name))),
    );
    choices.extend(
        offered
            .who
            .classes
            .iter()
            .map(|(id, name)| Choice::new(format!("class:{id}"), msg!(lang, "access-who-class", name = name))),
    );
    choices.push(Choice::new(PERSON, msg!(lang, "access-who-person")));
    choices
}

/// A field that looks for persons at an address and offers those found.
pub(in crate::pages) fn person_field(
    lang: Lang,
    person: Option<&PersonBrief>,
    search: &str,
    help: Option<String>,
    fault: Option<&str>,
) -> Markup {
    html! {
        div .field {
            label for="person-q" { (msg!(lang, "access-rule-person")) }
            input #person-q type="search" name="person-q" autocomplete="off" placeholder=(msg!(lang, "access-rule-person-type"))
                hx-get=(search) hx-trigger="input changed delay:200ms, search" hx-target="#person-found" hx-sync="this:replace";
            div #person-found .picks aria-live="polite" { @if let Some(person) = person { (person_choice(person, true)) } }
            @if let Some(fault) = fault { p .fault-line { (icon(Icon::AlertCircle)) (fault) } }
            @if let Some(help) = help { p .help { (help) } }
        }
    }
}

/// The windows and the buttons that add and remove one. A button sends the form as it is; with script only this part comes back.
fn window_fields(lang: Lang, form: &Form, action: &str) -> Markup {
    let shown = shown(form);
    let change = |button: Button, word: String| {
        button
            .sends(CHANGE, word)
            .attr("formnovalidate", "")
            .attr("hx-post", action)
            .attr("hx-target", "#windows")
            .attr("hx-select", "#windows")
            .attr("hx-swap", "outerHTML")
    };
    let removal = |index: usize| {
        let number = i64::try_from(index).unwrap_or_default() + 1;
        let label = msg!(lang, "access-rule-window-remove", number = number);
        change(Button::quiet(label).icon(Icon::X).only_icon(), index.to_string())
    };
    // Where one goes on after a button: to the window that was added, to the last one after a removal.
    let begins = form.text(CHANGE).map(|_| shown - 1);
    html! {
        fieldset #windows .choices.wide {
            legend { (msg!(lang, "access-rule-when")) }
            (hidden(SHOWN, &shown.to_string()))
            @for index in 0..shown { (window_field(lang, form, index, begins == Some(index), &removal(index))) }
            @if let Some(fault) = form.fault("windows") { p .fault-line { (icon(Icon::AlertCircle)) (fault) } }
            @if shown < RuleInput::MAX_WINDOWS {
                div { (change(Button::plain(msg!(lang, "access-rule-window-add")).icon(Icon::Plus), ADD.to_owned())) }
            } @else {
                p .help { (msg!(lang, "access-rule-windows-full")) }
            }
            p .help { (msg!(lang, "access-rule-when-help")) }
        }
    }
}

fn window_field(lang: Lang, form: &Form, index: usize, is_focused: bool, removal: &Button) -> Markup {
    let [days, from, to] = window_names(index);
    let number = index + 1;
    let time = |name: &str, label: String| html! { input type="time" name=(name) value=(form.value(name)) aria-label=(label); };
    html! {
        div .window role="group" aria-label=(msg!(lang, "access-rule-window", number = number)) {
            span .window-days {
                @for day in 1..=7_u8 {
                    @let value = day.to_string();
                    label .day { input type="checkbox" name=(days) value=(value) autofocus[is_focused && day == 1] checked[form.values(&days).any(|ticked| ticked == value)]; span { (sentence::day(lang, day)) } }
                }
            }
            span .window-span { (time(&from, msg!(lang, "access-rule-window-from"))) "–" (time(&to, msg!(lang, "access-rule-window-to"))) }
            (removal)
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::{AccessPointId, ClassId, RuleId};
    use proptest::prelude::*;

    use super::*;

    fn view_of(who: Who, windows: Vec<Window>) -> RuleView {
        RuleView {
            id: RuleId::from_slice(&[1; 16]).unwrap(),
            name: "Утро".to_owned(),
            who,
            who_name: String::new(),
            points: vec![(AccessPointId::from_slice(&[2; 16]).unwrap(), "Турникет 1".to_owned())],
            direction: Some(Direction::Out),
            windows,
            from: Some(date(2026, 9, 1)),
            until: None,
            on_holidays: true,
            is_enabled: false,
            revision: 7,
        }
    }

    #[test]
    fn a_form_without_times_is_a_rule_for_any_time() {
        let input = read(Lang::Ru, &mut blank()).unwrap();
        assert_eq!((input.who, input.windows.len(), input.is_enabled), (Who::Role(Role::Pupil), 0, true));
    }

    #[test]
    fn half_a_window_is_refused_beside_the_windows() {
        for (days, from, to) in [("1", "", ""), ("", "07:30", "14:00"), ("1", "07:30", ""), ("1", "08:00", "08:00")] {
            let mut form = Form::filled([("who", EVERYBODY), ("w0-days", days), ("w0-from", from), ("w0-to", to)]);
            assert_eq!(read(Lang::Ru, &mut form), None, "{days} {from} {to}");
            assert!(form.fault("windows").is_some());
        }
    }

    #[test]
    fn one_person_must_be_chosen_by_name() {
        let mut form = Form::filled([("who", PERSON)]);
        assert_eq!(read(Lang::Ru, &mut form), None);
        assert!(form.fault("who").is_some());
    }

    fn sent(windows: usize, change: &str) -> Form {
        let mut pairs = vec![("who".to_owned(), EVERYBODY.to_owned()), (CHANGE.to_owned(), change.to_owned())];
        for index in 0..windows {
            pairs.push((format!("w{index}-days"), (index % 7 + 1).to_string()));
            pairs.push((format!("w{index}-from"), format!("{:02}:00", index)));
            pairs.push((format!("w{index}-to"), format!("{:02}:30", index)));
        }
        Form::filled(pairs)
    }

    #[test]
    fn windows_are_added_up_to_the_limit_and_removed_down_to_one() {
        assert_eq!(rearranged(&blank()), None);
        let mut form = Form::filled([("who", EVERYBODY), (CHANGE, ADD)]);
        for wanted in 2..RuleInput::MAX_WINDOWS + 5 {
            form = rearranged(&form).unwrap();
            assert_eq!(shown(&form), wanted.min(RuleInput::MAX_WINDOWS));
        }
        let one_less = rearranged(&sent(7, "2")).unwrap();
        let begins: Vec<_> = (0..7).map(|index| one_less.value(&format!("w{index}-from")).to_owned()).collect();
        assert_eq!(begins, ["00:00", "01:00", "03:00", "04:00", "05:00", "06:00", ""]);
        assert_eq!((shown(&one_less), one_less.value("who")), (6, EVERYBODY));
        assert_eq!(shown(&rearranged(&sent(1, "0")).unwrap()), 1);
        assert_eq!(shown(&rearranged(&sent(3, "99")).unwrap()), 3);
    }

    #[test]
    fn the_fault_of_a_window_names_it() {
        let mut form = sent(7, ADD);
        form = Form::filled(
            form.pairs().map(|(name, value)| (name, if name == "w4-to" { "x" } else { value })).collect::<Vec<_>>(),
        );
        assert_eq!(read(Lang::Ru, &mut form), None);
        assert!(form.fault("windows").unwrap().starts_with("Промежуток 5: "));
    }

    proptest! {
        #[test]
        fn no_change_of_windows_breaks_the_form(change in "\\PC{1,6}", shown in "\\PC{0,6}", name in "w[0-9]{0,20}-\\PC{0,4}") {
            let form = Form::filled([("who", EVERYBODY), (CHANGE, change.as_str()), (SHOWN, shown.as_str()), (name.as_str(), "1")]);
            if let Some(form) = rearranged(&form) {
                prop_assert!((1..=RuleInput::MAX_WINDOWS).contains(&super::shown(&form)));
            }
        }

        #[test]
        fn a_rule_comes_back_from_its_form_unchanged(
            windows in proptest::collection::vec((1..128_u8, 0..1440_u16, 1..=1440_u16), 0..5),
            who in 0..5_u8,
        ) {
            let windows: Vec<Window> = windows.into_iter()
                .filter(|(_, from, to)| from != to && !(*from == 0 && *to == 1440))
                .map(|(days, from_min, to_min)| Window { days, from_min, to_min }).collect();
            let who = match who {
                0 => Who::Everybody,
                1 => Who::Role(Role::Guardian),
                2 => Who::Class(ClassId::from_slice(&[3; 16]).unwrap()),
                3 => Who::Group(kernel::GroupId::from_slice(&[4; 16]).unwrap()),
                _ => Who::Person(PersonId::from_slice(&[5; 16]).unwrap()),
            };
            let view = view_of(who, windows.clone());
            let input = read(Lang::Ru, &mut filled(&view)).unwrap();
            prop_assert_eq!((input.who, &input.windows), (who, &windows));
            prop_assert_eq!((input.direction, input.from, input.until), (view.direction, view.from, view.until));
            prop_assert_eq!((input.on_holidays, input.is_enabled, input.points.len()), (true, false, 1));
            prop_assert_eq!(input.name.map(|name| name.to_string()), Some(view.name));
        }

        #[test]
        fn no_form_breaks_the_reader(who in "\\PC{0,12}", from in "\\PC{0,8}", day in "\\PC{0,3}") {
            let mut form = Form::filled([("who", who.as_str()), ("w0-from", from.as_str()), ("w0-days", day.as_str()), ("points", from.as_str())]);
            let _ = read(Lang::Ru, &mut form);
        }
    }
}
