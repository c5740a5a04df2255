//! Other drafts on request of the review page.

use crate::server::Server;
use async_trait::async_trait;
use baton_campaign::Redrafter;
use baton_desk::{Desk, DeskError, Refusal};
use baton_facts::types::Timestamp;
use baton_model::decision::{DecisionRequest, DecisionResult};

/// Requests other drafts, with the campaign and the CRM export as they are on disk at that time.
pub struct CampaignRedrafter(pub Server);

#[async_trait]
impl Redrafter for CampaignRedrafter {
    async fn redraft(
        &self,
        desk: &Desk,
        campaign: &str,
        request: &DecisionRequest,
        now: Timestamp,
    ) -> Result<DecisionResult, DeskError> {
        match tokio::task::block_in_place(|| self.0.load_campaign_run(campaign, now, 1)) {
            Ok(run) => run.redraft(desk, request).await,
            // The error itself names paths, which reviewers should not see.
            Err(_) => {
                let why = "cannot read the campaign or the CRM export; `baton check` reports the problems";
                Err(Refusal::NoDraft(why.into()).into())
            }
        }
    }
}
