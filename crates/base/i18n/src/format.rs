//! Dates, times, numbers and money as people of the country write them.
//!
//! Moments are kept in UTC and shown in the school's time zone, which the caller passes in.

use jiff::{
    Timestamp, Zoned,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};

use crate::Lang;

/// Narrow no-break space: groups digits and never lets a number break at a line's end.
const GROUP: char = '\u{202f}';
/// No-break space: holds a number and its unit together.
const NO_BREAK: char = '\u{a0}';

/// The moment in a time zone.
pub fn local(at: Timestamp, zone: &TimeZone) -> Zoned {
    at.to_zoned(zone.clone())
}

/// `23.11.2026`, alike in all three languages.
pub fn date(_lang: Lang, date: Date) -> String {
    format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year())
}

/// `08:05`.
pub fn clock_time(time: Time) -> String {
    format!("{:02}:{:02}", time.hour(), time.minute())
}

/// `08:05` of a moment.
pub fn time(at: Timestamp, zone: &TimeZone) -> String {
    clock_time(local(at, zone).time())
}

/// `08:05:31` of a moment.
pub fn time_with_seconds(at: Timestamp, zone: &TimeZone) -> String {
    let time = local(at, zone).time();
    format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())
}

/// `23.11.2026 08:05` of a moment.
pub fn date_time(lang: Lang, at: Timestamp, zone: &TimeZone) -> String {
    let zoned = local(at, zone);
    format!("{} {}", date(lang, zoned.date()), clock_time(zoned.time()))
}

/// `23 ноября`, `23 қараша`, `23 November`.
pub fn day_and_month(lang: Lang, date: Date) -> String {
    let month = usize::from(date.month().unsigned_abs()).saturating_sub(1);
    let name = match lang {
        Lang::Kk => MONTHS_KK[month],
        Lang::Ru => MONTHS_RU_OF[month],
        Lang::En => MONTHS_EN[month],
    };
    format!("{}{NO_BREAK}{name}", date.day())
}

/// `23 ноября 2026 г.`, `2026 ж. 23 қараша`, `23 November 2026`.
pub fn date_long(lang: Lang, date: Date) -> String {
    let day = day_and_month(lang, date);
    match lang {
        Lang::Kk => format!("{}{NO_BREAK}ж. {day}", date.year()),
        Lang::Ru => format!("{day} {}{NO_BREAK}г.", date.year()),
        Lang::En => format!("{day} {}", date.year()),
    }
}

/// A month's name as it stands alone in a heading: `қараша`, `ноябрь`, `November`. `month` is 1 to 12.
pub fn month_name(lang: Lang, month: i8) -> &'static str {
    let index = usize::from(month.clamp(1, 12).unsigned_abs()) - 1;
    match lang {
        Lang::Kk => MONTHS_KK[index],
        Lang::Ru => MONTHS_RU[index],
        Lang::En => MONTHS_EN[index],
    }
}

/// A weekday's name: `дүйсенбі`, `понедельник`, `Monday`.
pub fn weekday_name(lang: Lang, day: Weekday) -> &'static str {
    let index = usize::from(day.to_monday_zero_offset().unsigned_abs());
    match lang {
        Lang::Kk => ["дүйсенбі", "сейсенбі", "сәрсенбі", "бейсенбі", "жұма", "сенбі", "жексенбі"][index],
        Lang::Ru => ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"][index],
        Lang::En => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][index],
    }
}

/// A weekday in two or three letters: `Дс`, `Пн`, `Mon`.
pub fn weekday_short(lang: Lang, day: Weekday) -> &'static str {
    let index = usize::from(day.to_monday_zero_offset().unsigned_abs());
    match lang {
        Lang::Kk => ["Дс", "Сс", "Ср", "Бс", "Жм", "Сн", "Жс"][index],
        Lang::Ru => ["Пн", "Вт", "Ср", "Чт", "Пт", "Сб", "Вс"][index],
        Lang::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][index],
    }
}

