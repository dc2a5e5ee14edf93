//! The program: commands, settings and wiring. The only crate that knows all others.

mod anchors;
mod cli;
mod commands;
mod connections;
pub mod gates;
mod health;
mod server;
mod settings;
mod signals;
pub mod subsystems;
mod telemetry;
mod tls;

pub use cli::{Cli, Command};
pub use commands::run;
pub use server::{router, routes};
pub use settings::{
    DemoWishes, Flags, GateWishes, LogFormat, MetricsAt, SettingError, Settings, Written, WrittenDemo, WrittenGate,
    WrittenMetrics,
};
pub use tls::TlsFiles;

i18n::catalog!(
    "kezekshi",
    kk = include_str!("../locales/kk.ftl"),
    ru = include_str!("../locales/ru.ftl"),
    en = include_str!("../locales/en.ftl")
);
