//! Numbers, counts, percentages and expected numbers.

use baton_facts::types::BasisPoints;

/// Expected numbers from here on are shown as `more than 100,000`.
const LARGEST_SHOWN: u32 = 100_000;

/// Formats a number with thousands separators: `12,500`.
pub fn number(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// Formats a count with its noun: `1 account`, `2 accounts`, `3 touches`.
pub fn count(number: impl Into<u64>, noun: &str) -> String {
    let number = number.into();
    let plural = match number {
        1 => "",
        _ if noun.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{} {noun}{plural}", self::number(number))
}

/// Formats basis points as a percentage without its sign: `15`, `4.83`.
pub fn percent_digits(points: BasisPoints) -> String {
    let digits = format!("{}.{:02}", points / 100, points % 100);
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Formats an expected number given in hundredths: `4`, `4.3`.
pub fn from_hundredths(value: u32) -> String {
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
pub fn capped(value: u32) -> String {
    if value >= LARGEST_SHOWN { format!("more than {}", number(LARGEST_SHOWN)) } else { number(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_thousands_separators() {
        for (value, expected) in [(0_u64, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn nouns_agree_with_their_number() {
        for (value, noun, expected) in
            [(1_u64, "account", "1 account"), (0, "account", "0 accounts"), (1200, "touch", "1,200 touches")]
        {
            assert_eq!(count(value, noun), expected);
        }
    }

    #[test]
    fn basis_points_are_shown_as_percentages() {
        for (points, expected) in [(10_000, "100"), (2000, "20"), (483, "4.83"), (2660, "26.6"), (1, "0.01"), (0, "0")]
        {
            assert_eq!(percent_digits(points), expected);
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
