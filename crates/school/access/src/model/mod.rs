//! What forms are parsed into, and the pure rules about it: no transaction, no clock, no I/O.

mod card_list;
mod device;
mod fault;
mod leave;
mod nesting;
mod point;
mod rule;
mod title;
mod token;
mod usual;
mod window;

pub use card_list::{CARD_ROWS, CardListError, CardRow, card_line, card_rows, parse_card_line};
pub(crate) use device::kind_word;
pub use device::{DeviceInput, parse_settings, settings_text};
pub use fault::Fault;
pub use leave::{LeaveInput, LeaveState};
pub use nesting::Nesting;
pub use point::{BuildingInput, PointInput, ZoneInput};
pub use rule::RuleInput;
pub use title::Title;
pub use token::{GateToken, TokenHash};
pub use usual::{ClassWeek, usual_rules};
pub use window::{day_runs, days_of, parse_span, parse_window, span_text};
