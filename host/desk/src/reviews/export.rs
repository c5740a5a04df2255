//! The export of all packages as rows of a table.

use crate::desk::{Desk, DeskResult};
use crate::outbox::queries::outbox;
use crate::packages::queries::{decisions, packages};
use crate::reviews::audit_log::{LARGEST_PAGE, number};
use baton_model::views::{ExportRow, Page};

impl Desk {
    /// Returns a page of all packages as rows of a table, in the order in which they were prepared. While a seeded
    /// package is open it replaces its original; a decided one is not exported.
    ///
    /// # Errors
    /// `Refusal::Invalid` if `after` is not a page key, or `DeskError::Store`.
    pub async fn export(&self, after: Option<&str>, limit: u32) -> DeskResult<Page<ExportRow>> {
        let (after, limit) = (number(after)?, limit.clamp(1, LARGEST_PAGE));
        let mut tx = self.read().await?;
        let mut found = packages::after(&mut tx, after, limit + 1).await?;
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = found.last().filter(|_| more).map(|(number, _)| number.to_string());
        let mut rows = Vec::with_capacity(found.len());
        for (_, row) in found {
            let shown = self.with_seeded_defect(&mut tx, row).await?;
            let (content, id) = (shown.content(&mut tx).await?, shown.id().clone());
            let row = shown.row;
            let package = content.as_ref().map(|content| &content.package);
            let decision = decisions::list_of_package(&mut tx, &row.id).await?.pop();
            let entry = outbox::get_by_package(&mut tx, &row.id).await?;
            let grade = decision.as_ref().and_then(|decision| decision.grade.as_ref().open()?.as_ref());
            rows.push(ExportRow {
                contact: package.map(|package| baton_model::full_name(&package.contact)),
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
                    .filter(|_| row.state == baton_model::package_state::PackageState::Sent),
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
}
