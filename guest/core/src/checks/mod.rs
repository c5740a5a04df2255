//! The checks on a message. They run on a drafter's draft, on a person's edit, and again right before release.
//!
//! No drafter is trusted: a message is checked against the records in the package, never against what the draft says
//! about itself. The work grows no faster than the text, apart from a sort.

mod claims;
mod context;
mod format;
mod freshness;
mod grounding;
mod plain_text;
mod scan;
mod signal_text;
mod structure;

use context::CheckContext;

use crate::text::without_signature;

use baton_facts::packages::{Check, HandoffPackage, Verdict};
use baton_facts::types::{Message, Timestamp};

use crate::reading_time;
use crate::rules::{READING_TIME, Trace};

/// Returns the checks on a message for this package, in the order of [`crate::rules::ALL`].
///
/// A message that differs from the package's draft was edited by a person: parts and claims that no longer occur are
/// not missed, while everything it states is checked like a draft.
pub fn inspect(reviewed: &HandoffPackage, outgoing: &Message, now: Timestamp) -> Vec<Check> {
    let text = without_signature(&outgoing.body, &reviewed.sender);
    let context = CheckContext {
        package: reviewed,
        message: outgoing,
        text,
        is_edited: *outgoing != reviewed.draft.message,
        now,
    };
    let mut trace = Trace::default();
    freshness::check(&context, &mut trace);
    format::check(&context, &mut trace);
    structure::check(&context, &mut trace);
    signal_text::check(&context, &mut trace);
    plain_text::check(&context, &mut trace);
    claims::check(&context, &mut trace);
    grounding::check(&context, &mut trace);

    let seconds = reading_time::seconds(reviewed, outgoing, &trace.0);
    let detail = format!("{seconds} seconds to read, the goal is {} or less", reading_time::TARGET_SECONDS);
    let verdict = if seconds <= reading_time::TARGET_SECONDS { Verdict::Pass } else { Verdict::Warn };
    trace.push(READING_TIME, verdict, detail, &[]);
    trace.0
}

/// Allows the release of a message unless a check fails that no person overruled.
///
/// # Errors
/// The failed checks whose names are not in `overruled`.
pub fn check_release(
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
