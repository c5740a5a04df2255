//! Makes text safe to show. Control characters, line separators, direction marks, and invisible characters could make a
//! text look like another one, so they are shown as escapes. Joiners are kept, because Persian and emoji need them.

use std::fmt::Write as _;

/// The longest fact that is shown in full, in characters. Outgoing text is never cut.
const MAX_LINE_LENGTH: usize = 300;

/// Formats a fact as one line. Cuts long text and says how many characters are not shown.
pub(crate) fn line(text: &str) -> String {
    clipped(text, MAX_LINE_LENGTH)
}

/// Formats text as one line of at most `limit` characters.
pub(crate) fn clipped(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => escape(text, false),
        Some((at, _)) => {
            let left_out = text[at..].chars().count();
            format!("{}… and {}", escape(&text[..at], false), count(left_out as u64, "more character"))
        }
    }
}

/// Formats text of several lines in full.
pub(crate) fn lines(text: &str) -> String {
    escape(text, true)
}

/// Removes invisible characters from text that goes into a form field. Returns the text and how many were removed.
pub(crate) fn editable(text: &str) -> (String, u64) {
    let mut hidden = 0;
    let kept = text.chars().filter_map(|letter| match letter {
        '\n' => Some('\n'),
        '\t' => Some(' '),
        letter if is_harmful(letter) => {
            hidden += 1;
            None
        }
        letter => Some(letter),
    });
    (kept.collect(), hidden)
}

fn escape(text: &str, keep_line_breaks: bool) -> String {
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if keep_line_breaks && letter == '\n' || !is_harmful(letter) {
            shown.push(letter);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(shown, "{}", letter.escape_default());
        }
    }
    shown
}

/// Returns whether the character is invisible or could disguise text.
pub(super) fn is_harmful(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}'
            | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Formats a number with thousands separators: `12,500`.
pub(crate) fn number(number: impl Into<u64>) -> String {
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
pub(crate) fn count(number: impl Into<u64>, noun: &str) -> String {
    let number = number.into();
    let plural = match number {
        1 => "",
        _ if noun.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{} {noun}{plural}", self::number(number))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_escaped() {
        for (text, expected) in [
            ("Zoë Müller-Çelik 株式会社", "Zoë Müller-Çelik 株式会社"),
            ("a\r\nb\tc", r"a\r\nb\tc"),
            ("moc.\u{202e}txt", r"moc.\u{202e}txt"),
            ("in\u{200b}visible\u{3164}", r"in\u{200b}visible\u{3164}"),
            ("👩\u{200d}💻", "👩\u{200d}💻"),
            ("\0", r"\u{0}"),
        ] {
            assert_eq!(line(text), expected);
        }
        assert_eq!(lines("one\ntwo\r\n\u{202e}"), "one\ntwo\\r\n\\u{202e}");
    }

    #[test]
    fn form_fields_have_no_invisible_characters() {
        assert_eq!(editable("one\ttwo\r\n\u{202e}three\0"), ("one two\nthree".to_owned(), 3));
    }

    #[test]
    fn cut_text_says_how_much_is_missing() {
        assert_eq!(clipped("äöü", 3), "äöü");
        assert_eq!(clipped("äöüß", 3), "äöü… and 1 more character");
        assert_eq!(line(&"x".repeat(2300)).len(), 300 + "… and 2,000 more characters".len());
    }
}
