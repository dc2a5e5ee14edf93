//! A piece of work: a list or photos that are taken in, or everything that is taken away.

use i18n::Lang;
use jiff::Timestamp;
use kernel::{Id, PersonId, ReaderFormat, UserId};

use crate::model::{Answer, Answers, Field, ListRole, Mapping};

/// A piece of work with lists.
#[derive(Debug)]
pub enum JobKind {}
/// The id of a piece of work.
pub type JobId = Id<JobKind>;

macro_rules! words {
    ($($(#[$meta:meta])* $type:ident { $($(#[$doc:meta])* $name:ident = $word:literal,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type { $($(#[$doc])* $name,)* }
        impl $type {
            /// The word in the database and in text keys.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
            /// The value of this word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$name),)* _ => None }
            }
        }
        store::word_column!($type);
    )*};
}

words! {
    /// What the work does.
    Kind {
        /// A list of persons is taken in.
        Persons = "persons",
        /// Photos are taken in.
        Photos = "photos",
        /// Everything is taken away.
        Export = "export",
    }
    /// How far the work is.
    State {
        /// The file is being read.
        Reading = "reading",
        /// Somebody has to say what the columns mean.
        Columns = "columns",
        /// Somebody has to look at what would be written.
        Preview = "preview",
        /// It is being written.
        Writing = "writing",
        /// All is done.
        Done = "done",
        /// Somebody has stopped it.
        Cancelled = "cancelled",
        /// It could not be done.
        Failed = "failed",
    }
    /// What a file of the work is.
    PartKind {
        /// What was brought.
        Source = "source",
        /// The rows that were not taken.
        Refused = "refused",
        /// What is taken away.
        Result = "result",
    }
}

impl State {
    /// Whether the program is at work.
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Reading | Self::Writing)
    }

    /// Whether nothing more happens.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Failed)
    }
}

/// A piece of work as the database holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Which.
    pub id: JobId,
    /// Who began it.
    pub user: Option<UserId>,
    /// What it does.
    pub kind: Kind,
    /// How far it is.
    pub state: State,
    /// How the file is read.
    pub settings: Settings,
    /// What was decided about its rows.
    pub answers: Answers,
    /// Rows or files that were not written although the preview took them: their number and why.
    pub failures: Vec<(u32, Failure)>,
    /// How many rows or files there are to write.
    pub total: u32,
    /// How many of them are behind.
    pub done: u32,
    /// Persons that were added.
    pub added: u32,
    /// Persons that were changed, or got a photo.
    pub changed: u32,
    /// Persons that were known so already.
    pub same: u32,
    /// Rows or files that were not taken.
    pub refused: u32,
    /// Why it failed, a word.
    pub fault: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When something happened last.
    pub changed_at: Timestamp,
}

impl Job {
    /// Whether it takes in a table of guardians. In the database that is a list whose rows are guardians.
    pub fn is_of_guardians(&self) -> bool {
        self.kind == Kind::Persons && self.settings.role == ListRole::Guardians
    }

    /// The word for its kind in text keys.
    pub fn kind_word(&self) -> &'static str {
        if self.is_of_guardians() { "guardians" } else { self.kind.as_str() }
    }
}

words! {
    /// Why a row was not written although the preview took it.
    Failure {
        /// Somebody has changed the person meanwhile.
        Changed = "changed",
        /// Somebody has got the card meanwhile.
        Card = "card",
        /// The person has left meanwhile.
        Archived = "archived",
        /// The class has gone meanwhile.
        Class = "class",
        /// Somebody else has got the IIN meanwhile.
        Iin = "iin",
        /// The row of a guardian was not written.
        Guardian = "guardian",
        /// Nobody has answered the question.
        Unanswered = "unanswered",
        /// Something else in the row does not fit.
        Row = "row",
    }
}

/// How a list is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Which sheet.
    pub sheet: usize,
    /// Where the headings are and what the columns mean.
    pub mapping: Mapping,
    /// Who stands in the list.
    pub role: ListRole,
    /// What kind of reader showed the numbers of cards.
    pub format: ReaderFormat,
    /// The language of instruction of classes that are added; the language of an export.
    pub lang: Lang,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sheet: 0,
            mapping: Mapping::default(),
            role: ListRole::Pupils,
            format: ReaderFormat::W26,
            lang: Lang::Kk,
        }
    }
}

