//! Composing the email message (RFC 5322) of an outbox entry.
//!
//! The same entry and time give the same bytes. The bytes are ASCII whatever the text, and no field can start a header
//! of its own: an address or id that could is rejected, and in other fields the characters become spaces.

use crate::options::SendingOptions;
use baton_facts::types::Timestamp;
use baton_model::delivery::OutboxEntry;
use baton_model::is_invisible;
use lettre::Address;
use lettre::message::header::{
    ContentTransferEncoding, ContentType, HeaderName, HeaderValue, InReplyTo, MIME_VERSION_1_0, MessageId, References,
};
use lettre::message::{Mailbox, Message};
use std::time::{Duration, SystemTime};

/// A message with its envelope.
#[derive(Clone, PartialEq, Eq)]
pub struct ComposedEmail {
    /// The outbox entry's id.
    pub outbox: String,
    /// The Message-ID without angle brackets.
    pub message_id: String,
    /// The time of approval.
    pub approved: Timestamp,
    /// The sender's address.
    pub from: Address,
    /// The recipient's address.
    pub to: Address,
    /// The whole message, ASCII, with lines of at most 998 characters that end with CRLF.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for ComposedEmail {
    // The text and the recipient do not belong in a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Letter").field("outbox", &self.outbox).field("message_id", &self.message_id).finish()
    }
}

/// An entry that can never be composed into a message; the text is for a user.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot compose the message: {0}")]
pub struct ComposeError(String);

impl ComposedEmail {
    /// Composes the message as it is sent at this time.
    ///
    /// # Errors
    /// [`ComposeError`] if an address needs an extension (RFC 6531), or the Message-ID is malformed.
    pub fn compose(entry: &OutboxEntry, sending: &SendingOptions, now: Timestamp) -> Result<Self, ComposeError> {
        let from = address("the sender's address", &entry.mailbox)?;
        let to = address("the recipient's address", &entry.message.to)?;
        let date = u64::try_from(now).ok().and_then(|now| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(now)));
        let date = date.filter(|_| now < END_OF_DATES).ok_or_else(|| ComposeError("there is no such date".into()))?;
        let mut builder = Message::builder()
            .from(Mailbox::new(name(&entry.sender_name), from.clone()))
            .to(Mailbox::new(name(&entry.recipient_name), to.clone()))
            .raw_header(subject(&entry.message.subject))
            .date(date)
            .header(MessageId::from(bracketed(&entry.message_id)?));
        if let Some(parent) = &entry.in_reply_to {
            let parent = bracketed(parent)?;
            // The whole thread, oldest first and the parent last (RFC 5322, 3.6.4).
            let earlier = entry.references.iter().filter_map(|id| bracketed(id).ok()).filter(|id| *id != parent);
            let chain: Vec<String> = earlier.chain([parent.clone()]).collect();
            builder = builder.header(InReplyTo::from(parent)).header(References::from(chain.join(" ")));
        }
        for (name, value) in unsubscribe_headers(entry, sending) {
            builder = builder.raw_header(HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value));
        }
        let message = builder
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .header(ContentTransferEncoding::QuotedPrintable)
            .body(text(entry))
            .map_err(|error| ComposeError(error.to_string()))?;
        let (outbox, message_id) = (entry.id.clone(), entry.message_id.clone());
        Ok(Self { outbox, message_id, approved: entry.approved, from, to, bytes: message.formatted() })
    }
}

/// The first second of the year 10000: a year in a date has four digits.
const END_OF_DATES: Timestamp = 253_402_300_800;

