//! Finds the part of a text that states a fact, so that a claim can quote it word for word.
//!
//! A match is a slice of the text, begins and ends at word boundaries, and differs from the phrase only in letter case
//! and white space.

use std::ops::Range;

/// Returns the first match of `wanted` in `text`. An empty phrase never matches.
pub(crate) fn find<'a>(text: &'a str, wanted: &str) -> Option<&'a str> {
    position(text, wanted).map(|stretch| &text[stretch])
}

/// Returns the sentence of `text` that contains `wanted`.
pub(crate) fn sentence<'a>(text: &'a str, wanted: &str) -> Option<&'a str> {
    let stretch = position(text, wanted)?;
    let (before, after) = (&text[..stretch.start], &text[stretch.end..]);
    // A full stop after a digit belongs to an ordinal number: `10. März`.
    let ends = |text: &str, (at, mark): (usize, char)| {
        let next = text[at + mark.len_utf8()..].chars().next();
        let ordinal = mark == '.' && text[..at].ends_with(|letter: char| letter.is_ascii_digit());
        mark == '\n' || matches!(mark, '.' | '!' | '?' | '…') && !ordinal && next.is_none_or(char::is_whitespace)
    };
    let from = before.char_indices().rev().find(|&one| ends(text, one)).map_or(0, |(at, mark)| at + mark.len_utf8());
    let to = after.char_indices().find(|&one| ends(after, one));
    let to = to.map_or(text.len(), |(at, mark)| text.len() - after.len() + at + mark.len_utf8());
    Some(text[from..to].trim())
}

fn position(text: &str, wanted: &str) -> Option<Range<usize>> {
    let wanted = wanted.trim();
    let first = wanted.chars().next()?;
    let mut before = None;
    for (start, letter) in text.char_indices() {
        let boundary = !first.is_alphanumeric() || !before.is_some_and(char::is_alphanumeric);
        before = Some(letter);
        if boundary
            && same_letter(letter, first)
            && let Some(length) = matching(&text[start..], wanted)
        {
            return Some(start..start + length);
        }
    }
    None
}

/// Returns the length of the match at the beginning of `text`, in bytes.
fn matching(text: &str, wanted: &str) -> Option<usize> {
    let mut rest = text.char_indices().peekable();
    let mut wanted_letters = wanted.chars().peekable();
    let mut last = ' ';
    while let Some(letter) = wanted_letters.next() {
        if letter.is_whitespace() {
            while wanted_letters.next_if(|next| next.is_whitespace()).is_some() {}
            rest.next_if(|(_, found)| found.is_whitespace())?;
            while rest.next_if(|(_, found)| found.is_whitespace()).is_some() {}
        } else {
            rest.next_if(|(_, found)| same_letter(*found, letter))?;
        }
        last = letter;
    }
    match rest.peek() {
        None => Some(text.len()),
        Some((_, next)) if next.is_alphanumeric() && last.is_alphanumeric() => None,
        Some((end, _)) => Some(*end),
    }
}

fn same_letter(one: char, other: char) -> bool {
    one == other || one.to_lowercase().eq(other.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: &str, expected: Option<&str>) {
        assert_eq!(find(text, wanted), expected);
    }

    #[test]
    fn a_sentence_is_quoted_whole() {
        for (text, wanted, expected) in [
            ("I wrote on 10 March about “X”. I read that. Yes.", "10 March", Some("I wrote on 10 March about “X”.")),
            ("am 10. März habe ich geschrieben. Dann nicht.", "10. März", Some("am 10. März habe ich geschrieben.")),
            ("Hello!\nI wrote on 10 March", "10 March", Some("I wrote on 10 March")),
            ("It works. On 10 March? Yes", "10 March", Some("On 10 March?")),
            ("10 March", "10 March", Some("10 March")),
            ("It is v1.2 since 10 March.", "10 March", Some("It is v1.2 since 10 March.")),
            ("nothing", "10 March", None),
        ] {
            assert_eq!(sentence(text, wanted), expected, "{text}");
        }
    }

    #[test]
    fn a_fact_is_quoted_as_the_text_has_it() {
        check("We do it in under a day.", "in under a day", Some("in under a day"));
        check("In under a day it works", "in under a day", Some("In under a day"));
        check("it works in\nunder  a day", "in under a day", Some("in\nunder  a day"));
        check("10 minutes", "10 min", None);
        check("cheaper by 110 %", "10 %", None);
        check("by 10 %, always", "10 %", Some("10 %"));
        check("Softwareherstellung, Software", "software", Some("Software"));
        check("Grüße aus Österreich", "österreich", Some("Österreich"));
        check("anything", "", None);
        check("anything", "  ", None);
        check("", "day", None);
        check("İstanbul", "i", None);
    }
}
