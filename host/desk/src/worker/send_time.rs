//! The latest time at which the worker was at work, which the store keeps across restarts.
//!
//! Daily limits, pauses between messages and suppressions that end rely on a clock that never goes back. A worker whose
//! clock shows an earlier time waits until the clock has caught up or a user confirms it by resuming sending.

use crate::audit;
use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use crate::desk::{Desk, DeskResult};
use baton_facts::types::Timestamp;
use baton_model::package_state::UtcMinute;

/// Corrections of a clock by fewer seconds are usual and change no rule.
const CORRECTION: Timestamp = 60;

/// Seconds between two writes.
const NOTED_EVERY: Timestamp = 30;

impl Desk {
    /// Notes that the worker is at work. Returns the latest time noted before if the clock went back behind it.
    pub(crate) async fn note_send_time(&self, now: Timestamp) -> DeskResult<Option<Timestamp>> {
        let mut tx = self.read().await?;
        let latest = latest(&mut tx).await?;
        drop(tx);
        if went_back(latest, now) {
            return Ok(Some(latest));
        }
        if now >= latest.saturating_add(NOTED_EVERY) {
            let mut tx = self.begin(now).await?;
            set(&mut tx, latest.max(now)).await?;
            tx.commit().await?;
        }
        Ok(None)
    }
}

/// Accepts an earlier time, as a user confirms it.
pub(crate) async fn confirm(tx: &mut Tx) -> Result<(), StoreError> {
    let (latest, now) = (latest(tx).await?, tx.now);
    if !went_back(latest, now) {
        return Ok(());
    }
    set(tx, now).await?;
    let who = tx.actor().name().to_owned();
    let detail = format!("{}, back from {}", UtcMinute(now), UtcMinute(latest));
    audit::note(tx, &who, "clock-confirmed", None, &detail).await
}

const fn went_back(latest: Timestamp, now: Timestamp) -> bool {
    latest > now.saturating_add(CORRECTION)
}

async fn latest(tx: &mut ReadTx) -> Result<Timestamp, StoreError> {
    sqlx::query_scalar("SELECT latest_send_time FROM host").fetch_one(tx.connection()).await.at(tx.keys())
}

async fn set(tx: &mut Tx, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE host SET latest_send_time = $1").bind(at).execute(tx.connection()).await.at(tx.keys())?;
    Ok(())
}
