//! The log and the metrics.

use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::settings::LogFormat;

/// Bounds of time histograms, in seconds: from half a millisecond to ten seconds.
const SECONDS: &[f64] = &[0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];
const SIZES: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// Starts the log, on standard error.
///
/// # Errors
/// When the filter cannot be read or a log was started before.
pub fn start_log(filter: &str, format: LogFormat) -> anyhow::Result<()> {
    // At debug the driver prints the parameters of every statement: names and hashes.
    let filter = EnvFilter::try_new(format!("{filter},tokio_postgres=info,postgres=info")).context("setting log")?;
    let registry = tracing_subscriber::registry().with(filter);
    match format {
        LogFormat::Text => registry.with(fmt::layer().with_writer(std::io::stderr).with_target(true)).try_init(),
        LogFormat::Json => {
            registry.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).try_init()
        }
    }
    .context("the log was started before")
}

/// Starts the metrics; the handle renders them for `/metrics`.
///
/// # Errors
/// When metrics were started before.
pub fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), SECONDS)?
        .set_buckets_for_metric(Matcher::Suffix("_size".into()), SIZES)?
        .install_recorder()
        .context("metrics were started before")?;
    describe();
    Ok(handle)
}

fn describe() {
    metrics::describe_counter!("kezekshi_passes_total", "Passes taken in by the server, by reason");
    metrics::describe_counter!(
        "kezekshi_gate_decisions_total",
        "Decisions of the gates in this process, by gate and reason"
    );
    metrics::describe_histogram!(
        "kezekshi_tap_to_open_seconds",
        "From the bytes of a tap to the open command, by gate"
    );
    metrics::describe_gauge!("kezekshi_spool_depth", "Records not yet taken by the server, by gate");
    metrics::describe_gauge!("kezekshi_journal_lag", "Journal entries that a follower has not taken");
    metrics::describe_histogram!("kezekshi_http_request_seconds", "Requests by route, method and status");
    metrics::describe_histogram!("kezekshi_store_group_size", "Writes that one SQLite commit carried");
    metrics::describe_counter!("kezekshi_store_conflicts_total", "Writes repeated after a conflict");
}
