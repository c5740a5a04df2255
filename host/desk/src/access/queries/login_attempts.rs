//! Limits on sign-in attempts.
//!
//! Each attempt is counted before the password is checked, so that concurrent attempts cannot exceed a limit: per account
//! name (whether it exists or not) from one network, per client address, and per account name from anywhere, which only
//! many networks together reach. A browser in which the user has signed in before is counted alone, so that nobody can
//! lock a person out of it. The table is bounded: attempts with many account names
//! displace the entries with the fewest failures, never those with the most.

use crate::db::encryption::{KeyRing, StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::tx::Tx;
use baton_facts::types::Timestamp;

/// Seconds without another attempt after which the count starts again.
const RESET_SECONDS: Timestamp = 86_400;

/// Maximum wait in seconds: 96 attempts a day, below the 100 in a row of NIST SP 800-63B-4, section 3.2.2.
const MAX_WAIT_SECONDS: Timestamp = 900;

/// Maximum number of rows, and the number of rows deleted when there are more.
const MAX_ROWS: i64 = 20_000;
const ROWS_DELETED_AT_ONCE: i64 = 2_000;

/// An account or address whose attempts are counted.
pub(crate) struct AttemptKey {
    pub tag: Tag,
    /// Number of consecutive failures before the first wait.
    pub free_failures: i64,
}

/// Counts attempts by the entered account name from one network.
pub(crate) fn account_from(vault: &KeyRing, email: &str, network: &str) -> AttemptKey {
    AttemptKey { tag: vault.tag("tries-account-from", &[&email.trim().to_lowercase(), network]), free_failures: 5 }
}

/// Counts attempts by the entered account name from anywhere: 100 in a row, as NIST SP 800-63B-4, section 3.2.2 allows.
pub(crate) fn account(vault: &KeyRing, email: &str) -> AttemptKey {
    AttemptKey { tag: vault.tag("tries-account", &[&email.trim().to_lowercase()]), free_failures: 100 }
}

/// Counts attempts in a browser in which the user has signed in before.
pub(crate) fn browser(vault: &KeyRing, cookie: &str) -> AttemptKey {
    AttemptKey { tag: vault.tag("tries-browser", &[cookie]), free_failures: 5 }
}

/// Counts attempts by client address, which many people in an office share.
pub(crate) fn address(vault: &KeyRing, address: &str) -> AttemptKey {
    AttemptKey { tag: vault.tag("tries-address", &[address]), free_failures: 30 }
}

/// Counts unusable panel tokens by client address or user, to limit their entries in the audit log.
pub(crate) fn panel(vault: &KeyRing, address: &str) -> AttemptKey {
    AttemptKey { tag: vault.tag("tries-panel", &[address]), free_failures: 10 }
}

/// The result of a request for an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// Allowed. It counts as failed until [`reset_after_success`]; holds the number of consecutive failures, including this one.
    Allowed(i64),
    /// Not allowed before this time.
    BlockedUntil(Timestamp),
}

/// Records an attempt for all of these keys, or for none if one of them has to wait.
pub(crate) async fn record(tx: &mut Tx, all: &[AttemptKey], now: Timestamp) -> Result<Attempt, StoreError> {
    let mut failed = Vec::with_capacity(all.len());
    for counted in all {
        let row: Option<(i64, Timestamp, Timestamp)> =
            sqlx::query_as("SELECT failed, last, until FROM sign_in_tries WHERE tag = $1")
                .bind(&counted.tag)
                .fetch_optional(tx.connection())
                .await
                .at(tx.keys())?;
        let row = row.filter(|(_, last, _)| now.saturating_sub(*last) < RESET_SECONDS);
        if let Some((_, _, until)) = row
            && until > now
        {
            return Ok(Attempt::BlockedUntil(until));
        }
        failed.push(row.map_or(0, |(failed, ..)| failed) + 1);
    }
    for (counted, failed) in all.iter().zip(&failed) {
        sqlx::query(
            "INSERT INTO sign_in_tries (tag, failed, last, until) VALUES ($1, $2, $3, $4)
             ON CONFLICT (tag) DO UPDATE SET failed = excluded.failed, last = excluded.last, until = excluded.until",
        )
        .bind(&counted.tag)
        .bind(failed)
        .bind(now)
        .bind(now.saturating_add(wait(*failed, counted.free_failures)))
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    }
    delete_excess(tx, now).await?;
    Ok(Attempt::Allowed(failed.first().copied().unwrap_or_default()))
}

/// Resets the first count after a correct password, and takes this attempt off the others.
pub(crate) async fn reset_after_success(tx: &mut Tx, counted: &[AttemptKey]) -> Result<(), StoreError> {
    let (gone, less) = (
        "DELETE FROM sign_in_tries WHERE tag = $1",
        "UPDATE sign_in_tries SET failed = failed - 1, until = last WHERE tag = $1 AND failed > 0",
    );
    for (number, key) in counted.iter().enumerate() {
        let sql = if number == 0 { gone } else { less };
        sqlx::query(sql).bind(&key.tag).execute(tx.connection()).await.at(tx.keys())?;
    }
    Ok(())
}

/// Returns the wait in seconds, which doubles with each failure.
fn wait(failed: i64, free: i64) -> Timestamp {
    match failed - free {
        ..=0 => 0,
        over @ 1..=9 => 1 << over,
        _ => MAX_WAIT_SECONDS,
    }
}

/// Deletes rows if there are too many: expired ones first, then those with the fewest failures.
async fn delete_excess(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    let count = "SELECT count(*) FROM sign_in_tries";
    let rows: i64 = sqlx::query_scalar(count).fetch_one(tx.connection()).await.at(tx.keys())?;
    if rows <= MAX_ROWS {
        return Ok(());
    }
    sqlx::query("DELETE FROM sign_in_tries WHERE last <= $1")
        .bind(now.saturating_sub(RESET_SECONDS))
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    let rows: i64 = sqlx::query_scalar(count).fetch_one(tx.connection()).await.at(tx.keys())?;
    if rows > MAX_ROWS {
        sqlx::query(
            "DELETE FROM sign_in_tries WHERE tag IN
                 (SELECT tag FROM sign_in_tries ORDER BY failed, last LIMIT $1)",
        )
        .bind(ROWS_DELETED_AT_ONCE)
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_fifteen_minutes() {
        let waits: Vec<_> = (4..17).map(|failed| wait(failed, 5)).collect();
        assert_eq!(waits, [0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
        assert_eq!(wait(i64::MAX, 5), MAX_WAIT_SECONDS);
    }
}
