//! `kezekshi gate`: a gate alone at a school's door.

use std::{sync::Arc, time::Duration};

use ::gate::{Gate, GateConfig, HttpServer};
use anyhow::Context;

use super::{drivers, world};
use crate::{cli::GateArgs, settings::Settings, signals::StopSignal};

/// How often the gate says in the log how it is.
const REPORT: Duration = Duration::from_secs(60);

pub(super) fn run(settings: &Settings, arguments: &GateArgs, stop: &StopSignal) -> anyhow::Result<()> {
    let (clock, ids) = world();
    let server = Arc::new(server(arguments)?);
    let config = GateConfig::new(settings.data.join("gate"));
    let handle = Gate::start(config, drivers(settings, clock.clone()), server, clock, ids)?;
    tracing::info!(server = arguments.server, "the gate runs");
    stop.wait(REPORT, || {
        let status = handle.status();
        tracing::info!(snapshot = status.snapshot, kept = status.spool_depth, "the gate is well");
    })?;
    handle.stop();
    Ok(())
}

fn server(arguments: &GateArgs) -> anyhow::Result<HttpServer> {
    let name = arguments.token_file.display();
    let token = std::fs::read_to_string(&arguments.token_file)
        .with_context(|| format!("setting token-file = {name}: must be a file with the gate's token"))?;
    let ca = match &arguments.server_ca {
        Some(path) => Some(
            std::fs::read(path)
                .with_context(|| format!("setting server-ca = {}: must be a PEM file", path.display()))?,
        ),
        None => None,
    };
    HttpServer::new(&arguments.server, token.trim(), ca.as_deref())
        .with_context(|| format!("setting server = {}: must be http://… or https://…", arguments.server))
}
