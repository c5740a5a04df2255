//! Recognizes messages that no person wrote.
//!
//! A message counts as automatic only if a header says so, or the subject is one that a known mail program writes.
//! Other subjects prove nothing, because a person may have written them.

use mail_parser::Message;

use super::parts::{content_type, header_text};

/// The subjects of automatic replies from Exchange, Outlook and Gmail. With `Re:` before it, a person answers one.
const SUBJECTS: &[&str] = &[
    "automatic reply:",
    "auto reply:",
    "autoreply:",
    "auto-reply:",
    "out of office:",
    "out of office autoreply:",
    "automatische antwort:",
    "abwesenheitsnotiz:",
    "réponse automatique :",
    "réponse automatique:",
    "respuesta automática:",
    "risposta automatica:",
    "resposta automática:",
    "automatisch antwoord:",
    "autosvar:",
    "automaattinen vastaus:",
    "automatyczna odpowiedź:",
    "автоматический ответ:",
    "自動応答:",
    "自动答复:",
    "自動回覆:",
];

/// Returns whether a machine replied for a person (RFC 3834).
pub(super) fn is_auto_reply(message: &Message<'_>) -> bool {
    let submitted = header_text(message, "Auto-Submitted").split(';').next().unwrap_or_default().trim().to_lowercase();
    let says_so = !submitted.is_empty() && submitted != "no";
    let by_program = ["X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply"]
        .into_iter()
        .any(|name| !matches!(header_text(message, name).to_lowercase().as_str(), "" | "no" | "false"));
    let by_precedence = header_text(message, "Precedence").eq_ignore_ascii_case("auto_reply");
    let subject = message.subject().unwrap_or_default().trim().to_lowercase();
    says_so || by_program || by_precedence || SUBJECTS.iter().any(|words| subject.starts_with(words))
}

/// Returns whether the message was sent to many, or is a receipt, a calendar entry or a report: neither a reply nor an
/// absence notice.
pub(super) fn is_bulk_mail(message: &Message<'_>) -> bool {
    let many = matches!(header_text(message, "Precedence").to_lowercase().as_str(), "bulk" | "list" | "junk");
    let report = message.parts.first().and_then(content_type).is_some_and(|(kind, subtype)| {
        (kind == "multipart" && subtype == "report") || (kind == "text" && subtype == "calendar")
    });
    many || report || message.header("List-Id").is_some()
}
