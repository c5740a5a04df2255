//! Dodge's continuous sampling plans: how much is inspected, what leaves nonconforming, and the clearance number.
//!
//! What always holds: every share is in 0 to 1 and every function is finite, whatever the plan says; a plan that cannot
//! keep its limit has no clearance number, and then nothing is ever sampled.
//!
//! Sources: H. F. Dodge, "A sampling inspection plan for continuous production", Annals of Mathematical Statistics 14
//! (1943) 264–279, for CSP-1; H. F. Dodge and M. N. Torrey, "Additional continuous sampling inspection plans",
//! Industrial Quality Control 7 (1951) 7–12; G. J. Lieberman and H. Solomon, "Multi-level continuous sampling plans",
//! Annals of Mathematical Statistics 26 (1955) 686–704; E. G. Schilling and D. V. Neubauer, "Acceptance Sampling in
//! Quality Control", chapter 15, also for the published clearance numbers.

use baton_facts::policy::InspectionPlan;
use baton_facts::types::BasisPoints;
use libm::{expm1, log, log1p, pow};

/// The whole, in basis points.
pub(super) const ALL: BasisPoints = 10_000;
/// Levels that are looked at; Lieberman and Solomon's plans have two to six.
const LEVELS_MAX: usize = 16;
/// The greatest clearance number that is looked for. The strictest published plan asks for a few thousand.
const CLEARANCE_MAX: u32 = 10_000;
/// Points that a maximum is looked for at, before it is narrowed down.
const GRID: u32 = 64;
/// Golden-section steps: each leaves 62 % of the interval, all of them a 20,000th. A maximum is flat, so what it comes to
/// is exact to far more digits than are asked for.
const STEPS: u32 = 20;

/// An inspection plan as it is worked with.
#[derive(Clone, Debug)]
pub(super) struct SamplingPlan {
    /// The share inspected at each sampling level, in basis points, 1 to 10,000.
    sampling: Vec<BasisPoints>,
    fractions: Vec<f64>,
    /// Conforming in a row that lead from one level to the next; the same at each.
    pub(super) clearance: Option<u32>,
    /// In basis points.
    pub(super) risk_limit: BasisPoints,
    pub(super) held: bool,
}

impl SamplingPlan {
    /// Reads the plan and computes its clearance number: the least with which the AOQL, rounded to basis points, is
    /// within the limit. There is none up to 10,000 where the limit is 0, and none for a plan without levels or with a
    /// level that inspects nothing.
    pub(super) fn new(plan: &InspectionPlan) -> Self {
        let levels = &plan.sampling[..plan.sampling.len().min(LEVELS_MAX)];
        let sound = !levels.is_empty() && levels.iter().all(|share| *share > 0);
        let sampling: Vec<_> = levels.iter().map(|share| (*share).min(ALL)).collect();
        let fractions: Vec<_> = sampling.iter().map(|share| f64::from(*share) / f64::from(ALL)).collect();
        let clearance = if sound { clearance(&fractions, plan.outgoing_quality_limit) } else { None };
        Self { sampling, fractions, clearance, risk_limit: plan.risk_limit, held: plan.held }
    }

    /// How many sampling levels there are, at most 16.
    pub(super) fn levels(&self) -> u8 {
        u8::try_from(self.sampling.len()).unwrap_or(u8::MAX)
    }

    /// The share to inspect at a level: everything at level 0 and at levels that the plan does not have.
    pub(super) fn fraction(&self, level: u8) -> BasisPoints {
        usize::from(level).checked_sub(1).and_then(|index| self.sampling.get(index)).copied().unwrap_or(ALL)
    }

    /// The shares to inspect, 0 to 1, level by level.
    pub(super) fn fractions(&self) -> &[f64] {
        &self.fractions
    }
}

