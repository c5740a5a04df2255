//! The outcomes of touches: emails, calls, meetings and tasks of HubSpot, Salesforce and their sequence tools.

use super::stems::{has_stem, is_denied};
use crate::crm_config::OutcomeWord;

/// Words by which nobody reacted.
const NO_REACTION: [&str; 40] = [
    "none",
    "noreply",
    "noresponse",
    "noanswer",
    "sent",
    "delivered",
    "opened",
    "open",
    "clicked",
    "viewed",
    "read",
    "finished",
    "completed",
    "complete",
    "done",
    "notstarted",
    "inprogress",
    "deferred",
    "pending",
    "waitingonsomeoneelse",
    "busy",
    "leftvoicemail",
    "leftavoicemail",
    "leftlivemessage",
    "leftmessage",
    "wrongnumber",
    "notreached",
    "noshow",
    "canceled",
    "cancelled",
    "softbounce",
    "keineantwort",
    "geöffnet",
    "sansréponse",
    "ouvert",
    "sinrespuesta",
    "abierto",
    "semresposta",
    "返信なし",
    "開封済み",
];

/// Returns the meaning of a normalized word.
pub(super) fn standard(key: &str) -> Option<OutcomeWord> {
    let stems: [(OutcomeWord, &[&str]); 6] = [
        (OutcomeWord::Complained, &["spam", "complain", "beschwer", "abuse"]),
        (OutcomeWord::OptedOut, &["unsubscrib", "optout", "optedout", "donot", "abgemeldet", "désabonn", "desinscri"]),
        (
            OutcomeWord::NotInterested,
            &["notinterest", "nointerest", "keininteresse", "pasintéress", "declin", "notnow", "notthis"],
        ),
        (OutcomeWord::Bounced, &["bounce", "deliveryfailure", "undeliver", "unzustellbar"]),
        (
            OutcomeWord::AutoReplied,
            &["autoreply", "autoreplied", "outofoffice", "deliverydelay", "abwesend", "automatic"],
        ),
        (OutcomeWord::MeetingBooked, &["meeting", "demo", "scheduled", "appointment"]),
    ];
    const REPLIED: [&str; 13] = [
        "repl",
        "respon",
        "answer",
        "antwort",
        "répon",
        "respuesta",
        "respost",
        "connected",
        "interested",
        "asked",
        "callback",
        "agreed",
        "accepted",
    ];
    if NO_REACTION.contains(&key) {
        return Some(OutcomeWord::NoReaction);
    }
    if let Some((outcome, _)) = stems.iter().find(|(_, stems)| has_stem(key, stems)) {
        return Some(*outcome);
    }
    (has_stem(key, &REPLIED) && !is_denied(key)).then_some(OutcomeWord::Replied)
}
