//! Parsers of head counts and amounts of money as people, vendors and spreadsheets write them.
//!
//! A parser returns `None` for a value that it does not understand and never guesses; the caller adds a note.

/// Parses a head count: `1,200`, `1.200`, `1 200`, `1.2k`, `10,001+ employees`, `~500`, `300 FTE`. A range such as `51-200`
/// is read as its lower end, which is certain, also where a spreadsheet made a date of it (`Nov-50` was `11-50`);
/// `<50` has none. Returns `None` for counts above `u32::MAX`.
pub fn count(value: &str) -> Option<u32> {
    const BEFORE: [&str; 10] = ["~", ">", "≈", "=", "'", "over ", "approx.", "approx ", "about ", "ca."];
    const AFTER: [&str; 11] = [
        "employees",
        "employee",
        "mitarbeiter",
        "mitarbeitende",
        "empleados",
        "employés",
        "funcionários",
        "people",
        "staff",
        "ftes",
        "fte",
    ];
    let lower = western_digits(value.trim()).to_lowercase();
    let lower = match lower.split_once(": ") {
        // LinkedIn's letter of the size, before its range.
        Some(("a" | "b" | "c" | "d" | "e" | "f" | "g" | "h" | "i", range)) => range,
        _ => &lower,
    };
    if let Some(low) = range_as_date(lower) {
        return Some(low);
    }
    let lower = BEFORE.iter().fold(lower, |rest, mark| rest.strip_prefix(mark).unwrap_or(rest).trim_start());
    let lower = AFTER.iter().fold(lower, |rest, word| rest.strip_suffix(word).unwrap_or(rest).trim_end());
    let lower = lower.trim_end_matches('+').trim();
    let first = match range_ends(lower) {
        Some((low, high)) => {
            let (low, high) = (magnitude(low, SeparatorRule::Count)?, magnitude(high, SeparatorRule::Count)?);
            if low > high {
                return None;
            }
            low
        }
        None => magnitude(lower, SeparatorRule::Count)?,
    };
    (first <= f64::from(u32::MAX)).then_some(first.round() as u32)
}

/// Splits `51-200` or `51 to 200` into its ends.
fn range_ends(value: &str) -> Option<(&str, &str)> {
    value.split_once(['-', '–', '—']).or_else(|| value.split_once(" to "))
}

/// Returns the lower end of a range that a spreadsheet turned into a date: `Nov-50` was `11-50`, `02-Oct` was `2-10`,
/// and so was `10-Feb` where the month comes first.
fn range_as_date(lower: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let month = |text: &str| (1..).zip(MONTHS).find_map(|(number, name)| (name == text).then_some(number));
    let (first, second) = lower.split_once('-')?;
    match (month(first), month(second)) {
        (Some(month), None) => (second.parse::<u32>().ok()? >= month).then_some(month),
        (None, Some(month)) => first.parse::<u32>().ok().filter(|day| *day > 0).map(|day| day.min(month)),
        _ => None,
    }
}

/// Writes Arabic, Persian, Devanagari and full-width digits as `0` to `9`.
fn western_digits(value: &str) -> String {
    let western = |character: char| {
        let digit = ['\u{660}', '\u{6f0}', '\u{966}', '\u{ff10}']
            .into_iter()
            .find_map(|zero| u32::from(character).checked_sub(u32::from(zero)).filter(|digit| *digit < 10));
        digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(character)
    };
    value.chars().map(western).collect()
}

/// Parses an amount in whole US dollars: `5117586`, `$1,200,000.50`, `USD 5M`, `1.2 billion`. A range such as
/// `$5M-$10M` is read as its lower end. Returns `None` for an amount in another currency, since no exchange rate is
/// known, and for `1.100`, which is eleven hundred or one dollar and ten cents.
pub fn dollars(value: &str) -> Option<u64> {
    let lower = value.trim().to_lowercase();
    let amount = match range_ends(&lower) {
        Some((low, high)) => {
            let (low, high) = (without_dollar_sign(low), without_dollar_sign(high));
            let (own, most) = (magnitude(low, SeparatorRule::Money)?, magnitude(high, SeparatorRule::Money)?);
            if own > most {
                return None;
            }
            // In `5-10M` the word of the higher end is that of both.
            let shared = own * scale(high).1;
            if scale(low).1 == 1.0 && shared <= most { shared } else { own }
        }
        None => magnitude(without_dollar_sign(&lower), SeparatorRule::Money)?,
    };
    // Above 2^53 a float cannot represent every dollar, and no revenue is that high.
    (amount < 9_007_199_254_740_992.0).then_some(amount.round() as u64)
}

