//! Looking back: the trail, an export, and replay.

use super::{Answer, Desk};
use crate::error::Refusal;
use crate::store::{audit, decisions, outbox, packages, recordings};
use baton_facts::types::Timestamp;
use baton_model::views::{AuditRow, ExportRow, Page};
use baton_model::{PackageId, Sealed};
use baton_runtime::ReplayOutcome;
use std::sync::Arc;

/// Rows of a page at the most.
const LARGEST_PAGE: u32 = 1000;

/// What came of replaying one recorded call.
#[derive(Debug)]
pub struct ReplayedCall {
    /// The function of the contract.
    pub function: String,
    /// What came out, beside what was recorded.
    pub replayed: Sealed<ReplayOutcome>,
}

impl Desk {
    /// A page of the trail, oldest first, of one package or of everything.
    ///
    /// # Errors
    /// Where `after` is no such key, or the store fails.
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

    /// Notes that a person was shown a package, or the message that leaves of it: who, and exactly what was shown.
    ///
    /// # Errors
    /// Where the store fails: what cannot be noted is not to be shown.
    pub async fn viewed(&self, who: &str, package: &PackageId, shown: &str, now: Timestamp) -> Answer<()> {
        let mut transaction = self.store.begin().await?;
        audit::note(&mut transaction, self.vault(), now, who, "viewed", Some(package), shown).await?;
        Ok(self.store.commit(transaction).await?)
    }

    /// The number of the trail's last line. Asked for before a package is read, [`Desk::since`] misses nothing.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn trail_end(&self) -> Answer<i64> {
        let mut view = self.store.view().await?;
        Ok(audit::last(&mut view, self.vault()).await?)
    }

    /// Notes that a person has a text of their own checked: one line for each form, however often they do.
    ///
    /// # Errors
    /// Where the store fails: what cannot be noted is not to be shown.
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

    /// What happened to a package after that line of the trail, oldest first, at most 50 lines; looks at it left out.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn since(&self, package: &PackageId, number: i64) -> Answer<Vec<AuditRow>> {
        let mut view = self.store.view().await?;
        let mut rows = audit::list(&mut view, self.vault(), Some(package), number, 500).await?;
        rows.retain(|row| !matches!(row.what.as_str(), "viewed" | "text-checked"));
        rows.truncate(50);
        Ok(rows)
    }

    /// A page of all packages as rows of a table, in the order in which they were prepared. A planted one is there in the
    /// place of its original while it is open, and never afterwards.
    ///
    /// # Errors
    /// Where `after` is no such key, or the store fails.
    pub async fn export(&self, after: Option<&str>, limit: u32) -> Answer<Page<ExportRow>> {
        let (after, limit) = (number(after)?, limit.clamp(1, LARGEST_PAGE));
        let mut view = self.store.view().await?;
        let mut found = packages::after(&mut view, self.vault(), after, limit + 1).await?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = found.last().filter(|_| more).map(|(number, _)| number.to_string());
        let mut rows = Vec::with_capacity(found.len());
        for (_, row) in found {
            let shown = self.in_front_of(&mut view, row).await?;
            let (content, id) = (shown.content(&mut view, self).await?, shown.id().clone());
            let row = shown.row;
            let package = content.as_ref().map(|content| &content.package);
            let decision = decisions::of(&mut view, self.vault(), &row.id).await?.pop();
            let entry = outbox::of(&mut view, self.vault(), &row.id).await?;
            let grade = decision.as_ref().and_then(|decision| decision.grade.as_ref().open()?.as_ref());
            rows.push(ExportRow {
                contact: package.map(|package| format!("{} {}", package.contact.first_name, package.contact.last_name)),
                address: package.map(|package| package.draft.message.to.clone()),
                edited: grade.map(|grade| grade.edited),
                decided_by: decision.as_ref().map(|decision| decision.who.clone()),
                decided: decision.as_ref().map(|decision| decision.at),
                decision: decision.as_ref().map(|decision| decision.kind.clone()),
                reason: decision.as_ref().and_then(|decision| decision.reason),
                seconds: decision.as_ref().and_then(|decision| decision.seconds),
                sent: entry
                    .as_ref()
                    .and_then(|entry| entry.ended)
                    .filter(|_| row.state == baton_model::package_state::State::Sent),
                message_id: entry.map(|entry| entry.message_id),
                package: id,
                campaign: row.campaign,
                account: row.target.account,
                account_name: row.account_name,
                touch_number: row.touch,
                state: row.state,
                tier: row.tier,
                model: row.model,
                score: row.score,
                prepared: row.prepared,
                deadline: row.deadline,
            });
        }
        Ok(Page { rows, next })
    }

    /// Executes every recorded call of a package again, oldest first. What is about somebody who was forgotten is
    /// `Forgotten`. Nothing live is reached and nothing is changed.
    ///
    /// # Errors
    /// Where there is no such package, a recording was made with a component that is not loaded, or the store fails.
    pub async fn replay(&self, id: &PackageId) -> Answer<Vec<ReplayedCall>> {
        let mut view = self.store.view().await?;
        // A planted one was made of the same calls as its original.
        let row = self.seen(&mut view, id).await?.row;
        let recorded = recordings::of(&mut view, self.vault(), &row.id).await?;
        drop(view);
        let logic = Arc::clone(&self.logic);
        let mut calls = Vec::with_capacity(recorded.len());
        for (function, recording) in recorded {
            let replayed = match recording {
                Sealed::Open(recording) => Sealed::Open(logic.replay(&recording).await?),
                Sealed::Forgotten => Sealed::Forgotten,
            };
            calls.push(ReplayedCall { function, replayed });
        }
        Ok(calls)
    }
}

fn number(after: Option<&str>) -> Result<i64, Refusal> {
    match after {
        None => Ok(0),
        Some(text) => text.parse().map_err(|_| Refusal::Invalid("there is no such page".into())),
    }
}
