//! Time-driven maintenance: packages expire, snoozed ones return to the queue, packages near their deadline go to the
//! backup reviewer, and old data is erased.
//!
//! Time never approves a package.

use crate::access::access_scope::ChangeCause;
use crate::audit;
use crate::desk::{Desk, DeskResult};
use crate::packages::queries::{packages, recordings, seeded_defects};
use crate::reviews::queries::queue;
use baton_facts::types::Timestamp;
use baton_model::package_state::{LifecycleEvent, PackageState};
use serde::Serialize;

/// Maximum number of packages in one transaction.
const AT_ONCE: u32 = 200;

const DAY: i64 = 86_400;

/// The changes that one maintenance pass made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct MaintenanceReport {
    /// Packages that expired undecided.
    pub expired: u32,
    /// Snoozed packages that returned to the queue.
    pub woken: u32,
    /// Spot-checks that were missed.
    pub missed: u32,
    /// Packages and spot-checks that went to the backup reviewer.
    pub escalated: u32,
}

/// Retention periods in days. `None` keeps data forever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// The period for recordings, from when they were made.
    pub recordings: Option<u32>,
    /// The period for the contents of packages, decisions and messages, from when the package reached its final state.
    /// Rows and counts stay.
    pub packages: Option<u32>,
}

/// The number of records that retention erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RetentionReport {
    /// Deleted recordings.
    pub recordings: u64,
    /// Packages whose contents were erased.
    pub packages: u64,
}

impl Desk {
    /// Counts missed spot-checks, withdraws seeded defects whose original's deadline is near, expires packages, wakes
    /// snoozed ones, and gives undecided packages near their deadline to the backup reviewer.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails; transactions committed before that stay.
    pub async fn run_maintenance(&self, now: Timestamp) -> DeskResult<MaintenanceReport> {
        // Before anything expires: a missed spot-check must be counted before its package expires.
        let mut elapsed =
            MaintenanceReport { missed: self.count_missed_checks(now).await?, ..MaintenanceReport::default() };
        let mut tx = self.begin(now).await?;
        seeded_defects::end_before_deadline(&mut tx).await?;
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
                    LifecycleEvent::Expire { now, deadline: row.deadline }
                } else {
                    elapsed.woken += 1;
                    LifecycleEvent::Wake { now, until: row.until.unwrap_or(now) }
                };
                let step = row.state.transition(step)?;
                debug_assert!(
                    matches!(step.to(), PackageState::Expired | PackageState::Queued),
                    "time only expires and wakes"
                );
                self.apply_transition(&mut tx, &row.id, step, None, ChangeCause::Rule).await?;
            }
            tx.commit().await?;
        }
        elapsed.escalated = self.escalate(now).await?;
        Ok(elapsed)
    }

    /// Erases data that is older than its retention period.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails; nothing is erased then.
    pub async fn apply_retention(&self, retention: Retention, now: Timestamp) -> DeskResult<RetentionReport> {
        let before = |days: u32| now.saturating_sub(i64::from(days) * DAY);
        let mut tx = self.begin(now).await?;
        let mut gone = RetentionReport::default();
        if let Some(days) = retention.recordings {
            gone.recordings = recordings::expire(&mut tx, before(days)).await?;
        }
        if let Some(days) = retention.packages {
            gone.packages = packages::delete_contents(&mut tx, before(days)).await?;
        }
        if gone != RetentionReport::default() {
            let detail = format!("{} recordings, {} packages", gone.recordings, gone.packages);
            audit::note(&mut tx, audit::DESK, "let-go", None, &detail).await?;
        }
        tx.commit().await?;
        Ok(gone)
    }
}
