//! The site: what its pages stand on, which path leads where, and where it may be served.

use crate::door::Door;
use crate::looking::Looking;
use crate::{actions, api, assets, guard, pages};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderValue;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use baton_campaign::Redrafting;
use baton_desk::desk::Capacity;
use baton_desk::desk::Desk;
use baton_facts::types::Timestamp;
use baton_identity::Panel;
use baton_mail::Sending;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Notify;

/// The largest form, in bytes: the longest text the desk takes, three times as long when encoded, and room for the rest.
const LARGEST_FORM: usize = 128 << 10;

/// What the pages stand on.
#[derive(Clone)]
pub struct Site {
    /// Everything that is shown and done.
    pub desk: Desk,
    /// In whose name it is done, as the trail has it, where nobody signs in.
    pub operator: String,
    /// How people get in.
    pub door: Door,
    /// The CRMs that open packages within their own records.
    pub panels: Vec<Panel>,
    /// The campaigns to choose from.
    pub campaigns: Vec<String>,
    /// How much of each campaign can be reviewed in a day, by the campaign's id.
    pub capacity: BTreeMap<String, Capacity>,
    /// When messages leave, and in which time zone people here read and write moments.
    pub sending: Sending,
    /// Has other drafts written; none where nobody can be asked.
    pub redrafting: Option<Arc<dyn Redrafting>>,
    /// The moment that everything shown is relative to, and that decisions are made at.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Tells the outbox worker that there may be something to transmit.
    pub wake: Arc<Notify>,
}

