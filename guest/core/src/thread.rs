//! Email threads and their subjects.
//!
//! Mail programs put reply and forward prefixes before a subject. The rest names the thread.

use crate::text::same_words;

/// The prefix of a reply's subject (RFC 5322 §3.6.5).
pub(crate) const REPLY_PREFIX: &str = "Re: ";

/// Returns whether two subjects belong to one thread.
pub(crate) fn same_thread(one: &str, other: &str) -> bool {
    let (one, other) = (without_prefixes(one), without_prefixes(other));
    !one.is_empty() && same_words(one, other)
}

/// Returns the subject without reply and forward prefixes and list tags, in many languages.
pub(crate) fn without_prefixes(subject: &str) -> &str {
    const PREFIXES: [&str; 32] = [
        "re",
        "fw",
        "fwd",
        "aw",
        "wg",
        "sv",
        "vs",
        "vb",
        "vl",
        "tr",
        "rv",
        "res",
        "rif",
        "r",
        "i",
        "enc",
        "ref",
        "odp",
        "pd",
        "ynt",
        "ilt",
        "antw",
        "doorst",
        "bls",
        "trs",
        "vá",
        "továbbítás",
        "ang",
        "απ",
        "回复",
        "答复",
        "转发",
    ];
    let mut rest = subject.trim();
    loop {
        let Some((prefix, after)) = rest.split_once([':', '：']) else { return rest };
        // `Re[2]:`, `Re (3):` and `[list] Re:` are prefixes as well.
        let bare = prefix.rsplit_once(']').filter(|(_, last)| !last.trim().is_empty()).map_or(prefix, |(_, last)| last);
        let bare = bare.split(['[', '(']).next().unwrap_or_default().trim();
        // A longer word is not a prefix, so it is not converted to lower case.
        if bare.len() > 24 || !PREFIXES.contains(&bare.to_lowercase().as_str()) {
            return rest;
        }
        rest = after.trim_start();
    }
}
