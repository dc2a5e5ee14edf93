//! What the worker asks of a board that answers, in the words of the trade.

use jiff::civil::DateTime;

use super::{
    codec::{
        BoardEvent, CardRecord, CardSlot, Controller, Door, DoorControl, EventKind, Function, ListenerSetting,
        NEWEST_EVENT, OLDEST_EVENT, Reply, Request, Status,
    },
    link::Link,
};
use crate::DeviceError;

/// A link with typed questions and answers.
#[derive(Debug)]
pub(super) struct Session(pub(super) Link);

impl Session {
    fn ask<T>(&mut self, request: Request, take: impl FnOnce(Reply) -> Option<T>) -> Result<T, DeviceError> {
        let reply = self.0.call(&request)?;
        take(reply).ok_or(DeviceError::Mismatch(request.function()))
    }

    /// Asks for something to be done; `false` when the board would not.
    fn order(&mut self, request: Request) -> Result<bool, DeviceError> {
        self.ask(request, |reply| match reply {
            Reply::Done { ok, .. } => Some(ok),
            _ => None,
        })
    }

    pub(super) fn controller(&mut self) -> Result<Controller, DeviceError> {
        self.ask(Request::GetController, |reply| match reply {
            Reply::Controller(controller) => Some(controller),
            _ => None,
        })
    }

    pub(super) fn status(&mut self) -> Result<Status, DeviceError> {
        self.ask(Request::GetStatus, |reply| match reply {
            Reply::Status(status) => Some(status),
            _ => None,
        })
    }

    /// The event of this index; `None` when the board does not have it (any more).
    pub(super) fn event(&mut self, index: u32) -> Result<Option<BoardEvent>, DeviceError> {
        let event = self.any_event(index)?;
        match event {
            Some(event) if event.kind == EventKind::Overwritten => Ok(None),
            Some(event) if event.index != index => Err(DeviceError::Mismatch(Function::GetEvent)),
            event => Ok(event),
        }
    }

    /// The oldest event that the board still has.
    pub(super) fn oldest_event(&mut self) -> Result<Option<BoardEvent>, DeviceError> {
        self.any_event(OLDEST_EVENT)
    }

    /// The index of the newest event; 0 for none.
    pub(super) fn newest_index(&mut self) -> Result<u32, DeviceError> {
        Ok(self.any_event(NEWEST_EVENT)?.map_or(0, |event| event.index))
    }

    fn any_event(&mut self, index: u32) -> Result<Option<BoardEvent>, DeviceError> {
        self.ask(Request::GetEvent(index), |reply| match reply {
            Reply::Event(event) => Some(event),
            _ => None,
        })
    }

    pub(super) fn set_time(&mut self, local: DateTime) -> Result<(), DeviceError> {
        self.ask(Request::SetTime(local), |reply| matches!(reply, Reply::SetTime(_)).then_some(()))
    }

    pub(super) fn listener(&mut self) -> Result<ListenerSetting, DeviceError> {
        self.ask(Request::GetListener, |reply| match reply {
            Reply::Listener(setting) => Some(setting),
            _ => None,
        })
    }

    pub(super) fn set_listener(&mut self, setting: ListenerSetting) -> Result<bool, DeviceError> {
        self.order(Request::SetListener(setting))
    }

    pub(super) fn record_special_events(&mut self) -> Result<bool, DeviceError> {
        self.order(Request::RecordSpecialEvents(true))
    }

    pub(super) fn set_pc_control(&mut self, on: bool) -> Result<bool, DeviceError> {
        self.order(Request::SetPcControl(on))
    }

    pub(super) fn door(&mut self, door: Door) -> Result<DoorControl, DeviceError> {
        self.ask(Request::GetDoor(door), |reply| match reply {
            Reply::Door(control) => Some(control),
            _ => None,
        })
    }

    /// Sets how a door is controlled; whether the board took it.
    pub(super) fn set_door(&mut self, control: DoorControl) -> Result<bool, DeviceError> {
        self.ask(Request::SetDoor(control), |reply| match reply {
            Reply::SetDoor(set) => Some(set == control),
            _ => None,
        })
    }

    pub(super) fn count_cards(&mut self) -> Result<u32, DeviceError> {
        self.ask(Request::CountCards, |reply| match reply {
            Reply::CardCount(count) => Some(count),
            _ => None,
        })
    }

    pub(super) fn card_at(&mut self, slot: u32) -> Result<CardSlot, DeviceError> {
        self.ask(Request::GetCardAt(slot), |reply| match reply {
            Reply::CardAt(slot) => Some(slot),
            _ => None,
        })
    }

    pub(super) fn put_card(&mut self, card: CardRecord) -> Result<bool, DeviceError> {
        self.order(Request::PutCard(card))
    }

    pub(super) fn delete_all_cards(&mut self) -> Result<bool, DeviceError> {
        self.order(Request::DeleteAllCards)
    }

    pub(super) fn delete_card(&mut self, number: u32) -> Result<bool, DeviceError> {
        self.order(Request::DeleteCard(number))
    }
}
