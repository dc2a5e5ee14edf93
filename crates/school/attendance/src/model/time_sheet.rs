//! The time sheet: a letter and hours for each day.

use std::fmt;

use super::{WorkPlan, Worked};

/// Why a letter cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code is one to three letters or figures")]
pub struct CodeFault;

/// A letter of the time sheet: one to three letters or figures, in capitals.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(String);

impl Code {
    /// Letters at most.
    pub const LIMIT: usize = 3;

    /// Reads a letter.
    ///
    /// # Errors
    /// [`CodeFault`].
    pub fn parse(text: &str) -> Result<Self, CodeFault> {
        let code = text.trim().to_uppercase();
        let count = code.chars().count();
        if (1..=Self::LIMIT).contains(&count) && code.chars().all(char::is_alphanumeric) {
            Ok(Self(code))
        } else {
            Err(CodeFault)
        }
    }

    /// The letter.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a letter means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeCode {
    /// The letter.
    pub code: Code,
    /// In Kazakh.
    pub name_kk: String,
    /// In Russian.
    pub name_ru: String,
    /// Whether hours go with it.
    pub is_work: bool,
}

/// The letters that the program sets by itself.
const DAY_OFF: &str = "В";
const WORKED: &str = "Я";
const IN_FACT: &str = "Ф";

/// The letters that schools use, until a school changes them.
pub fn usual_codes() -> Vec<TimeCode> {
    [
        (WORKED, "Жұмыс күні", "Рабочий день", true),
        (IN_FACT, "Нақты жұмыс істелген сағат", "Фактически отработанные часы", true),
        ("Н", "Түнгі жұмыс", "Ночная работа", true),
        (DAY_OFF, "Демалыс және мереке күндері", "Выходные и праздничные дни", false),
        ("О", "Кезекті еңбек демалысы", "Очередной отпуск", false),
        ("Б", "Еңбекке уақытша жарамсыздық", "Временная нетрудоспособность", false),
        ("К", "Іссапар", "Служебная командировка", false),
        ("П", "Себепсіз келмеу", "Прогул", false),
    ]
    .into_iter()
    .map(|(code, name_kk, name_ru, is_work)| TimeCode {
        code: Code(code.to_owned()),
        name_kk: name_kk.to_owned(),
        name_ru: name_ru.to_owned(),
        is_work,
    })
    .collect()
}

/// What somebody entered for a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entered {
    /// The letter.
    pub code: Code,
    /// Minutes of work.
    pub minutes: u16,
    /// Of these at night.
    pub night_min: u16,
}

/// A day in the time sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// The letter; none where somebody has to decide, or the day is to come.
    pub code: Option<Code>,
    /// Minutes of work.
    pub minutes: u16,
    /// Of these at night.
    pub night_min: u16,
    /// Whether somebody entered it.
    pub is_entered: bool,
    /// Whether somebody has to decide: a working day is over and the doors do not tell all of it.
    pub is_open: bool,
}

/// What stands in the time sheet for a day:
///
/// 1. what somebody entered;
/// 2. a day off without a pass: `В`; with hours in the building they are told as `Ф`;
/// 3. a working day with at least the plan's minutes (the break may be spent in the building): `Я` and the plan's minutes;
/// 4. a working day with fewer minutes: `Ф` and the minutes in the building;
/// 5. a working day that is over and of which the doors tell nothing, or not all: open. The program never says by itself that somebody was ill
///    or stayed away.
pub fn entry(
    plan: WorkPlan,
    is_work_day: bool,
    worked: Option<Worked>,
    entered: Option<Entered>,
    is_over: bool,
) -> Entry {
    if let Some(entered) = entered {
        let Entered { code, minutes, night_min } = entered;
        return Entry { code: Some(code), minutes, night_min, is_entered: true, is_open: false };
    }
    let worked = worked.unwrap_or_default();
    let told = |code: &str, minutes| Entry {
        code: Some(Code(code.to_owned())),
        minutes,
        night_min: worked.night_min().min(minutes),
        is_entered: false,
        is_open: worked.is_incomplete && is_over,
    };
    match (is_work_day, worked.minutes()) {
        (false, 0) => Entry { is_open: worked.is_incomplete && is_over, ..told(DAY_OFF, 0) },
        (true, 0) => Entry { is_open: is_over, ..Entry::default() },
        (true, minutes) if minutes >= plan.minutes() => told(WORKED, plan.minutes()),
        (true | false, minutes) => told(IN_FACT, minutes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_sheet() {
        let worked = |minutes: u32, night: u32, is_incomplete| {
            Some(Worked { inside_s: minutes * 60, night_s: night * 60, is_incomplete })
        };
        let told = |is_work_day, worked, is_over| {
            let entry = entry(WorkPlan::USUAL, is_work_day, worked, None, is_over);
            (entry.code.map(|code| code.to_string()).unwrap_or_default(), entry.minutes, entry.night_min, entry.is_open)
        };
        let code = |code: &str| code.to_owned();
        assert_eq!(told(true, worked(540, 0, false), true), (code("Я"), 480, 0, false));
        assert_eq!(told(true, worked(480, 0, false), true), (code("Я"), 480, 0, false));
        assert_eq!(told(true, worked(479, 0, false), true), (code("Ф"), 479, 0, false));
        assert_eq!(told(true, worked(120, 30, true), true), (code("Ф"), 120, 30, true));
        assert_eq!(told(true, None, true), (String::new(), 0, 0, true));
        assert_eq!(told(true, None, false), (String::new(), 0, 0, false));
        assert_eq!(told(false, None, true), (code("В"), 0, 0, false));
        assert_eq!(told(false, worked(61, 0, false), true), (code("Ф"), 61, 0, false));
        let entered = Entered { code: Code::parse("б").unwrap(), minutes: 0, night_min: 0 };
        let entry = entry(WorkPlan::USUAL, true, worked(540, 0, false), Some(entered), true);
        assert_eq!((entry.code.unwrap().as_str(), entry.minutes, entry.is_entered), ("Б", 0, true));
    }

    #[test]
    fn letters_are_letters() {
        assert_eq!(Code::parse(" я ").unwrap().as_str(), "Я");
        assert_eq!(Code::parse("ДО1").unwrap().as_str(), "ДО1");
        for bad in ["", "  ", "ABCD", "=1", "а б"] {
            assert_eq!(Code::parse(bad), Err(CodeFault), "{bad:?}");
        }
        let codes = usual_codes();
        assert!(codes.iter().all(|known| Code::parse(known.code.as_str()).as_ref() == Ok(&known.code)));
        assert_eq!(codes.iter().map(|known| known.code.as_str()).collect::<String>(), "ЯФНВОБКП");
    }
}
