//! The directions of touches, with the values of HubSpot's engagements.

use baton_facts::types::Direction;

const OUTBOUND: [&str; 22] = [
    "outbound",
    "out",
    "outgoing",
    "outboundemail",
    "outgoingemail",
    "outboundcall",
    "email",
    "emailsent",
    "emailsenttocontact",
    "sent",
    "sentemail",
    "gesendet",
    "ausgehend",
    "sortant",
    "sortante",
    "envoyé",
    "saliente",
    "enviado",
    "enviada",
    "saída",
    "送信",
    "発信",
];
/// A forwarded email is one that somebody passed on to the CRM: it may be theirs.
const INBOUND: [&str; 26] = [
    "inbound",
    "in",
    "incoming",
    "inboundemail",
    "incomingemail",
    "inboundcall",
    "received",
    "emailreceived",
    "emailreply",
    "forwardedemail",
    "reply",
    "replied",
    "response",
    "eingehend",
    "empfangen",
    "antwort",
    "entrant",
    "entrante",
    "reçu",
    "réponse",
    "recibido",
    "respuesta",
    "recebido",
    "resposta",
    "受信",
    "着信",
];

/// Returns the meaning of a normalized word that vendors use.
pub(super) fn standard(key: &str) -> Option<Direction> {
    if OUTBOUND.contains(&key) {
        return Some(Direction::Outbound);
    }
    INBOUND.contains(&key).then_some(Direction::Inbound)
}
