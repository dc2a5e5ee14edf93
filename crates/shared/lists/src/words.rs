//! Words that pages and files share.

use i18n::{Arg, Lang, msg, msg_dyn, text};
use kernel::{PersonStatus, Role};
use people::model::{ClassName, Document, GuardianKind, Iin, NameError, Particulars, Phone, Sex};
use sheet::Sheet;

use crate::{
    job::Failure,
    model::{
        Fault, FaultKind, Field, KIN_COLUMNS, KinColumn, KinRow, KinVerdict, Mapping, Row, Term, Verdict, card_code,
        fold,
    },
};

/// The name of a field.
pub(crate) fn field(lang: Lang, field: Field) -> String {
    msg_dyn!(lang, "lists-field-", field.as_str())
}

/// What stands above a column: as the file says it, else its letter.
pub(crate) fn head(lang: Lang, sheet: Option<&Sheet>, mapping: &Mapping, column: usize) -> String {
    let said = sheet
        .zip(mapping.heading)
        .and_then(|(sheet, index)| sheet.rows.get(index))
        .map(|row| row.cell(column).as_text());
    match said.filter(|said| !said.is_empty()) {
        Some(said) => said.chars().take(60).collect(),
        None => msg!(lang, "lists-column-letter", letter = letter(column)),
    }
}

/// The letter of a column, as a spreadsheet program shows it: `A`, `AB`.
pub(crate) fn letter(column: usize) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap_or(0));
    if column < 26 { last.to_string() } else { format!("{}{last}", letter(column / 26 - 1)) }
}

/// The sentence about a fault.
pub(crate) fn fault(lang: Lang, kind: FaultKind) -> String {
    match kind {
        FaultKind::Name(NameError::Letter(part, letter)) => {
            text(lang, NameError::Letter(part, letter).key(), &[("letter", Arg::from(letter.to_string()))])
        }
        FaultKind::Name(NameError::Empty(part)) => match part {
            people::model::NamePart::Family => msg!(lang, "lists-row-no-family"),
            people::model::NamePart::Given => msg!(lang, "lists-row-no-given"),
            people::model::NamePart::Patronymic => text(lang, NameError::Empty(part).key(), &[]),
        },
        FaultKind::Name(error) => text(lang, error.key(), &[]),
        FaultKind::Iin(error) => text(lang, error.key(), &[]),
        FaultKind::Class(error) => text(lang, error.key(), &[]),
        FaultKind::Phone(error) => text(lang, error.key(), &[]),
        FaultKind::IinTwice(row) => msg!(lang, "lists-row-iin-twice", row = row),
        FaultKind::PersonTwice(row) => msg!(lang, "lists-row-person-twice", row = row),
        FaultKind::NameTwice(row) => msg!(lang, "lists-row-name-twice", row = row),
        FaultKind::CardTwice(row) => msg!(lang, "lists-row-card-twice", row = row),
        FaultKind::IinShortened => msg!(lang, "lists-row-iin-shortened"),
        FaultKind::IinBirthDate => msg!(lang, "lists-row-iin-birth-date"),
        FaultKind::IinSex => msg!(lang, "lists-row-iin-sex"),
        FaultKind::Date => msg!(lang, "lists-row-date"),
        FaultKind::BirthDate => msg!(lang, "lists-row-birth-date"),
        FaultKind::Role => msg!(lang, "lists-row-role"),
        FaultKind::Status => msg!(lang, "lists-row-status"),
        FaultKind::Position => msg!(lang, "lists-row-position"),
        FaultKind::Formula => msg!(lang, "lists-row-formula"),
        FaultKind::IinRestored => msg!(lang, "lists-row-iin-restored"),
        FaultKind::IinForeigner => msg!(lang, "lists-row-iin-foreigner"),
        FaultKind::Sex => msg!(lang, "lists-row-sex"),
        FaultKind::Card(_) => msg!(lang, "lists-row-card"),
        FaultKind::ClassWithoutPupil => msg!(lang, "lists-row-class-without-pupil"),
        FaultKind::Email => msg!(lang, "lists-row-email"),
        FaultKind::Lookalikes => msg!(lang, "lists-row-lookalikes"),
        FaultKind::Group => msg!(lang, "lists-row-group"),
        FaultKind::CardHeld(_) => msg!(lang, "lists-row-card-held"),
        FaultKind::Archived => msg!(lang, "lists-row-archived"),
        FaultKind::IinHeld => msg!(lang, "lists-row-iin-held"),
        FaultKind::PhonesFull => msg!(lang, "lists-row-phones-full"),
        FaultKind::Document => msg!(lang, "lists-row-document"),
        FaultKind::DocumentKind => msg!(lang, "lists-row-document-kind"),
        FaultKind::Address => msg!(lang, "lists-row-address"),
        FaultKind::OtherIin => msg!(lang, "lists-row-other-iin"),
        FaultKind::IinNamed => msg!(lang, "lists-row-iin-named"),
        FaultKind::GuardianName => msg!(lang, "lists-row-guardian-name"),
        FaultKind::GuardianKind => msg!(lang, "lists-row-guardian-kind"),
        FaultKind::GuardianWithoutPupil => msg!(lang, "lists-row-guardian-without-pupil"),
        FaultKind::GuardianSelf => msg!(lang, "lists-row-guardian-self"),
        FaultKind::GuardianTwice => msg!(lang, "lists-row-guardian-twice"),
        FaultKind::GuardianUnclear => msg!(lang, "lists-row-guardian-unclear"),
        FaultKind::GuardianLeft => msg!(lang, "lists-row-guardian-left"),
        FaultKind::GuardiansFull => msg!(lang, "lists-row-guardians-full"),
        FaultKind::GuardianBare => msg!(lang, "lists-row-guardian-bare"),
        FaultKind::GuardianNamed => msg!(lang, "lists-row-guardian-named"),
    }
}

