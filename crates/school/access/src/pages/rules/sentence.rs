//! A rule in words: `Ученики · все точки прохода · вход · Пн–Пт 07:30–14:00`.

use i18n::{Lang, msg, msg_dyn, weekday_short};
use jiff::civil::{self, Weekday};
use kernel::{Who, Window};

use crate::{
    model::{day_runs, span_text},
    queries::RuleView,
};

/// Points that are named one by one; more are counted.
const NAMED: usize = 3;
const EVERY_DAY: u8 = 0x7f;

/// Who has the right.
pub(super) fn who(lang: Lang, rule: &RuleView) -> String {
    let name = rule.who_name.as_str();
    match rule.who {
        Who::Everybody => msg!(lang, "access-who-everybody"),
        Who::Role(role) => msg_dyn!(lang, "access-who-all-", role.as_str()),
        Who::Class(_) if name.is_empty() => msg!(lang, "access-who-gone"),
        Who::Class(_) => msg!(lang, "access-who-class", name = name),
        Who::Group(_) if name.is_empty() => msg!(lang, "access-who-gone"),
        Who::Group(_) => msg!(lang, "access-who-group", name = name),
        Who::Person(_) if name.is_empty() => msg!(lang, "access-who-gone"),
        Who::Person(_) => name.to_owned(),
    }
}

/// Where, which way, when: everything after who.
pub(super) fn rest(lang: Lang, rule: &RuleView) -> String {
    let mut parts = vec![places(lang, rule), way(lang, rule), times(lang, &rule.windows)];
    parts.extend(term(lang, rule.from, rule.until));
    if rule.on_holidays {
        parts.push(msg!(lang, "access-rule-holidays-too"));
    }
    parts.join(" · ")
}

fn places(lang: Lang, rule: &RuleView) -> String {
    match rule.points.len() {
        0 => msg!(lang, "access-rule-everywhere"),
        1..=NAMED => rule.points.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(", "),
        count => msg!(lang, "access-rule-points", count = count),
    }
}

fn way(lang: Lang, rule: &RuleView) -> String {
    rule.direction
        .map_or_else(|| msg!(lang, "access-rule-both-ways"), |way| msg_dyn!(lang, "access-rule-way-", way.as_str()))
}

/// The windows, those of the same days together: `Пн–Пт 07:30–14:00, 15:00–18:00; Сб 08:00–13:00`.
pub(super) fn times(lang: Lang, windows: &[Window]) -> String {
    if windows.is_empty() {
        return msg!(lang, "access-rule-any-time");
    }
    let mut by_days: Vec<(u8, Vec<String>)> = Vec::new();
    for window in windows {
        match by_days.iter_mut().find(|(days, _)| *days == window.days) {
            Some((_, spans)) => spans.push(span_text(*window)),
            None => by_days.push((window.days, vec![span_text(*window)])),
        }
    }
    by_days.sort_by_key(|(days, _)| days.trailing_zeros());
    let texts: Vec<String> =
        by_days.into_iter().map(|(days, spans)| format!("{} {}", days_text(lang, days), spans.join(", "))).collect();
    texts.join("; ")
}

/// Days as `Пн–Пт, Вс`.
fn days_text(lang: Lang, days: u8) -> String {
    if days & EVERY_DAY == EVERY_DAY {
        return msg!(lang, "access-rule-daily");
    }
    let runs = day_runs(days).into_iter().map(|(first, last)| match last - first {
        0 => day(lang, first).to_owned(),
        1 => format!("{}, {}", day(lang, first), day(lang, last)),
        _ => format!("{}–{}", day(lang, first), day(lang, last)),
    });
    runs.collect::<Vec<_>>().join(", ")
}

/// The short name of a day, 1 Monday … 7 Sunday.
pub(super) fn day(lang: Lang, number: u8) -> &'static str {
    let day = i8::try_from(number).ok().and_then(|number| Weekday::from_monday_one_offset(number).ok());
    weekday_short(lang, day.unwrap_or(Weekday::Monday))
}

fn term(lang: Lang, from: Option<civil::Date>, until: Option<civil::Date>) -> Option<String> {
    let date = |day| i18n::date(lang, day);
    match (from, until) {
        (None, None) => None,
        (Some(from), None) => Some(msg!(lang, "access-rule-from", day = date(from))),
        (None, Some(until)) => Some(msg!(lang, "access-rule-until", day = date(until))),
        (Some(from), Some(until)) => Some(format!("{}–{}", date(from), date(until))),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::{AccessPointId, Direction, Role, RuleId};

    use super::*;

    fn rule() -> RuleView {
        RuleView {
            id: RuleId::from_slice(&[1; 16]).unwrap(),
            name: String::new(),
            who: Who::Role(Role::Pupil),
            who_name: String::new(),
            points: Vec::new(),
            direction: Some(Direction::In),
            windows: vec![Window { days: 0b001_1111, from_min: 450, to_min: 840 }],
            from: None,
            until: None,
            on_holidays: false,
            is_enabled: true,
            revision: 1,
        }
    }

    #[test]
    fn a_rule_reads_as_a_sentence() {
        let rule = rule();
        assert_eq!(who(Lang::Ru, &rule), "Все ученики");
        assert_eq!(rest(Lang::Ru, &rule), "все точки прохода · вход · Пн–Пт 07:30–14:00");
        assert_eq!(rest(Lang::Kk, &rule), "барлық кіру нүктесі · кіру · Дс–Жм 07:30–14:00");
    }

    #[test]
    fn everything_that_limits_a_rule_is_said() {
        let point = AccessPointId::from_slice(&[2; 16]).unwrap();
        let rule = RuleView {
            who: Who::Class(kernel::ClassId::from_slice(&[3; 16]).unwrap()),
            who_name: "5 «Б»".to_owned(),
            points: vec![(point, "Турникет 1".to_owned())],
            direction: None,
            windows: vec![
                Window { days: 0b010_0000, from_min: 480, to_min: 780 },
                Window { days: 0b000_0011, from_min: 450, to_min: 840 },
                Window { days: 0b000_0011, from_min: 900, to_min: 1080 },
            ],
            from: Some(date(2026, 9, 1)),
            until: Some(date(2027, 5, 25)),
            on_holidays: true,
            ..rule()
        };
        assert_eq!(who(Lang::Ru, &rule), "Класс 5 «Б»");
        assert_eq!(
            rest(Lang::Ru, &rule),
            "Турникет 1 · вход и выход · Пн, Вт 07:30–14:00, 15:00–18:00; Сб 08:00–13:00 · 01.09.2026–25.05.2027 · и в праздники, и на каникулах"
        );
    }

    #[test]
    fn a_rule_without_limits_says_so() {
        let rule = RuleView { who: Who::Everybody, direction: None, windows: Vec::new(), ..rule() };
        assert_eq!(who(Lang::Ru, &rule), "Все");
        assert_eq!(rest(Lang::Ru, &rule), "все точки прохода · вход и выход · в любое время");
    }
}
