//! The history of a stream: its latest evidence, the rows that changed its standing, and the packages that came back.

use crate::autonomy::queries::evidence::EvidenceRow;
use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};

/// Returns a stream's evidence before that row, latest first.
pub(crate) async fn before(
    tx: &mut ReadTx,
    stream: i64,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<EvidenceRow>, StoreError> {
    sqlx::query_as("SELECT * FROM evidence WHERE stream = $1 AND ($2 IS NULL OR id < $2) ORDER BY id DESC LIMIT $3")
        .bind(stream)
        .bind(before)
        .bind(limit)
        .fetch_all(tx.connection())
        .await
        .at(tx.keys())
}

/// Returns the rows that changed anything that a standing depends on, beside the bound: the level, the cause of its
/// loss, a stop, an open missed check, and whether the clean run reaches the clearance number. Latest first.
pub(crate) async fn standing_changes(
    tx: &mut ReadTx,
    stream: i64,
    clearance: u32,
    limit: u32,
) -> Result<Vec<EvidenceRow>, StoreError> {
    sqlx::query_as(
        "SELECT * FROM (
             SELECT *, lag(mark) OVER (ORDER BY id) AS earlier FROM (
                 SELECT *, json_array(tally ->> '$.level', tally ->> '$.suspended', tally ->> '$.stopped',
                         tally ->> '$.overdue' > 0, tally ->> '$.\"clean-run\"' >= $2) AS mark
                 FROM evidence WHERE stream = $1))
         WHERE earlier IS NOT mark ORDER BY id DESC LIMIT $3",
    )
    .bind(stream)
    .bind(clearance)
    .bind(limit)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Returns the row that took the stream's standing: the first stop after it last had a level, else the latest stop.
pub(crate) async fn demotion(tx: &mut ReadTx, stream: i64) -> Result<Option<EvidenceRow>, StoreError> {
    sqlx::query_as(
        "SELECT * FROM evidence WHERE stream = $1 AND stops <> 'none'
         ORDER BY CASE WHEN id > (SELECT max(id) FROM evidence WHERE stream = $1 AND tally ->> '$.level' > 0)
                       THEN -id END DESC, id DESC LIMIT 1",
    )
    .bind(stream)
    .fetch_optional(tx.connection())
    .await
    .at(tx.keys())
}

/// Returns the latest manual stop or resumption of the stream.
pub(crate) async fn latest_manual_change(tx: &mut ReadTx, stream: i64) -> Result<Option<EvidenceRow>, StoreError> {
    sqlx::query_as(
        "SELECT * FROM evidence WHERE stream = $1 AND event IN ('\"stopped\"', '\"resumed\"')
         ORDER BY id DESC LIMIT 1",
    )
    .bind(stream)
    .fetch_optional(tx.connection())
    .await
    .at(tx.keys())
}

/// Records in the stream's latest row how many messages came back to review.
pub(crate) async fn set_recalled(tx: &mut Tx, stream: i64, recalled: u32) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE evidence SET recalled = $1 WHERE id = (SELECT max(id) FROM evidence WHERE stream = $2) AND $1 > 0",
    )
    .bind(recalled)
    .bind(stream)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}
