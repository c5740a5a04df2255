//! The outcome of the work on one account, as the desk saves it.

use crate::packages::account_outcome::AccountOutcome;
use baton_facts::packages::Preparation;
use baton_facts::policy::Tier;
use baton_facts::quality::Routing;
use baton_facts::types::{Account, Timestamp};
use baton_runtime::Recording;

/// What a run made of one account, to be kept.
#[derive(Clone, Copy, Debug)]
pub struct Prepared<'a> {
    /// The run, as [`Desk::start_run`] numbered it.
    pub run: Option<i64>,
    /// The campaign's id.
    pub campaign: &'a str,
    /// The campaign's tiers: their order is the queue's.
    pub tiers: &'a [Tier],
    /// The host's own record.
    pub account: &'a Account,
    /// Its rank among the prospects.
    pub prospect: Option<u8>,
    /// The outcome with its trace, or what went wrong.
    pub preparation: Result<&'a Preparation, &'a str>,
    /// Where a ready package goes.
    pub routing: Option<&'a Routing>,
    /// The calls that led to it.
    pub recordings: &'a [Recording],
    /// Of everything that the work rests on; see [`Desk::fingerprint`].
    pub fingerprint: &'a Fingerprint,
    /// The moment the run is about.
    pub now: Timestamp,
}

impl<'a> Prepared<'a> {
    /// What a run handled, of this campaign.
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

/// Stands for everything that the work on an account rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub(crate) Vec<u8>);
