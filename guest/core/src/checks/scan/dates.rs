//! Dates, as figures and in words.

use super::fact::FactKey;

/// Parses `3 March 2026`, `3. März`, `3rd of March`, `3 de marzo`, `March 3, 2026`, `March 2026` or `March`. Returns
/// the key and how many of the following chunks belong to it.
pub(super) fn spelled_date(text: &str, next: [&str; 3]) -> Option<(FactKey, usize)> {
    let date = |year: Option<u16>, month, day: Option<u8>| FactKey::Date {
        year: year.unwrap_or(0),
        month,
        day: day.unwrap_or(0),
    };
    if let Some(day) = day(text) {
        let (name, after, words) =
            if matches!(next[0], "of" | "de") { (next[1], next[2], 2) } else { (next[0], next[1], 1) };
        let month = month(name)?;
        let year = year(after);
        return Some((date(year, month, Some(day)), words + usize::from(year.is_some())));
    }
    let month = month(text)?;
    if let Some(year) = year(next[0]) {
        return Some((date(Some(year), month, None), 1));
    }
    if let Some(day) = day(next[0]) {
        let year = year(next[1]);
        return Some((date(year, month, Some(day)), 1 + usize::from(year.is_some())));
    }
    // Alone, only a whole month name with a capital letter counts: `Mar` or `may` can be another word.
    let whole = text.len() > 3 && text.starts_with(char::is_uppercase);
    whole.then(|| (date(None, month, None), 0))
}

/// Parses `2026-03-09`, `9.3.2026` and `3/9/2026`, the last one in both orders.
pub(super) fn written_date(text: &str) -> Option<[Option<FactKey>; 2]> {
    let date = |year: &str, month: &str, day: &str| {
        let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some(FactKey::Date { year, month, day })
    };
    let text = text.split('T').next().unwrap_or_default();
    for separator in ['-', '/', '.'] {
        let mut parts = text.split(separator);
        let (Some(a), Some(b), Some(c), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let keys = match (a.len(), b.len(), c.len()) {
            (4, 1..=2, 1..=2) => [date(a, b, c), None],
            (1..=2, 1..=2, 4) if separator == '/' => [date(c, b, a), date(c, a, b)],
            (1..=2, 1..=2, 4) => [date(c, b, a), None],
            _ => continue,
        };
        return keys.iter().any(Option::is_some).then_some(keys);
    }
    None
}

/// Returns whether the word is the name of a month.
pub(super) fn is_month(text: &str) -> bool {
    month(text).is_some()
}

/// Parses a day of the month, with or without an ordinal ending.
fn day(text: &str) -> Option<u8> {
    let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
    let ending = &text[digits.len()..];
    let ordinal = matches!(ending, "" | "st" | "nd" | "rd" | "th" | "." | "er" | "º");
    digits.parse().ok().filter(|day| ordinal && digits.len() <= 2 && (1..=31).contains(day))
}

fn year(text: &str) -> Option<u16> {
    text.parse().ok().filter(|year| text.len() == 4 && (1900..=2099).contains(year))
}

fn month(text: &str) -> Option<u8> {
    if text.len() < 3 || text.len() > 11 {
        return None;
    }
    Some(match text.to_lowercase().as_str() {
        "january" | "jan" | "januar" | "jänner" | "janvier" | "enero" => 1,
        "february" | "feb" | "februar" | "février" | "febrero" => 2,
        "march" | "mar" | "märz" | "mars" | "marzo" => 3,
        "april" | "apr" | "avril" | "abril" => 4,
        "may" | "mai" | "mayo" => 5,
        "june" | "jun" | "juni" | "juin" | "junio" => 6,
        "july" | "jul" | "juli" | "juillet" | "julio" => 7,
        "august" | "aug" | "août" | "agosto" => 8,
        "september" | "sep" | "sept" | "septembre" | "septiembre" => 9,
        "october" | "oct" | "oktober" | "okt" | "octobre" | "octubre" => 10,
        "november" | "nov" | "novembre" | "noviembre" => 11,
        "december" | "dec" | "dezember" | "dez" | "décembre" | "diciembre" => 12,
        _ => return None,
    })
}
