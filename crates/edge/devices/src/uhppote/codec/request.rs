//! What a host asks of a board.

use std::net::Ipv4Addr;

use jiff::civil::DateTime;

use super::{
    Addressed, CardRecord, Door, DoorControl, FirstCard, Frame, FrameError, Function, Interlock, ListenerSetting,
    PassbackMode, Task, TimeProfile,
    fields::{Fields, Filler},
    frame,
};

/// One request, complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// How are you, and what is your newest event?
    GetStatus,
    /// Set the clock to this local time.
    SetTime(DateTime),
    /// What time is it?
    GetTime,
    /// Open this door.
    OpenDoor(Door),
    /// Store this card, in place of one of the same number.
    PutCard(CardRecord),
    /// Delete the card of this number.
    DeleteCard(u32),
    /// Delete all cards.
    DeleteAllCards,
    /// How many cards?
    CountCards,
    /// The card of this number.
    GetCard(u32),
    /// The card in this slot, from 1.
    GetCardAt(u32),
    /// Control a door so.
    SetDoor(DoorControl),
    /// How is this door controlled?
    GetDoor(Door),
    /// Use this anti-passback.
    SetPassback(PassbackMode),
    /// Which anti-passback?
    GetPassback,
    /// Set this time profile.
    SetTimeProfile(TimeProfile),
    /// Delete all time profiles.
    ClearTimeProfiles,
    /// Set a door's passcodes; 0 for none.
    SetPasscodes {
        /// Which door.
        door: Door,
        /// Up to six digits each.
        codes: [u32; 4],
    },
    /// Record door and button events, or do not.
    RecordSpecialEvents(bool),
    /// Push events there.
    SetListener(ListenerSetting),
    /// Where are events pushed to?
    GetListener,
    /// What are you?
    GetController,
    /// Take this address.
    SetIp {
        /// The address.
        ip: Ipv4Addr,
        /// The network mask.
        mask: Ipv4Addr,
        /// The gateway.
        gateway: Ipv4Addr,
    },
    /// The time profile of this number.
    GetTimeProfile(u8),
    /// Let the host decide, or do not.
    SetPcControl(bool),
    /// Lock doors against each other so.
    SetInterlock(Interlock),
    /// Which readers have a keypad in use.
    SetKeypads([bool; 4]),
    /// Delete all tasks.
    ClearTasks,
    /// Add this task.
    AddTask(Task),
    /// Set this first-card rule.
    SetFirstCard(FirstCard),
    /// Put the added tasks into force.
    RefreshTasks,
    /// The event of this index; [`super::OLDEST_EVENT`] and [`super::NEWEST_EVENT`] are special.
    GetEvent(u32),
    /// Keep this index for a reader of events.
    SetEventIndex(u32),
    /// Which index is kept?
    GetEventIndex,
    /// Be as you left the factory.
    RestoreDefaults,
}

const MAX_PASSCODE: u32 = 999_999;

impl Request {
    /// What it asks for.
    pub const fn function(&self) -> Function {
        match self {
            Self::GetStatus => Function::GetStatus,
            Self::SetTime(_) => Function::SetTime,
            Self::GetTime => Function::GetTime,
            Self::OpenDoor(_) => Function::OpenDoor,
            Self::PutCard(_) => Function::PutCard,
            Self::DeleteCard(_) => Function::DeleteCard,
            Self::DeleteAllCards => Function::DeleteAllCards,
            Self::CountCards => Function::CountCards,
            Self::GetCard(_) => Function::GetCard,
            Self::GetCardAt(_) => Function::GetCardAt,
            Self::SetDoor(_) => Function::SetDoor,
            Self::GetDoor(_) => Function::GetDoor,
            Self::SetPassback(_) => Function::SetPassback,
            Self::GetPassback => Function::GetPassback,
            Self::SetTimeProfile(_) => Function::SetTimeProfile,
            Self::ClearTimeProfiles => Function::ClearTimeProfiles,
            Self::SetPasscodes { .. } => Function::SetPasscodes,
            Self::RecordSpecialEvents(_) => Function::RecordSpecialEvents,
            Self::SetListener(_) => Function::SetListener,
            Self::GetListener => Function::GetListener,
            Self::GetController => Function::GetController,
            Self::SetIp { .. } => Function::SetIp,
            Self::GetTimeProfile(_) => Function::GetTimeProfile,
            Self::SetPcControl(_) => Function::SetPcControl,
            Self::SetInterlock(_) => Function::SetInterlock,
            Self::SetKeypads(_) => Function::SetKeypads,
            Self::ClearTasks => Function::ClearTasks,
            Self::AddTask(_) => Function::AddTask,
            Self::SetFirstCard(_) => Function::SetFirstCard,
            Self::RefreshTasks => Function::RefreshTasks,
            Self::GetEvent(_) => Function::GetEvent,
            Self::SetEventIndex(_) => Function::SetEventIndex,
            Self::GetEventIndex => Function::GetEventIndex,
            Self::RestoreDefaults => Function::RestoreDefaults,
        }
    }

