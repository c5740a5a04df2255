//! The reference drafter. It fills the angle's templates and adds no facts.
//!
//! The same brief gives the same draft. Every text comes from the angle, the brief or the built-in follow-up sentences,
//! and every part and claim occurs in the message word for word. If something is missing, the drafter declines and says
//! what, in which template.

use baton_facts::description::DrafterDescription;
use baton_facts::errors::DraftingError;
use baton_facts::packages::Brief;
use baton_facts::types::{Claim, Draft, Message};

pub(crate) mod default_texts;
mod earlier;
mod follow_up;
mod normalize;
mod parts;
mod render;

use parts::{MessageParts, non_empty};
use render::Placeholders;

use crate::phrase_search;
use crate::record_names::person;
use crate::rules::EvidenceRef;

/// Returns the drafter's description of itself.
pub fn describe() -> DrafterDescription {
    DrafterDescription {
        templates: Some(render::syntax()),
        follow_up_languages: default_texts::languages().map(str::to_owned).collect(),
        follows_notes: false,
    }
}

/// Writes a draft for the brief from its angle's templates.
///
/// A brief with earlier messages gets a follow-up: in their thread, from the angle's follow-up texts if it has them. A
/// sentence that refers to an earlier message is a claim that cites the contact.
///
/// The body is greeting, opener, pitch, call to action and signature, with an empty line between each; the subject is
/// one line. An empty greeting template omits the greeting. Claims cite the signal for the opener, the account for its
/// facts, and a product fact wherever its text occurs.
///
/// # Errors
///
/// [`DraftingError::Declined`], with one sentence for a person: a placeholder is unknown or has no value, a template
/// does not parse or uses a forbidden statement, a part is empty, the recipient has no address, the sender has no
/// signature, or the templates would repeat a rejected message.
pub fn write(brief: &Brief) -> Result<Draft, DraftingError> {
    draft(brief).map_err(DraftingError::Declined)
}

fn draft(brief: &Brief) -> Result<Draft, String> {
    let contact = &brief.contact;
    let to = contact
        .email
        .as_deref()
        .map(str::trim)
        .filter(|email| !email.is_empty())
        .ok_or_else(|| format!("no email address is recorded for {}", person(contact)))?;
    let signature = normalize::signature(&brief.sender.signature);
    if signature.is_empty() {
        return Err("the campaign's sender has no signature".into());
    }

    let placeholders = Placeholders::of(brief);
    let parts = if brief.earlier.is_empty() {
        first_parts(brief, &placeholders)?
    } else {
        follow_up::follow_up_parts(brief, &placeholders)?
    };
    let MessageParts { subject, greeting, opener, pitch, call_to_action } = parts;

    let body = [greeting.as_str(), &opener, &pitch, &call_to_action, &signature]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n");
    let message = Message { to: to.to_owned(), subject, body };
    if let Some(rejected) = &brief.rejected {
        reject_identical(rejected, &message)?;
    }
    let claims = claims(brief, &placeholders, &message.subject, &opener, &pitch, &call_to_action);
    Ok(Draft { message, opener, pitch, call_to_action, claims })
}

/// Renders the parts of a first message.
fn first_parts(brief: &Brief, placeholders: &Placeholders) -> Result<MessageParts, String> {
    let angle = &brief.angle;
    let render = |part: &str, template: &str| placeholders.render(part, template);
    Ok(MessageParts {
        subject: non_empty("subject", normalize::line(&render("subject", &angle.subject)?))?,
        greeting: normalize::line(&render("greeting", &angle.greeting)?),
        opener: non_empty("opener", normalize::paragraphs(&render("opener", &angle.opener)?))?,
        pitch: non_empty("pitch", normalize::paragraphs(&render("pitch", &angle.pitch)?))?,
        call_to_action: non_empty(
            "call to action",
            normalize::paragraphs(&render("call to action", &angle.call_to_action)?),
        )?,
    })
}

/// Declines when the templates give the rejected message again. Changed templates or facts give another one.
fn reject_identical(rejected: &Message, message: &Message) -> Result<(), String> {
    let same = normalize::line(&rejected.subject) == normalize::line(&message.subject)
        && normalize::paragraphs(&rejected.body) == normalize::paragraphs(&message.body);
    if same {
        return Err("the reference drafter fills the angle's templates and cannot follow a note: it would write the \
                    rejected message again; edit the message by hand, or change the angle's texts"
            .into());
    }
    Ok(())
}

fn claims(
    brief: &Brief,
    placeholders: &Placeholders,
    subject: &str,
    opener: &str,
    pitch: &str,
    call_to_action: &str,
) -> Vec<Claim> {
    let mut claims: Vec<Claim> = Vec::new();
    let mut claim = |text: &str, evidence: EvidenceRef<'_>| {
        if !claims.iter().any(|claim| claim.text == text && EvidenceRef::of(&claim.evidence) == evidence) {
            claims.push(Claim { text: text.to_owned(), evidence: evidence.owned() });
        }
    };
    let signal = EvidenceRef::Signal(&brief.signal.id);
    claim(opener, signal);
    let parts = [subject, opener, pitch, call_to_action];
    // The opener cites the signal as a whole; the summary within it is the part that may not be reworded.
    for part in parts {
        if let Some(text) = placeholders.value("signal").and_then(|summary| phrase_search::find(part, summary)) {
            claim(text, signal);
        }
    }
    for name in ["earlier_date", "earlier_subject"].into_iter().filter(|name| placeholders.was_used(name)) {
        let Some(value) = placeholders.value(name) else { continue };
        // The subject names the thread and states no fact.
        for text in parts[1..].iter().filter_map(|part| phrase_search::sentence(part, value)) {
            claim(text, EvidenceRef::Contact(&brief.contact.id));
        }
    }
    for fact in &brief.angle.facts {
        let wanted = normalize::value(&fact.text);
        let wanted = wanted.trim_end_matches('.');
        for text in parts.iter().filter_map(|part| phrase_search::find(part, wanted)) {
            claim(text, EvidenceRef::Fact(&fact.id));
        }
    }
    for name in ["industry", "country"] {
        if !placeholders.was_used(name) {
            continue;
        }
        let Some(value) = placeholders.value(name) else { continue };
        for text in parts.iter().filter_map(|part| phrase_search::find(part, value)) {
            claim(text, EvidenceRef::Account);
        }
    }
    claims
}

#[cfg(test)]
mod tests;
