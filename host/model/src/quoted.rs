//! Quoting text from a user's file in a message: shortened, without control characters.

/// Shortens text from a file for a message.
pub fn quoted(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    escape_unprintable(&short) + more
}

/// Escapes everything that would move a terminal's cursor or change the reading direction.
pub fn escape_unprintable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\'' | '\\' => shown.push(c),
            _ => shown.extend(c.escape_debug()),
        }
    }
    shown
}
