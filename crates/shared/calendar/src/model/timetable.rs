//! The timetable of a class, and how it is pasted from a spreadsheet.

use std::collections::BTreeMap;

use csv::ReaderBuilder;
use i18n::{Lang, weekday_name, weekday_short};
use jiff::civil::Weekday;
use kernel::PersonId;

use super::{Fault, GradePlans, Label, weekday_number, weekday_of};

/// A lesson's place in the week: weekday (1 Monday … 7 Sunday) and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    weekday: u8,
    lesson: u8,
}

impl Place {
    /// The place of a lesson; `None` beyond Saturday and lesson 12.
    pub fn new(weekday: u8, lesson: u8) -> Option<Self> {
        let is_place = (1..=Timetable::DAYS).contains(&weekday) && lesson <= GradePlans::MAX_LESSONS;
        is_place.then_some(Self { weekday, lesson })
    }

    /// 1 Monday … 6 Saturday.
    pub const fn weekday(self) -> u8 {
        self.weekday
    }

    /// The lesson's number, 0 to 12.
    pub const fn lesson(self) -> u8 {
        self.lesson
    }
}

/// What is taught at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The subject.
    pub subject: Label,
    /// The room; may be empty.
    pub room: Label,
    /// Who teaches.
    pub teacher: Option<PersonId>,
}

impl Cell {
    /// A subject has at most so many letters.
    pub const MAX_SUBJECT_LETTERS: usize = 60;
    /// A room has at most so many letters.
    pub const MAX_ROOM_LETTERS: usize = 20;

    /// A lesson.
    ///
    /// # Errors
    /// [`Fault::Empty`] without a subject; [`Fault::TooLong`], [`Fault::Sign`].
    pub fn new(subject: &str, room: &str, teacher: Option<PersonId>) -> Result<Self, Fault> {
        let subject = Self::subject(subject)?;
        Ok(Self { subject, room: Self::room(room)?, teacher })
    }

    /// Reads a subject.
    ///
    /// # Errors
    /// As [`Cell::new`].
    pub fn subject(text: &str) -> Result<Label, Fault> {
        let subject = Label::parse_up_to(text, Self::MAX_SUBJECT_LETTERS)?;
        if subject.is_empty() { Err(Fault::Empty) } else { Ok(subject) }
    }

    /// Reads a room, which may be left out.
    ///
    /// # Errors
    /// As [`Cell::new`].
    pub fn room(text: &str) -> Result<Label, Fault> {
        Label::parse_up_to(text, Self::MAX_ROOM_LETTERS)
    }
}

/// The timetable of a class. Without a cell it is none: the class then has the lessons of its grade's plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timetable {
    /// What is taught where in the week.
    pub cells: BTreeMap<Place, Cell>,
    /// Rises with each change; 0 before the first.
    pub revision: u64,
}

impl Timetable {
    /// Days of the week that have a column, Monday to Saturday.
    pub const DAYS: u8 = 6;

    /// The lessons of a weekday, in order.
    pub fn of(&self, weekday: Weekday) -> impl Iterator<Item = (u8, &Cell)> {
        let weekday = weekday_number(weekday);
        self.cells.iter().filter(move |(place, _)| place.weekday == weekday).map(|(place, cell)| (place.lesson, cell))
    }

    /// The cell at a place.
    pub fn at(&self, place: Place) -> Option<&Cell> {
        self.cells.get(&place)
    }

    /// The same with what was pasted in place of all cells. A lesson whose subject stays keeps its teacher, and its room when the
    /// pasted one names none.
    pub fn replaced(&self, pasted: &Pasted) -> BTreeMap<Place, Cell> {
        let merged = |(place, cell): (&Place, &Cell)| {
            let mut cell = cell.clone();
            if let Some(old) = self.at(*place).filter(|old| old.subject == cell.subject) {
                cell.teacher = old.teacher;
                if cell.room.is_empty() {
                    cell.room = old.room.clone();
                }
            }
            (*place, cell)
        };
        pasted.0.iter().map(merged).collect()
    }
}

/// A timetable as it was pasted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pasted(pub BTreeMap<Place, Cell>);