/// Returns the approved text with its footer, with `\n` line ends and one line break at the end.
fn text(entry: &OutboxEntry) -> String {
    let mut text = entry.message.body.clone();
    if !entry.footer.is_empty() {
        text.push_str("\n\n");
        text.push_str(&entry.footer);
    }
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn address(whose: &str, text: &str) -> Result<Address, ComposeError> {
    let text = text.trim();
    // The library accepts quoted local parts, which may contain anything, and letters beyond ASCII.
    let plain = |c: char| c.is_ascii_graphic() && !"\"(),:;<>[\\]".contains(c);
    // Some servers read these as a route to another server, or as an option of a program.
    if text.rsplit_once('@').is_some_and(|(local, _)| local.starts_with('-') || local.contains(['%', '!'])) {
        return Err(ComposeError(format!("{whose} is not one that mail servers read alike")));
    }
    match text.parse::<Address>() {
        Ok(address) if text.chars().all(plain) && text.len() <= 254 => Ok(address),
        _ if !text.is_ascii() => Err(ComposeError(format!("{whose} has letters that mail servers do not accept"))),
        _ => Err(ComposeError(format!("{whose} is not an address"))),
    }
}

/// Encodes the subject exactly as it was approved. A subject that a reader could take for something else (letters
/// beyond ASCII, several spaces in a row, text that looks encoded) is written as encoded words (RFC 2047, 4.2) as a
/// whole, since white space between two encoded words does not count.
fn subject(text: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Subject");
    let text = one_line(text);
    if text.is_ascii() && !text.contains("  ") && !text.contains("=?") {
        return HeaderValue::new(name, text);
    }
    let mut words = vec![String::new()];
    for letter in text.chars() {
        let mut bytes = [0; 4];
        let encoded: String = letter
            .encode_utf8(&mut bytes)
            .bytes()
            .map(|byte| match byte {
                b' ' => "_".to_owned(),
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
                other => format!("={other:02X}"),
            })
            .collect();
        // A letter is never split, and a line has at most 76 characters, including the header name.
        match words.last_mut() {
            Some(word) if word.len() + encoded.len() <= 55 => word.push_str(&encoded),
            _ => words.push(encoded),
        }
    }
    let words: Vec<String> = words.into_iter().map(|word| format!("=?utf-8?q?{word}?=")).collect();
    HeaderValue::dangerous_new_pre_encoded(name, text, words.join("\r\n "))
}

/// Returns the name to show beside an address, if there is one.
fn name(text: &str) -> Option<String> {
    Some(one_line(text)).filter(|name| !name.is_empty())
}

/// Replaces control characters by spaces, and drops characters that only change how the others are shown: they could
/// make a name or a subject look like another one.
fn one_line(text: &str) -> String {
    let shown: String = text.chars().filter(|letter| !is_invisible(*letter)).collect();
    shown.replace(char::is_control, " ").trim().to_owned()
}

fn bracketed(id: &str) -> Result<String, ComposeError> {
    let plain = id.chars().all(|c| c.is_ascii_graphic() && !"<>".contains(c));
    // A shorter id fits one line of 78 characters with its brackets and the longest header name; a longer one gets its
    // own line.
    let fits = id.split_once('@').is_some_and(|(left, right)| !left.is_empty() && !right.is_empty()) && id.len() <= 320;
    (plain && fits).then(|| format!("<{id}>")).ok_or_else(|| ComposeError("its Message-ID is not valid".into()))
}

/// Returns `List-Unsubscribe` (RFC 2369), and `List-Unsubscribe-Post` (RFC 8058) if a page is configured.
///
/// The id is percent-encoded (RFC 3986, 2.1), so that it cannot end a header or an address.
fn unsubscribe_headers(entry: &OutboxEntry, sending: &SendingOptions) -> Vec<(HeaderName, String)> {
    let id: String = entry
        .id
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    let page = sending.unsubscribe_url.as_ref().map(|url| format!("<{}>", url.replace("{id}", &id)));
    let mail = sending.unsubscribe_mailto.as_ref().map(|address| {
        format!("<mailto:{}?subject=unsubscribe%20{id}>", address.replace('%', "%25").replace('?', "%3F"))
    });
    let fits = |way: &String| {
        let inner = way.trim_start_matches('<').trim_end_matches('>');
        inner.len() < 900 && inner.chars().all(|c| c.is_ascii_graphic() && !"<>,".contains(c))
    };
    let (page, mail) = (page.filter(fits), mail.filter(fits));
    let one_click = page.as_ref().is_some_and(|page| page.starts_with("<https://"));
    // One on each line: a mail program uses the first one that it supports.
    let ways: Vec<String> = page.into_iter().chain(mail).collect();
    let mut headers = Vec::new();
    if !ways.is_empty() {
        headers.push((HeaderName::new_from_ascii_str("List-Unsubscribe"), ways.join(",\r\n ")));
    }
    if one_click {
        let value = "List-Unsubscribe=One-Click".to_owned();
        headers.push((HeaderName::new_from_ascii_str("List-Unsubscribe-Post"), value));
    }
    headers
}
