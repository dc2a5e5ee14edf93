//! What the monitor looks like. Each live part is a function, so that the page and the stream show the same.

use accounts::{Action, Reader};
use i18n::{Lang, msg, msg_dyn};
use kernel::{Direction, SchoolMode};
use people::queries::PersonBrief;
use web::{
    Markup,
    components::{Button, Icon, LinkButton, Tone, confirm_dialog, dialog, icon, live_state, photo},
    html,
};

use crate::{
    pages::{
        day_cards, inside as inside_page, leave as leave_page,
        presence::{self, whereabouts_line},
        words::{belongs, lane_state, nobody, photo_src},
    },
    queries::{AlarmView, Inside, LaneState, LaneView, ModeView, PassView, WhereView},
};

/// Everything the monitor shows.
pub(super) struct Board {
    pub(super) mode: ModeView,
    pub(super) inside: Inside,
    pub(super) lanes: Vec<LaneView>,
    pub(super) recent: Vec<PassView>,
    pub(super) alarms: Vec<AlarmView>,
}

/// The whole content of the page.
pub(super) fn page(reader: &Reader, board: &Board) -> Markup {
    let lang = reader.lang;
    html! {
        h1 .unseen { (msg!(lang, "access-monitor")) }
        div #monitor .monitor sse-connect="/monitor/live" {
            div .monitor-head {
                time #clock .monitor-clock data-offset-min="300" data-now=(reader.app.clock.now().as_millisecond()) { (i18n::time(reader.app.clock.now(), &reader.app.time_zone)) }
                (live_state(lang))
                button #sound .button type="button" aria-pressed="false" {
                    span .sound-off { (icon(Icon::VolumeOff)) (msg!(lang, "access-monitor-sound-off")) }
                    span .sound-on { (icon(Icon::Volume)) (msg!(lang, "access-monitor-sound-on")) }
                }
            }
            p #lost .monitor-lost role="alert" hidden { (icon(Icon::WifiOff)) (msg!(lang, "access-monitor-lost")) }
            div #board hx-get="/monitor/board" hx-trigger="monitor:refresh from:body, sse:alarms-seen" { (self::board(reader, board)) }
            (actions(reader, board))
        }
        (dialogs(reader, board))
    }
}

/// What changes: fetched anew after the line was lost.
pub(super) fn board(reader: &Reader, board: &Board) -> Markup {
    let lang = reader.lang;
    html! {
        div #mode sse-swap="mode" aria-live="assertive" { (mode(reader, &board.mode)) }
        div #alarms .monitor-alarms sse-swap="alarm" hx-swap="afterbegin" aria-live="polite" {
            @for found in &board.alarms { (alarm(reader, found)) }
        }
        div .monitor-main {
            section #stage .stage aria-label=(msg!(lang, "access-monitor-newest")) {
                @match board.recent.first() {
                    Some(newest) => (pass(reader, newest)),
                    None => div .stage-empty {
                        (icon(Icon::DoorEnter))
                        p { (msg!(lang, "access-monitor-empty")) }
                        p .quiet { (msg!(lang, "access-monitor-empty-how")) }
                    },
                }
            }
            section .recent aria-label=(msg!(lang, "access-monitor-recent")) {
                h2 { (msg!(lang, "access-monitor-recent")) }
                div #recent .recent-list tabindex="0" sse-swap="pass" hx-swap="afterbegin" {
                    @for recent in &board.recent { (pass(reader, recent)) }
                }
            }
        }
        div .monitor-foot {
            a #inside .inside href=(inside_page::PATH) sse-swap="inside" { (inside(reader, &board.inside)) }
            div #lanes .lanes sse-swap="lanes" { (lanes(reader, &board.lanes)) }
        }
    }
}

/// One pass. The same element stands large on the stage and small in the list; the style sheet makes the difference.
pub(super) fn pass(reader: &Reader, pass: &PassView) -> Markup {
    let lang = reader.lang;
    let granted = pass.reason.is_granted();
    let name = pass.person.as_ref().map_or_else(|| nobody(lang, pass), |person| person.full.clone());
    let short = pass.person.as_ref().map_or_else(|| name.clone(), |person| person.short.clone());
    let reason = msg_dyn!(lang, "access-reason-", pass.reason.as_str());
    html! {
        article .pass.good[granted].bad[!granted] data-pass=(pass.id) data-at=(pass.at.as_millisecond()) data-granted=(granted) data-late=(pass.is_late) {
            div .pass-photo { (photo(pass.person.as_ref().and_then(photo_src).as_deref(), &name, "large")) }
            div .pass-text {
                p .pass-name { span .name-full { (name) } span .name-short { (short) } }
                @if let Some(person) = &pass.person { p .pass-class { (belongs(lang, person)) } }
                p .pass-reason { (icon(if granted { Icon::CircleCheck } else { Icon::Ban })) span { (reason) } }
                p .pass-where {
                    (icon(if pass.direction == Direction::In { Icon::Login } else { Icon::Logout }))
                    span { span .way-word { (msg_dyn!(lang, "access-direction-", pass.direction.as_str())) " · " } (pass.point_name) " · " (i18n::time(pass.at, &reader.app.time_zone)) }
                    @if let Some(guard) = &pass.guard_name { span { " · " (guard) } }
                }
                @if let Some(leave) = &pass.leave { p .pass-leave { (icon(Icon::DoorExit)) span { (leave_page::line(reader, leave)) } } }
                @if pass.is_late { p .pass-late { (icon(Icon::ClockExclamation)) (msg!(lang, "access-late")) } }
            }
        }
    }
}

