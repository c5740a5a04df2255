//! Recognizes delivery failures and delays.
//!
//! A report in the format of RFC 3464 is taken as it is. Without one, a failure needs two signs, so that a person who
//! writes about a bounce is not taken for one.

use baton_facts::mail::{MessageKind, Permanence};
use mail_parser::{Message, PartType};

use super::parts::{content_type, header_text, truncate};
use super::references;
use super::report::{address, fields, recipient};

/// Returns the delivery problem and the address that it is about.
pub(super) fn delivery_problem(message: &Message<'_>, text: &str) -> Option<(MessageKind, Option<String>)> {
    match read_report(message) {
        ReportStatus::Problem(kind, about) => Some((kind, about)),
        ReportStatus::Delivered => None,
        ReportStatus::Nothing => read_prose(message, text),
    }
}

/// The content of an RFC 3464 report.
enum ReportStatus {
    Problem(MessageKind, Option<String>),
    /// It reports only success, whatever the text around it says.
    Delivered,
    /// There is no report, or it has no status.
    Nothing,
}

/// Returns the first failed recipient of a report, else the first delayed one.
fn read_report(message: &Message<'_>) -> ReportStatus {
    let found = message.parts.iter().find(|part| {
        content_type(part).is_some_and(|(kind, subtype)| {
            kind == "message" && matches!(subtype.as_str(), "delivery-status" | "global-delivery-status")
        })
    });
    let Some(part) = found else { return ReportStatus::Nothing };
    let report = match &part.body {
        PartType::Message(inner) => String::from_utf8_lossy(&inner.raw_message),
        _ => String::from_utf8_lossy(part.contents()),
    };
    let report = report.replace("\r\n", "\n");
    let (mut delayed, mut delivered) = (None, false);
    for group in report.split("\n\n") {
        let fields = fields(group);
        let value = |name: &str| fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let about = || {
            let named =
                ["original-recipient", "final-recipient"].into_iter().find_map(|name| value(name).and_then(address));
            named.or_else(|| references::returned(message, recipient))
        };
        let class = value("status").and_then(|status| status.trim().chars().next());
        let action = value("action").unwrap_or_default().to_lowercase();
        match (action.split(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default(), class) {
            ("failed", Some('4')) => {
                return ReportStatus::Problem(MessageKind::DeliveryFailure(Permanence::Transient), about());
            }
            ("failed", _) | ("", Some('5')) => {
                return ReportStatus::Problem(MessageKind::DeliveryFailure(Permanence::Permanent), about());
            }
            ("delayed", _) | ("", Some('4')) if delayed.is_none() => delayed = Some(about()),
            ("delivered" | "relayed" | "expanded", _) => delivered = true,
            _ => {}
        }
    }
    match delayed {
        Some(about) => ReportStatus::Problem(MessageKind::DeliveryDelay, about),
        None if delivered => ReportStatus::Delivered,
        None => ReportStatus::Nothing,
    }
}

/// Recognizes reports that mail servers write as prose.
fn read_prose(message: &Message<'_>, text: &str) -> Option<(MessageKind, Option<String>)> {
    let failed_recipients = header_text(message, "X-Failed-Recipients");
    let subject = message.subject().unwrap_or_default().to_lowercase();
    let head = truncate(text, 8 << 10).to_lowercase();
    let class = status_class(&head);
    let by_machine = is_by_mail_system(message);
    let delayed = DELAYED.iter().any(|words| subject.contains(words) || (by_machine && head.contains(words)));
    let failed = FAILED.iter().any(|words| subject.contains(words))
        || (by_machine && (class.is_some() || FAILED.iter().chain(FAILED_IN_TEXT).any(|words| head.contains(words))));
    let signs = [by_machine, !failed_recipients.is_empty(), failed || delayed, class.is_some()];
    if !(failed || delayed) || signs.into_iter().filter(|sign| *sign).count() < 2 || is_reply_subject(message) {
        return None;
    }
    let kind = match (delayed, class) {
        (true, None | Some('4')) => MessageKind::DeliveryDelay,
        (false, Some('4')) => MessageKind::DeliveryFailure(Permanence::Transient),
        _ => MessageKind::DeliveryFailure(Permanence::Permanent),
    };
    let about = failed_recipients
        .split(',')
        .find_map(address)
        .or_else(|| references::returned(message, recipient))
        .or_else(|| text.lines().take(60).find_map(bracketed_address));
    Some((kind, about))
}

/// Returns whether the subject has a reply prefix, which mail servers never write.
fn is_reply_subject(message: &Message<'_>) -> bool {
    let subject = message.subject().unwrap_or_default().trim_start().to_lowercase();
    ["re:", "aw:", "sv:", "r:", "antw:", "odp:", "vs:"].into_iter().any(|prefix| subject.starts_with(prefix))
}

fn is_by_mail_system(message: &Message<'_>) -> bool {
    let from = message.from().and_then(|from| from.first());
    let address = from.and_then(|from| from.address.as_deref()).unwrap_or_default().to_lowercase();
    let name = from.and_then(|from| from.name.as_deref()).unwrap_or_default().to_lowercase();
    let known = |text: &str| MAIL_SYSTEMS.iter().any(|known| text.starts_with(known));
    let to_nobody = message.header("Return-Path").is_some()
        && header_text(message, "Return-Path").trim_matches(['<', '>', ' ']).is_empty();
    known(&address) || known(&name) || to_nobody
}

/// The beginnings of mail system names and addresses.
const MAIL_SYSTEMS: &[&str] = &[
    "mailer-daemon",
    "mailer daemon",
    "postmaster",
    "mail-daemon",
    "maildaemon",
    "mdaemon",
    "microsoftexchange",
    "mailsystem",
    "mail.delivery.system",
    "mail delivery",
    "mmdf",
];

/// Phrases in subjects, and in texts of a mail system.
const FAILED: &[&str] = &[
    "undeliver",
    "delivery status notification (failure)",
    "delivery failure",
    "delivery failed",
    "failed delivery",
    "delivery has failed",
    "returned mail",
    "mail delivery failed",
    "mail delivery system",
    "failure notice",
    "delivery notification",
    "returned to sender",
    "returning message to sender",
    "non delivery",
    "non-delivery",
    "could not be delivered",
    "couldn't be delivered",
    "not deliverable",
    "nondeliverable",
    "mail failure",
    "mail system error",
    "message could not be",
    "message not delivered",
    "unzustellbar",
    "nicht zugestellt",
    "non remis",
    "non distribué",
    "échec de la remise",
    "no se pudo entregar",
    "no se puede entregar",
    "mancata consegna",
    "niet bezorgd",
    "não foi entregue",
    "kunde inte levereras",
    "не доставлено",
    "配信不能",
    "配信できません",
    "undelivered mail",
    "delivery status notification: error",
    "returning to sender",
];

/// Phrases that people use too, so they count only in texts of a mail system.
const FAILED_IN_TEXT: &[&str] = &[
    "user unknown",
    "unknown user",
    "no such user",
    "mailbox unavailable",
    "does not exist",
    "mailbox full",
    "mailbox is full",
    "quota exceeded",
    "over quota",
    "unable to deliver",
    "was not delivered",
    "delivery error",
    "permanent error",
    "permanent fatal errors",
    "host unknown",
    "host not found",
    "unrouteable",
    "rejected",
    "not our customer",
    "user not found",
    "no mailbox",
    "undelivered",
    "did not reach",
    "error delivering your mail",
    "delivery to the following recipients failed",
    "giving up",
];

const DELAYED: &[&str] = &[
    "delivery status notification (delay)",
    "delivery delayed",
    "delayed mail",
    "warning: could not send message",
    "will be retried",
    "will keep trying",
    "delivery temporarily suspended",
    "message delayed",
    "zustellung verzögert",
    "still being retried",
    "you do not need to resend",
    "delivery is delayed",
];

/// Returns the class of the first status code: an enhanced one (RFC 3463) before a reply code (RFC 5321).
fn status_class(text: &str) -> Option<char> {
    let words = || text.split(|letter: char| !(letter.is_ascii_digit() || letter == '.'));
    let enhanced = words().map(|word| word.trim_matches('.')).find(|word| {
        let mut numbers = word.split('.');
        matches!(numbers.next(), Some("4" | "5"))
            && numbers.next().is_some_and(|subject| subject.len() == 1)
            && numbers.next().is_some_and(|detail| (1..=3).contains(&detail.len()))
            && numbers.next().is_none()
    });
    let reply = || {
        const CODES: [&str; 17] = [
            "421", "450", "451", "452", "454", "500", "501", "502", "503", "504", "541", "550", "551", "552", "553",
            "554", "556",
        ];
        words().map(|word| word.trim_matches('.')).find(|word| CODES.contains(word))
    };
    enhanced.or_else(reply).and_then(|code| code.chars().next())
}

fn bracketed_address(line: &str) -> Option<String> {
    let line = line.trim();
    let inside = line.split_once('<').map_or(line, |(_, rest)| rest);
    let inside = inside.split('>').next().unwrap_or_default();
    if inside.contains(char::is_whitespace) { None } else { address(inside.trim_end_matches([':', '.'])) }
}
