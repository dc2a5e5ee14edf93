//! What would be if somebody passed, and permissions to leave during lessons.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "stories")]

mod site;

use access::{
    AccessError,
    model::{Fault, LeaveInput, RuleInput},
    ops, queries,
    snapshot::snapshot_doc,
};
use accounts::StaffRole;
use axum::http::StatusCode;
use jiff::{Timestamp, civil::date};
use kernel::{
    ClassId, Direction, GateBody, GateRecord, LeaveId, PersonId, Question, Reason, Role, RuleVerdict, SnapshotDoc, Who,
    Window,
};
use site::{Site, browser::Browser, rule, title};
use testkit::{TestDb, both_databases};

/// Monday 23.11.2026 in Almaty.
fn at(clock: &str) -> Timestamp {
    format!("2026-11-23T{clock}:00+05:00").parse().unwrap()
}

/// A school with its calendar, a pupil of 2 «А» and one of 5 «Б», who pass from 7 to 18 on weekdays.
struct Lessons<'t> {
    site: Site<'t>,
    young: PersonId,
    old: PersonId,
    class: ClassId,
}

fn lessons(t: &TestDb) -> Lessons<'_> {
    let site = Site::new(t);
    let ctx = site.ctx();
    t.db.write_blocking(move |tx| {
        calendar::ops::open_calendar(tx, &ctx, date(2026, 11, 23)).unwrap();
        let windows = vec![Window { days: 0x1f, from_min: 420, to_min: 1080 }];
        ops::add_rule(tx, &ctx, RuleInput { windows, ..rule(Who::Role(Role::Pupil)) })
    })
    .unwrap();
    let class = site.class(2, 'А');
    let young = site.persons(&["Әбдіғали"], Some(class), 10)[0];
    let old = site.persons(&["Бекова"], Some(site.class(5, 'Б')), 20)[0];
    Lessons { site, young, old, class }
}

impl Lessons<'_> {
    fn doc(&self) -> SnapshotDoc {
        let (school, gate, now) = (self.site.school, self.site.key.gate, self.site.now());
        self.site.t.db.read_blocking(|tx| snapshot_doc(tx, school, gate, now)).unwrap()
    }

    fn decides(&self, person: PersonId, direction: Direction, clock: &str) -> Reason {
        let question = Question { person, point: self.site.door, direction, at: at(clock) };
        gate::explain(&self.doc(), &question).unwrap().reason
    }

    fn input(&self, from: &str, until: &str) -> LeaveInput {
        let (from, until) = (at(from), at(until));
        let (reason, collected_by) = (Some(title("Врач")), Some(title("Мама")));
        LeaveInput { person: self.young, from, until, point: None, reason, collected_by }
    }

    fn give(&self, roles: &[StaffRole], input: LeaveInput) -> Result<LeaveId, AccessError> {
        let ctx = self.site.ctx_of(roles);
        self.site.t.db.write_blocking(move |tx| ops::give_leave(tx, &ctx, &input))
    }
}

const OUT: Direction = Direction::Out;

