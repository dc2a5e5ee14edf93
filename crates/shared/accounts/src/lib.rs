//! Who signs in, and who may do what: staff accounts, sessions, the rights matrix, and the frame that carries both to every
//! subsystem.
//!
//! # Map
//! - [`rights`]: actions × roles, one matrix; a [`Scope`] is made by it alone, and queries take a scope.
//! - [`Ctx`]: who acts, when, and where ids come from; every use case takes one.
//! - [`Routes`]: a route cannot be added without naming its [`Right`].
//! - [`Subsystem`]: what a subsystem gives to the program.
//!
//! # Invariants
//! - A password is never kept or logged, only its argon2id hash; a session token only as SHA-256.
//! - A handler of a route with a [`Right::Action`] runs only after the matrix said yes.

mod app;
mod ctx;
mod reader;
pub mod rights;
mod routes;
mod subsystem;

pub use app::{App, DemoUser};
pub use ctx::{Actor, Ctx, Denied};
pub use reader::{Reader, Visitor};
pub use rights::{Action, Scope, StaffRole};
pub use routes::{Right, RouteEntry, Routes};
pub use subsystem::{DataEntry, NavEntry, Subsystem};