/// The site, and what only this process knows.
pub(crate) struct Shared {
    pub site: Site,
    pub looking: Looking,
    /// What a panel may load, and who may hold it.
    pub panel_policy: HeaderValue,
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

/// Every page and action. Deciding paths answer to POST alone; who may ask for which is said in [`crate::ROUTES`].
///
/// # Panics
/// Where the operating system gives no random bytes.
pub fn router(site: Site) -> Router {
    let panel_policy = guard::panel_policy(&site.panels);
    let web: Web = Arc::new(Shared { site, looking: Looking::new(), panel_policy });
    Router::new()
        .route("/", get(pages::queue::show))
        .route("/packages/{id}", get(pages::package::show))
        .route("/packages/{id}/trail", get(pages::trail::show))
        .route("/packages/{id}/check", post(actions::decide::check))
        .route("/packages/{id}/approve", post(actions::decide::approve))
        .route("/packages/{id}/edit", post(actions::decide::edit))
        .route("/packages/{id}/reject", post(actions::decide::reject))
        .route("/packages/{id}/snooze", post(actions::decide::snooze))
        .route("/packages/{id}/inspect", post(actions::inspect::inspect))
        .route("/packages/{id}/redraft", post(actions::decide::redraft))
        .route("/packages/{id}/undo", post(actions::undo::undo))
        .route("/packages/{id}/verdict", post(actions::verdict::give))
        .route("/packages/{id}/assign", post(actions::several::assign))
        .route("/several", post(actions::several::decide))
        .route("/checks", get(pages::checks::show))
        .route("/replies", get(pages::replies::show))
        .route("/replies/{id}/take", post(actions::replies::take))
        .route("/replies/{id}/not-yet", post(actions::replies::not_yet))
        .route("/quality", get(pages::quality::list))
        .route("/quality/{id}", get(pages::quality::show))
        .route("/quality/{id}/stop", post(actions::streams::stop))
        .route("/quality/{id}/resume", post(actions::streams::resume))
        .route("/outbox", get(pages::outbox::list))
        .route("/outbox/{id}", get(pages::outbox::show))
        .route("/outbox/{id}/withdraw", post(actions::outbox::withdraw))
        .route("/outbox/{id}/settle", post(actions::outbox::settle))
        .route("/dashboard", get(pages::dashboard::show))
        .route("/dashboard/{figure}", get(pages::dashboard::figure))
        .route("/calibration", get(pages::calibration::show))
        .route("/sending/stop", post(actions::sending::stop))
        .route("/sending/resume", post(actions::sending::resume))
        .route("/assets/{name}", get(assets::serve))
        .route("/sign-in", get(pages::sign_in::show).post(actions::sign_in::sign_in))
        .route("/sign-in/sso", get(actions::sign_on::begin))
        .route("/sign-in/sso/callback", get(actions::sign_on::callback))
        .route("/users", get(pages::users::show).post(actions::users::add))
        .route("/users/{id}/invite", post(actions::users::invite))
        .route("/users/{id}/role", post(actions::users::set_role))
        .route("/users/{id}/disable", post(actions::users::disable))
        .route("/users/{id}/enable", post(actions::users::enable))
        .route("/sign-out", post(actions::sign_in::sign_out))
        .route("/sign-out/everywhere", post(actions::sign_in::sign_out_everywhere))
        .route("/invitation/{token}", get(pages::invitation::show).post(actions::sign_in::accept))
        .route("/panel", get(pages::package::panel::open))
        .route("/panel/{token}", get(pages::package::panel::show))
        .route("/panel/{token}/{id}", get(pages::package::panel::show))
        .route("/panel/{token}/{id}/check", post(actions::panel::check))
        .route("/panel/{token}/{id}/approve", post(actions::panel::approve))
        .route("/panel/{token}/{id}/edit", post(actions::panel::edit))
        .route("/panel/{token}/{id}/reject", post(actions::panel::reject))
        .route("/panel/{token}/{id}/snooze", post(actions::panel::snooze))
        .route("/panel/{token}/{id}/undo", post(actions::panel::undo))
        .route("/api/v1/packages", get(api::packages::list))
        .route("/api/v1/packages/{id}", get(api::packages::one))
        .route("/api/v1/packages/{id}/trail", get(api::packages::trail))
        .route("/api/v1/packages/{id}/decisions", post(api::packages::decide))
        .route("/api/v1/packages/{id}/undo", post(api::packages::undo))
        .route("/api/v1/packages/{id}/assign", post(api::packages::assign))
        .route("/api/v1/packages/{id}/inspect", post(api::packages::inspect))
        .route("/api/v1/packages/{id}/verdict", post(api::packages::verdict))
        .route("/api/v1/checks", get(api::packages::checks))
        .route("/api/v1/outbox", get(api::outbox::list))
        .route("/api/v1/outbox/{id}", get(api::outbox::one))
        .route("/api/v1/outbox/{id}/withdraw", post(api::outbox::withdraw))
        .route("/api/v1/streams", get(api::streams::list))
        .route("/api/v1/streams/{id}", get(api::streams::one))
        .route("/api/v1/streams/{id}/evidence", get(api::streams::evidence))
        .route("/api/v1/streams/{id}/stop", post(api::streams::stop))
        .route("/api/v1/streams/{id}/resume", post(api::streams::resume))
        .route("/api/v1/calibration", get(api::streams::calibration))
        .route("/api/v1/sending", get(api::outbox::sending))
        .route("/api/v1/sending/stop", post(api::outbox::stop))
        .route("/api/v1/sending/resume", post(api::outbox::resume))
        .route("/api/v1/replies", get(api::replies::list))
        .route("/api/v1/replies/{id}/take", post(api::replies::take))
        .route("/api/v1/replies/{id}/not-yet", post(api::replies::not_yet))
        .route("/api/v1/suppressions", post(api::people::suppress))
        .route("/api", get(pages::api::show))
        .route("/api/openapi.json", get(pages::api::document))
        .layer(from_fn_with_state(Arc::clone(&web), guard::guard))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .with_state(web)
}

/// The page is not served.
#[derive(Debug, thiserror::Error)]
pub enum NotServed {
    /// Others could reach it.
    #[error(
        "the review page is not served on {0}: others could reach it, and nothing secures the line\n\
         hint: serve it on 127.0.0.1 or [::1]; or give `[web]` a `public-url`, and TLS or a trusted proxy"
    )]
    NotLoopback(SocketAddr),
    /// The certificate or its key cannot be used.
    #[error("{}: it cannot be used for TLS: {what}\nhint: `tls-certificate` and `tls-key` in `[web]` name the two files, in PEM", path.display())]
    Tls {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
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
            assert_eq!(Door::default().may_be_served(address).is_ok(), served, "{address}");
        }
    }
}
