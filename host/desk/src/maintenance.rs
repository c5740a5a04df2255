//! What time does: stale packages expire, snoozed ones come back, what nears its deadline goes to somebody else, and what is old is let go. Time never approves.

use crate::access::access_scope::Cause;
use crate::audit;
use crate::desk::{Answer, Desk};
use crate::packages::queries::{packages, recordings, seeded_defects};
use crate::reviews::queries::queue;
use baton_facts::types::Timestamp;
use baton_model::package_state::{State, Step};
use serde::Serialize;

/// Packages in one transaction.
const AT_ONCE: u32 = 200;

const DAY: i64 = 86_400;

/// What time did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Elapsed {
    /// Packages that went stale undecided.
    pub expired: u32,
    /// Snoozed packages that came back.
    pub woken: u32,
    /// Checks that nobody made in time.
    pub missed: u32,
    /// Packages and checks that went to the backup reviewer.
    pub escalated: u32,
}

/// How long things are kept, in days. None is for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Recordings, by when they were made.
    pub recordings: Option<u32>,
    /// What packages, decisions and messages say, by when the package came to its end. Rows and counts stay.
    pub packages: Option<u32>,
}

/// What was let go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LetGo {
    /// Recordings.
    pub recordings: u64,
    /// Packages whose contents are gone.
    pub packages: u64,
}

impl Desk {
    /// Counts checks whose deadline has passed, lets stale packages expire and snoozed ones come back, and takes away
    /// what is planted in front of a package whose deadline is near. What is left undecided nears its deadline with the backup
    /// reviewer.
    ///
    /// # Errors
    /// Where the store fails; what was done before stays done.
    pub async fn elapse(&self, now: Timestamp) -> Answer<Elapsed> {
        // Before anything expires: a check that nobody made must not vanish with its package.
        let mut elapsed = Elapsed { missed: self.miss_checks(now).await?, ..Elapsed::default() };
        let mut tx = self.begin(now).await?;
        seeded_defects::step_aside(&mut tx).await?;
        tx.commit().await?;
        loop {
            let mut tx = self.begin(now).await?;
            let rows = queue::overdue(&mut tx, now, AT_ONCE).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows {
                let step = if row.deadline <= now {
                    elapsed.expired += 1;
                    Step::Expire { now, deadline: row.deadline }
                } else {
                    elapsed.woken += 1;
                    Step::Wake { now, until: row.until.unwrap_or(now) }
                };
                let step = row.state.step(step)?;
                debug_assert!(matches!(step.to(), State::Expired | State::Queued), "time only expires and wakes");
                self.step(&mut tx, &row.id, step, None, Cause::Rule).await?;
            }
            tx.commit().await?;
        }
        elapsed.escalated = self.escalate(now).await?;
        Ok(elapsed)
    }

    /// Lets go of what is older than it is to be kept.
    ///
    /// # Errors
    /// Where the store fails; nothing is let go then.
    pub async fn retain(&self, retention: Retention, now: Timestamp) -> Answer<LetGo> {
        let before = |days: u32| now.saturating_sub(i64::from(days) * DAY);
        let mut tx = self.begin(now).await?;
        let mut gone = LetGo::default();
        if let Some(days) = retention.recordings {
            gone.recordings = recordings::expire(&mut tx, before(days)).await?;
        }
        if let Some(days) = retention.packages {
            gone.packages = packages::empty(&mut tx, before(days)).await?;
        }
        if gone != LetGo::default() {
            let detail = format!("{} recordings, {} packages", gone.recordings, gone.packages);
            audit::note(&mut tx, audit::DESK, "let-go", None, &detail).await?;
        }
        tx.commit().await?;
        Ok(gone)
    }
}
