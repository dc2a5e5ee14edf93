//! What is dangerous of a person and therefore kept sealed: numbers, document, contacts.

use std::fmt;

use jiff::civil::Date;

use super::{Iin, Phone, words::words};

words! {
    /// What a document is. Texts: key `people-document-<word>`.
    DocumentKind {
        /// A birth certificate.
        BirthCertificate = "birth_certificate",
        /// An identity card.
        IdentityCard = "identity_card",
        /// A passport.
        Passport = "passport",
        /// A residence permit.
        ResidencePermit = "residence_permit",
    }
}

/// A document that shows who somebody is. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// Its number, letters and digits in capitals, without spaces.
    pub number: String,
    /// The day on which it was issued.
    pub issued: Option<Date>,
}

/// Why a text is no number of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a document's number has 4 to 30 letters and digits")]
pub struct DocumentError;

impl DocumentError {
    /// The key of the text that a page shows.
    pub const fn key(self) -> &'static str {
        "people-document-fault"
    }
}

impl Document {
    /// Reads a number; spaces, hyphens and the sign № do not count.
    ///
    /// # Errors
    /// [`DocumentError`] when it is too short, too long, or has other signs.
    pub fn parse(kind: DocumentKind, number: &str, issued: Option<Date>) -> Result<Self, DocumentError> {
        let number: String = number
            .chars()
            .filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '–' | '№' | '/' | '.'))
            .flat_map(char::to_uppercase)
            .collect();
        let fits = (4..=30).contains(&number.chars().count()) && number.chars().all(char::is_alphanumeric);
        if fits { Ok(Self { kind, number, issued }) } else { Err(DocumentError) }
    }

    /// As one text, for sealing: kind, number and day, a line each.
    pub(crate) fn packed(&self) -> String {
        let issued = self.issued.map(|day| day.to_string()).unwrap_or_default();
        format!("{}\n{}\n{issued}", self.kind.as_str(), self.number)
    }

    /// What [`Document::packed`] made.
    pub(crate) fn unpacked(text: &str) -> Option<Self> {
        let mut lines = text.split('\n');
        let (kind, number, issued) = (DocumentKind::parse(lines.next()?)?, lines.next()?, lines.next()?);
        let issued = if issued.is_empty() { None } else { Some(issued.parse().ok()?) };
        Self::parse(kind, number, issued).ok()
    }

    /// The number for those who must only tell one from another: its last two signs.
    pub fn masked(&self) -> String {
        let count = self.number.chars().count();
        let end: String = self.number.chars().skip(count - 2).collect();
        format!("{}{end}", "•".repeat(count - 2))
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Document(hidden)")
    }
}

/// An e-mail address in lower case. `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

/// Why a text is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an e-mail address is name@host.kz")]
pub struct EmailError;

impl EmailError {
    /// The key of the text that a page shows.
    pub const fn key(self) -> &'static str {
        "people-email-fault"
    }
}

impl Email {
    /// Reads an address of at most 254 signs (RFC 5321): a name, `@`, a host with a dot; no spaces.
    ///
    /// # Errors
    /// [`EmailError`].
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim().to_lowercase();
        let (name, host) = text.split_once('@').ok_or(EmailError)?;
        let is_sign = |letter: char| !letter.is_whitespace() && !letter.is_control() && letter != '@';
        let is_host = host.split('.').count() > 1
            && host
                .split('.')
                .all(|part| !part.is_empty() && part.chars().all(|letter| letter.is_alphanumeric() || letter == '-'));
        let fits = !name.is_empty() && name.len() <= 64 && text.len() <= 254 && name.chars().all(is_sign) && is_host;
        if fits { Ok(Self(text)) } else { Err(EmailError) }
    }

    /// The address.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The address for those who must only tell one from another: its first letter and its host.
    pub fn masked(&self) -> String {
        let (name, host) = self.0.split_once('@').unwrap_or((&self.0, ""));
        format!("{}•••@{host}", name.chars().next().unwrap_or('•'))
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(hidden)")
    }
}

