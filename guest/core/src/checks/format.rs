//! Checks the form of the message: recipient, subject, thread, greeting, signature and length.

use baton_facts::packages::Verdict;

use super::context::CheckContext;
use crate::history::is_outbound_email;
use crate::person_name::{PersonName, is_latin, is_latin_language};
use crate::record_names::{person, short};
use crate::rules::{EvidenceRef, GREETING, LENGTH, NO_FAKE_REPLY, RECIPIENT, SIGNED, SUBJECT, Trace};
use crate::text::{has_word, lines, same_words, template_words, word_count};
use crate::thread::{REPLY_PREFIX, same_thread, without_prefixes};

/// Characters of a subject: RFC 5322 §2.1.1 recommends lines of at most 78.
const SUBJECT_MAX: usize = 78;

/// Words of a body without its signature. Boomerang's study of 40 million messages (2016) found most replies between 50
/// and 125 words; these bounds allow for other styles.
const WORDS: std::ops::RangeInclusive<u64> = 30..=180;
const FOLLOW_UP_WORDS: std::ops::RangeInclusive<u64> = 10..=180;

pub(super) fn check(context: &CheckContext<'_>, trace: &mut Trace) {
    recipient(context, trace);
    subject(context, trace);
    thread(context, trace);
    greeting(context, trace);
    signature(context, trace);
    length(context, trace);
}

fn recipient(context: &CheckContext<'_>, trace: &mut Trace) {
    let contact = &context.package.contact;
    let to = &context.message.to;
    if contact.email.as_deref().is_some_and(|email| email == to) {
        trace.pass(RECIPIENT, format!("the message goes to {}", short(to)), &[EvidenceRef::Contact(&contact.id)]);
    } else {
        let recorded = contact.email.as_deref().unwrap_or("none");
        let detail = format!("the message goes to “{}”, the recorded address is {}", short(to), short(recorded));
        trace.fail(RECIPIENT, detail, &[EvidenceRef::Contact(&contact.id)]);
    }
}

fn subject(context: &CheckContext<'_>, trace: &mut Trace) {
    let subject = &context.message.subject;
    // A reply keeps the subject of its thread, which was checked with the first message.
    let own = subject.strip_prefix(REPLY_PREFIX).unwrap_or(subject);
    let (length, limit) = (subject.chars().count(), SUBJECT_MAX + subject.len() - own.len());
    if subject.trim().is_empty() {
        trace.fail(SUBJECT, "the subject is empty", &[]);
    } else if subject.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        trace.fail(SUBJECT, "the subject has more than one line", &[]);
    } else if length > limit {
        trace.fail(SUBJECT, format!("the subject has {length} characters, the limit is {limit}"), &[]);
    } else {
        trace.pass(SUBJECT, format!("the subject has {length} characters"), &[]);
    }
}

/// `Re:` is honest only when we sent an email with that subject.
fn thread(context: &CheckContext<'_>, trace: &mut Trace) {
    let subject = &context.message.subject;
    let base = without_prefixes(subject);
    if base.len() == subject.trim().len() {
        return trace.pass(NO_FAKE_REPLY, "the subject does not look like a reply", &[]);
    }
    if context.package.history.iter().any(|touch| is_outbound_email(touch) && same_thread(&touch.subject, base)) {
        trace.pass(NO_FAKE_REPLY, "the subject continues an email we sent", &[]);
    } else {
        let detail =
            format!("the subject “{}” looks like a reply, but we sent no email with that subject", short(subject));
        trace.fail(NO_FAKE_REPLY, detail, &[]);
    }
}

fn greeting(context: &CheckContext<'_>, trace: &mut Trace) {
    let contact = &context.package.contact;
    let evidence = [EvidenceRef::Contact(&contact.id)];
    let template = context.package.angle.greeting.trim();
    let first = lines(context.text).next().unwrap_or_default();
    let name = match PersonName::of(contact) {
        Ok(name) => name,
        Err(why) => return trace.fail(GREETING, format!("{} {why}", person(contact)), &evidence),
    };
    let parts = || name.given.split(' ').chain(name.family.split(' ')).filter(|part| !part.is_empty());
    let language = &context.package.angle.language;
    if parts().any(|part| has_word(first, part)) {
        // A name in the record's capitals, or with what the record has beside it, is not how a colleague writes it.
        let as_written = parts().any(|part| first.contains(part)) && !first.ends_with(",,");
        if !as_written {
            trace.warn(
                GREETING,
                format!("the first line “{}” should say {}", short(first), short(&name.given)),
                &evidence,
            );
        } else if is_latin_language(language)
            && parts().any(|part| part.chars().any(|letter| letter.is_alphabetic() && !is_latin(letter)))
        {
            let detail = format!("{} is not in the script of the message", person(contact));
            trace.warn(GREETING, detail, &evidence);
        } else {
            trace.pass(GREETING, format!("the first line addresses {}", person(contact)), &evidence);
        }
    } else if template.is_empty() && !is_greeting(first) {
        trace.pass(GREETING, "the angle has no greeting", &evidence);
    } else if !template.contains("{{") && !template.is_empty() && same_words(first, template) {
        trace.pass(GREETING, "the angle's greeting does not use a name", &evidence);
    } else {
        let detail = format!("the first line “{}” does not address {}", short(first), person(contact));
        // A greeting to another person is wrong even after an edit.
        let verdict = if is_greeting(first) { Verdict::Fail } else { context.missing_verdict() };
        trace.push(GREETING, verdict, detail, &evidence);
    }
}

/// Returns whether the line looks like a greeting: short, and ending with a comma or an exclamation mark.
fn is_greeting(line: &str) -> bool {
    line.ends_with([',', '!']) && line.split_whitespace().take(7).count() < 7
}

fn signature(context: &CheckContext<'_>, trace: &mut Trace) {
    let sender = &context.package.sender;
    let last: Vec<&str> = lines(&context.message.body).collect();
    let own_lines = lines(&sender.signature).count().max(1);
    let tail = &last[last.len().saturating_sub(own_lines + 2)..];
    if context.text.len() < context.message.body.trim_end().len() {
        trace.pass(SIGNED, format!("the signature of {} closes the message", short(&sender.name)), &[]);
    } else if tail.iter().any(|line| !template_words(&sender.name).is_empty() && line.contains(sender.name.trim())) {
        trace.pass(SIGNED, format!("{} signs the message", short(&sender.name)), &[]);
    } else {
        trace.push(
            SIGNED,
            context.missing_verdict(),
            format!("{} does not sign the message", short(&sender.name)),
            &[],
        );
    }
}

fn length(context: &CheckContext<'_>, trace: &mut Trace) {
    let words = word_count(context.text);
    let bounds = if context.package.touch_number > 1 { FOLLOW_UP_WORDS } else { WORDS };
    let verdict = if bounds.contains(&words) { Verdict::Pass } else { Verdict::Fail };
    let detail = format!("{words} words before the signature, {} to {} are allowed", bounds.start(), bounds.end());
    trace.push(LENGTH, verdict, detail, &[]);
}