/// Reads what was copied from a spreadsheet: a line a lesson, a column a weekday from Monday on, parted by tabs.
///
/// A first line with names of weekdays says which column is which; a first column of numbers says which lesson a line is, else they
/// count from 1. A room stands in brackets behind the subject: `Физика (214)`.
///
/// # Errors
/// [`Fault::Empty`] when nothing is there, [`Fault::PasteLines`], [`Fault::PasteColumns`], [`Fault::PasteCell`] with the line's number.
pub fn paste(text: &str) -> Result<Pasted, Fault> {
    if text.len() > MAX_PASTE_BYTES {
        return Err(Fault::TooLong);
    }
    let mut lines = lines_of(text)?;
    let head = lines.first().and_then(|(_, cells)| weekdays_of(cells));
    if head.is_some() {
        lines.remove(0);
    }
    let is_number = |text: &String| lesson_number(text).is_some();
    let filled = || lines.iter().filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
    let has_numbers = filled().count() > 0 && filled().all(|(_, cells)| cells.first().is_some_and(is_number));
    let columns: Vec<Option<u8>> = head.unwrap_or_else(|| {
        let shift = usize::from(has_numbers);
        std::iter::repeat_n(None, shift).chain((1..=Timetable::DAYS).map(Some)).collect()
    });
    let mut pasted = Pasted::default();
    let mut next = 1;
    for (line, cells) in &lines {
        let number = if has_numbers { cells.first().and_then(|text| lesson_number(text)) } else { None };
        let Some(lesson) = number.or(if has_numbers { None } else { Some(next) }) else { continue };
        next = lesson.saturating_add(1);
        for (index, text) in cells.iter().enumerate().skip(usize::from(has_numbers)) {
            if text.is_empty() {
                continue;
            }
            let weekday = columns.get(index).copied().flatten().ok_or(Fault::PasteColumns(*line))?;
            let place = Place::new(weekday, lesson).ok_or(Fault::PasteLines)?;
            pasted.0.insert(place, cell_of(text).map_err(|_| Fault::PasteCell(*line))?);
        }
    }
    if pasted.0.is_empty() { Err(Fault::Empty) } else { Ok(pasted) }
}

/// More than any week of one class takes.
const MAX_PASTE_BYTES: usize = 64 * 1024;

/// The cells of each line with the line's number, without empty lines at the end. Spreadsheets put what holds a line break into quotes.
fn lines_of(text: &str) -> Result<Vec<(usize, Vec<String>)>, Fault> {
    let text = text.trim_matches(['\n', '\r']);
    let mut reader =
        ReaderBuilder::new().delimiter(b'\t').has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| Fault::Sign)?;
        let line = record.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(usize::MAX));
        lines.push((line, record.iter().map(|cell| cell.split_whitespace().collect::<Vec<_>>().join(" ")).collect()));
    }
    Ok(lines)
}

/// `1`, `1.`, `1 урок`: the number in front.
fn lesson_number(text: &str) -> Option<u8> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let rest = text[digits.len()..].trim_start_matches(['.', ')', '-']).trim().to_lowercase();
    let is_bare = rest.is_empty() || ["урок", "сабақ", "lesson"].contains(&rest.as_str());
    digits.parse().ok().filter(|number| is_bare && *number <= GradePlans::MAX_LESSONS)
}

/// The weekday of each column, when the line names at least two and nothing but weekdays after its first cell.
fn weekdays_of(cells: &[String]) -> Option<Vec<Option<u8>>> {
    let columns: Vec<Option<u8>> = cells.iter().map(|cell| weekday_named(cell)).collect();
    let named = columns.iter().flatten().count();
    let others = cells.iter().zip(&columns).skip(1).any(|(cell, column)| column.is_none() && !cell.is_empty());
    (named >= 2 && !others).then_some(columns)
}

fn weekday_named(text: &str) -> Option<u8> {
    let text = text.trim_end_matches('.').to_lowercase();
    (1..=Timetable::DAYS).find(|number| {
        weekday_of(*number).is_some_and(|weekday| {
            Lang::ALL.into_iter().any(|lang| {
                text == weekday_name(lang, weekday).to_lowercase()
                    || text == weekday_short(lang, weekday).to_lowercase()
            })
        })
    })
}

