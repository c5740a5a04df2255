//! Dodge's continuous sampling plans: the share inspected, the share sent nonconforming, and the clearance number.
//!
//! Every share is 0 to 1 and every function is finite, for any plan. A plan that cannot keep its limit has no clearance
//! number, and then everything is inspected. Sources: `guest/README.md`.

use baton_facts::policy::InspectionPlan;
use baton_facts::types::BasisPoints;
use libm::{expm1, log, log1p, pow};

/// The whole, in basis points.
pub(super) const ALL: BasisPoints = 10_000;
/// Levels used; Lieberman and Solomon's plans have two to six.
const LEVELS_MAX: usize = 16;
/// The greatest clearance number tried. The strictest published plan needs a few thousand.
const CLEARANCE_MAX: u32 = 10_000;
/// Points tried for a maximum before the search narrows.
const GRID: u32 = 64;
/// Golden-section steps: each leaves 62% of the interval, all of them a 20,000th. Near its maximum the function is
/// flat, so this is far more exact than needed.
const STEPS: u32 = 20;

/// An inspection plan with its computed clearance number.
#[derive(Clone, Debug)]
pub(super) struct SamplingPlan {
    /// The share inspected at each sampling level, in basis points, 1 to 10,000.
    sampling: Vec<BasisPoints>,
    fractions: Vec<f64>,
    /// Conforming inspections in a row from one level to the next; the same at each.
    pub(super) clearance: Option<u32>,
    /// In basis points.
    pub(super) risk_limit: BasisPoints,
    pub(super) held: bool,
}

impl SamplingPlan {
    /// Computes the clearance number: the smallest that keeps the AOQL, rounded to basis points, within the limit.
    /// `None` if no number up to 10,000 does, or if the plan has no levels or a level that inspects nothing.
    pub(super) fn new(plan: &InspectionPlan) -> Self {
        let levels = &plan.sampling[..plan.sampling.len().min(LEVELS_MAX)];
        let sound = !levels.is_empty() && levels.iter().all(|share| *share > 0);
        let sampling: Vec<_> = levels.iter().map(|share| (*share).min(ALL)).collect();
        let fractions: Vec<_> = sampling.iter().map(|share| f64::from(*share) / f64::from(ALL)).collect();
        let clearance = if sound { clearance(&fractions, plan.outgoing_quality_limit) } else { None };
        Self { sampling, fractions, clearance, risk_limit: plan.risk_limit, held: plan.held }
    }

    /// Returns the number of sampling levels, at most 16.
    pub(super) fn levels(&self) -> u8 {
        u8::try_from(self.sampling.len()).unwrap_or(u8::MAX)
    }

    /// Returns the share to inspect at a level: everything at level 0 and at levels that the plan does not have.
    pub(super) fn fraction(&self, level: u8) -> BasisPoints {
        usize::from(level).checked_sub(1).and_then(|index| self.sampling.get(index)).copied().unwrap_or(ALL)
    }

    /// Returns the share to inspect at each level, 0 to 1.
    pub(super) fn fractions(&self) -> &[f64] {
        &self.fractions
    }
}

/// One cycle of a plan at one rate, from one stop to the next.
///
/// `p` is the fraction nonconforming, `d` the share of defects that inspection finds, `i` the clearance number and `a =
/// (1 − pd)^i` the chance of `i` conforming in a row. A level ends upward after `i` conforming inspections and downward
/// to full inspection on a defect, so it has `(1 − a)/(pd)` inspections a visit, the last one `1/(pd)`, and level `j`
/// is visited `a^j` times as often as full inspection. So the average fraction inspected is `F = 1 / ((1 − a) Σ_{j<k}
/// a^j/f_j + a^k/f_k)` with `f_0 = 1`; for one level that is Dodge's `F = f / (f + (1 − f)(1 − p)^i)`. Imperfect
/// inspection follows Case, Bennett and Schmidt (1973).
#[derive(Clone, Copy, Debug)]
pub(super) struct Cycle {
    /// The fraction nonconforming, 0 to 1.
    pub(super) rate: f64,
    /// The average fraction inspected (AFI), 0 to 1.
    pub(super) inspected: f64,
    /// Defects found, as a share of all packages.
    pub(super) found: f64,
    /// The share of the found defects that full inspection finds, before sending.
    found_at_full: f64,
}

impl Cycle {
    /// Computes the cycle; `in_flight` packages are sent uninspected between a sampled defect and its verdict.
    pub(super) fn new(fractions: &[f64], clearance: u32, rate: f64, detection: f64, in_flight: f64) -> Self {
        let cleared = chance_of_run(rate * detection, clearance);
        Self::at(fractions, cleared, rate, detection, in_flight)
    }

    fn at(fractions: &[f64], cleared: f64, rate: f64, detection: f64, in_flight: f64) -> Self {
        let mut packages_per_inspection = 0.0;
        let mut visits = 1.0;
        let mut fraction = 1.0;
        for next in fractions {
            packages_per_inspection += (1.0 - cleared) * visits / fraction;
            visits *= cleared;
            fraction = *next;
        }
        packages_per_inspection += visits / fraction;
        let detected = rate * detection / packages_per_inspection;
        let slowed = 1.0 + cleared * in_flight * detected;
        Self {
            rate,
            inspected: 1.0 / packages_per_inspection / slowed,
            found: detected / slowed,
            found_at_full: 1.0 - cleared,
        }
    }

