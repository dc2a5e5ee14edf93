//! The form of an access point.

use i18n::{Lang, msg, msg_dyn};
use kernel::{AntiPassback, ReaderFormat};
use web::{
    Form, Markup,
    components::{Button, Choice, Field, Icon, LinkButton, checkbox, form_actions, form_faults},
    html,
};

use super::PATH;
use crate::{
    model::{Fault, PointInput, Title},
    pages::editor::sentence,
    queries::{DeviceView, GateView, PointView, ZoneView},
};

/// Minutes that the form begins with when anti-passback is timed.
const MINUTES: i64 = 5;
const TIMED: &str = "timed";

/// What can be chosen in the form.
pub(super) struct Choices {
    pub(super) gates: Vec<GateView>,
    pub(super) devices: Vec<DeviceView>,
    pub(super) zones: Vec<ZoneView>,
    pub(super) points: usize,
}

/// A form for a new point.
pub(super) fn blank(choices: &Choices) -> Form {
    let first = |id: Option<String>| id.unwrap_or_default();
    Form::filled([
        ("gate", first(choices.gates.first().map(|gate| gate.id.to_string()))),
        ("inner", first(choices.zones.first().map(|zone| zone.id.to_string()))),
        ("door", "1".to_owned()),
        ("reader_format", ReaderFormat::W26.as_str().to_owned()),
        ("anti_passback", AntiPassback::Off.to_words().0.to_owned()),
        ("anti_passback_min", MINUTES.to_string()),
        ("position", (choices.points + 1).to_string()),
        ("is_enabled", "on".to_owned()),
    ])
}

/// The form as the point is kept.
pub(super) fn filled(point: &PointView) -> Form {
    let (passback, minutes) = point.anti_passback.to_words();
    let mut pairs = vec![
        ("name", point.name.clone()),
        ("gate", point.gate.to_string()),
        ("device", point.device.map(|id| id.to_string()).unwrap_or_default()),
        ("door", point.door.to_string()),
        ("reader_format", point.reader_format.as_str().to_owned()),
        ("inner", point.inner.to_string()),
        ("outer", point.outer.map(|id| id.to_string()).unwrap_or_default()),
        ("anti_passback", passback.to_owned()),
        ("anti_passback_min", if minutes > 0 { minutes } else { MINUTES }.to_string()),
        ("position", point.position.to_string()),
    ];
    if point.is_enabled {
        pairs.push(("is_enabled", "on".to_owned()));
    }
    Form::filled(pairs)
}

/// The point that the form describes; `None`: the form says what is wrong.
pub(super) fn read(lang: Lang, form: &mut Form) -> Option<PointInput> {
    let say = |fault| sentence(lang, fault);
    let name = form.parsed(lang, "name", Title::parse, say);
    let gate = form.choice(lang, "gate", |id| id.parse().ok());
    let device = form.optional("device", |id| id.parse().map_err(|_| Fault::NoSuch), say);
    let door = form.parsed(lang, "door", |text| text.parse::<u8>().map_err(|_| Fault::Door), say);
    let reader_format = form.choice(lang, "reader_format", ReaderFormat::parse);
    let inner = form.choice(lang, "inner", |id| id.parse().ok());
    let outer = form.optional("outer", |id| id.parse().map_err(|_| Fault::NoSuch), say);
    let anti_passback = passback(lang, form);
    let position = form.number(lang, "position", 0..=10_000).and_then(|position| u32::try_from(position).ok());
    Some(PointInput {
        name: name?,
        gate: gate?,
        device: device?,
        door: door?,
        reader_format: reader_format?,
        inner: inner?,
        outer: outer?,
        anti_passback: anti_passback?,
        is_enabled: form.is_checked("is_enabled"),
        position: position?,
    })
}

fn passback(lang: Lang, form: &mut Form) -> Option<AntiPassback> {
    if form.value("anti_passback") == TIMED {
        let minutes = form.parsed(
            lang,
            "anti_passback_min",
            |text| text.parse::<u16>().map_err(|_| Fault::Minutes),
            |fault| sentence(lang, fault),
        );
        return minutes.map(AntiPassback::Timed);
    }
    form.choice(lang, "anti_passback", |word| AntiPassback::parse(word, 0))
}

