//! What a further message says: the angle's texts for one, and words of our own where the angle has none.
//!
//! What always holds: it refers to one earlier message by its date, goes on in that thread, asks one thing, and does not
//! say again what the reader has. Our own words state nothing else.

use baton_facts::packages::{Brief, Sent};
use baton_facts::policy::Angle;
use baton_facts::types::Timestamp;

use super::render::Placeholders;
use super::{Parts, normalize, some};
use crate::calendar::{civil, iso_date};
use crate::reading_time::count;
use crate::signals::same_kind;
use crate::text::without_signature;
use crate::thread::{REPLY, without_prefixes};

/// Words for a language: templates, as an angle's are.
pub(crate) struct Words {
    /// The primary subtag.
    language: &'static str,
    /// The sentence that refers to an earlier message about another signal; the angle's opener follows it.
    about: &'static str,
    /// The opener where an earlier message was about the same signal.
    again: &'static str,
    /// Instead of a pitch that the reader has.
    pub(crate) pitch: &'static str,
    /// Instead of a question that the reader was asked.
    call_to_action: &'static str,
}

const WORDS: [Words; 4] = [
    Words {
        language: "en",
        about: "I wrote on {{ earlier_date }}{% if earlier_subject %} about “{{ earlier_subject }}”{% endif %}.",
        again: "I wrote on {{ earlier_date }}, after I had read{% if source %} in {{ source }}{% endif %} that {{ signal }}.",
        pitch: "What {{ company }} does is in my first message, so I will not repeat it here.",
        call_to_action: "Is this worth a short conversation, or is somebody else the right person to ask?",
    },
    Words {
        language: "de",
        about: "am {{ earlier_date }} habe ich Ihnen{% if earlier_subject %} zu „{{ earlier_subject }}“{% endif %} geschrieben.",
        again: "am {{ earlier_date }} habe ich Ihnen geschrieben, nachdem ich{% if source %} in {{ source }}{% endif %} gelesen hatte: {{ signal }}.",
        pitch: "Was {{ company }} macht, steht in meiner ersten Nachricht, deshalb wiederhole ich es hier nicht.",
        call_to_action: "Lohnt sich dazu ein kurzes Gespräch, oder ist jemand anderes dafür zuständig?",
    },
    Words {
        language: "fr",
        about: "Je vous ai écrit le {{ earlier_date }}{% if earlier_subject %} au sujet de « {{ earlier_subject }} »{% endif %}.",
        again: "Je vous ai écrit le {{ earlier_date }} à ce propos : {{ signal }}{% if source %} ({{ source }}){% endif %}.",
        pitch: "Ce que fait {{ company }} se trouve dans mon premier message, je ne le répète donc pas ici.",
        call_to_action: "Cela vaut-il un court échange, ou dois-je m'adresser à quelqu'un d'autre ?",
    },
    Words {
        language: "es",
        about: "Le escribí el {{ earlier_date }}{% if earlier_subject %} sobre «{{ earlier_subject }}»{% endif %}.",
        again: "Le escribí el {{ earlier_date }} por este motivo: {{ signal }}{% if source %} ({{ source }}){% endif %}.",
        pitch: "Lo que hace {{ company }} está en mi primer mensaje, así que no lo repito aquí.",
        call_to_action: "¿Merece la pena una breve conversación, o es otra persona la indicada?",
    },
];

/// The words for a BCP 47 tag, where there are any.
pub(crate) fn words(language: &str) -> Option<&'static Words> {
    let primary = language.trim().split(['-', '_']).next().unwrap_or_default();
    WORDS.iter().find(|words| primary.eq_ignore_ascii_case(words.language))
}

