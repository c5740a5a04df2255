//! Chooses the tier of an account and the handoff model of one package.
//!
//! The tier depends only on the host's record of the account and the admin's order. The score and the checks can make
//! the model stricter, never looser.

use baton_facts::packages::{Check, Verdict};
use baton_facts::policy::{HandoffModel, Tier};
use baton_facts::quality::Routing;
use baton_facts::types::{Account, Evidence};

use crate::icp::is_wanted_industry;

/// Returns the first of `tiers` whose conditions all hold, and its model.
///
/// A condition on a missing fact does not hold. Industries compare by letters and digits, and one of several is enough; countries compare without case. From
/// touch 2 on, the tier's model for follow-ups applies. A score below the tier's minimum (0 to 100), or a check that
/// warns or fails, makes it `review-and-approve`, and so does a missing tier.
///
/// The trace has one `tier-conditions` check for each tier that was tried, then `minimum-score` and `checks-passed`;
/// `fail` means that the rule does not hold.
pub fn route(tiers: &[Tier], account: &Account, score: u8, worst: Verdict, touch_number: u8) -> Routing {
    let mut trace = Vec::new();
    let mut matched = None;
    for tier in tiers {
        let (holds, detail) = conditions(tier, account);
        let detail = format!("tier `{}`: {detail}", tier.name);
        trace.push(rule_check("tier-conditions", holds, detail.clone()));
        if holds {
            matched = Some((tier, detail));
            break;
        }
    }
    let Some((tier, detail)) = matched else {
        let reason = match tiers.len() {
            0 => "the campaign has no tiers, so it goes to review".to_owned(),
            1 => "the conditions of the only tier do not hold, so it goes to review".to_owned(),
            count => format!("the conditions of none of {count} tiers hold, so it goes to review"),
        };
        return Routing { tier: None, model: HandoffModel::ReviewAndApprove, reason, trace };
    };

    let enough = score >= tier.minimum_score;
    let scored = if enough {
        format!("score {score} of at least {}", tier.minimum_score)
    } else {
        format!("score {score} is below the minimum of {}", tier.minimum_score)
    };
    trace.push(rule_check("minimum-score", enough, scored.clone()));
    let (passed, checked) = match worst {
        Verdict::Pass => (true, "every check passed"),
        Verdict::Warn => (false, "a check warns"),
        Verdict::Fail => (false, "a check failed"),
    };
    trace.push(Check { verdict: worst, ..rule_check("checks-passed", passed, checked.to_owned()) });

    let follow_up = touch_number > 1;
    let wanted = if follow_up { tier.follow_up_model } else { tier.model };
    let model = if enough && passed { wanted } else { HandoffModel::ReviewAndApprove };
    let mut reason = detail;
    if follow_up {
        reason.push_str(&format!("; touch {touch_number} is a follow-up"));
    }
    reason.push_str(&format!("; {scored}; {checked}"));
    if model != wanted {
        reason.push_str(", so it goes to review");
    }
    Routing { tier: Some(tier.name.clone()), model, reason, trace }
}

fn rule_check(name: &str, holds: bool, detail: String) -> Check {
    let verdict = if holds { Verdict::Pass } else { Verdict::Fail };
    Check { name: name.to_owned(), verdict, detail, evidence: vec![Evidence::Account] }
}

/// Returns whether the tier's conditions hold, and describes the deciding ones: all of them, or those that do not hold.
fn conditions(tier: &Tier, account: &Account) -> (bool, String) {
    let mut held = Vec::new();
    let mut missed = Vec::new();
    let mut condition = |holds: bool, wanted: String, recorded: String| {
        if holds { held.push(wanted) } else { missed.push(format!("{wanted}, and {recorded}")) }
    };
    if tier.named {
        condition(account.named, "a named account".into(), "it is not on the list".into());
    }
    if tier.referred {
        let referrer = account.referred_by.as_deref().map(str::trim).filter(|referrer| !referrer.is_empty());
        let wanted = referrer.map_or("a warm referral".into(), |referrer| format!("a warm referral by {referrer}"));
        condition(referrer.is_some(), wanted, "no referral is recorded".into());
    }
    if let Some(least) = tier.employees_min {
        let recorded =
            account.employees.map_or("none are recorded".into(), |employees| format!("{employees} are recorded"));
        condition(
            account.employees.is_some_and(|employees| employees >= least),
            format!("{least} employees or more"),
            recorded,
        );
    }
    if let Some(least) = tier.revenue_min_usd {
        let revenue = account.annual_revenue_usd;
        let recorded = revenue.map_or("none is recorded".into(), |revenue| format!("{revenue} is recorded"));
        let wanted = format!("annual revenue of {least} USD or more");
        condition(revenue.is_some_and(|revenue| revenue >= least), wanted, recorded);
    }
    if !tier.industries.is_empty() {
        let holds = is_wanted_industry(account.industry.as_deref().unwrap_or_default(), &tier.industries);
        condition(holds, one_of("industry", &tier.industries), stated(account.industry.as_deref()));
    }
    if !tier.countries.is_empty() {
        let recorded = account.country.as_deref().map(|country| country.trim().to_lowercase()).unwrap_or_default();
        let holds =
            !recorded.is_empty() && tier.countries.iter().any(|country| country.trim().to_lowercase() == recorded);
        condition(holds, one_of("country", &tier.countries), stated(account.country.as_deref()));
    }
    match (missed.is_empty(), held.is_empty()) {
        (false, _) => (false, missed.join("; ")),
        (true, true) => (true, "takes every account".into()),
        (true, false) => (true, held.join(", ")),
    }
}

fn one_of(what: &str, wanted: &[String]) -> String {
    match wanted {
        [only] => format!("{what} {only}"),
        several => format!("{what} one of {}", several.join(", ")),
    }
}

fn stated(recorded: Option<&str>) -> String {
    match recorded.map(str::trim) {
        None | Some("") => "none is recorded".into(),
        Some(recorded) => format!("{recorded} is recorded"),
    }
}

#[cfg(test)]
mod tests;
