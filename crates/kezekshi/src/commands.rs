//! What each command does.
#![allow(clippy::print_stdout, reason = "a command answers whoever typed it")]

mod attendance;
mod audit;
mod backup;
mod demo;
mod doctor;
mod gate;
mod keys;
mod organisation;
mod school;
mod serve;
mod token;
mod user;

use std::{path::Path, process::ExitCode, sync::Arc};

use ::gate::driver::Drivers;
use accounts::App;
use anyhow::Context;
use crypto::{MasterSource, Vault};
use devices::{DriversConfig, uhppote::UhppoteConfig};
use kernel::{Clock, Ids, SystemClock};
use store::{Db, MIGRATIONS, Options};
use web::Proxies;
use zeroize::Zeroizing;

use crate::{
    cli::{Cli, Command},
    settings::{Flags, Settings, Written},
    signals::StopSignal,
    telemetry,
    tls::Tls,
};

/// Carries out a command.
///
/// # Errors
/// With a sentence for whoever typed it.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let file = cli.config.as_deref();
    let done = match cli.command {
        // Commands that run for long listen for the word to stop before anything else: there is no moment in which it kills them.
        Command::Serve { written } => {
            let stop = StopSignal::listen()?;
            serve::run(&loud(file, &Flags::from(&written))?, &stop)
        }
        Command::Gate(arguments) => {
            let stop = StopSignal::listen()?;
            gate::run(&loud(file, &arguments.flags())?, &stop)
        }
        Command::Demo(arguments) => {
            let stop = StopSignal::listen()?;
            let settings = loud(file, &arguments.flags())?;
            demo::run(&settings, &arguments, &stop)
        }
        Command::Doctor { lang, written } => {
            let lang = doctor::lang(&lang)?;
            return doctor::run(&quiet(file, &written)?, lang);
        }
        Command::Organisation { command } => organisation::run(file, command),
        Command::School { command } => school::run(file, command),
        Command::User { command } => user::run(file, command),
        Command::Attendance { command } => attendance::run(file, command),
        Command::Token { command } => token::run(file, command),
        Command::Audit { command } => return audit::run(file, command),
        Command::Backup { file: out, written } => backup::backup(&quiet(file, &written)?, &out),
        Command::Restore { file: from, keys, older_keys, written } => {
            backup::restore(&quiet(file, &written)?, &from, keys, older_keys)
        }
        Command::Keys { command } => keys::run(file, command),
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// Settings of a command that runs for long: the log is on.
fn loud(file: Option<&Path>, flags: &Flags) -> anyhow::Result<Settings> {
    let settings = Settings::load(file, flags)?;
    telemetry::start_log(&settings.log, settings.log_format)?;
    Ok(settings)
}

/// Settings of a command that answers and ends: only warnings are logged, unless asked for more.
fn quiet(file: Option<&Path>, written: &Written) -> anyhow::Result<Settings> {
    let settings = Settings::load(file, &Flags::from(written))?;
    telemetry::start_log(written.log.as_deref().unwrap_or("warn"), settings.log_format)?;
    Ok(settings)
}

/// The installation's database, brought up to date.
fn open(settings: &Settings, clock: &dyn Clock) -> anyhow::Result<Db> {
    let options = Options { connections: settings.connections, ..Options::default() };
    let db = Db::open(&settings.database, &options).context("setting database")?;
    db.migrate(MIGRATIONS, clock)?;
    accounts::chain_trail(&db)?;
    Ok(db)
}

/// The app, with what the settings say of the way on which browsers and programs reach it.
fn reached(app: App, settings: &Settings) -> App {
    let app = app.pacing_tokens(settings.token_requests, settings.token_requests.saturating_mul(2));
    app.trusting_proxies(Proxies::new(settings.trusted_proxies.clone()))
        .reached_at(settings.public_origin.as_deref())
        .with_second_factor(settings.second_factor)
}

/// The variable that may hold the master keys, instead of a file. They are no setting: a secret stands in no file of settings and no list of processes.
const MASTER_KEY: &str = "KEZEKSHI_MASTER_KEY";

/// Where this installation's master keys are.
fn master_source(settings: &Settings) -> MasterSource {
    match std::env::var_os(MASTER_KEY).filter(|text| !text.is_empty()) {
        // What is no text is no base64 either, and is refused as such.
        Some(text) => {
            MasterSource::Given { name: MASTER_KEY, text: Zeroizing::new(text.to_string_lossy().into_owned()) }
        }
        None => MasterSource::File(settings.master_key_file.clone()),
    }
}

/// The keys to the database, for a program that serves; makes the master key of a new installation.
fn vault(settings: &Settings, db: &Db) -> anyhow::Result<Vault> {
    let source = master_source(settings);
    let (vault, is_new) = Vault::start(db, source.clone()).context("master key")?;
    if is_new {
        tracing::warn!(
            "a master key was made: {source}. Keep a copy of it apart from the backups: without it no IIN, document, phone or e-mail can be read, \
             with it and a backup they all can"
        );
    }
    Ok(vault)
}

/// Certificate and key, when this program itself speaks TLS.
fn tls(settings: &Settings) -> anyhow::Result<Option<Tls>> {
    settings.tls.as_ref().map(Tls::load).transpose()
}

/// Drivers of every kind of device, as the settings want them.
fn drivers(settings: &Settings, clock: Arc<dyn Clock>) -> Arc<dyn Drivers> {
    let uhppote = UhppoteConfig { event_bind: settings.boards_listen, ..UhppoteConfig::default() };
    Arc::new(devices::drivers(DriversConfig { uhppote }, clock))
}

/// Clock and ids of the real world.
fn world() -> (Arc<dyn Clock>, Ids) {
    (Arc::new(SystemClock), Ids::random())
}
