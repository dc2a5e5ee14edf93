//! Pages made of samples: every component in the company it keeps in the product.

use web::{
    Filters, Form, Markup, PagePosition,
    components::{
        Button, Choice, Column, Field, Icon, LinkButton, Row, Tab, Table, Tone, alert, back_link, badge, breadcrumb,
        card, cell, checkbox, choices, confirm_dialog, empty_state, facts, filter_bar, form_actions, form_faults,
        hidden, live_state, page_head, pager, pager_cursor, photo, search_box, stat, tabs, toast,
    },
    html,
};

use i18n::Lang;

/// A drawn head and shoulders, so that the gallery needs no file.
pub const PORTRAIT: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 64'%3E%3Crect width='48' height='64' \
     fill='%23bfe3ea'/%3E%3Cpath d='M6 64c0-14 8-20 18-20s18 6 18 20z' fill='%23284b63'/%3E%3Cellipse cx='24' cy='27' rx='10' ry='12.500' \
     fill='%23e2b48c'/%3E%3Cpath d='M13 27c-1-12 4-17 11-17s12 5 11 17c-2-6-5-8-11-8s-9 2-11 8z' fill='%232b2320'/%3E%3C/svg%3E";

/// The samples with their names in the address and in the snapshots.
pub fn all(lang: Lang) -> Vec<(&'static str, Markup)> {
    vec![
        ("today", today(lang)),
        ("passes", passes(lang)),
        ("person", person(lang)),
        ("form", form(lang)),
        ("empty", empty(lang)),
        ("screen", screen(lang)),
        ("sign-in", sign_in()),
    ]
}

fn today(lang: Lang) -> Markup {
    html! {
        (page_head("Сегодня, понедельник 23 ноября", html! { (live_state(lang)) (LinkButton::primary("Монитор охраны", "/screen").icon(Icon::DeviceDesktop)) }))
        div .stats {
            (stat("в школе сейчас", "1\u{202f}106", Icon::Users, Tone::Plain, Some("/passes")))
            (stat("пришли вовремя", "1\u{202f}084", Icon::CircleCheck, Tone::Good, None))
            (stat("опоздали", "22", Icon::ClockExclamation, Tone::Warn, Some("/passes?late=1")))
            (stat("отказов", "3", Icon::Ban, Tone::Bad, Some("/passes?denied=1")))
        }
        (alert(Tone::Warn, "Контроллер «Северный вход» не отвечает с 07:42", "Турникет решает по своему списку карт. Проверьте питание и сеть."))
        (alert(Tone::Bad, "Карта объявлена утерянной", "По ней пытались пройти в 07:58, турникет 2."))
        (alert(Tone::Good, "Список карт передан на все контроллеры", ""))
        (alert(Tone::Info, "Первоклассники проходят свободно до 30.09.2026", "Система только учит их подносить карту."))
        div .columns {
            (card("Отчёты", html! {
                p .quiet { "За сегодня, неделю или месяц; в XLSX и для печати." }
                div .actions {
                    (Button::plain("Посещаемость").icon(Icon::Report))
                    (Button::plain("Табель").icon(Icon::CalendarEvent))
                    (Button::quiet("Все отчёты"))
                }
            }))
            (card("Кнопки", html! {
                div .actions {
                    (Button::primary("Сохранить"))
                    (Button::plain("Изменить").icon(Icon::Edit))
                    (Button::danger("Заблокировать").icon(Icon::Lock))
                    (Button::quiet("Отмена"))
                    (Button::plain("Нельзя").disabled(true))
                    (Button::plain("Обновить").icon(Icon::Refresh).only_icon())
                }
                div .actions { (Button::primary("Пропустить").icon(Icon::DoorEnter).large()) }
                div .actions {
                    @for (tone, word) in [(Tone::Good, "разрешён"), (Tone::Bad, "отказ"), (Tone::Warn, "опоздание"), (Tone::Info, "обучение"), (Tone::Plain, "в архиве")] {
                        (badge(tone, word))
                    }
                }
            }))
        }
    }
}

