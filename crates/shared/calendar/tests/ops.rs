//! What is done to the calendar, on both databases.
#![allow(clippy::unwrap_used, reason = "a story that cannot go on shall stop")]

use accounts::{Ctx, Scope, StaffRole};
use calendar::{
    CalendarError, CalendarOf, ClassPlace,
    model::{
        Audience, BellsWhen, Cell, DayKind, DaySpan, Fault, GradePlans, Grades, Holiday, HolidayName, Label,
        LessonTime, LessonTimes, Occasion, Place, YearPlan, paste,
    },
    ops::{self, NewSchedule},
    queries,
};
use i18n::Lang;
use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};
use kernel::{ClassId, Clock, PersonId, Role, SchoolId, UserId};
use people::{
    model::{ClassName, PersonName},
    person::{ClassData, PersonData, Shift},
};
use store::Tx;
use testkit::{TestDb, both_databases};

const MONDAY: Date = date(2026, 11, 23);

struct School<'t> {
    t: &'t TestDb,
    id: SchoolId,
}

impl<'t> School<'t> {
    /// A school without a calendar.
    fn bare(t: &'t TestDb, name: &str) -> Self {
        Self { t, id: t.school(name) }
    }

    /// A school as a new one begins.
    fn new(t: &'t TestDb) -> Self {
        let school = Self::bare(t, "one");
        school.run(|tx, ctx| ops::open_calendar(tx, ctx, MONDAY)).unwrap();
        school
    }

    fn ctx(&self) -> Ctx {
        Ctx::of_program(self.id, self.t.clock.now(), self.t.ids.clone())
    }

    fn ctx_of(&self, role: StaffRole) -> Ctx {
        let mut ctx = self.ctx();
        ctx.actor.user = Some(UserId::from_slice(&[9; 16]).unwrap());
        ctx.actor.roles = [role].into();
        ctx
    }

    fn run<T: Send + 'static>(
        &self,
        mut work: impl FnMut(&mut Tx<'_>, &Ctx) -> Result<T, CalendarError> + Send + 'static,
    ) -> Result<T, CalendarError> {
        let ctx = self.ctx();
        self.t.db.write_blocking(move |tx| work(tx, &ctx))
    }

    fn known(&self) -> CalendarOf {
        let scope = Scope::of_program(self.id);
        self.t.db.read_blocking(|tx| queries::calendar_of(tx, &scope)).unwrap()
    }

    fn kind(&self, day: Date) -> DayKind {
        self.known().day_kind(day, 5, Shift::First)
    }

    fn class(&self, grade: u8, letter: char, shift: Shift) -> ClassId {
        let ctx = self.ctx();
        let data = ClassData { name: ClassName::new(grade, letter).unwrap(), lang: Lang::Kk, shift };
        self.t.db.write_blocking(move |tx| people::ops::add_class(tx, &ctx, &data)).unwrap()
    }

    fn teacher(&self) -> PersonId {
        let ctx = self.ctx();
        let data = PersonData {
            name: PersonName::parse("Оспанова", "Сәуле", None).unwrap(),
            sex: None,
            birth_date: None,
            roles: [Role::Teacher].into(),
            class: None,
            position: String::new(),
            learning_until: None,
        };
        self.t.db.write_blocking(move |tx| people::ops::add_person(tx, &ctx, &data)).unwrap()
    }

    fn head(&self) -> u64 {
        self.t.db.read_blocking(|tx| journal::head(tx, self.id)).unwrap()
    }
}

fn label(text: &str) -> Label {
    Label::parse(text).unwrap()
}

fn is(error: Result<impl Sized, CalendarError>, fault: Fault) -> bool {
    matches!(error.map(|_| ()), Err(CalendarError::Fault(found)) if found == fault)
}