/// The banner of lock-down and free passage; nothing when all is normal.
pub(super) fn mode(reader: &Reader, view: &ModeView) -> Markup {
    let lang = reader.lang;
    if view.mode == SchoolMode::Normal {
        return html! {};
    }
    let since = i18n::time(view.since, &reader.app.time_zone);
    html! {
        div class={ "mode-banner " (view.mode.as_str()) } role="alert" {
            (icon(if view.mode == SchoolMode::LockedDown { Icon::Lock } else { Icon::LockOpen }))
            strong { (msg_dyn!(lang, "access-mode-", view.mode.as_str())) }
            span { (msg!(lang, "access-monitor-mode-since", time = since)) @if let Some(name) = &view.by_name { ", " (name) } }
            @if reader.may(Action::ChangeMode) { (Button::plain(msg!(lang, "access-monitor-to-normal")).large().opens("to-normal")) }
        }
    }
}

/// One alarm that nobody has seen yet.
pub(super) fn alarm(reader: &Reader, alarm: &AlarmView) -> Markup {
    let lang = reader.lang;
    let place = alarm.point_name.as_ref().or(alarm.device_name.as_ref());
    html! {
        div .monitor-alarm role="alert" {
            (icon(Icon::AlertTriangle))
            span {
                strong { (msg_dyn!(lang, "access-alarm-", alarm.kind.as_str())) }
                @if let Some(place) = place { " · " (place) }
                @if let Some(person) = &alarm.person { " · " (person.short) }
                " · " (i18n::time(alarm.at, &reader.app.time_zone))
            }
            form method="post" action={ "/monitor/alarms/" (alarm.id) } hx-post={ "/monitor/alarms/" (alarm.id) } hx-target="closest .monitor-alarm" hx-swap="outerHTML" {
                (Button::plain(msg!(lang, "access-monitor-alarm-seen")))
            }
        }
    }
}

/// How many are inside.
pub(super) fn inside(reader: &Reader, inside: &Inside) -> Markup {
    let lang = reader.lang;
    let figure = |label: String, count: u32| html! { div .figure { span .figure-label { (label) } span .figure-count { (i18n::number(i64::from(count))) } } };
    html! {
        (figure(msg!(lang, "access-inside-total"), inside.total))
        (figure(msg!(lang, "access-inside-pupils"), inside.pupils))
        (figure(msg!(lang, "access-inside-staff"), inside.staff))
        @if inside.others > 0 { (figure(msg!(lang, "access-inside-others"), inside.others)) }
    }
}

/// The lanes and whether they work.
pub(super) fn lanes(reader: &Reader, lanes: &[LaneView]) -> Markup {
    let lang = reader.lang;
    html! {
        @for lane in lanes {
            @let (tone, words) = lane_state(reader, lane);
            div class={ "lane " (tone.class()) } {
                (icon(if tone == Tone::Good { Icon::CircleCheck } else { tone.icon() }))
                span .lane-name { (lane.name) }
                span .lane-state { (words) }
                @if lane.state == LaneState::Online && lane.gate.spool_depth > 100 { span .lane-more { (msg!(lang, "access-lane-catching-up", count = lane.gate.spool_depth as i64)) } }
            }
        }
        @if lanes.is_empty() { p .quiet { (msg!(lang, "access-monitor-no-lanes")) } }
    }
}

fn actions(reader: &Reader, board: &Board) -> Markup {
    let lang = reader.lang;
    html! {
        div .monitor-actions {
            @if reader.may(Action::AdmitByHand) && !board.lanes.is_empty() {
                (Button::primary(msg!(lang, "access-admit")).icon(Icon::UserCheck).large().opens("admit"))
            }
            @if reader.may(Action::ChangeMode) {
                (Button::danger(msg!(lang, "access-lock-down")).icon(Icon::Lock).large().opens("lock-down"))
                (Button::plain(msg!(lang, "access-free-passage")).icon(Icon::LockOpen).large().opens("free-passage"))
            }
        }
    }
}

