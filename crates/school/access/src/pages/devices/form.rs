//! The form of a device.

use i18n::{Lang, msg};
use kernel::DeviceKind;
use web::{
    Form, Markup,
    components::{Button, Choice, Field, Icon, LinkButton, form_actions, form_faults},
    html,
};

use super::PATH;
use crate::{
    model::{DeviceInput, Fault, Title},
    pages::editor,
    queries::{DeviceView, GateView},
};

const BOARD: &str = "uhppote";
const VIRTUAL: &str = "virtual";
const TCP: &str = "tcp";
const UDP: &str = "udp";
/// What a turnstile needs to let one person through.
const OPEN_S: &str = "3";

/// A form for a new device.
pub(super) fn blank(gates: &[GateView]) -> Form {
    let gate = gates.first().map(|gate| gate.id.to_string()).unwrap_or_default();
    Form::filled([("kind", BOARD), ("transport", UDP), ("open_s", OPEN_S), ("gate", gate.as_str())])
}

/// The form as the device is kept.
pub(super) fn filled(device: &DeviceView) -> Form {
    let mut pairs = vec![("name", device.name.clone()), ("gate", device.gate.to_string())];
    match &device.kind {
        DeviceKind::Virtual => pairs.push(("kind", VIRTUAL.to_owned())),
        DeviceKind::Uhppote { serial, address, tcp, open_s } => pairs.extend([
            ("kind", BOARD.to_owned()),
            ("serial", serial.to_string()),
            ("address", address.clone()),
            ("transport", if *tcp { TCP } else { UDP }.to_owned()),
            ("open_s", open_s.to_string()),
        ]),
    }
    Form::filled(pairs)
}

/// The device that the form describes; `None`: the form says what is wrong.
pub(super) fn read(lang: Lang, form: &mut Form) -> Option<DeviceInput> {
    let name = form.parsed(lang, "name", Title::parse, |fault| editor::sentence(lang, fault));
    let gate = form.choice(lang, "gate", |id| id.parse().ok());
    let kind = match form.value("kind") {
        VIRTUAL => Some(DeviceKind::Virtual),
        _ => board(lang, form),
    };
    let (name, gate, kind) = (name?, gate?, kind?);
    Some(DeviceInput { name, gate, kind })
}

fn board(lang: Lang, form: &mut Form) -> Option<DeviceKind> {
    let serial = form.parsed(
        lang,
        "serial",
        |text| text.parse::<u32>().map_err(|_| Fault::Serial),
        |fault| editor::sentence(lang, fault),
    );
    let open_s = form.parsed(
        lang,
        "open_s",
        |text| text.parse::<u8>().map_err(|_| Fault::OpenSeconds),
        |fault| editor::sentence(lang, fault),
    );
    let address = form.text("address").unwrap_or_default().to_owned();
    let (serial, open_s) = (serial?, open_s?);
    Some(DeviceKind::Uhppote { serial, address, tcp: form.value("transport") == TCP, open_s })
}

/// The form's fields and buttons, sent to `action`.
pub(super) fn view(lang: Lang, form: &Form, gates: &[GateView], action: &str, save: String) -> Markup {
    let kinds = vec![
        Choice::new(BOARD, msg!(lang, "access-device-board")),
        Choice::new(VIRTUAL, msg!(lang, "access-device-virtual")),
    ];
    let ways = vec![Choice::new(UDP, "UDP"), Choice::new(TCP, "TCP")];
    let gates = gates.iter().map(|gate| Choice::new(gate.id.to_string(), gate.name.as_str())).collect();
    html! {
        (form_faults(lang, form))
        form .form method="post" action=(action) {
            (Field::text("name", msg!(lang, "access-name"), form).required().attr("maxlength", "80").attr("autofocus", "").help(msg!(lang, "access-device-name-help")))
            (Field::select("gate", msg!(lang, "access-gate"), form, gates).help(msg!(lang, "access-device-gate-help")))
            (Field::select("kind", msg!(lang, "access-device-kind"), form, kinds).help(msg!(lang, "access-device-kind-help")).wide())
            (Field::number("serial", msg!(lang, "access-board-serial"), form).help(msg!(lang, "access-board-serial-help")))
            (Field::number("open_s", msg!(lang, "access-board-open"), form).help(msg!(lang, "access-board-open-help")))
            (Field::text("address", msg!(lang, "access-board-address"), form).help(msg!(lang, "access-board-address-help"))
                .attr("placeholder", "192.168.1.100:60000").attr("autocomplete", "off").attr("spellcheck", "false"))
            (Field::select("transport", msg!(lang, "access-board-transport"), form, ways).help(msg!(lang, "access-board-transport-help")).short())
            (form_actions(html! { (Button::primary(save).icon(Icon::Check)) (LinkButton::quiet(msg!(lang, "access-cancel"), PATH)) }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GATE: &str = "01010101-0101-0101-0101-010101010101";

    fn form(pairs: &[(&'static str, &'static str)]) -> Form {
        Form::filled(pairs.iter().copied().chain([("gate", GATE), ("name", "Плата")]))
    }

    #[test]
    fn a_board_and_a_virtual_lane_are_read_from_the_form() {
        let mut board = form(&[
            ("kind", "uhppote"),
            ("serial", "405419896"),
            ("address", " h:60000 "),
            ("transport", "tcp"),
            ("open_s", "5"),
        ]);
        let read_board = read(Lang::Ru, &mut board).unwrap();
        assert_eq!(
            read_board.kind,
            DeviceKind::Uhppote { serial: 405_419_896, address: "h:60000".into(), tcp: true, open_s: 5 }
        );
        let mut lane = form(&[("kind", "virtual"), ("serial", "x")]);
        assert_eq!(read(Lang::Ru, &mut lane).unwrap().kind, DeviceKind::Virtual);
    }

    #[test]
    fn each_wrong_field_is_named_and_what_was_typed_is_kept() {
        let mut form = form(&[("kind", "uhppote"), ("serial", "40541989600"), ("open_s", "-1")]);
        assert_eq!(read(Lang::Ru, &mut form), None);
        assert!(form.fault("serial").is_some() && form.fault("open_s").is_some());
        assert_eq!(form.value("serial"), "40541989600");
    }
}
