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

use crate::tls::{self, Tls};

/// How long a client may take to send the head of a request, the next one of a kept connection too.
pub const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long to wait when the system has no connection to give: it is out of descriptors, which others must close first.
const PAUSE: Duration = Duration::from_secs(1);

/// How many connections at once, and how patient with each.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once.
    pub connections: usize,
    /// The longest time for the head of a request, and for the greeting of TLS.
    pub head: Duration,
}

/// How often it is looked whether the certificate was renewed.
const CERTIFICATE: Duration = tls::LOOK;

/// Serves the router until `stopped` is done; then takes no more connections and ends when the last request is answered.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    limits: Limits,
    stopped: impl Future<Output = ()>,
) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let open = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(limits.head);
    let accepting = async {
        loop {
            // The semaphore is never closed.
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let (stream, peer) = accepted(&listener).await;
            let (watcher, http, router, tls) = (open.watcher(), http.clone(), router.clone(), tls.clone());
            tokio::spawn(async move {
                let _held = place;
                let service = of_peer(router, peer);
                let done = match tls {
                    None => watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await,
                    Some(tls) => match tokio::time::timeout(limits.head, tls.accept(stream)).await {
                        Ok(Ok(stream)) => watcher.watch(http.serve_connection(TokioIo::new(stream), service)).await,
                        Ok(Err(error)) => {
                            tracing::debug!(%error, "a caller speaks no TLS that we do");
                            return;
                        }
                        Err(_) => {
                            tracing::debug!("a caller took too long to greet");
                            return;
                        }
                    },
                };
                if let Err(error) = done {
                    tracing::debug!(%error, "a connection ended early");
                }
            });
        }
    };
    let renewing = async {
        match tls.clone() {
            Some(tls) => tls.keep(CERTIFICATE).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = accepting => {}
        () = renewing => {}
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
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::{Notify, oneshot},
    };

    use super::*;
    use crate::tls::TlsFiles;

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
        served_with(connections, None).await
    }

    async fn served_with(connections: usize, tls: Option<Tls>) -> Served {
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
        let serving = tokio::spawn(serve(listener, tls, router, limits, stopped));
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

    /// Certificates of a made-up authority of the tests; their keys are no secret.
    fn put(folder: &std::path::Path, name: &str) -> TlsFiles {
        let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/tls");
        let files = TlsFiles { cert: folder.join("cert.pem"), key: folder.join("key.pem") };
        std::fs::copy(from.join(format!("{name}.pem")), &files.cert).unwrap();
        std::fs::copy(from.join(format!("{name}.key.pem")), &files.key).unwrap();
        files
    }

    /// Asks over TLS for a server of this name; none when the greeting fails.
    async fn ask_tls(address: SocketAddr, name: &'static str) -> Option<String> {
        let authority = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/tls/authority.pem");
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(authority).unwrap()).unwrap();
        let config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = TcpStream::connect(address).await.unwrap();
        let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
        let mut stream = connector.connect(name.try_into().unwrap(), stream).await.ok()?;
        let head = format!("GET / HTTP/1.1\r\nhost: {name}\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // Whether the server says goodbye to TLS before it closes is its own affair.
        let _ = stream.read_to_end(&mut answer).await;
        Some(String::from_utf8_lossy(&answer).into_owned())
    }

    #[tokio::test]
    async fn pages_come_over_tls_and_a_renewed_certificate_needs_no_restart() {
        let folder = tempfile::tempdir().unwrap();
        let tls = Tls::load(&put(folder.path(), "one")).unwrap();
        let Served { address, stop: _stop, .. } = served_with(4, Some(tls.clone())).await;
        assert!(ask_tls(address, "one.example").await.unwrap().contains("200 OK"));
        assert!(ask_tls(address, "two.example").await.is_none(), "the certificate is another's");

        assert!(!tls.look().unwrap(), "nothing was changed");
        put(folder.path(), "two");
        assert!(tls.look().unwrap());
        assert!(ask_tls(address, "two.example").await.unwrap().contains("200 OK"));

        std::fs::write(folder.path().join("cert.pem"), "half a file").unwrap();
        assert!(tls.look().is_err());
        assert!(ask_tls(address, "two.example").await.unwrap().contains("200 OK"), "the old one goes on");
    }

    #[tokio::test]
    async fn whoever_speaks_no_tls_or_says_nothing_is_let_go() {
        let folder = tempfile::tempdir().unwrap();
        let tls = Tls::load(&put(folder.path(), "one")).unwrap();
        let Served { address, stop: _stop, .. } = served_with(1, Some(tls)).await;
        for said in ["GET / HTTP/1.1\r\nhost: x\r\n\r\n", ""] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(said.as_bytes()).await.unwrap();
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
            assert!(!String::from_utf8_lossy(&rest).contains("200 OK"), "{said:?} was answered");
        }
        assert!(ask_tls(address, "one.example").await.unwrap().contains("200 OK"), "the only place is free again");
    }

    #[test]
    fn a_key_of_another_certificate_is_refused_at_the_start() {
        let folder = tempfile::tempdir().unwrap();
        let files = put(folder.path(), "one");
        let second = tempfile::tempdir().unwrap();
        let key = put(second.path(), "two").key;
        let error = Tls::load(&TlsFiles { key, ..files }).unwrap_err();
        assert!(error.to_string().contains("tls_cert"), "{error:#}");
    }
}
