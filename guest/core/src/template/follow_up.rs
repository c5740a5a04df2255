//! Writes a follow-up from the angle's texts, or from built-in sentences where the angle has none.
//!
//! A follow-up refers to one earlier message by its date, continues its thread, asks for one thing, and does not repeat
//! the earlier text. The built-in sentences state nothing else.

use baton_facts::packages::{Brief, Sent};
use baton_facts::policy::Angle;

use super::default_texts::default_texts;
use super::earlier::same_signal;
use super::normalize;
use super::parts::{MessageParts, non_empty};
use super::render::Placeholders;
use crate::signals::is_for_kind;
use crate::text::{without_signature, word_count};
use crate::thread::{REPLY_PREFIX, without_prefixes};

/// Renders the parts of a follow-up; `brief.earlier` must not be empty.
pub(super) fn follow_up_parts(brief: &Brief, placeholders: &Placeholders) -> Result<MessageParts, String> {
    let angle = &brief.angle;
    let render = |part: &str, template: &str| placeholders.render(part, template);
    let texts = default_texts(&angle.language);

    let thread = brief.earlier.last().map(|sent| normalize::line(&sent.message.subject)).unwrap_or_default();
    let subject = match without_prefixes(&thread) {
        "" => non_empty("subject", normalize::line(&render("subject", &angle.subject)?))?,
        thread => format!("{REPLY_PREFIX}{thread}"),
    };
    let greeting = normalize::line(&render("greeting", &angle.greeting)?);

    let part = "follow-up opener";
    let opener = match (&angle.follow_up_opener, texts) {
        (Some(own), _) => render(part, own)?,
        (None, None) => {
            return Err(format!(
                "the angle has no follow-up opener, and there is no default in `{}`; add `follow-up-opener`",
                normalize::value(&angle.language).chars().take(35).collect::<String>()
            ));
        }
        (None, Some(texts)) if same_signal(brief).is_some() => {
            continue_greeting(&greeting, &render(part, texts.repeat)?)
        }
        (None, Some(texts)) => {
            let opener = normalize::paragraphs(&render("opener", &angle.opener)?);
            format!("{} {}", continue_greeting(&greeting, &render(part, texts.reference)?), capitalize_first(&opener))
        }
    };
    let opener = non_empty(part, normalize::paragraphs(&opener))?;

    // Without built-in sentences, the texts of the angle are used again.
    let again = texts.filter(|_| brief.earlier.iter().any(|sent| uses_angle(angle, sent)));
    let part = "follow-up call to action";
    let call_to_action = match (&angle.follow_up_call_to_action, again) {
        (Some(own), _) => render(part, own)?,
        (None, Some(texts)) => render(part, texts.call_to_action)?,
        (None, None) => render("call to action", &angle.call_to_action)?,
    };
    let call_to_action = non_empty(part, normalize::paragraphs(&call_to_action))?;

    let part = "follow-up pitch";
    let pitch = match (&angle.follow_up_pitch, again, texts) {
        (Some(own), ..) => render(part, own)?,
        (None, Some(texts), _) => render(part, texts.pitch)?,
        (None, None, None) => render("pitch", &angle.pitch)?,
        (None, None, Some(texts)) => {
            let whole = render("pitch", &angle.pitch)?;
            let length =
                [&greeting, &opener, &whole, &call_to_action].into_iter().map(|part| word_count(part)).sum::<u64>();
            let first = brief.earlier.first().map(|sent| without_signature(&sent.message.body, &brief.sender));
            if length < first.map_or(0, word_count) { whole } else { render(part, texts.pitch)? }
        }
    };
    let pitch = non_empty(part, normalize::paragraphs(&pitch))?;
    Ok(MessageParts { subject, greeting, opener, pitch, call_to_action })
}

fn uses_angle(angle: &Angle, sent: &Sent) -> bool {
    sent.angle_version == angle.version && is_for_kind(angle, &sent.signal_kind)
}

/// Continues the sentence if the greeting ends with a comma.
fn continue_greeting(greeting: &str, text: &str) -> String {
    if greeting.ends_with(',') { text.to_owned() } else { capitalize_first(text) }
}

fn capitalize_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
