//! Reads inbound mail: the kind of message, the message of ours it answers, and the new text.
//!
//! Mail is hostile input. The work is bounded by the size of the message, and an unclear message counts as a person's,
//! never as a machine's.

use baton_facts::errors::ReadingError;
use baton_facts::mail::{MessageKind, Reading};
use mail_parser::{Message, MessageParser, PartType};

mod auto_reply;
mod complaint;
mod delivery;
mod parts;
mod quoting;
mod references;
mod report;
mod unsubscribe;

use parts::{attribute, content_type, truncate};

/// Bytes of one message.
const MESSAGE_MAX: usize = 10 << 20;
/// Parts of one message, including those of nested messages.
const PARTS_MAX: usize = 2000;
/// Levels of nested messages.
const NESTING_MAX: usize = 20;
/// Occurrences of the type of a nested message: each costs the parser memory for all before it.
const NESTED_TYPES_MAX: usize = 200;
/// Bytes of text that are read; the host keeps the rest of a longer message.
const TEXT_MAX: usize = 48 << 10;

/// Reads one RFC 5322 message as it came from the server.
///
/// The order is: a spam complaint (RFC 5965), a delivery failure or delay (RFC 3464, and older formats), an automatic
/// reply (RFC 3834), an unsubscribe request, a reply. A delivery failure comes before an automatic reply because many
/// servers mark it as one. `new_text` and `quoted_text` have at most 48 KiB together.
///
/// # Errors
///
/// [`ReadingError::TooLarge`] beyond 10 MiB, 2,000 parts, 200 nested messages or 20 levels of nesting;
/// [`ReadingError::Unreadable`] without a message header; [`ReadingError::Unsupported`] for an encrypted message.
pub fn read(raw: &[u8]) -> Result<Reading, ReadingError> {
    if raw.len() > MESSAGE_MAX || nested_types(raw) > NESTED_TYPES_MAX {
        return Err(ReadingError::TooLarge);
    }
    let message = MessageParser::default()
        .parse(raw)
        .filter(|message| !message.parts.is_empty() && has_mail_header(message))
        .ok_or_else(|| ReadingError::Unreadable("not an email: no message header found".into()))?;
    let message = within_limits(message).ok_or(ReadingError::TooLarge)?;
    if is_encrypted(&message) {
        return Err(ReadingError::Unsupported("the message is encrypted".into()));
    }
    Ok(reading(&message))
}

fn reading(message: &Message<'_>) -> Reading {
    let text = text_of(message);
    let split = quoting::split(&text);
    let report = complaint::complaint(message).or_else(|| delivery::delivery_problem(message, &text));
    let (kind, about_address) = match report {
        Some((kind, address)) => (kind, address),
        None if auto_reply::is_auto_reply(message) => (MessageKind::AutoReply(None), None),
        None if unsubscribe::is_unsubscribe_request(message.subject().unwrap_or_default(), &split.new) => {
            (MessageKind::Unsubscribe, None)
        }
        None if auto_reply::is_bulk_mail(message) || split.new.is_empty() => (MessageKind::Other, None),
        None => (MessageKind::Reply, None),
    };
    let about_message_ids = references::message_ids(message, &text);
    Reading { kind, about_message_ids, about_address, new_text: split.new, quoted_text: split.quoted }
}

fn nested_types(raw: &[u8]) -> usize {
    const TYPE: &[u8] = b"message/rfc822";
    raw.windows(TYPE.len()).filter(|window| window.eq_ignore_ascii_case(TYPE)).count()
}

fn has_mail_header(message: &Message<'_>) -> bool {
    let names = ["From", "Date", "Message-ID", "Received", "Subject", "To", "Return-Path", "Sender"];
    names.into_iter().any(|name| message.header(name).is_some())
}

/// Returns the message unless it has too many parts or nests too deep.
///
/// A rejected one is dropped level by level, because dropping it whole would recurse as deep as its sender chose.
fn within_limits(message: Message<'_>) -> Option<Message<'_>> {
    let mut parts = 0;
    let mut deepest = 0;
    let mut open = vec![(&message, 1)];
    while let Some((message, depth)) = open.pop() {
        parts += message.parts.len();
        deepest = deepest.max(depth);
        open.extend(message.parts.iter().filter_map(|part| part.message()).map(|inner| (inner, depth + 1)));
    }
    if parts <= PARTS_MAX && deepest <= NESTING_MAX {
        return Some(message);
    }
    let mut rest = vec![message];
    while let Some(mut message) = rest.pop() {
        for part in message.parts.drain(..) {
            if let PartType::Message(inner) = part.body {
                rest.push(inner);
            }
        }
    }
    None
}

fn is_encrypted(message: &Message<'_>) -> bool {
    let root = &message.parts[0];
    content_type(root).is_some_and(|(kind, subtype)| match (kind.as_str(), subtype.as_str()) {
        ("multipart", "encrypted") => true,
        ("application", "pkcs7-mime" | "x-pkcs7-mime") => {
            !attribute(root, "smime-type").is_some_and(|kind| kind.eq_ignore_ascii_case("signed-data"))
        }
        _ => false,
    })
}

/// Returns the text that a person reads: the text parts in order, HTML stripped if there is no plain text.
fn text_of(message: &Message<'_>) -> String {
    let mut text = String::new();
    for index in 0..message.text_body_count() {
        let Some(body) = message.body_text(index) else { continue };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(truncate(&body, TEXT_MAX.saturating_sub(text.len())));
        if text.len() >= TEXT_MAX {
            break;
        }
    }
    text.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests;
