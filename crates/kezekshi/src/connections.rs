//! Connections of browsers and gates: bounded in number, and in the time that a request's head may take.
//!
//! Whoever opens connections and says nothing, or one letter a minute, holds a place for [`HEAD_TIME`] and no longer; when all places are
//! taken, the next caller waits in the system's queue until one is free.

use std::{convert::Infallible, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tower::ServiceExt;

/// How long a client may take to send the head of a request, the next one of a kept connection too.
pub const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long to wait when the system has no connection to give: it is out of descriptors, which others must close first.
const PAUSE: Duration = Duration::from_secs(1);

/// How many connections at once, and how patient with each.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once.
    pub connections: usize,
    /// The longest time for the head of a request.
    pub head: Duration,
}

/// Serves the router until `stopped` is done; then takes no more connections and ends when the last request is answered.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stopped: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let open = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head);
    let accepting = async {
        loop {
            // The semaphore is never closed.
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let (stream, peer) = accepted(&listener).await;
            let connection = open.watch(http.serve_connection(TokioIo::new(stream), of_peer(router.clone(), peer)));
            tokio::spawn(async move {
                let _held = place;
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection ended early");
                }
            });
        }
    };
    tokio::select! {
        () = accepting => {}
        () = stopped => {}
    }
    drop(listener);
    open.shutdown().await;
}

async fn accepted(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_the_caller(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Whether the caller has gone before it was served, which is nobody's fault here.
fn is_of_the_caller(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// The router, which learns who calls.
fn of_peer(
    router: Router,
    peer: SocketAddr,
) -> impl hyper::service::Service<
    Request<Incoming>,
    Response = Response,
    Error = Infallible,
    Future = impl Future<Output = Result<Response, Infallible>> + Send,
> + Send {
    service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    })
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::{Notify, oneshot},
    };

    use super::*;

    const SHORT: Duration = Duration::from_millis(400);

    /// A server, and the answer at `/held`, which begins and ends when the test says so.
    struct Served {
        address: SocketAddr,
        stop: oneshot::Sender<()>,
        serving: tokio::task::JoinHandle<()>,
        entered: Arc<Notify>,
        release: Arc<Notify>,
    }

    async fn served(connections: usize) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (entered, release) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let held = {
            let (entered, release) = (entered.clone(), release.clone());
            move || async move {
                entered.notify_one();
                release.notified().await;
                "done"
            }
        };
        let router = Router::new()
            .route("/", get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }))
            .route("/held", get(held));
        let (stop, told) = oneshot::channel();
        let limits = Limits { connections, head: SHORT };
        let stopped = async {
            let _ = told.await;
        };
        let serving = tokio::spawn(serve(listener, router, limits, stopped));
        Served { address, stop, serving, entered, release }
    }

    async fn ask(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn whoever_says_nothing_or_half_a_head_is_let_go_and_others_are_served() {
        let Served { address, stop: _stop, .. } = served(2).await;
        for half in ["", "GET / HTTP/1.1\r\nhost:"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(half.as_bytes()).await.unwrap();
            assert!(ask(address, "/").await.contains("200 OK"));
            let mut rest = Vec::new();
            // Ends only when the server closes, with or without a word: this side stays open.
            let _ = stream.read_to_end(&mut rest).await;
            assert!(!String::from_utf8_lossy(&rest).contains("200 OK"), "{half:?} was answered");
        }
    }

    #[tokio::test]
    async fn more_than_the_limit_wait_until_a_place_is_free() {
        let Served { address, stop: _stop, entered, release, .. } = served(1).await;
        let first = tokio::spawn(async move { ask(address, "/held").await });
        entered.notified().await;
        let second = tokio::spawn(async move { ask(address, "/").await });
        // Long enough for an answer, were there a place.
        tokio::time::sleep(SHORT / 2).await;
        assert!(!second.is_finished(), "the only place was taken, yet somebody was served");
        release.notify_one();
        assert!(first.await.unwrap().contains("done"));
        let answer = second.await.unwrap();
        assert!(answer.contains("127.0.0.1:"), "{answer}");
    }

    #[tokio::test]
    async fn a_request_in_hand_is_answered_before_the_end() {
        let Served { address, stop, serving, entered, release } = served(4).await;
        let held = tokio::spawn(async move { ask(address, "/held").await });
        entered.notified().await;
        stop.send(()).unwrap();
        release.notify_one();
        assert!(held.await.unwrap().contains("done"));
        serving.await.unwrap();
        assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    }
}
