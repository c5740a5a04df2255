//! Names records in sentences for people.
//!
//! Records may be hostile or broken: everything quoted is short, on one line and without control characters.

use baton_facts::types::{Contact, Verification};

/// Characters of a quoted text.
const QUOTED: usize = 80;

/// Shortens `text` to one line of at most 80 characters, ending in `…` if it was cut.
pub(crate) fn short(text: &str) -> String {
    shortened(text, QUOTED)
}

/// Shortens `text` to one line of at most `limit` characters, ending in `…` if it was cut.
pub(crate) fn shortened(text: &str, limit: usize) -> String {
    let mut out = String::with_capacity(text.len().min(limit * 2));
    for (index, character) in text.trim().chars().enumerate() {
        if index == limit {
            out.push('…');
            break;
        }
        out.push(if character.is_control() { ' ' } else { character });
    }
    out
}

/// Joins `a, b and c`, naming at most `limit` items and counting the rest.
pub(crate) fn list<'a>(items: impl IntoIterator<Item = &'a str>, limit: usize) -> String {
    let mut items = items.into_iter();
    let named: Vec<String> = items.by_ref().take(limit).map(short).collect();
    let rest = items.count();
    match (named.split_last(), rest) {
        (None, _) => String::new(),
        (Some((only, [])), 0) => only.clone(),
        (Some((last, others)), 0) => format!("{} and {last}", others.join(", ")),
        _ => format!("{} and {rest} more", named.join(", ")),
    }
}

/// Returns the first and last name, or the id when neither is recorded.
pub(crate) fn person(contact: &Contact) -> String {
    match (contact.first_name.as_deref(), contact.last_name.as_deref()) {
        (Some(first), Some(last)) => short(&format!("{} {}", first.trim(), last.trim())),
        (Some(name), None) | (None, Some(name)) => short(name),
        (None, None) => short(&contact.id),
    }
}

/// Returns the job title in short form.
pub(crate) fn describe_title(contact: &Contact) -> String {
    contact.title.as_deref().map_or_else(|| "no title".into(), short)
}

/// Returns the contract's word for a verification.
pub(crate) fn verification(state: Verification) -> &'static str {
    match state {
        Verification::Deliverable => "deliverable",
        Verification::Risky => "risky",
        Verification::Unknown => "unknown",
        Verification::Undeliverable => "undeliverable",
    }
}

/// Formats a count: `1 day`, `3 days`.
pub(crate) fn count(number: impl Into<u64>, singular: &str) -> String {
    match number.into() {
        1 => format!("1 {singular}"),
        number => format!("{number} {singular}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_short_and_on_one_line() {
        assert_eq!(short("  a\nb\u{7}c "), "a b c");
        let long = "é".repeat(100);
        assert_eq!(short(&long).chars().count(), 81);
        assert!(short(&long).ends_with('…'));
    }

    #[test]
    fn lists_count_what_they_leave_out() {
        assert_eq!(list([], 3), "");
        assert_eq!(list(["a"], 3), "a");
        assert_eq!(list(["a", "b"], 3), "a and b");
        assert_eq!(list(["a", "b", "c"], 3), "a, b and c");
        assert_eq!(list(["a", "b", "c", "d", "e"], 3), "a, b, c and 2 more");
    }
}
