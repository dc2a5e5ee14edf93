//! The gate: decides, spools, uplinks; with or without the server.

pub mod driver;
mod http;
mod server;
pub mod wire;

pub use http::{HttpServer, HttpServerError};
pub use server::{Server, ServerError};
pub use wire::Feed;
