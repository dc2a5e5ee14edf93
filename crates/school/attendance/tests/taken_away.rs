//! Attendance in what a school takes away, on both databases.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on shall stop")]

mod site;

use std::sync::Arc;

use accounts::{App, Scope};
use attendance::LeaveReasons;
use i18n::Lang;
use kernel::{
    Direction::{In, Out},
    Role, SchoolId,
};
use people::person::Shift;
use sheet::{Archive, Pack};
use site::{at, class, open_calendar, pass, person, tell};
use store::StoreError;
use testkit::{TestDb, both_databases};

fn taken_away(t: &TestDb, school: SchoolId, lang: Lang) -> Vec<(String, Vec<u8>)> {
    let app = App::new(t.db.clone(), testkit::vault(), Arc::new(t.clock.clone()), t.ids.clone(), false, Vec::new());
    let (part, scope, mut pack) =
        (attendance::export_part(&app, LeaveReasons::unknown()), Scope::of_program(school), Pack::new());
    t.db.read_blocking(|tx| {
        part.write(tx, &scope, lang, &mut pack).unwrap();
        Ok::<_, StoreError>(())
    })
    .unwrap();
    let mut archive = Archive::open(pack.finish().unwrap()).unwrap();
    (0..archive.len()).filter_map(|index| archive.file(index, 1 << 22).unwrap()).collect()
}

both_databases! {
    fn a_month_that_somebody_came_in_is_a_file_for_pupils_and_one_for_staff(t) {
        let school = t.school("School");
        open_calendar(t, school);
        let own = class(t, school, 5, 'А', Shift::First);
        let came = person(t, school, "Асанов", Role::Pupil, Some(own));
        person(t, school, "Беков", Role::Pupil, Some(own));
        let cook = person(t, school, "Поварова", Role::Staff, None);
        assert!(taken_away(t, school, Lang::Ru).is_empty(), "nobody came yet");
        t.clock.set(at("2026-11-23T20:00:00+05:00"));
        tell(
            t,
            school,
            vec![
                pass(t, came, In, at("2026-11-23T08:12:00+05:00")),
                pass(t, came, Out, at("2026-11-23T14:00:00+05:00")),
                pass(t, cook, In, at("2026-11-23T07:00:00+05:00")),
                pass(t, cook, Out, at("2026-11-23T15:00:00+05:00")),
            ],
        );
        let files = taken_away(t, school, Lang::Ru);
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["attendance-2026-11.csv", "timesheet-2026-11.xlsx"]);
        let text = String::from_utf8_lossy(&files[0].1).into_owned();
        let of = |who: &str| text.lines().find(|line| line.contains(who) && line.contains("23.11.2026")).unwrap_or_default().to_owned();
        assert!(of("Асанов").contains("08:12") && of("Асанов").contains("12 мин"), "{text}");
        assert!(of("Беков").contains("Без причины"), "who did not come stands there too: {text}");
        assert!(!text.contains("22.11.2026"), "Sunday has no lessons: {text}");
        assert!(taken_away(t, t.school("Other"), Lang::Ru).is_empty(), "another school has nothing of it");
    }
}