    /// Its frame for the board of this serial number.
    pub fn frame(&self, serial: u32) -> Frame {
        let filler = Filler::new(self.function(), serial);
        match *self {
            Self::GetStatus
            | Self::GetTime
            | Self::CountCards
            | Self::GetPassback
            | Self::GetListener
            | Self::GetController
            | Self::GetEventIndex => filler,
            Self::DeleteAllCards
            | Self::ClearTimeProfiles
            | Self::ClearTasks
            | Self::RefreshTasks
            | Self::RestoreDefaults => filler.magic(8),
            Self::SetTime(at) => filler.moment(8, at),
            Self::OpenDoor(door) | Self::GetDoor(door) => filler.u8(8, door.number()),
            Self::PutCard(card) => card.write(filler),
            Self::DeleteCard(number) | Self::GetCard(number) | Self::GetCardAt(number) | Self::GetEvent(number) => {
                filler.u32(8, number)
            }
            Self::SetDoor(control) => control.write(filler),
            Self::SetPassback(mode) => filler.u8(8, mode.code()),
            Self::SetTimeProfile(profile) => profile.write(filler),
            Self::SetPasscodes { door, codes } => {
                let filler = filler.u8(8, door.number());
                codes.into_iter().zip([12, 16, 20, 24]).fold(filler, |filler, (code, at)| filler.u32(at, code))
            }
            Self::RecordSpecialEvents(on) => filler.bool(8, on),
            Self::SetListener(setting) => setting.write(filler),
            Self::SetIp { ip, mask, gateway } => filler.ip(8, ip).ip(12, mask).ip(16, gateway).magic(20),
            Self::GetTimeProfile(id) => filler.u8(8, id),
            Self::SetPcControl(on) => filler.magic(8).bool(12, on),
            Self::SetInterlock(interlock) => filler.u8(8, interlock.code()),
            Self::SetKeypads(readers) => filler.bools(8, readers),
            Self::AddTask(task) => task.write(filler),
            Self::SetFirstCard(rule) => rule.write(filler),
            Self::SetEventIndex(index) => filler.u32(8, index).magic(12),
        }
        .done()
    }

    /// Reads a request.
    ///
    /// # Errors
    /// [`FrameError`] says what is wrong with the bytes.
    pub fn parse(bytes: &[u8]) -> Result<Addressed<Self>, FrameError> {
        let (header, frame) = frame(bytes)?;
        Ok(Addressed { serial: header.serial, body: Self::body(header.function, Fields(frame))? })
    }

    fn body(function: Function, fields: Fields<'_>) -> Result<Self, FrameError> {
        let guarded = |request| fields.magic(8).map(|()| request);
        Ok(match function {
            Function::GetStatus => Self::GetStatus,
            Function::SetTime => Self::SetTime(fields.moment(8)?),
            Function::GetTime => Self::GetTime,
            Function::OpenDoor => Self::OpenDoor(fields.code(8, Door::new)?),
            Function::PutCard => Self::PutCard(CardRecord::read_strictly(fields)?),
            Function::DeleteCard => Self::DeleteCard(fields.u32(8)),
            Function::DeleteAllCards => guarded(Self::DeleteAllCards)?,
            Function::CountCards => Self::CountCards,
            Function::GetCard => Self::GetCard(fields.u32(8)),
            Function::GetCardAt => Self::GetCardAt(fields.u32(8)),
            Function::SetDoor => Self::SetDoor(DoorControl::read(fields)?),
            Function::GetDoor => Self::GetDoor(fields.code(8, Door::new)?),
            Function::SetPassback => Self::SetPassback(fields.code(8, PassbackMode::parse)?),
            Function::GetPassback => Self::GetPassback,
            Function::SetTimeProfile => Self::SetTimeProfile(TimeProfile::read(fields)?),
            Function::ClearTimeProfiles => guarded(Self::ClearTimeProfiles)?,
            Function::SetPasscodes => Self::passcodes(fields)?,
            Function::RecordSpecialEvents => Self::RecordSpecialEvents(fields.bool(8)),
            Function::SetListener => Self::SetListener(ListenerSetting::read(fields)),
            Function::GetListener => Self::GetListener,
            Function::GetController => Self::GetController,
            Function::SetIp => {
                fields.magic(20)?;
                Self::SetIp { ip: fields.ip(8), mask: fields.ip(12), gateway: fields.ip(16) }
            }
            Function::GetTimeProfile => Self::GetTimeProfile(fields.u8(8)),
            Function::SetPcControl => guarded(Self::SetPcControl(fields.bool(12)))?,
            Function::SetInterlock => Self::SetInterlock(fields.code(8, Interlock::parse)?),
            Function::SetKeypads => Self::SetKeypads(fields.bools(8)),
            Function::ClearTasks => guarded(Self::ClearTasks)?,
            Function::AddTask => Self::AddTask(Task::read(fields)?),
            Function::SetFirstCard => Self::SetFirstCard(FirstCard::read(fields)?),
            Function::RefreshTasks => guarded(Self::RefreshTasks)?,
            Function::GetEvent => Self::GetEvent(fields.u32(8)),
            Function::SetEventIndex => {
                fields.magic(12)?;
                Self::SetEventIndex(fields.u32(8))
            }
            Function::GetEventIndex => Self::GetEventIndex,
            Function::RestoreDefaults => guarded(Self::RestoreDefaults)?,
        })
    }

    fn passcodes(fields: Fields<'_>) -> Result<Self, FrameError> {
        let code = |at| if fields.u32(at) <= MAX_PASSCODE { Ok(fields.u32(at)) } else { Err(FrameError::Value { at }) };
        Ok(Self::SetPasscodes { door: fields.code(8, Door::new)?, codes: [code(12)?, code(16)?, code(20)?, code(24)?] })
    }
}
