//! What this subsystem keeps of persons: who teaches a lesson.

use accounts::DataEntry;

const TEACHES: &str = "to know who teaches which class, where and when";
const GROUND: &str = "the teacher's work at the school";
const STAY: &str = "as long as the lesson stands in the timetable";

const fn cell(column: &'static str) -> DataEntry {
    DataEntry { table: "timetable_cell", column, purpose: TEACHES, ground: GROUND, term: STAY }
}

const fn nobody(table: &'static str) -> DataEntry {
    DataEntry { table, column: "*", purpose: "", ground: "", term: "" }
}

/// The data map of the calendar.
pub const DATA: &[DataEntry] = &[
    cell("school"),
    cell("class"),
    cell("weekday"),
    cell("lesson"),
    cell("subject"),
    cell("room"),
    cell("teacher"),
    nobody("school_year"),
    nobody("term"),
    nobody("school_break"),
    nobody("holiday"),
    nobody("day_change"),
    nobody("grade_plan"),
    nobody("grade_plan_book"),
    nobody("bell_schedule"),
    nobody("bell_lesson"),
    nobody("bell_rule"),
    nobody("timetable"),
];
