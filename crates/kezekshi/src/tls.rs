//! TLS of our own, for an installation without a proxy before it: certificate and key from files, read anew when they change.
//!
//! A renewed certificate needs no restart: whoever renews it replaces the files, and connections that begin half a minute later have the new one. Files that
//! cannot be used are told of in the log, and the old certificate goes on.

use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime},
};

use anyhow::Context;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// How often the files are looked at.
pub const LOOK: Duration = Duration::from_secs(30);

/// Where certificate and key are, as PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate with the chain above it.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// What the files look like without reading them: when each was changed, and its length.
type Seen = [(Option<SystemTime>, u64); 2];

/// Certificate and key in use. Cheap to clone.
#[derive(Clone)]
pub struct Tls(Arc<Inner>);

struct Inner {
    files: TlsFiles,
    now: RwLock<(Arc<ServerConfig>, Seen)>,
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// When one cannot be read, or the key is not the certificate's.
    pub fn load(files: &TlsFiles) -> anyhow::Result<Self> {
        let seen = seen(files)?;
        let now = RwLock::new((Arc::new(read(files)?), seen));
        Ok(Self(Arc::new(Inner { files: files.clone(), now })))
    }

    /// Greets a caller.
    ///
    /// # Errors
    /// When the caller does not speak TLS, or none that we do.
    pub async fn accept(&self, stream: TcpStream) -> io::Result<TlsStream<TcpStream>> {
        let config = self.0.now.read().unwrap_or_else(PoisonError::into_inner).0.clone();
        TlsAcceptor::from(config).accept(stream).await
    }

    /// Reads the files again if they were changed; tells whether they were.
    ///
    /// # Errors
    /// As [`Tls::load`]; what was in use stays, and the same files are not tried twice.
    pub fn look(&self) -> anyhow::Result<bool> {
        let seen = seen(&self.0.files)?;
        if self.0.now.read().unwrap_or_else(PoisonError::into_inner).1 == seen {
            return Ok(false);
        }
        let read = read(&self.0.files);
        let mut now = self.0.now.write().unwrap_or_else(PoisonError::into_inner);
        now.1 = seen;
        now.0 = Arc::new(read?);
        Ok(true)
    }

    /// Looks at the files every so often, for as long as it is awaited.
    pub async fn keep(self, every: Duration) {
        let mut tick = tokio::time::interval(every);
        loop {
            tick.tick().await;
            let own = self.clone();
            match tokio::task::spawn_blocking(move || own.look()).await {
                Ok(Ok(true)) => tracing::info!("the certificate was read anew"),
                Ok(Ok(false)) => {}
                Ok(Err(error)) => {
                    tracing::error!(
                        error = format!("{error:#}"),
                        "the new certificate cannot be used; the old one goes on"
                    );
                }
                Err(error) => tracing::error!(%error, "the certificate was not looked at"),
            }
        }
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tls({})", self.0.files.cert.display())
    }
}

fn seen(files: &TlsFiles) -> anyhow::Result<Seen> {
    let of = |path: &Path| {
        let about = std::fs::metadata(path).with_context(|| path.display().to_string())?;
        Ok::<_, anyhow::Error>((about.modified().ok(), about.len()))
    };
    Ok([of(&files.cert)?, of(&files.key)?])
}

fn read(files: &TlsFiles) -> anyhow::Result<ServerConfig> {
    let TlsFiles { cert, key } = files;
    let certs = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("setting tls_cert = {}", cert.display()))?;
    anyhow::ensure!(!certs.is_empty(), "setting tls_cert = {}: holds no certificate", cert.display());
    let key = PrivateKeyDer::from_pem_file(key).with_context(|| format!("setting tls_key = {}", key.display()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certs, key)
        .with_context(|| {
            format!("setting tls_cert = {}: certificate and key cannot be used together", cert.display())
        })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
