//! Makes text safe to show.
//!
//! Control characters and line separators could move a terminal's cursor or forge lines; direction marks and invisible
//! characters could make a text look like another one. They are shown as escapes. Joiners are kept, because Persian and
//! emoji need them.

use crate::numbers::count;
use baton_model::is_invisible;
use std::fmt::Write as _;

/// The longest fact that is shown in full, in characters. Outgoing text is never cut.
const MAX_LINE_LENGTH: usize = 300;

/// Formats a fact as one line. Cuts long text and says how many characters are not shown.
pub fn line(text: &str) -> String {
    clipped(text, MAX_LINE_LENGTH)
}

/// Formats text as one line of at most `limit` characters.
pub fn clipped(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => escape(text, false),
        Some((at, _)) => {
            let left_out = text[at..].chars().count();
            format!("{}… and {}", escape(&text[..at], false), count(left_out as u64, "more character"))
        }
    }
}

/// Formats text as one line in full.
pub fn escaped(text: &str) -> String {
    escape(text, false)
}

/// Formats text of several lines in full.
pub fn lines(text: &str) -> String {
    escape(text, true)
}

/// Removes invisible characters from text that goes into a form field. Returns the text and how many were removed.
pub fn editable(text: &str) -> (String, u64) {
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

/// Returns whether the character is invisible or could disguise text. Joiners and variation selectors are not: emoji and
/// many scripts need them.
pub fn is_harmful(letter: char) -> bool {
    let joins = matches!(letter, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
    letter.is_control()
        || matches!(letter, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}')
        || (is_invisible(letter) && !joins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_escaped() {
        for (text, expected) in [
            ("Zoë Müller-Çelik 株式会社", "Zoë Müller-Çelik 株式会社"),
            ("\u{1b}[31mred\u{1b}]0;title\u{7}", r"\u{1b}[31mred\u{1b}]0;title\u{7}"),
            ("\u{9b}2J", r"\u{9b}2J"),
            ("a\r\nb\tc", r"a\r\nb\tc"),
            ("moc.\u{202e}txt", r"moc.\u{202e}txt"),
            ("in\u{200b}visible\u{3164}", r"in\u{200b}visible\u{3164}"),
            ("👩\u{200d}💻", "👩\u{200d}💻"),
            ("\0", r"\u{0}"),
        ] {
            assert_eq!((line(text).as_str(), escaped(text).as_str()), (expected, expected));
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
