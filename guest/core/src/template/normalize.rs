//! Normalizes white space and punctuation where texts and values meet.
//!
//! The words keep their order and spelling, and normalized text stays unchanged.

/// Normalizes a value of the brief: one line, without control characters and marks that change the text direction.
pub(super) fn value(text: &str) -> String {
    let visible: String = text
        .chars()
        .filter(|letter| !matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'))
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    collapse_spaces(&visible)
}

/// Normalizes a text to one line.
pub(super) fn line(text: &str) -> String {
    fix_punctuation(&value(text))
}

/// Normalizes paragraphs: white space within a line collapses, and at most one empty line separates two lines.
pub(super) fn paragraphs(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = 0;
    for raw in text.lines() {
        let clean = line(raw);
        if clean.is_empty() {
            empty += 1;
            continue;
        }
        if !tidy.is_empty() {
            tidy.push_str(if empty > 0 { "\n\n" } else { "\n" });
        }
        empty = 0;
        tidy.push_str(&clean);
    }
    tidy
}

/// Trims a signature and keeps its layout.
pub(super) fn signature(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim_matches('\n').trim_end().to_owned()
}

/// Removes the full stop of a summary, because the sentence around it has its own. An abbreviation keeps it.
pub(super) fn fragment(text: &str) -> String {
    let text = value(text);
    let Some(rest) = text.strip_suffix('.') else { return text };
    let word = rest.rsplit(' ').next().unwrap_or(rest);
    let abbreviated = ["Inc", "Ltd", "Co", "Corp", "Bros", "Jr", "Sr", "etc"].contains(&word) || word.contains('.');
    if abbreviated { text } else { rest.trim_end().to_owned() }
}

fn collapse_spaces(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !collapsed.is_empty() {
            collapsed.push(' ');
        }
        collapsed.push_str(word);
    }
    collapsed
}

/// Fixes what rendering leaves: two full stops, a full stop after `?` or `!`, a space before a comma.
fn fix_punctuation(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let at = |index: usize| letters.get(index).copied();
    let ends_at =
        |index: usize| at(index).is_none_or(|next| next.is_whitespace() || matches!(next, '"' | ')' | '”' | '»'));
    let mut tidy = String::with_capacity(text.len());
    for (index, &letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(at);
        let doubled = match (before, letter) {
            // Three full stops are an ellipsis.
            (Some('.'), '.') => index.checked_sub(2).and_then(at) != Some('.') && ends_at(index + 1),
            (Some('?' | '!' | '…'), '.') => ends_at(index + 1),
            _ => false,
        };
        if doubled {
            continue;
        }
        if matches!(letter, ',' | '.') && before == Some(' ') && ends_at(index + 1) && tidy.ends_with(' ') {
            tidy.pop();
        }
        tidy.push(letter);
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_tidied() {
        for (text, expected) in [
            ("  a \t b\n c ", "a b c"),
            ("They bought Acme Inc..", "They bought Acme Inc."),
            ("wait ... what...", "wait ... what..."),
            ("Why not?. Yes!.", "Why not? Yes!"),
            ("Hi , there .", "Hi, there."),
            ("on .NET and ../path", "on .NET and ../path"),
            ("Vraiment ? Oui !", "Vraiment ? Oui !"),
            ("a\u{202e}b\u{0}c", "ab c"),
            ("", ""),
            (".", "."),
            (" . ", "."),
        ] {
            assert_eq!(line(text), expected, "{text:?}");
            assert_eq!(line(expected), expected, "{expected:?} is tidy already");
        }
    }

    #[test]
    fn paragraphs_are_kept() {
        for (text, expected) in [("a  b\r\nc\n\n\n\nd \n", "a b\nc\n\nd"), ("\n\n a", "a"), ("", ""), ("\n \n", "")] {
            assert_eq!(paragraphs(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_summary_loses_its_full_stop_and_an_abbreviation_does_not() {
        for (text, expected) in [
            ("raised 20 million. ", "raised 20 million"),
            ("bought Acme Inc.", "bought Acme Inc."),
            ("opened in the U.S.", "opened in the U.S."),
            (".", ""),
            ("", ""),
        ] {
            assert_eq!(fragment(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_signature_keeps_its_layout() {
        assert_eq!(signature("\nMara  \n  Relayforge\n\n"), "Mara\n  Relayforge");
        assert_eq!(signature(" \n "), "");
    }
}