/// Everything that is kept sealed of a person. `Debug` hides all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Particulars {
    /// The individual identification number.
    pub iin: Option<Iin>,
    /// The document.
    pub document: Option<Document>,
    /// Phones, the one to call first first; at most [`Particulars::MAX_PHONES`].
    pub phones: Vec<Phone>,
    /// The e-mail address.
    pub email: Option<Email>,
    /// Where the person lives; may be empty.
    pub address: Address,
}

impl Particulars {
    /// So many phones may be kept of a person.
    pub const MAX_PHONES: usize = 4;

    /// Whether there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What `other` says, and what these say where `other` is silent: a list seldom holds everything.
    #[must_use]
    pub fn updated_by(mut self, other: &Self) -> Self {
        if other.iin.is_some() {
            self.iin = other.iin;
        }
        if other.document.is_some() {
            self.document.clone_from(&other.document);
        }
        for phone in &other.phones {
            if !self.phones.contains(phone) && self.phones.len() < Self::MAX_PHONES {
                self.phones.push(phone.clone());
            }
        }
        if other.email.is_some() {
            self.email.clone_from(&other.email);
        }
        if !other.address.is_empty() {
            self.address = other.address.clone();
        }
        self
    }
}

/// A postal address in one line; may be empty. `Debug` hides it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Address(String);

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an address is one line of at most 300 letters")]
pub struct AddressError;

impl AddressError {
    /// The key of the text that a page shows.
    pub const fn key(self) -> &'static str {
        "people-address-fault"
    }
}

impl Address {
    /// So many letters at most.
    pub const MAX_LETTERS: usize = 300;

    /// Reads one line; an empty one is no address.
    ///
    /// # Errors
    /// [`AddressError`].
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let fits = text.chars().count() <= Self::MAX_LETTERS && !text.chars().any(char::is_control);
        if fits { Ok(Self(text)) } else { Err(AddressError) }
    }

    /// The address.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_document_is_kept_in_one_form_and_reads_back() {
        let day = Some(date(2015, 9, 20));
        let document = Document::parse(DocumentKind::BirthCertificate, " ав № 123-456 ", day).unwrap();
        assert_eq!((document.number.as_str(), document.masked().as_str()), ("АВ123456", "••••••56"));
        assert_eq!(Document::unpacked(&document.packed()), Some(document.clone()));
        assert_eq!(format!("{document:?}"), "Document(hidden)");
        for wrong in ["", "12", "12 34;", &"1".repeat(31)] {
            assert!(Document::parse(DocumentKind::Passport, wrong, None).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_email_has_a_name_and_a_host() {
        assert_eq!(Email::parse(" Aigul@Mail.KZ ").unwrap().expose(), "aigul@mail.kz");
        assert_eq!(Email::parse("aigul@mail.kz").unwrap().masked(), "a•••@mail.kz");
        for wrong in ["", "aigul", "@mail.kz", "a@mail", "a b@mail.kz", "a@b@mail.kz", "a@mail..kz", "a@.kz"] {
            assert_eq!(Email::parse(wrong), Err(EmailError), "{wrong}");
        }
    }

    #[test]
    fn a_list_that_is_silent_takes_nothing_away() {
        let full = Particulars {
            iin: Iin::parse("150915500017").ok(),
            phones: vec![Phone::parse("+77001112233").unwrap()],
            address: Address::parse("Абай  көшесі,  1").unwrap(),
            ..Particulars::default()
        };
        assert_eq!(full.clone().updated_by(&Particulars::default()), full);
        assert_eq!(full.clone().updated_by(&full), full, "a phone is not kept twice");
        assert_eq!(full.address.expose(), "Абай көшесі, 1");
        assert!(!format!("{full:?}").contains("150915"));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            if let Ok(document) = Document::parse(DocumentKind::Passport, &text, None) {
                prop_assert_eq!(Document::unpacked(&document.packed()), Some(document));
            }
            let _ = Email::parse(&text).map(|email| email.masked());
            let _ = Address::parse(&text);
        }
    }
}
