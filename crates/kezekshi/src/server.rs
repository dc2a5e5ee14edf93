//! The server: one router of all subsystems, the gates of this process, followers; started and stopped in order.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use access::Access;
use accounts::{App, Right, RouteEntry, Routes, Subsystem, Visitor};
use anyhow::Context;
use axum::{
    Router,
    extract::ConnectInfo,
    http::{HeaderMap, StatusCode},
    middleware,
    response::{IntoResponse, Response},
};
use journal::{Follower, Followers};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use web::WebSettings;

use crate::{
    anchors,
    connections::{self, HEAD_TIME, Limits},
    gates::Gates,
    health::{exposition, is_local_name},
    signals::StopSignal,
    subsystems,
    tls::Tls,
};

/// How long requests in hand may take to finish once the server is told to stop.
const LAST_REQUESTS: Duration = Duration::from_secs(8);
/// How often the journal's lag and similar gauges are read.
const GAUGES: Duration = Duration::from_secs(5);

/// A server that is about to run.
pub struct Server {
    /// What handlers share.
    pub app: App,
    /// Access control, started.
    pub access: Access,
    /// The gates that run in this process.
    pub gates: Gates,
    /// Renders `/metrics`.
    pub metrics: PrometheusHandle,
    /// Connections of browsers and gates at most.
    pub connections: usize,
    /// The folder of the data, where anchors of the audit trail are kept.
    pub data: PathBuf,
    /// Certificate and key, when this program itself speaks TLS.
    pub tls: Option<Tls>,
}

impl Server {
    /// Serves until it is told to stop, then finishes requests, gates and followers in this order. Told before it serves, it starts and
    /// ends its parts all the same, so that there is one way out.
    ///
    /// # Errors
    /// When a part cannot start: the address is taken, the system gives no thread.
    pub fn run(
        self,
        listen: SocketAddr,
        stop: &StopSignal,
        started: impl FnOnce(SocketAddr) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let Self { app, access, gates, metrics, connections, data, tls } = self;
        let parts = subsystems::all(&app, &access);
        let followers: Vec<Arc<dyn Follower>> = parts.iter().flat_map(|part| part.followers.iter().cloned()).collect();
        let names: Vec<_> = followers.iter().map(|follower| follower.name()).collect();
        let running = Followers::start(&app.db, followers)?;
        let keeper = lists::Keeper::start(&app)?;
        let sender = api::hooks::Sender::start(&app)?;
        let anchors = anchors::Daily::start(&app, data)?;
        let visits = privacy::Visits::start(&app)?;
        let router = assemble(&app, parts, Some(metrics));
        let gates = gates.start(&app, &access)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let served = runtime.block_on(async {
            let listener = TcpListener::bind(listen).await.with_context(|| {
                format!("setting listen = {listen}: the address cannot be used; is another program running there?")
            })?;
            let address = listener.local_addr()?;
            tokio::spawn(gauges(app.clone(), names));
            started(address)?;
            serve(listener, tls, router, &app, stop, connections).await;
            Ok(())
        });
        tracing::info!("stopping");
        gates.stop();
        drop((running, keeper, anchors, visits));
        drop(sender);
        runtime.shutdown_timeout(Duration::from_secs(2));
        app.db.close();
        tracing::info!("stopped");
        served
    }
}

async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    app: &App,
    signal: &StopSignal,
    connections: usize,
) {
    let stop = app.stop.clone();
    let asked = {
        let (stop, signal) = (stop.clone(), signal.clone());
        async move {
            signal.told().await;
            stop.begin();
        }
    };
    let last = async {
        stop.wait().await;
        tokio::time::sleep(LAST_REQUESTS).await;
    };
    tokio::select! {
        () = connections::serve(listener, tls, router, Limits { connections, head: HEAD_TIME }, asked) => {}
        () = last => tracing::warn!("some requests were cut off"),
    }
}

/// The whole router, as it is served.
pub fn router(app: &App, access: &Access) -> Router {
    assemble(app, subsystems::all(app, access), None)
}

/// Every route, for the proofs.
pub fn routes(app: &App, access: &Access) -> Vec<RouteEntry> {
    let own = own_routes(app, None).into_parts().1;
    subsystems::all(app, access).into_iter().flat_map(|part| part.routes.into_parts().1).chain(own).collect()
}

fn assemble(app: &App, parts: Vec<Subsystem>, metrics: Option<PrometheusHandle>) -> Router {
    app.set_nav(parts.iter().flat_map(|part| part.nav.iter().copied()).collect());
    let mut router = own_routes(app, metrics).into_parts().0;
    for part in parts {
        router = router.merge(part.routes.into_parts().0);
    }
    let settings = WebSettings {
        secure: app.is_secure,
        proxies: app.proxies().clone(),
        public_origin: app.public_origin().map(str::to_owned),
        token_paths: &[access::GATE_PATHS, accounts::API_PATHS],
        ..WebSettings::new(app.clock.clone(), app.ids.clone())
    };
    let router = router
        .merge(web::routes())
        .fallback(|| async { web::WebError::NotFound })
        .layer(middleware::from_fn_with_state(app.clone(), privacy::Visits::layer))
        .layer(middleware::from_fn_with_state(app.clone(), accounts::session_layer))
        .layer(middleware::from_fn_with_state(app.clone(), accounts::crowd_layer))
        .with_state(app.clone());
    web::harden(router, &settings)
}

fn own_routes(app: &App, metrics: Option<PrometheusHandle>) -> Routes {
    let handle = metrics.clone();
    Routes::new(app)
        .get("/healthz", Right::Public("tells only that the program runs"), || async { "ok\n" })
        .get("/readyz", Right::Public("tells only whether the database answers"), ready)
        .get(
            "/metrics",
            Right::Public("counts only, and only to callers on this machine"),
            move |peer: Peer| async move {
                match handle {
                    Some(handle) if peer.is_local => exposition(&handle),
                    _ => StatusCode::NOT_FOUND.into_response(),
                }
            },
        )
}

async fn ready(visitor: Visitor) -> Response {
    match visitor.app.db.read(|tx| people::queries::schools(tx).map(|_| ())).await {
        Ok(()) => "ready\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response()
        }
    }
}

/// Whether a request comes from this machine and not through a proxy.
struct Peer {
    is_local: bool,
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Self::Rejection> {
        let is_forwarded =
            |headers: &HeaderMap| headers.contains_key("x-forwarded-for") || headers.contains_key("forwarded");
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let is_near = peer.is_some_and(|ConnectInfo(peer)| peer.ip().is_loopback());
        // A proxy that adds nothing still passes on the name by which people know the server.
        Ok(Self { is_local: is_near && !is_forwarded(&parts.headers) && is_local_name(&parts.headers) })
    }
}

async fn gauges(app: App, followers: Vec<&'static str>) {
    let mut tick = tokio::time::interval(GAUGES);
    while !app.stop.is_stopping() {
        tick.tick().await;
        for follower in &followers {
            let name = *follower;
            match app.db.read(move |tx| journal::lag(tx, name)).await {
                Ok(lag) => metrics::gauge!("kezekshi_journal_lag", "follower" => name).set(lag as f64),
                Err(error) => tracing::warn!(%error, "the journal's lag cannot be read"),
            }
        }
    }
}
