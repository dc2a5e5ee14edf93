//! What is wrong with a field of a form.

/// Why a field is not taken. Each has a sentence beside the field: [`Fault::key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Fault {
    /// Nothing there where something must be.
    #[error("empty")]
    Empty,
    /// More letters than fit.
    #[error("too long")]
    TooLong,
    /// A sign that cannot be shown.
    #[error("holds a sign that cannot be shown")]
    Sign,
    /// It points to something that is not there.
    #[error("there is no such thing")]
    NoSuch,
    /// Another one has it already.
    #[error("taken by another")]
    Taken,
    /// A board has doors 1 to 4.
    #[error("a door is 1 to 4")]
    Door,
    /// Another point has this door of this board already.
    #[error("another point has this door")]
    DoorTaken,
    /// The zone inside is the zone outside.
    #[error("leads from a zone into itself")]
    SameZone,
    /// The device hangs on another gate.
    #[error("the device belongs to another gate")]
    OtherGate,
    /// Minutes of timed anti-passback are 1 to 1440.
    #[error("minutes are 1 to 1440")]
    Minutes,
    /// How many people a zone may hold: 1 to 100,000.
    #[error("a limit is 1 to 100000")]
    Limit,
    /// A serial number is a whole number above 0 that fits 32 bits.
    #[error("no serial number")]
    Serial,
    /// An address is `host:port`, or empty.
    #[error("an address is host:port")]
    Address,
    /// A door stays open for 1 to 60 seconds.
    #[error("seconds are 1 to 60")]
    OpenSeconds,
    /// A window needs a day.
    #[error("no day is chosen")]
    NoDay,
    /// A span is `HH:MM–HH:MM`.
    #[error("a span is HH:MM-HH:MM")]
    Span,
    /// More windows or points than a rule may have.
    #[error("too many")]
    TooMany,
    /// The last day is before the first.
    #[error("ends before it begins")]
    Order,
    /// It is over already.
    #[error("is over already")]
    Past,
    /// A permission to leave lasts a day at most.
    #[error("lasts longer than a day")]
    LongLeave,
    /// Too far in the future.
    #[error("too far ahead")]
    FarAhead,
}

impl Fault {
    /// Every fault, for the check that each has its sentence.
    pub const ALL: [Self; 21] = [
        Self::Empty,
        Self::TooLong,
        Self::Sign,
        Self::NoSuch,
        Self::Taken,
        Self::Door,
        Self::DoorTaken,
        Self::SameZone,
        Self::OtherGate,
        Self::Minutes,
        Self::Limit,
        Self::Serial,
        Self::Address,
        Self::OpenSeconds,
        Self::NoDay,
        Self::Span,
        Self::TooMany,
        Self::Order,
        Self::Past,
        Self::LongLeave,
        Self::FarAhead,
    ];

    /// The key of the sentence that a page shows beside the field.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Empty => "access-fault-empty",
            Self::TooLong => "access-fault-too-long",
            Self::Sign => "access-fault-sign",
            Self::NoSuch => "access-fault-no-such",
            Self::Taken => "access-fault-taken",
            Self::Door => "access-fault-door",
            Self::DoorTaken => "access-fault-door-taken",
            Self::SameZone => "access-fault-same-zone",
            Self::OtherGate => "access-fault-other-gate",
            Self::Minutes => "access-fault-minutes",
            Self::Limit => "access-fault-limit",
            Self::Serial => "access-fault-serial",
            Self::Address => "access-fault-address",
            Self::OpenSeconds => "access-fault-open-seconds",
            Self::NoDay => "access-fault-no-day",
            Self::Span => "access-fault-span",
            Self::TooMany => "access-fault-too-many",
            Self::Order => "access-fault-order",
            Self::Past => "access-fault-past",
            Self::LongLeave => "access-fault-long-leave",
            Self::FarAhead => "access-fault-far-ahead",
        }
    }
}
