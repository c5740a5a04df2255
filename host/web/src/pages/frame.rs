//! What surrounds every page: where one is, who one is, and whether sending is stopped.

use crate::assets;
use crate::show::{Moment, line};
use crate::site::Shared;
use baton_desk::desk::DeskError;
use baton_facts::types::Timestamp;

/// Which part of the site a page belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
    Queue,
    Package,
    Outbox,
    Checks,
    Check,
    Quality,
    Calibration,
    Elsewhere,
}

/// The surroundings of a page.
pub(crate) struct Frame {
    pub title: String,
    pub here: Here,
    pub who: String,
    /// How many packages wait; absent where nobody looked.
    pub waiting: Option<u64>,
    /// How many checks wait for a verdict, likewise.
    pub checks: Option<u64>,
    pub stopped: Option<Stopped>,
    pub style: &'static str,
    pub script: &'static str,
    pub mark: &'static str,
}

/// The stop button is pressed.
pub(crate) struct Stopped {
    pub who: String,
    pub why: String,
    pub at: Moment,
}

impl Frame {
    /// As of now.
    pub async fn new(web: &Shared, title: &str, here: Here, now: Timestamp) -> Result<Self, DeskError> {
        let stop = web.desk().stopped().await?;
        let stopped = stop.map(|stop| Stopped {
            who: line(&stop.who),
            why: line(stop.why.trim()),
            at: Moment::new(stop.at, now),
        });
        let waiting = Some(web.desk().waiting(None, now).await?);
        let checks = Some(web.desk().checks_waiting().await?).filter(|checks| *checks > 0);
        Ok(Self { waiting, checks, stopped, ..Self::bare(web, title, here) })
    }

    /// Without a look at the store.
    pub fn bare(web: &Shared, title: &str, here: Here) -> Self {
        Self {
            title: title.to_owned(),
            here,
            who: line(&web.site.who),
            waiting: None,
            checks: None,
            stopped: None,
            style: &assets::STYLE.path,
            script: &assets::SCRIPT.path,
            mark: &assets::MARK.path,
        }
    }
}
