//! Packages that can be sent without a decision.

use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::ReadTx;
use crate::packages::queries::packages::PackageRow;
use baton_facts::policy::InspectionPlan;
use baton_facts::types::Timestamp;

/// Returns the queued packages whose handoff model releases them, in queue order, each with its plan. Sampled packages
/// wait for their check, and packages behind a seeded defect for a person.
pub(crate) async fn automatic(
    tx: &mut ReadTx,
    now: Timestamp,
) -> Result<Vec<(PackageRow, InspectionPlan)>, StoreError> {
    let rows: Vec<PackageRow> = sqlx::query_as(
        "SELECT * FROM packages WHERE state = 'queued' AND deadline > $1 AND stream IS NOT NULL AND plan IS NOT NULL
           AND model IN ('send-then-spot-check', 'automatic') AND warnings = 0
           AND NOT EXISTS (SELECT 1 FROM checks WHERE checks.package = packages.id)
           AND NOT EXISTS (SELECT 1 FROM decisions WHERE decisions.package = packages.id)
           AND NOT EXISTS (SELECT 1 FROM seeded_defects WHERE seeded_defects.original = packages.id AND seeded_defects.ended IS NULL)
         ORDER BY tier_rank, deadline, score DESC, id LIMIT 1000",
    )
    .bind(now)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(rows.into_iter().filter_map(|row| row.plan.clone().map(|plan| (row, plan))).collect())
}
