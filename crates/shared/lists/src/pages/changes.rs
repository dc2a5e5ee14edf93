//! What a row of a list would write, as the preview shows it: numbers by their ends only.

use kernel::PersonId;
use web::{Markup, html};

use super::preview::Screen;
use crate::{
    model::{Field, Filed, Row, Whom, cards_in_hand},
    words::{self, Look, Said, SaidKin},
};

impl Screen<'_> {
    /// What a new person's row says, in a line or some.
    pub(super) fn said_of_new(&self, row: &Row) -> Markup {
        let Some(filed) = &row.filed else { return Markup::default() };
        let lang = self.lang;
        let said = said_new(filed);
        let own = [Field::Role, Field::Class, Field::BirthDate, Field::Position, Field::Card, Field::Groups];
        let sealed = [Field::Iin, Field::Document, Field::Phone, Field::Email];
        let line = |fields: &[Field]| {
            let texts = fields.iter().map(|field| said.text(lang, *field)).filter(|text| !text.is_empty());
            texts.collect::<Vec<_>>().join(" · ")
        };
        let guardians = Field::GUARDIANS.map(|[name, iin, phone, kind]| line(&[kind, name, iin, phone]));
        html! {
            @for text in [line(&own), line(&sealed)].into_iter().chain(guardians).filter(|text| !text.is_empty()) { div { (text) } }
        }
    }

    /// What changes, old beside new.
    pub(super) fn changes(&self, row: &Row, person: PersonId, fields: &[Field]) -> Markup {
        let (Some(filed), Some(known)) = (&row.filed, self.known.get(&person)) else { return Markup::default() };
        let stored = self.preview.register.private.get(&person).cloned().unwrap_or_default();
        let old = Said {
            data: &known.data,
            class: self.class_of(known),
            cards: cards_in_hand(known).collect(),
            groups: Vec::new(),
            status: known.status,
            private: stored.clone(),
            kin: self.old_kin(filed),
            look: Look::Masked,
        };
        let new = Said { private: stored.updated_by(&filed.particulars), ..said_new(filed) };
        let lang = self.lang;
        let or_dash = |text: String| if text.is_empty() { "–".to_owned() } else { text };
        html! {
            @for field in fields {
                div {
                    (words::field(lang, *field)) ": "
                    // What is added to what is there has no old value.
                    @if !matches!(field, Field::Card | Field::Groups) { del { (or_dash(old.text(lang, *field))) } " → " } @else { "+ " }
                    ins { (or_dash(new.text(lang, *field))) }
                }
            }
        }
    }

    /// What the register says of the guardians of a row.
    fn old_kin(&self, filed: &Filed) -> [SaidKin; 2] {
        let mut said = <[SaidKin; 2]>::default();
        for kin in &filed.kin {
            let Some(place) = said.get_mut(kin.place) else { continue };
            if let Some(old) = &kin.old {
                (place.name, place.kind) = (kin.name.full(), Some(old.kind));
            }
            if let Whom::Person(person) = kin.who
                && let Some(private) = self.preview.register.private.get(&person)
            {
                (place.iin, place.phones) = (private.iin, private.phones.clone());
            }
        }
        said
    }
}

/// What the list says of a person, as a page may show it.
fn said_new(filed: &Filed) -> Said<'_> {
    let mut kin = <[SaidKin; 2]>::default();
    for filed in filed.kin.iter().filter(|kin| !kin.is_left) {
        if let Some(place) = kin.get_mut(filed.place) {
            let iin = filed.iin.or(filed.brings.iin);
            *place =
                SaidKin { name: filed.name.full(), iin, phones: filed.phones.clone(), kind: Some(filed.data.kind) };
        }
    }
    Said {
        data: &filed.data,
        class: filed.class,
        cards: filed.cards.clone(),
        groups: filed.groups.clone(),
        status: filed.status,
        private: filed.particulars.clone(),
        kin,
        look: Look::Masked,
    }
}
