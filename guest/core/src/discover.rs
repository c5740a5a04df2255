//! Accounts that fit the ideal customer, a page at a time.
//!
//! The host may filter coarsely; here every account is judged by the same rules as in [`crate::prepare`], so nothing
//! is proposed that would be disqualified or held for its owner at once.

use std::cmp::Reverse;

use baton_facts::errors::HandoffError;
use baton_facts::packages::{Dossier, Prospect, Prospects};
use baton_facts::policy::Campaign;
use baton_facts::types::Timestamp;

use crate::calendar::ago;
use crate::capabilities::Capabilities;
use crate::describe::short;
use crate::prepare::{lookup_error, validate};
use crate::rules::Trace;
use crate::{eligibility, icp, signals};

/// What fit and freshness are worth in the score, in hundredths.
const FIT_WEIGHT: u32 = 60;
const SIGNAL_WEIGHT: u32 = 40;

/// A page of accounts that fit the ideal customer, best first: by score, then by id. An account without a fresh signal
/// is a prospect too, further down.
///
/// # Errors
/// `capability` when research had no answer, `invalid` when the campaign contradicts itself.
pub fn discover(
    campaign: &Campaign,
    cursor: Option<&str>,
    now: Timestamp,
    host: &mut impl Capabilities,
) -> Result<Prospects, HandoffError> {
    validate(campaign)?;
    let page = host.search(&campaign.customer, cursor).map_err(|error| lookup_error("research", error))?;
    let mut found: Vec<Prospect> =
        page.dossiers.iter().filter_map(|dossier| prospect(dossier, campaign, now)).collect();
    found.sort_by(|a, b| (Reverse(a.score), &a.account).cmp(&(Reverse(b.score), &b.account)));
    Ok(Prospects { found, next: page.next })
}

fn prospect(dossier: &Dossier, campaign: &Campaign, now: Timestamp) -> Option<Prospect> {
    let mut trace = Trace::default();
    let account = &dossier.account;
    eligibility::check_not_excluded(account, now, &mut trace).ok()?;
    let fit = icp::fit(account, &campaign.customer, &mut trace).ok()?;
    eligibility::check_unclaimed(account, campaign, &[], now, &mut trace).ok()?;
    let fresh = signals::fresh_signals(&dossier.signals, &campaign.angles, now, &mut trace).unwrap_or_default();
    let best = fresh.first();
    let points = FIT_WEIGHT * u32::from(fit) + SIGNAL_WEIGHT * u32::from(best.map_or(0, |scored| scored.points));
    let reason = match best {
        Some(scored) => {
            let (kind, when) = (short(&scored.signal.kind), ago(scored.signal.observed_at, now));
            format!("ideal customer fit {fit} of 100; the best signal is {kind}, {when}")
        }
        None => format!("ideal customer fit {fit} of 100; no fresh signal"),
    };
    Some(Prospect { account: account.id.clone(), score: u8::try_from(points / 100).unwrap_or(100), reason })
}
