//! The outcome of a campaign run for one account, with the recorded calls.

use baton_facts::packages::{HandoffPackage, Outcome, Preparation};
use baton_facts::quality::Routing;
use baton_facts::types::Account;
use baton_runtime::Recording;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The outcome for one account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccountOutcome {
    /// The account's record in the CRM at the time of the run.
    pub account: Arc<Account>,
    /// The account's rank among the prospects, 0 to 100. `None` if the engine did not list it as a prospect.
    pub prospect: Option<u8>,
    /// The outcome with its trace, or an error message.
    pub preparation: Result<Arc<Preparation>, String>,
    /// The routing of a ready package, with its reason.
    pub routing: Option<Arc<Routing>>,
    /// The recorded calls, including those to the drafter. They contain personal data, so only a store that encrypts
    /// them may save them.
    #[serde(skip)]
    pub recordings: Vec<Recording>,
}

impl AccountOutcome {
    /// Returns the package if the outcome is ready.
    pub fn package(&self) -> Option<&HandoffPackage> {
        match &self.preparation.as_ref().ok()?.outcome {
            Outcome::Ready(package) => Some(package),
            Outcome::Held(_) | Outcome::Disqualified(_) => None,
        }
    }
}
