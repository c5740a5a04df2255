//! Measures how much of a draft was rewritten, part by part.
//!
//! Each edit of the body counts in exactly one part, or in the greeting or the signature, which are ignored. Shares are
//! 0 to 10,000 basis points.

use std::ops::Range;

use baton_facts::quality::DraftPart;
use baton_facts::types::{Draft, Message};

/// Cells of the alignment table. Two emails of a thousand tokens stay far below; beyond it, everything between the
/// common beginning and the common end counts as rewritten.
const STEPS_MAX: usize = 4_000_000;
/// Tokens compared in one text; the rest counts as rewritten.
const TOKENS_MAX: usize = 20_000;

/// One word or one mark of punctuation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    pub text: &'a str,
    /// The byte offset in the text.
    pub start: usize,
    /// The first token of its line.
    pub starts_line: bool,
}

impl PartialEq for Token<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

/// Splits a text into words and punctuation marks. Marks within a word belong to it, so numbers, links and addresses
/// stay whole.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let mut starts_line = true;
        let mut start = 0;
        for word in line.split(char::is_whitespace) {
            for (begin, length) in pieces(word) {
                if tokens.len() == TOKENS_MAX {
                    return tokens;
                }
                let begin = start + begin;
                tokens.push(Token { text: &line[begin..begin + length], start: offset + begin, starts_line });
                starts_line = false;
            }
            // The white space after the word may be longer than one byte.
            start += word.len();
            start += line[start..].chars().next().map_or(0, char::len_utf8);
        }
        offset += line.len();
    }
    tokens
}

/// Returns the start and length of the marks before a word, the word, and the marks after it.
fn pieces(word: &str) -> impl Iterator<Item = (usize, usize)> {
    let inner = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    let before = if inner.is_empty() { word.len() } else { word.find(inner).unwrap_or(0) };
    let marks = |range: Range<usize>| {
        let base = range.start;
        word[range].char_indices().map(move |(index, letter)| (base + index, letter.len_utf8()))
    };
    let after = before + inner.len();
    let middle = (!inner.is_empty()).then_some((before, inner.len()));
    marks(0..before).chain(middle).chain(marks(after..word.len()))
}

/// The parts that are measured.
const PARTS: [DraftPart; 4] = [DraftPart::Subject, DraftPart::Opener, DraftPart::Pitch, DraftPart::CallToAction];

/// Edits and length of one part.
#[derive(Debug, Clone, Copy, Default)]
struct EditShare {
    edits: usize,
    before: usize,
    after: usize,
}

impl EditShare {
    fn basis_points(self) -> u16 {
        let longer = self.before.max(self.after).max(1);
        u16::try_from(self.edits.min(longer) * 10_000 / longer).unwrap_or(10_000)
    }

    fn add(&mut self, step: EditStep) {
        self.edits += usize::from(step != EditStep::Keep);
        self.before += usize::from(step != EditStep::Insert);
        self.after += usize::from(step != EditStep::Delete);
    }
}

/// The edits of one message, counted by part.
#[derive(Debug)]
pub(super) struct EditDistance {
    parts: [EditShare; 4],
    body: EditShare,
}

impl EditDistance {
    pub(super) fn of(draft: &Draft, outgoing: &Message) -> Self {
        let mut parts = [EditShare::default(); 4];
        for step in edit_steps(&tokens(&draft.message.subject), &tokens(&outgoing.subject)) {
            parts[0].add(step);
        }

        let (before, after) = (tokens(&draft.message.body), tokens(&outgoing.body));
        let ranges = ranges(draft, &before);
        let core = ranges[0].start..ranges[2].end;
        let part_at = |index: usize| ranges.iter().position(|range| range.contains(&index));
        let mut body = EditShare::default();
        let (mut old, mut new) = (0, 0);
        let mut inserted_into = None;
        for step in edit_steps(&before, &after) {
            let in_core = match step {
                // Text added at the very end does not belong to the original signature.
                EditStep::Insert => core.contains(&old) || old == core.end || old == before.len(),
                _ => core.contains(&old),
            };
            if in_core {
                body.add(step);
            }
            // Text added between two parts belongs to the part on whose line it is.
            let part = match step {
                EditStep::Insert if in_core => inserted_into.or_else(|| {
                    let next = part_at(old);
                    let previous = old.checked_sub(1).and_then(part_at);
                    if after.get(new).is_some_and(|token| token.starts_line) {
                        next.or(previous)
                    } else {
                        previous.or(next)
                    }
                }),
                EditStep::Insert => None,
                _ => part_at(old),
            };
            if let Some(part) = part {
                parts[part + 1].add(step);
            }
            // A stretch of insertions stays in one part.
            inserted_into = if step == EditStep::Insert { part } else { None };
            old += usize::from(step != EditStep::Insert);
            new += usize::from(step != EditStep::Delete);
        }
        // Text beyond the limit was not compared, so it counts as rewritten.
        if before.len() == TOKENS_MAX || after.len() == TOKENS_MAX {
            body.edits = body.before.max(body.after).max(1);
        }
        Self { parts, body }
    }

    /// Returns the rewritten share of the body without greeting and signature.
    pub(super) fn body(&self) -> u16 {
        self.body.basis_points()
    }

    /// Returns the part with the largest share, or `None` on a tie.
    pub(super) fn most_rewritten(&self) -> Option<DraftPart> {
        let shares = self.parts.map(EditShare::basis_points);
        let most = *shares.iter().max()?;
        let mut with_most = PARTS.iter().zip(shares).filter(|(_, share)| *share == most);
        let (part, _) = with_most.next()?;
        (most > 0 && with_most.next().is_none()).then_some(*part)
    }
}

