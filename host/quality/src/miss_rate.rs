//! How many defects reviewers miss, measured by those that were planted.
//!
//! Whoever shows the rate looks after every decision, so the interval has to hold however often it is looked at: it is a
//! confidence sequence, as the governor's bound is, two-sided and with the uniform prior, since nobody knows beforehand
//! how many a reviewer misses. With `x` missed of `n`, the likelihood mixed over all rates, divided by that of `p`,
//! `M(p) = B(x + 1, n − x + 1) / (p^x (1 − p)^(n − x))`, is a martingale of mean 1 where `p` is the true rate; by Ville's
//! inequality it ever reaches 20 with a chance of 5 % at most, and the rates with `M(p) < 20` are the interval.
//! H. Robbins, "Statistical methods related to the law of the iterated logarithm", Annals of Mathematical Statistics 41
//! (1970) 1397–1409; S. R. Howard, A. Ramdas, J. McAuliffe and J. Sekhon, "Time-uniform, nonparametric, nonasymptotic
//! confidence sequences", Annals of Statistics 49 (2021) 1055–1080.
//!
//! It holds as long as the rate stays what it is and nobody can tell a planted package from another one before deciding.
//! It is about defects of the kinds that are planted, and those slip through every check. A hasty decision counts as any
//! other does: what it misses would have left.

use baton_facts::types::BasisPoints;
use serde::{Deserialize, Serialize};

/// The logarithm of 1/α, with a chance of 5 % that the interval ever leaves the rate out.
const LIMIT: f64 = 2.995_732_273_553_991;

/// Bisections: as many as a double has bits.
const STEPS: u32 = 53;

/// What became of the planted defects that somebody decided about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct MissRate {
    /// Rejected for the draft, the research or the contact, or gone in the text that was to leave.
    pub found: u32,
    /// Approved, or still there in the text that was to leave.
    pub missed: u32,
    /// The share that was missed, to the nearest.
    pub rate: BasisPoints,
    /// The lower end of the interval, rounded down.
    pub lower: BasisPoints,
    /// The upper end, rounded up. This is the one to restate limits with: a limit is a promise, and one stated with the
    /// estimate would be broken about every second time.
    pub upper: BasisPoints,
}

impl MissRate {
    /// Of so many; none where there are none.
    pub fn of(found: u32, missed: u32) -> Option<Self> {
        let all = found.checked_add(missed).filter(|all| *all > 0)?;
        let (lower, upper) = interval(missed, all);
        let points = |share: f64| (share * 10_000.0).clamp(0.0, 10_000.0) as BasisPoints;
        let rate = points((f64::from(missed) / f64::from(all) * 10_000.0).round() / 10_000.0 + 1e-9);
        let (lower, upper) = (points(lower), points((upper * 10_000.0).ceil() / 10_000.0 + 1e-9));
        Some(Self { found, missed, rate, lower, upper })
    }
}

/// The least and the greatest rate in the interval, 0 to 1, with `missed` of `all`; `all` is not 0.
fn interval(missed: u32, all: u32) -> (f64, f64) {
    let excluded = excluded(missed, all);
    // M(p) is least at the observed share and grows without bound towards 0, if any was missed, and towards 1, if any was
    // found.
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

/// Tells which rates are not in the interval.
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
        // The values that the design gives for the uniform prior.
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
    fn rounded_so_that_it_still_holds() {
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
    fn the_interval_holds_however_often_it_is_looked_at() {
        // The chance to be ever wrong is at most 5 %; of 1,000 histories that is 50, and four standard errors are 28.
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
