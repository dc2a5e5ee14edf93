//! Every message that there can be.

use std::net::Ipv4Addr;

use devices::uhppote::codec::{
    BoardDate, BoardEvent, BoardMoment, BoardNow, CardRecord, CardSlot, Controller, Door, DoorControl, DoorMode,
    EventKind, EventReason, FirstCard, FirstCardMode, Function, Interlock, ListenerSetting, PassbackMode, Pin, Reply,
    Request, Status, Task, TaskKind, TimeProfile, Version,
};
use jiff::civil::{self, Date, DateTime, Time};
use proptest::{prelude::*, sample::select};

fn date() -> impl Strategy<Value = Date> {
    (1_i16..=9999, 1_i8..=12, 1_i8..=31).prop_map(|(year, month, day)| {
        let first = civil::date(year, month, 1);
        civil::date(year, month, day.min(first.days_in_month()))
    })
}

fn optional_date() -> impl Strategy<Value = Option<Date>> {
    prop::option::of(date())
}

fn board_date() -> impl Strategy<Value = BoardDate> {
    prop_oneof![
        Just(BoardDate::Unset),
        date().prop_map(BoardDate::At),
        // 13 is no month.
        any::<[u8; 2]>().prop_map(|[year, day]| BoardDate::Impossible([0x20, year, 0x13, day])),
    ]
}

fn time() -> impl Strategy<Value = Time> {
    (0_i8..24, 0_i8..60, 0_i8..60).prop_map(|(hour, minute, second)| civil::time(hour, minute, second, 0))
}

fn hour_minute() -> impl Strategy<Value = Time> {
    (0_i8..24, 0_i8..60).prop_map(|(hour, minute)| civil::time(hour, minute, 0, 0))
}

fn moment() -> impl Strategy<Value = DateTime> {
    (date(), time()).prop_map(|(date, time)| date.to_datetime(time))
}

fn board_moment() -> impl Strategy<Value = BoardMoment> {
    prop_oneof![
        Just(BoardMoment::Unset),
        moment().prop_map(BoardMoment::At),
        any::<[u8; 6]>().prop_map(|[a, b, c, d, e, f]| BoardMoment::Impossible([a, b, c, d, 0x24, e, f])),
    ]
}

fn board_now() -> impl Strategy<Value = BoardNow> {
    prop_oneof![
        Just(BoardNow::Unset),
        (moment(), 2000_i16..2100).prop_filter_map("29 February", |(at, year)| at
            .with()
            .year(year)
            .build()
            .ok()
            .map(BoardNow::At)),
        any::<[u8; 5]>().prop_map(|[a, b, c, d, e]| BoardNow::Impossible([a, b, 0x32, c, d, e])),
    ]
}

fn ip() -> impl Strategy<Value = Ipv4Addr> {
    any::<u32>().prop_map(Ipv4Addr::from)
}

fn door() -> impl Strategy<Value = Door> {
    select(Door::ALL.as_slice())
}

fn pin() -> impl Strategy<Value = Pin> {
    (0..=Pin::MAX).prop_map(|code| Pin::new(code).unwrap())
}

fn card(dates: impl Strategy<Value = BoardDate> + Clone) -> impl Strategy<Value = CardRecord> {
    (1..u32::MAX, dates.clone(), dates, any::<[u8; 4]>(), pin(), 0_u8..16).prop_map(
        |(number, from, until, doors, pin, first_card)| CardRecord { number, from, until, doors, pin, first_card },
    )
}