both_databases! {
    fn the_youngest_stay_in_during_lessons_unless_somebody_permits_it(t) {
        let house = lessons(t);
        let doc = house.doc();
        let of_class: Vec<_> = doc.lessons.iter().map(|lessons| (lessons.class, lessons.from_min, lessons.to_min)).collect();
        assert_eq!(of_class, [(house.class, 480, 745)], "five lessons of 2 «А», none of 5 «Б»");
        let days = &doc.lessons[0].days;
        assert!(days.contains(&date(2026, 11, 23)) && days.contains(&date(2026, 12, 15)));
        assert!(!days.contains(&date(2026, 12, 16)) && !days.contains(&date(2026, 11, 28)), "holidays and Saturdays");
        assert_eq!(house.decides(house.young, OUT, "10:00"), Reason::NoLeave);
        assert_eq!(house.decides(house.young, OUT, "12:25"), Reason::Granted);
        assert_eq!(house.decides(house.young, Direction::In, "10:00"), Reason::Granted);
        assert_eq!(house.decides(house.old, OUT, "10:00"), Reason::Granted);

        let version = house.doc().version;
        let leave = house.give(&[StaffRole::Teacher], house.input("09:30", "11:00")).unwrap();
        assert_eq!(house.decides(house.young, OUT, "10:00"), Reason::GrantedLeave);
        assert_eq!(house.decides(house.young, OUT, "11:00"), Reason::NoLeave);
        let told = house.doc();
        assert!(told.version > version);
        assert_eq!(told.leaves.iter().map(|leave| (leave.id, leave.person)).collect::<Vec<_>>(), [(leave, house.young)]);
        let json = serde_json::to_string(&told).unwrap();
        assert!(!json.contains("Мама") && !json.contains("Врач"), "a gate is told no name");

        let ctx = house.site.ctx_of(&[StaffRole::Teacher]);
        t.db.write_blocking(move |tx| ops::revoke_leave(tx, &ctx, leave)).unwrap();
        assert_eq!(house.decides(house.young, OUT, "10:00"), Reason::NoLeave);
        let ctx = house.site.ctx_of(&[StaffRole::Teacher]);
        let again = t.db.write_blocking(move |tx| ops::revoke_leave(tx, &ctx, leave));
        assert!(matches!(again, Err(AccessError::Changed)), "{again:?}");
    }

    fn a_school_says_up_to_which_grade_pupils_stay(t) {
        let house = lessons(t);
        let keep = |grade| {
            let ctx = house.site.ctx_of(&[StaffRole::Secretary]);
            t.db.write_blocking(move |tx| ops::keep_in_lessons(tx, &ctx, grade))
        };
        keep(6).unwrap();
        assert_eq!((house.decides(house.young, OUT, "10:00"), house.decides(house.old, OUT, "10:00")), (Reason::NoLeave, Reason::NoLeave));
        keep(0).unwrap();
        assert_eq!(house.decides(house.young, OUT, "10:00"), Reason::Granted);
        assert!(matches!(keep(13), Err(AccessError::Field { .. })));
        let ctx = house.site.ctx_of(&[StaffRole::Teacher]);
        assert!(matches!(t.db.write_blocking(move |tx| ops::keep_in_lessons(tx, &ctx, 4)), Err(AccessError::Denied(_))));
    }

    fn a_permission_that_makes_no_sense_is_refused_with_its_field(t) {
        let house = lessons(t);
        let other = Site::named(t, "two");
        let stranger = other.person("Чужая", 1);
        let refused = |input: LeaveInput| match house.give(&[StaffRole::Head], input) {
            Err(AccessError::Field { field, fault }) => (field, fault),
            other => panic!("{other:?}"),
        };
        assert_eq!(refused(house.input("11:00", "10:00")), ("until", Fault::Order));
        assert_eq!(refused(house.input("06:00", "07:00")), ("until", Fault::Past));
        assert_eq!(refused(LeaveInput { person: stranger, ..house.input("09:00", "10:00") }), ("person", Fault::NoSuch));
        let inner = Some(house.site.inner_door);
        assert_eq!(refused(LeaveInput { point: inner, ..house.input("09:00", "10:00") }), ("point", Fault::NoSuch));
        let strange = Some(other.door);
        assert_eq!(refused(LeaveInput { point: strange, ..house.input("09:00", "10:00") }), ("point", Fault::NoSuch));
        let by_guard = house.give(&[StaffRole::Guard], house.input("09:00", "10:00"));
        assert!(matches!(by_guard, Err(AccessError::Denied(_))), "{by_guard:?}");
        let door = LeaveInput { point: Some(house.site.door), ..house.input("09:00", "10:00") };
        house.give(&[StaffRole::Secretary], door).unwrap();
    }

    fn the_first_pass_by_a_permission_is_noted_and_it_is_not_taken_back_any_more(t) {
        let house = lessons(t);
        let leave = house.give(&[StaffRole::Teacher], house.input("07:00", "11:00")).unwrap();
        let pass = |clock: &str, reason| kernel::Pass { reason, at: at(clock), ..house.site.pass(house.site.door, OUT, Some(house.young)) };
        let passes = [pass("07:10", Reason::NoLeave), pass("07:20", Reason::GrantedLeave), pass("07:25", Reason::GrantedLeave)];
        house.site.deliver_passes(1, &passes);
        house.site.deliver_passes(1, &passes);
        let (scope, now) = (house.site.scope(), house.site.now());
        let of = t.db.read_blocking(|tx| queries::leaves_of(tx, &scope, house.young, now)).unwrap();
        assert_eq!(of.iter().map(|leave| (leave.id, leave.used_at)).collect::<Vec<_>>(), [(leave, Some(at("07:20")))]);
        let ctx = house.site.ctx_of(&[StaffRole::Teacher]);
        assert!(matches!(t.db.write_blocking(move |tx| ops::revoke_leave(tx, &ctx, leave)), Err(AccessError::Changed)));
        let shown = t.db.read_blocking(|tx| queries::last_passes(tx, &scope, 10)).unwrap();
        let beside: Vec<_> = shown.iter().map(|pass| pass.leave.as_ref().map(|leave| leave.collected_by.as_str())).collect();
        assert_eq!(beside, [Some("Мама"); 3], "the guard sees it beside the refusal too");
        assert!(!format!("{shown:?}").contains("Мама"), "nothing of it gets into a log");
        assert_eq!(house.decides(house.young, OUT, "08:30"), Reason::GrantedLeave, "within its time one may go out again");
    }

    fn what_would_be_is_asked_of_the_gate_and_names_the_rules(t) {
        let house = lessons(t);
        let ctx = house.site.ctx();
        t.db.write_blocking(move |tx| ops::add_rule(tx, &ctx, rule(Who::Role(Role::Guardian)))).unwrap();
        let (scope, now) = (house.site.scope(), house.site.now());
        let ask = |person, clock: &str| {
            let question = Question { person, point: house.site.door, direction: Direction::In, at: at(clock) };
            t.db.read_blocking(|tx| queries::what_if(tx, &scope, &question, now, gate::explain)).unwrap()
        };
        let early = ask(house.old, "06:59").unwrap();
        assert_eq!((early.explanation.reason, early.explanation.next), (Reason::OutsideSchedule, Some(at("07:00"))));
        assert_eq!(early.rules.iter().map(|(_, verdict)| *verdict).collect::<Vec<_>>(), [RuleVerdict::OtherTime]);
        assert_eq!(ask(house.old, "07:00").unwrap().explanation.reason, Reason::Granted);
        let ctx = house.site.ctx();
        let leaver = house.site.persons(&["Ушедшая"], None, 77)[0];
        t.db.write_blocking(move |tx| {
            let cards = people::queries::credentials(tx, &accounts::Scope::of_program(ctx.actor.school), leaver).unwrap();
            for card in cards {
                people::ops::give_back(tx, &ctx, card.id).unwrap();
            }
            people::ops::archive(tx, &ctx, leaver)
        }).unwrap();
        assert!(ask(leaver, "08:00").is_none(), "no gate knows who has left and gave the card back");
        let nowhere = Question { person: house.old, point: kernel::Id::from_slice(&[7; 16]).unwrap(), direction: OUT, at: now };
        let asked = t.db.read_blocking(|tx| queries::what_if(tx, &scope, &nowhere, now, gate::explain));
        assert!(matches!(asked, Err(AccessError::NotFound(_))));
    }

    fn the_page_answers_in_a_sentence_with_the_rule_and_what_helps(t) {
        let house = lessons(t);
        let mut secretary = Browser::of(&house.site, StaffRole::Secretary);
        secretary.get("/access/rules/what-if").says(&["Что будет, если", "Турникет 1"]);
        secretary.get("/access/rules/what-if/people?person-q=%D3%99%D0%B1%D0%B4").says(&["Әбдіғали"]);
        let (door, young) = (house.site.door, house.young);
        let ask = |direction: &str, time: &str| {
            format!("/access/rules/what-if?person={young}&point={door}&direction={direction}&date=2026-11-23&time={time}")
        };
        secretary.get(&ask("in", "07:45")).says(&["Әбдіғали Айдана пройдёт: вход, Турникет 1, понедельник 23.11.2026, 07:45", "Проход разрешён", "Пропускает"]);
        secretary.get(&ask("out", "10:00")).says(&["не пройдёт", "Идут уроки", "с 08:00 до 12:25", "Дайте разрешение", "Ближайшее время", "12:25"]);
        secretary.get(&ask("in", "06:00")).says(&["Вне разрешённого времени", "Другое время", "07:00"]);
        secretary.get(&format!("/access/rules/what-if?point={door}")).says(&["Выберите человека"]);
        secretary.get("/access/rules/what-if?person=x&point=%00&direction=up&date=no&time=99").says(&["Что будет, если"]);
        let mut guard = Browser::of(&house.site, StaffRole::Guard);
        assert_eq!(guard.get("/access/rules/what-if").status, StatusCode::FORBIDDEN);
    }

    fn a_teacher_permits_and_the_guard_sees_it(t) {
        let house = lessons(t);
        let mut teacher = Browser::of(&house.site, StaffRole::Teacher);
        teacher.get("/leave").says(&["1–4 классов", "Разрешений на этот день нет"]).hides(&["Кто остаётся"]);
        let person = house.young.to_string();
        let fields = [("person", person.as_str()), ("date", "2026-11-23"), ("from", "09:30"), ("until", "11:00"), ("collected_by", "Бабушка <b>")];
        teacher.refused("/leave", &[("date", "2026-11-23"), ("from", "09:30"), ("until", "11:00")]).says(&["Выберите ученика"]);
        teacher.refused("/leave", &[("person", person.as_str()), ("date", "2026-11-23"), ("from", "09:30"), ("until", "09:00")]).says(&["09:00"]);
        assert_eq!(teacher.done("/leave", &fields), "/leave?day=2026-11-23&done=added");
        teacher.get("/leave?day=2026-11-23").says(&["Әбдіғали", "09:30–11:00", "Бабушка &lt;b&gt;", "Ещё рано"]);
        teacher.get(&format!("/people/{person}")).says(&["Выход с уроков", "09:30–11:00", "Разрешить выход"]);
        let colleague = house.site.persons(&["Учителева"], None, 900)[0];
        teacher.get(&format!("/people/{colleague}")).says(&["Учителева"]).hides(&["Разрешить выход"]);
        let pass = kernel::Pass { reason: Reason::NoLeave, ..house.site.pass(house.site.door, OUT, Some(house.young)) };
        house.site.deliver(&[GateRecord { seq: 1, body: GateBody::Pass(pass) }]);
        let mut guard = Browser::of(&house.site, StaffRole::Guard);
        guard.get("/monitor").says(&["разрешения на выход нет", "забирает Бабушка &lt;b&gt;", "09:30–11:00"]);
        guard.get("/leave").says(&["Әбдіғали"]).hides(&["Отменить", "Разрешить"]);
        assert_eq!(guard.post("/leave", &fields).status, StatusCode::FORBIDDEN);
        let scope = house.site.scope();
        let leave = t.db.read_blocking(|tx| queries::leaves(tx, &scope, at("00:00"), at("23:59"))).unwrap()[0].id;
        teacher.done(&format!("/leave/{leave}/revoke"), &[]);
        teacher.get("/leave").says(&["Отменено"]);
        teacher.refused(&format!("/leave/{leave}/revoke"), &[]).says(&["Отменить уже нельзя"]);
        assert_eq!(teacher.post("/leave/grades", &[("grade", "9")]).status, StatusCode::FORBIDDEN);
        let mut secretary = Browser::of(&house.site, StaffRole::Secretary);
        secretary.done("/leave/grades", &[("grade", "2")]);
        secretary.get("/leave").says(&["1–2 классов", "Кто остаётся"]);
    }

    fn the_usual_rules_come_from_the_bells_and_are_added_once(t) {
        let house = lessons(t);
        let mut secretary = Browser::of(&house.site, StaffRole::Secretary);
        secretary.get("/access/rules/usual").hides(&["Все ученики"]).says(&["Все учителя", "Пн–Сб 06:30–21:00", "Добавить 3 правила"]);
        let (scope, ctx) = (house.site.scope(), house.site.ctx());
        t.db.write_blocking(move |tx| {
            let own = queries::rules(tx, &scope)?[0].id;
            ops::remove_rule(tx, &ctx, own)
        }).unwrap();
        secretary.get("/access/rules/usual").says(&["Все ученики", "Пн–Пт 07:00–16:15", "Добавить 4 правила"]);
        assert_eq!(secretary.done("/access/rules/usual", &[]), "/access/rules?done=added");
        assert_eq!(house.decides(house.young, Direction::In, "07:00"), Reason::Granted);
        assert_eq!(house.decides(house.young, Direction::In, "06:59"), Reason::OutsideSchedule);
        secretary.get("/access/rules/usual").says(&["Обычные правила уже есть"]);
        secretary.done("/access/rules/usual", &[]);
        let rules = t.db.read_blocking(|tx| queries::rules(tx, &scope)).unwrap();
        assert_eq!(rules.len(), 4);
        let mut head = Browser::of(&house.site, StaffRole::Head);
        assert_eq!(head.get("/access/rules/usual").status, StatusCode::FORBIDDEN);
    }
}
