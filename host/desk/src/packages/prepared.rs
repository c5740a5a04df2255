//! The outcome of a campaign run for one account, in the form that the desk saves.

use crate::packages::account_outcome::AccountOutcome;
use baton_facts::packages::Preparation;
use baton_facts::policy::Tier;
use baton_facts::quality::Routing;
use baton_facts::types::{Account, Timestamp};
use baton_runtime::Recording;

/// The outcome for one account, to be saved.
#[derive(Clone, Copy, Debug)]
pub struct PreparedAccount<'a> {
    /// The number of the run from `Desk::start_run`.
    pub run: Option<i64>,
    pub campaign: &'a str,
    /// The campaign's tiers, in the order of the queue.
    pub tiers: &'a [Tier],
    /// The account's record in the CRM.
    pub account: &'a Account,
    /// The account's rank among the prospects.
    pub prospect: Option<u8>,
    /// The outcome with its trace, or an error message.
    pub preparation: Result<&'a Preparation, &'a str>,
    /// The routing of a ready package.
    pub routing: Option<&'a Routing>,
    /// The recorded calls.
    pub recordings: &'a [Recording],
    /// The fingerprint of all inputs; see `Desk::fingerprint`.
    pub fingerprint: &'a Fingerprint,
    /// The reference time of the run.
    pub now: Timestamp,
}

impl<'a> PreparedAccount<'a> {
    /// Creates the value from an outcome in this campaign.
    pub fn of(
        handled: &'a AccountOutcome,
        run: Option<i64>,
        campaign: &'a str,
        tiers: &'a [Tier],
        fingerprint: &'a Fingerprint,
        now: Timestamp,
    ) -> Self {
        Self {
            run,
            campaign,
            tiers,
            account: &handled.account,
            prospect: handled.prospect,
            preparation: handled.preparation.as_deref().map_err(String::as_str),
            routing: handled.routing.as_deref(),
            recordings: &handled.recordings,
            fingerprint,
            now,
        }
    }
}

/// A keyed hash of all inputs of the work on an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub(crate) Vec<u8>);