/// `1 250` with narrow no-break spaces; negative numbers get a minus sign, not a hyphen.
pub fn number(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + 8);
    if value < 0 {
        text.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(GROUP);
        }
        text.push(digit);
    }
    text
}

/// `1 250 ₸`, or `1 250,50 ₸` when there are tiyn (1/100 tenge).
pub fn money_tiyn(tiyn: i64) -> String {
    let (tenge, rest) = (tiyn / 100, (tiyn % 100).unsigned_abs());
    let sign = if tiyn < 0 && tenge == 0 { "−" } else { "" };
    let whole = number(tenge);
    if rest == 0 { format!("{whole}{NO_BREAK}₸") } else { format!("{sign}{whole},{rest:02}{NO_BREAK}₸") }
}

const MONTHS_KK: [&str; 12] = [
    "қаңтар",
    "ақпан",
    "наурыз",
    "сәуір",
    "мамыр",
    "маусым",
    "шілде",
    "тамыз",
    "қыркүйек",
    "қазан",
    "қараша",
    "желтоқсан",
];
const MONTHS_RU: [&str; 12] = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
];
const MONTHS_RU_OF: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(test)]
mod tests {
    use jiff::civil;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates_are_written_as_people_write_them() {
        let day = civil::date(2026, 11, 3);
        assert_eq!(date(Lang::Ru, day), "03.11.2026");
        assert_eq!(date_long(Lang::Ru, day), "3\u{a0}ноября 2026\u{a0}г.");
        assert_eq!(date_long(Lang::Kk, day), "2026\u{a0}ж. 3\u{a0}қараша");
        assert_eq!(date_long(Lang::En, day), "3\u{a0}November 2026");
        assert_eq!(weekday_name(Lang::Kk, day.weekday()), "сейсенбі");
        assert_eq!(weekday_short(Lang::Ru, day.weekday()), "Вт");
        assert_eq!(month_name(Lang::Ru, 11), "ноябрь");
    }

    #[test]
    fn moments_are_shown_in_the_schools_zone() {
        let zone = TimeZone::get("Asia/Almaty").unwrap();
        for (utc, shown) in [
            ("2026-11-22T18:59:59Z", "22.11.2026 23:59"),
            ("2026-11-22T19:00:00Z", "23.11.2026 00:00"),
            // before 1 March 2024 the city kept UTC+6
            ("2024-02-29T17:59:00Z", "29.02.2024 23:59"),
        ] {
            assert_eq!(date_time(Lang::Kk, utc.parse().unwrap(), &zone), shown);
        }
        assert_eq!(time_with_seconds("2026-11-22T03:05:09Z".parse().unwrap(), &zone), "08:05:09");
    }

    #[test]
    fn money_shows_tiyn_only_when_there_are_any() {
        for (tiyn, shown) in [
            (125_000, "1\u{202f}250\u{a0}₸"),
            (125_050, "1\u{202f}250,50\u{a0}₸"),
            (5, "0,05\u{a0}₸"),
            (0, "0\u{a0}₸"),
            (-5, "−0,05\u{a0}₸"),
            (-125_005, "−1\u{202f}250,05\u{a0}₸"),
            (i64::MIN, "−92\u{202f}233\u{202f}720\u{202f}368\u{202f}547\u{202f}758,08\u{a0}₸"),
        ] {
            assert_eq!(money_tiyn(tiyn), shown);
        }
    }

    proptest! {
        #[test]
        fn a_number_keeps_its_digits_and_has_groups_of_three(value in any::<i64>()) {
            let text = number(value);
            let plain: String = text.chars().filter(|c| *c != GROUP).collect::<String>().replace('−', "-");
            prop_assert_eq!(plain.parse::<i64>().unwrap(), value);
            prop_assert!(text.trim_start_matches('−').split(GROUP).skip(1).all(|group| group.len() == 3));
        }
    }
}
