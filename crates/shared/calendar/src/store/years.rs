//! School years, their terms and breaks; the weeks of the grades.

use std::collections::HashMap;

use jiff::civil::Date;
use kernel::SchoolId;
use store::{StoreError, Tx, record, statements};

use super::{grades, misfit};
use crate::model::{Break, DaySpan, GradePlan, GradePlans, Label, SchoolYear, SchoolYearId, TERMS, Week, YearPlan};

record! {
    /// A school year without its parts.
    pub struct YearRow {
        /// Which.
        pub id: SchoolYearId,
        /// Its name.
        pub name: String,
        /// Its first day.
        pub from_day: Date,
        /// Its last day.
        pub until_day: Date,
        /// Rises with each change.
        pub revision: u64,
    }
    /// A term.
    pub struct TermRow {
        /// The year.
        pub year: SchoolYearId,
        /// From 1.
        pub number: u8,
        /// Its first day.
        pub from_day: Date,
        /// Its last day.
        pub until_day: Date,
    }
    /// A break.
    pub struct BreakRow {
        /// The year.
        pub year: SchoolYearId,
        /// Its first day.
        pub from_day: Date,
        /// Its last day.
        pub until_day: Date,
        /// The lowest grade.
        pub grade_from: u8,
        /// The highest grade.
        pub grade_to: u8,
    }
    /// The week of some grades.
    pub struct PlanRow {
        /// The lowest grade.
        pub grade_from: u8,
        /// The highest grade.
        pub grade_to: u8,
        /// 5 or 6.
        pub week_days: u8,
        /// Lessons a day.
        pub lessons: u8,
    }
}

statements! {
    /// School years, the oldest first.
    fn year_rows(school: SchoolId) -> Many<YearRow> =
        "select id, name, from_day, until_day, revision from school_year where school = $1 order by from_day";
    /// The terms of all years, in order.
    fn term_rows(school: SchoolId) -> Many<TermRow> =
        "select year, number, from_day, until_day from term where school = $1 order by year, number";
    /// The breaks of all years, in order.
    fn break_rows(school: SchoolId) -> Many<BreakRow> =
        "select year, from_day, until_day, grade_from, grade_to from school_break where school = $1 order by year, position";
    /// Adds a year.
    fn add(school: SchoolId, id: SchoolYearId, name: &str, from: Date, until: Date) -> Run =
        "insert into school_year (school, id, name, from_day, until_day) values ($1, $2, $3, $4, $5)";
    /// Changes a year that nobody else has changed since.
    fn change(school: SchoolId, id: SchoolYearId, revision: u64, name: &str, from: Date, until: Date) -> Run =
        "update school_year set name = $4, from_day = $5, until_day = $6, revision = revision + 1
         where school = $1 and id = $2 and revision = $3";
    /// Removes a year whose parts are gone.
    fn remove(school: SchoolId, id: SchoolYearId) -> Run = "delete from school_year where school = $1 and id = $2";
    /// Removes the terms of a year.
    fn remove_terms(school: SchoolId, year: SchoolYearId) -> Run = "delete from term where school = $1 and year = $2";
    /// Removes the breaks of a year.
    fn remove_breaks(school: SchoolId, year: SchoolYearId) -> Run = "delete from school_break where school = $1 and year = $2";
    /// Adds a term.
    fn add_term(school: SchoolId, year: SchoolYearId, number: u8, from: Date, until: Date) -> Run =
        "insert into term (school, year, number, from_day, until_day) values ($1, $2, $3, $4, $5)";
    /// Adds a break.
    fn add_break(school: SchoolId, year: SchoolYearId, position: u32, from: Date, until: Date, grade_from: u8, grade_to: u8) -> Run =
        "insert into school_break (school, year, position, from_day, until_day, grade_from, grade_to) values ($1, $2, $3, $4, $5, $6, $7)";

    /// The weeks of the grades.
    fn plan_rows(school: SchoolId) -> Many<PlanRow> =
        "select grade_from, grade_to, week_days, lessons from grade_plan where school = $1 order by grade_from";
    /// The revision of the weeks.
    fn plans_revision(school: SchoolId) -> One<u64> = "select revision from grade_plan_book where school = $1";
    /// Opens the book of weeks, if it is not open yet.
    fn open_plans(school: SchoolId) -> Run =
        "insert into grade_plan_book (school, revision) values ($1, 0) on conflict (school) do nothing";
    /// Notes a change of the weeks that nobody else has changed since.
    fn change_plans(school: SchoolId, revision: u64) -> Run =
        "update grade_plan_book set revision = revision + 1 where school = $1 and revision = $2";
    /// Removes all weeks.
    fn remove_plans(school: SchoolId) -> Run = "delete from grade_plan where school = $1";
    /// Adds the week of some grades.
    fn add_plan(school: SchoolId, grade_from: u8, grade_to: u8, week_days: u8, lessons: u8) -> Run =
        "insert into grade_plan (school, grade_from, grade_to, week_days, lessons) values ($1, $2, $3, $4, $5)";
}