    /// Returns the average outgoing quality (AOQ): the share of all packages that are sent nonconforming. A defect
    /// found before sending is corrected. With `held`, samples are inspected before sending.
    pub(super) fn outgoing(&self, held: bool) -> f64 {
        let stopped = if held { self.found } else { self.found * self.found_at_full };
        (self.rate - stopped).max(0.0)
    }

    /// Returns the AOQ with defects removed, as a share of the sent packages: `p(1 − F)/(1 − pF)`.
    pub(super) fn outgoing_when_removed(&self) -> f64 {
        let leaves = 1.0 - self.found;
        if leaves > 0.0 { (self.rate - self.found).max(0.0) / leaves } else { 0.0 }
    }
}

/// Returns the maximum of `quality` over the rates from 0 to `rate`.
///
/// The rates that matter are near `1/i`, so the search runs over the chance of clearing.
pub(super) fn worst_quality(
    fractions: &[f64],
    clearance: u32,
    rates: (f64, f64, f64),
    quality: impl Fn(&Cycle) -> f64,
) -> f64 {
    worst_quality_until(fractions, clearance, rates, f64::INFINITY, quality)
}

/// The same, but stops at the first value above `enough`.
fn worst_quality_until(
    fractions: &[f64],
    clearance: u32,
    (rate, detection, in_flight): (f64, f64, f64),
    enough: f64,
    quality: impl Fn(&Cycle) -> f64,
) -> f64 {
    let at_most = quality(&Cycle::new(fractions, clearance, rate, detection, in_flight));
    if detection <= 0.0 || rate <= 0.0 {
        return at_most;
    }
    let least = chance_of_run(rate * detection, clearance);
    let value = |cleared: f64| {
        let apparent = -expm1(log(cleared) / f64::from(clearance));
        quality(&Cycle::at(fractions, cleared, (apparent / detection).min(rate), detection, in_flight))
    };
    let step = (1.0 - least) / f64::from(GRID);
    let point = |index: u32| least + step * f64::from(index);
    let mut best = (1, f64::NEG_INFINITY);
    for index in 1..GRID {
        let here = value(point(index));
        if here > best.1 {
            best = (index, here);
        }
        if here > enough {
            return here;
        }
    }
    let shrink = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (point(best.0 - 1), point(best.0 + 1));
    let inner = |low: f64, high: f64| (high - shrink * (high - low), low + shrink * (high - low));
    let (mut left, mut right) = inner(low, high);
    let (mut at_left, mut at_right) = (value(left), value(right));
    for _ in 0..STEPS {
        // One of the two inner points stays an inner point.
        if at_left > at_right {
            high = right;
            (right, at_right) = (left, at_left);
            left = inner(low, high).0;
            at_left = value(left);
        } else {
            low = left;
            (left, at_left) = (right, at_right);
            right = inner(low, high).1;
            at_right = value(right);
        }
    }
    at_most.max(best.1).max(at_left).max(at_right)
}

/// Returns the average outgoing quality limit (AOQL) with defects removed, or a value above `enough`.
fn limit(fractions: &[f64], clearance: u32, enough: f64) -> f64 {
    worst_quality_until(fractions, clearance, (1.0, 1.0, 0.0), enough, Cycle::outgoing_when_removed)
}

fn clearance(fractions: &[f64], aoql: BasisPoints) -> Option<u32> {
    // A value above this rounds above the limit, so numbers that are too small are found early.
    let enough = (f64::from(aoql) + 1.0) / f64::from(ALL);
    let keeps = |clearance| (limit(fractions, clearance, enough) * f64::from(ALL)).round() <= f64::from(aoql);
    let (mut too_few, mut enough) = (0, 1);
    while !keeps(enough) {
        if enough >= CLEARANCE_MAX {
            return None;
        }
        too_few = enough;
        enough = (enough * 2).min(CLEARANCE_MAX);
    }
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        if keeps(middle) { enough = middle } else { too_few = middle }
    }
    Some(enough)
}

/// Returns the expected inspections from `run` conforming in a row to `clearance`, if each is nonconforming with the
/// chance `rate`: `((1 − p)^−i − (1 − p)^−r) / p`.
pub(super) fn expected_inspections(clearance: u32, run: u32, rate: f64) -> f64 {
    let left = f64::from(clearance.saturating_sub(run));
    if rate <= 0.0 {
        return left;
    }
    if rate >= 1.0 {
        return if left > 0.0 { f64::INFINITY } else { 0.0 };
    }
    // Factored to avoid cancellation at small rates.
    let a_clean_one = -log1p(-rate);
    expm1(left * a_clean_one) / pow(1.0 - rate, f64::from(run.min(clearance))) / rate
}

/// `(1 − rate)^run`.
fn chance_of_run(rate: f64, run: u32) -> f64 {
    if rate >= 1.0 { 0.0 } else { libm::exp(f64::from(run) * log1p(-rate)) }
}

#[cfg(test)]
mod tests;