/// One cycle of a plan at one rate: from a stop to the next.
///
/// With `p` the fraction nonconforming, `d` the share of defects that inspection finds, `i` the clearance number and
/// `a = (1 − pd)^i` the chance of `i` conforming in a row, a level that is left upward on `i` conforming and downward to
/// full inspection on a defect sees `(1 − a)/(pd)` inspections a visit, the last one `1/(pd)`, and level `j` is visited
/// `a^j` times as often as full inspection. So the average fraction inspected is
/// `F = 1 / ((1 − a) Σ_{j<k} a^j/f_j + a^k/f_k)` with `f_0 = 1`; for one level that is Dodge's
/// `F = f / (f + (1 − f)(1 − p)^i)`. Inspection that misses defects: K. E. Case, G. K. Bennett and J. W. Schmidt, "The
/// Dodge CSP-1 continuous sampling plan under inspection error", AIIE Transactions 5 (1973) 193–202.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cycle {
    /// The fraction nonconforming, 0 to 1.
    pub(super) rate: f64,
    /// The average fraction inspected (AFI), 0 to 1.
    pub(super) inspected: f64,
    /// Defects found, a share of all packages.
    pub(super) found: f64,
    /// The share of those found that full inspection finds, before they leave.
    found_at_full: f64,
}

impl Cycle {
    /// `in_flight` packages leave between a sampled defect and its verdict, uninspected.
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

    /// The average outgoing quality: what leaves nonconforming, as a share of all packages; a defect found before its
    /// package leaves is corrected. `held` samples are found before they leave, others after.
    pub(super) fn outgoing(&self, held: bool) -> f64 {
        let stopped = if held { self.found } else { self.found * self.found_at_full };
        (self.rate - stopped).max(0.0)
    }

    /// The average outgoing quality where defects are removed, as a share of what leaves: `p(1 − F)/(1 − pF)`.
    pub(super) fn outgoing_when_removed(&self) -> f64 {
        let leaves = 1.0 - self.found;
        if leaves > 0.0 { (self.rate - self.found).max(0.0) / leaves } else { 0.0 }
    }
}

/// The most that `quality` comes to at any rate from 0 to `rate`.
///
/// The rates that matter are about `1/i`, so they are looked for by the chance of clearing, evenly over its range.
pub(super) fn worst_quality(
    fractions: &[f64],
    clearance: u32,
    rates: (f64, f64, f64),
    quality: impl Fn(&Cycle) -> f64,
) -> f64 {
    worst_quality_until(fractions, clearance, rates, f64::INFINITY, quality)
}

/// The same, but the search ends at the first rate that comes to more than `enough`.
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
        // One of the two inner points is an inner point of what is left, too.
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

/// The average outgoing quality limit (AOQL) with defects removed: the greatest AOQ at any rate, or one that is more than
/// `enough`.
fn limit(fractions: &[f64], clearance: u32, enough: f64) -> f64 {
    worst_quality_until(fractions, clearance, (1.0, 1.0, 0.0), enough, Cycle::outgoing_when_removed)
}

fn clearance(fractions: &[f64], aoql: BasisPoints) -> Option<u32> {
    // More than this rounds to more than the limit: which clearance numbers are too small shows early.
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

/// Expected inspections from `run` conforming in a row until there are `clearance`, each nonconforming with the chance
/// `rate` and setting the run back to nothing: `((1 − p)^−i − (1 − p)^−r) / p`.
pub(super) fn expected_inspections(clearance: u32, run: u32, rate: f64) -> f64 {
    let left = f64::from(clearance.saturating_sub(run));
    if rate <= 0.0 {
        return left;
    }
    if rate >= 1.0 {
        return if left > 0.0 { f64::INFINITY } else { 0.0 };
    }
    // Factored, so that a small rate cancels nothing.
    let a_clean_one = -log1p(-rate);
    expm1(left * a_clean_one) / pow(1.0 - rate, f64::from(run.min(clearance))) / rate
}

/// `(1 − rate)^run`.
fn chance_of_run(rate: f64, run: u32) -> f64 {
    if rate >= 1.0 { 0.0 } else { libm::exp(f64::from(run) * log1p(-rate)) }
}

#[cfg(test)]
mod tests;
