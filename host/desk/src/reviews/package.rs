//! Reviewing: one whole package, the outbox, and the checks on a text while a person writes.

use super::planted::Shown;
use super::{Answer, Desk, seat};
use crate::error::Refusal;
use crate::store::packages::Row;
use crate::store::{decisions, outbox, packages, planted, recordings, suppressions};
use baton_facts::packages::{Check, HandoffPackage};
use baton_facts::types::{Message, Timestamp};
use baton_model::PackageId;
use baton_model::views::{OutboxView, PackageView, Page};
use sqlx::SqliteConnection;
use std::sync::Arc;

/// Rows of a page at the most.
const LARGEST_PAGE: u32 = 500;

impl Desk {
    /// Everything about one package.
    ///
    /// # Errors
    /// Where there is none, or the store fails.
    pub async fn package(&self, id: &PackageId, now: Timestamp) -> Answer<PackageView> {
        let mut view = self.store.view().await?;
        let shown = self.seen(&mut view, id).await?;
        let (content, state, id) = (shown.content(&mut view, self).await?, shown.state(), shown.id().clone());
        let Shown { row, planted } = shown;
        let entry = match outbox::of(&mut view, self.vault(), &id).await? {
            Some(entry) => Some(entry.view(&mut view, self.vault(), &row).await?),
            None => None,
        };
        let (digest, decisions, newer, planted) = match planted {
            None => {
                let decisions = decisions::of(&mut view, self.vault(), &id).await?;
                (self.digest(&row), decisions, row.newer.clone(), None)
            }
            Some(planted) => {
                let decisions = planted::decisions(&mut view, self.vault(), &id).await?;
                let newer = planted.state.is_some().then(|| row.id.clone());
                let told = planted.told(&mut view, self.vault()).await?;
                (self.digest_of(&planted.digest), decisions, newer, told)
            }
        };
        Ok(PackageView {
            content: content.map(Arc::new),
            trace: row.trace(&mut view, self.vault()).await?,
            suppression: suppressions::on(&mut view, self.vault(), &row.target, now).await?,
            check: self.drawn(&mut view, &row).await?,
            decisions,
            recordings: recordings::count(&mut view, self.vault(), &row.id).await?,
            earlier: self.earlier(&mut view, &row).await?,
            paused: self.pause_at(&mut view, &row.target.account).await?,
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
            planted,
        })
    }

    /// The one package whose id starts so.
    ///
    /// # Errors
    /// Where there is none, or more than one.
    pub async fn find(&self, start: &str) -> Answer<PackageId> {
        let mut view = self.store.view().await?;
        let start = start.trim().to_lowercase();
        let mut found = packages::starting(&mut view, self.vault(), &start).await?;
        match found.len() {
            _ if start.is_empty() => Err(Refusal::Unknown.into()),
            1 => Ok(found.remove(0)),
            0 => Err(Refusal::Unknown.into()),
            _ => Err(Refusal::Invalid(format!("more than one package starts with `{start}`")).into()),
        }
    }

    /// The checks on a text for this package. Changes nothing.
    ///
    /// # Errors
    /// Where there is no such package, its person is forgotten, or the engine fails.
    pub async fn inspect(&self, id: &PackageId, message: &Message, now: Timestamp) -> Answer<Arc<Vec<Check>>> {
        let package = self.reviewed(id).await?;
        Ok(self.logic.inspect(package, Arc::new(message.clone()), now).await.result?)
    }

    /// A page of the outbox, latest approval first.
    ///
    /// # Errors
    /// Where `after` is no such key, or the store fails.
    pub async fn outbox(&self, after: Option<&str>, limit: u32) -> Answer<Page<OutboxView>> {
        let place = |text: &str| {
            let (approved, id) = text.split_once('.')?;
            Some((approved.parse().ok()?, id.to_owned()))
        };
        let after: Option<(Timestamp, String)> = after
            .map(|text| place(text).ok_or_else(|| Refusal::Invalid("there is no such page".into())))
            .transpose()?;
        let after = after.as_ref().map(|(approved, id)| (*approved, id.as_str()));
        let limit = limit.clamp(1, LARGEST_PAGE);
        let mut view = self.store.view().await?;
        let user = seat::sdr();
        let mut found = outbox::page(&mut view, self.vault(), after, user.as_deref(), limit + 1).await?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = found.last().filter(|_| more).map(|row| format!("{}.{}", row.approved, row.id));
        let mut rows = Vec::with_capacity(found.len());
        for entry in found {
            let package = self.row(&mut view, &entry.package).await?;
            rows.push(entry.view(&mut view, self.vault(), &package).await?);
        }
        Ok(Page { rows, next })
    }

    /// One entry of the outbox.
    ///
    /// # Errors
    /// Where there is none, or the store fails.
    pub async fn entry(&self, id: &str) -> Answer<OutboxView> {
        let mut view = self.store.view().await?;
        let entry = outbox::get(&mut view, self.vault(), id).await?.ok_or(Refusal::Unknown)?;
        let package = self.row(&mut view, &entry.package).await?;
        seat::own(&package)?;
        Ok(entry.view(&mut view, self.vault(), &package).await?)
    }

    pub(super) async fn row(&self, connection: &mut SqliteConnection, id: &PackageId) -> Answer<Row> {
        Ok(packages::get(connection, self.vault(), id).await?.ok_or(Refusal::Unknown)?)
    }

    async fn reviewed(&self, id: &PackageId) -> Answer<Arc<HandoffPackage>> {
        let mut view = self.store.view().await?;
        let content = self.seen(&mut view, id).await?.content(&mut view, self).await?;
        Ok(Arc::new(content.open().ok_or(Refusal::Forgotten)?.package))
    }
}
