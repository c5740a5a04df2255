//! Recognizes an unsubscribe request in a short message.
//!
//! A long message is left to a person, whatever it contains. A short one that is taken for a request by mistake only
//! stops messages to somebody who did not ask for them.

use super::parts::truncate;

/// The most words of a message that can be a request.
const WORDS_MAX: usize = 40;

/// Complete messages that are a request.
const WHOLE_MESSAGE: &[&str] = &[
    "stop",
    "remove",
    "unsubscribe",
    "cancel",
    "end",
    "quit",
    "optout",
    "abmelden",
    "stopp",
    "austragen",
    "baja",
    "cancelar",
    "désabonner",
    "désinscription",
    "disiscrivimi",
    "uitschrijven",
    "退订",
    "配信停止",
    "отписаться",
];

/// Phrases anywhere in a short message.
const PHRASES: &[&str] = &[
    "unsubscribe",
    "opt out",
    "opt me out",
    "remove me",
    "remove my email",
    "remove my address",
    "remove us from",
    "take me off",
    "take us off",
    "stop emailing",
    "stop e-mailing",
    "stop mailing",
    "stop contacting",
    "stop sending",
    "stop writing",
    "do not contact",
    "don't contact",
    "do not email",
    "don't email",
    "do not write",
    "no more emails",
    "never contact",
    "delete my data",
    "delete my email",
    "abmelden",
    "austragen",
    "abbestellen",
    "keine weiteren e-mails",
    "keine weiteren mails",
    "keine e-mails mehr",
    "keine mails mehr",
    "nicht mehr kontaktieren",
    "nicht mehr anschreiben",
    "aus dem verteiler",
    "aus ihrem verteiler",
    "löschen sie meine",
    "désabonner",
    "désinscrire",
    "ne plus recevoir",
    "ne me contactez plus",
    "ne plus me contacter",
    "retirez-moi",
    "darme de baja",
    "dar de baja",
    "darse de baja",
    "dejen de enviar",
    "no me contacten",
    "no deseo recibir",
    "cancelar suscripción",
    "cancellami",
    "cancellatemi",
    "disiscriv",
    "non contattatemi",
    "uitschrijven",
    "afmelden",
    "geen e-mails meer",
    "niet meer mailen",
    "descadastr",
    "cancelar inscrição",
    "não quero receber",
    "avregistrera",
    "avprenumerera",
    "kontakta mig inte",
    "afmeld",
    "avmeld",
    "wypisz",
    "proszę o usunięcie",
    "odhlásit",
    "отпис",
    "не пишите",
    "配信停止",
    "配信を停止",
    "退订",
    "取消订阅",
];

/// Returns whether the subject alone or the new text asks to unsubscribe. A subject after `Re:` is ours, so it does not
/// count.
pub(super) fn is_unsubscribe_request(subject: &str, new_text: &str) -> bool {
    let subject = plain_words(subject);
    if WHOLE_MESSAGE.contains(&subject.as_str()) || subject.starts_with("unsubscribe") {
        return true;
    }
    let before_signature = new_text.split("\n-- \n").next().unwrap_or_default();
    let text = plain_words(truncate(before_signature, 2048));
    if text.split(' ').count() > WORDS_MAX || before_signature.len() > 2048 {
        return false;
    }
    WHOLE_MESSAGE.contains(&text.as_str()) || PHRASES.iter().any(|words| text.contains(words))
}

/// Converts to lower case words, without marks around them.
fn plain_words(text: &str) -> String {
    text.to_lowercase()
        .replace('’', "'")
        .split_whitespace()
        .map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wish_is_heard_in_short_messages() {
        for (subject, text, expected) in [
            ("Re: your note", "Please remove me from your list.", true),
            ("Re: your note", "STOP!", true),
            ("unsubscribe", "", true),
            ("AW: Hallo", "Bitte melden Sie mich ab und nehmen Sie mich aus dem Verteiler", true),
            ("Re: x", "Merci de ne plus me contacter.", true),
            ("Re: x", "Don’t contact me again", true),
            ("Re: x", "请退订", true),
            ("Re: how to unsubscribe users", "Sounds good, call me on Tuesday", false),
            ("Re: x", "We should stop by the end of May", false),
            ("Re: x", "Yes\n-- \nTo unsubscribe from my jokes, talk to me", false),
            ("Re: x", "", false),
        ] {
            assert_eq!(is_unsubscribe_request(subject, text), expected, "{subject} / {text}");
        }
        let long = format!("We have an unsubscribe page. {}", "It is a long story. ".repeat(20));
        assert!(!is_unsubscribe_request("Re: x", &long));
    }
}
