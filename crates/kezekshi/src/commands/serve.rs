//! `kezekshi serve`.

use access::{Access, GATE_PATIENCE};
use accounts::App;

use super::{drivers, open, reached, tls, vault, world};
use crate::{gates::Gates, server::Server, settings::Settings, signals::StopSignal, telemetry};

pub(super) fn run(settings: &Settings, stop: &StopSignal) -> anyhow::Result<()> {
    let metrics = telemetry::start_metrics()?;
    let (clock, ids) = world();
    let db = open(settings, clock.as_ref())?;
    let vault = vault(settings, &db)?;
    people::ops::seal_photos(&db, &vault)?;
    let app = reached(App::new(db, vault, clock.clone(), ids, settings.https, Vec::new()), settings);
    let access = Access::start(&app, GATE_PATIENCE, ::gate::explain)?;
    let gates = Gates::new(settings.data.join("gates"), drivers(settings, clock));
    Server {
        app,
        access,
        gates,
        metrics,
        connections: settings.http_connections,
        data: settings.data.clone(),
        tls: tls(settings)?,
    }
    .run(settings.listen, stop, |address| {
        let scheme = settings.scheme();
        tracing::info!("pages at {scheme}://{address}");
        Ok(())
    })
}
