//! Access to the headers and parts of a parsed message.

use mail_parser::Message;

/// Returns type and subtype of a part, in lower case.
pub(super) fn content_type(part: &mail_parser::MessagePart<'_>) -> Option<(String, String)> {
    let header = header(part, "Content-Type")?.as_content_type()?;
    Some((header.ctype().to_lowercase(), header.subtype().unwrap_or_default().to_lowercase()))
}

pub(super) fn attribute<'a>(part: &'a mail_parser::MessagePart<'_>, name: &str) -> Option<&'a str> {
    header(part, "Content-Type")?.as_content_type()?.attribute(name)
}

pub(super) fn header<'a, 'x>(
    part: &'a mail_parser::MessagePart<'x>,
    name: &str,
) -> Option<&'a mail_parser::HeaderValue<'x>> {
    part.headers.iter().rev().find(|header| header.name().eq_ignore_ascii_case(name)).map(|header| &header.value)
}

/// Returns a header's text, or an empty string.
pub(super) fn header_text<'a>(message: &'a Message<'_>, name: &str) -> &'a str {
    message
        .parts
        .first()
        .and_then(|root| header(root, name))
        .and_then(|value| value.as_text())
        .unwrap_or_default()
        .trim()
}

/// Returns the beginning of a text, at most `most` bytes long.
pub(super) fn truncate(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
