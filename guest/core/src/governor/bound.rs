//! An upper bound on the nonconforming rate that is valid however often somebody looks at it.
//!
//! A dashboard is read after every decision, and a bound for one fixed sample size is then wrong far more often than it
//! claims. This one is a confidence sequence: the chance that it is *ever* below the true rate is at most 5%, if
//! inspections are chosen at random, no result is dropped and the rate is constant.
//!
//! With `x` nonconforming of `n`, the likelihood mixed over a beta prior `(a, b)`, divided by the likelihood of `p`,
//! `M(p) = B(x + a, n − x + b) / (B(a, b) p^x (1 − p)^(n − x))`, is a martingale of mean 1 at the true rate `p`. By
//! Ville's inequality it ever reaches `1/α` with a chance of at most `α`, so the rates with `M(p) < 1/α` are the
//! confidence set. Sources: `guest/README.md`.

use baton_facts::types::BasisPoints;
use libm::{expm1, lgamma, log, log1p};

/// The chance that the bound is ever below the true rate.
const ALPHA: f64 = 0.05;
/// Bisections, one for each bit of a double's mantissa.
const STEPS: u32 = 53;
/// With more inspections the difference of the log-gamma values loses significant digits.
const INSPECTED_MAX: u64 = 10_000_000;

/// The expectation before any inspection, as a beta distribution. The bound is valid for any prior, and narrow if the
/// prior is right.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prior {
    a: f64,
    b: f64,
}

impl Prior {
    /// One in twenty nonconforming: the prior used for standing.
    pub(super) const ONE_IN_TWENTY: Self = Self { a: 1.0, b: 19.0 };
    /// Every rate is equally likely.
    #[cfg(test)]
    pub(super) const UNIFORM: Self = Self { a: 1.0, b: 1.0 };

    /// Returns the mean of the posterior distribution, 0 to 1.
    pub(super) fn expected(self, inspected: u64, nonconforming: u64) -> f64 {
        let (n, x) = sizes(inspected, nonconforming);
        (x + self.a) / (n + self.a + self.b)
    }
}

/// Returns the greatest rate in the confidence set, 0 to 1: 1 without inspections, or if none conformed.
///
/// More than ten million inspections are scaled down, which widens the bound.
pub(super) fn upper_bound(inspected: u64, nonconforming: u64, prior: Prior) -> f64 {
    if inspected == 0 || nonconforming >= inspected {
        return 1.0;
    }
    let (n, x) = sizes(inspected, nonconforming);
    let mixed = ln_beta(x + prior.a, n - x + prior.b) - ln_beta(prior.a, prior.b);
    if x == 0.0 {
        return (-expm1((log(ALPHA) + mixed) / n)).clamp(0.0, 1.0);
    }
    let excluded = |rate: f64| mixed - x * log(rate) - (n - x) * log1p(-rate) >= -log(ALPHA);
    // M(p) grows from the observed share on, and without bound towards 1.
    let (mut inside, mut outside) = (x / n, 1.0);
    for _ in 0..STEPS {
        let middle = f64::midpoint(inside, outside);
        if excluded(middle) { outside = middle } else { inside = middle }
    }
    outside
}

/// Returns the bound in basis points, rounded up: 0 to 10,000.
pub(super) fn upper_bound_points(inspected: u64, nonconforming: u64) -> BasisPoints {
    let points = (upper_bound(inspected, nonconforming, Prior::ONE_IN_TWENTY) * 10_000.0).ceil();
    // Written this way so that NaN becomes 10,000.
    if points <= 10_000.0 { points as BasisPoints } else { 10_000 }
}

fn sizes(inspected: u64, nonconforming: u64) -> (f64, f64) {
    let nonconforming = nonconforming.min(inspected);
    let (n, x) = (inspected as f64, nonconforming as f64);
    let scale = (INSPECTED_MAX as f64 / n).min(1.0);
    if scale < 1.0 { (INSPECTED_MAX as f64, (x * scale).ceil()) } else { (n, x) }
}

/// Returns the logarithm of the beta function.
fn ln_beta(a: f64, b: f64) -> f64 {
    lgamma(a) + lgamma(b) - lgamma(a + b)
}

#[cfg(test)]
mod tests;
