//! The reasons why the server does not start or has failed, each with a hint.

use std::net::SocketAddr;
use std::path::PathBuf;

/// A server that cannot start or has failed.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Other machines can reach the address.
    #[error(
        "the review page is not served on {0}: other machines can reach this address, and the connection is not secured\n\
         hint: serve it on 127.0.0.1 or [::1]; or set `public-url` in `[web]`, with TLS or a trusted proxy"
    )]
    NotLoopback(SocketAddr),
    /// The certificate or its key cannot be used.
    #[error("{}: cannot be used for TLS: {what}\nhint: set `tls-certificate` and `tls-key` in `[web]` to two PEM files", path.display())]
    Tls {
        /// The certificate or the key.
        path: PathBuf,
        /// The fault.
        what: String,
    },
    /// The listener failed.
    #[error("the review page cannot be served: {0}")]
    Io(#[from] std::io::Error),
}
