//! The status of a campaign's accounts after its runs, with the reasons.

use crate::accounts::queries::accounts;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::packages::account_outcome::AccountOutcome;
use baton_facts::packages::{Outcome, Preparation};
use baton_model::Erasable;
use baton_model::views::{AccountOutcomeDetail, AccountStatus, Page, Pause, RunOutcome, SequenceView};
use serde::Serialize;
use std::sync::Arc;

/// Maximum number of rows of a page.
const LARGEST_PAGE: u32 = 1000;

/// The outcome of the last run for an account.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccountView {
    /// The account's status.
    #[serde(flatten)]
    pub row: AccountStatus,
    /// The outcome. It may name anybody at the account, so it is erased when one of them is erased.
    pub handled: Erasable<AccountOutcome>,
    /// The status of the sequence, once a message was sent.
    pub sequence: Option<SequenceView>,
    /// The reason why everything at the account is paused.
    pub paused: Option<Pause>,
}

impl Desk {
    /// Returns whether a run has seen an account with this id.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn knows_account(&self, id: &str) -> DeskResult<bool> {
        let mut tx = self.read().await?;
        Ok(accounts::exists(&mut tx, id).await?)
    }

    /// Returns the campaigns that have been run, in alphabetical order.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn campaigns(&self) -> DeskResult<Vec<String>> {
        let mut tx = self.read().await?;
        Ok(accounts::campaigns(&mut tx).await?)
    }

    /// Returns a page of a campaign's accounts, by id.
    ///
    /// # Errors
    /// `DeskError::Store` if the store fails.
    pub async fn accounts(&self, campaign: &str, after: Option<&str>, limit: u32) -> DeskResult<Page<AccountStatus>> {
        let limit = limit.clamp(1, LARGEST_PAGE);
        let mut tx = self.read().await?;
        let mut rows = accounts::page(&mut tx, campaign, after.unwrap_or(""), limit + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(|row| row.account.clone());
        Ok(Page { rows, next })
    }

    /// Returns the outcome of the last run for an account, with the facts of that run.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if no run worked on it; `DeskError::Store` if the store fails.
    pub async fn account(&self, campaign: &str, account: &str) -> DeskResult<AccountView> {
        let mut tx = self.read().await?;
        let unknown = || Refusal::Invalid(format!("no run of `{campaign}` has worked on `{account}`"));
        let row = accounts::one(&mut tx, campaign, account).await?.ok_or_else(unknown)?;
        let looked: Erasable<AccountOutcomeDetail> = accounts::saved_outcome(&mut tx, campaign, account).await?;
        let handled = match looked {
            Erasable::Erased => Erasable::Erased,
            Erasable::Open(AccountOutcomeDetail { account, found, routing, trace }) => {
                let outcome = match found {
                    RunOutcome::Ready(id) => match self.shown_package(&mut tx, &id).await?.content(&mut tx).await? {
                        Erasable::Open(content) => Ok(Outcome::Ready(content.package)),
                        Erasable::Erased => Err("the package was erased".to_owned()),
                    },
                    RunOutcome::Held(hold) => Ok(Outcome::Held(hold)),
                    RunOutcome::Disqualified(out) => Ok(Outcome::Disqualified(out)),
                    RunOutcome::Suppressed => Err("the engine did not know that the person is suppressed".to_owned()),
                    RunOutcome::Failed(what) => Err(what),
                };
                let preparation = outcome.map(|outcome| Arc::new(Preparation { outcome, trace }));
                let routing = routing.map(Arc::new);
                Erasable::Open(AccountOutcome {
                    account: Arc::new(account),
                    prospect: row.prospect,
                    preparation,
                    routing,
                    recordings: Vec::new(),
                })
            }
        };
        let sequence = self.sequence(&mut tx, &row).await?;
        let paused = self.pause_at(&mut tx, account).await?;
        Ok(AccountView { row, handled, sequence, paused })
    }
}
