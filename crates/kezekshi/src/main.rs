//! `kezekshi`: see `kezekshi --help`.
#![allow(clippy::print_stderr, reason = "a command that failed says why to whoever typed it")]

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match kezekshi::run(kezekshi::Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("kezekshi: {error:#}");
            ExitCode::FAILURE
        }
    }
}
