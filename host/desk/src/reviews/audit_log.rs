//! The audit log, as users read it and as pages add to it.

use crate::audit;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::observed_time::view_detail;
use baton_facts::types::Timestamp;
use baton_model::PackageId;
use baton_model::views::{AuditEntry, PackageView, Page};

/// Maximum number of rows in a page.
pub(crate) const LARGEST_PAGE: u32 = 1000;

impl Desk {
    /// Returns a page of the audit log, oldest first, of one package or of everything.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if `after` is not a page key, or `DeskError::Store`.
    pub async fn audit(
        &self,
        package: Option<&PackageId>,
        after: Option<&str>,
        limit: u32,
    ) -> DeskResult<Page<AuditEntry>> {
        let (after, limit) = (number(after)?, limit.clamp(1, LARGEST_PAGE));
        let mut tx = self.read().await?;
        if let Some(package) = package {
            self.shown_package(&mut tx, package).await?;
        }
        let mut rows = audit::list(&mut tx, package, after, i64::from(limit) + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(|row| row.number.to_string());
        Ok(Page { rows, next })
    }

    /// Records that a person was shown a package, or the message that is sent for it. `shown` describes exactly what was
    /// shown, such as the package's digest.
    ///
    /// # Errors
    /// [`Refusal`] if there is no such package or the actor cannot see it, or `DeskError::Store`: the caller must not show
    /// a package whose view cannot be recorded.
    pub async fn record_view(&self, package: &PackageId, shown: &str, now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        let mut tx = self.begin(now).await?;
        self.shown_package(&mut tx, package).await?;
        audit::note(&mut tx, who, "viewed", Some(package), shown).await?;
        Ok(tx.commit().await?)
    }

    /// Records that the actor was shown this package, from when on their review time counts.
    ///
    /// # Errors
    /// As for [`Desk::record_view`].
    pub async fn record_package_view(&self, view: &PackageView, now: Timestamp) -> DeskResult<()> {
        self.record_view(&view.id, &view_detail(&view.digest), now).await
    }

    /// Returns the number of the last audit entry. Read before a package, it guarantees that [`Desk::since`] misses
    /// nothing.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn last_audit_entry(&self) -> DeskResult<i64> {
        let mut tx = self.read().await?;
        Ok(audit::last(&mut tx).await?)
    }

    /// Records that a person checked a text of their own. Repeated checks of the same form make one entry.
    ///
    /// # Errors
    /// [`Refusal`] if there is no such package or the actor cannot see it, or `DeskError::Store`: the caller must not
    /// answer a check that cannot be recorded.
    pub async fn record_text_check(&self, package: &PackageId, form: &str, now: Timestamp) -> DeskResult<()> {
        let who = self.actor.name();
        let detail = format!("their own text, form {form}");
        let mut tx = self.read().await?;
        self.shown_package(&mut tx, package).await?;
        if audit::is_noted(&mut tx, package, who, "text-checked", &detail).await? {
            return Ok(());
        }
        drop(tx);
        let mut tx = self.begin(now).await?;
        audit::note(&mut tx, who, "text-checked", Some(package), &detail).await?;
        Ok(tx.commit().await?)
    }

    /// Returns at most 50 audit entries of a package after the given one, oldest first, without views and text checks.
    ///
    /// # Errors
    /// [`Refusal`] if there is no such package or the actor cannot see it, or `DeskError::Store`.
    pub async fn since(&self, package: &PackageId, number: i64) -> DeskResult<Vec<AuditEntry>> {
        let mut tx = self.read().await?;
        self.shown_package(&mut tx, package).await?;
        let mut rows = audit::list(&mut tx, Some(package), number, 500).await?;
        rows.retain(|row| !matches!(row.action.as_str(), "viewed" | "text-checked"));
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
