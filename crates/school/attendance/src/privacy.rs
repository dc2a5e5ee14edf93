//! What this subsystem keeps of persons.

use accounts::DataEntry;

const PRESENT: &str = "to know who is at school, for safety and for the lessons";
const HOURS: &str = "to count the hours of staff";
const DUTY: &str = "the school's duty to keep account of attendance";
const WORK: &str = "the employer's duty to keep account of working hours";
const YEARS: &str = "five years after the school year";

const fn of(table: &'static str, column: &'static str, purpose: &'static str, ground: &'static str) -> DataEntry {
    DataEntry { table, column, purpose, ground, term: YEARS }
}

const fn nobody(table: &'static str) -> DataEntry {
    DataEntry { table, column: "*", purpose: "", ground: "", term: "" }
}

/// The data map of attendance.
pub const DATA: &[DataEntry] = &[
    of("attendance_day", "school", PRESENT, DUTY),
    of("attendance_day", "day", PRESENT, DUTY),
    of("attendance_day", "person", PRESENT, DUTY),
    of("attendance_day", "first_in", PRESENT, DUTY),
    of("attendance_day", "last_in", PRESENT, DUTY),
    of("attendance_day", "last_out", PRESENT, DUTY),
    of("attendance_day", "passes", PRESENT, DUTY),
    of("attendance_pack", "school", PRESENT, DUTY),
    of("attendance_pack", "day", PRESENT, DUTY),
    of("attendance_pack", "came", PRESENT, DUTY),
    of("attendance_pack", "seen", PRESENT, DUTY),
    of("attendance_mark", "school", PRESENT, DUTY),
    of("attendance_mark", "day", PRESENT, DUTY),
    of("attendance_mark", "person", PRESENT, DUTY),
    of("attendance_mark", "revision", PRESENT, DUTY),
    of("attendance_mark", "status", PRESENT, DUTY),
    of("attendance_mark", "minutes", PRESENT, DUTY),
    of("attendance_mark", "reason", PRESENT, DUTY),
    of("attendance_mark", "note", PRESENT, DUTY),
    of("attendance_mark", "author", PRESENT, DUTY),
    of("attendance_mark", "at", PRESENT, DUTY),
    of("absence", "school", PRESENT, DUTY),
    of("absence", "id", PRESENT, DUTY),
    of("absence", "person", PRESENT, DUTY),
    of("absence", "from_day", PRESENT, DUTY),
    of("absence", "until_day", PRESENT, DUTY),
    of("absence", "reason", PRESENT, DUTY),
    of("absence", "note", PRESENT, DUTY),
    of("absence", "author", PRESENT, DUTY),
    of("absence", "at", PRESENT, DUTY),
    of("absence", "withdrawn_by", PRESENT, DUTY),
    of("absence", "withdrawn_at", PRESENT, DUTY),
    of("attendance_leave", "school", PRESENT, DUTY),
    of("attendance_leave", "id", PRESENT, DUTY),
    of("attendance_leave", "person", PRESENT, DUTY),
    of("attendance_leave", "from_at", PRESENT, DUTY),
    of("attendance_leave", "until_at", PRESENT, DUTY),
    of("attendance_leave", "given_by", PRESENT, DUTY),
    of("attendance_leave", "withdrawn_at", PRESENT, DUTY),
    of("attendance_leave", "is_older", PRESENT, DUTY),
    of("work_plan", "school", HOURS, WORK),
    of("work_plan", "person", HOURS, WORK),
    of("work_plan", "weekdays", HOURS, WORK),
    of("work_plan", "from_min", HOURS, WORK),
    of("work_plan", "until_min", HOURS, WORK),
    of("work_plan", "break_min", HOURS, WORK),
    of("time_mark", "school", HOURS, WORK),
    of("time_mark", "day", HOURS, WORK),
    of("time_mark", "person", HOURS, WORK),
    of("time_mark", "revision", HOURS, WORK),
    of("time_mark", "code", HOURS, WORK),
    of("time_mark", "minutes", HOURS, WORK),
    of("time_mark", "night_min", HOURS, WORK),
    of("time_mark", "author", HOURS, WORK),
    of("time_mark", "at", HOURS, WORK),
    nobody("attendance_setting"),
    nobody("time_code"),
];
