//! Changing a stretch of a draft wherever it occurs: in the message and in its parts.
//!
//! The signature is never changed: it is the sender's own, and a name there is not a defect.

use super::variant::Variant;
use baton_facts::packages::HandoffPackage;
use baton_model::defect::DefectKind;

/// Words of a recorded name that are compared with the message.
const NAME_WORDS_MAX: usize = 12;

/// Returns the offsets where the text below the greeting begins and where the signature begins. The greeting is the
/// first line that is not empty.
fn parts(package: &HandoffPackage) -> (usize, usize) {
    let body = &package.draft.message.body;
    let signature = package.sender.signature.trim();
    let signature = if signature.is_empty() { None } else { body.rfind(signature) }.unwrap_or(body.len());
    let start = body.len() - body.trim_start().len();
    let text = body[start..].find('\n').map_or(start, |end| start + end);
    (text.min(signature), signature)
}

/// Returns the body between the greeting and the signature.
pub(super) fn text(package: &HandoffPackage) -> &str {
    let (text, signature) = parts(package);
    &package.draft.message.body[text..signature]
}

/// Returns the first line that is not empty, if it is as short as greetings are.
pub(super) fn greeting(package: &HandoffPackage) -> Option<&str> {
    let body = &package.draft.message.body;
    let line = body.lines().map(str::trim).find(|line| !line.is_empty())?;
    (line.ends_with([',', '!']) && line.split_whitespace().count() < 7).then_some(line)
}

/// Returns the draft with `from` replaced by `to` wherever it occurs as words of its own, except in the greeting;
/// `None` if that changes nothing.
pub(super) fn changed(package: &HandoffPackage, kind: DefectKind, from: &str, to: &str) -> Option<Variant> {
    if from.trim().is_empty() || from == to {
        return None;
    }
    let (start, signature) = parts(package);
    let draft = &package.draft;
    let swap = |text: &str| replaced(text, from, to);
    let body = &draft.message.body;
    let mut made = draft.clone();
    made.message.body = [&body[..start], &swap(&body[start..signature]), &body[signature..]].concat();
    made.message.subject = swap(&draft.message.subject);
    made.opener = swap(&draft.opener);
    made.pitch = swap(&draft.pitch);
    made.call_to_action = swap(&draft.call_to_action);
    for claim in &mut made.claims {
        claim.text = swap(&claim.text);
    }
    (made.message != draft.message).then(|| Variant::new(kind, (from, to), to, made))
}

/// Returns the draft with its body changed in one place; the parts stay. `None` if `from` does not occur.
pub(super) fn changed_once(
    package: &HandoffPackage,
    kind: DefectKind,
    (from, to): (&str, &str),
    said: (&str, &str),
    mark: &str,
) -> Option<Variant> {
    let body = &package.draft.message.body;
    let at = body.find(from).filter(|_| !from.is_empty() && from != to)?;
    let mut made = package.draft.clone();
    made.message.body = [&body[..at], to, &body[at + from.len()..]].concat();
    Some(Variant::new(kind, said, mark, made))
}

/// Returns whether `words` occur in the text as words of their own.
pub(super) fn has(text: &str, words: &str) -> bool {
    places(text, words).next().is_some()
}

/// Returns the part of a recorded name that the message has: drafts leave out legal forms, titles and notes. The name
/// itself if the message has no part of it.
pub(super) fn written_part<'a>(package: &HandoffPackage, name: &'a str) -> &'a str {
    let name = name.trim();
    let ends = |at: usize| name[at..].find(char::is_whitespace).map_or(name.len(), |end| at + end);
    let starts: Vec<usize> = name
        .char_indices()
        .filter(|&(at, character)| {
            !character.is_whitespace() && name[..at].chars().next_back().is_none_or(char::is_whitespace)
        })
        .map(|(at, _)| at)
        .take(NAME_WORDS_MAX)
        .collect();
    let runs = starts.iter().flat_map(|start| starts.iter().map(|last| (*start, ends(*last))));
    let found = runs
        .filter(|(start, end)| start < end)
        .map(|(start, end)| name[start..end].trim_matches([',', '.']))
        .filter(|part| has(&package.draft.message.subject, part) || has(&package.draft.message.body, part));
    found.max_by_key(|part| part.len()).unwrap_or(name)
}

/// Counts the occurrences of `words` as words of their own. Case and white space do not count.
pub(super) fn occurrences(text: &str, words: &str) -> usize {
    let plain = |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    places(&plain(text), &plain(words)).count()
}

fn replaced(text: &str, from: &str, to: &str) -> String {
    let (mut made, mut end) = (String::with_capacity(text.len()), 0);
    for at in places(text, from) {
        made.push_str(&text[end..at]);
        made.push_str(to);
        end = at + from.len();
    }
    made.push_str(&text[end..]);
    made
}

fn places<'a>(text: &'a str, words: &'a str) -> impl Iterator<Item = usize> + 'a {
    let found = (!words.is_empty()).then(|| text.match_indices(words)).into_iter().flatten();
    found.map(|(at, _)| at).filter(move |at| stands_alone(text, *at, at + words.len()))
}

/// Returns whether a match is neither within a word nor within a number: `38` is not in `138`, `38.5` or `38%`.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let (before, inside, after) = (&text[..start], &text[start..end], &text[end..]);
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let mark = |c: Option<char>| matches!(c, Some('.' | ','));
    let mut back = before.chars().rev();
    let (previous, further) = (back.next(), back.next());
    let mut ahead = after.chars();
    let (next, beyond) = (ahead.next(), ahead.next());
    let joins = |one: Option<char>, other: Option<char>| {
        one.is_some_and(char::is_alphanumeric) && other.is_some_and(char::is_alphanumeric)
    };
    let (first, last) = (inside.chars().next(), inside.chars().next_back());
    let within_number = (digit(first) && mark(previous) && digit(further))
        || (digit(last) && ((mark(next) && digit(beyond)) || next == Some('%')));
    !joins(previous, first) && !joins(last, next) && !within_number
}
