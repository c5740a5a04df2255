//! Query of the time that a person took for each decision.

use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::ReadTx;
use baton_facts::types::Timestamp;

/// Returns the time of each of a person's decisions since then, and the seconds they took if measured. Snoozing does
/// not count as a decision.
pub(crate) async fn of(
    tx: &mut ReadTx,
    who: &str,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<(Timestamp, Option<u32>)>, StoreError> {
    sqlx::query_as(
        "SELECT at, seconds FROM decisions WHERE who = $1 AND at >= $2 AND at <= $3 AND kind <> 'snooze'
         UNION ALL
         SELECT at, seconds FROM seeded_defect_decisions WHERE who = $1 AND at >= $2 AND at <= $3 AND kind <> 'snooze'",
    )
    .bind(who)
    .bind(since)
    .bind(now)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}
