//! Looking back: the trail, an export, and replay.

use crate::audit;
use crate::desk::{Answer, Desk};
use crate::error::Refusal;
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::views::{AuditRow, Page};

/// Rows of a page at the most.
pub(crate) const LARGEST_PAGE: u32 = 1000;

impl Desk {
    /// A page of the trail, oldest first, of one package or of everything.
    ///
    /// # Errors
    /// Where `after` is no such key, or the store fails.
    pub async fn audit(&self, package: Option<&PackageId>, after: Option<&str>, limit: u32) -> Answer<Page<AuditRow>> {
        let (after, limit) = (number(after)?, limit.clamp(1, LARGEST_PAGE));
        let mut tx = self.read().await?;
        if let Some(package) = package {
            self.seen(&mut tx, package).await?;
        }
        let mut rows = audit::list(&mut tx, package, after, i64::from(limit) + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(|row| row.number.to_string());
        Ok(Page { rows, next })
    }

    /// Notes that a person was shown a package, or the message that leaves of it: who, and exactly what was shown.
    ///
    /// # Errors
    /// Where the store fails: what cannot be noted is not to be shown.
    pub async fn viewed(&self, package: &PackageId, shown: &str, now: Timestamp) -> Answer<()> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        audit::note(&mut tx, who, "viewed", Some(package), shown).await?;
        Ok(tx.commit().await?)
    }

    /// The number of the trail's last line. Asked for before a package is read, [`Desk::since`] misses nothing.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn trail_end(&self) -> Answer<i64> {
        let mut tx = self.read().await?;
        Ok(audit::last(&mut tx).await?)
    }

    /// Notes that a person has a text of their own checked: one line for each form, however often they do.
    ///
    /// # Errors
    /// Where the store fails: what cannot be noted is not to be shown.
    pub async fn checked(&self, package: &PackageId, form: &str, now: Timestamp) -> Answer<()> {
        let who = self.actor.name();
        let detail = format!("their own text, form {form}");
        let mut tx = self.read().await?;
        if audit::is_noted(&mut tx, package, who, "text-checked", &detail).await? {
            return Ok(());
        }
        drop(tx);
        let mut tx = self.begin(now).await?;
        audit::note(&mut tx, who, "text-checked", Some(package), &detail).await?;
        Ok(tx.commit().await?)
    }

    /// What happened to a package after that line of the trail, oldest first, at most 50 lines; looks at it left out.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn since(&self, package: &PackageId, number: i64) -> Answer<Vec<AuditRow>> {
        let mut tx = self.read().await?;
        let mut rows = audit::list(&mut tx, Some(package), number, 500).await?;
        rows.retain(|row| !matches!(row.what.as_str(), "viewed" | "text-checked"));
        rows.truncate(50);
        Ok(rows)
    }
}

pub(crate) fn number(after: Option<&str>) -> Result<i64, Refusal> {
    match after {
        None => Ok(0),
        Some(text) => text.parse().map_err(|_| Refusal::Invalid("there is no such page".into())),
    }
}