const PEOPLE: [(&str, &str, &str, &str, Tone, &str); 7] = [
    ("Құдайберген Айсұлтан", "5 «Б»", "08:05:31", "Турникет 1, вход", Tone::Good, "разрешён"),
    ("Әбдіғали Жансая", "11 «А»", "08:05:12", "Турникет 2, вход", Tone::Warn, "опоздание"),
    ("Смирнова Екатерина", "7 «Г»", "08:04:57", "Турникет 2, вход", Tone::Good, "разрешён"),
    ("Нұрғалиева Ұлбосын", "учитель", "08:04:40", "Служебный вход", Tone::Good, "разрешён"),
    ("Төлегенов Іңкәр", "2 «Ә»", "08:04:02", "Турникет 1, вход", Tone::Bad, "карта утеряна"),
    ("Иванов Пётр", "9 «В»", "08:03:44", "Турникет 4, выход", Tone::Bad, "вне расписания"),
    ("Һамитов Өмірбек", "1 «А»", "08:03:20", "Турникет 3, вход", Tone::Info, "обучение"),
];

fn passes(lang: Lang) -> Markup {
    let filters = Filters::parse("/passes", "reason=late&sort=-at&page=4");
    let form = Form::filled([("day", "2026-11-23"), ("reason", "late")]);
    let rows = PEOPLE.into_iter().enumerate().map(|(index, (name, class, at, point, tone, word))| {
        let row = Row::new(vec![
            html! { span .person { (photo((index % 3 == 0).then_some(PORTRAIT), name, "small")) span { b { (name) } small { (class) } } } },
            cell(at),
            cell(point),
            badge(tone, word),
            html! { (Button::quiet("Подробнее").icon(Icon::Dots).only_icon()) },
        ]);
        let row = row.leads_to("/person");
        if tone == Tone::Bad { row.class("bad") } else { row }
    });
    html! {
        (page_head("Проходы", html! {
            (LinkButton::plain("CSV", filters.at_path("/passes.csv")).icon(Icon::Download))
            (LinkButton::plain("XLSX", filters.at_path("/passes.xlsx")).icon(Icon::FileSpreadsheet))
        }))
        (filter_bar(lang, &filters, "/passes", Some("Фамилия, класс или карта"), html! {
            (Field::date("day", "День", &form))
            (Field::select("reason", "Решение", &form, vec![Choice::new("late", "Опоздания"), Choice::new("denied", "Отказы")]).or_none("Любое"))
            (Field::select("point", "Точка прохода", &form, vec![Choice::new("1", "Турникет 1"), Choice::new("2", "Турникет 2")]).or_none("Все"))
        }, &["day", "reason", "point"]))
        div #results {
            (Table::new(lang, "Проходы за 23.11.2026", vec![
                Column::new("Кто").sorted_by("name"),
                Column::new("Время").sorted_by("at"),
                Column::new("Где"),
                Column::new("Решение"),
                Column::actions("Действия"),
            ]).sorts(&filters).rows(rows))
            (pager(lang, &filters, PagePosition { number: 4, size: 50 }, 1_842))
        }
    }
}

fn person(lang: Lang) -> Markup {
    html! {
        (breadcrumb(lang, &[("Люди", "/people"), ("5 «Б»", "/people?class=5b")], "Құдайберген Айсұлтан"))
        (page_head("Құдайберген Айсұлтан Ерланұлы", html! {
            (LinkButton::plain("Изменить", "/form").icon(Icon::Edit))
            (Button::danger("Заблокировать").icon(Icon::UserOff).opens("block"))
        }))
        (tabs("Разделы карточки", &[
            Tab { label: "Карточка", href: "/person", count: None, current: true },
            Tab { label: "Пропуска", href: "/person/cards", count: Some(2), current: false },
            Tab { label: "Проходы", href: "/person/passes", count: Some(1_284), current: false },
            Tab { label: "Права", href: "/person/rules", count: None, current: false },
        ]))
        div .columns {
            (card("", html! {
                div .person {
                    (photo(Some(PORTRAIT), "Құдайберген Айсұлтан", "middle"))
                    div { (badge(Tone::Good, "в школе с 07:51")) }
                }
                (facts(&[
                    ("Класс", cell("5 «Б», 1 смена")),
                    ("Дата рождения", cell("15.09.2015")),
                    ("Телефон родителя", cell("+7 (701) 123-45-67")),
                    ("Состояние", badge(Tone::Good, "учится")),
                ]))
            }))
            (card("Пропуска", html! {
                (Table::new(lang, "Пропуска", vec![Column::new("Карта"), Column::number("Номер"), Column::new("Состояние")]).rows([
                    Row::new(vec![cell("Wiegand 26"), cell("100,58400"), badge(Tone::Good, "действует")]),
                    Row::new(vec![cell("Wiegand 26"), cell("100,12007"), badge(Tone::Bad, "утеряна")]).class("bad"),
                ]))
                div .actions { (Button::plain("Выдать карту").icon(Icon::CreditCard)) (Button::quiet("Отметить утерянной").icon(Icon::IdOff)) }
            }))
        }
        (confirm_dialog(lang, "block", "Заблокировать Құдайбергена Айсұлтана?", "Ни одна его карта не откроет турникет, пока блокировку не снимут. Проходы и данные сохранятся.",
            "/person/block", &hidden("id", "1"), &Button::danger("Заблокировать").icon(Icon::Lock)))
    }
}