/// The parts of a further message; `brief.earlier` is not empty.
pub(super) fn parts(brief: &Brief, placeholders: &Placeholders) -> Result<Parts, String> {
    let angle = &brief.angle;
    let filled = |part: &str, template: &str| placeholders.fill(part, template);
    let words = words(&angle.language);

    let thread = brief.earlier.last().map(|sent| normalize::line(&sent.message.subject)).unwrap_or_default();
    let subject = match without_prefixes(&thread) {
        "" => some("subject", normalize::line(&filled("subject", &angle.subject)?))?,
        thread => format!("{REPLY}{thread}"),
    };
    let greeting = normalize::line(&filled("greeting", &angle.greeting)?);

    let part = "follow-up opener";
    let opener = match (&angle.follow_up_opener, words) {
        (Some(own), _) => filled(part, own)?,
        (None, None) => {
            return Err(format!(
                "the angle has no follow-up opener, and there are no words for one in `{}`; write `follow-up-opener`",
                normalize::value(&angle.language).chars().take(35).collect::<String>()
            ));
        }
        (None, Some(words)) if told(brief).is_some() => after(&greeting, &filled(part, words.again)?),
        (None, Some(words)) => {
            let opener = normalize::paragraphs(&filled("opener", &angle.opener)?);
            format!("{} {}", after(&greeting, &filled(part, words.about)?), capital(&opener))
        }
    };
    let opener = some(part, normalize::paragraphs(&opener))?;

    // Without words of our own the angle's serve again, whether or not the reader had them.
    let again = words.filter(|_| brief.earlier.iter().any(|sent| is_of(angle, sent)));
    let part = "follow-up call to action";
    let call_to_action = match (&angle.follow_up_call_to_action, again) {
        (Some(own), _) => filled(part, own)?,
        (None, Some(words)) => filled(part, words.call_to_action)?,
        (None, None) => filled("call to action", &angle.call_to_action)?,
    };
    let call_to_action = some(part, normalize::paragraphs(&call_to_action))?;

    let part = "follow-up pitch";
    let pitch = match (&angle.follow_up_pitch, again, words) {
        (Some(own), ..) => filled(part, own)?,
        (None, Some(words), _) => filled(part, words.pitch)?,
        (None, None, None) => filled("pitch", &angle.pitch)?,
        (None, None, Some(words)) => {
            let whole = filled("pitch", &angle.pitch)?;
            let length = [&greeting, &opener, &whole, &call_to_action].into_iter().map(|part| count(part)).sum::<u64>();
            let first = brief.earlier.first().map(|sent| without_signature(&sent.message.body, &brief.sender));
            if length < first.map_or(0, count) { whole } else { filled(part, words.pitch)? }
        }
    };
    let pitch = some(part, normalize::paragraphs(&pitch))?;
    Ok(Parts { subject, greeting, opener, pitch, call_to_action })
}

/// The earlier message that the follow-up refers to: the one about the same signal, else the last.
pub(super) fn referred(brief: &Brief) -> Option<&Sent> {
    told(brief).or(brief.earlier.last())
}

/// The last message that was about the signal of the brief.
fn told(brief: &Brief) -> Option<&Sent> {
    brief.earlier.iter().rev().find(|sent| sent.signal == brief.signal.id)
}

fn is_of(angle: &Angle, sent: &Sent) -> bool {
    sent.angle_version == angle.version && same_kind(angle, &sent.signal_kind)
}

/// Day and month as the language writes them, in UTC: `10 March`, `March 10` for the US, `10. März`.
pub(super) fn date(at: Timestamp, language: &str) -> String {
    let Some((_, month, day)) = civil(at) else { return iso_date(at) };
    let mut subtags = language.trim().split(['-', '_']);
    let primary = subtags.next().unwrap_or_default().to_ascii_lowercase();
    let american = subtags.any(|tag| tag.eq_ignore_ascii_case("us"));
    let months = match primary.as_str() {
        "en" => ENGLISH,
        "de" => GERMAN,
        "fr" => FRENCH,
        "es" => SPANISH,
        _ => return iso_date(at),
    };
    let Some(month) = months.get(usize::from(month).saturating_sub(1)) else { return iso_date(at) };
    match primary.as_str() {
        "en" if american => format!("{month} {day}"),
        "de" => format!("{day}. {month}"),
        "fr" if day == 1 => format!("1er {month}"),
        "es" => format!("{day} de {month}"),
        _ => format!("{day} {month}"),
    }
}

/// A subject as a sentence can name it: without prefixes and closing marks, and not at all where it asks something.
pub(super) fn subject(sent: &Sent) -> String {
    let subject = normalize::line(&sent.message.subject);
    let bare = without_prefixes(&subject).trim_end_matches(['.', '!', '?', '…', ' ', '"', '”', '»']);
    if bare.contains(['?', '？']) { String::new() } else { bare.to_owned() }
}

/// A text that comes after the greeting: where that ends with a comma, the sentence goes on.
fn after(greeting: &str, text: &str) -> String {
    if greeting.ends_with(',') { text.to_owned() } else { capital(text) }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

const ENGLISH: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const FRENCH: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SPANISH: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

#[cfg(test)]
mod tests;
