//! Forecasts what a plan does at a given rate of nonconforming drafts, to show before and after autonomy is switched
//! on.

use baton_facts::policy::InspectionPlan;
use baton_facts::quality::Outlook;
use baton_facts::types::BasisPoints;

use super::plan::{ALL, Cycle, SamplingPlan, expected_inspections, worst_quality};

/// Returns how much the plan inspects, how much nonconforming it sends, and how long it takes to clear at `rate`.
/// Reviewers miss the share `miss_rate` of the defects they see (both in basis points, capped at 10,000), and
/// `in_flight` messages are sent between a sampled one and its verdict.
///
/// The formulas are those of `plan`. If samples are not held before they are sent, the limit on outgoing defects is at
/// best 1/(1 − f) of the limit for held samples, and each message in flight adds to it. If reviewers miss defects, the
/// limit holds only for rates up to `rate`.
///
/// Before the first defect is caught, 1/(f·d) are sent at the share f with the share d of defects detected (including
/// the caught one unless it was held), and `in_flight` times the rate while the verdict is pending.
///
/// A plan without a clearance number inspects everything: only what reviewers miss is sent.
pub fn forecast(plan: &InspectionPlan, rate: BasisPoints, miss_rate: BasisPoints, in_flight: u32) -> Outlook {
    let plan = SamplingPlan::new(plan);
    let rate = share(rate);
    let detection = 1.0 - share(miss_rate);
    let in_flight = f64::from(in_flight);
    let Some(clearance) = plan.clearance else {
        let missed = points(rate * (1.0 - detection));
        return Outlook {
            clearance: 0,
            inspected: ALL,
            outgoing: missed,
            outgoing_limit: missed,
            escapes: 0,
            inspections_to_clear: 0,
        };
    };
    let cycle = Cycle::new(plan.fractions(), clearance, rate, detection, in_flight);
    let limit =
        worst_quality(plan.fractions(), clearance, (rate, detection, in_flight), |cycle| cycle.outgoing(plan.held));
    let fraction = plan.fractions().last().copied().unwrap_or(1.0);
    let escapes = 1.0 / (fraction * detection) - f64::from(u8::from(plan.held)) + in_flight * rate;
    Outlook {
        clearance,
        inspected: points(cycle.inspected),
        outgoing: points(cycle.outgoing(plan.held)),
        outgoing_limit: points(limit),
        escapes: if rate > 0.0 { whole(escapes * 100.0) } else { 0 },
        inspections_to_clear: whole(expected_inspections(clearance, 0, rate * detection)),
    }
}

fn share(points: BasisPoints) -> f64 {
    f64::from(points.min(ALL)) / f64::from(ALL)
}

/// Converts a share of 0 to 1 to basis points, rounded.
fn points(share: f64) -> BasisPoints {
    (share * f64::from(ALL)).round() as BasisPoints
}

/// Rounds. Numbers beyond `u32`, including infinity, become its maximum.
fn whole(number: f64) -> u32 {
    number.round() as u32
}

#[cfg(test)]
mod tests;
