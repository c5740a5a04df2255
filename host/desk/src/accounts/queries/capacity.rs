//! The work that takes reviewers' time: waiting packages, spot-checks, and today's reviews.

use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::ReadTx;
use baton_facts::types::{Id, Timestamp};
use sqlx::FromRow;

// A plus keeps a column from choosing the index, and a cross join keeps its order: SQLite goes through the few waiting
// packages and the few checks and decisions of a day, not through every package of the campaign.
const OPEN: &str = "SELECT account, tier_rank, deadline,
        CASE WHEN state = 'queued' AND model IN ('send-then-spot-check', 'automatic') AND warnings = 0
             AND plan IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM checks WHERE checks.package = packages.id)
             AND NOT EXISTS (SELECT 1 FROM decisions WHERE decisions.package = packages.id)
             THEN stream END AS stream
     FROM packages WHERE +campaign = $1 AND state IN ('queued', 'snoozed') AND deadline > $2";
const CHECKS_AFTER: &str = "SELECT checks.due FROM checks CROSS JOIN packages ON packages.id = checks.package
     WHERE packages.campaign = $1 AND checks.finding IS NULL AND NOT checks.held
       AND packages.state IN ('approved', 'scheduled', 'transmitting', 'sent', 'delivery-unknown')";
const REVIEWED: &str = "SELECT (SELECT count(*) FROM decisions CROSS JOIN packages ON packages.id = decisions.package
         WHERE packages.campaign = $1 AND decisions.at >= $2 AND decisions.kind <> 'snooze')
      + (SELECT count(*) FROM checks CROSS JOIN packages ON packages.id = checks.package
         WHERE packages.campaign = $1 AND checks.at >= $2 AND NOT checks.held)";

/// Every query here, whose plans are tested together with those of the queue.
#[cfg(test)]
pub(crate) const QUERIES: [&str; 3] = [OPEN, CHECKS_AFTER, REVIEWED];

/// An undecided package.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct OpenPackage {
    pub account: Id,
    pub tier_rank: i64,
    pub deadline: Timestamp,
    /// The stream that can send it without review. `None` if a person has to review it in any case.
    pub stream: Option<i64>,
}

/// Returns the campaign's undecided packages, snoozed ones included, since they come back.
pub(crate) async fn open(tx: &mut ReadTx, campaign: &str, now: Timestamp) -> Result<Vec<OpenPackage>, StoreError> {
    sqlx::query_as(OPEN).bind(campaign).bind(now).fetch_all(tx.connection()).await.at(tx.keys())
}

/// Returns the deadlines of open spot-checks of the campaign's sent messages.
pub(crate) async fn checks_after(tx: &mut ReadTx, campaign: &str) -> Result<Vec<Timestamp>, StoreError> {
    sqlx::query_scalar(CHECKS_AFTER).bind(campaign).fetch_all(tx.connection()).await.at(tx.keys())
}

/// Returns how many of the campaign's packages were decided since then, and how many of its spot-checks got a verdict.
pub(crate) async fn reviewed_since(tx: &mut ReadTx, campaign: &str, since: Timestamp) -> Result<u32, StoreError> {
    sqlx::query_scalar(REVIEWED).bind(campaign).bind(since).fetch_one(tx.connection()).await.at(tx.keys())
}
