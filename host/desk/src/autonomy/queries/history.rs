//! The recent history of a campaign, in counts.

use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::ReadTx;
use baton_facts::types::Timestamp;
use baton_quality::history::Volume;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

fn volume(row: SqliteRow) -> Result<Volume, sqlx::Error> {
    Ok(Volume {
        tier: row.try_get("tier")?,
        signal_kind: row.try_get("signal_kind")?,
        language: row.try_get("language")?,
        follow_up: row.try_get("follow_up")?,
        packages: row.try_get("packages")?,
    })
}

/// Returns the packages prepared since then, by tier and stream. A package that replaced another is not counted twice.
pub(crate) async fn volumes(tx: &mut ReadTx, campaign: &str, since: Timestamp) -> Result<Vec<Volume>, StoreError> {
    sqlx::query(
        "SELECT packages.tier, streams.signal_kind, streams.language, streams.follow_up, count(*) AS packages
         FROM packages JOIN streams ON streams.id = packages.stream
         WHERE packages.campaign = $1 AND packages.prepared >= $2 AND packages.state <> 'superseded'
         GROUP BY packages.tier, streams.signal_kind, streams.language, streams.follow_up
         ORDER BY packages.tier, streams.signal_kind, streams.language, streams.follow_up",
    )
    .bind(campaign)
    .bind(since)
    .try_map(volume)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Returns when the campaign's first package was prepared.
pub(crate) async fn first_prepared(tx: &mut ReadTx, campaign: &str) -> Result<Option<Timestamp>, StoreError> {
    sqlx::query_scalar("SELECT min(prepared) FROM packages WHERE campaign = $1")
        .bind(campaign)
        .fetch_one(tx.connection())
        .await
        .at(tx.keys())
}

/// Returns the seconds of the campaign's last decisions, if they were measured; at most `limit`.
pub(crate) async fn seconds(tx: &mut ReadTx, campaign: &str, limit: u32) -> Result<Vec<u32>, StoreError> {
    sqlx::query_scalar(
        "SELECT decisions.seconds FROM decisions JOIN packages ON packages.id = decisions.package
         WHERE packages.campaign = $1 AND decisions.seconds IS NOT NULL AND decisions.kind <> 'snooze'
         ORDER BY decisions.id DESC LIMIT $2",
    )
    .bind(campaign)
    .bind(limit)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}
