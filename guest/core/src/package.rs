//! Assembles a package: everything a person needs for one decision.
//!
//! The records in it are the capabilities' answers, unchanged. This module adds scores, the reason to write now and the
//! next action.

use baton_facts::packages::{Brief, Check, HandoffPackage, RankedSignal, Verdict};
use baton_facts::types::{Draft, Signal, Verification};

use crate::angle_selection::AngleChoice;
use crate::calendar::iso_date;
use crate::contact_selection::ContactChoice;
use crate::reading_time;
use crate::record_names::{person, shortened};
use crate::sequence::Sequence;
use crate::signals::{ScoredSignal, fresh_until};

/// Signals in a package; nobody reads more in a minute.
const SIGNALS_MAX: usize = 5;

/// Weights in the score, in percent.
const FIT_WEIGHT: u32 = 30;
const SIGNAL_WEIGHT: u32 = 30;
const ROLE_WEIGHT: u32 = 25;
const ADDRESS_WEIGHT: u32 = 15;

/// Returns the package without its checks and the fields that depend on them. A follow-up package lasts no longer than
/// its sequence.
pub(crate) fn assemble(
    brief: Brief,
    choice: &ContactChoice<'_>,
    fresh: &[ScoredSignal<'_>],
    sequence: Option<&Sequence<'_>>,
    draft: Draft,
    fit: u8,
) -> HandoffPackage {
    let AngleChoice { signal, points, angle } = choice.angle;
    let first = RankedSignal { signal: signal.clone(), score: points };
    let others = fresh
        .iter()
        .filter(|scored| !std::ptr::eq(scored.signal, signal))
        .map(|scored| RankedSignal { signal: scored.signal.clone(), score: scored.points });
    let signals = std::iter::once(first).chain(others).take(SIGNALS_MAX).collect();
    let signal_until = fresh_until(signal, angle);
    let fresh_until = match sequence {
        None => signal_until,
        // A signal that is no longer fresh supports the message while the sequence runs.
        Some(sequence) if fresh.iter().any(|scored| std::ptr::eq(scored.signal, signal)) => {
            signal_until.min(sequence.until)
        }
        Some(sequence) => sequence.until,
    };
    HandoffPackage {
        score: score(fit, choice),
        why_now: why_now(signal, sequence, fresh_until),
        next_action: String::new(),
        reading_seconds: 0,
        signals,
        account: brief.account,
        contact: brief.contact,
        role_match: choice.role_match.clone(),
        history: choice.candidate.history.clone(),
        angle: brief.angle,
        sender: brief.sender,
        draft,
        checks: Vec::new(),
        touch_number: brief.touch_number,
        fresh_until,
    }
}

/// Adds the checks and the next action.
pub(crate) fn finish(package: &mut HandoffPackage, sequence: Option<&Sequence<'_>>, checks: Vec<Check>) {
    let name = person(&package.contact);
    let until = iso_date(package.fresh_until);
    let what = match sequence {
        None => String::from("the message"),
        Some(sequence) => format!("touch {} of {}", sequence.number, sequence.touches_max),
    };
    let warned: Vec<&str> =
        checks.iter().filter(|check| check.verdict == Verdict::Warn).map(|check| check.name.as_str()).collect();
    package.next_action = if warned.is_empty() {
        format!("Approve, edit or reject {what} to {name} by {until}")
    } else {
        format!("Look at {}, then approve, edit or reject {what} to {name} by {until}", warned.join(", "))
    };
    package.reading_seconds = reading_time::seconds(package, &package.draft.message, &checks);
    package.checks = checks;
}

fn score(fit: u8, choice: &ContactChoice<'_>) -> u8 {
    let address: u32 = match choice.candidate.contact.verification {
        Verification::Deliverable => 100,
        Verification::Risky => 50,
        Verification::Unknown => 40,
        Verification::Undeliverable => 0,
    };
    let points = FIT_WEIGHT * u32::from(fit.min(100))
        + SIGNAL_WEIGHT * u32::from(choice.angle.points.min(100))
        + ROLE_WEIGHT * u32::from(choice.role_match.score.min(100))
        + ADDRESS_WEIGHT * address;
    u8::try_from(points / 100).unwrap_or(100)
}

/// Gives dates instead of ages, because a package is read later than it is prepared.
fn why_now(signal: &Signal, sequence: Option<&Sequence<'_>>, fresh_until: i64) -> String {
    let source = if signal.source_name.trim().is_empty() { &signal.source_url } else { &signal.source_name };
    let reason = format!(
        "{} ({}, {}), a reason to write until {}",
        shortened(&signal.summary, 300),
        shortened(source, 80),
        iso_date(signal.observed_at),
        iso_date(fresh_until),
    );
    match sequence {
        None => reason,
        Some(sequence) => {
            format!("touch {} of {}, {}: {reason}", sequence.number, sequence.touches_max, sequence.status)
        }
    }
}
