//! Estimates how many inspections a stream needs to reach the next level, and how long they take.

use super::bound::{Prior, upper_bound_points};
use super::count::within_risk_limit;
use super::plan::{ALL, SamplingPlan, expected_inspections};
use baton_facts::quality::Tally;
use baton_facts::types::BasisPoints;

/// The most conforming inspections to look ahead.
const LOOKAHEAD_MAX: u64 = 1_000_000;
/// Working days in a week.
const WORKDAYS_PER_WEEK: f64 = 5.0;
/// Working days in a year; a longer time is not given.
const WORKDAYS_PER_YEAR: f64 = 250.0;

/// Returns the expected inspections until the run reaches the clearance number and the bound is within the risk limit,
/// or infinity if they never do.
///
/// The rate is the mean of the evidence and the prior, and the bound is assumed to fall by conforming inspections
/// alone. Near the limit it takes longer.
pub(super) fn inspections(plan: &SamplingPlan, tally: &Tally) -> f64 {
    let Some(clearance) = plan.clearance else { return f64::INFINITY };
    let rate = Prior::ONE_IN_TWENTY.expected(tally.inspected, tally.nonconforming);
    let for_clearance = expected_inspections(clearance, tally.clean_run, rate);
    for_clearance.max(clean_for_bound(plan, tally))
}

/// Returns the fewest conforming inspections that bring the bound within the risk limit.
fn clean_for_bound(plan: &SamplingPlan, tally: &Tally) -> f64 {
    if within_risk_limit(plan, tally) {
        return 0.0;
    }
    let enough =
        |more: u64| upper_bound_points(tally.inspected.saturating_add(more), tally.nonconforming) <= plan.risk_limit;
    let (mut too_few, mut more) = (0, 1);
    while !enough(more) {
        if more >= LOOKAHEAD_MAX {
            return f64::INFINITY;
        }
        too_few = more;
        more *= 2;
    }
    while more - too_few > 1 {
        let middle = too_few + (more - too_few) / 2;
        if enough(middle) { more = middle } else { too_few = middle }
    }
    more as f64
}

/// Formats the time: "about 3 days at today's volume". `fraction` is the share of the week's packages that are
/// inspected.
pub(super) fn describe_eta(inspections: f64, fraction: BasisPoints, packages_per_week: u32) -> String {
    if packages_per_week == 0 {
        return "no packages at today's volume".into();
    }
    let per_day = f64::from(packages_per_week) / WORKDAYS_PER_WEEK * f64::from(fraction) / f64::from(ALL);
    let days = (inspections / per_day).ceil().max(1.0);
    if days > WORKDAYS_PER_YEAR {
        "more than a year at today's volume".into()
    } else if days > 1.0 {
        format!("about {days} days at today's volume")
    } else {
        "about a day at today's volume".into()
    }
}
