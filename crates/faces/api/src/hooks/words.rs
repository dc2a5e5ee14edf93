//! States and reasons, as they are kept and shown.

use ::store::{Column, ColumnError, Param, Raw, Value};

macro_rules! words {
    ($($(#[$meta:meta])* $type:ident { $($(#[$doc:meta])* $name:ident = $word:literal,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type { $($(#[$doc])* $name,)* }
        impl $type {
            /// The word in the database and in text keys.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
        impl Param for $type {
            fn value(&self) -> Value<'_> {
                Value::Text(self.as_str())
            }
        }
        impl Column for $type {
            fn read(raw: Raw<'_>) -> Result<Self, ColumnError> {
                let text = String::read(raw)?;
                match text.as_str() {
                    $($word => Ok(Self::$name),)*
                    _ => Err(ColumnError::Value(text)),
                }
            }
        }
    )*};
}

words! {
    /// How a delivery is. Texts: key `api-delivery-<word>`.
    DeliveryState {
        /// It is to be sent, now or later.
        Waiting = "waiting",
        /// The receiver took it.
        Delivered = "delivered",
        /// Somebody decided that it is not sent any more.
        Skipped = "skipped",
    }
    /// Why a webhook is off. Texts: key `api-hook-off-<word>`.
    OffBecause {
        /// Somebody switched it off.
        ByHand = "by_hand",
        /// Nothing got through for three days.
        Failing = "failing",
        /// The receiver said that it wants no more (410).
        Gone = "gone",
        /// Too much waits.
        Full = "full",
    }
    /// Why an attempt came to no answer. Texts: key `api-trouble-<word>`.
    Trouble {
        /// The name of the receiver is not known.
        Host = "host",
        /// The name leads into a network of its own.
        Inside = "inside",
        /// No connection.
        Connect = "connect",
        /// The connection cannot be encrypted, or the certificate is not sound.
        Tls = "tls",
        /// No answer within ten seconds.
        Timeout = "timeout",
        /// What came is no answer of the web.
        Answer = "answer",
        /// The secret does not open.
        Secret = "secret",
    }
}
