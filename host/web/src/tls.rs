//! The TLS certificate, loaded at start and again when its file changes: certificates are renewed every few weeks, and
//! that should not need a restart.

use crate::serve_error::ServeError;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// TLS with the current certificate.
#[derive(Clone)]
pub(crate) struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    current: Arc<Mutex<Current>>,
}

struct Current {
    config: Arc<ServerConfig>,
    written: [Option<SystemTime>; 2],
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

impl Tls {
    pub fn load(certificate: &Path, key: &Path) -> Result<Self, ServeError> {
        let written = [written(certificate), written(key)];
        let current = Arc::new(Mutex::new(Current { config: read(certificate, key)?, written }));
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), current })
    }

    /// Returns the acceptor for the next connection.
    pub fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.current().config))
    }

    /// Loads a renewed certificate. Keeps the current one if the new one is invalid or half written.
    pub fn refresh(&self) {
        let written = [written(&self.certificate), written(&self.key)];
        if self.current().written == written {
            return;
        }
        if let Ok(config) = read(&self.certificate, &self.key) {
            *self.current() = Current { config, written };
        }
    }

    fn current(&self) -> std::sync::MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn written(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

fn read(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, ServeError> {
    let invalid = |path: &Path, what: String| ServeError::Tls { path: path.to_owned(), what };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect);
    let chain = chain.map_err(|error| invalid(certificate, error.to_string()))?;
    if chain.is_empty() {
        return Err(invalid(certificate, "no certificate in PEM format".to_owned()));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| invalid(key, error.to_string()))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private));
    let mut config = config.map_err(|error| invalid(certificate, error.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
