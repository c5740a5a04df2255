//! Reasons why the application cannot start or work.

use baton_campaign::export::ExportError;
use baton_campaign::{ComponentFileError, RunError};
use baton_config::Problems;
use baton_desk::DeskError;
use baton_desk::StoreError;
use baton_desk::worker::LockError;
use baton_identity::oidc::SsoError;
use baton_mail::NoPassword;
use baton_web::ServeError;
use std::net::SocketAddr;
use std::path::PathBuf;

/// An error of the application. The text of some ends with a `hint:` line.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// `baton.toml` or a campaign file has errors.
    #[error(transparent)]
    Settings(#[from] Problems),
    /// The CRM export cannot be read.
    #[error(transparent)]
    Crm(#[from] ExportError),
    /// A component cannot be used.
    #[error(transparent)]
    Components(#[from] ComponentFileError),
    /// The runtime of the components does not start.
    #[error(transparent)]
    Runtime(#[from] baton_runtime::Error),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The desk refuses the request or fails.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// A campaign run ended early.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Another process sends from this store, or its lock cannot be used.
    #[error(transparent)]
    Locked(#[from] LockError),
    /// The folder that messages are written to, without a mail server, cannot be created.
    #[error("{}: cannot create the message folder: {error}\nhint: set `folder` in `[sending]` to another one", folder.display())]
    MessageFolder {
        /// The folder.
        folder: PathBuf,
        /// The cause.
        error: std::io::Error,
    },
    /// The password of the mail server is not set.
    #[error("{0}\nhint: {hint}", hint = .0.hint())]
    MailPassword(NoPassword),
    /// The secret of a webhook or a CRM panel is not set or malformed.
    #[error("{0}")]
    Secret(String),
    /// The identity provider cannot be used.
    #[error(transparent)]
    Sso(#[from] SsoError),
    /// The address is in use or not available.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// The cause.
        #[source]
        error: std::io::Error,
    },
    /// The review page cannot be served.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// A task of the server panicked.
    #[error("a task of the server ended early: {0}")]
    Task(#[from] tokio::task::JoinError),
}
