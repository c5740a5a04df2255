//! The result of a run in numbers: by outcome, reason, tier and model.

use baton_desk::packages::AccountOutcome;
use baton_facts::packages::{DisqualificationReason, HoldReason, Outcome};
use baton_facts::policy::HandoffModel;
use baton_model::package_state::AccountState;
use baton_model::views::AccountStatus;
use serde::Serialize;
use std::collections::BTreeMap;

/// Counts of accounts. Every account is in exactly one of `ready`, `held`, `disqualified` and `failed`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// All accounts.
    pub accounts: usize,
    /// Accounts with a complete package.
    pub ready: usize,
    /// By reason.
    pub held: BTreeMap<HoldReason, usize>,
    /// By reason.
    pub disqualified: BTreeMap<DisqualificationReason, usize>,
    /// By error.
    pub failed: BTreeMap<String, usize>,
    /// Ready packages by tier and model.
    pub routes: BTreeMap<String, BTreeMap<HandoffModel, usize>>,
}

impl Summary {
    /// Counts an account that the run worked on.
    pub fn count(&mut self, handled: &AccountOutcome) {
        self.accounts += 1;
        match &handled.preparation {
            Err(what) => *self.failed.entry(what.clone()).or_default() += 1,
            Ok(preparation) => match &preparation.outcome {
                Outcome::Ready(_) => {
                    self.ready += 1;
                    if let Some(routing) = &handled.routing {
                        let tier = self.routes.entry(routing.tier.clone().unwrap_or_default()).or_default();
                        *tier.entry(routing.model).or_default() += 1;
                    }
                }
                Outcome::Held(hold) => *self.held.entry(hold.reason).or_default() += 1,
                Outcome::Disqualified(out) => *self.disqualified.entry(out.reason).or_default() += 1,
            },
        }
    }

    /// Counts an account that was left unchanged.
    pub fn count_unchanged(&mut self, row: &AccountStatus) {
        self.accounts += 1;
        match row.state {
            AccountState::Ready => {
                self.ready += 1;
                if let (Some(tier), Some(model)) = (&row.tier, row.model) {
                    *self.routes.entry(tier.clone()).or_default().entry(model).or_default() += 1;
                }
            }
            AccountState::Held => match parse_reason(row) {
                Some(reason) => *self.held.entry(reason).or_default() += 1,
                None => *self.failed.entry("held without a reason".into()).or_default() += 1,
            },
            AccountState::Disqualified => match parse_reason(row) {
                Some(reason) => *self.disqualified.entry(reason).or_default() += 1,
                None => *self.failed.entry("disqualified without a reason".into()).or_default() += 1,
            },
            AccountState::Failed => *self.failed.entry("in an earlier run".into()).or_default() += 1,
        }
    }
}

/// Parses the reason from its name in the contract.
fn parse_reason<T: serde::de::DeserializeOwned>(row: &AccountStatus) -> Option<T> {
    serde_json::from_value(row.reason.clone()?.into()).ok()
}
