//! What surrounds every page: where one is, who one is, and whether sending is stopped.

use crate::app_state::AppState;
use crate::assets;
use crate::auth::CurrentUser;
use crate::show::{Moment, line};
use baton_desk::DeskError;
use baton_desk::desk::Role;
use baton_facts::types::Timestamp;

/// Which part of the site a page belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
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

/// The surroundings of a page.
pub(crate) struct Frame {
    pub title: String,
    pub here: Here,
    /// Absent for whoever has not signed in: they see the page alone.
    pub who: Option<Who>,
    /// How many packages wait; absent where nobody looked.
    pub waiting: Option<u64>,
    /// How many checks wait for a verdict, likewise.
    pub checks: Option<u64>,
    /// How many people answered whom nobody has taken over, likewise.
    pub replies: Option<u64>,
    pub stopped: Option<Stopped>,
    pub style: &'static str,
    pub script: &'static str,
    pub mark: &'static str,
}

/// Who looks at the page.
pub(crate) struct Who {
    pub name: String,
    pub role: &'static str,
    /// They may let sending go on after a stop.
    pub leads: bool,
    /// They may say who signs in.
    pub admin: bool,
    /// They can sign out.
    pub signed_in: bool,
}

impl Who {
    fn new(by: &CurrentUser) -> Self {
        let role = match by.role {
            Role::Sdr => "sales development representative",
            Role::Lead => "team lead",
            Role::Admin => "admin",
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

/// The stop button is pressed.
pub(crate) struct Stopped {
    pub who: String,
    pub why: String,
    pub at: Moment,
}

impl Frame {
    /// As of now.
    pub async fn new(
        app: &AppState,
        by: &CurrentUser,
        title: &str,
        here: Here,
        now: Timestamp,
    ) -> Result<Self, DeskError> {
        let stop = app.desk().stopped().await?;
        let stopped = stop.map(|stop| Stopped {
            who: line(&stop.who),
            why: line(stop.why.trim()),
            at: Moment::new(stop.at, now),
        });
        let waiting = Some(app.desk().waiting(None, now).await?);
        let checks = Some(app.desk().checks_waiting().await?).filter(|checks| *checks > 0);
        let replies = Some(app.desk().replies_waiting().await?).filter(|replies| *replies > 0);
        Ok(Self { waiting, checks, replies, stopped, ..Self::bare(Some(by), title, here) })
    }

    /// Without a look at the store.
    pub fn bare(by: Option<&CurrentUser>, title: &str, here: Here) -> Self {
        Self {
            title: title.to_owned(),
            here,
            who: by.map(Who::new),
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
