//! Percentages.

use baton_facts::types::BasisPoints;

/// Formats basis points: `15%`, `4.83%`.
pub(crate) fn percent(points: BasisPoints) -> String {
    format!("{}%", baton_present::percent_digits(points))
}

/// Formats a sampling share as `1 in 5`, or as a percentage if it is not such a fraction.
pub(crate) fn one_in(points: BasisPoints) -> String {
    match points {
        1.. if 10_000 % points == 0 => format!("1 in {}", 10_000 / points),
        _ => percent(points),
    }
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
}
