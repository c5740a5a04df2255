//! Comparison of an engine's result with the answers of the capabilities in the same call.
//!
//! An engine ranks, chooses and words. It does not invent accounts, people, signals or touches, and addresses nobody
//! but the contact it shows. Every value that remains its own is bounded, since hosts keep and show it.

mod bounds;
mod brief;
mod call_facts;
mod description;
mod governance;

use crate::error::Mismatch;
use crate::recording::{Exchange, Input};
use baton_facts::packages::{Check, HandoffPackage, Hold, Outcome, Preparation, Prospects, RoleMatch};
use baton_facts::policy::Campaign;
use baton_facts::types::Draft;
use bounds::require;
pub(crate) use brief::foreign_fact;
use call_facts::{ExpectedPackage, candidates, dossiers};
pub(crate) use description::{drafter as drafter_description, engine as engine_description};
pub(crate) use governance::{answer as governor_answer, reading};

/// The maximum number of claims of a draft.
const CLAIMS_MAX: usize = 100;
/// The longest time to read a package, in seconds.
const READING_MAX: u32 = 3_600;

/// Compares the preparation with the call's exchanges and its arguments.
pub(crate) fn preparation(made: &Preparation, input: &Input, exchanges: &[Exchange]) -> Result<(), Mismatch> {
    bounds::checks("trace", &made.trace)?;
    match &made.outcome {
        Outcome::Ready(package) => {
            // Only these calls have a package as their result.
            let expected = ExpectedPackage::of(input).ok_or(Mismatch::Account)?;
            ready(package, &expected, exchanges)
        }
        Outcome::Held(Hold { detail, look_again, .. }) => {
            bounds::text("detail", detail)?;
            look_again.map_or(Ok(()), |at| bounds::moment("look-again", at))
        }
        Outcome::Disqualified(out) => bounds::text("detail", &out.detail),
    }
}

fn ready(package: &HandoffPackage, expected: &ExpectedPackage<'_>, exchanges: &[Exchange]) -> Result<(), Mismatch> {
    if !dossiers(exchanges).any(|dossier| dossier.account == package.account) {
        return Err(Mismatch::Account);
    }
    let known = |signal| dossiers(exchanges).any(|dossier| dossier.signals.contains(signal));
    if !package.signals.iter().all(|ranked| known(&ranked.signal)) {
        return Err(Mismatch::Signals);
    }
    let Some(lead) = package.signals.first() else { return Err(Mismatch::Signals) };
    let Some(candidate) = candidates(exchanges).find(|candidate| candidate.contact == package.contact) else {
        return Err(Mismatch::Contact);
    };
    if expected.previous.is_some_and(|previous| previous.contact.id != package.contact.id) {
        return Err(Mismatch::Contact);
    }
    if candidate.history != package.history {
        return Err(Mismatch::History);
    }
    if package.contact.email.as_deref() != Some(&*package.draft.message.to) {
        return Err(Mismatch::Recipient);
    }
    let campaign = expected.campaign();
    if package.sender != campaign.sender || !campaign.angles.contains(&package.angle) {
        return Err(Mismatch::Campaign);
    }
    let signal_scores = package.signals.iter().map(|ranked| ranked.score);
    let mut scores = signal_scores.chain([package.score, package.role_match.score]);
    require("score", scores.all(|score| score <= 100))?;
    require("touch-number", expected.allows_touch(package.touch_number, &candidate.history))?;
    let latest = expected.fresh_until(lead.signal.observed_at, package.angle.max_age_days);
    require("fresh-until", (expected.now()..=latest).contains(&package.fresh_until))?;
    bounds::list("signals", &package.signals)?;
    require("role-match", is_role_of(campaign, &package.role_match))?;
    require("reading-seconds", package.reading_seconds <= READING_MAX)?;
    bounds::text("why-now", &package.why_now)?;
    bounds::text("next-action", &package.next_action)?;
    checks(&package.checks)?;
    draft(&package.draft)
}

/// A campaign without roles excludes nobody, so that any role fits.
fn is_role_of(campaign: &Campaign, found: &RoleMatch) -> bool {
    let roles = &campaign.customer.roles;
    let is_named = roles.iter().any(|role| role.name == found.role && role.titles.contains(&found.matched_title));
    is_named || roles.is_empty() && found.role.len().max(found.matched_title.len()) <= bounds::NAME_MAX
}

/// Bounds the parts of a draft. Whether they belong together is for the engine's checks and for the person who decides.
fn draft(draft: &Draft) -> Result<(), Mismatch> {
    bounds::text("subject", &draft.message.subject)?;
    let texts = [&draft.message.body, &draft.opener, &draft.pitch, &draft.call_to_action];
    require("draft", texts.iter().all(|text| text.len() <= bounds::BODY_MAX))?;
    require("claims", draft.claims.len() <= CLAIMS_MAX)?;
    draft.claims.iter().try_for_each(|claim| {
        bounds::text("claims", &claim.text)?;
        bounds::evidence("claims", &claim.evidence)
    })
}

/// Bounds the checks of a text.
pub(crate) fn checks(checks: &[Check]) -> Result<(), Mismatch> {
    bounds::checks("checks", checks)
}

/// Checks that the page names only accounts that the search answered with.
pub(crate) fn prospects(made: &Prospects, exchanges: &[Exchange]) -> Result<(), Mismatch> {
    let found = |id: &str| {
        exchanges.iter().any(|exchange| match exchange {
            Exchange::Search { answer: Ok(found), .. } => found.dossiers.iter().any(|dossier| dossier.account.id == id),
            _ => false,
        })
    };
    bounds::list("found", &made.found)?;
    bounds::text("next", made.next.as_deref().unwrap_or_default())?;
    for prospect in &made.found {
        require("score", prospect.score <= 100)?;
        bounds::text("reason", &prospect.reason)?;
        if !found(&prospect.account) {
            return Err(Mismatch::Prospect);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
