//! Parsers of single values as people type them into a CRM: placeholders, yes and no, free text.
//!
//! A parser returns `None` for a value that it does not understand and never guesses; the caller adds a note.

use baton_model::is_invisible;
use unicode_normalization::UnicodeNormalization;

/// The maximum length of a text in bytes. The contract allows 64 KiB in one string, but no fact about an account or a
/// person needs more than this.
pub const TEXT_MAX: usize = 4096;

/// Whether the value is a placeholder for an unknown value.
pub fn is_placeholder(value: &str) -> bool {
    const WORDS: [&str; 18] = [
        "n/a",
        "na",
        "n.a.",
        "#n/a",
        "none",
        "null",
        "nil",
        "unknown",
        "not available",
        "not applicable",
        "-",
        "--",
        "—",
        "?",
        "tbd",
        "(blank)",
        "undefined",
        "nan",
    ];
    let value = value.trim();
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(value))
}

/// Returns text for display: trimmed, composed (NFC), without control and invisible characters, with single spaces, at most [`TEXT_MAX`] bytes. The
/// flag is true if it was cut.
pub fn text(value: &str) -> (String, bool) {
    let mut clean = String::with_capacity(value.len().min(TEXT_MAX));
    let mut gap = false;
    // Invisible characters other than joiners of scripts and emoji say nothing, and make equal names differ.
    let visible = |character: &char| !is_invisible(*character) || matches!(character, '\u{200c}' | '\u{200d}');
    for character in value.nfc().filter(visible) {
        if character.is_whitespace() || character.is_control() {
            gap = true;
            continue;
        }
        if clean.len() + character.len_utf8() + usize::from(gap) > TEXT_MAX {
            return (clean, true);
        }
        if std::mem::take(&mut gap) && !clean.is_empty() {
            clean.push(' ');
        }
        clean.push(character);
    }
    (clean, false)
}

/// Returns letters and digits in lower case and composed (NFC), to compare headers and labels: `First Name`,
/// `first_name` and `FirstName` are equal.
pub fn normalize_label(value: &str) -> String {
    value
        .nfc()
        .filter(|character| character.is_alphanumeric() && !is_invisible(*character))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether the value is a number as a spreadsheet shortens it: `1.84E+10`. As an id it has lost its last digits.
pub fn is_rounded_number(value: &str) -> bool {
    let Some((digits, exponent)) = value.trim().split_once(['E', 'e']) else { return false };
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa =
        digits.split_once(['.', ',']).map_or_else(|| plain(digits), |(whole, part)| plain(whole) && plain(part));
    mantissa && exponent.strip_prefix('+').is_some_and(plain)
}

/// Parses the value of an exported checkbox.
pub fn boolean(value: &str) -> Option<bool> {
    const YES: [&str; 9] = ["true", "yes", "y", "t", "1", "x", "on", "checked", "ja"];
    const NO: [&str; 9] = ["false", "no", "n", "f", "0", "off", "unchecked", "nein", "0.0"];
    let value = value.trim();
    let among = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(value));
    among(&YES).then_some(true).or_else(|| among(&NO).then_some(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no() {
        for (value, expected) in [
            ("TRUE", Some(true)),
            (" Yes ", Some(true)),
            ("0", Some(false)),
            ("No", Some(false)),
            ("maybe", None),
            ("", None),
        ] {
            assert_eq!(boolean(value), expected, "{value:?}");
        }
    }

    #[test]
    fn text_is_cleaned_and_cut() {
        assert_eq!(text("  Ann\r\n\tMarie\u{0} Lee "), ("Ann Marie Lee".into(), false));
        let (cut, was_cut) = text(&"ä".repeat(TEXT_MAX));
        assert!(was_cut && cut.len() == TEXT_MAX);
        assert_eq!(text(" \u{7f}\n"), (String::new(), false));
    }

    #[test]
    fn placeholders() {
        for (value, expected) in [("n/a", true), ("N/A ", true), ("—", true), ("Nation", false), ("", false)] {
            assert_eq!(is_placeholder(value), expected, "{value:?}");
        }
    }
}
