//! Text of a user's file within a message: shortened, without control characters.

/// Text from a file, short enough for a message.
pub fn quoted(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    plain(&short) + more
}

/// The text with everything that would move a terminal's cursor, or turn the direction of reading, shown as an escape.
pub fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\'' | '\\' => shown.push(c),
            _ => shown.extend(c.escape_debug()),
        }
    }
    shown
}
