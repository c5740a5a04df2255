//! The word-by-word difference between the drafted and the sent text of a part of a message.
//!
//! Pure functions. A component and a person wrote the texts, so a surface has to escape them.

use baton_facts::types::{Draft, Message};
use baton_model::MessagePart;
use schemars::JsonSchema;
use serde::Serialize;
use similar::{ChangeTag, TextDiff};
use std::ops::Range;

/// Texts with more words than this are not compared: the whole text counts as rewritten.
const WORDS_MAX: usize = 3000;

/// The change of a piece of the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DiffKind {
    /// Sent as drafted.
    Same,
    /// Removed.
    Removed,
    /// Added.
    New,
}

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Piece {
    /// The change.
    pub kind: DiffKind,
    /// The text.
    pub text: String,
}

/// Returns the difference in pieces. Without the removed ones they are the sent text, without the added ones the draft.
pub fn pieces(draft: &Draft, sent: &Message, part: MessagePart) -> Vec<Piece> {
    let (before, after, range) = match part {
        MessagePart::Subject => (&draft.message.subject, &sent.subject, 0..draft.message.subject.len()),
        part => (&draft.message.body, &sent.body, place(draft, part)),
    };
    let words = |text: &str| text.split_whitespace().nth(WORDS_MAX).is_some();
    if words(before) || words(after) {
        let piece = |became, text: &str| Piece { kind: became, text: text.to_owned() };
        return vec![piece(DiffKind::Removed, before.get(range).unwrap_or(before)), piece(DiffKind::New, after)];
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut at = 0;
    for change in TextDiff::from_words(before.as_str(), after.as_str()).iter_all_changes() {
        let text = change.value();
        let (became, inside) = match change.tag() {
            ChangeTag::Equal => (DiffKind::Same, range.contains(&at)),
            ChangeTag::Delete => (DiffKind::Removed, range.contains(&at)),
            // Text that was added at an end of the part belongs to it.
            ChangeTag::Insert => (DiffKind::New, range.start <= at && at <= range.end),
        };
        if became != DiffKind::New {
            at += text.len();
        }
        match pieces.last_mut() {
            _ if !inside => {}
            Some(last) if last.kind == became => last.text.push_str(text),
            _ => pieces.push(Piece { kind: became, text: text.to_owned() }),
        }
    }
    runs(pieces)
}

/// Joins adjacent changes to one piece each: the space between two changes was not left as it was.
fn runs(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut whole = Vec::new();
    let (mut gone, mut new, mut space) = (String::new(), String::new(), String::new());
    let end = Piece { kind: DiffKind::Same, text: String::new() };
    let ending = pieces.len();
    for (index, piece) in pieces.into_iter().chain([end]).enumerate() {
        let changing = !gone.is_empty() || !new.is_empty();
        if piece.kind == DiffKind::Same && (!changing || index == ending || !piece.text.trim().is_empty()) {
            let text = std::mem::take(&mut space) + &piece.text;
            let run = [(DiffKind::Removed, std::mem::take(&mut gone)), (DiffKind::New, std::mem::take(&mut new))];
            let run = run.into_iter().chain([(DiffKind::Same, text)]).filter(|(_, text)| !text.is_empty());
            whole.extend(run.map(|(became, text)| Piece { kind: became, text }));
        } else if piece.kind == DiffKind::Same {
            space = piece.text;
        } else {
            let between = std::mem::take(&mut space);
            gone += &between;
            new += &between;
            if piece.kind == DiffKind::Removed { gone += &piece.text } else { new += &piece.text }
        }
    }
    whole
}

/// Returns the text without the pieces of one kind.
pub fn without(pieces: &[Piece], became: DiffKind) -> String {
    let kept = pieces.iter().filter(|piece| piece.kind != became).map(|piece| piece.text.as_str());
    kept.collect::<String>().trim().to_owned()
}

/// Returns the position of a part in the draft's body; the whole body if it is not found in order.
fn place(draft: &Draft, wanted: MessagePart) -> Range<usize> {
    let body = &draft.message.body;
    let mut from = 0;
    for (part, text) in [
        (MessagePart::Opener, &draft.opener),
        (MessagePart::Pitch, &draft.pitch),
        (MessagePart::CallToAction, &draft.call_to_action),
    ] {
        let Some(found) = body[from..].find(text.as_str()).filter(|_| !text.is_empty()) else { break };
        let start = from + found;
        from = start + text.len();
        if part == wanted {
            return start..from;
        }
    }
    0..body.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        let text = str::to_owned;
        Draft {
            message: Message {
                to: text("dana@northwind.example"),
                subject: text("Northwind: a new round"),
                body: text("Hi Dana,\n\nI read that you raised.\n\nWe help teams.\n\nWorth a call?\n\nMara"),
            },
            opener: text("I read that you raised."),
            pitch: text("We help teams."),
            call_to_action: text("Worth a call?"),
            claims: Vec::new(),
        }
    }

    /// Removed text in brackets, added text in braces.
    #[track_caller]
    fn check(part: MessagePart, from: &str, to: &str, expected: &str) {
        let draft = draft();
        let mut sent = draft.message.clone();
        (sent.subject, sent.body) = (sent.subject.replace(from, to), sent.body.replace(from, to));
        let pieces = pieces(&draft, &sent, part);
        let shown = pieces.iter().map(|piece| match piece.kind {
            DiffKind::Same => piece.text.clone(),
            DiffKind::Removed => format!("[{}]", piece.text),
            DiffKind::New => format!("{{{}}}", piece.text),
        });
        assert_eq!(shown.collect::<String>(), expected);
    }

    #[test]
    fn each_part_alone() {
        check(MessagePart::Opener, "I read that you", "I saw you", "I [read that]{saw} you raised.");
        check(MessagePart::Pitch, "We help teams.", "We help platform teams.", "We help {platform }teams.");
        check(MessagePart::Pitch, "I read that you", "I saw you", "We help teams.");
        check(MessagePart::CallToAction, "a call?", "a chat?", "Worth a [call?]{chat?}");
        check(MessagePart::CallToAction, "a call?", "a call? Or not.", "Worth a call?{ Or not.}");
        check(MessagePart::Subject, "a new round", "your new round", "Northwind: [a]{your} new round");
        check(MessagePart::Opener, "I read that you raised.\n\n", "", "[I read that you raised.]");
    }

    #[test]
    fn pieces_restore_both_texts() {
        let draft = draft();
        let sent = Message {
            body: draft.message.body.replace("We help teams.", "Our customers ship."),
            ..draft.message.clone()
        };
        let pieces = pieces(&draft, &sent, MessagePart::Pitch);
        assert_eq!(without(&pieces, DiffKind::New), "We help teams.");
        assert_eq!(without(&pieces, DiffKind::Removed), "Our customers ship.");
    }

    #[test]
    fn parts_that_cannot_be_found_and_long_texts_are_whole() {
        let mut draft = draft();
        draft.pitch = "elsewhere".into();
        let sent = draft.message.clone();
        assert_eq!(without(&pieces(&draft, &sent, MessagePart::Pitch), DiffKind::New), draft.message.body);
        let long = Message { body: "word ".repeat(WORDS_MAX + 1), ..sent };
        assert_eq!(pieces(&draft, &long, MessagePart::Opener).len(), 2);
    }
}