/// A fault with the column in which it is: `ИИН: …`.
pub(crate) fn placed(lang: Lang, sheet: Option<&Sheet>, mapping: &Mapping, found: Fault) -> String {
    let sentence = fault(lang, found.kind);
    match found.column {
        Some(column) => msg!(lang, "lists-placed", column = head(lang, sheet, mapping, column), fault = sentence),
        None => sentence,
    }
}

/// The heading of a column of the table of guardians.
pub(crate) fn kin_head(lang: Lang, column: KinColumn) -> String {
    match column {
        KinColumn::Of(Field::FullName) => msg!(lang, "lists-kin-child"),
        KinColumn::Of(Field::Iin) => msg!(lang, "lists-kin-child-iin"),
        KinColumn::Of(Field::BirthDate) => msg!(lang, "lists-kin-child-born"),
        KinColumn::Of(Field::Card) => msg!(lang, "lists-kin-child-card"),
        KinColumn::Of(Field::Guardian1Name) => msg!(lang, "lists-export-guardian"),
        KinColumn::Of(Field::Guardian1Iin) => msg!(lang, "lists-kin-guardian-iin"),
        KinColumn::Of(Field::Guardian1Phone) => msg!(lang, "lists-kin-guardian-phone"),
        KinColumn::Of(Field::Guardian1Kind) => msg!(lang, "lists-export-kin"),
        KinColumn::Of(other) => field(lang, other),
        KinColumn::Term(Term::MaySee) => msg!(lang, "lists-export-may-see"),
        KinColumn::Term(Term::MayPay) => msg!(lang, "lists-export-may-pay"),
        KinColumn::Term(Term::MayCollect) => msg!(lang, "lists-export-may-collect"),
        KinColumn::Term(Term::Since) => msg!(lang, "lists-export-since"),
        KinColumn::Term(Term::Until) => msg!(lang, "lists-export-until"),
        KinColumn::Term(Term::Note) => msg!(lang, "lists-export-note"),
    }
}

/// Every heading that a table of guardians may have, folded: in each language, and as tables were headed that were taken away before children had
/// numbers in them.
pub(crate) fn kin_headings() -> Vec<(KinColumn, String)> {
    let now = Lang::ALL.into_iter().flat_map(|lang| KIN_COLUMNS.map(|column| (column, fold(&kin_head(lang, column)))));
    let child = KinColumn::Of(Field::FullName);
    now.chain(Lang::ALL.map(|lang| (child, fold(&field(lang, Field::FullName))))).collect()
}

/// Why a row of a table of guardians was left out, in sentences.
pub(crate) fn kin_reasons(
    lang: Lang,
    sheet: Option<&Sheet>,
    mapping: &Mapping,
    row: &KinRow,
    failures: &[(u32, Failure)],
) -> String {
    let faults = row.draft.faults.iter().filter(|fault| fault.kind.is_refusal());
    let mut all: Vec<String> = faults.map(|fault| placed(lang, sheet, mapping, *fault)).collect();
    if let KinVerdict::Refused(Some(fault)) = &row.verdict {
        all.push(msg_dyn!(lang, "lists-kin-", fault.as_str()));
    }
    let failed = crate::ops::failure_of(failures, row.draft.row);
    all.extend(failed.map(|failure| msg_dyn!(lang, "lists-failure-", failure.as_str())));
    all.join(" ")
}

/// Why a row was left out, in sentences.
pub(crate) fn reasons(
    lang: Lang,
    sheet: Option<&Sheet>,
    mapping: &Mapping,
    row: &Row,
    failed: Option<Failure>,
) -> String {
    let mut all: Vec<String> = row
        .draft
        .faults
        .iter()
        .filter(|fault| fault.kind.is_refusal())
        .map(|fault| placed(lang, sheet, mapping, *fault))
        .collect();
    let failed = failed.or_else(|| matches!(row.verdict, Verdict::Question(_)).then_some(Failure::Unanswered));
    all.extend(failed.map(|failure| msg_dyn!(lang, "lists-failure-", failure.as_str())));
    all.join(" ")
}

pub(crate) fn sex(lang: Lang, sex: Option<Sex>) -> String {
    sex.map(|sex| msg_dyn!(lang, "lists-sex-", sex.as_str())).unwrap_or_default()
}

