//! The send log: entries that the worker can claim, their results, and the counts of sent messages.
//!
//! An entry counts as sent from the claim until it is certain that it was not sent, so that limits hold across crashes.

use crate::db::change_log::LoggedChange;
use crate::db::encryption::StoreResultExt as _;
use crate::db::error::StoreError;
use crate::db::subject_keys;
use crate::db::tx::{ReadTx, Tx};
use crate::outbox::queries::outbox::{OutboxRow, place};
use crate::packages::queries::packages;
use baton_facts::types::Timestamp;

/// Lists the ids of the entries whose package is in this state, oldest approval first.
pub(crate) async fn in_state(
    tx: &mut ReadTx,
    state: baton_model::package_state::PackageState,
) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar(
        "SELECT outbox.id FROM packages JOIN outbox ON outbox.package = packages.id
         WHERE packages.state = $1 ORDER BY outbox.approved, outbox.id",
    )
    .bind(state.name())
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Returns the authorized entry that is due and was approved first.
pub(crate) async fn next(tx: &mut ReadTx, now: Timestamp) -> Result<Option<OutboxRow>, StoreError> {
    sqlx::query_as(
        "SELECT outbox.* FROM outbox JOIN packages ON packages.id = outbox.package
         WHERE outbox.released IS NOT NULL AND outbox.ended IS NULL AND outbox.not_before <= $1
           AND packages.state = 'scheduled'
         ORDER BY outbox.approved, outbox.id LIMIT 1",
    )
    .bind(now)
    .fetch_optional(tx.connection())
    .await
    .at(tx.keys())
}

/// Returns the time when the next authorized entry is due.
pub(crate) async fn next_due(tx: &mut ReadTx) -> Result<Option<Timestamp>, StoreError> {
    sqlx::query_scalar(
        "SELECT min(outbox.not_before) FROM outbox JOIN packages ON packages.id = outbox.package
         WHERE outbox.released IS NOT NULL AND outbox.ended IS NULL AND packages.state = 'scheduled'",
    )
    .fetch_one(tx.connection())
    .await
    .at(tx.keys())
}

/// A change of an entry, in addition to that of its package's state.
#[derive(Clone, Debug)]
pub(crate) enum SendChange<'a> {
    Released,
    /// The worker claims it for this transport. From now on it counts as sent.
    Claimed(&'a packages::PackageRow, &'a str),
    /// It was certainly not sent, and is retried at this time.
    Retry(Timestamp),
    /// It was sent.
    Sent(&'a packages::PackageRow),
    /// It was certainly not sent, and is not retried.
    NotSent,
    /// Its delivery is unknown. It counts as sent.
    DeliveryUnknown(&'a packages::PackageRow),
}

/// Saves a change with its reason.
pub(crate) async fn change(
    tx: &mut Tx,
    row: &OutboxRow,
    change: SendChange<'_>,
    why: Option<&str>,
) -> Result<(), StoreError> {
    let now = tx.now;
    let keys = subject_keys::keys_of(tx, &row.subjects).await?;
    let why = match why {
        Some(why) => tx.keys().encrypt_record(&keys, place("why", &row.id), &why)?,
        None => None,
    };
    let sql = match &change {
        SendChange::Released => "UPDATE outbox SET released = $1, why_sealed = $2 WHERE id = $3",
        SendChange::Claimed(..) => {
            "UPDATE outbox SET taken = $1, attempts = attempts + 1, why_sealed = $2, via = $4 WHERE id = $3"
        }
        SendChange::Retry(_) => "UPDATE outbox SET not_before = $1, why_sealed = $2 WHERE id = $3",
        SendChange::Sent(_) | SendChange::NotSent | SendChange::DeliveryUnknown(_) => {
            "UPDATE outbox SET ended = $1, why_sealed = $2 WHERE id = $3"
        }
    };
    let moment = if let SendChange::Retry(until) = change { until } else { now };
    let mut query = sqlx::query(sql).bind(moment).bind(why).bind(&row.id);
    if let SendChange::Claimed(_, via) = change {
        query = query.bind(via);
    }
    query.execute(tx.connection()).await.at(tx.keys())?;
    match change {
        SendChange::Released => Ok(()),
        SendChange::Claimed(package, _) => {
            let (message_id, account) = (row.message_id.clone(), package.target.account.clone());
            tx.log_change(LoggedChange::Claimed { message_id, account });
            count_send(tx, row, package, false).await
        }
        SendChange::DeliveryUnknown(package) => count_send(tx, row, package, false).await,
        SendChange::Sent(package) => {
            count_send(tx, row, package, true).await?;
            update_thread(tx, row, package).await
        }
        SendChange::Retry(_) | SendChange::NotSent => {
            sqlx::query("DELETE FROM sends WHERE outbox = $1")
                .bind(&row.id)
                .execute(tx.connection())
                .await
                .at(tx.keys())?;
            Ok(())
        }
    }
}

async fn count_send(
    tx: &mut Tx,
    row: &OutboxRow,
    package: &packages::PackageRow,
    certain: bool,
) -> Result<(), StoreError> {
    let now = tx.now;
    sqlx::query(
        "INSERT INTO sends (outbox, at, campaign, account, tier, mailbox, recipient_domain, address_tag, touch, certain)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (outbox) DO UPDATE SET certain = excluded.certain",
    )
    .bind(&row.id)
    .bind(now)
    .bind(&package.campaign)
    .bind(&package.target.account)
    .bind(&package.tier)
    .bind(&row.mailbox)
    .bind(&package.target.recipient_domain)
    .bind(&package.target.address_tag)
    .bind(package.touch)
    .bind(certain)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}

async fn update_thread(tx: &mut Tx, row: &OutboxRow, package: &packages::PackageRow) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO threads (campaign, account, contact_tag, first_outbox, last_outbox) VALUES ($1, $2, $3, $4, $4)
         ON CONFLICT (campaign, contact_tag) DO UPDATE SET last_outbox = excluded.last_outbox",
    )
    .bind(&package.campaign)
    .bind(&package.target.account)
    .bind(&package.target.contact_tag)
    .bind(&row.id)
    .execute(tx.connection())
    .await
    .at(tx.keys())?;
    Ok(())
}
