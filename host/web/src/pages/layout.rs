//! The layout around every page: navigation, the signed-in user, and the banner that says sending is stopped.

use crate::app_state::RequestState;
use crate::assets;
use crate::auth::CurrentUser;
use crate::format::{DisplayTime, line};
use baton_desk::DeskError;
use baton_desk::access::Role;
use baton_facts::types::Timestamp;

/// The part of the site that a page belongs to, which the navigation marks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum NavSection {
    Queue,
    Package,
    Outbox,
    Checks,
    Check,
    Replies,
    Quality,
    Calibration,
    Dashboard,
    Elsewhere,
}

pub(crate) struct Layout {
    pub title: String,
    pub here: NavSection,
    /// `None` if nobody is signed in; then the navigation is not shown.
    pub who: Option<Viewer>,
    /// Number of packages to review; `None` if it was not loaded.
    pub waiting: Option<u64>,
    /// Number of open spot-checks; `None` if it is 0 or was not loaded.
    pub checks: Option<u64>,
    /// Number of replies to take over; `None` if it is 0 or was not loaded.
    pub replies: Option<u64>,
    pub stopped: Option<SendingStop>,
    pub style: &'static str,
    pub script: &'static str,
    pub mark: &'static str,
}

/// The user who views the page.
pub(crate) struct Viewer {
    pub name: String,
    pub role: &'static str,
    /// Can resume sending after a stop.
    pub leads: bool,
    /// Can manage users.
    pub admin: bool,
    /// Has a session to sign out of.
    pub signed_in: bool,
}

impl Viewer {
    fn new(by: &CurrentUser) -> Self {
        let role = match by.role {
            Role::Sdr => "Sales development rep",
            Role::Lead => "Team lead",
            Role::Admin => "Admin",
        };
        Self {
            name: line(&by.who),
            role,
            leads: by.role >= Role::Lead,
            admin: by.role >= Role::Admin,
            signed_in: by.session.is_some(),
        }
    }
}

/// A stop of all sending.
pub(crate) struct SendingStop {
    pub who: String,
    pub why: String,
    pub at: DisplayTime,
}

impl Layout {
    /// Loads the counts and the sending stop from the store.
    pub async fn new(
        app: &RequestState,
        by: &CurrentUser,
        title: &str,
        here: NavSection,
        now: Timestamp,
    ) -> Result<Self, DeskError> {
        let stop = app.desk().sending_stop().await?;
        let stopped = stop.map(|stop| SendingStop {
            who: line(&stop.who),
            why: line(stop.why.trim()),
            at: DisplayTime::new(stop.at, now),
        });
        let waiting = Some(app.desk().waiting(None, now).await?);
        let checks = Some(app.desk().count_open_spot_checks().await?).filter(|checks| *checks > 0);
        let replies = Some(app.desk().replies_waiting().await?).filter(|replies| *replies > 0);
        Ok(Self { waiting, checks, replies, stopped, ..Self::bare(Some(by), title, here) })
    }

    /// Creates a layout without reading the store.
    pub fn bare(by: Option<&CurrentUser>, title: &str, here: NavSection) -> Self {
        Self {
            title: title.to_owned(),
            here,
            who: by.map(Viewer::new),
            waiting: None,
            checks: None,
            replies: None,
            stopped: None,
            style: &assets::STYLE.path,
            script: &assets::SCRIPT.path,
            mark: &assets::MARK.path,
        }
    }
}
