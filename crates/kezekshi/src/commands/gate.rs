//! `kezekshi gate`: a gate alone at a school's door.

use std::{sync::Arc, time::Duration};

use ::gate::{Gate, GateConfig, HttpServer};
use anyhow::Context;

use super::{drivers, world};
use crate::{
    health::Health,
    settings::{GateWishes, Settings},
    signals::StopSignal,
    telemetry,
};

/// How often the gate says in the log how it is.
const REPORT: Duration = Duration::from_secs(60);

pub(super) fn run(settings: &Settings, stop: &StopSignal) -> anyhow::Result<()> {
    let _health = Health::start(settings.metrics_listen, telemetry::start_metrics()?)?;
    let (clock, ids) = world();
    let server = Arc::new(server(&settings.gate)?);
    let config = GateConfig { verify: crypto::verify, ..GateConfig::new(settings.data.join("gate")) };
    let handle = Gate::start(config, drivers(settings, clock.clone()), server, clock, ids)?;
    tracing::info!(server = settings.gate.server, "the gate runs");
    stop.wait(REPORT, || {
        let status = handle.status();
        tracing::info!(snapshot = status.snapshot, kept = status.spool_depth, "the gate is well");
    })?;
    handle.stop();
    Ok(())
}

fn server(wishes: &GateWishes) -> anyhow::Result<HttpServer> {
    let address = wishes.server.as_deref().context("setting server is missing: it must be http://… or https://…")?;
    let token_file = wishes
        .token_file
        .as_deref()
        .context("setting token-file is missing: it must be a file with the gate's token")?;
    let token = std::fs::read_to_string(token_file).with_context(|| {
        format!("setting token-file = {}: must be a file with the gate's token", token_file.display())
    })?;
    let ca = match &wishes.server_ca {
        Some(path) => Some(
            std::fs::read(path)
                .with_context(|| format!("setting server-ca = {}: must be a PEM file", path.display()))?,
        ),
        None => None,
    };
    HttpServer::new(address, token.trim(), ca.as_deref())
        .with_context(|| format!("setting server = {address}: must be http://… or https://…"))
}
