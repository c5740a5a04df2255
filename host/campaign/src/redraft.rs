//! A new draft for a rejected package: the engine's `redraft` with the present campaign and CRM, routed anew and saved
//! in place of the old package.

use crate::account_snapshot::AccountSnapshot;
use crate::run::Run;
use async_trait::async_trait;
use baton_desk::Desk;
use baton_desk::accounts::RedraftTask;
use baton_desk::packages::AccountOutcome;
use baton_desk::packages::PreparedAccount;
use baton_desk::{DeskError, Refusal};
use baton_facts::packages::Assignment;
use baton_facts::types::Timestamp;
use baton_model::decision::{DecisionRequest, DecisionResult};
use baton_runtime::CallOutcome;
use std::sync::Arc;

/// Requests new drafts, with access to the campaign and the CRM.
#[async_trait]
pub trait Redrafter: Send + Sync {
    /// Rejects a draft of this campaign and requests another one; see [`Run::redraft`].
    async fn redraft(
        &self,
        desk: &Desk,
        campaign: &str,
        request: &DecisionRequest,
        now: Timestamp,
    ) -> Result<DecisionResult, DeskError>;
}

impl Run {
    /// Calls the engine for a new draft for the package of the request, with the reviewer's note, and saves it in the
    /// package's place. A request with the same key gets the first answer without a call.
    ///
    /// # Errors
    /// [`Refusal::NoDraft`] if the engine has no new draft, any other [`Refusal`] if the desk refuses the request, or
    /// `DeskError::Store`. The package is not changed then.
    pub async fn redraft(&self, desk: &Desk, request: &DecisionRequest) -> Result<DecisionResult, DeskError> {
        let desk = &desk.preparing_from(&self.export);
        let turned = match desk.redraft_task(request, self.now).await? {
            RedraftTask::AlreadyDecided(decided) => return Ok(*decided),
            RedraftTask::Redraft(turned) => *turned,
        };
        if turned.campaign != self.campaign.id {
            return Err(Refusal::Invalid(format!("the package is of the campaign {}", turned.campaign)).into());
        }
        let id = turned.account;
        let Some(account) = self.source.crm.account(&id) else {
            return Err(Refusal::NoDraft("the account is not in the CRM any more".into()).into());
        };
        let snapshot = AccountSnapshot::read(&self.source, &id).await?;
        let campaign = self.campaign_for(&id).into_owned();
        let fingerprint = snapshot.fingerprint(desk, &self.shared_inputs(&campaign));
        let grants = self.grants(&Arc::new(snapshot));
        let assignment = Arc::new(Assignment { account: id, campaign, now: self.now });
        let called = self.components.engine.redraft(&grants, turned.previous, turned.sent, turned.note, assignment);
        let CallOutcome { result, recording, drafts, .. } = called.await;
        let handled = AccountOutcome {
            account: Arc::new(account),
            prospect: turned.prospect,
            preparation: result.map_err(|error| error.to_string()),
            routing: None,
            recordings: std::iter::once(recording).chain(drafts).collect(),
        };
        let handled = self.route(handled).await;
        let prepared = PreparedAccount::of(&handled, None, &self.campaign.id, &self.tiers, &fingerprint, self.now);
        desk.replace_draft(request, &prepared, self.now).await
    }
}
