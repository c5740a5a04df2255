//! What a plan does at a rate of nonconforming drafts: the numbers to show before autonomy is switched on, and beside it.

use baton_facts::policy::InspectionPlan;
use baton_facts::quality::Outlook;
use baton_facts::types::BasisPoints;

use super::plan::{ALL, Cycle, SamplingPlan, expected_inspections, worst_quality};

/// What the plan inspects, lets out and takes to clear at `rate`, when reviewers miss `miss_rate` of the defects before
/// them (both in basis points, more than 10,000 taken as 10,000) and `in_flight` messages leave between a sampled one and
/// its verdict.
///
/// The formulas are those of `plan`. Where samples are not held before they leave, the limit on what goes out is
/// 1/(1 − f) of the one for held samples at the best; each message in flight adds to it. Where reviewers miss something
/// there is no limit for all rates but only for rates up to one: if every draft were bad, what they miss would leave.
///
/// Before the first is caught, 1/(f·d) defects leave at the share f and with the share d of defects detected, the caught
/// one among them unless it was held, and `in_flight` times the rate while the verdict is pending.
///
/// A plan without a clearance number inspects everything: only what reviewers miss goes out.
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

/// A share of 0 to 1 in basis points, to the nearest.
fn points(share: f64) -> BasisPoints {
    (share * f64::from(ALL)).round() as BasisPoints
}

/// To the nearest; what no `u32` can hold, infinity among it, is the greatest one.
fn whole(number: f64) -> u32 {
    number.round() as u32
}

#[cfg(test)]
mod tests;
