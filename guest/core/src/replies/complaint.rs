//! Recognizes spam complaints: feedback reports (RFC 5965).
//!
//! Only a report that the recipient did not want the message is a complaint, not one about authentication or about a
//! message that is not spam.

use baton_facts::mail::MessageKind;
use mail_parser::Message;

use super::parts::{content_type, header};
use super::references;
use super::report::{address, fields, recipient};

/// Returns the kind of a feedback report and the address that it is about.
pub(super) fn complaint(message: &Message<'_>) -> Option<(MessageKind, Option<String>)> {
    feedback_report(message).or_else(|| outlook_report(message))
}

/// Reads a report of Outlook.com (Junk Mail Reporting Program): the message itself, with its recipient in a special
/// header.
fn outlook_report(message: &Message<'_>) -> Option<(MessageKind, Option<String>)> {
    let recipient = |original: &Message<'_>| {
        let header = original.parts.first().and_then(|root| header(root, "X-HmXmrOriginalRecipient"))?;
        Some(header.as_text().and_then(address))
    };
    references::returned(message, recipient).map(|recipient| (MessageKind::Complaint, recipient))
}

fn feedback_report(message: &Message<'_>) -> Option<(MessageKind, Option<String>)> {
    let part = message.parts.iter().find(|part| {
        content_type(part).is_some_and(|(kind, subtype)| kind == "message" && subtype == "feedback-report")
    })?;
    let report = String::from_utf8_lossy(part.contents());
    let fields = fields(&report);
    let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let kind = match value("feedback-type").unwrap_or("abuse").to_lowercase().as_str() {
        "opt-out" | "opt-out-list" => MessageKind::Unsubscribe,
        "not-spam" | "auth-failure" | "dmarc" => MessageKind::Other,
        // RFC 5965, 7.3: an unknown type is handled as "other", and that is a complaint.
        _ => MessageKind::Complaint,
    };
    let about = ["original-rcpt-to", "removal-recipient"]
        .into_iter()
        .find_map(|name| value(name).and_then(address))
        .or_else(|| references::returned(message, recipient));
    Some((kind, about))
}
