//! Time zones by the names that CRMs, mail programs and operating systems give them.
//!
//! An exact name of the IANA database wins. `Etc/GMT+5` is five hours behind UTC there, while people write `GMT+5` for five
//! hours ahead, so signs are never ignored. A text that names no zone for certain names none.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono_tz::{TZ_VARIANTS, Tz};
use icu_time::zone::TimeZone;
use icu_time::zone::WindowsParser;
use icu_time::zone::iana::IanaParserExtended;

use super::parse::normalize_label;

/// The maximum length of a text that is parsed, in bytes.
const TEXT_MAX: usize = 200;

/// Names of Rails and of common speech that are neither a city of the IANA database nor a name of Windows.
const OTHER_NAMES: [(&str, Tz); 47] = [
    ("Abu Dhabi", Tz::Asia__Dubai),
    ("Alaska", Tz::America__Anchorage),
    ("American Samoa", Tz::Pacific__Pago_Pago),
    ("Arizona", Tz::America__Phoenix),
    ("Atlantic Time (Canada)", Tz::America__Halifax),
    ("Beijing", Tz::Asia__Shanghai),
    ("Bern", Tz::Europe__Zurich),
    ("Brasilia", Tz::America__Sao_Paulo),
    ("Cape Verde Is.", Tz::Atlantic__Cape_Verde),
    ("Central America", Tz::America__Guatemala),
    ("Central European Time", Tz::Europe__Paris),
    ("Central Time", Tz::America__Chicago),
    ("Central Time (US & Canada)", Tz::America__Chicago),
    ("Chatham Is.", Tz::Pacific__Chatham),
    ("Chennai", Tz::Asia__Kolkata),
    ("Eastern Time", Tz::America__New_York),
    ("Eastern Time (US & Canada)", Tz::America__New_York),
    ("Edinburgh", Tz::Europe__London),
    ("EDT", Tz::America__New_York),
    ("Ekaterinburg", Tz::Asia__Yekaterinburg),
    ("Greenland", Tz::America__Nuuk),
    ("Greenwich Mean Time", Tz::GMT),
    ("Guadalajara", Tz::America__Mexico_City),
    ("Hanoi", Tz::Asia__Ho_Chi_Minh),
    ("Hawaii", Tz::Pacific__Honolulu),
    ("Indiana (East)", Tz::America__Indiana__Indianapolis),
    ("International Date Line West", Tz::Etc__GMTPlus12),
    ("Islamabad", Tz::Asia__Karachi),
    ("Marshall Is.", Tz::Pacific__Majuro),
    ("Mountain Time", Tz::America__Denver),
    ("Mountain Time (US & Canada)", Tz::America__Denver),
    ("Mumbai", Tz::Asia__Kolkata),
    ("New Caledonia", Tz::Pacific__Noumea),
    ("New Delhi", Tz::Asia__Kolkata),
    ("Newfoundland", Tz::America__St_Johns),
    ("Osaka", Tz::Asia__Tokyo),
    ("Pacific Time", Tz::America__Los_Angeles),
    ("Pacific Time (US & Canada)", Tz::America__Los_Angeles),
    ("PDT", Tz::America__Los_Angeles),
    ("Pretoria", Tz::Africa__Johannesburg),
    ("PST", Tz::America__Los_Angeles),
    ("Quito", Tz::America__Guayaquil),
    ("Sapporo", Tz::Asia__Tokyo),
    ("Saskatchewan", Tz::America__Regina),
    ("Solomon Is.", Tz::Pacific__Guadalcanal),
    ("St. Petersburg", Tz::Europe__Moscow),
    ("Wellington", Tz::Pacific__Auckland),
];
/// Offsets with a fraction of an hour that one zone has all year.
const FRACTIONS: [(i32, Tz); 8] = [
    (-9 * 60 - 30, Tz::Pacific__Marquesas),
    (3 * 60 + 30, Tz::Asia__Tehran),
    (4 * 60 + 30, Tz::Asia__Kabul),
    (5 * 60 + 30, Tz::Asia__Kolkata),
    (5 * 60 + 45, Tz::Asia__Kathmandu),
    (6 * 60 + 30, Tz::Asia__Yangon),
    (8 * 60 + 45, Tz::Australia__Eucla),
    (9 * 60 + 30, Tz::Australia__Darwin),
];

