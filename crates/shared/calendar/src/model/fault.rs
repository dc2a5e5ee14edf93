//! What is wrong with something that was filled in.

/// Why it is not taken. Each has a sentence: [`Fault::key`]; those that are about a line of a list name its [`Fault::number`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Fault {
    /// Nothing there where something must be.
    #[error("empty")]
    Empty,
    /// More letters than fit.
    #[error("too long")]
    TooLong,
    /// A sign that cannot be shown.
    #[error("holds a sign that cannot be shown")]
    Sign,
    /// The last day is before the first.
    #[error("ends before it begins")]
    Order,
    /// Grades are 0 to 12, the first not above the last.
    #[error("grades are 0 to 12")]
    Grades,
    /// More than fits.
    #[error("too many")]
    TooMany,
    /// Another one has this name.
    #[error("the name is taken")]
    NameTaken,
    /// There is no such thing at this school any more.
    #[error("there is no such thing")]
    NoSuch,
    /// A school year is at most 366 days long.
    #[error("a school year is at most 366 days long")]
    YearLength,
    /// Two school years share days.
    #[error("two school years share days")]
    YearOverlap,
    /// A term begins before the one before it ends.
    #[error("term {0} begins before the one before it ends")]
    TermOrder(usize),
    /// A term lies outside its year.
    #[error("term {0} lies outside its year")]
    TermOutside(usize),
    /// A break lies outside its year.
    #[error("break {0} lies outside its year")]
    BreakOutside(usize),
    /// Two breaks of one grade share days.
    #[error("break {0} shares days with another")]
    BreakOverlap(usize),
    /// The day is in no school year.
    #[error("the day is in no school year")]
    NoYear,
    /// The day is in a break.
    #[error("the day is in a break")]
    InBreak,
    /// The day is free or works differently already.
    #[error("the day was changed already")]
    DayTaken,
    /// No lessons are held on the day anyway.
    #[error("no lessons are held on the day")]
    NoLessons,
    /// Lessons are held on the day anyway.
    #[error("lessons are held on the day")]
    HasLessons,
    /// A day cannot be moved to itself.
    #[error("a day cannot be moved to itself")]
    SameDay,
    /// A working day works as a day from Monday to Saturday.
    #[error("a working day works as Monday to Saturday")]
    Weekday,
    /// No day of the week is chosen.
    #[error("no day of the week is chosen")]
    NoWeekday,
    /// Two lines plan the same grade.
    #[error("line {0} plans a grade that is planned already")]
    PlanOverlap(usize),
    /// A day has 1 to 12 lessons.
    #[error("a day has 1 to 12 lessons")]
    Lessons,
    /// A schedule without lessons rings nothing.
    #[error("a schedule has at least one lesson")]
    NoBells,
    /// A lesson's number is 0 to 12.
    #[error("line {0}: a lesson's number is 0 to 12")]
    LessonNumber(usize),
    /// A lesson's number is not above the one before.
    #[error("line {0}: numbers rise")]
    LessonOrder(usize),
    /// A lesson's beginning or end is missing.
    #[error("line {0}: a beginning and an end")]
    LessonTime(usize),
    /// A lesson ends before it begins.
    #[error("line {0}: ends before it begins")]
    LessonBackwards(usize),
    /// A lesson begins before the one before it ends.
    #[error("line {0}: begins before the one before it ends")]
    LessonOverlap(usize),
    /// Another rule says when a schedule holds in the very same case.
    #[error("another rule holds in the same case")]
    RuleTaken,
    /// A schedule cannot be removed as long as a rule names it.
    #[error("a rule names the schedule")]
    ScheduleInUse,
    /// A pasted line has more columns than a week has days.
    #[error("line {0} has more columns than days")]
    PasteColumns(usize),
    /// More pasted lines than lessons of a day.
    #[error("more lines than lessons")]
    PasteLines,
    /// A pasted lesson is too long or holds a sign that cannot be shown.
    #[error("a lesson of line {0} is too long")]
    PasteCell(usize),
    /// A class cannot be copied from itself.
    #[error("a class cannot be copied from itself")]
    SameClass,
    /// The other class has no timetable.
    #[error("the other class has no timetable")]
    NoTimetable,
}

impl Fault {
    /// The key of the sentence that a page shows.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Empty => "calendar-fault-empty",
            Self::TooLong => "calendar-fault-too-long",
            Self::Sign => "calendar-fault-sign",
            Self::Order => "calendar-fault-order",
            Self::Grades => "calendar-fault-grades",
            Self::TooMany => "calendar-fault-too-many",
            Self::NameTaken => "calendar-fault-name-taken",
            Self::NoSuch => "calendar-fault-no-such",
            Self::YearLength => "calendar-fault-year-length",
            Self::YearOverlap => "calendar-fault-year-overlap",
            Self::TermOrder(_) => "calendar-fault-term-order",
            Self::TermOutside(_) => "calendar-fault-term-outside",
            Self::BreakOutside(_) => "calendar-fault-break-outside",
            Self::BreakOverlap(_) => "calendar-fault-break-overlap",
            Self::NoYear => "calendar-fault-no-year",
            Self::InBreak => "calendar-fault-in-break",
            Self::DayTaken => "calendar-fault-day-taken",
            Self::NoLessons => "calendar-fault-no-lessons",
            Self::HasLessons => "calendar-fault-has-lessons",
            Self::SameDay => "calendar-fault-same-day",
            Self::Weekday => "calendar-fault-weekday",
            Self::NoWeekday => "calendar-fault-no-weekday",
            Self::PlanOverlap(_) => "calendar-fault-plan-overlap",
            Self::Lessons => "calendar-fault-lessons",
            Self::NoBells => "calendar-fault-no-bells",
            Self::LessonNumber(_) => "calendar-fault-lesson-number",
            Self::LessonOrder(_) => "calendar-fault-lesson-order",
            Self::LessonTime(_) => "calendar-fault-lesson-time",
            Self::LessonBackwards(_) => "calendar-fault-lesson-backwards",
            Self::LessonOverlap(_) => "calendar-fault-lesson-overlap",
            Self::RuleTaken => "calendar-fault-rule-taken",
            Self::ScheduleInUse => "calendar-fault-schedule-in-use",
            Self::PasteColumns(_) => "calendar-fault-paste-columns",
            Self::PasteLines => "calendar-fault-paste-lines",
            Self::PasteCell(_) => "calendar-fault-paste-cell",
            Self::SameClass => "calendar-fault-same-class",
            Self::NoTimetable => "calendar-fault-no-timetable",
        }
    }

    /// The line, term or break that it is about, from 1.
    pub const fn number(self) -> Option<usize> {
        match self {
            Self::TermOrder(number)
            | Self::TermOutside(number)
            | Self::BreakOutside(number)
            | Self::BreakOverlap(number)
            | Self::PlanOverlap(number)
            | Self::LessonNumber(number)
            | Self::LessonOrder(number)
            | Self::LessonTime(number)
            | Self::LessonBackwards(number)
            | Self::LessonOverlap(number)
            | Self::PasteColumns(number)
            | Self::PasteCell(number) => Some(number),
            _ => None,
        }
    }
}
