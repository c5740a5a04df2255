//! The state that every page and API handler works with.

use crate::auth::AuthConfig;
use crate::view_timer::ViewTimer;
use baton_campaign::Redrafting;
use baton_desk::Desk;
use baton_desk::accounts::Capacity;
use baton_facts::types::Timestamp;
use baton_identity::Panel;
use baton_mail::Sending;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Notify;

/// The application: the desk, and the settings that the pages depend on.
#[derive(Clone)]
pub struct AppState {
    /// Packages, decisions and the outbox.
    pub desk: Desk,
    /// The name in the audit log while no sign-in is needed.
    pub operator: String,
    /// How users sign in.
    pub auth: AuthConfig,
    /// The CRMs that embed packages in their own record pages.
    pub panels: Vec<Panel>,
    /// The campaigns that users can filter by.
    pub campaigns: Vec<String>,
    /// The review capacity per day, by campaign id.
    pub capacity: BTreeMap<String, Capacity>,
    /// The sending window, and the time zone of the team.
    pub sending: Sending,
    /// Requests new drafts. `None` if no drafter is available.
    pub redrafting: Option<Arc<dyn Redrafting>>,
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

    pub(crate) const fn desk(&self) -> &Desk {
        &self.desk
    }
}
