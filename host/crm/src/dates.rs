//! Dates and times of exports, parsed into seconds since 1970.
//!
//! A form with two readings, such as `03/04/2026`, needs the order of its column: the configured one, or the one that
//! another value of the column proves. Without either it cannot be read.

use baton_facts::types::Timestamp;
use chrono::{NaiveDate, NaiveTime};

use super::crm_config::DateOrder;

/// The days between 1899-12-30, from which spreadsheets count, and 1970-01-01.
const SERIAL_OF_1970: i64 = 25_569;

/// Parses ISO 8601, `2026/03/05`, `5.3.2026`, `Mar 5, 2026`, `5. März 2026`, `2026年3月5日`, `20260305`, each also with a
/// time of 24 or 12 hours; days as spreadsheets count them (`46086`), and seconds or milliseconds since 1970.
/// `3/5/2026` and `5-3-26` are read in the order of the column, or if only one order makes a date. A date alone is
/// midnight UTC; a time without an offset is UTC. Returns `None` for anything else and for years outside 1900 to 2199.
pub fn parse_timestamp(value: &str, order: Option<DateOrder>) -> Option<Timestamp> {
    let value = value.trim();
    if let Some(at) = counted(value) {
        return Some(at);
    }
    let (day, rest) = day(value, order)?;
    let midnight = day.and_time(NaiveTime::MIN).and_utc().timestamp();
    let rest = rest.trim();
    if rest.is_empty() {
        return Some(midnight);
    }
    let (time, afternoon, zone) = clock_parts(rest);
    Some(midnight + seconds_of_day(time, afternoon)? - offset(zone)?)
}

/// Returns the order that the value proves, because one of its two numbers is too high for a month.
pub fn proven_order(value: &str) -> Option<DateOrder> {
    let (first, second, _, _) = slashed(value.trim())?;
    match (first, second) {
        (1..=12, 13..=31) => Some(DateOrder::Mdy),
        (13..=31, 1..=12) => Some(DateOrder::Dmy),
        _ => None,
    }
}

/// Parses a number that counts days, seconds or milliseconds.
fn counted(value: &str) -> Option<Timestamp> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = value.split_once('.').unwrap_or((value, "0"));
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let number: i64 = whole.parse().ok()?;
    match (whole.len(), fraction == "0") {
        // The years 2000 to 2099.
        (5, _) if (36_526..73_051).contains(&number) => {
            let part: f64 = format!("0.{fraction}").parse().ok()?;
            Some((number - SERIAL_OF_1970) * 86_400 + (part * 86_400.0) as i64)
        }
        (10, true) => Some(number),
        (13, true) => Some(number / 1000),
        _ => None,
    }
}

/// Parses the day at the start of the value, and returns the rest.
fn day(value: &str, order: Option<DateOrder>) -> Option<(NaiveDate, &str)> {
    let found = compact(value)
        .or_else(|| year_first(value))
        .or_else(|| dotted(value))
        .or_else(|| ordered(value, order))
        .or_else(|| named_month(value))?;
    let ((year, month, day), rest) = found;
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    (1900..2200).contains(&year).then_some((date, rest))
}

type DayParts<'a> = ((u32, u32, u32), &'a str);

/// Parses `20260305`.
fn compact(value: &str) -> Option<DayParts<'_>> {
    let parts = (number(value.get(..4)?)?, number(value.get(4..6)?)?, number(value.get(6..8)?)?);
    (value.len() == 8).then_some((parts, ""))
}

/// Parses `2026-03-05`, `2026/3/5`, `2026.03.05` and `2026年3月5日`.
fn year_first(value: &str) -> Option<DayParts<'_>> {
    let (year, rest) = leading_number(value)?;
    let (month_mark, day_mark) = match rest.chars().next()? {
        mark @ ('-' | '/' | '.') => (mark, mark),
        '年' => ('年', '月'),
        _ => return None,
    };
    let (month, rest) = leading_number(rest.strip_prefix(month_mark)?)?;
    let (day, rest) = leading_number(rest.strip_prefix(day_mark)?)?;
    let rest = rest.strip_prefix('日').unwrap_or(rest);
    (1000..10_000).contains(&year).then_some(((year, month, day), time_follows(rest)?))
}