/// Returns the name in the IANA database, from that name, HubSpot's internal form (`america_slash_new_york`) or label
/// (`UTC -05:00 America New York`), Salesforce's label (`(GMT-05:00) Eastern Standard Time (America/New_York)`), a name of
/// Windows or Rails, or an offset (`UTC+5:30`).
pub fn time_zone(value: &str) -> Option<&'static str> {
    let value = value.trim();
    if value.is_empty() || value.len() > TEXT_MAX {
        return None;
    }
    let outside = outside_parentheses(value);
    let mut inside: Vec<&str> = value.split('(').skip(1).filter_map(|rest| rest.split(')').next()).collect();
    inside.reverse();
    let parts = || std::iter::once(value).chain(inside.iter().copied()).chain([outside.as_str()]);
    let zone = parts().find_map(named).or_else(|| parts().find_map(fixed));
    zone.map(Tz::name)
}

/// Finds a zone by its exact name, then by the names of others.
fn named(text: &str) -> Option<Tz> {
    let text = text.trim().replace("_slash_", "/");
    static EXACT: LazyLock<HashMap<String, Tz>> =
        LazyLock::new(|| TZ_VARIANTS.iter().map(|zone| (zone.name().to_lowercase(), *zone)).collect());
    if let Some(zone) = EXACT.get(&text.to_lowercase()) {
        return Some(*zone);
    }
    let name = without_offset(&text);
    let key = normalize_label(name);
    if key.is_empty() || (name.contains(['+', '-']) && key.ends_with(|last: char| last.is_ascii_digit())) {
        return None;
    }
    static NAMES: LazyLock<HashMap<String, Tz>> = LazyLock::new(|| {
        let signed = |zone: &Tz| zone.name().ends_with(|last: char| last.is_ascii_digit());
        let whole = TZ_VARIANTS.iter().filter(|zone| !signed(zone));
        let whole = whole.map(|zone| (normalize_label(zone.name()), *zone));
        let others = OTHER_NAMES.iter().map(|(name, zone)| (normalize_label(name), *zone));
        let mut names: HashMap<String, Tz> = others.collect();
        names.extend(whole);
        const REGIONS: [&str; 9] =
            ["Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"];
        for zone in &TZ_VARIANTS {
            if let Some((region, city)) = zone.name().split_once('/')
                && REGIONS.contains(&region)
            {
                let city = city.rsplit('/').next().unwrap_or(city);
                names.entry(normalize_label(city)).or_insert(*zone);
            }
        }
        names
    });
    NAMES.get(&key).copied().or_else(|| windows(name))
}

/// Finds the zone of a name of Windows, such as `W. Europe Standard Time`. The name for summer means the same zone.
fn windows(name: &str) -> Option<Tz> {
    let name = name.trim().replace(" Daylight Time", " Standard Time");
    let zone = WindowsParser::new().parse(&name, None)?;
    static BY_ID: LazyLock<HashMap<TimeZone, Tz>> = LazyLock::new(|| {
        let known = IanaParserExtended::new();
        let zones = known.iter().filter_map(|entry| Some((entry.time_zone, entry.canonical.parse().ok()?)));
        zones.collect()
    });
    BY_ID.get(&zone).copied()
}

/// Returns the zone of an offset alone, such as `UTC+5:30`, `GMT-05:00` or `-0500`, in which plus is ahead of UTC.
fn fixed(text: &str) -> Option<Tz> {
    let (minutes, rest) = offset(text)?;
    if !rest.is_empty() {
        return None;
    }
    if let Some((_, zone)) = FRACTIONS.iter().find(|(offset, _)| *offset == minutes) {
        return Some(*zone);
    }
    let hours = minutes / 60;
    let name = match hours {
        _ if minutes % 60 != 0 => return None,
        0 => "UTC".to_owned(),
        // The sign in these names is the reverse of the one that people write.
        _ => format!("Etc/GMT{:+}", -hours),
    };
    name.parse().ok()
}

/// Removes an offset before a name: `UTC -05:00 America New York`.
fn without_offset(text: &str) -> &str {
    offset(text).map_or(text, |(_, rest)| rest)
}

