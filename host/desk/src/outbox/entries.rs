//! Views of the outbox for users.

use crate::access::access_scope;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::outbox::queries::outbox;
use baton_facts::types::Timestamp;
use baton_model::views::{OutboxView, Page};

/// Maximum number of rows per page.
const MAX_PAGE_ROWS: u32 = 500;

impl Desk {
    /// Returns a page of the outbox, latest approval first.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if `after` is not a key of a page, or `DeskError::Store`.
    pub async fn outbox(&self, after: Option<&str>, limit: u32) -> DeskResult<Page<OutboxView>> {
        let place = |text: &str| {
            let (approved, id) = text.split_once('.')?;
            Some((approved.parse().ok()?, id.to_owned()))
        };
        let after: Option<(Timestamp, String)> = after
            .map(|text| place(text).ok_or_else(|| Refusal::Invalid("there is no such page".into())))
            .transpose()?;
        let after = after.as_ref().map(|(approved, id)| (*approved, id.as_str()));
        let limit = limit.clamp(1, MAX_PAGE_ROWS);
        let mut tx = self.read().await?;
        let user = access_scope::assignee_filter(&self.actor)?;
        let mut found = outbox::page(&mut tx, after, user, limit + 1).await?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = found.last().filter(|_| more).map(|row| format!("{}.{}", row.approved, row.id));
        let mut rows = Vec::with_capacity(found.len());
        for entry in found {
            let package = self.row(&mut tx, &entry.package).await?;
            rows.push(entry.view(&mut tx, &package).await?);
        }
        Ok(Page { rows, next })
    }

    /// Returns an entry of the outbox.
    ///
    /// # Errors
    /// [`Refusal::PackageNotFound`] if there is no such entry, [`Refusal::PermissionDenied`] if its package is assigned
    /// to another user, or `DeskError::Store`.
    pub async fn entry(&self, id: &str) -> DeskResult<OutboxView> {
        let mut tx = self.read().await?;
        let entry = outbox::get(&mut tx, id).await?.ok_or(Refusal::PackageNotFound)?;
        let package = self.row(&mut tx, &entry.package).await?;
        access_scope::check_may_decide(&self.actor, &package.id, package.assignee.as_deref())?;
        Ok(entry.view(&mut tx, &package).await?)
    }
}
