//! Finds accounts that fit the ideal customer, one page at a time.
//!
//! The host may filter roughly. Every account is judged by the same rules as in [`crate::prepare`], so no proposed
//! account would be disqualified or held for its owner right away.

use std::cmp::Reverse;

use baton_facts::errors::HandoffError;
use baton_facts::packages::{Dossier, Prospect, Prospects};
use baton_facts::policy::Campaign;
use baton_facts::types::Timestamp;

use crate::calendar::ago;
use crate::capabilities::Capabilities;
use crate::prepare::{lookup_error, validate};
use crate::record_names::short;
use crate::rules::Trace;
use crate::{eligibility, icp, signals};

/// Weights of fit and signal in the score, in percent.
const FIT_WEIGHT: u32 = 60;
const SIGNAL_WEIGHT: u32 = 40;

/// Returns a page of accounts that fit, best first: by score, then by id. Accounts without a fresh signal are included
/// with a lower score.
///
/// # Errors
/// `capability` when research did not answer, `invalid` when the campaign is inconsistent.
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
