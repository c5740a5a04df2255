//! The miss rate of reviewers, measured with seeded defects.
//!
//! The rate is shown after every decision, so its interval has to hold however often it is looked at: it is a
//! confidence sequence like the governor's bound, two-sided and with the uniform prior. With `x` missed of `n`, the
//! likelihood mixed over all rates, divided by that of `p`, `M(p) = B(x + 1, n − x + 1) / (p^x (1 − p)^(n − x))`, is a
//! martingale of mean 1 if `p` is the true rate. By Ville's inequality it ever reaches 20 with a probability of at most
//! 5%, and the rates with `M(p) < 20` are the interval. H. Robbins, "Statistical methods related to the law of the
//! iterated logarithm", Annals of Mathematical Statistics 41 (1970) 1397–1409; S. R. Howard, A. Ramdas, J. McAuliffe
//! and J. Sekhon, "Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49 (2021)
//! 1055–1080.
//!
//! It holds while the rate is constant and nobody can tell a seeded package from another before deciding. It covers the
//! kinds of defects that are seeded, all of which pass the checks. A hasty decision counts like any other.

use baton_facts::types::BasisPoints;
use serde::{Deserialize, Serialize};

/// The logarithm of 1/α, for a probability of 5% that the interval ever excludes the rate.
const LIMIT: f64 = 2.995_732_273_553_991;

/// Number of bisections: the bits of a double.
const STEPS: u32 = 53;

/// The results of the decided seeded defects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MissRate {
    /// Found: rejected for the draft, the research or the contact, or removed in the text to send.
    pub found: u32,
    /// Missed: approved, or still in the text to send.
    pub missed: u32,
    /// The share that was missed, rounded to the nearest.
    pub rate: BasisPoints,
    /// The lower end of the interval, rounded down.
    pub lower: BasisPoints,
    /// The upper end, rounded up. Limits are restated with this end: a limit is a promise, and one stated with the
    /// estimate would be broken about every second time.
    pub upper: BasisPoints,
}

impl MissRate {
    /// Computes the rate; `None` without decisions.
    pub fn of(found: u32, missed: u32) -> Option<Self> {
        let all = found.checked_add(missed).filter(|all| *all > 0)?;
        let (lower, upper) = interval(missed, all);
        let points = |share: f64| (share * 10_000.0).clamp(0.0, 10_000.0) as BasisPoints;
        let rate = points((f64::from(missed) / f64::from(all) * 10_000.0).round() / 10_000.0 + 1e-9);
        let (lower, upper) = (points(lower), points((upper * 10_000.0).ceil() / 10_000.0 + 1e-9));
        Some(Self { found, missed, rate, lower, upper })
    }
}

/// Returns the smallest and largest rate of the interval, 0 to 1, for `missed` of `all`; `all` is not 0.
fn interval(missed: u32, all: u32) -> (f64, f64) {
    let excluded = excluded(missed, all);
    // M(p) is smallest at the observed share and grows without bound towards 0, if any was missed, and towards 1, if
    // any was found.
    let end = |mut outside: f64| {
        let mut inside = f64::from(missed) / f64::from(all);
        for _ in 0..STEPS {
            let middle = f64::midpoint(inside, outside);
            if excluded(middle) { outside = middle } else { inside = middle }
        }
        outside
    };
    (if missed == 0 { 0.0 } else { end(0.0) }, if missed == all { 1.0 } else { end(1.0) })
}

/// Returns a predicate for rates outside the interval.
fn excluded(missed: u32, all: u32) -> impl Fn(f64) -> bool {
    let (x, n) = (f64::from(missed), f64::from(all));
    // B(x + 1, n − x + 1) = 1 / ((n + 1) · C(n, x)).
    let smaller = missed.min(all - missed);
    let chosen: f64 = (0..smaller).map(|k| ((n - f64::from(k)) / (f64::from(k) + 1.0)).ln()).sum();
    let mixed = -(n + 1.0).ln() - chosen;
    let times = |count: f64, ln: f64| if count > 0.0 { count * ln } else { 0.0 };
    move |rate| mixed - times(x, rate.ln()) - times(n - x, (-rate).ln_1p()) >= LIMIT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_that_of_the_confidence_sequence() {
        // The values of the design for the uniform prior.
        for (all, upper) in [(59, 0.1132), (100, 0.0733)] {
            assert!((interval(0, all).1 - upper).abs() < 0.000_05, "{all}: {:?}", interval(0, all));
        }
        for (clean, limit) in [(69, 0.10), (158, 0.05), (451, 0.02)] {
            assert!(interval(0, clean).1 <= limit && interval(0, clean - 1).1 > limit, "{clean}");
        }
        assert_eq!(interval(0, 1).0, 0.0);
        assert_eq!(interval(7, 7).1, 1.0);
        for (missed, all) in [(1, 2), (3, 20), (10, 20), (17, 20), (400, 1000)] {
            let (lower, upper) = interval(missed, all);
            let share = f64::from(missed) / f64::from(all);
            assert!(0.0 < lower && lower < share && share < upper && upper < 1.0, "{missed} of {all}: {lower} {upper}");
            let (low, high) = interval(all - missed, all);
            assert!((1.0 - low - upper).abs() < 1e-9 && (1.0 - high - lower).abs() < 1e-9, "it is symmetric");
        }
    }

    #[test]
    fn bounds_are_rounded_outwards() {
        assert_eq!(MissRate::of(0, 0), None);
        let rate = MissRate::of(18, 2).unwrap();
        assert_eq!((rate.found, rate.missed, rate.rate), (18, 2, 1000));
        let (lower, upper) = interval(2, 20);
        assert!(f64::from(rate.lower) <= lower * 1e4 && f64::from(rate.upper) >= upper * 1e4);
        assert!(f64::from(rate.upper) < upper * 1e4 + 1.0);
        let all = MissRate::of(0, 1).unwrap();
        assert_eq!((all.rate, all.upper), (10_000, 10_000));
        assert_eq!(MissRate::of(2, 1).unwrap().rate, 3333);
    }

    #[test]
    fn the_interval_holds_at_every_look() {
        // The probability of ever being wrong is at most 5%: 50 of 1,000 histories, and four standard errors are 28.
        for points in [200, 1500, 4000] {
            let rate = f64::from(points) / 1e4;
            let mut random = crate::random::Random::new(u64::from(points));
            let mut ever = 0;
            for _ in 0..1000 {
                let mut missed = 0;
                let wrong = (1..=200).any(|all| {
                    missed += u32::from(random.below(10_000) < points);
                    excluded(missed, all)(rate)
                });
                ever += u32::from(wrong);
            }
            assert!(ever <= 78, "{points}: {ever} of 1000");
        }
    }
}
