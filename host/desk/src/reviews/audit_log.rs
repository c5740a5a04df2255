//! The audit log, as users read it and as pages add to it.

use crate::audit;
use crate::desk::{Answer, Desk};
use crate::error::Refusal;
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::views::{AuditRow, Page};

/// Maximum number of rows in a page.
pub(crate) const LARGEST_PAGE: u32 = 1000;

impl Desk {
    /// Returns a page of the audit log, oldest first, of one package or of everything.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if `after` is not a page key, or `DeskError::Store`.
    pub async fn audit(&self, package: Option<&PackageId>, after: Option<&str>, limit: u32) -> Answer<Page<AuditRow>> {
        let (after, limit) = (number(after)?, limit.clamp(1, LARGEST_PAGE));
        let mut view = self.store.view().await?;
        if let Some(package) = package {
            self.seen(&mut view, package).await?;
        }
        let mut rows = audit::list(&mut view, self.vault(), package, after, i64::from(limit) + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(|row| row.number.to_string());
        Ok(Page { rows, next })
    }

    /// Records that a person was shown a package, or the message that is sent for it. `shown` describes exactly what was
    /// shown, such as the package's digest.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails: the caller must not show what cannot be recorded.
    pub async fn viewed(&self, who: &str, package: &PackageId, shown: &str, now: Timestamp) -> Answer<()> {
        let mut transaction = self.store.begin().await?;
        audit::note(&mut transaction, self.vault(), now, who, "viewed", Some(package), shown).await?;
        Ok(self.store.commit(transaction).await?)
    }

    /// Returns the number of the last audit entry. Read before a package, it guarantees that [`Desk::since`] misses
    /// nothing.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn trail_end(&self) -> Answer<i64> {
        let mut view = self.store.view().await?;
        Ok(audit::last(&mut view, self.vault()).await?)
    }

    /// Records that a person checked a text of their own. Repeated checks of the same form make one entry.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails: the caller must not show what cannot be recorded.
    pub async fn checked(&self, who: &str, package: &PackageId, form: &str, now: Timestamp) -> Answer<()> {
        let detail = format!("their own text, form {form}");
        let mut view = self.store.view().await?;
        if audit::is_noted(&mut view, self.vault(), package, who, "text-checked", &detail).await? {
            return Ok(());
        }
        drop(view);
        let mut transaction = self.store.begin().await?;
        audit::note(&mut transaction, self.vault(), now, who, "text-checked", Some(package), &detail).await?;
        Ok(self.store.commit(transaction).await?)
    }

    /// Returns at most 50 audit entries of a package after the given one, oldest first, without views and text checks.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn since(&self, package: &PackageId, number: i64) -> Answer<Vec<AuditRow>> {
        let mut view = self.store.view().await?;
        let mut rows = audit::list(&mut view, self.vault(), Some(package), number, 500).await?;
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
