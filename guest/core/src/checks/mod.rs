//! The checks on a text: the same for a drafter's draft, for what a person types, and right before it leaves.
//!
//! No drafter is trusted. Everything is judged against the facts in the package, never against what the draft says of
//! itself; the work grows no faster than the text (a sort aside), whatever it contains.

mod claims;
mod format;
mod freshness;
mod grounding;
mod plain_text;
mod scan;
mod structure;

use crate::text::without_signature;

use baton_facts::packages::{Check, HandoffPackage, Verdict};
use baton_facts::types::{Message, Timestamp};

use crate::reading_time;
use crate::rules::{READING_TIME, Trace};

/// What every check gets to see.
pub(crate) struct Judged<'a> {
    package: &'a HandoffPackage,
    message: &'a Message,
    /// The body without the sender's signature.
    text: &'a str,
    /// A person changed the draft's message: what no longer occurs was taken out on purpose.
    edited: bool,
    now: Timestamp,
}

impl Judged<'_> {
    /// How much it weighs that a part of the draft is missing: nothing that a person took out fails.
    fn missing(&self) -> Verdict {
        if self.edited { Verdict::Warn } else { Verdict::Fail }
    }
}

/// The checks on any text for this package, in the order of [`crate::rules::ALL`].
///
/// A text that differs from the package's draft was rewritten by a person: parts and claims that no longer occur in it
/// are not missed, while whatever it states is judged like any draft.
pub fn inspect(reviewed: &HandoffPackage, outgoing: &Message, now: Timestamp) -> Vec<Check> {
    let text = without_signature(&outgoing.body, &reviewed.sender);
    let judged =
        Judged { package: reviewed, message: outgoing, text, edited: *outgoing != reviewed.draft.message, now };
    let mut trace = Trace::default();
    freshness::check(&judged, &mut trace);
    format::check(&judged, &mut trace);
    structure::check(&judged, &mut trace);
    plain_text::check(&judged, &mut trace);
    claims::check(&judged, &mut trace);
    grounding::check(&judged, &mut trace);

    let seconds = reading_time::seconds(reviewed, outgoing, &trace.0);
    let detail = format!("{seconds} seconds to read, the aim is {}", reading_time::AIM);
    let verdict = if seconds <= reading_time::AIM { Verdict::Pass } else { Verdict::Warn };
    trace.push(READING_TIME, verdict, detail, &[]);
    trace.0
}

/// Whether the text may leave: the failed checks that nobody overruled are the refusal.
///
/// # Errors
/// The failed checks whose names are not among `overruled`.
pub fn may_leave(
    reviewed: &HandoffPackage,
    outgoing: &Message,
    overruled: &[String],
    now: Timestamp,
) -> Result<(), Vec<Check>> {
    let failed: Vec<Check> = inspect(reviewed, outgoing, now)
        .into_iter()
        .filter(|check| check.verdict == Verdict::Fail && !overruled.contains(&check.name))
        .collect();
    if failed.is_empty() { Ok(()) } else { Err(failed) }
}

#[cfg(test)]
mod tests;
