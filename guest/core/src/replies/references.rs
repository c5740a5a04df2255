//! Finds the messages of ours that an inbound message refers to.
//!
//! Ids come closest first, each once, without angle brackets: at most 50 of at most 998 characters (the longest line of
//! RFC 5322).

use mail_parser::{HeaderValue, Message, MessageParser, PartType};

use super::parts::content_type;

const IDS_MAX: usize = 50;
const ID_MAX: usize = 998;

/// Returns the id of the message that a report returns, then those that the message answers: In-Reply-To, and
/// References from its end, where the closest is.
pub(super) fn message_ids(message: &Message<'_>, text: &str) -> Vec<String> {
    let mut ids = Vec::new();
    if let Some(id) = returned(message, own_id) {
        add(&mut ids, &id);
    }
    add_listed(message.in_reply_to(), false, &mut ids);
    add_listed(message.references(), true, &mut ids);
    if ids.is_empty() {
        // Older reports return the message as text.
        for line in text.lines() {
            let line = line.trim_start_matches(['>', ' ', '|']);
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("message-id")
            {
                add(&mut ids, value);
            }
        }
    }
    ids
}

/// Applies `ask` to the message that a report returns, whole or as its header alone.
pub(super) fn returned<T>(message: &Message<'_>, ask: impl Fn(&Message<'_>) -> Option<T>) -> Option<T> {
    message.parts.iter().skip(1).find_map(|part| match &part.body {
        PartType::Message(original) => ask(original),
        _ if content_type(part).is_some_and(|(_, subtype)| {
            matches!(subtype.as_str(), "rfc822-headers" | "global-headers" | "rfc822" | "global")
        }) =>
        {
            let original = MessageParser::default().parse_headers(part.contents())?;
            ask(&original)
        }
        _ => None,
    })
}

fn own_id(message: &Message<'_>) -> Option<String> {
    (!message.parts.is_empty()).then(|| message.message_id().map(str::to_owned)).flatten()
}

fn add_listed(value: &HeaderValue<'_>, from_the_end: bool, ids: &mut Vec<String>) {
    match value {
        HeaderValue::Text(id) => add(ids, id),
        HeaderValue::TextList(list) if from_the_end => list.iter().rev().for_each(|id| add(ids, id)),
        HeaderValue::TextList(list) => list.iter().for_each(|id| add(ids, id)),
        _ => {}
    }
}

fn add(ids: &mut Vec<String>, id: &str) {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>').trim();
    let plausible = !id.is_empty() && id.len() <= ID_MAX && !id.contains(char::is_whitespace);
    if plausible && ids.len() < IDS_MAX && !ids.iter().any(|known| known == id) {
        ids.push(id.to_owned());
    }
}