/// Parses `5.3.2026` and `05.03.26`: with dots the day comes first.
fn dotted(value: &str) -> Option<DayParts<'_>> {
    let (day, rest) = leading_number(value)?;
    let (month, rest) = leading_number(rest.strip_prefix('.')?)?;
    let (year, rest) = leading_number(rest.strip_prefix('.')?)?;
    Some(((whole_year(year)?, month, day), time_follows(rest)?))
}

/// Parses `3/5/2026` and `3-5-26` in the order of the column, or in the only order that makes a date.
fn ordered(value: &str, order: Option<DateOrder>) -> Option<DayParts<'_>> {
    let (first, second, year, rest) = slashed(value)?;
    let (month, day) = match order.or_else(|| proven_order(value))? {
        DateOrder::Mdy => (first, second),
        DateOrder::Dmy => (second, first),
    };
    Some(((whole_year(year)?, month, day), rest))
}

/// Returns the three numbers of `3/5/2026` or `3-5-26`.
fn slashed(value: &str) -> Option<(u32, u32, u32, &str)> {
    let (first, rest) = leading_number(value)?;
    let mark = rest.chars().next().filter(|mark| matches!(mark, '/' | '-'))?;
    let (second, rest) = leading_number(rest.strip_prefix(mark)?)?;
    let (year, rest) = leading_number(rest.strip_prefix(mark)?)?;
    (first <= 31).then_some((first, second, year, time_follows(rest)?))
}

/// Parses `Mar 5, 2026`, `5 March 2026`, `05-Mar-26`, `Thu Mar 05 2026` and `5. März 2026`.
fn named_month(value: &str) -> Option<DayParts<'_>> {
    let mut words = Vec::new();
    let mut rest = value;
    while words.len() < 5 {
        rest = rest.trim_start_matches([' ', ',', '.', '-', '/']);
        let end = rest.find([' ', ',', '.', '-', '/']).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if word.is_empty() || word.contains(':') {
            break;
        }
        // A weekday and the `de` of Spanish and Portuguese say nothing.
        if !(words.is_empty() && number(word).is_none() && month(word).is_none() || word == "de") {
            words.push(word);
        }
        rest = after;
        if words.len() == 3 {
            break;
        }
    }
    let [first, second, year] = words.as_slice() else { return None };
    let (month, day) = match (month(first), month(second)) {
        (Some(month), None) => (month, day_number(second)?),
        (None, Some(month)) => (month, day_number(first)?),
        _ => return None,
    };
    Some(((whole_year(number(year)?)?, month, day), time_follows(rest.trim_start_matches([',', '.']))?))
}

