//! The site: what its pages stand on, which path leads where, and where it may be served.

use crate::looking::Looking;
use crate::{actions, assets, guard, pages};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use baton_desk::desk::Desk;
use baton_facts::types::Timestamp;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// The largest form, in bytes: the longest text the desk takes, three times as long when encoded, and room for the rest.
const LARGEST_FORM: usize = 128 << 10;

/// What the pages stand on.
#[derive(Clone)]
pub struct Site {
    /// Everything that is shown and done.
    pub desk: Desk,
    /// In whose name it is done, as the trail has it: on loopback nobody signs in.
    pub who: String,
    /// The campaigns to choose from.
    pub campaigns: Vec<String>,
    /// The moment that everything shown is relative to, and that decisions are made at.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Tells the outbox worker that there may be something to transmit.
    pub wake: Arc<Notify>,
}

/// The site, and what only this process knows.
pub(crate) struct Shared {
    pub site: Site,
    pub looking: Looking,
}

pub(crate) type Web = Arc<Shared>;

impl Shared {
    pub fn now(&self) -> Timestamp {
        (self.site.clock)()
    }

    pub fn desk(&self) -> &Desk {
        &self.site.desk
    }
}

/// Every page and action. Deciding paths answer to POST alone.
///
/// # Panics
/// Where the operating system gives no random bytes.
pub fn router(site: Site) -> Router {
    let web: Web = Arc::new(Shared { site, looking: Looking::new() });
    Router::new()
        .route("/", get(pages::queue::show))
        .route("/packages/{id}", get(pages::package::show))
        .route("/packages/{id}/trail", get(pages::trail::show))
        .route("/packages/{id}/check", post(actions::decide::check))
        .route("/packages/{id}/approve", post(actions::decide::approve))
        .route("/packages/{id}/edit", post(actions::decide::edit))
        .route("/packages/{id}/reject", post(actions::decide::reject))
        .route("/packages/{id}/snooze", post(actions::decide::snooze))
        .route("/packages/{id}/verdict", post(actions::verdict::give))
        .route("/checks", get(pages::checks::show))
        .route("/quality", get(pages::quality::list))
        .route("/quality/{id}", get(pages::quality::show))
        .route("/quality/{id}/stop", post(actions::streams::stop))
        .route("/quality/{id}/resume", post(actions::streams::resume))
        .route("/outbox", get(pages::outbox::list))
        .route("/outbox/{id}", get(pages::outbox::show))
        .route("/outbox/{id}/withdraw", post(actions::outbox::withdraw))
        .route("/outbox/{id}/settle", post(actions::outbox::settle))
        .route("/calibration", get(pages::calibration::show))
        .route("/sending/stop", post(actions::sending::stop))
        .route("/sending/resume", post(actions::sending::resume))
        .route("/assets/{name}", get(assets::serve))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(from_fn_with_state(Arc::clone(&web), guard::guard))
        .with_state(web)
}

/// Serves the site until `shutdown` comes; what is being answered then is answered.
///
/// # Errors
/// [`NotServed`] where the listener is not on loopback or fails.
pub async fn serve(
    listener: TcpListener,
    site: Site,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), NotServed> {
    loopback(listener.local_addr()?)?;
    Ok(axum::serve(listener, router(site)).with_graceful_shutdown(shutdown).await?)
}

/// Whether the page may be served there; to be asked before binding.
///
/// # Errors
/// [`NotServed::NotLoopback`] for every address that another machine could reach.
pub fn loopback(address: SocketAddr) -> Result<(), NotServed> {
    if address.ip().to_canonical().is_loopback() { Ok(()) } else { Err(NotServed::NotLoopback(address)) }
}

/// The page is not served.
#[derive(Debug, thiserror::Error)]
pub enum NotServed {
    /// Others could reach it.
    #[error(
        "the review page is not served on {0}: nobody signs in, so whoever reached it could decide\n\
         hint: serve it on 127.0.0.1 or [::1], and forward the port with `ssh -L` to use it from elsewhere"
    )]
    NotLoopback(SocketAddr),
    /// The listener failed.
    #[error("the review page cannot be served: {0}")]
    Io(#[from] std::io::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_served() {
        for (address, served) in [
            ("127.0.0.1:8080", true),
            ("127.8.9.1:80", true),
            ("[::1]:8080", true),
            ("[::ffff:127.0.0.1]:8080", true),
            ("0.0.0.0:8080", false),
            ("[::]:8080", false),
            ("192.168.1.4:8080", false),
            ("[fe80::1]:8080", false),
        ] {
            let address: SocketAddr = address.parse().expect("an address");
            assert_eq!(loopback(address).is_ok(), served, "{address}");
        }
    }
}
