//! Percentages and expected numbers.

use super::number;
use baton_facts::types::BasisPoints;

/// Expected numbers from here on are shown as `more than 100,000`.
const LARGEST_SHOWN: u32 = 100_000;

/// Formats basis points: `15%`, `4.83%`.
pub(crate) fn percent(points: BasisPoints) -> String {
    let digits = format!("{}.{:02}", points / 100, points % 100);
    format!("{}%", digits.trim_end_matches('0').trim_end_matches('.'))
}

/// Formats a sampling share as `1 in 5`, or as a percentage if it is not such a fraction.
pub(crate) fn one_in(points: BasisPoints) -> String {
    match points {
        1.. if 10_000 % points == 0 => format!("1 in {}", 10_000 / points),
        _ => percent(points),
    }
}

/// Formats an expected number given in hundredths: `4`, `4.3`.
pub(crate) fn from_hundredths(value: u32) -> String {
    if value / 100 >= LARGEST_SHOWN {
        return capped(value / 100);
    }
    let tenths = value.div_ceil(10);
    match tenths % 10 {
        0 => number(tenths / 10),
        rest => format!("{}.{rest}", number(tenths / 10)),
    }
}

/// Formats an expected number: `23`, `more than 100,000`.
pub(crate) fn capped(value: u32) -> String {
    if value >= LARGEST_SHOWN { format!("more than {}", number(LARGEST_SHOWN)) } else { number(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basis_points_are_shown_as_percentages() {
        for (points, in_percent, in_one) in [
            (10_000, "100%", "1 in 1"),
            (2000, "20%", "1 in 5"),
            (200, "2%", "1 in 50"),
            (483, "4.83%", "4.83%"),
            (1, "0.01%", "1 in 10000"),
            (0, "0%", "0%"),
        ] {
            assert_eq!((percent(points).as_str(), one_in(points).as_str()), (in_percent, in_one));
        }
    }

    #[test]
    fn expectations_are_rounded_up_and_bounded() {
        for (value, expected) in [(0, "0"), (400, "4"), (401, "4.1"), (425, "4.3"), (12_345_600, "more than 100,000")] {
            assert_eq!(from_hundredths(value), expected, "{value}");
        }
        assert_eq!(capped(u32::MAX), "more than 100,000");
        assert_eq!(capped(120), "120");
    }
}
