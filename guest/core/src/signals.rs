//! Decides which signals are a reason to write now, and scores them.
//!
//! A signal needs an angle and must not be too old. Points are integers, so every machine computes the same.

use baton_facts::packages::{Hold, HoldReason};
use baton_facts::policy::Angle;
use baton_facts::types::{Signal, Timestamp};

use crate::calendar::{DAY, after_days, age_in_days, ago, iso_date};
use crate::record_names::{count, list, short};
use crate::rules::{EvidenceRef, SIGNAL_FRESH, Trace};

/// A fresh signal and its points under the best angle of its kind, in any language.
#[derive(Clone, Copy)]
pub(crate) struct ScoredSignal<'a> {
    pub(crate) signal: &'a Signal,
    pub(crate) points: u8,
}

/// Returns the longest `max-age-days` of the angles: no older signal can be a reason to write.
pub(crate) fn longest_age(angles: &[Angle]) -> u32 {
    angles.iter().map(|angle| angle.max_age_days).max().unwrap_or(0)
}

/// Returns the points of a signal under an angle, 0 to 100, or `None` if the signal is too old or in the future.
///
/// The angle's weight counts in full on the day of the signal and falls in a straight line to one half at
/// `max-age-days`. The host's clock may be ahead of ours by up to a day.
pub(crate) fn points(signal: &Signal, angle: &Angle, now: Timestamp) -> Option<u8> {
    if signal.observed_at > now.saturating_add(DAY) || now > fresh_until(signal, angle) {
        return None;
    }
    let weight = u64::from(angle.weight.min(100));
    let limit = u64::from(angle.max_age_days.max(1));
    let age = u64::try_from(age_in_days(signal.observed_at, now)).unwrap_or(0).min(limit);
    u8::try_from(weight * (2 * limit - age) / (2 * limit)).ok()
}

/// Returns the points of a signal that is too old for the angle: those at `max-age-days`.
pub(crate) fn stale_points(angle: &Angle) -> u8 {
    angle.weight.min(100) / 2
}

/// Returns the last time at which the signal is a reason to write.
pub(crate) fn fresh_until(signal: &Signal, angle: &Angle) -> Timestamp {
    after_days(signal.observed_at, angle.max_age_days)
}

/// Returns whether the angle is for this kind; `Leadership_Change` is `leadership-change`.
pub(crate) fn is_for_kind(angle: &Angle, kind: &str) -> bool {
    let fold = |byte: u8| if matches!(byte, b'_' | b' ') { b'-' } else { byte.to_ascii_lowercase() };
    angle.signal_kind.trim().bytes().map(fold).eq(kind.trim().bytes().map(fold))
}

/// Returns the fresh signals that have an angle, best first: by points, then the newest, then by id.
pub(crate) fn fresh_signals<'a>(
    signals: &'a [Signal],
    angles: &[Angle],
    now: Timestamp,
    trace: &mut Trace,
) -> Result<Vec<ScoredSignal<'a>>, Hold> {
    let mut scored: Vec<ScoredSignal<'a>> = signals
        .iter()
        .filter(|signal| is_usable(signal))
        .filter_map(|signal| {
            let points =
                angles.iter().filter(|angle| is_for_kind(angle, &signal.kind)).filter_map(|a| points(signal, a, now));
            Some(ScoredSignal { signal, points: points.max()? })
        })
        .collect();
    scored.sort_by(|a, b| {
        let newest = b.signal.observed_at.cmp(&a.signal.observed_at);
        b.points.cmp(&a.points).then(newest).then_with(|| a.signal.id.cmp(&b.signal.id))
    });
    if let Some(best) = scored.first() {
        let detail = format!(
            "{} of {} with an angle, the best is {} of {}, {} of 100 points",
            scored.len(),
            count(signals.len() as u64, "signal"),
            short(&best.signal.kind),
            iso_date(best.signal.observed_at),
            best.points,
        );
        trace.pass(SIGNAL_FRESH, detail, &[EvidenceRef::Signal(&best.signal.id)]);
        return Ok(scored);
    }
    let (detail, evidence) = explain_absence(signals, angles, now);
    trace.fail(SIGNAL_FRESH, detail.clone(), &evidence);
    Err(Hold { reason: HoldReason::NoFreshSignal, detail, look_again: None })
}

/// Returns whether the signal can be used: it needs a summary to mention and a source to cite.
pub(crate) fn is_usable(signal: &Signal) -> bool {
    let named = |text: &String| !text.trim().is_empty();
    let sourced = named(&signal.source_name) || named(&signal.source_url);
    named(&signal.id) && named(&signal.summary) && sourced
}

fn explain_absence<'a>(signals: &'a [Signal], angles: &[Angle], now: Timestamp) -> (String, Vec<EvidenceRef<'a>>) {
    let with_angle = |signal: &&Signal| angles.iter().any(|angle| is_for_kind(angle, &signal.kind));
    if let Some(newest) = signals.iter().filter(with_angle).max_by_key(|signal| signal.observed_at) {
        let limit = angles.iter().filter(|a| is_for_kind(a, &newest.kind)).map(|a| a.max_age_days).max().unwrap_or(0);
        let what = if is_usable(newest) { "" } else { " and has no summary or source" };
        let detail = format!(
            "the newest signal with an angle, {} of {}, was observed {}{what}; one of that kind is fresh for {}",
            short(&newest.kind),
            iso_date(newest.observed_at),
            ago(newest.observed_at, now),
            count(limit, "day"),
        );
        return (detail, vec![EvidenceRef::Signal(&newest.id)]);
    }
    if signals.is_empty() {
        let limit = count(longest_age(angles), "day");
        return (format!("no signal was observed at the account within {limit}"), Vec::new());
    }
    let mut kinds: Vec<&str> = signals.iter().map(|signal| signal.kind.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    (format!("the campaign has no angle for {}", list(kinds, 5)), Vec::new())
}
