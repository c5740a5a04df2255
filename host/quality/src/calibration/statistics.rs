//! Intervals for shares and for the difference between two shares, by formulas that hold for small numbers too.
//!
//! Pure functions. Shares are 0 to 1.

/// The standard normal distribution's 0.975 quantile.
pub(super) const Z: f64 = 1.959_963_984_540_054;

/// The 0.8 quantile: an existing difference is found four times in five.
const POWER: f64 = 0.841_621_233_572_914;

/// The quantiles for 1, 2, … comparisons at a time, for which all of them hold together in 95% of cases (Bonferroni):
/// 1 − 0.05 / (2 m).
const TOGETHER: [f64; 5] =
    [Z, 2.241_402_727_604_947, 2.393_979_800_019_155, 2.497_705_474_412_374, 2.575_829_303_548_901];

/// An interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Between {
    pub lower: f64,
    pub upper: f64,
}

/// A count among a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Share {
    pub hits: u32,
    pub of: u32,
}

impl Share {
    /// 0 without data.
    pub fn rate(self) -> f64 {
        if self.of == 0 { 0.0 } else { f64::from(self.hits) / f64::from(self.of) }
    }
}

/// Returns the quantile for so many comparisons; beyond five it is the fifth's.
pub(super) fn together(comparisons: usize) -> f64 {
    TOGETHER[comparisons.clamp(1, TOGETHER.len()) - 1]
}

/// Returns Wilson's score interval (E. B. Wilson, JASA 22, 1927); everything without data.
pub(super) fn wilson(share: Share, z: f64) -> Between {
    if share.of == 0 {
        return Between { lower: 0.0, upper: 1.0 };
    }
    let (n, p) = (f64::from(share.of), share.rate());
    let scale = 1.0 + z * z / n;
    let centre = (p + z * z / (2.0 * n)) / scale;
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / scale;
    Between { lower: (centre - half).max(0.0), upper: (centre + half).min(1.0) }
}

/// Returns the interval of the difference between two shares: R. G. Newcombe, "Interval estimation for the difference
/// between independent proportions: comparison of eleven methods", Statistics in Medicine 17, 1998, method 10.
pub(super) fn difference(one: Share, other: Share, z: f64) -> Between {
    let (p, q) = (one.rate(), other.rate());
    let (of_one, of_other) = (wilson(one, z), wilson(other, z));
    Between {
        lower: p - q - (p - of_one.lower).hypot(of_other.upper - q),
        upper: p - q + (of_one.upper - p).hypot(q - of_other.lower),
    }
}

/// Returns the sample size for which a difference as large as theirs, or `least` if theirs is smaller, is found four
/// times in five: n = (z + z₀.₈)² (p(1−p) + q(1−q)) / d², the shares moved to the middle by two hits and two misses
/// each (A. Agresti and B. Caffo, The American Statistician 54, 2000), so that neither is 0 or 1.
pub(super) fn needed(one: Share, other: Share, least: f64, z: f64) -> u32 {
    let drawn = |share: Share| (f64::from(share.hits) + 2.0) / (f64::from(share.of) + 4.0);
    let (p, q) = (drawn(one), drawn(other));
    let apart = (one.rate() - other.rate()).abs().max(least);
    let needed = (z + POWER).powi(2) * (p * (1.0 - p) + q * (1.0 - q)) / (apart * apart);
    // A few thousand at most: `least` bounds it.
    needed.ceil() as u32
}

/// Returns the value that this share of the sorted values does not exceed, by nearest rank.
pub(super) fn quantile<T: Copy>(sorted: &[T], share: f64) -> Option<T> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn share(hits: u32, of: u32) -> Share {
        Share { hits, of }
    }

    #[track_caller]
    fn close(found: Between, expected: (f64, f64)) {
        let near = |one: f64, other: f64| (one - other).abs() < 0.000_051;
        assert!(near(found.lower, expected.0) && near(found.upper, expected.1), "{found:?} is not {expected:?}");
    }

    /// Newcombe 1998, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17, table I,
    /// method 3.
    #[test]
    fn single_shares_as_published() {
        for (of, expected) in [
            (share(81, 263), (0.2553, 0.3662)),
            (share(15, 148), (0.0624, 0.1605)),
            (share(0, 20), (0.0, 0.1611)),
            (share(1, 29), (0.0061, 0.1718)),
        ] {
            close(wilson(of, Z), expected);
        }
        close(wilson(share(0, 0), Z), (0.0, 1.0));
    }

    /// Newcombe 1998, on the difference, table II, method 10.
    #[test]
    fn differences_as_published() {
        for (one, other, expected) in [
            (share(56, 70), share(48, 80), (0.0524, 0.3339)),
            (share(9, 10), share(3, 10), (0.1705, 0.8090)),
            (share(6, 7), share(2, 7), (0.0582, 0.8062)),
            (share(5, 56), share(0, 29), (-0.0381, 0.1926)),
            (share(0, 10), share(0, 20), (-0.1611, 0.2775)),
            (share(0, 10), share(0, 10), (-0.2775, 0.2775)),
            (share(10, 10), share(0, 20), (0.6791, 1.0)),
            (share(10, 10), share(0, 10), (0.6075, 1.0)),
        ] {
            close(difference(one, other, Z), expected);
            close(difference(other, one, Z), (-expected.1, -expected.0));
        }
    }

    #[test]
    fn more_comparisons_make_wider_intervals() {
        let mut last = 0.0;
        for comparisons in 1..=5 {
            let found = difference(share(30, 40), share(20, 40), together(comparisons));
            assert!(found.upper - found.lower > last);
            last = found.upper - found.lower;
        }
        assert!((together(1) - together(0)).abs() < f64::EPSILON);
        assert!((together(5) - together(60)).abs() < f64::EPSILON);
    }

    /// 0.6 against 0.8: the usual formula gives 78.5 for each; moving the shares to the middle makes it a few more.
    #[test]
    fn decisions_needed_for_a_difference() {
        assert_eq!(needed(share(600, 1000), share(800, 1000), 0.05, Z), 79);
        let (small, large) = (needed(share(7, 10), share(7, 10), 0.1, Z), needed(share(7, 10), share(7, 10), 0.2, Z));
        assert!(small > 3 * large, "{small} and {large}: half the difference takes four times as many");
        assert!(needed(share(0, 0), share(0, 0), 0.1, Z) < 1000);
    }

    #[test]
    fn ranks() {
        assert_eq!(quantile::<u16>(&[], 0.5), None);
        assert_eq!(quantile(&[7], 0.9), Some(7));
        assert_eq!(quantile(&[1, 2, 3, 4], 0.5), Some(2));
        assert_eq!(quantile(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9), Some(9));
    }
}
