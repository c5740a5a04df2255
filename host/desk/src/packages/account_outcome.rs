//! The outcome of a run for one account, with the calls that led to it.

use baton_facts::packages::{HandoffPackage, Outcome, Preparation};
use baton_facts::quality::Routing;
use baton_facts::types::Account;
use baton_runtime::Recording;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What came of one account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct AccountOutcome {
    /// The host's own record of it, as it was when the run looked.
    pub account: Arc<Account>,
    /// Its rank among the prospects, 0 to 100; absent where the engine did not name it as one.
    pub prospect: Option<u8>,
    /// The outcome with its trace, or what went wrong, for a person.
    pub preparation: Result<Arc<Preparation>, String>,
    /// Where a ready package goes, and why.
    pub routing: Option<Arc<Routing>>,
    /// The calls that led to it, the drafter's among them. They are for a store that seals them, and in no file.
    #[serde(skip)]
    pub recordings: Vec<Recording>,
}

impl AccountOutcome {
    /// The package, where there is one.
    pub fn package(&self) -> Option<&HandoffPackage> {
        match &self.preparation.as_ref().ok()?.outcome {
            Outcome::Ready(package) => Some(package),
            Outcome::Held(_) | Outcome::Disqualified(_) => None,
        }
    }
}