/// Parses `5`, `5th` or `05`.
fn day_number(word: &str) -> Option<u32> {
    number(["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word))
}

/// Returns the month of a name or an abbreviation in English, German, French, Spanish, Portuguese or Italian.
fn month(word: &str) -> Option<u32> {
    const NAMES: [&str; 12] = [
        "january januar jänner janvier enero janeiro gennaio",
        "february februar février fevrier febrero fevereiro febbraio",
        "march märz mrz maerz mars marzo março",
        "april avril abril aprile",
        "may mai mayo maio maggio",
        "june juni juin junio junho giugno",
        "july juli juillet julio julho luglio",
        "august août aout agosto",
        "september septembre septiembre setembro settembre",
        "october oktober octobre octubre outubro ottobre",
        "november novembre noviembre novembro",
        "december dezember décembre decembre diciembre dezembro dicembre",
    ];
    let word = word.to_lowercase();
    let named = |names: &&str| names.split(' ').any(|name| name.starts_with(&word));
    (word.chars().count() >= 3).then(|| NAMES.iter().position(named))?.map(|index| index as u32 + 1)
}

/// Reads a year of two digits as one of this century.
fn whole_year(year: u32) -> Option<u32> {
    match year {
        0..=99 => Some(2000 + year),
        1000..=9999 => Some(year),
        _ => None,
    }
}

/// Returns the digits at the start as a number of at most four, and the rest.
fn leading_number(value: &str) -> Option<(u32, &str)> {
    let end = value.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(value.len());
    (1..=4).contains(&end).then(|| Some((number(&value[..end])?, &value[end..])))?
}

/// Returns the rest of a value after its day, if a time can follow there.
fn time_follows(rest: &str) -> Option<&str> {
    let time = rest.strip_prefix([',', 'T', 't', ' ']).unwrap_or_default();
    (rest.is_empty() || !time.trim().is_empty()).then_some(time)
}

/// Splits a time into its clock, whether a mark says morning or afternoon, and its zone.
fn clock_parts(rest: &str) -> (&str, Option<bool>, &str) {
    let end =
        rest.find(|letter: char| !(letter.is_ascii_digit() || matches!(letter, ':' | '.' | ','))).unwrap_or(rest.len());
    let (time, after) = rest.split_at(end);
    let after = after.trim_start();
    let half = |mark: &str| after.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(mark));
    match (half("am"), half("pm")) {
        (true, _) => (time, Some(false), after[2..].trim_start()),
        (_, true) => (time, Some(true), after[2..].trim_start()),
        _ => (time, None, after),
    }
}

/// Parses `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fff`; a leap second counts as the second before it.
fn seconds_of_day(time: &str, afternoon: Option<bool>) -> Option<i64> {
    let mut parts = time.splitn(3, ':');
    let (hour, minute) = (number(parts.next()?)?, number(parts.next()?)?);
    let second = match parts.next() {
        None => 0,
        Some(text) => {
            let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
            number(fraction.get(..fraction.len().min(9))?)?;
            number(whole)?.min(if whole == "60" { 59 } else { u32::MAX })
        }
    };
    let hour = match afternoon {
        None => hour,
        Some(afternoon) => (1..=12).contains(&hour).then_some(hour % 12 + if afternoon { 12 } else { 0 })?,
    };
    (hour < 24 && minute < 60 && second < 60).then(|| i64::from(hour * 3600 + minute * 60 + second))
}

/// Parses `Z`, `UTC`, `GMT`, the zones of North America and Central Europe, `±HH`, `±HHMM` or `±HH:MM` into seconds east
/// of UTC; an empty text is UTC.
fn offset(zone: &str) -> Option<i64> {
    const ZONES: [(&str, i64); 14] = [
        ("Z", 0),
        ("UTC", 0),
        ("GMT", 0),
        ("BST", 1),
        ("CET", 1),
        ("CEST", 2),
        ("EST", -5),
        ("EDT", -4),
        ("CST", -6),
        ("CDT", -5),
        ("MST", -7),
        ("MDT", -6),
        ("PST", -8),
        ("PDT", -7),
    ];
    let sign = match zone.bytes().next() {
        None => return Some(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => {
            let known = ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(zone));
            return known.map(|(_, hours)| hours * 3600);
        }
    };
    let digits = zone[1..].replacen(':', "", 1);
    let (hours, minutes) = match digits.len() {
        2 => (number(&digits)?, 0),
        4 => (number(digits.get(..2)?)?, number(digits.get(2..)?)?),
        _ => return None,
    };
    (hours <= 14 && minutes < 60).then(|| sign * i64::from(hours * 3600 + minutes * 60))
}

fn number(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_in(order: Option<DateOrder>, value: &str, expected: Option<&str>) {
        let read = parse_timestamp(value, order).and_then(|at| chrono::DateTime::from_timestamp(at, 0));
        assert_eq!(read.map(|at| at.format("%FT%TZ").to_string()).as_deref(), expected, "{value:?}");
    }

    #[track_caller]
    fn check(value: &str, expected: Option<&str>) {
        check_in(None, value, expected);
    }

    #[test]
    fn unambiguous_dates_are_parsed() {
        check("2026-03-04", Some("2026-03-04T00:00:00Z"));
        check(" 2026-03-04 ", Some("2026-03-04T00:00:00Z"));
        check("20260304", Some("2026-03-04T00:00:00Z"));
        check("2026-03-04 09:30", Some("2026-03-04T09:30:00Z"));
        check("2026-03-04T09:30:15Z", Some("2026-03-04T09:30:15Z"));
        check("2026-03-04t09:30:15.123z", Some("2026-03-04T09:30:15Z"));
        check("2026-03-04T09:30:15.000+0000", Some("2026-03-04T09:30:15Z"));
        check("2026-03-04T09:30:15+02:00", Some("2026-03-04T07:30:15Z"));
        check("2026-03-04 00:30 -05", Some("2026-03-04T05:30:00Z"));
        check("2026-03-04 09:30:15 UTC", Some("2026-03-04T09:30:15Z"));
        check("2016-12-31T23:59:60Z", Some("2016-12-31T23:59:59Z"));
        check("1772616600000", Some("2026-03-04T09:30:00Z"));
        check("1772616600", Some("2026-03-04T09:30:00Z"));
        check("2024-02-29", Some("2024-02-29T00:00:00Z"));
        check("46086", Some("2026-03-05T00:00:00Z"));
        check("46086.5", Some("2026-03-05T12:00:00Z"));
        check("2026/03/05", Some("2026-03-05T00:00:00Z"));
        check("2026/3/5 9:05", Some("2026-03-05T09:05:00Z"));
        check("05.03.2026", Some("2026-03-05T00:00:00Z"));
        check("5.3.2026 14:02", Some("2026-03-05T14:02:00Z"));
        check("5.3.26", Some("2026-03-05T00:00:00Z"));
        check("Mar 5, 2026", Some("2026-03-05T00:00:00Z"));
        check("March 5, 2026", Some("2026-03-05T00:00:00Z"));
        check("March 5th 2026", Some("2026-03-05T00:00:00Z"));
        check("5 Mar 2026", Some("2026-03-05T00:00:00Z"));
        check("05-Mar-2026", Some("2026-03-05T00:00:00Z"));
        check("Thu Mar 05 2026", Some("2026-03-05T00:00:00Z"));
        check("Thu, 5 Mar 2026 09:30:00 GMT", Some("2026-03-05T09:30:00Z"));
        check("Mar 5, 2026, 9:30 PM", Some("2026-03-05T21:30:00Z"));
        check("5. März 2026", Some("2026-03-05T00:00:00Z"));
        check("5 mars 2026", Some("2026-03-05T00:00:00Z"));
        check("5 de marzo de 2026", Some("2026-03-05T00:00:00Z"));
        check("2026年3月5日", Some("2026-03-05T00:00:00Z"));
        check("2026-03-05 09:30 AM", Some("2026-03-05T09:30:00Z"));
        check("2026-03-05 12:30 am", Some("2026-03-05T00:30:00Z"));
        check("2026-03-05 09:30:00 PM EST", Some("2026-03-06T02:30:00Z"));
        check("25/02/2026", Some("2026-02-25T00:00:00Z"));
        check("2/25/2026 4:12 PM", Some("2026-02-25T16:12:00Z"));
    }

    #[test]
    fn dates_with_two_readings_need_an_order() {
        for value in ["3/4/2026", "03/04/2026 09:30", "03-04-26", "3/4/26"] {
            check(value, None);
        }
        check_in(Some(DateOrder::Mdy), "3/4/2026", Some("2026-03-04T00:00:00Z"));
        check_in(Some(DateOrder::Dmy), "3/4/2026", Some("2026-04-03T00:00:00Z"));
        check_in(Some(DateOrder::Mdy), "03-04-26 9:30 PM", Some("2026-03-04T21:30:00Z"));
        check_in(Some(DateOrder::Mdy), "25/02/2026", None);
        assert_eq!(proven_order("2/25/2026"), Some(DateOrder::Mdy));
        assert_eq!(proven_order("25-02-26 10:00"), Some(DateOrder::Dmy));
        assert_eq!(proven_order("2/3/2026"), None);
        assert_eq!(proven_order("2026-03-25"), None);
    }

    #[test]
    fn other_texts_are_refused() {
        for value in [
            "",
            "yesterday",
            "2 days ago",
            "2026-W10-4",
            "2026-02-30",
            "2025-02-29",
            "2026-13-01",
            "0000-00-00",
            "2026-03-04T",
            "2026-03-04T25:00",
            "2026-03-04T09:61",
            "2026-03-04T13:30 PM",
            "2026-03-04T09:30+99:00",
            "2026-03-04x",
            "9999-12-31",
            "1899-12-31",
            "٢٠٢٦-٠٣-٠٤",
            "2026-03-04T09:30:15.Z",
            "2026-03-04 9",
            "１２３４５６７８",
            "1.77E+12",
            "12345",
            "Mar 2026",
            "Marketing 5 2026",
            "5.3.",
            "30/30/2026",
        ] {
            check(value, None);
        }
    }
}
