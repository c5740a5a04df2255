//! The draft with its claims highlighted. Each record that backs a claim has a number, which is shown after the claim and
//! beside the record.
//!
//! Claims may overlap or nest, so the text is split into spans, each with the records that back it.

use crate::format::{DisplayTime, line, lines};
use baton_facts::packages::HandoffPackage;
use baton_facts::types::{Claim, Evidence};
use std::ops::Range;

/// Claims that are highlighted at most; a drafter may return any number.
const CLAIMS: usize = 200;

/// The message as it would be sent.
pub(super) struct DraftView {
    pub from: String,
    pub to: String,
    pub subject: Vec<DraftSpan>,
    pub body: Vec<DraftSpan>,
    /// Below the signature.
    pub footer: String,
    /// Records other than signals.
    pub evidence: Vec<EvidenceRecord>,
    /// Claims that do not occur in the text.
    pub loose: Vec<String>,
    pub unmarked: usize,
}

/// A span of text that is backed by the same records throughout.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DraftSpan {
    pub text: String,
    /// Numbers of the records, separated by spaces; empty if the span is not part of a claim.
    pub evidence: String,
    /// Records of the claims that end here: number and label.
    pub ends: Vec<(usize, String)>,
}

/// A record of the package, other than a signal.
pub(super) struct EvidenceRecord {
    pub number: usize,
    pub what: &'static str,
    pub text: String,
    pub missing: bool,
}

/// Returns the records that back claims, in the order of the claims. The first one has number 1.
pub(super) fn evidence(package: &HandoffPackage) -> Vec<&Evidence> {
    let body = &package.draft.message.body;
    let mut claims: Vec<&Claim> = package.draft.claims.iter().take(CLAIMS).collect();
    claims.sort_by_cached_key(|claim| body.find(&claim.text).unwrap_or(usize::MAX));
    let mut records: Vec<&Evidence> = Vec::new();
    for claim in claims {
        if !records.contains(&&claim.evidence) {
            records.push(&claim.evidence);
        }
    }
    records
}

impl DraftView {
    pub fn new(package: &HandoffPackage, footer: &str) -> Self {
        let draft = &package.draft;
        let records = evidence(package);
        let claims: Vec<&Claim> = draft.claims.iter().filter(|claim| !claim.text.is_empty()).take(CLAIMS).collect();
        let spans = |text: &str| -> Vec<(Range<usize>, usize)> {
            let span = |claim: &&Claim| {
                let start = text.find(&claim.text)?;
                let number = records.iter().position(|record| **record == claim.evidence)? + 1;
                Some((start..start + claim.text.len(), number))
            };
            claims.iter().filter_map(span).collect()
        };
        let labels: Vec<String> = records.iter().map(|record| label(package, record)).collect();
        let message = &draft.message;
        let loose =
            claims.iter().filter(|claim| !message.body.contains(&claim.text) && !message.subject.contains(&claim.text));
        let other = |(at, record): (usize, &&Evidence)| other(package, at + 1, record);
        Self {
            from: line(&format!("{} <{}>", package.sender.name, package.sender.email)),
            to: line(&message.to),
            subject: pieces(&message.subject, &spans(&message.subject), &labels),
            body: pieces(&message.body, &spans(&message.body), &labels),
            footer: lines(footer),
            evidence: records.iter().enumerate().filter_map(other).collect(),
            loose: loose.map(|claim| line(&claim.text)).collect(),
            unmarked: draft.claims.len().saturating_sub(CLAIMS),
        }
    }
}

/// Returns a label for a record, for screen readers and tooltips.
fn label(package: &HandoffPackage, record: &Evidence) -> String {
    match record {
        Evidence::Signal(id) => match package.signals.iter().find(|ranked| ranked.signal.id == *id) {
            Some(ranked) => {
                let at = DisplayTime::new(ranked.signal.observed_at, ranked.signal.observed_at);
                format!("{}, {}", line(&ranked.signal.source_name), at.day)
            }
            None => "missing".to_owned(),
        },
        Evidence::Account => "account record".to_owned(),
        Evidence::Contact(id) if *id == package.contact.id => "earlier email".to_owned(),
        Evidence::Fact(id) if package.angle.facts.iter().any(|fact| fact.id == *id) => {
            "approved campaign fact".to_owned()
        }
        Evidence::Fact(_) | Evidence::Contact(_) => "missing".to_owned(),
    }
}

