//! How a foreign table becomes persons: which column means what, what each row says, what it would change.
//!
//! Everything here is pure: no database, no clock, no I/O. Values of persons stay in memory and hide themselves from `{:?}` where
//! their types do.

mod contacts;
mod draft;
mod families;
mod fault;
mod field;
mod guardianships;
mod heading;
mod index;
mod kin;
mod plan;
mod table;
mod value;

pub use draft::{Draft, DraftGuardian, ListRole, Reading, drafts};
pub use families::{FiledKin, NewGuardian, Whom};
pub use fault::{Fault, FaultKind};
pub use field::Field;
pub use guardianships::{
    KIN_COLUMNS, KinColumn, KinFault, KinPlan, KinRow, KinTable, KinVerdict, KinWho, Term, guardian_name, kin_plan,
    kin_table,
};
pub use heading::{fold, recognise};
pub(crate) use plan::cards_in_hand;
pub use plan::{Answer, Answers, Counts, Filed, MatchedBy, Plan, Register, Row, Verdict, plan};
pub use table::{Mapping, SAMPLE_ROWS, guess, likeliest_sheet};
pub use value::{
    DocumentFault, IinCell, card_code, card_of, class_of, document_of, iin_of, kin_of, roles_of, sex_of, status_of,
};

#[cfg(test)]
mod tests;