both_databases! {
    fn a_new_school_has_the_state_calendar_and_real_bells_at_once(t) {
        let school = School::new(t);
        let known = school.known();
        let year = known.calendar().year_of(MONDAY).unwrap();
        assert_eq!((year.plan.name.as_str(), year.plan.breaks.len()), ("2026-27", 4));
        assert_eq!(known.day_kind(MONDAY, 5, Shift::First), DayKind::Lessons { as_weekday: Weekday::Monday });
        assert_eq!(known.day_kind(date(2026, 12, 16), 5, Shift::First), DayKind::Holiday);
        let kurban = known.calendar().holiday(date(2027, 5, 16)).unwrap();
        assert!(kurban.is_guess && kurban.name == HolidayName::State(Occasion::KurbanAit));
        let lessons = |grade, shift| known.lessons_of(MONDAY, grade, shift).lessons().to_vec();
        assert_eq!(lessons(5, Shift::First)[0], LessonTime { number: 1, from_min: 480, until_min: 525 });
        assert_eq!(lessons(1, Shift::First)[0], LessonTime { number: 1, from_min: 480, until_min: 515 });
        assert_eq!(lessons(5, Shift::Second)[5], LessonTime { number: 6, from_min: 1100, until_min: 1145 });
        assert!(is(school.run(|tx, ctx| ops::open_calendar(tx, ctx, MONDAY)), Fault::YearOverlap));
        assert_eq!(known.bells().schedules().len(), 3);
    }

    fn schools_do_not_see_each_other(t) {
        let (one, other) = (School::new(t), School::bare(t, "other"));
        assert_eq!(other.kind(MONDAY), DayKind::OutsideYear);
        let year = one.known().calendar().years()[0].clone();
        let id = year.id;
        let stolen = other.run(move |tx, ctx| ops::copy_year(tx, ctx, id));
        assert!(matches!(stolen, Err(CalendarError::NotFound(_))));
        let class = one.class(5, 'Б', Shift::First);
        let stolen = other.run(move |tx, ctx| ops::replace_timetable(tx, ctx, class, 0, &paste("Алгебра").unwrap()));
        assert!(matches!(stolen, Err(CalendarError::NotFound(_))));
        let schedule = one.known().bells().schedules()[0].id;
        assert!(is(other.run(move |tx, ctx| ops::add_rule(tx, ctx, schedule, BellsWhen::ALWAYS)), Fault::NoSuch));
    }

    fn only_those_who_manage_the_calendar_change_it(t) {
        let school = School::new(t);
        for (role, may) in [
            (StaffRole::Guard, false), (StaffRole::Teacher, false), (StaffRole::Secretary, true), (StaffRole::Head, true),
            (StaffRole::SchoolAdmin, true),
        ] {
            let ctx = school.ctx_of(role);
            let act = t.db.write_blocking(move |tx| ops::make_free(tx, &ctx, MONDAY, &Label::default()));
            assert_eq!(act.is_ok(), may, "{role:?}");
            let ctx = school.ctx_of(role);
            let holiday = Holiday::of_state(date(2027, 6, 1), Occasion::Unity);
            let put = t.db.write_blocking(move |tx| ops::put_holiday(tx, &ctx, &holiday));
            assert_eq!(put.is_ok(), may, "{role:?}");
            if let Ok(act) = act {
                school.run(move |tx, ctx| ops::undo(tx, ctx, act)).unwrap();
            }
        }
    }

    fn lessons_are_moved_to_a_saturday_and_back(t) {
        let school = School::new(t);
        let (friday, saturday) = (date(2026, 11, 27), date(2026, 11, 28));
        let act = school.run(move |tx, ctx| ops::move_lessons(tx, ctx, friday, saturday, &label("Перенос"))).unwrap();
        assert_eq!(school.kind(friday), DayKind::DayOff);
        assert_eq!(school.kind(saturday), DayKind::Lessons { as_weekday: Weekday::Friday });
        assert!(is(school.run(move |tx, ctx| ops::make_free(tx, ctx, friday, &Label::default())), Fault::DayTaken));
        assert!(is(school.run(move |tx, ctx| ops::make_working(tx, ctx, saturday, Weekday::Monday, &Label::default())), Fault::DayTaken));
        let mut days = school.run(move |tx, ctx| ops::undo(tx, ctx, act)).unwrap();
        days.sort_unstable();
        assert_eq!(days, [friday, saturday], "both are undone together");
        assert_eq!(school.kind(saturday), DayKind::WeeklyDayOff);
        assert!(matches!(school.run(move |tx, ctx| ops::undo(tx, ctx, act)), Err(CalendarError::Changed)));
    }

    fn days_that_cannot_be_changed_so_are_refused_with_the_reason(t) {
        let school = School::new(t);
        let none = Label::default;
        let (sunday, summer, in_break) = (date(2026, 11, 29), date(2027, 7, 1), date(2026, 10, 28));
        assert!(is(school.run(move |tx, ctx| ops::make_free(tx, ctx, sunday, &none())), Fault::NoLessons));
        assert!(is(school.run(move |tx, ctx| ops::make_free(tx, ctx, summer, &none())), Fault::NoYear));
        assert!(is(school.run(move |tx, ctx| ops::make_working(tx, ctx, in_break, Weekday::Monday, &none())), Fault::InBreak));
        assert!(is(school.run(move |tx, ctx| ops::make_working(tx, ctx, MONDAY, Weekday::Monday, &none())), Fault::HasLessons));
        assert!(is(school.run(move |tx, ctx| ops::make_working(tx, ctx, sunday, Weekday::Sunday, &none())), Fault::Weekday));
        assert!(is(school.run(move |tx, ctx| ops::move_lessons(tx, ctx, MONDAY, MONDAY, &none())), Fault::SameDay));
        let days = |until| DaySpan::new(MONDAY, until).unwrap();
        let remote = |days, reason: &'static str| school.run(move |tx, ctx| ops::make_remote(tx, ctx, days, Audience::EVERYBODY, &Label::parse_optional(reason).unwrap()));
        assert!(is(remote(days(MONDAY), ""), Fault::Empty));
        assert!(is(remote(days(date(2026, 12, 24)), "Грипп"), Fault::TooMany));
        assert!(is(remote(DaySpan::new(sunday, sunday).unwrap(), "Мороз"), Fault::NoLessons));
        let head = school.head();
        assert!(is(remote(DaySpan::new(in_break, in_break).unwrap(), "Мороз"), Fault::NoLessons));
        assert_eq!(school.head(), head, "what is refused is told to nobody");
    }

    fn some_learn_from_home_on_the_school_days_of_a_span(t) {
        let school = School::new(t);
        let small = Audience { shift: Some(Shift::Second), grades: Grades::new(1, 4).unwrap() };
        let week = DaySpan::new(date(2026, 11, 26), date(2026, 12, 1)).unwrap();
        school.run(move |tx, ctx| ops::make_remote(tx, ctx, week, small, &label("Мороз"))).unwrap();
        let known = school.known();
        let is_remote = |day, grade, shift| matches!(known.day_kind(day, grade, shift), DayKind::Remote { .. });
        assert!(is_remote(date(2026, 11, 26), 2, Shift::Second) && is_remote(date(2026, 12, 1), 4, Shift::Second));
        assert!(!is_remote(date(2026, 11, 26), 2, Shift::First) && !is_remote(date(2026, 11, 26), 5, Shift::Second));
        assert!(known.calendar().changes(date(2026, 11, 28)).is_empty(), "a Saturday needs no change");
        let again = Audience { shift: None, grades: Grades::new(4, 6).unwrap() };
        assert!(is(school.run(move |tx, ctx| ops::make_remote(tx, ctx, week, again, &label("Мороз"))), Fault::DayTaken));
        let big = Audience { shift: None, grades: Grades::new(5, 6).unwrap() };
        school.run(move |tx, ctx| ops::make_remote(tx, ctx, week, big, &label("Мороз"))).unwrap();
    }

    fn a_year_is_changed_by_one_editor_copied_and_removed(t) {
        let school = School::new(t);
        let year = school.known().calendar().years()[0].clone();
        let mut plan: YearPlan = year.plan.clone();
        plan.breaks.remove(2);
        let (id, first, second) = (year.id, plan.clone(), year.plan.clone());
        school.run(move |tx, ctx| ops::edit_year(tx, ctx, id, 1, first.clone())).unwrap();
        let late = school.run(move |tx, ctx| ops::edit_year(tx, ctx, id, 1, second.clone()));
        assert!(matches!(late, Err(CalendarError::Changed)), "the second editor's version is not written over the first's");
        assert_eq!(school.known().calendar().years()[0].plan, plan);
        let wrong = YearPlan { days: DaySpan::new(date(2026, 9, 1), date(2027, 4, 1)).unwrap(), ..plan };
        assert!(is(school.run(move |tx, ctx| ops::edit_year(tx, ctx, id, 2, wrong.clone())), Fault::TermOutside(4)));

        let next = school.run(move |tx, ctx| ops::copy_year(tx, ctx, id)).unwrap();
        let known = school.known();
        assert_eq!(known.calendar().years()[1].plan.name.as_str(), "2027-28");
        assert_eq!(known.day_kind(date(2027, 10, 25), 5, Shift::First), DayKind::Holiday);
        assert_eq!(known.day_kind(date(2027, 10, 26), 5, Shift::First), DayKind::Break);
        assert!(is(school.run(move |tx, ctx| ops::copy_year(tx, ctx, id)), Fault::YearOverlap));
        assert!(is(school.run(move |tx, ctx| ops::remove_year(tx, ctx, id, 2, MONDAY)), Fault::HasLessons));
        school.run(move |tx, ctx| ops::remove_year(tx, ctx, next, 1, MONDAY)).unwrap();
        assert!(school.known().calendar().holiday(date(2027, 10, 25)).is_none());

        let own = Holiday { day: date(2026, 10, 5), name: HolidayName::Own(label("День учителя")), is_guess: false };
        school.run(move |tx, ctx| ops::put_holiday(tx, ctx, &own)).unwrap();
        school.run(|tx, ctx| ops::remove_holiday(tx, ctx, date(2026, 12, 16))).unwrap();
        school.run(move |tx, ctx| ops::take_state(tx, ctx, id, 2)).unwrap();
        let known = school.known();
        assert_eq!(known.calendar().years()[0].plan.breaks.len(), 4);
        assert!(known.calendar().holiday(date(2026, 12, 16)).is_some() && known.calendar().holiday(date(2026, 10, 5)).is_some());
    }

    fn the_weeks_of_grades_are_set_by_one_editor(t) {
        let school = School::new(t);
        let six = GradePlans::new(vec![calendar::model::GradePlan {
            grades: Grades::new(5, 11).unwrap(), week: calendar::model::Week::Six, lessons: 7,
        }]).unwrap();
        let set = six.clone();
        school.run(move |tx, ctx| ops::set_plans(tx, ctx, 0, &set)).unwrap();
        assert_eq!(school.known().calendar().plans(), &six);
        assert_eq!(school.kind(date(2026, 11, 28)), DayKind::Lessons { as_weekday: Weekday::Saturday });
        assert!(matches!(school.run(move |tx, ctx| ops::set_plans(tx, ctx, 0, &six)), Err(CalendarError::Changed)));
    }

    fn bells_are_added_ring_when_they_hold_and_go_when_nothing_names_them(t) {
        let school = School::new(t);
        let times = LessonTimes::new(vec![LessonTime { number: 1, from_min: 540, until_min: 570 }]).unwrap();
        let new = move |name: &str| NewSchedule { name: label(name), first: times.clone(), second: LessonTimes::default() };
        let (one, same) = (new("Понедельник"), new("Понедельник"));
        let id = school.run(move |tx, ctx| ops::add_schedule(tx, ctx, one.clone())).unwrap();
        assert!(is(school.run(move |tx, ctx| ops::add_schedule(tx, ctx, same.clone())), Fault::NameTaken));
        let empty = NewSchedule { name: label("Пусто"), first: LessonTimes::default(), second: LessonTimes::default() };
        assert!(is(school.run(move |tx, ctx| ops::add_schedule(tx, ctx, empty.clone())), Fault::NoBells));
        let mondays = BellsWhen { weekdays: 1, ..BellsWhen::ALWAYS };
        school.run(move |tx, ctx| ops::add_rule(tx, ctx, id, mondays)).unwrap();
        assert!(is(school.run(move |tx, ctx| ops::add_rule(tx, ctx, id, mondays)), Fault::RuleTaken));
        assert!(is(school.run(move |tx, ctx| ops::add_rule(tx, ctx, id, BellsWhen { weekdays: 0, ..mondays })), Fault::NoWeekday));
        let known = school.known();
        assert_eq!(known.lessons_of(MONDAY, 5, Shift::First).lessons()[0].from_min, 540);
        assert_eq!(known.lessons_of(MONDAY, 5, Shift::Second).lessons()[0].from_min, 840, "it has no second shift");
        assert_eq!(known.lessons_of(date(2026, 11, 24), 5, Shift::First).lessons()[0].from_min, 480);
        assert!(known.lessons_of(date(2026, 12, 16), 5, Shift::First).lessons().is_empty());
        assert!(is(school.run(move |tx, ctx| ops::remove_schedule(tx, ctx, id)), Fault::ScheduleInUse));
        let renamed = new("Классный час");
        school.run(move |tx, ctx| ops::edit_schedule(tx, ctx, id, 1, renamed.clone())).unwrap();
        let late = new("Другое");
        assert!(matches!(school.run(move |tx, ctx| ops::edit_schedule(tx, ctx, id, 1, late.clone())), Err(CalendarError::Changed)));
        let rule = known.bells().rules().iter().find(|rule| rule.when == mondays).unwrap().id;
        school.run(move |tx, ctx| ops::remove_rule(tx, ctx, rule)).unwrap();
        assert!(matches!(school.run(move |tx, ctx| ops::remove_rule(tx, ctx, rule)), Err(CalendarError::Changed)));
        school.run(move |tx, ctx| ops::remove_schedule(tx, ctx, id)).unwrap();
        assert_eq!(school.known().bells().schedules().len(), 3);
    }

    fn the_day_of_a_class_follows_its_timetable_or_its_grade(t) {
        let school = School::new(t);
        let (class, other) = (school.class(5, 'Б', Shift::First), school.class(1, 'А', Shift::First));
        let teacher = school.teacher();
        let day = |class, day| school.known().class_day(class, day).unwrap();
        let bare = day(other, MONDAY);
        assert_eq!((bare.lessons.len(), bare.begins_min(), bare.ends_min()), (4, Some(480), Some(685)));
        let pasted = paste("Алгебра (214)\t\n\tФизика\nХимия").unwrap();
        school.run(move |tx, ctx| ops::replace_timetable(tx, ctx, class, 0, &pasted)).unwrap();
        let place = Place::new(1, 7).unwrap();
        let cell = Cell::new("Хор", "", Some(teacher)).unwrap();
        school.run(move |tx, ctx| ops::put_lesson(tx, ctx, class, 1, place, Some(&cell))).unwrap();
        let monday = day(class, MONDAY);
        assert_eq!(monday.lessons.iter().map(|lesson| lesson.time.number).collect::<Vec<_>>(), [1, 3], "no bell rings for lesson 7");
        assert_eq!((monday.begins_min(), monday.ends_min()), (Some(480), Some(635)));
        assert_eq!(day(class, date(2026, 11, 24)).begins_min(), Some(530), "the second lesson is Tuesday's first");
        assert!(day(class, date(2026, 11, 25)).lessons.is_empty(), "nothing is taught on Wednesdays");
        assert!(day(class, date(2026, 12, 16)).lessons.is_empty());
        let nobody = Cell::new("Хор", "", Some(school.t.ids.new_id(t.clock.now()))).unwrap();
        assert!(is(school.run(move |tx, ctx| ops::put_lesson(tx, ctx, class, 2, place, Some(&nobody))), Fault::NoSuch));
        assert!(matches!(school.run(move |tx, ctx| ops::put_lesson(tx, ctx, class, 1, place, None)), Err(CalendarError::Changed)));
        school.run(move |tx, ctx| ops::copy_timetable(tx, ctx, other, 0, class)).unwrap();
        let (known, november) = (school.known(), MONDAY.series(1.day()).take(40));
        for (class, day) in november.flat_map(|day| [(class, day), (other, day)]) {
            let of_class = known.class_day(class, day).unwrap();
            let told = of_class.begins_min().zip(of_class.ends_min());
            let (kind, hours) = known.hours(class, known.place_of(class).unwrap(), day);
            assert_eq!((kind, hours.map(|hours| (hours.from_min, hours.until_min))), (of_class.kind, told), "{day}");
        }
        let before = ClassPlace { grade: 4, shift: Shift::First };
        let of_grade = known.hours(class, before, date(2026, 11, 25)).1.unwrap();
        assert_eq!(of_grade.from_min, 480, "in another grade the timetable of today did not hold");
        let copied = school.known().timetable(other).unwrap().clone();
        assert!(copied.cells.len() == 4 && copied.cells.values().all(|cell| cell.teacher.is_none() && cell.room.is_empty()));
        assert!(is(school.run(move |tx, ctx| ops::copy_timetable(tx, ctx, other, 1, other)), Fault::SameClass));
        let third = school.class(7, 'В', Shift::Second);
        assert!(is(school.run(move |tx, ctx| ops::copy_timetable(tx, ctx, other, 1, third)), Fault::NoTimetable));
        assert!(school.known().class_day(school.t.ids.new_id(t.clock.now()), MONDAY).is_none());
    }

    fn each_change_is_journaled_without_a_name(t) {
        let school = School::new(t);
        let class = school.class(5, 'Б', Shift::First);
        let before = school.head();
        let own = Holiday { day: date(2026, 10, 5), name: HolidayName::Own(label("Секретный день")), is_guess: false };
        school.run(move |tx, ctx| ops::put_holiday(tx, ctx, &own)).unwrap();
        school.run(|tx, ctx| ops::make_free(tx, ctx, MONDAY, &label("Секретная причина"))).unwrap();
        let new = NewSchedule { name: label("Секретные звонки"), first: LessonTimes::short(Shift::First), second: LessonTimes::default() };
        school.run(move |tx, ctx| ops::add_schedule(tx, ctx, new.clone())).unwrap();
        school.run(move |tx, ctx| ops::replace_timetable(tx, ctx, class, 0, &paste("Секретный предмет").unwrap())).unwrap();
        let entries = t.db.read_blocking(|tx| entries(tx, school.id, before)).unwrap();
        let kinds: Vec<&str> = entries.iter().map(|entry| entry.kind.as_str()).collect();
        assert_eq!(kinds, ["CalendarChanged", "CalendarChanged", "BellsChanged", "TimetableChanged"]);
        assert!(entries.iter().all(|entry| !entry.body.contains("Секрет")), "{entries:?}");
    }
}

store::record! {
    /// An entry of the journal.
    pub struct EntryRow {
        /// Its kind.
        pub kind: String,
        /// The event.
        pub body: String,
    }
}

store::statements! {
    /// Entries after a number.
    fn entries(school: SchoolId, after: u64) -> Many<EntryRow> =
        "select kind, body from journal where school = $1 and seq > $2 order by seq";
}