fn form(lang: Lang) -> Markup {
    let mut form = Form::filled([
        ("family", "Құдайберген"),
        ("given", ""),
        ("class", "5b"),
        ("card", "165536"),
        ("role", "pupil"),
        ("days", "1"),
        ("days", "2"),
    ]);
    form.refuse("given", "Заполните это поле.");
    form.refuse("card", "Такого номера не бывает у карт Wiegand 26: после кода объекта число не больше 65535.");
    html! {
        (back_link("К списку людей", "/people"))
        (page_head("Новый человек", Markup::default()))
        (form_faults(lang, &form))
        (card("", html! {
            form .form method="post" action="/form" enctype="multipart/form-data" {
                (Field::text("family", "Фамилия", &form).required().attr("maxlength", "80"))
                (Field::text("given", "Имя", &form).required())
                (Field::text("patronymic", "Отчество", &form).help("Если есть"))
                (Field::phone("phone", "Телефон", &form).help("Например, +7 701 123-45-67"))
                (Field::date("born", "Дата рождения", &form))
                (Field::time("from", "Приходит с", &form))
                (Field::select("class", "Класс", &form, vec![Choice::new("5a", "5 «А»"), Choice::new("5b", "5 «Б»")]).or_none("Не выбран"))
                (Field::number("card", "Номер карты", &form).help("Как на карте или как показывает считыватель"))
                (Field::file(lang, "photo", "Фотография", &form, "image/jpeg,image/png").help("JPEG или PNG до 8 МБ; лицо целиком").wide())
                (Field::area("note", "Заметка", &form, 3).wide())
                (choices("days", "Дни", &form, &[Choice::new("1", "Пн"), Choice::new("2", "Вт"), Choice::new("3", "Ср"), Choice::new("4", "Чт"), Choice::new("5", "Пт"), Choice::new("6", "Сб")]))
                (checkbox("notify", "on", "Сообщать родителям о проходах", true))
                (form_actions(html! { (Button::primary("Добавить").icon(Icon::UserPlus)) (LinkButton::quiet("Отмена", "/people")) }))
            }
        }))
    }
}

fn empty(lang: Lang) -> Markup {
    let filters = Filters::parse("/people", "");
    html! {
        (page_head("Люди", html! { (LinkButton::primary("Добавить", "/form").icon(Icon::UserPlus)) }))
        (search_box(lang, &filters, "/people", "Фамилия или имя"))
        div #results {
            (empty_state(Icon::Users, "Здесь пока никого нет", "Добавьте людей по одному или загрузите список из таблицы.", Some(&LinkButton::primary("Загрузить список", "/import").icon(Icon::Upload))))
        }
        (pager_cursor(lang, None, Some("/passes?after=1".into())))
        (card("Сообщения", html! {
            (toast(lang, Tone::Good, "Карта выдана", "Турникеты узнают её через секунду."))
            (toast(lang, Tone::Bad, "Карта уже принадлежит другому человеку", "Сначала верните её или отметьте утерянной."))
        }))
    }
}

fn screen(lang: Lang) -> Markup {
    html! {
        h1 .unseen { "Монитор" }
        div sse-connect="/events" { p .lead sse-swap="tick" { "0 с" } }
        div .columns {
            (card("Последний проход", html! { (photo(Some(PORTRAIT), "Құдайберген Айсұлтан", "middle")) (badge(Tone::Good, "разрешён")) (live_state(lang)) }))
            (card("Фото нет", photo(None, "Құдайберген Айсұлтан", "middle")))
        }
    }
}

fn sign_in() -> Markup {
    let form = Form::filled([("login", "guard")]);
    card(
        "",
        html! {
            h1 { "Вход для сотрудников" }
            form .form method="post" action="/sign-in" {
                (Field::text("login", "Имя пользователя", &form).required().wide().attr("autocomplete", "username"))
                (Field::password("password", "Пароль", &form).required().wide().attr("autocomplete", "current-password"))
                (form_actions(html! { (Button::primary("Войти").icon(Icon::Login)) }))
            }
        },
    )
}
