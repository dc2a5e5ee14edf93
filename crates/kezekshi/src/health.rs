//! How a gate that stands alone is: `/healthz` and `/metrics` on an address of their own, since it serves no pages.

use std::{net::SocketAddr, thread, time::Duration};

use anyhow::Context;
use axum::{
    Router,
    extract::ConnectInfo,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::{net::TcpListener, runtime::Builder, sync::oneshot};

use crate::{
    connections::{HEAD_TIME, Limits, serve},
    settings::MetricsAt,
};

/// Whoever collects figures needs one connection, and a second while the first hangs.
const CONNECTIONS: usize = 16;
/// How often old figures of histograms are folded when nobody asks for them.
const UPKEEP: Duration = Duration::from_secs(5);

/// Serves until it is dropped.
pub struct Health {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Health {
    /// Serves these figures. When the usual address is taken, which happens with two gates on one machine, that is logged and the gate works
    /// without; an address that somebody asked for must be free.
    ///
    /// # Errors
    /// When the address that was asked for cannot be used, or the system gives no thread.
    pub fn start(at: Option<MetricsAt>, figures: PrometheusHandle) -> anyhow::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let bound = match at {
            None => None,
            Some(MetricsAt { address, is_asked }) => match runtime.block_on(TcpListener::bind(address)) {
                Ok(listener) => Some(listener),
                Err(error) if is_asked => {
                    return Err(error).with_context(|| format!("setting metrics_listen = {address}: cannot be used"));
                }
                Err(error) => {
                    tracing::warn!(%address, %error, "the gate's metrics are not served; --metrics-listen names another address");
                    None
                }
            },
        };
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = thread::Builder::new().name("health".into()).spawn(move || {
            runtime.block_on(async {
                tokio::spawn(upkeep(figures.clone()));
                let stopped = async {
                    // An error says that the other end is gone, which means the same.
                    let _ = stopped.await;
                };
                match bound {
                    Some(listener) => {
                        if let Ok(address) = listener.local_addr() {
                            tracing::info!("how the gate is: http://{address}/metrics");
                        }
                        let limits = Limits { connections: CONNECTIONS, head: HEAD_TIME };
                        serve(listener, None, router(figures), limits, stopped).await;
                    }
                    None => stopped.await,
                }
            });
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Health {
    fn drop(&mut self) {
        drop(self.stop.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("what tells of the gate ended by a panic");
        }
    }
}

fn router(figures: PrometheusHandle) -> Router {
    let metrics = move |ConnectInfo(peer): ConnectInfo<SocketAddr>, headers: HeaderMap| async move {
        // Who listens beyond this machine has asked for that; a browser of this machine is led here by no foreign name.
        if peer.ip().is_loopback() && !is_local_name(&headers) {
            return StatusCode::NOT_FOUND.into_response();
        }
        exposition(&figures)
    };
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/metrics", get(metrics))
}

/// The figures as Prometheus reads them.
pub fn exposition(figures: &PrometheusHandle) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], figures.render()).into_response()
}

/// Whether the request names this machine by a name of the loopback. A proxy on this machine passes on the name that people use.
pub fn is_local_name(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return false };
    let Ok(authority) = host.parse::<axum::http::uri::Authority>() else { return false };
    let name = authority.host().trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

async fn upkeep(figures: PrometheusHandle) {
    let mut tick = tokio::time::interval(UPKEEP);
    loop {
        tick.tick().await;
        figures.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_the_loopback_are_local() {
        for (host, is_local) in [
            ("localhost", true),
            ("LocalHost:8080", true),
            ("127.0.0.1:8080", true),
            ("127.8.0.1", true),
            ("[::1]:8080", true),
            ("school.example.kz", false),
            ("10.0.0.1:8080", false),
            ("localhost.example.kz", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(header::HOST, host.parse().unwrap())]);
            assert_eq!(is_local_name(&headers), is_local, "{host:?}");
        }
        assert!(!is_local_name(&HeaderMap::new()));
    }
}
