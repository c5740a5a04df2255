//! Where a campaign's accounts stand after its runs: what was made of each, and why.

use crate::accounts::queries::accounts;
use crate::desk::{Desk, DeskResult};
use crate::error::Refusal;
use crate::packages::account_outcome::AccountOutcome;
use baton_facts::packages::{Outcome, Preparation};
use baton_model::Sealed;
use baton_model::views::{AccountRow, Found, Looked, Page, Pause, SequenceView};
use serde::Serialize;
use std::sync::Arc;

/// Rows of a page at the most.
const LARGEST_PAGE: u32 = 1000;

/// What the last run made of an account.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccountView {
    /// Where it stands.
    #[serde(flatten)]
    pub row: AccountRow,
    /// What the run found. It may name anybody at the account, so it is gone when one of them is forgotten.
    pub handled: Sealed<AccountOutcome>,
    /// Where the sequence stands, once a message left.
    pub sequence: Option<SequenceView>,
    /// Why everything at the account rests.
    pub paused: Option<Pause>,
}

impl Desk {
    /// The campaigns that have been run, in alphabetical order.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn campaigns(&self) -> DeskResult<Vec<String>> {
        let mut tx = self.read().await?;
        Ok(accounts::campaigns(&mut tx).await?)
    }

    /// A page of a campaign's accounts, by id.
    ///
    /// # Errors
    /// Where the store fails.
    pub async fn accounts(&self, campaign: &str, after: Option<&str>, limit: u32) -> DeskResult<Page<AccountRow>> {
        let limit = limit.clamp(1, LARGEST_PAGE);
        let mut tx = self.read().await?;
        let mut rows = accounts::page(&mut tx, campaign, after.unwrap_or(""), limit + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(|row| row.account.clone());
        Ok(Page { rows, next })
    }

    /// What the last run made of an account, as the run saw it.
    ///
    /// # Errors
    /// Where no run looked at it, or the store fails.
    pub async fn account(&self, campaign: &str, account: &str) -> DeskResult<AccountView> {
        let mut tx = self.read().await?;
        let unknown = || Refusal::Invalid(format!("no run of `{campaign}` has looked at `{account}`"));
        let row = accounts::one(&mut tx, campaign, account).await?.ok_or_else(unknown)?;
        let looked: Sealed<Looked> = accounts::looked(&mut tx, campaign, account).await?;
        let handled = match looked {
            Sealed::Forgotten => Sealed::Forgotten,
            Sealed::Open(Looked { account, found, routing, trace }) => {
                let outcome = match found {
                    Found::Ready(id) => match self.seen(&mut tx, &id).await?.content(&mut tx).await? {
                        Sealed::Open(content) => Ok(Outcome::Ready(content.package)),
                        Sealed::Forgotten => Err("what the package says is gone".to_owned()),
                    },
                    Found::Held(hold) => Ok(Outcome::Held(hold)),
                    Found::Disqualified(out) => Ok(Outcome::Disqualified(out)),
                    Found::Unwanted => Err("the person is suppressed here, which the engine was not told".to_owned()),
                    Found::Failed(what) => Err(what),
                };
                let preparation = outcome.map(|outcome| Arc::new(Preparation { outcome, trace }));
                let routing = routing.map(Arc::new);
                Sealed::Open(AccountOutcome {
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
