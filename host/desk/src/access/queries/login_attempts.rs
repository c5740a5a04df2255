//! Tries to sign in. Each is counted before the password is looked at, for the account that was named, there or not,
//! and for the address it came from; so many at once are no way around the limit.
//!
//! The table is bounded: whoever names ever new accounts pushes out their own traces, never the longest ones.

use crate::db::encryption::{KeyRing, StoreResultExt as _, Tag};
use crate::db::error::StoreError;
use crate::db::tx::Tx;
use baton_facts::types::Timestamp;

/// Seconds without a further try after which everything is forgiven.
const FORGIVEN: Timestamp = 86_400;

/// The longest wait, in seconds: 96 tries a day, below the 100 in a row of NIST SP 800-63B-4, section 3.2.2.
const LONGEST: Timestamp = 900;

/// Rows that are kept at the most, and how many are cleared away when there are more.
const MOST: i64 = 20_000;
const CLEARED: i64 = 2_000;

/// For what tries are counted.
pub(crate) struct AttemptKey {
    pub tag: Tag,
    /// Failures in a row without a wait.
    pub free: i64,
}

/// By the name that was typed.
pub(crate) fn account(vault: &KeyRing, email: &str) -> AttemptKey {
    AttemptKey { tag: vault.tag("tries-account", &[&email.trim().to_lowercase()]), free: 5 }
}

/// By the address; an office has one for many people.
pub(crate) fn address(vault: &KeyRing, address: &str) -> AttemptKey {
    AttemptKey { tag: vault.tag("tries-address", &[address]), free: 30 }
}

/// By the address that an unusable token for a panel came from: so many are worth a line in the trail.
pub(crate) fn panel(vault: &KeyRing, address: &str) -> AttemptKey {
    AttemptKey { tag: vault.tag("tries-panel", &[address]), free: 10 }
}

/// What came of asking for a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// It is counted as failed until it is forgiven; so many failed in a row, this one included.
    Yes(i64),
    /// Not before this moment.
    NotBefore(Timestamp),
}

/// Takes a try for all of these, or for none.
pub(crate) async fn take(tx: &mut Tx, all: &[AttemptKey], now: Timestamp) -> Result<Attempt, StoreError> {
    let mut failed = Vec::with_capacity(all.len());
    for counted in all {
        let row: Option<(i64, Timestamp, Timestamp)> =
            sqlx::query_as("SELECT failed, last, until FROM sign_in_tries WHERE tag = $1")
                .bind(&counted.tag)
                .fetch_optional(tx.connection())
                .await
                .at(tx.keys())?;
        let row = row.filter(|(_, last, _)| now.saturating_sub(*last) < FORGIVEN);
        if let Some((_, _, until)) = row
            && until > now
        {
            return Ok(Attempt::NotBefore(until));
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
        .bind(now.saturating_add(wait(*failed, counted.free)))
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    }
    clear(tx, now).await?;
    Ok(Attempt::Yes(failed.first().copied().unwrap_or_default()))
}

/// The password was right: the account starts anew, and this one try does not count against the address.
pub(crate) async fn forgive(tx: &mut Tx, account: &AttemptKey, address: &AttemptKey) -> Result<(), StoreError> {
    let (gone, less) = (
        "DELETE FROM sign_in_tries WHERE tag = $1",
        "UPDATE sign_in_tries SET failed = failed - 1, until = last WHERE tag = $1 AND failed > 0",
    );
    for (sql, tag) in [(gone, &account.tag), (less, &address.tag)] {
        sqlx::query(sql).bind(tag).execute(tx.connection()).await.at(tx.keys())?;
    }
    Ok(())
}

/// Twice as long each time.
fn wait(failed: i64, free: i64) -> Timestamp {
    match failed - free {
        ..=0 => 0,
        over @ 1..=9 => 1 << over,
        _ => LONGEST,
    }
}

/// What is forgiven goes first, then what failed least.
async fn clear(tx: &mut Tx, now: Timestamp) -> Result<(), StoreError> {
    let count = "SELECT count(*) FROM sign_in_tries";
    let rows: i64 = sqlx::query_scalar(count).fetch_one(tx.connection()).await.at(tx.keys())?;
    if rows <= MOST {
        return Ok(());
    }
    sqlx::query("DELETE FROM sign_in_tries WHERE last <= $1")
        .bind(now.saturating_sub(FORGIVEN))
        .execute(tx.connection())
        .await
        .at(tx.keys())?;
    let rows: i64 = sqlx::query_scalar(count).fetch_one(tx.connection()).await.at(tx.keys())?;
    if rows > MOST {
        sqlx::query(
            "DELETE FROM sign_in_tries WHERE tag IN
                 (SELECT tag FROM sign_in_tries ORDER BY failed, last LIMIT $1)",
        )
        .bind(CLEARED)
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
    fn each_wait_is_twice_the_one_before_up_to_a_quarter_of_an_hour() {
        let waits: Vec<_> = (4..17).map(|failed| wait(failed, 5)).collect();
        assert_eq!(waits, [0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
        assert_eq!(wait(i64::MAX, 5), LONGEST);
    }
}
