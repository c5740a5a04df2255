//! The drafter's own sentences for a follow-up, per language, for angles that define none.

/// The sentences for one language, as templates.
pub(crate) struct DefaultTexts {
    /// The primary subtag.
    language: &'static str,
    /// Refers to an earlier message about another signal; the angle's opener follows.
    pub(super) reference: &'static str,
    /// The opener if an earlier message was about the same signal.
    pub(super) repeat: &'static str,
    /// Replaces a pitch that the reader already has.
    pub(crate) pitch: &'static str,
    /// Replaces a question that the reader was already asked.
    pub(super) call_to_action: &'static str,
}

const DEFAULT_TEXTS: [DefaultTexts; 4] = [
    DefaultTexts {
        language: "en",
        reference: "I wrote on {{ earlier_date }}{% if earlier_subject %} about “{{ earlier_subject }}”{% endif %}.",
        repeat: "I wrote on {{ earlier_date }}, after I had read{% if source %} in {{ source }}{% endif %} that {{ signal }}.",
        pitch: "My first message already explains what {{ company }} does, so I will not repeat it here.",
        call_to_action: "Is this worth a short conversation, or is somebody else the right person to ask?",
    },
    DefaultTexts {
        language: "de",
        reference: "am {{ earlier_date }} habe ich Ihnen{% if earlier_subject %} zu „{{ earlier_subject }}“{% endif %} geschrieben.",
        repeat: "am {{ earlier_date }} habe ich Ihnen geschrieben, nachdem ich{% if source %} in {{ source }}{% endif %} gelesen hatte: {{ signal }}.",
        pitch: "Was {{ company }} macht, steht in meiner ersten Nachricht, deshalb wiederhole ich es hier nicht.",
        call_to_action: "Lohnt sich dazu ein kurzes Gespräch, oder ist jemand anderes dafür zuständig?",
    },
    DefaultTexts {
        language: "fr",
        reference: "Je vous ai écrit le {{ earlier_date }}{% if earlier_subject %} au sujet de « {{ earlier_subject }} »{% endif %}.",
        repeat: "Je vous ai écrit le {{ earlier_date }} à ce propos : {{ signal }}{% if source %} ({{ source }}){% endif %}.",
        pitch: "Ce que fait {{ company }} se trouve dans mon premier message, je ne le répète donc pas ici.",
        call_to_action: "Cela vaut-il un court échange, ou dois-je m'adresser à quelqu'un d'autre ?",
    },
    DefaultTexts {
        language: "es",
        reference: "Le escribí el {{ earlier_date }}{% if earlier_subject %} sobre «{{ earlier_subject }}»{% endif %}.",
        repeat: "Le escribí el {{ earlier_date }} por este motivo: {{ signal }}{% if source %} ({{ source }}){% endif %}.",
        pitch: "Lo que hace {{ company }} está en mi primer mensaje, así que no lo repito aquí.",
        call_to_action: "¿Merece la pena una breve conversación, o es otra persona la indicada?",
    },
];

/// Lists the primary subtags of the languages that have sentences.
pub(super) fn languages() -> impl Iterator<Item = &'static str> {
    DEFAULT_TEXTS.iter().map(|texts| texts.language)
}

/// Returns the sentences for a BCP 47 tag.
pub(crate) fn default_texts(language: &str) -> Option<&'static DefaultTexts> {
    let primary = language.trim().split(['-', '_']).next().unwrap_or_default();
    DEFAULT_TEXTS.iter().find(|texts| primary.eq_ignore_ascii_case(texts.language))
}
