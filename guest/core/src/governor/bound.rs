//! An upper bound on the nonconforming rate that holds however often it is looked at.
//!
//! A dashboard looks after every decision, and a bound for one fixed sample size is then wrong far more often than it
//! says. This one is a confidence sequence: the chance that it is *ever* below the true rate is at most 5 %, as long as
//! what is inspected is chosen at random, no result is dropped and the rate stays what it is.
//!
//! With `x` nonconforming of `n`, the likelihood mixed over a beta prior `(a, b)`, divided by the likelihood of `p`,
//! `M(p) = B(x + a, n − x + b) / (B(a, b) p^x (1 − p)^(n − x))`, is a martingale of mean 1 where `p` is the true rate, so
//! by Ville's inequality it ever reaches `1/α` with a chance of `α` at most; the rates with `M(p) < 1/α` are the
//! confidence set. H. Robbins, "Statistical methods related to the law of the iterated logarithm", Annals of
//! Mathematical Statistics 41 (1970) 1397–1409; S. R. Howard, A. Ramdas, J. McAuliffe and J. Sekhon, "Time-uniform,
//! nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49 (2021) 1055–1080.

use baton_facts::types::BasisPoints;
use libm::{expm1, lgamma, log, log1p};

/// The chance that the bound is ever below the true rate.
const ALPHA: f64 = 0.05;
/// Bisections: as many as a double has bits.
const STEPS: u32 = 53;
/// Beyond so many inspections the difference of the gamma functions' logarithms loses digits that matter.
const INSPECTED_MAX: u64 = 10_000_000;

/// What is expected before anything was inspected: a beta distribution. Whatever it is the bound holds; where it is right
/// the bound is narrow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prior {
    a: f64,
    b: f64,
}

impl Prior {
    /// One in twenty nonconforming: the one that standing is measured with.
    pub(super) const ONE_IN_TWENTY: Self = Self { a: 1.0, b: 19.0 };
    /// Any rate is as likely as any other.
    #[cfg(test)]
    pub(super) const UNIFORM: Self = Self { a: 1.0, b: 1.0 };

    /// The rate to expect after so many: the mean of the posterior distribution, 0 to 1.
    pub(super) fn expected(self, inspected: u64, nonconforming: u64) -> f64 {
        let (n, x) = sizes(inspected, nonconforming);
        (x + self.a) / (n + self.a + self.b)
    }
}

/// The greatest rate in the confidence set, 0 to 1: 1 where nothing was inspected or nothing conformed.
///
/// More than ten million inspections are scaled down to as many: that widens the bound.
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

/// The bound in basis points, rounded up: 0 to 10,000.
pub(super) fn upper_bound_points(inspected: u64, nonconforming: u64) -> BasisPoints {
    let points = (upper_bound(inspected, nonconforming, Prior::ONE_IN_TWENTY) * 10_000.0).ceil();
    // Said so that what is no number is the whole, too.
    if points <= 10_000.0 { points as BasisPoints } else { 10_000 }
}

fn sizes(inspected: u64, nonconforming: u64) -> (f64, f64) {
    let nonconforming = nonconforming.min(inspected);
    let (n, x) = (inspected as f64, nonconforming as f64);
    let scale = (INSPECTED_MAX as f64 / n).min(1.0);
    if scale < 1.0 { (INSPECTED_MAX as f64, (x * scale).ceil()) } else { (n, x) }
}

/// The logarithm of the beta function.
fn ln_beta(a: f64, b: f64) -> f64 {
    lgamma(a) + lgamma(b) - lgamma(a + b)
}

#[cfg(test)]
mod tests;