fn valid_date() -> impl Strategy<Value = BoardDate> + Clone {
    (prop::bool::ANY, 0_i32..1_000_000).prop_map(|(is_set, days)| {
        let day = civil::date(1, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        if is_set { BoardDate::At(day) } else { BoardDate::Unset }
    })
}

fn slot() -> impl Strategy<Value = CardSlot> {
    let dates = prop_oneof![valid_date(), Just(BoardDate::Impossible([0x20, 0x26, 0x13, 0x45]))];
    let dates = dates.boxed();
    prop_oneof![Just(CardSlot::Empty), Just(CardSlot::Deleted), card(dates).prop_map(CardSlot::Card)]
}

fn listener() -> impl Strategy<Value = ListenerSetting> {
    (ip(), any::<u16>(), any::<u8>()).prop_map(|(ip, port, auto_send_s)| ListenerSetting { ip, port, auto_send_s })
}

fn door_control() -> impl Strategy<Value = DoorControl> {
    (door(), any::<u8>(), any::<u8>()).prop_map(|(door, mode, open_s)| DoorControl {
        door,
        mode: DoorMode::from_code(mode),
        open_s,
    })
}

fn profile() -> impl Strategy<Value = TimeProfile> {
    let segment = || (hour_minute(), hour_minute());
    let segments = (segment(), segment(), segment()).prop_map(|(first, second, third)| [first, second, third]);
    (any::<u8>(), optional_date(), optional_date(), any::<[bool; 7]>(), segments, any::<u8>())
        .prop_map(|(id, from, until, days, segments, linked)| TimeProfile { id, from, until, days, segments, linked })
}

fn task() -> impl Strategy<Value = Task> {
    (optional_date(), optional_date(), any::<[bool; 7]>(), hour_minute(), door(), select(TaskKind::ALL), any::<u8>())
        .prop_map(|(from, until, days, at, door, kind, cards)| Task { from, until, days, at, door, kind, cards })
}

fn first_card() -> impl Strategy<Value = FirstCard> {
    let mode = || select(FirstCardMode::ALL);
    (door(), hour_minute(), mode(), hour_minute(), mode(), any::<[bool; 7]>())
        .prop_map(|(door, from, active, to, inactive, days)| FirstCard { door, from, active, to, inactive, days })
}

fn controller() -> impl Strategy<Value = Controller> {
    (ip(), ip(), ip(), any::<[u8; 6]>(), any::<[u8; 2]>(), board_date()).prop_map(
        |(ip, mask, gateway, mac, version, released)| Controller {
            ip,
            mask,
            gateway,
            mac,
            version: Version(version),
            released,
        },
    )
}

fn event() -> impl Strategy<Value = BoardEvent> {
    (1..=u32::MAX, any::<u8>(), any::<bool>(), any::<[u8; 2]>(), any::<u32>(), board_moment(), any::<u8>()).prop_map(
        |(index, kind, granted, [door, direction], card, at, reason)| BoardEvent {
            index,
            kind: EventKind::from_code(kind),
            granted,
            door,
            direction,
            card,
            at,
            reason: EventReason::from_code(reason),
        },
    )
}

pub fn any_status() -> impl Strategy<Value = Status> {
    let bytes = any::<[u8; 4]>();
    (prop::option::of(event()), any::<[bool; 4]>(), any::<[bool; 4]>(), board_now(), any::<u32>(), bytes).prop_map(
        |(event, doors_open, buttons, now, sequence, [error, special, relays, inputs])| Status {
            event,
            doors_open,
            buttons,
            error,
            now,
            sequence,
            special,
            relays,
            inputs,
        },
    )
}

pub fn any_request() -> impl Strategy<Value = Request> {
    let plain = select(vec![
        Request::GetStatus,
        Request::GetTime,
        Request::DeleteAllCards,
        Request::CountCards,
        Request::GetPassback,
        Request::ClearTimeProfiles,
        Request::GetListener,
        Request::GetController,
        Request::ClearTasks,
        Request::RefreshTasks,
        Request::GetEventIndex,
        Request::RestoreDefaults,
    ]);
    let codes = prop::array::uniform4(0_u32..=999_999);
    let short = prop_oneof![
        moment().prop_map(Request::SetTime),
        door().prop_map(Request::OpenDoor),
        any::<u32>().prop_map(Request::DeleteCard),
        any::<u32>().prop_map(Request::GetCard),
        any::<u32>().prop_map(Request::GetCardAt),
        door().prop_map(Request::GetDoor),
        select(PassbackMode::ALL).prop_map(Request::SetPassback),
        any::<bool>().prop_map(Request::RecordSpecialEvents),
        any::<u8>().prop_map(Request::GetTimeProfile),
        any::<bool>().prop_map(Request::SetPcControl),
    ];
    let numbers = prop_oneof![
        select(Interlock::ALL).prop_map(Request::SetInterlock),
        any::<[bool; 4]>().prop_map(Request::SetKeypads),
        any::<u32>().prop_map(Request::GetEvent),
        any::<u32>().prop_map(Request::SetEventIndex),
    ];
    let long = prop_oneof![
        card(valid_date()).prop_map(Request::PutCard),
        door_control().prop_map(Request::SetDoor),
        profile().prop_map(Request::SetTimeProfile),
        (door(), codes).prop_map(|(door, codes)| Request::SetPasscodes { door, codes }),
        listener().prop_map(Request::SetListener),
        (ip(), ip(), ip()).prop_map(|(ip, mask, gateway)| Request::SetIp { ip, mask, gateway }),
        task().prop_map(Request::AddTask),
        first_card().prop_map(Request::SetFirstCard),
    ];
    prop_oneof![12 => plain, 10 => short, 4 => numbers, 8 => long]
}

pub fn any_reply() -> impl Strategy<Value = Reply> {
    let done = Function::ALL.iter().copied().filter(|function| function.is_answered_by_done()).collect::<Vec<_>>();
    let short = prop_oneof![
        (select(done), any::<bool>()).prop_map(|(function, ok)| Reply::Done { function, ok }),
        moment().prop_map(Reply::SetTime),
        moment().prop_map(Reply::Time),
        any::<u32>().prop_map(Reply::CardCount),
        door_control().prop_map(Reply::SetDoor),
        door_control().prop_map(Reply::Door),
        select(PassbackMode::ALL).prop_map(Reply::Passback),
        listener().prop_map(Reply::Listener),
        any::<u32>().prop_map(Reply::EventIndex),
    ];
    let long = prop_oneof![
        any_status().prop_map(Reply::Status),
        slot().prop_map(Reply::Card),
        slot().prop_map(Reply::CardAt),
        controller().prop_map(Reply::Controller),
        profile().prop_map(Reply::TimeProfile),
        prop::option::of(event()).prop_map(Reply::Event),
    ];
    prop_oneof![short, long]
}