/// Reads an offset at the start of a text, in minutes ahead of UTC, and the text after it.
fn offset(text: &str) -> Option<(i32, &str)> {
    let text = text.trim();
    let rest = ["utc", "gmt"].iter().find_map(|prefix| {
        text.get(..prefix.len()).filter(|head| head.eq_ignore_ascii_case(prefix)).map(|_| &text[prefix.len()..])
    });
    let rest = rest.unwrap_or(text).trim_start();
    let sign = rest.chars().next()?;
    let ahead = match sign {
        '+' => 1,
        '-' | '−' => -1,
        _ => return None,
    };
    let rest = rest[sign.len_utf8()..].trim_start();
    let end = rest.find(|mark: char| !mark.is_ascii_digit() && mark != ':').unwrap_or(rest.len());
    let (digits, rest) = rest.split_at(end);
    let (hours, minutes) = match digits.split_once(':') {
        Some((hours, minutes)) => (hours, minutes),
        None if digits.len() > 2 => digits.split_at(digits.len() - 2),
        None => (digits, "0"),
    };
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 14 && minutes < 60).then_some((ahead * (hours * 60 + minutes), rest.trim()))
}

fn outside_parentheses(text: &str) -> String {
    let mut depth = 0_u32;
    let outside = text.chars().filter(|mark| {
        match mark {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    });
    outside.collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_by_the_names_of_crms() {
        for (value, expected) in [
            ("America/New_York", Some("America/New_York")),
            ("america_slash_new_york", Some("America/New_York")),
            ("UTC -05:00 America New York", Some("America/New_York")),
            ("europe/berlin", Some("Europe/Berlin")),
            ("UTC +01:00 Europe Berlin", Some("Europe/Berlin")),
            ("america_slash_argentina_slash_buenos_aires", Some("America/Argentina/Buenos_Aires")),
            // Exact, with the sign of the database.
            ("Etc/GMT+5", Some("Etc/GMT+5")),
            ("Etc/GMT-5", Some("Etc/GMT-5")),
            ("etc_slash_gmt+5", Some("Etc/GMT+5")),
            // With the sign that people write.
            ("GMT+5", Some("Etc/GMT-5")),
            ("UTC-5", Some("Etc/GMT+5")),
            ("UTC -05:00", Some("Etc/GMT+5")),
            ("(UTC-05:00)", Some("Etc/GMT+5")),
            ("+0100", Some("Etc/GMT-1")),
            ("UTC+5:30", Some("Asia/Kolkata")),
            ("GMT+05:45", Some("Asia/Kathmandu")),
            ("UTC+0", Some("UTC")),
            ("UTC", Some("UTC")),
            ("GMT", Some("GMT")),
            ("(GMT-05:00) Eastern Standard Time (America/New_York)", Some("America/New_York")),
            ("(GMT+05:30) India Standard Time (Asia/Kolkata)", Some("Asia/Kolkata")),
            ("(GMT+01:00) Central European Standard Time (Europe/Paris)", Some("Europe/Paris")),
            ("America/Kolkata", None),
            ("Eastern Standard Time", Some("America/New_York")),
            ("Pacific Daylight Time", Some("America/Los_Angeles")),
            ("W. Europe Standard Time", Some("Europe/Berlin")),
            ("GMT Standard Time", Some("Europe/London")),
            ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", Some("Etc/GMT-1")),
            ("Eastern Time (US & Canada)", Some("America/New_York")),
            ("(GMT-05:00) Eastern Time (US & Canada)", Some("America/New_York")),
            ("Berlin", Some("Europe/Berlin")),
            ("New Delhi", Some("Asia/Kolkata")),
            ("US/Eastern", Some("US/Eastern")),
            ("EST", Some("EST")),
            ("CET", Some("CET")),
            ("UTC+25", None),
            ("UTC+3:15", None),
            ("5", None),
            ("", None),
            ("Mars", None),
        ] {
            assert_eq!(time_zone(value), expected, "{value:?}");
        }
    }

    #[test]
    fn every_zone_has_its_own_name() {
        for zone in TZ_VARIANTS {
            assert_eq!(time_zone(zone.name()), Some(zone.name()));
        }
    }
}