fn without_dollar_sign(amount: &str) -> &str {
    let bare = ["us$", "usd", "$"].iter().fold(amount, |rest, mark| {
        let rest = rest.trim();
        rest.strip_prefix(mark).or_else(|| rest.strip_suffix(mark)).unwrap_or(rest)
    });
    bare.trim()
}

/// The meaning of a single separator before three digits.
#[derive(Clone, Copy, PartialEq)]
enum SeparatorRule {
    /// It groups thousands: a count has no fraction.
    Count,
    /// A comma groups thousands; a point may be either.
    Money,
    /// A point starts the fraction of `1.125 billion`.
    Scaled,
    /// It may be either in `1.125 Mio`, since the word is German and the writer's separators may be too.
    German,
}

/// Splits off a magnitude word, and returns the rest and the word's factor; 1 without one.
fn scale(value: &str) -> (&str, f64) {
    const SCALES: [(&str, f64); 11] = [
        ("thousand", 1e3),
        ("million", 1e6),
        ("billion", 1e9),
        ("mrd", 1e9),
        ("mio", 1e6),
        ("mm", 1e6),
        ("bn", 1e9),
        ("k", 1e3),
        ("m", 1e6),
        ("b", 1e9),
        ("t", 1e3),
    ];
    let value = value.trim().trim_end_matches('.').trim();
    SCALES
        .iter()
        .find_map(|(word, scale)| value.strip_suffix(word).map(|rest| (rest.trim_end(), *scale)))
        .unwrap_or((value, 1.0))
}

/// Parses a non-negative number with an optional magnitude word.
fn magnitude(value: &str, separators: SeparatorRule) -> Option<f64> {
    let (digits, scale) = scale(value);
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    if digits.contains('e') && digits.bytes().all(|byte| byte.is_ascii_digit() || b"e+.".contains(&byte)) {
        return digits.parse().ok().filter(|number: &f64| number.is_finite()).map(|number| number * scale);
    }
    let compact: String = digits.chars().filter(|mark| !mark.is_whitespace() && !"'’_".contains(*mark)).collect();
    if !compact.bytes().all(|byte| byte.is_ascii_digit() || byte == b',' || byte == b'.') || compact.len() > 24 {
        return None;
    }
    let separators = match scale {
        1.0 => separators,
        _ if value.contains("mio") || value.contains("mrd") => SeparatorRule::German,
        _ => SeparatorRule::Scaled,
    };
    let number: f64 = with_decimal_point(&compact, separators)?.parse().ok()?;
    Some(number * scale)
}

