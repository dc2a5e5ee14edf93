//! What a row says of documents and contacts, and who answers for the pupil.

use people::model::{Address, Email, Iin, Particulars, Phone};

use super::{
    DraftGuardian, FaultKind, Field,
    draft::{Cells, full_name},
    value::{DocumentFault, document_of, kin_of},
};

impl Cells<'_> {
    /// What is kept sealed of the person.
    pub(super) fn particulars(&mut self, iin: Option<Iin>) -> Particulars {
        let document = self.text(Field::Document).and_then(|(column, text)| {
            let head = self.head.map(|head| head.cell(column).as_text()).unwrap_or_default();
            document_of(&text, &head)
                .map_err(|fault| {
                    let kind = match fault {
                        DocumentFault::Kind => FaultKind::DocumentKind,
                        DocumentFault::Number => FaultKind::Document,
                    };
                    self.blame(column, kind);
                })
                .ok()
        });
        let phones = self.phones(Field::Phone);
        let email = self
            .text(Field::Email)
            .and_then(|(column, text)| Email::parse(&text).map_err(|_| self.blame(column, FaultKind::Email)).ok());
        let address = self
            .text(Field::Address)
            .and_then(|(column, text)| Address::parse(&text).map_err(|_| self.blame(column, FaultKind::Address)).ok());
        Particulars { iin, document, phones, email, address: address.unwrap_or_default() }
    }

    fn phones(&mut self, field: Field) -> Vec<Phone> {
        let Some((column, text)) = self.text(field) else { return Vec::new() };
        let mut phones = Vec::new();
        for part in text.split([';', ',', '/', '|', '\n']).map(str::trim).filter(|part| !part.is_empty()) {
            match Phone::parse(part.trim_start_matches('\'')) {
                Ok(phone) if phones.contains(&phone) => {}
                Ok(phone) if phones.len() < Particulars::MAX_PHONES => phones.push(phone),
                Ok(_) => {
                    self.blame(column, FaultKind::PhonesFull);
                    break;
                }
                Err(error) => self.blame(column, FaultKind::Phone(error)),
            }
        }
        phones
    }

    /// Who answers for the pupil, each of whom a name or an IIN is said.
    pub(super) fn guardians(&mut self, is_pupil: bool) -> Vec<DraftGuardian> {
        (0..Field::GUARDIANS.len()).filter_map(|place| self.guardian(place, is_pupil)).collect()
    }

    fn guardian(&mut self, place: usize, is_pupil: bool) -> Option<DraftGuardian> {
        let [name_field, iin_field, phone_field, kind_field] = Field::GUARDIANS[place];
        let said = [name_field, iin_field, phone_field].into_iter().find_map(|field| self.cell(field));
        let (first_column, _) = said?;
        if !is_pupil {
            self.blame(first_column, FaultKind::GuardianWithoutPupil);
            return None;
        }
        let iin = self.iin_in(iin_field);
        let phones = self.phones(phone_field);
        let name = self.text(name_field).and_then(|(column, text)| {
            full_name(&text, "").map_err(|_| self.blame(column, FaultKind::GuardianName)).ok()
        });
        if name.is_none() && iin.is_none() {
            if self.cell(name_field).is_none() {
                self.blame(first_column, FaultKind::GuardianName);
            }
            return None;
        }
        let kind = match self.text(kind_field) {
            Some((column, text)) => match kin_of(&text) {
                Some(kind) => Some(kind),
                None => {
                    self.blame(column, FaultKind::GuardianKind);
                    return None;
                }
            },
            None => None,
        };
        let mended = name.as_ref().and_then(people::model::PersonName::without_lookalikes);
        if let Some(column) = self.mapping.column(name_field).filter(|_| mended.is_some()) {
            self.blame(column, FaultKind::Lookalikes);
        }
        Some(DraftGuardian { place, column: first_column, name, mended, iin, phones, kind })
    }
}
