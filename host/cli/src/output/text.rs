//! Formatting of text, dates and numbers from data.

use std::fmt::Write as _;

use chrono::DateTime;
use serde::Serialize;

/// Returns the text on one line, with control and invisible characters escaped.
///
/// Control characters and line separators could move the cursor or forge lines; direction marks and invisible characters
/// could make a text look like another one. Joiners stay, since Persian and emoji need them.
pub fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_harmful(letter) {
            // Writing to a `String` cannot fail.
            let _ = write!(shown, "{}", letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    shown
}

fn is_harmful(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Returns the WIT name of an enum case: `no-role-match`.
pub fn word(case: &impl Serialize) -> String {
    match serde_json::to_value(case) {
        Ok(serde_json::Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

/// Formats a day in UTC: `2026-03-10`.
pub fn day(moment: i64) -> String {
    DateTime::from_timestamp(moment, 0).map_or_else(|| moment.to_string(), |at| at.format("%Y-%m-%d").to_string())
}

/// Formats a time in UTC: `2026-03-10 09:00 UTC`.
pub fn moment(moment: i64) -> String {
    DateTime::from_timestamp(moment, 0)
        .map_or_else(|| moment.to_string(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string())
}

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

/// Formats a number with a noun: `1 account`, `2 accounts`, `3 touches`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = match number {
        1 => "",
        _ if noun.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{} {noun}{plural}", self::number(number as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_escaped() {
        for (text, expected) in [
            ("Zoë Müller-Çelik 株式会社", "Zoë Müller-Çelik 株式会社"),
            ("\u{1b}[31mred\u{1b}]0;title\u{7}", r"\u{1b}[31mred\u{1b}]0;title\u{7}"),
            ("a\r\nb\tc", r"a\r\nb\tc"),
            ("moc.\u{202e}txt", r"moc.\u{202e}txt"),
            ("\u{9b}2J", r"\u{9b}2J"),
            ("in\u{200b}visible", r"in\u{200b}visible"),
            ("👩\u{200d}💻", "👩\u{200d}💻"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn numbers() {
        for (value, expected) in [(0_u64, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn times_beyond_the_calendar_stay_numbers() {
        assert_eq!(day(i64::MAX), i64::MAX.to_string());
        assert_eq!(moment(0), "1970-01-01 00:00 UTC");
    }
}