/// Returns `None` for signals, which have their own card.
fn other(package: &HandoffPackage, number: usize, record: &Evidence) -> Option<EvidenceRecord> {
    let found = |what, text: &str| Some(EvidenceRecord { number, what, text: line(text), missing: false });
    let id = match record {
        Evidence::Account => return found("Account record", &package.account.name),
        Evidence::Contact(id) if *id == package.contact.id => {
            return found("Earlier emails to", &baton_model::full_name(&package.contact));
        }
        Evidence::Signal(id) if package.signals.iter().any(|ranked| ranked.signal.id == *id) => return None,
        Evidence::Fact(id) => match package.angle.facts.iter().find(|fact| fact.id == *id) {
            Some(fact) => return found("Approved campaign fact", &fact.text),
            None => id,
        },
        Evidence::Signal(id) | Evidence::Contact(id) => id,
    };
    Some(EvidenceRecord { number, what: "Not in this package", text: line(id), missing: true })
}

/// Splits the text at the borders of `spans`, which are byte ranges, each with the number of its evidence.
fn pieces(text: &str, spans: &[(Range<usize>, usize)], labels: &[String]) -> Vec<DraftSpan> {
    let mut cuts: Vec<usize> = spans.iter().flat_map(|(span, _)| [span.start, span.end]).collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.dedup();
    let mut pieces = Vec::with_capacity(cuts.len());
    for cut in cuts.windows(2) {
        let (start, end) = (cut[0], cut[1]);
        let mut on: Vec<usize> = spans
            .iter()
            .filter(|(span, _)| span.start <= start && end <= span.end)
            .map(|(_, number)| *number)
            .collect();
        on.sort_unstable();
        on.dedup();
        // A claim nested in another one with the same evidence gets no number of its own.
        let goes_on =
            |number: usize| spans.iter().any(|(span, other)| *other == number && span.start <= end && end < span.end);
        let ends = on.iter().copied().filter(|number| !goes_on(*number));
        let ends: Vec<usize> =
            ends.filter(|number| spans.iter().any(|(span, other)| other == number && span.end == end)).collect();
        let ends = ends.into_iter().map(|number| (number, labels.get(number - 1).cloned().unwrap_or_default()));
        let rests_on: Vec<String> = on.iter().map(usize::to_string).collect();
        pieces.push(DraftSpan { text: lines(&text[start..end]), evidence: rests_on.join(" "), ends: ends.collect() });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, spans: &[(Range<usize>, usize)], expected: &str) {
        let labels = ["one".to_owned(), "two".to_owned()];
        let shown: Vec<String> = pieces(text, spans, &labels)
            .into_iter()
            .map(|piece| {
                let ends: Vec<String> = piece.ends.iter().map(|(number, label)| format!("{number}={label}")).collect();
                format!("{}[{}]{}", piece.text, piece.evidence, ends.join(","))
            })
            .collect();
        assert_eq!(shown.join("|"), expected);
    }

    #[test]
    fn text_is_split_where_claims_start_and_end() {
        check("abcdef", &[], "abcdef[]");
        check("", &[], "");
        check("abcdef", &[(0..6, 1)], "abcdef[1]1=one");
        check("abcdef", &[(1..3, 1)], "a[]|bc[1]1=one|def[]");
        check("abcdef", &[(0..4, 1), (2..6, 2)], "ab[1]|cd[1 2]1=one|ef[2]2=two");
        check("abcdef", &[(0..6, 1), (2..4, 1)], "ab[1]|cd[1]|ef[1]1=one");
        check("abcdef", &[(0..3, 1), (3..6, 1)], "abc[1]|def[1]1=one");
        check("aé\u{202e}b", &[(1..3, 2)], "a[]|é[2]2=two|\\u{202e}b[]");
    }
}
