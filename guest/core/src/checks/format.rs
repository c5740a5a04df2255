//! The shape of the message: recipient, subject, thread, greeting, signature and length.

use baton_facts::packages::Verdict;

use super::Judged;
use crate::describe::{person, short};
use crate::reading_time::count;
use crate::rules::{GREETING, LENGTH, NO_FAKE_REPLY, RECIPIENT, SIGNED, SUBJECT, Trace};
use crate::text::{has_word, lines, same_words, template_words};
use crate::thread::{REPLY, is_message, same_thread, without_prefixes};

/// Longest subject in characters: RFC 5322 §2.1.1 recommends lines of at most 78.
const SUBJECT_LIMIT: usize = 78;

/// Words of a body without its signature. Boomerang's study of 40 million messages (2016) found most replies between
/// 50 and 125 words, falling off on either side; these bounds leave as much room again for other voices. A further
/// touch may be shorter: it adds to a message that was read.
const WORDS: std::ops::RangeInclusive<u64> = 30..=180;
const WORDS_OF_FURTHER: std::ops::RangeInclusive<u64> = 10..=180;

pub(super) fn check(judged: &Judged<'_>, trace: &mut Trace) {
    recipient(judged, trace);
    subject(judged, trace);
    thread(judged, trace);
    greeting(judged, trace);
    signed(judged, trace);
    length(judged, trace);
}

fn recipient(judged: &Judged<'_>, trace: &mut Trace) {
    let contact = &judged.package.contact;
    let to = &judged.message.to;
    if contact.email.as_deref().is_some_and(|email| email == to) {
        trace.pass(RECIPIENT, format!("the message goes to {}", short(to)), &[&contact.id]);
    } else {
        let recorded = contact.email.as_deref().unwrap_or("none");
        let detail = format!("the message goes to “{}”, the recorded address is {}", short(to), short(recorded));
        trace.fail(RECIPIENT, detail, &[&contact.id]);
    }
}

fn subject(judged: &Judged<'_>, trace: &mut Trace) {
    let subject = &judged.message.subject;
    // A reply keeps its thread's subject, which was measured when the thread began.
    let own = subject.strip_prefix(REPLY).unwrap_or(subject);
    let (length, limit) = (subject.chars().count(), SUBJECT_LIMIT + subject.len() - own.len());
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

/// `Re:` is honest only above a message of ours with that very subject.
fn thread(judged: &Judged<'_>, trace: &mut Trace) {
    let subject = &judged.message.subject;
    let base = without_prefixes(subject);
    if base.len() == subject.trim().len() {
        return trace.pass(NO_FAKE_REPLY, "the subject claims no earlier message", &[]);
    }
    if judged.package.history.iter().any(|touch| is_message(touch) && same_thread(&touch.subject, base)) {
        trace.pass(NO_FAKE_REPLY, "the subject continues a message of ours", &[]);
    } else {
        let detail = format!("the subject “{}” continues no message of ours", short(subject));
        trace.fail(NO_FAKE_REPLY, detail, &[]);
    }
}

fn greeting(judged: &Judged<'_>, trace: &mut Trace) {
    let contact = &judged.package.contact;
    let evidence: [&str; 1] = [&contact.id];
    let template = judged.package.angle.greeting.trim();
    let first = lines(judged.text).next().unwrap_or_default();
    let names = [&contact.first_name, &contact.last_name];
    let named = names.iter().flat_map(|name| name.split_whitespace()).any(|name| has_word(first, name));
    if named {
        trace.pass(GREETING, format!("the first line addresses {}", person(contact)), &evidence);
    } else if template.is_empty() && !greets(first) {
        trace.pass(GREETING, "the angle has no greeting", &evidence);
    } else if !template.contains("{{") && !template.is_empty() && same_words(first, template) {
        trace.pass(GREETING, "the angle's greeting names nobody", &evidence);
    } else {
        let detail = format!("the first line “{}” does not address {}", short(first), person(contact));
        // A greeting to somebody else is wrong whoever wrote it.
        let verdict = if greets(first) { Verdict::Fail } else { judged.missing() };
        trace.push(GREETING, verdict, detail, &evidence);
    }
}

/// A short line that ends as greetings do.
fn greets(line: &str) -> bool {
    line.ends_with([',', '!']) && line.split_whitespace().take(7).count() < 7
}

fn signed(judged: &Judged<'_>, trace: &mut Trace) {
    let sender = &judged.package.sender;
    let last: Vec<&str> = lines(&judged.message.body).collect();
    let own_lines = lines(&sender.signature).count().max(1);
    let tail = &last[last.len().saturating_sub(own_lines + 2)..];
    if judged.text.len() < judged.message.body.trim_end().len() {
        trace.pass(SIGNED, format!("the signature of {} closes the message", short(&sender.name)), &[]);
    } else if tail.iter().any(|line| !template_words(&sender.name).is_empty() && line.contains(sender.name.trim())) {
        trace.pass(SIGNED, format!("{} signs the message", short(&sender.name)), &[]);
    } else {
        trace.push(SIGNED, judged.missing(), format!("{} does not sign the message", short(&sender.name)), &[]);
    }
}

fn length(judged: &Judged<'_>, trace: &mut Trace) {
    let words = count(judged.text);
    let bounds = if judged.package.touch_number > 1 { WORDS_OF_FURTHER } else { WORDS };
    let verdict = if bounds.contains(&words) { Verdict::Pass } else { Verdict::Fail };
    let detail = format!("{words} words before the signature, {} to {} are fine", bounds.start(), bounds.end());
    trace.push(LENGTH, verdict, detail, &[]);
}