impl Settings {
    /// As the database keeps it.
    pub fn as_text(&self) -> String {
        let heading = self.mapping.heading.map_or("-".into(), |index| index.to_string());
        let (role, format, lang) = (self.role.role().as_str(), self.format.as_str(), self.lang.code());
        format!("{} {heading} {role} {format} {lang} {}", self.sheet, self.mapping.as_text())
    }

    /// As [`Settings::as_text`] wrote it; what is not understood is as it is at the beginning.
    pub fn parse(text: &str) -> Self {
        let mut settings = Self::default();
        let mut words = text.split(' ');
        if let Some(sheet) = words.next().and_then(|word| word.parse().ok()) {
            settings.sheet = sheet;
        }
        settings.mapping.heading = words.next().and_then(|word| word.parse().ok());
        if let Some(role) = words.next().and_then(ListRole::parse) {
            settings.role = role;
        }
        if let Some(format) = words.next().and_then(ReaderFormat::parse) {
            settings.format = format;
        }
        if let Some(lang) = words.next().and_then(|code| Lang::ALL.into_iter().find(|lang| lang.code() == code)) {
            settings.lang = lang;
        }
        if let Some(columns) = words.next().filter(|columns| !columns.is_empty()) {
            settings.mapping.columns = columns.split(',').map(Field::parse).collect();
        }
        settings
    }
}

/// Decisions as the database keeps them: `12=new 13=<id> u15 n`.
pub(crate) fn answers_text(answers: &Answers) -> String {
    let people = answers.people.iter().map(|(row, answer)| match answer {
        Answer::Another => format!("{row}=new"),
        Answer::Person(person) => format!("{row}={person}"),
    });
    let unmended = answers.unmended.iter().map(|row| format!("u{row}"));
    people.chain(unmended).chain(answers.mends_none.then(|| "n".to_owned())).collect::<Vec<_>>().join(" ")
}

/// As [`answers_text`] wrote them.
pub(crate) fn parse_answers(text: &str) -> Answers {
    let mut answers = Answers::default();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if word == "n" {
            answers.mends_none = true;
        } else if let Some(row) = word.strip_prefix('u').and_then(|row| row.parse().ok()) {
            answers.unmended.insert(row);
        } else if let Some((row, answer)) = word.split_once('=')
            && let Ok(row) = row.parse()
            && let Some(answer) = parse_answer(answer)
        {
            answers.people.insert(row, answer);
        }
    }
    answers
}

/// An answer as a form sends it: `new`, or the person's id.
pub(crate) fn parse_answer(word: &str) -> Option<Answer> {
    if word == "new" { Some(Answer::Another) } else { word.parse::<PersonId>().ok().map(Answer::Person) }
}

pub(crate) fn failures_text(failures: &[(u32, Failure)]) -> String {
    failures.iter().map(|(row, failure)| format!("{row}:{}", failure.as_str())).collect::<Vec<_>>().join(" ")
}

pub(crate) fn parse_failures(text: &str) -> Vec<(u32, Failure)> {
    let one = |word: &str| {
        let (row, failure) = word.split_once(':')?;
        Some((row.parse().ok()?, Failure::parse(failure)?))
    };
    text.split(' ').filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_and_answers_come_back_as_they_were_kept() {
        let settings = Settings {
            sheet: 2,
            mapping: Mapping { heading: Some(3), columns: vec![None, Some(Field::FullName), None, Some(Field::Iin)] },
            role: ListRole::Staff,
            format: ReaderFormat::W34,
            lang: Lang::Ru,
        };
        assert_eq!(Settings::parse(&settings.as_text()), settings);
        let bare =
            Settings { mapping: Mapping { heading: None, columns: vec![Some(Field::Card)] }, ..Settings::default() };
        assert_eq!(Settings::parse(&bare.as_text()), bare);
        assert_eq!(Settings::parse(""), Settings::default());
        let person = kernel::Ids::seeded(1).new_id(Timestamp::UNIX_EPOCH);
        let answers = Answers {
            people: [(7, Answer::Another), (9, Answer::Person(person))].into(),
            unmended: [3, 4].into(),
            mends_none: true,
        };
        assert_eq!(parse_answers(&answers_text(&answers)), answers);
        assert_eq!(parse_answers("x u y=z"), Answers::default());
        let failures = [(2, Failure::Card), (19, Failure::Changed)];
        assert_eq!(parse_failures(&failures_text(&failures)), failures);
    }
}