/// Finds opener, pitch and call to action among the tokens of the body. If they do not occur in this order, the whole
/// body counts as pitch.
fn ranges(draft: &Draft, tokens: &[Token<'_>]) -> [Range<usize>; 3] {
    let whole = [0..0, 0..tokens.len(), tokens.len()..tokens.len()];
    let body = &draft.message.body;
    let mut from = 0;
    let mut ranges = [0..0, 0..0, 0..0];
    for (range, part) in ranges.iter_mut().zip([&draft.opener, &draft.pitch, &draft.call_to_action]) {
        let Some(found) = body[from..].find(part.as_str()).filter(|_| !part.is_empty()) else { return whole };
        let start = from + found;
        from = start + part.len();
        *range =
            tokens.partition_point(|token| token.start < start)..tokens.partition_point(|token| token.start < from);
    }
    // Text between two parts belongs to the one before it.
    ranges[0].end = ranges[1].start;
    ranges[1].end = ranges[2].start;
    ranges
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum EditStep {
    Keep,
    Replace,
    Delete,
    Insert,
}

/// Returns a shortest sequence of edits from one text to the other, one token at a time (Levenshtein 1965; Wagner and
/// Fischer 1974).
fn edit_steps(before: &[Token<'_>], after: &[Token<'_>]) -> Vec<EditStep> {
    let beginning = before.iter().zip(after).take_while(|(old, new)| old == new).count();
    let (rest_before, rest_after) = (&before[beginning..], &after[beginning..]);
    let end = rest_before.iter().rev().zip(rest_after.iter().rev()).take_while(|(old, new)| old == new).count();
    let middle = align(&rest_before[..rest_before.len() - end], &rest_after[..rest_after.len() - end]);
    let mut steps = vec![EditStep::Keep; beginning];
    steps.extend(middle);
    steps.extend(std::iter::repeat_n(EditStep::Keep, end));
    steps
}

fn align(before: &[Token<'_>], after: &[Token<'_>]) -> Vec<EditStep> {
    let (rows, columns) = (before.len(), after.len());
    if rows.saturating_mul(columns) > STEPS_MAX {
        let replaced = rows.min(columns);
        let mut steps = vec![EditStep::Replace; replaced];
        steps.extend(std::iter::repeat_n(EditStep::Delete, rows - replaced));
        steps.extend(std::iter::repeat_n(EditStep::Insert, columns - replaced));
        return steps;
    }
    // The table is filled from the end, so that reading it forward gives the steps in order.
    let width = columns + 1;
    let mut table = vec![EditStep::Keep; (rows + 1) * width];
    let mut below: Vec<u32> = (0..=columns).rev().map(|left| left as u32).collect();
    table[rows * width..rows * width + columns].fill(EditStep::Insert);
    for row in (0..rows).rev() {
        let mut line = vec![0_u32; width];
        line[columns] = (rows - row) as u32;
        table[row * width + columns] = EditStep::Delete;
        for column in (0..columns).rev() {
            let same = before[row] == after[column];
            let diagonal = below[column + 1] + u32::from(!same);
            let (delete, insert) = (below[column] + 1, line[column + 1] + 1);
            let least = diagonal.min(delete).min(insert);
            line[column] = least;
            table[row * width + column] = match least {
                _ if least == diagonal && same => EditStep::Keep,
                _ if least == diagonal => EditStep::Replace,
                _ if least == delete => EditStep::Delete,
                _ => EditStep::Insert,
            };
        }
        below = line;
    }
    let mut steps = Vec::with_capacity(rows.max(columns));
    let (mut row, mut column) = (0, 0);
    while row < rows || column < columns {
        let step = table[row * width + column];
        row += usize::from(step != EditStep::Insert);
        column += usize::from(step != EditStep::Delete);
        steps.push(step);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_tokens(text: &str, expected: &[&str]) {
        let found = tokens(text);
        assert_eq!(found.iter().map(|token| token.text).collect::<Vec<_>>(), expected);
        for token in found {
            assert!(text[token.start..].starts_with(token.text));
        }
    }

    #[test]
    fn numbers_links_and_addresses_stay_whole() {
        check_tokens("Hi Dana,\nwe (yes, we)", &["Hi", "Dana", ",", "we", "(", "yes", ",", "we", ")"]);
        check_tokens("20-minute 1.5 %", &["20-minute", "1.5", "%"]);
        check_tokens("see https://a.example/b?c=1.", &["see", "https://a.example/b?c=1", "."]);
        check_tokens("<mara@relayforge.example>", &["<", "mara@relayforge.example", ">"]);
        check_tokens("\u{a0}a\u{2003}b\r\n — c", &["a", "b", "—", "c"]);
        check_tokens("...", &[".", ".", "."]);
        check_tokens("", &[]);
    }

    #[track_caller]
    fn check_distance(before: &str, after: &str, expected: usize) {
        let (before, after) = (tokens(before), tokens(after));
        let steps = edit_steps(&before, &after);
        assert_eq!(steps.iter().filter(|step| **step != EditStep::Keep).count(), expected);
        assert_eq!(steps.iter().filter(|step| **step != EditStep::Insert).count(), before.len());
        assert_eq!(steps.iter().filter(|step| **step != EditStep::Delete).count(), after.len());
    }

    #[test]
    fn the_way_is_a_shortest_one() {
        check_distance("", "", 0);
        check_distance("a b c", "a b c", 0);
        check_distance("", "a b", 2);
        check_distance("a b", "", 2);
        check_distance("k i t t e n", "s i t t i n g", 3);
        check_distance("s u n d a y", "s a t u r d a y", 3);
        check_distance("a b c d", "b c d a", 2);
    }
}