pub(crate) fn roles<'a>(lang: Lang, roles: impl IntoIterator<Item = &'a Role>) -> String {
    roles.into_iter().map(|role| msg_dyn!(lang, "lists-role-", role.as_str())).collect::<Vec<_>>().join(", ")
}

pub(crate) fn status(lang: Lang, status: PersonStatus) -> String {
    msg_dyn!(lang, "lists-status-", status.as_str())
}

pub(crate) fn kin(lang: Lang, kind: GuardianKind) -> String {
    msg_dyn!(lang, "lists-kin-", kind.as_str())
}

/// What a guardian's columns say.
#[derive(Clone, Default)]
pub(crate) struct SaidKin {
    pub(crate) name: String,
    pub(crate) iin: Option<Iin>,
    pub(crate) phones: Vec<Phone>,
    pub(crate) kind: Option<GuardianKind>,
}

/// How much of a number is told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// Its end, so that one can be told from another: on pages.
    Masked,
    /// All of it: in what is taken away, which is noted.
    Full,
}

/// What a person's field says, for a page or a file.
pub(crate) struct Said<'a> {
    pub(crate) data: &'a people::person::PersonData,
    pub(crate) class: Option<ClassName>,
    pub(crate) cards: Vec<kernel::Card>,
    pub(crate) groups: Vec<String>,
    pub(crate) status: PersonStatus,
    pub(crate) private: Particulars,
    pub(crate) kin: [SaidKin; 2],
    pub(crate) look: Look,
}

impl Said<'_> {
    /// The text of a field; empty for what is not known.
    pub(crate) fn text(&self, lang: Lang, field: Field) -> String {
        let day = |day: Option<jiff::civil::Date>| day.map(|day| i18n::date(lang, day)).unwrap_or_default();
        let name = &self.data.name;
        let [first, second] = &self.kin;
        match field {
            Field::FullName => name.full(),
            Field::Family => name.family().to_owned(),
            Field::Given => name.given().to_owned(),
            Field::Patronymic => name.patronymic().unwrap_or_default().to_owned(),
            Field::BirthDate => day(self.data.birth_date),
            Field::LearningUntil => day(self.data.learning_until),
            Field::Sex => sex(lang, self.data.sex),
            Field::Class => self.class.map(|class| class.to_string()).unwrap_or_default(),
            Field::Grade => self.class.map(|class| class.grade().to_string()).unwrap_or_default(),
            Field::Letter => self.class.map(|class| class.letter().to_string()).unwrap_or_default(),
            Field::Role => roles(lang, &self.data.roles),
            Field::Position => self.data.position.clone(),
            Field::Card => self.cards.iter().map(|card| card_code(*card)).collect::<Vec<_>>().join("; "),
            Field::Groups => self.groups.join("; "),
            Field::Status => status(lang, self.status),
            Field::Iin => self.iin(self.private.iin),
            Field::Phone => self.phones(&self.private.phones),
            Field::Email => self.private.email.as_ref().map_or_else(String::new, |email| match self.look {
                Look::Masked => email.masked(),
                Look::Full => email.expose().to_owned(),
            }),
            Field::Document => self.document(lang, self.private.document.as_ref()),
            Field::Address => match self.look {
                Look::Masked if self.private.address.is_empty() => String::new(),
                Look::Masked => "•••".into(),
                Look::Full => self.private.address.expose().to_owned(),
            },
            Field::Guardian1Name => first.name.clone(),
            Field::Guardian1Iin => self.iin(first.iin),
            Field::Guardian1Phone => self.phones(&first.phones),
            Field::Guardian1Kind => first.kind.map(|kind| kin(lang, kind)).unwrap_or_default(),
            Field::Guardian2Name => second.name.clone(),
            Field::Guardian2Iin => self.iin(second.iin),
            Field::Guardian2Phone => self.phones(&second.phones),
            Field::Guardian2Kind => second.kind.map(|kind| kin(lang, kind)).unwrap_or_default(),
        }
    }

    fn iin(&self, iin: Option<Iin>) -> String {
        match (iin, self.look) {
            (None, _) => String::new(),
            (Some(iin), Look::Masked) => iin.masked(),
            (Some(iin), Look::Full) => iin.expose(),
        }
    }

    fn phones(&self, phones: &[Phone]) -> String {
        let shown = phones.iter().map(|phone| match self.look {
            Look::Masked => phone.masked(),
            Look::Full => phone.show(),
        });
        shown.collect::<Vec<_>>().join("; ")
    }

    /// As a list says it that is brought again.
    fn document(&self, lang: Lang, document: Option<&Document>) -> String {
        let Some(document) = document else { return String::new() };
        let kind = msg_dyn!(lang, "lists-document-", document.kind.as_str());
        match (self.look, document.issued) {
            (Look::Masked, _) => format!("{kind} {}", document.masked()),
            (Look::Full, None) => format!("{kind} {}", document.number),
            (Look::Full, Some(day)) => format!("{kind} {}, {}", document.number, i18n::date(lang, day)),
        }
    }
}
