//! Sequences: the messages sent to a person in a campaign, and the replies from their account.
//!
//! A sequence is not stored: it is derived from packages and outbox entries, so the two cannot differ.

use crate::db::encryption::{StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::tx::{ReadTx, Tx};
use crate::outbox::queries::outbox;
use crate::packages::queries::packages;
use baton_model::PackageId;
use std::collections::HashSet;

/// Lists the messages sent to the account's most recent recipient in this campaign, oldest first.
pub(crate) async fn sent_messages(
    tx: &mut ReadTx,
    campaign: &str,
    account: &str,
) -> Result<Vec<(packages::PackageRow, outbox::OutboxRow)>, StoreError> {
    let sent: Vec<packages::PackageRow> = sqlx::query_as(
        "SELECT packages.* FROM packages JOIN outbox ON outbox.package = packages.id
         WHERE packages.campaign = $1 AND packages.account = $2 AND packages.state = 'sent'
         ORDER BY outbox.ended, packages.touch, packages.id",
    )
    .bind(campaign)
    .bind(account)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())?;
    let newest = sent.last().map(|row| row.target.contact_tag.clone());
    let mut left = Vec::new();
    for row in sent.into_iter().filter(|row| Some(&row.target.contact_tag) == newest.as_ref()) {
        if let Some(entry) = outbox::get_by_package(tx, &row.id).await? {
            left.push((row, entry));
        }
    }
    Ok(left)
}

/// Returns the person's latest package with a higher touch number than this one.
pub(crate) async fn next(
    tx: &mut ReadTx,
    last: &packages::PackageRow,
) -> Result<Option<packages::PackageRow>, StoreError> {
    sqlx::query_as(
        "SELECT * FROM packages WHERE campaign = $1 AND account = $2 AND contact_tag = $3 AND touch > $4
         ORDER BY prepared DESC, rowid DESC LIMIT 1",
    )
    .bind(&last.campaign)
    .bind(&last.target.account)
    .bind(&last.target.contact_tag)
    .bind(last.touch)
    .fetch_optional(tx.connection())
    .await
    .at(tx.keys())
}

/// Whether a user rejected a later message to this person because of the contact or the account.
pub(crate) async fn is_refused(tx: &mut ReadTx, last: &packages::PackageRow) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM decisions JOIN packages ON packages.id = decisions.package
                        WHERE packages.campaign = $1 AND packages.account = $2 AND packages.contact_tag = $3
                          AND packages.touch > $4 AND packages.state = 'rejected'
                          AND decisions.kind = 'reject' AND decisions.reason IN ('contact', 'account'))",
    )
    .bind(&last.campaign)
    .bind(&last.target.account)
    .bind(&last.target.contact_tag)
    .bind(last.touch)
    .fetch_one(tx.connection())
    .await
    .at(tx.keys())
}

/// Lists the account's packages in this campaign that are open, approved, being sent, sent or of unknown delivery.
pub(crate) async fn at_account(
    tx: &mut ReadTx,
    campaign: &str,
    account: &str,
) -> Result<Vec<packages::PackageRow>, StoreError> {
    sqlx::query_as(
        "SELECT * FROM packages WHERE campaign = $1 AND account = $2
           AND state IN ('queued', 'snoozed', 'approved', 'scheduled', 'transmitting', 'delivery-unknown', 'sent')
         ORDER BY prepared, id",
    )
    .bind(campaign)
    .bind(account)
    .fetch_all(tx.connection())
    .await
    .at(tx.keys())
}

/// Returns the paused accounts.
pub(crate) async fn paused_accounts(tx: &mut ReadTx) -> Result<HashSet<String>, StoreError> {
    let accounts: Vec<String> =
        sqlx::query_scalar("SELECT account FROM pauses").fetch_all(tx.connection()).await.at(tx.keys())?;
    Ok(accounts.into_iter().collect())
}

/// Returns the campaign's maximum number of messages per person, as of the last run for the account.
pub(crate) async fn touches_max(tx: &mut ReadTx, campaign: &str, account: &str) -> Result<Option<u8>, StoreError> {
    let found: Option<Option<u8>> =
        sqlx::query_scalar("SELECT touches_max FROM accounts WHERE campaign = $1 AND account = $2")
            .bind(campaign)
            .bind(account)
            .fetch_optional(tx.connection())
            .await
            .at(tx.keys())?;
    Ok(found.flatten())
}

/// Saves the campaign's maximum number of messages per person for the account.
pub(crate) async fn set_touches_max(tx: &mut Tx, campaign: &str, account: &str, most: u8) -> Result<(), StoreError> {
    sqlx::query("UPDATE accounts SET touches_max = $1 WHERE campaign = $2 AND account = $3")
        .bind(most)
        .bind(campaign)
        .bind(account)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(())
}

/// Records an incoming message by its tag. Returns `false` if it was recorded before.
pub(crate) async fn record_incoming(tx: &mut Tx, account: &str, tag: &Tag) -> Result<bool, StoreError> {
    let now = tx.now;
    let done = sqlx::query("INSERT INTO answers (account, tag, seen) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(account)
        .bind(tag)
        .bind(now)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    Ok(done.rows_affected() == 1)
}

/// Returns the package that was sent last to this account in this campaign.
pub(crate) async fn last_sent(tx: &mut ReadTx, campaign: &str, account: &str) -> Result<Option<PackageId>, StoreError> {
    Ok(sent_messages(tx, campaign, account).await?.pop().map(|(row, _)| row.id))
}
