//! What takes reviewers' time: packages that wait, checks of what has left, and what was reviewed already.

use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::ReadTx;
use baton_facts::types::{Id, Timestamp};
use sqlx::FromRow;

// A plus keeps a column from choosing the index, and a cross join keeps its order: the few that wait, and the few checks and
// decisions of a day, are gone through, and not every package of the campaign.
const OPEN: &str = "SELECT account, tier_rank, deadline,
        CASE WHEN state = 'queued' AND model IN ('send-then-spot-check', 'automatic') AND warnings = 0
             AND plan IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM checks WHERE checks.package = packages.id)
             AND NOT EXISTS (SELECT 1 FROM decisions WHERE decisions.package = packages.id)
             THEN stream END AS stream
     FROM packages WHERE +campaign = $1 AND state IN ('queued', 'snoozed') AND deadline > $2";
const CHECKS_AFTER: &str = "SELECT checks.due FROM checks CROSS JOIN packages ON packages.id = checks.package
     WHERE packages.campaign = $1 AND checks.finding IS NULL AND NOT checks.held
       AND packages.state IN ('approved', 'authorised', 'transmitting', 'sent', 'in-doubt')";
const REVIEWED: &str = "SELECT (SELECT count(*) FROM decisions CROSS JOIN packages ON packages.id = decisions.package
         WHERE packages.campaign = $1 AND decisions.at >= $2 AND decisions.kind <> 'snooze')
      + (SELECT count(*) FROM checks CROSS JOIN packages ON packages.id = checks.package
         WHERE packages.campaign = $1 AND checks.at >= $2 AND NOT checks.held)";

/// Every query here, whose plans are looked at with those of the queue.
#[cfg(test)]
pub(crate) const QUERIES: [&str; 3] = [OPEN, CHECKS_AFTER, REVIEWED];

/// A package that nobody has decided about.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct OpenPackage {
    pub account: Id,
    pub tier_rank: i64,
    pub deadline: Timestamp,
    /// The stream that lets it go by itself, where its standing allows it; none where a person has to look in any case.
    pub stream: Option<i64>,
}

/// The campaign's packages that wait, snoozed ones too, since they come back.
pub(crate) async fn open(tx: &mut ReadTx, campaign: &str, now: Timestamp) -> Result<Vec<OpenPackage>, StoreError> {
    sqlx::query_as(OPEN).bind(campaign).bind(now).fetch_all(tx.connection()).await.at(tx.keys())
}

/// The deadlines of checks of the campaign's messages that were let go and wait for a verdict.
pub(crate) async fn checks_after(tx: &mut ReadTx, campaign: &str) -> Result<Vec<Timestamp>, StoreError> {
    sqlx::query_scalar(CHECKS_AFTER).bind(campaign).fetch_all(tx.connection()).await.at(tx.keys())
}

/// The campaign's packages that were decided about since then, and its checks of what had left that got a verdict.
pub(crate) async fn reviewed_since(tx: &mut ReadTx, campaign: &str, since: Timestamp) -> Result<u32, StoreError> {
    sqlx::query_scalar(REVIEWED).bind(campaign).bind(since).fetch_one(tx.connection()).await.at(tx.keys())
}