fn cell_of(text: &str) -> Result<Cell, Fault> {
    let in_brackets = text.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let (subject, room) = in_brackets.filter(|(subject, _)| !subject.trim().is_empty()).unwrap_or((text, ""));
    let room = room.trim();
    let bare = ["каб.", "кабинет", "каб", "room"].iter().find_map(|word| room.strip_prefix(word)).unwrap_or(room);
    Cell::new(subject, bare, None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<(u8, u8, String, String)> {
        let cells = paste(text).unwrap().0;
        let row = |(place, cell): (&Place, &Cell)| {
            (place.weekday(), place.lesson(), cell.subject.to_string(), cell.room.to_string())
        };
        cells.iter().map(row).collect()
    }

    fn lesson(weekday: u8, number: u8, subject: &str, room: &str) -> (u8, u8, String, String) {
        (weekday, number, subject.to_owned(), room.to_owned())
    }

    #[test]
    fn a_bare_grid_is_read_from_monday_and_the_first_lesson_on() {
        let text = "Алгебра (214)\tФизика\r\n\t\"Информатика\n(каб. 7)\"\r\nХимия\r\n";
        assert_eq!(
            read(text),
            [
                lesson(1, 1, "Алгебра", "214"),
                lesson(1, 3, "Химия", ""),
                lesson(2, 1, "Физика", ""),
                lesson(2, 2, "Информатика", "7")
            ]
        );
    }

    #[test]
    fn names_of_weekdays_and_numbers_of_lessons_say_what_is_what() {
        let text = "№\tСр\tПонедельник\n2\tФизика\tАлгебра\n3 урок\tХимия\t\n";
        assert_eq!(read(text), [lesson(1, 2, "Алгебра", ""), lesson(3, 2, "Физика", ""), lesson(3, 3, "Химия", "")]);
        assert_eq!(read("дүйсенбі\tсейсенбі\nТарих\tТіл"), [lesson(1, 1, "Тарих", ""), lesson(2, 1, "Тіл", "")]);
        assert_eq!(read("1\tAlgebra\n2.\tPhysics"), [lesson(1, 1, "Algebra", ""), lesson(1, 2, "Physics", "")]);
        assert_eq!(read("Физика (лаб.) (12)"), [lesson(1, 1, "Физика (лаб.)", "12")]);
        assert_eq!(read("(пусто)"), [lesson(1, 1, "(пусто)", "")]);
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_line() {
        assert_eq!(paste(" \n\t\n"), Err(Fault::Empty));
        assert_eq!(paste("a\nb\tc\td\te\tf\tg\th"), Err(Fault::PasteColumns(2)));
        assert_eq!(paste(&"a\n".repeat(13)), Err(Fault::PasteLines));
        assert_eq!(paste(&format!("a\n{}", "я".repeat(61))), Err(Fault::PasteCell(2)));
        assert_eq!(paste(&"a".repeat(MAX_PASTE_BYTES + 1)), Err(Fault::TooLong));
    }

    #[test]
    fn a_lesson_whose_subject_stays_keeps_its_teacher_and_room() {
        let teacher = Some(kernel::Ids::seeded(1).new_id(jiff::Timestamp::UNIX_EPOCH));
        let place = |lesson| Place::new(1, lesson).unwrap();
        let mut old = Timetable::default();
        old.cells.insert(place(1), Cell::new("Алгебра", "214", teacher).unwrap());
        old.cells.insert(place(2), Cell::new("Физика", "7", teacher).unwrap());
        let new = old.replaced(&paste("Алгебра\nХимия").unwrap());
        assert_eq!(new[&place(1)], Cell::new("Алгебра", "214", teacher).unwrap());
        assert_eq!(new[&place(2)], Cell::new("Химия", "", None).unwrap());
    }

    proptest! {
        #[test]
        fn no_text_breaks_it_and_what_is_read_lies_within_the_week(text in "[\\PC\t\n\"()0-9]{0,120}") {
            if let Ok(pasted) = paste(&text) {
                prop_assert!(!pasted.0.is_empty());
                prop_assert!(pasted.0.keys().all(|place| (1..=6).contains(&place.weekday()) && place.lesson() <= 12));
                prop_assert!(pasted.0.values().all(|cell| !cell.subject.is_empty()));
            }
        }
    }
}