/// Decides which of `,` and `.` groups thousands and which starts the fraction, and returns the number with `.` alone.
fn with_decimal_point(digits: &str, separators: SeparatorRule) -> Option<String> {
    let groups = |mark: char| {
        let mut parts = digits.split(['.', ',']);
        let head = parts.next().unwrap_or_default();
        digits.matches(mark).count() > 0 && (1..=3).contains(&head.len()) && parts.all(|part| part.len() == 3)
    };
    let (commas, dots) = (digits.matches(',').count(), digits.matches('.').count());
    match (commas, dots) {
        (0, 0) => Some(digits.to_owned()),
        (1.., 1..) => {
            let fraction = if digits.rfind(',') > digits.rfind('.') { ',' } else { '.' };
            let (head, tail) = digits.rsplit_once(fraction)?;
            let grouped = head
                .split([',', '.'])
                .enumerate()
                .all(|(at, part)| if at == 0 { (1..=3).contains(&part.len()) } else { part.len() == 3 });
            (grouped && !head.contains(fraction)).then(|| format!("{}.{tail}", head.replace([',', '.'], "")))
        }
        (1, 0) if groups(',') && separators == SeparatorRule::German => None,
        (1, 0) if groups(',') => Some(digits.replace(',', "")),
        (1, 0) => Some(digits.replace(',', ".")),
        (0, 1) if groups('.') && separators == SeparatorRule::Count => Some(digits.replace('.', "")),
        (0, 1) if groups('.') && separators != SeparatorRule::Scaled => None,
        (0, 1) => Some(digits.to_owned()),
        (2.., 0) if groups(',') => Some(digits.replace(',', "")),
        (0, 2..) if groups('.') && separators != SeparatorRule::Money => Some(digits.replace('.', "")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn head_counts() {
        let check = |value: &str, expected: Option<u32>| assert_eq!(count(value), expected, "{value:?}");
        for (value, expected) in [
            ("28549", 28549),
            ("1,200", 1200),
            ("1.200", 1200),
            ("1 200", 1200),
            ("1\u{a0}200", 1200),
            ("1'200", 1200),
            ("1,234,567", 1_234_567),
            ("51-200", 51),
            ("51 – 200", 51),
            ("51 to 200", 51),
            ("1.2M", 1_200_000),
            ("1.5k", 1500),
            ("10,001+", 10_001),
            ("~500", 500),
            (">1000", 1000),
            ("12.0", 12),
            ("250 employees", 250),
            ("1E+05", 100_000),
            ("0", 0),
            ("10,001+ employees", 10_001),
            ("500 Mitarbeiter", 500),
            ("300 FTE", 300),
            ("'300", 300),
            ("approx. 300", 300),
            ("over 500", 500),
            ("1,001-5,000", 1001),
            ("12,5", 13),
            ("C: 51-200", 51),
            ("Oct-50", 10),
            ("Nov-50", 11),
            ("02-Oct", 2),
            ("10-Feb", 2),
            ("15-Oct", 10),
            ("١٢٠٠", 1200),
            ("۵۰", 50),
            ("٥٠", 50),
            ("５００", 500),
            ("5K-10K", 5000),
            ("10k+", 10_000),
        ] {
            check(value, Some(expected));
        }
        for value in [
            "",
            "n/a",
            "many",
            "<50",
            "< 50",
            "-5",
            "1,2,3",
            "1.2.3",
            "5000000000",
            "200-51",
            "1e999",
            "∞",
            "NaN",
            "inf",
            "k",
            "1-2-3",
            "Oct-5",
            "Oct",
            "Okt-50-60",
            "Size: big",
        ] {
            check(value, None);
        }
    }

    #[test]
    fn amounts_of_money() {
        let check = |value: &str, expected: Option<u64>| assert_eq!(dollars(value), expected, "{value:?}");
        for (value, expected) in [
            ("5117586", 5_117_586),
            ("$1,200,000.50", 1_200_001),
            ("USD 5M", 5_000_000),
            ("1.2 billion", 1_200_000_000),
            ("12.5 USD", 13),
            ("1.234.567,89", 1_234_568),
            ("US$3bn", 3_000_000_000),
            ("1,200", 1200),
            ("0.00", 0),
            ("5.0E7", 50_000_000),
            ("1.1E+9", 1_100_000_000),
            ("$5M-$10M", 5_000_000),
            ("$5M – $10M", 5_000_000),
            ("5-10M", 5_000_000),
            ("1,000,000 to 5,000,000 USD", 1_000_000),
            ("10,5M", 10_500_000),
            ("$1,2M", 1_200_000),
            ("12,5 Mio. $", 12_500_000),
            ("5 Mrd", 5_000_000_000),
            ("1.125B", 1_125_000_000),
            ("$500-1M", 500),
            ("1.200.000,00", 1_200_000),
        ] {
            check(value, Some(expected));
        }
        for value in [
            "",
            "€3M",
            "EUR 5000",
            "£5",
            "n/a",
            "-12",
            "$",
            "1,23,456",
            "9e99",
            "1.100",
            "1.234",
            "1.100.000",
            "1.100 Mio",
            "1,100 Mrd",
            "€5 Mio.",
            "$5M-€10M",
            "$10M-$5M",
            "5M-",
            "Rs 5 crore",
            "(1200)",
        ] {
            check(value, None);
        }
    }
}
