//! The table `crm_export`: its only row is the export that the store was last compared with.

use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};

/// The state of an export's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportState {
    /// Of the contents of the files and of the settings that they are read with.
    pub digest: String,
    /// Sizes and times of the files: equal while nobody writes to them.
    pub files: String,
    /// Usable rows of the suppression list.
    pub suppressions: u64,
}

/// Returns the export of the last comparison; `None` if no run has read one.
pub(crate) async fn last(tx: &mut ReadTx) -> Result<Option<ExportState>, StoreError> {
    let row: Option<(String, String, u32)> = sqlx::query_as("SELECT digest, files, suppressions FROM crm_export")
        .fetch_optional(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(row.map(|(digest, files, suppressions)| ExportState { digest, files, suppressions: suppressions.into() }))
}

/// Records a comparison with this export.
pub(crate) async fn record(tx: &mut Tx, state: &ExportState) -> Result<(), StoreError> {
    let now = tx.now;
    sqlx::query(
        "INSERT INTO crm_export (id, digest, files, suppressions, compared) VALUES (1, $1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, files = excluded.files,
             suppressions = excluded.suppressions, compared = excluded.compared",
    )
    .bind(&state.digest)
    .bind(&state.files)
    .bind(i64::try_from(state.suppressions).unwrap_or(i64::MAX))
    .bind(now)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}

/// Lists the campaigns and accounts with a package that is open, approved, being sent, sent or of unknown delivery.
pub(crate) async fn accounts_with_packages(tx: &mut ReadTx) -> Result<Vec<(String, String)>, StoreError> {
    sqlx::query_as(
        "SELECT DISTINCT campaign, account FROM packages
         WHERE state IN ('queued', 'snoozed', 'approved', 'scheduled', 'transmitting', 'delivery-unknown', 'sent')
         ORDER BY campaign, account",
    )
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}