/// The form's fields and buttons, sent to `action`.
pub(super) fn view(lang: Lang, form: &Form, offered: &Choices, action: &str, save: String) -> Markup {
    let gates = offered.gates.iter().map(|gate| Choice::new(gate.id.to_string(), gate.name.as_str())).collect();
    let devices = offered
        .devices
        .iter()
        .map(|device| Choice::new(device.id.to_string(), format!("{} · {}", device.name, device.gate_name)))
        .collect();
    let zones: Vec<Choice> = offered
        .zones
        .iter()
        .map(|zone| Choice::new(zone.id.to_string(), format!("{} · {}", zone.building_name, zone.name)))
        .collect();
    let formats = ReaderFormat::ALL
        .map(|format| Choice::new(format.as_str(), msg_dyn!(lang, "access-format-", format.as_str())))
        .to_vec();
    let doors = (1..=PointInput::MAX_DOOR).map(|door| Choice::new(door.to_string(), door.to_string())).collect();
    let passbacks =
        ["off", "soft", "hard", TIMED].map(|word| Choice::new(word, msg_dyn!(lang, "access-passback-", word))).to_vec();
    html! {
        (form_faults(lang, form))
        form .form method="post" action=(action) {
            (Field::text("name", msg!(lang, "access-name"), form).required().attr("maxlength", "80").attr("autofocus", "").help(msg!(lang, "access-point-name-help")))
            (Field::number("position", msg!(lang, "access-point-position"), form).help(msg!(lang, "access-point-position-help")))
            (Field::select("outer", msg!(lang, "access-point-outer"), form, zones.clone()).or_none(msg!(lang, "access-street")))
            (Field::select("inner", msg!(lang, "access-point-inner"), form, zones))
            (Field::select("gate", msg!(lang, "access-gate"), form, gates).help(msg!(lang, "access-point-gate-help")))
            (Field::select("device", msg!(lang, "access-device"), form, devices).or_none(msg!(lang, "access-point-no-device")).help(msg!(lang, "access-point-device-help")))
            (Field::select("door", msg!(lang, "access-point-door"), form, doors).help(msg!(lang, "access-point-door-help")).short())
            (Field::select("reader_format", msg!(lang, "access-point-format"), form, formats).help(msg!(lang, "access-point-format-help")))
            (Field::select("anti_passback", msg!(lang, "access-anti-passback"), form, passbacks).help(msg!(lang, "access-anti-passback-help")))
            (Field::number("anti_passback_min", msg!(lang, "access-anti-passback-min"), form).help(msg!(lang, "access-anti-passback-min-help")))
            (checkbox("is_enabled", "on", &msg!(lang, "access-point-is-enabled"), form.is_checked("is_enabled")))
            (form_actions(html! { (Button::primary(save).icon(Icon::Check)) (LinkButton::quiet(msg!(lang, "access-cancel"), PATH)) }))
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::{AccessPointId, DeviceId, GateId, ZoneId};

    use super::*;

    fn view_of(anti_passback: AntiPassback) -> PointView {
        PointView {
            id: AccessPointId::from_slice(&[1; 16]).unwrap(),
            name: "Турникет 1".to_owned(),
            gate: GateId::from_slice(&[2; 16]).unwrap(),
            gate_name: String::new(),
            device: DeviceId::from_slice(&[3; 16]),
            device_name: String::new(),
            is_virtual: false,
            door: 4,
            reader_format: ReaderFormat::W34Reversed,
            inner: ZoneId::from_slice(&[4; 16]).unwrap(),
            inner_name: String::new(),
            outer: None,
            outer_name: String::new(),
            anti_passback,
            is_enabled: false,
            position: 7,
        }
    }

    #[test]
    fn a_point_comes_back_from_its_form_unchanged() {
        for passback in [AntiPassback::Off, AntiPassback::Soft, AntiPassback::Hard, AntiPassback::Timed(15)] {
            let view = view_of(passback);
            let input = read(Lang::Ru, &mut filled(&view)).unwrap();
            assert_eq!(input.anti_passback, passback);
            assert_eq!(
                (input.gate, input.device, input.door, input.reader_format),
                (view.gate, view.device, view.door, view.reader_format)
            );
            assert_eq!((input.inner, input.outer, input.is_enabled, input.position), (view.inner, None, false, 7));
        }
    }
}
