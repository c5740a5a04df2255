//! Selects the signal and the angle of a message, in the contact's language.
//!
//! A first message takes the best. A follow-up takes something new if it can: a signal newer than those mentioned, then
//! an angle not used yet. When no signal is fresh any more, the follow-up mentions an earlier one again while the
//! sequence runs.

use std::cmp::Reverse;

use baton_facts::packages::{Candidate, Hold, HoldReason, Sent};
use baton_facts::policy::{Angle, Campaign};
use baton_facts::types::{Signal, Timestamp};

use crate::calendar::iso_date;
use crate::record_names::{list, person, short};
use crate::rules::{ANGLE_CHOSEN, EvidenceRef, SIGNAL_FRESH, Trace};
use crate::sequence::Sequence;
use crate::signals::{self, ScoredSignal, is_for_kind, points, stale_points};

/// A signal, its points under the angle (0 to 100), and the angle.
#[derive(Clone, Copy)]
pub(crate) struct AngleChoice<'a> {
    pub(crate) signal: &'a Signal,
    pub(crate) points: u8,
    pub(crate) angle: &'a Angle,
}

/// Returns the best signal that has an angle in the contact's language.
pub(crate) fn choose_angle<'a>(
    candidate: &Candidate,
    signals: &[ScoredSignal<'a>],
    campaign: &'a Campaign,
    now: Timestamp,
) -> Result<AngleChoice<'a>, Hold> {
    // The signals are ordered by their best angle in any language; in this one the order may differ.
    let choices = signals.iter().filter_map(|scored| {
        let angle = angles_in_language(candidate, scored.signal, campaign).next()?;
        Some(AngleChoice { signal: scored.signal, points: points(scored.signal, angle, now)?, angle })
    });
    choices
        .reduce(|best, one| if one.points > best.points { one } else { best })
        .ok_or_else(|| no_angle_hold(candidate, signals, campaign))
}

/// Returns the signal and angle of a follow-up, and the fresh signals, best first. `earlier` are the signals of earlier
/// packages, which research may no longer return.
pub(crate) fn choose_follow_up_angle<'a>(
    sequence: &Sequence<'_>,
    observed: &'a [Signal],
    earlier: &[Signal],
    campaign: &'a Campaign,
    now: Timestamp,
    trace: &mut Trace,
) -> Result<(AngleChoice<'a>, Vec<ScoredSignal<'a>>), Hold> {
    let candidate = sequence.candidate;
    let mut fresh_trace = Trace::default();
    let fresh = signals::fresh_signals(observed, &campaign.angles, now, &mut fresh_trace);
    let scored: &[ScoredSignal<'_>] = fresh.as_deref().unwrap_or_default();
    let is_used = |signal: &Signal| sequence.sent.iter().any(|message| message.signal == signal.id);
    let newest = observed.iter().chain(earlier).filter(|signal| is_used(signal)).map(|signal| signal.observed_at).max();
    let is_newer = |signal: &Signal| !is_used(signal) && newest.is_none_or(|newest| signal.observed_at > newest);
    let choices = scored.iter().flat_map(|scored| {
        angles_in_language(candidate, scored.signal, campaign).filter_map(|angle| {
            Some(AngleChoice { signal: scored.signal, points: points(scored.signal, angle, now)?, angle })
        })
    });
    // On a tie the first stays, and the signals are ordered by points.
    let best = choices.min_by_key(|one| {
        let repeated = is_angle_used(one.angle, &sequence.sent);
        (!is_newer(one.signal), repeated, is_used(one.signal), Reverse(one.points))
    });
    if let Some(choice) = best {
        trace.0.append(&mut fresh_trace.0);
        let (kind, date) = (short(&choice.signal.kind), iso_date(choice.signal.observed_at));
        let what = match (is_newer(choice.signal), is_used(choice.signal)) {
            (true, _) => format!("{kind} of {date} is newer than anything mentioned so far"),
            (false, false) => format!("there is nothing newer, and {kind} of {date} was not mentioned yet"),
            (false, true) => format!("there is nothing else, so {kind} of {date} is used again"),
        };
        let how =
            if is_angle_used(choice.angle, &sequence.sent) { "the angle was used before" } else { "another angle" };
        trace.pass(ANGLE_CHOSEN, format!("{what}; {how}"), &[EvidenceRef::Signal(&choice.signal.id)]);
        return Ok((choice, fresh.unwrap_or_default()));
    }

    // No fresh signal can be used, so an earlier one is mentioned again, with another angle if there is one.
    let again = sequence.sent.iter().find_map(|message| {
        let signal = observed.iter().find(|signal| signal.id == message.signal && signals::is_usable(signal))?;
        let angle =
            angles_in_language(candidate, signal, campaign).min_by_key(|angle| is_angle_used(angle, &sequence.sent))?;
        Some(AngleChoice { signal, points: stale_points(angle), angle })
    });
    let Some(choice) = again else {
        trace.0.append(&mut fresh_trace.0);
        let fresh = fresh?;
        let hold = no_angle_hold(candidate, &fresh, campaign);
        trace.fail(ANGLE_CHOSEN, hold.detail.clone(), &[]);
        return Err(hold);
    };
    let detail = format!(
        "no fresh signal can be used, so the follow-up mentions {} of {} again, until {}",
        short(&choice.signal.kind),
        iso_date(choice.signal.observed_at),
        iso_date(sequence.until),
    );
    trace.pass(SIGNAL_FRESH, detail, &[EvidenceRef::Signal(&choice.signal.id)]);
    let used = is_angle_used(choice.angle, &sequence.sent);
    trace.pass(ANGLE_CHOSEN, if used { "the angle was used before" } else { "another angle" }, &[]);
    Ok((choice, fresh.unwrap_or_default()))
}

/// Returns the angles for the signal's kind in the contact's language, in the campaign's order.
fn angles_in_language<'a: 'b, 'b>(
    candidate: &'b Candidate,
    signal: &'b Signal,
    campaign: &'a Campaign,
) -> impl Iterator<Item = &'a Angle> + use<'a, 'b> {
    let language: &'b str = language(candidate, campaign);
    campaign
        .angles
        .iter()
        .filter(move |angle| same_language(&angle.language, language) && is_for_kind(angle, &signal.kind))
}

fn language<'a>(candidate: &'a Candidate, campaign: &'a Campaign) -> &'a str {
    let recorded = candidate.contact.language.as_deref().filter(|tag| !tag.trim().is_empty());
    recorded.unwrap_or(&campaign.language)
}

/// Returns whether a message of the sequence used this version of the angle.
fn is_angle_used(angle: &Angle, sent: &[Sent]) -> bool {
    sent.iter().any(|message| message.angle_version == angle.version && is_for_kind(angle, &message.signal_kind))
}

fn no_angle_hold(candidate: &Candidate, signals: &[ScoredSignal<'_>], campaign: &Campaign) -> Hold {
    let kinds = list(signals.iter().map(|scored| scored.signal.kind.as_str()), 3);
    let (name, language) = (person(&candidate.contact), short(language(candidate, campaign)));
    let detail = format!("{name} reads {language}, and the campaign has no angle for {kinds} in that language");
    Hold { reason: HoldReason::UnsupportedLanguage, detail, look_again: None }
}

/// Compares the primary subtags of two BCP 47 tags: `en-GB` matches `en`.
fn same_language(one: &str, other: &str) -> bool {
    let primary = |tag: &str| tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    primary(one) == primary(other)
}

#[cfg(test)]
mod tests;
