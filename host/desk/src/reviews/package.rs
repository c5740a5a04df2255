//! The data of the review page: one whole package, and the checks on a text while a person writes.

use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::outbox::queries::outbox;
use crate::packages::queries::{decisions, packages, recordings, seeded_defects};
use crate::packages::shown::ShownPackage;
use crate::suppression::suppressions;
use baton_facts::packages::{Check, HandoffPackage};
use baton_facts::types::{Message, Timestamp};
use baton_model::PackageId;
use baton_model::views::PackageView;
use std::sync::Arc;

impl Desk {
    /// Returns everything about one package.
    ///
    /// # Errors
    /// [`Refusal::PackageNotFound`] if there is no such package, [`Refusal::PermissionDenied`] if the current user may not see it, or
    /// `DeskError::Store`.
    pub async fn package(&self, id: &PackageId, now: Timestamp) -> DeskResult<PackageView> {
        let mut tx = self.read().await?;
        let shown = self.shown_package(&mut tx, id).await?;
        let (content, state, id) = (shown.content(&mut tx).await?, shown.state(), shown.id().clone());
        let ShownPackage { row, seeded_defect: planted } = shown;
        let entry = match outbox::get_by_package(&mut tx, &id).await? {
            Some(entry) => Some(entry.view(&mut tx, &row).await?),
            None => None,
        };
        let (digest, decisions, newer, planted) = match planted {
            None => {
                let decisions = decisions::list_of_package(&mut tx, &id).await?;
                (self.shown_digest(&row), decisions, row.newer.clone(), None)
            }
            Some(planted) => {
                let decisions = seeded_defects::decisions(&mut tx, &id).await?;
                let newer = planted.state.is_some().then(|| row.id.clone());
                let told = planted.revealed(&mut tx).await?;
                (self.shown_digest_of(&planted.digest), decisions, newer, told)
            }
        };
        Ok(PackageView {
            content: content.map(Arc::new),
            trace: row.trace(&mut tx).await?,
            suppression: suppressions::longest_for(&mut tx, &row.target, now).await?,
            check: self.sampling(&mut tx, &row).await?,
            decisions,
            recordings: recordings::count(&mut tx, &row.id).await?,
            earlier: self.earlier_messages(&mut tx, &row).await?,
            paused: self.pause_at(&mut tx, &row.target.account).await?,
            outbox: entry,
            id,
            campaign: row.campaign,
            account: row.target.account,
            account_name: row.account_name,
            digest,
            footer: self.footer.to_string(),
            prepared: row.prepared,
            deadline: row.deadline,
            until: row.until.filter(|_| state.is_open()),
            state,
            newer,
            seeded_defect: planted,
        })
    }

    /// Returns the one package whose id starts with `start`.
    ///
    /// # Errors
    /// [`Refusal::PackageNotFound`] if no id starts with `start`, [`Refusal::Invalid`] if several do, or `DeskError::Store`.
    pub async fn find(&self, start: &str) -> DeskResult<PackageId> {
        let mut tx = self.read().await?;
        let start = start.trim().to_lowercase();
        let mut found = packages::with_prefix(&mut tx, &start).await?;
        match found.len() {
            _ if start.is_empty() => Err(Refusal::PackageNotFound.into()),
            1 => Ok(found.remove(0)),
            0 => Err(Refusal::PackageNotFound.into()),
            _ => Err(Refusal::Invalid(format!("more than one package starts with `{start}`")).into()),
        }
    }

    /// Runs the checks on a text for this package. Changes nothing.
    ///
    /// # Errors
    /// [`Refusal::PackageNotFound`] if there is no such package, [`Refusal::PersonErased`] if its person was erased, or
    /// `DeskError::Component` if the engine fails.
    pub async fn inspect(&self, id: &PackageId, message: &Message, now: Timestamp) -> DeskResult<Arc<Vec<Check>>> {
        let package = self.reviewed(id).await?;
        Ok(self.logic.inspect(package, Arc::new(message.clone()), now).await.result?)
    }

    async fn reviewed(&self, id: &PackageId) -> DeskResult<Arc<HandoffPackage>> {
        let mut tx = self.read().await?;
        let content = self.shown_package(&mut tx, id).await?.content(&mut tx).await?;
        Ok(Arc::new(content.open().ok_or(Refusal::PersonErased)?.package))
    }
}
