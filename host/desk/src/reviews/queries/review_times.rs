//! How long a person took over each of their decisions.

use crate::db::encryption::At as _;
use crate::db::error::StoreError;
use crate::db::tx::ReadTx;
use baton_facts::types::Timestamp;

/// When each of a person's decisions since then was made, and how many seconds they looked where that was measured.
/// Putting a package off is no decision about it.
pub(crate) async fn of(
    tx: &mut ReadTx,
    who: &str,
    since: Timestamp,
    now: Timestamp,
) -> Result<Vec<(Timestamp, Option<u32>)>, StoreError> {
    sqlx::query_as(
        "SELECT at, seconds FROM decisions WHERE who = $1 AND at >= $2 AND at <= $3 AND kind <> 'snooze'
         UNION ALL
         SELECT at, seconds FROM planted_decisions WHERE who = $1 AND at >= $2 AND at <= $3 AND kind <> 'snooze'",
    )
    .bind(who)
    .bind(since)
    .bind(now)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}
