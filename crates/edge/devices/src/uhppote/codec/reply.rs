//! What a board answers.

use jiff::civil::DateTime;

use super::{
    Addressed, BoardEvent, CardRecord, Controller, DoorControl, Frame, FrameError, Function, ListenerSetting,
    PassbackMode, Status, TimeProfile,
    fields::{Fields, Filler},
    frame,
};

/// What a slot of a board's card list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardSlot {
    /// Nothing: no such card, or past the last slot.
    Empty,
    /// A card that was deleted.
    Deleted,
    /// This card.
    Card(CardRecord),
}

const DELETED_CARD: u32 = 0xFFFF_FFFF;

impl CardSlot {
    fn read(fields: Fields<'_>) -> Self {
        match fields.u32(8) {
            0 => Self::Empty,
            DELETED_CARD => Self::Deleted,
            _ => Self::Card(CardRecord::read(fields)),
        }
    }

    fn write(self, filler: Filler) -> Filler {
        match self {
            Self::Empty => filler,
            Self::Deleted => filler.u32(8, DELETED_CARD),
            Self::Card(card) => card.write(filler),
        }
    }
}

/// One reply, complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Whether it was done. Only for functions that [`Function::is_answered_by_done`] names.
    Done {
        /// To what it answers.
        function: Function,
        /// Whether it was done (for a card: stored).
        ok: bool,
    },
    /// How the board is.
    Status(Status),
    /// The clock as it now is set.
    SetTime(DateTime),
    /// The clock.
    Time(DateTime),
    /// How many cards.
    CardCount(u32),
    /// The card of the number asked for.
    Card(CardSlot),
    /// The card in the slot asked for.
    CardAt(CardSlot),
    /// The door as it now is controlled.
    SetDoor(DoorControl),
    /// How the door is controlled.
    Door(DoorControl),
    /// Which anti-passback.
    Passback(PassbackMode),
    /// Where events are pushed to.
    Listener(ListenerSetting),
    /// What the board is.
    Controller(Controller),
    /// The time profile asked for; its id is 0 when there is none.
    TimeProfile(TimeProfile),
    /// The event asked for; `None` when the board has none of that index.
    Event(Option<BoardEvent>),
    /// The index kept for a reader of events.
    EventIndex(u32),
}

impl Reply {
    /// To what it answers.
    pub const fn function(&self) -> Function {
        match self {
            Self::Done { function, .. } => *function,
            Self::Status(_) => Function::GetStatus,
            Self::SetTime(_) => Function::SetTime,
            Self::Time(_) => Function::GetTime,
            Self::CardCount(_) => Function::CountCards,
            Self::Card(_) => Function::GetCard,
            Self::CardAt(_) => Function::GetCardAt,
            Self::SetDoor(_) => Function::SetDoor,
            Self::Door(_) => Function::GetDoor,
            Self::Passback(_) => Function::GetPassback,
            Self::Listener(_) => Function::GetListener,
            Self::Controller(_) => Function::GetController,
            Self::TimeProfile(_) => Function::GetTimeProfile,
            Self::Event(_) => Function::GetEvent,
            Self::EventIndex(_) => Function::GetEventIndex,
        }
    }

    /// Its frame from the board of this serial number.
    pub fn frame(&self, serial: u32) -> Frame {
        let filler = Filler::new(self.function(), serial);
        match *self {
            Self::Done { ok, .. } => filler.bool(8, ok),
            Self::Status(status) => status.write(filler),
            Self::SetTime(at) | Self::Time(at) => filler.moment(8, at),
            Self::CardCount(count) => filler.u32(8, count),
            Self::Card(slot) | Self::CardAt(slot) => slot.write(filler),
            Self::SetDoor(control) | Self::Door(control) => control.write(filler),
            Self::Passback(mode) => filler.u8(8, mode.code()),
            Self::Listener(setting) => setting.write(filler),
            Self::Controller(controller) => controller.write(filler),
            Self::TimeProfile(profile) => profile.write(filler),
            Self::Event(event) => match event {
                Some(event) => event.write(filler),
                None => filler,
            },
            Self::EventIndex(index) => filler.u32(8, index),
        }
        .done()
    }

    /// Reads a reply.
    ///
    /// # Errors
    /// [`FrameError`] says what is wrong with the bytes.
    pub fn parse(bytes: &[u8]) -> Result<Addressed<Self>, FrameError> {
        let (header, frame) = frame(bytes)?;
        Ok(Addressed { serial: header.serial, body: Self::body(header.function, Fields(frame))? })
    }

    /// Reads the reply of one board to one function.
    ///
    /// # Errors
    /// [`FrameError::OtherSerial`] and [`FrameError::OtherFunction`] for a stray; otherwise what is wrong with the bytes.
    pub fn parse_expected(bytes: &[u8], serial: u32, function: Function) -> Result<Self, FrameError> {
        let (header, frame) = frame(bytes)?;
        if header.serial != serial {
            return Err(FrameError::OtherSerial { got: header.serial, expected: serial });
        }
        if header.function != function {
            return Err(FrameError::OtherFunction { got: header.function, expected: function });
        }
        Self::body(function, Fields(frame))
    }

    fn body(function: Function, fields: Fields<'_>) -> Result<Self, FrameError> {
        Ok(match function {
            function if function.is_answered_by_done() => Self::Done { function, ok: fields.bool(8) },
            Function::GetStatus => Self::Status(Status::read(fields)),
            Function::SetTime => Self::SetTime(fields.moment(8)?),
            Function::GetTime => Self::Time(fields.moment(8)?),
            Function::CountCards => Self::CardCount(fields.u32(8)),
            Function::GetCard => Self::Card(CardSlot::read(fields)),
            Function::GetCardAt => Self::CardAt(CardSlot::read(fields)),
            Function::SetDoor => Self::SetDoor(DoorControl::read(fields)?),
            Function::GetDoor => Self::Door(DoorControl::read(fields)?),
            Function::GetPassback => Self::Passback(fields.code(8, PassbackMode::parse)?),
            Function::GetListener => Self::Listener(ListenerSetting::read(fields)),
            Function::GetController => Self::Controller(Controller::read(fields)),
            Function::GetTimeProfile => Self::TimeProfile(TimeProfile::read(fields)?),
            Function::GetEvent => Self::Event(BoardEvent::read(fields)),
            Function::GetEventIndex => Self::EventIndex(fields.u32(8)),
            other => return Err(FrameError::NoReply(other)),
        })
    }
}