fn dialogs(reader: &Reader, board: &Board) -> Markup {
    let lang = reader.lang;
    let change = |id: &str, mode: SchoolMode, doer: &Button| {
        let word = mode.as_str();
        let fields = html! { input type="hidden" name="mode" value=(word); };
        let (title, consequence) =
            (msg_dyn!(lang, "access-mode-ask-", word), msg_dyn!(lang, "access-mode-what-", word));
        confirm_dialog(lang, id, &title, &consequence, "/monitor/mode", &fields, doer)
    };
    html! {
        @if reader.may(Action::ChangeMode) {
            (change("lock-down", SchoolMode::LockedDown, &Button::danger(msg!(lang, "access-lock-down-do")).large()))
            (change("free-passage", SchoolMode::FreePassage, &Button::danger(msg!(lang, "access-free-passage-do")).large()))
            (change("to-normal", SchoolMode::Normal, &Button::primary(msg!(lang, "access-monitor-to-normal")).large()))
        }
        @if reader.may(Action::AdmitByHand) { (dialog(lang, "admit", &msg!(lang, "access-admit"), &admit_form(reader, &board.lanes))) }
    }
}

fn admit_form(reader: &Reader, lanes: &[LaneView]) -> Markup {
    let lang = reader.lang;
    html! {
        form #admit-form .admit method="post" action="/monitor/admit" hx-post="/monitor/admit" hx-target="#admit-result" data-again {
            label .admit-label for="admit-q" { (msg!(lang, "access-admit-who")) }
            input #admit-q .admit-search type="search" name="q" autocomplete="off" autofocus placeholder=(msg!(lang, "access-admit-type"))
                hx-get="/monitor/people" hx-trigger="input changed delay:200ms, search" hx-target="#admit-found" hx-sync="this:replace";
            div #admit-found .admit-found aria-live="polite" { p .quiet { (msg!(lang, "access-admit-how")) } }
            fieldset .admit-lanes {
                legend { (msg!(lang, "access-admit-where")) }
                @for (index, lane) in lanes.iter().enumerate() {
                    label .choice { input type="radio" name="point" value=(lane.point) checked[index == 0] required; span { (lane.name) } }
                }
            }
            fieldset .admit-lanes {
                legend { (msg!(lang, "access-admit-which-way")) }
                @for direction in Direction::ALL {
                    label .choice { input type="radio" name="direction" value=(direction.as_str()) checked[direction == Direction::In] required; span { (msg_dyn!(lang, "access-direction-", direction.as_str())) } }
                }
            }
            div #admit-result .admit-result aria-live="assertive" {}
            div .form-actions {
                (Button::primary(msg!(lang, "access-admit-do")).icon(Icon::UserCheck).large())
                (Button::quiet(msg!(lang, "access-admit-close")).large().closes())
            }
        }
    }
}

/// Persons found by the guard's letters.
pub(super) fn found(reader: &Reader, people: &[(PersonBrief, Option<WhereView>)], asked: &str) -> Markup {
    let lang = reader.lang;
    html! {
        @if people.is_empty() && !asked.is_empty() { p .quiet { (msg!(lang, "access-admit-nobody", text = asked)) } }
        @for (person, place) in people {
            div .admit-row {
                label .admit-person {
                    input type="radio" name="person" value=(person.id) checked[people.len() == 1];
                    (photo(person.photo_src("small").as_deref(), &person.full, "small"))
                    span {
                        strong { (person.full) }
                        span { (belongs_to(lang, person)) }
                        span .quiet { (whereabouts_line(reader, place.as_ref())) }
                    }
                }
                (LinkButton::quiet(msg!(lang, "access-where-set"), presence::address(person.id)).icon(Icon::MapPin).only_icon().large())
                @if reader.may(Action::LendDayCards) {
                    (LinkButton::quiet(msg!(lang, "access-day-card-lend"), day_cards::for_person(person.id)).icon(Icon::IdBadge2).only_icon().large())
                }
            }
        }
    }
}

/// The class of a pupil, the position of staff, or the roles.
fn belongs_to(lang: Lang, person: &PersonBrief) -> String {
    match &person.class_name {
        Some(class) => class.clone(),
        None if !person.position.is_empty() => person.position.clone(),
        None => {
            let roles = person.roles.iter().map(|role| msg_dyn!(lang, "people-role-", role.as_str()));
            roles.collect::<Vec<_>>().join(", ")
        }
    }
}

/// What came of letting somebody in.
pub(super) fn admitted(reader: &Reader, tone: Tone, what: &str, how: &str) -> Markup {
    let _ = reader;
    web::components::alert(tone, what, how)
}