/// The school years with their parts, the oldest first.
pub(crate) fn all(tx: &mut Tx<'_>, school: SchoolId) -> Result<Vec<SchoolYear>, StoreError> {
    let mut terms: HashMap<SchoolYearId, Vec<DaySpan>> = HashMap::new();
    for row in term_rows(tx, school)? {
        terms.entry(row.year).or_default().push(span("term", row.from_day, row.until_day)?);
    }
    let mut breaks: HashMap<SchoolYearId, Vec<Break>> = HashMap::new();
    for row in break_rows(tx, school)? {
        let days = span("school_break", row.from_day, row.until_day)?;
        let grades = grades("school_break", row.grade_from, row.grade_to)?;
        breaks.entry(row.year).or_default().push(Break { days, grades });
    }
    let mut years = Vec::new();
    for row in year_rows(tx, school)? {
        let found = terms.remove(&row.id).unwrap_or_default();
        let terms: [DaySpan; TERMS] = found.try_into().map_err(|_| misfit("term", "number"))?;
        let plan = YearPlan {
            name: Label::parse(&row.name).map_err(|_| misfit("school_year", "name"))?,
            days: span("school_year", row.from_day, row.until_day)?,
            terms,
            breaks: breaks.remove(&row.id).unwrap_or_default(),
        };
        years.push(SchoolYear { id: row.id, plan, revision: row.revision });
    }
    Ok(years)
}

fn span(statement: &'static str, from: Date, until: Date) -> Result<DaySpan, StoreError> {
    DaySpan::new(from, until).map_err(|_| misfit(statement, "until_day"))
}

/// Removes the terms and breaks of a year.
pub(crate) fn remove_parts(tx: &mut Tx<'_>, school: SchoolId, year: SchoolYearId) -> Result<(), StoreError> {
    remove_terms(tx, school, year)?;
    remove_breaks(tx, school, year).map(|_| ())
}

/// Writes the terms and breaks of a year in place of those it has.
pub(crate) fn put_parts(
    tx: &mut Tx<'_>,
    school: SchoolId,
    year: SchoolYearId,
    plan: &YearPlan,
) -> Result<(), StoreError> {
    remove_parts(tx, school, year)?;
    for (number, term) in (1..).zip(&plan.terms) {
        add_term(tx, school, year, number, term.from(), term.until())?;
    }
    for (position, one) in (0..).zip(&plan.breaks) {
        let Break { days, grades } = one;
        add_break(tx, school, year, position, days.from(), days.until(), grades.from(), grades.to())?;
    }
    Ok(())
}

/// The weeks of the grades.
pub(crate) fn plans(tx: &mut Tx<'_>, school: SchoolId) -> Result<GradePlans, StoreError> {
    let rows = plan_rows(tx, school)?;
    let line = |row: PlanRow| {
        Ok(GradePlan {
            grades: grades("grade_plan", row.grade_from, row.grade_to)?,
            week: Week::of_days(row.week_days).ok_or(misfit("grade_plan", "week_days"))?,
            lessons: row.lessons,
        })
    };
    let lines = rows.into_iter().map(line).collect::<Result<_, StoreError>>()?;
    GradePlans::new(lines).map_err(|_| misfit("grade_plan", "grade_from"))
}

/// Writes the weeks of the grades in place of those that are there.
pub(crate) fn put_plans(tx: &mut Tx<'_>, school: SchoolId, plans: &GradePlans) -> Result<(), StoreError> {
    remove_plans(tx, school)?;
    for line in plans.lines() {
        add_plan(tx, school, line.grades.from(), line.grades.to(), line.week.days(), line.lessons)?;
    }
    Ok(())
}
