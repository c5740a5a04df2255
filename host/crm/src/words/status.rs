//! Lead statuses of HubSpot and Salesforce, and the states of a cadence.

use super::stems::{has_stem, is_denied};
use crate::crm_config::StatusWord;

const FREE: [&str; 32] = [
    "new",
    "open",
    "opennotcontacted",
    "notcontacted",
    "uncontacted",
    "attempted",
    "attempting",
    "attemptedtocontact",
    "attemptingcontact",
    "complete",
    "error",
    "none",
    "neu",
    "offen",
    "kontaktversuch",
    "versuchtekontaktaufnahme",
    "kontaktaufnahmeversucht",
    "nouveau",
    "ouvert",
    "tentativedecontact",
    "tentativedepriseencontact",
    "nuevo",
    "abierto",
    "intentodecontacto",
    "intentodecontactar",
    "novo",
    "aberto",
    "tentativadecontato",
    "tentativadecontacto",
    "新規",
    "未対応",
    "連絡を試みた",
];
const IN_SEQUENCE: [&str; 6] = ["running", "paused", "processing", "initializing", "insequence", "enrolled"];
const OPTED_OUT: [&str; 18] = [
    "donotcontact",
    "donotemail",
    "dnc",
    "unsubscrib",
    "optedout",
    "optout",
    "blacklist",
    "blocklist",
    "abgemeldet",
    "nichtkontaktieren",
    "désabonn",
    "desabonn",
    "désinscri",
    "nepascontacter",
    "nocontactar",
    "nãocontatar",
    "naocontatar",
    "配信停止",
];
const EXCLUDED: [&str; 25] = [
    "unqualif",
    "disqualif",
    "notqualif",
    "nichtqualif",
    "unqualifiz",
    "nonqualif",
    "noqualif",
    "nocalific",
    "nãoqualif",
    "badtiming",
    "badfit",
    "notinterest",
    "keininteresse",
    "pasintéress",
    "nolonger",
    "left",
    "junk",
    "closednotconverted",
    "deceased",
    "retired",
    "wrongperson",
    "notafit",
    "mauvaistiming",
    "不適格",
    "タイミング",
];
const IN_CONVERSATION: [&str; 30] = [
    "connect",
    "conversation",
    "opendeal",
    "inprogress",
    "working",
    "contacted",
    "engaged",
    "repl",
    "respond",
    "meeting",
    "demo",
    "qualified",
    "converted",
    "interested",
    "customer",
    "client",
    "kund",
    "verbunden",
    "inbearbeitung",
    "offenerdeal",
    "geantwortet",
    "conect",
    "encours",
    "transactionouverte",
    "enprogreso",
    "negocioabierto",
    "negócioaberto",
    "emandamento",
    "対応中",
    "商談",
];

/// Returns the meaning of a normalized word that vendors use.
pub(super) fn standard(key: &str) -> Option<StatusWord> {
    if FREE.contains(&key) {
        return Some(StatusWord::Free);
    }
    if IN_SEQUENCE.contains(&key) {
        return Some(StatusWord::InSequence);
    }
    if has_stem(key, &OPTED_OUT) {
        return Some(StatusWord::OptedOut);
    }
    if has_stem(key, &["bounce", "invalidemail", "bademail"]) {
        return Some(StatusWord::Bounced);
    }
    if has_stem(key, &EXCLUDED) {
        return Some(StatusWord::Excluded);
    }
    (has_stem(key, &IN_CONVERSATION) && !is_denied(key)).then_some(StatusWord::InConversation)
}
