//! Checks that the message is plain text as a person would type it: no unfilled placeholders, no markup, no hidden
//! characters.

use super::context::CheckContext;
use crate::record_names::{list, short};
use crate::rules::{PLACEHOLDERS_FILLED, PLAIN_TEXT, Trace};

/// Bytes of a line: RFC 5322 §2.1.1 allows 998 before the line end.
const LINE_MAX: usize = 998;

pub(super) fn check(context: &CheckContext<'_>, trace: &mut Trace) {
    let texts = [context.message.subject.as_str(), context.message.body.as_str()];
    let open: Vec<&str> = texts.iter().flat_map(|text| open_placeholders(text)).collect();
    if open.is_empty() {
        trace.pass(PLACEHOLDERS_FILLED, "every placeholder is filled", &[]);
    } else {
        trace.fail(PLACEHOLDERS_FILLED, format!("not filled: {}", list(open, 5)), &[]);
    }

    let odd = texts.iter().find_map(|text| find_markup(text).or_else(|| find_hidden_character(text)));
    let long = texts.iter().flat_map(|text| text.split('\n')).map(str::len).max().unwrap_or(0);
    if let Some(odd) = odd {
        trace.fail(PLAIN_TEXT, odd, &[]);
    } else if long > LINE_MAX {
        trace.fail(PLAIN_TEXT, format!("a line has {long} bytes, email allows {LINE_MAX}"), &[]);
    } else {
        trace.pass(PLAIN_TEXT, "plain text without markup or hidden characters", &[]);
    }
}

/// Returns the unfilled placeholders, in the syntax of common tools.
fn open_placeholders(text: &str) -> Vec<&str> {
    const MARKS: [&str; 12] = ["{{", "}}", "{%", "%}", "{#", "${", "*|", "|*", "%%", "[[", "]]", "<%"];
    const WORDS: [&str; 8] = ["TODO", "TBD", "FIXME", "XXX", "XXXX", "LOREM", "IPSUM", "PLACEHOLDER"];
    let mut found: Vec<&str> = MARKS.into_iter().filter(|mark| text.contains(mark)).collect();
    for word in text.split(|character: char| !character.is_alphanumeric()) {
        // Only in capital letters: a message may be about a to-do list.
        let loud = WORDS.contains(&word) || word.eq_ignore_ascii_case("lorem");
        if loud && !found.contains(&word) && found.len() < 20 {
            found.push(word);
        }
    }
    for (open, close) in [('[', ']'), ('{', '}'), ('%', '%')] {
        found.extend(enclosed(text, open, close).filter(|inner| is_field_name(inner, open != '%')).take(5));
    }
    found
}

/// Returns the text between each pair of marks on one line, without overlap.
fn enclosed(text: &str, open: char, close: char) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(move |line| {
        let mut rest = line;
        std::iter::from_fn(move || {
            let (_, after) = rest.split_once(open)?;
            let (inner, after) = after.split_once(close)?;
            rest = after;
            Some(inner)
        })
    })
}

/// Returns whether a bracketed text is a field to fill in, such as `First Name`, `COMPANY` or `insert pain point`.
fn is_field_name(inner: &str, may_have_blanks: bool) -> bool {
    const FIELDS: [&str; 22] = [
        "name",
        "first",
        "last",
        "firstname",
        "lastname",
        "company",
        "account",
        "title",
        "role",
        "industry",
        "insert",
        "your",
        "date",
        "link",
        "number",
        "signal",
        "topic",
        "product",
        "city",
        "sender",
        "fname",
        "value",
    ];
    let inner = inner.trim();
    if inner.is_empty() || inner.len() > 40 || (!may_have_blanks && inner.contains(char::is_whitespace)) {
        return false;
    }
    inner.split([' ', '_', '-', '.', ':']).any(|word| FIELDS.iter().any(|field| word.eq_ignore_ascii_case(field)))
}

/// Describes the first tag of a markup language.
fn find_markup(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('<') {
        let opens = after.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '/' | '!' | '?'));
        if opens {
            // Tags are short. This limit keeps a text full of `<` cheap.
            let end = after.char_indices().take(200).find(|&(_, character)| matches!(character, '>' | '<' | '\n'));
            // An address may be in angle brackets.
            if let Some((end, '>')) = end
                && !after[..end].contains('@')
            {
                return Some(format!("markup in plain text: <{}>", short(&after[..end])));
            }
        }
        rest = after;
    }
    None
}

/// Describes the first character that is invisible or changes how others are displayed.
fn find_hidden_character(text: &str) -> Option<String> {
    let mut previous = ' ';
    for character in text.chars() {
        let what = match character {
            '\n' | '\t' => None,
            '\r' => Some("a carriage return"),
            _ if character.is_control() => Some("a control character"),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => {
                Some("a character that changes the direction of writing")
            }
            // Joiners are normal in emoji and in some scripts, but not between Latin letters.
            '\u{200c}' | '\u{200d}' if !previous.is_ascii() => None,
            '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => {
                Some("an invisible character")
            }
            '\u{2028}' | '\u{2029}' => Some("an invisible line separator"),
            '\u{fff9}'..='\u{fffc}' | '\u{e0000}'..='\u{e0fff}' => Some("a hidden tag"),
            _ => None,
        };
        if let Some(what) = what {
            return Some(format!("{what}, U+{:04X}", u32::from(character)));
        }
        previous = character;
    }
    None
}
