//! The state that every page and API handler works with.

use crate::auth_config::AuthConfig;
use crate::error::WebError;
use crate::operator_link::OperatorLink;
use crate::view_timer::ViewTimer;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use baton_campaign::Redrafter;
use baton_desk::accounts::DailyCapacity;
use baton_desk::{Desk, DeskService};
use baton_facts::types::Timestamp;
use baton_identity::PanelVerifier;
use baton_mail::SendingOptions;
use baton_model::Actor;
use baton_present::CheckTitles;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;
use tokio::sync::Notify;

/// The application: the desk, and the settings that the pages depend on.
#[derive(Clone)]
pub struct AppState {
    /// Packages, decisions and the outbox.
    pub desk: DeskService,
    /// The name in the audit log while no sign-in is needed.
    pub operator: String,
    /// The link that opens the page for the operator while no sign-in is needed.
    pub operator_link: OperatorLink,
    /// How users sign in.
    pub auth: AuthConfig,
    /// The CRMs that embed packages in their own record pages.
    pub panels: Vec<PanelVerifier>,
    /// The campaigns that users can filter by.
    pub campaigns: Vec<String>,
    /// The titles of the engine's checks.
    pub check_titles: Arc<CheckTitles>,
    /// The review capacity per day, by campaign id.
    pub capacity: BTreeMap<String, DailyCapacity>,
    /// The sending window, and the time zone of the team.
    pub sending: SendingOptions,
    /// Requests new drafts. `None` if no drafter is available.
    pub redrafting: Option<Arc<dyn Redrafter>>,
    /// The current time, for pages and decisions.
    pub clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Wakes the outbox worker.
    pub wake: Arc<Notify>,
    /// One per process: forms of another process are not timed.
    pub view_timer: ViewTimer,
}

impl AppState {
    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Returns the operations of somebody who has not signed in, which find out who sent a request.
    pub(crate) fn visitor_desk(&self) -> Desk {
        self.desk.acting_as(Actor::visitor())
    }
}

/// The application as the actor of one request may use it.
///
/// The middleware sets the actor. A handler without one answers with an error, so that no request can act unnoticed.
#[derive(Clone)]
pub(crate) struct RequestState {
    app: Arc<AppState>,
    desk: Desk,
}

impl RequestState {
    pub fn new(app: Arc<AppState>, actor: Actor) -> Self {
        let desk = app.desk.acting_as(actor);
        Self { app, desk }
    }

    /// Returns the operations of the actor.
    pub const fn desk(&self) -> &Desk {
        &self.desk
    }
}

impl Deref for RequestState {
    type Target = AppState;

    fn deref(&self) -> &AppState {
        &self.app
    }
}

impl FromRequestParts<Arc<AppState>> for RequestState {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<AppState>) -> Result<Self, WebError> {
        let actor = parts.extensions.get::<Actor>().cloned();
        let actor = actor.ok_or_else(|| WebError::of_status(StatusCode::INTERNAL_SERVER_ERROR))?;
        Ok(Self::new(Arc::clone(app), actor))
    }
}
