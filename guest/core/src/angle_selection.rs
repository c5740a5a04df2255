//! What a message is about: a signal, and the angle that is written for its kind in the person's language.
//!
//! A first message takes the best. A further one says something new where there is anything: a signal newer than those
//! told, then an angle not used yet. Where nothing is fresh any more, silence itself is the reason to write once more
//! about what was told, as long as the sequence runs.

use std::cmp::Reverse;

use baton_facts::packages::{Candidate, Hold, HoldReason, Sent};
use baton_facts::policy::{Angle, Campaign};
use baton_facts::types::{Signal, Timestamp};

use crate::calendar::iso_date;
use crate::describe::{list, person, short};
use crate::rules::{ANGLE_CHOSEN, SIGNAL_FRESH, Trace};
use crate::sequence::Sequence;
use crate::signals::{self, Scored, points, same_kind, stale_points};

/// A signal, its points under the angle, 0 to 100, and the angle.
#[derive(Clone, Copy)]
pub(crate) struct Saying<'a> {
    pub(crate) signal: &'a Signal,
    pub(crate) points: u8,
    pub(crate) angle: &'a Angle,
}

/// The best signal that there is something to say about in the person's language.
pub(crate) fn first<'a>(
    candidate: &Candidate,
    signals: &[Scored<'a>],
    campaign: &'a Campaign,
    now: Timestamp,
) -> Result<Saying<'a>, Hold> {
    // The order of the signals is by their best angle in any language; in this one another may come first.
    let told = signals.iter().filter_map(|scored| {
        let angle = spoken(candidate, scored.signal, campaign).next()?;
        Some(Saying { signal: scored.signal, points: points(scored.signal, angle, now)?, angle })
    });
    told.reduce(|best, one| if one.points > best.points { one } else { best })
        .ok_or_else(|| wordless(candidate, signals, campaign))
}

/// What a further message of the sequence is about, and the fresh signals, best first. `told` are the signals of
/// earlier packages: research need not answer with them any more.
pub(crate) fn next<'a>(
    sequence: &Sequence<'_>,
    observed: &'a [Signal],
    told: &[Signal],
    campaign: &'a Campaign,
    now: Timestamp,
    trace: &mut Trace,
) -> Result<(Saying<'a>, Vec<Scored<'a>>), Hold> {
    let candidate = sequence.candidate;
    let mut looked_at = Trace::default();
    let fresh = signals::fresh(observed, &campaign.angles, now, &mut looked_at);
    let scored: &[Scored<'_>] = fresh.as_deref().unwrap_or_default();
    let used = |signal: &Signal| sequence.sent.iter().any(|message| message.signal == signal.id);
    let newest = observed.iter().chain(told).filter(|signal| used(signal)).map(|signal| signal.observed_at).max();
    let news = |signal: &Signal| !used(signal) && newest.is_none_or(|newest| signal.observed_at > newest);
    let sayable = scored.iter().flat_map(|scored| {
        spoken(candidate, scored.signal, campaign).filter_map(|angle| {
            Some(Saying { signal: scored.signal, points: points(scored.signal, angle, now)?, angle })
        })
    });
    // Of what is equal the first stays, and the signals are in the order of their points.
    let best = sayable.min_by_key(|one| {
        let repeated = is_used(one.angle, &sequence.sent);
        (!news(one.signal), repeated, used(one.signal), Reverse(one.points))
    });
    if let Some(saying) = best {
        trace.0.append(&mut looked_at.0);
        let (kind, date) = (short(&saying.signal.kind), iso_date(saying.signal.observed_at));
        let what = match (news(saying.signal), used(saying.signal)) {
            (true, _) => format!("{kind} of {date} is newer than what was told"),
            (false, false) => format!("nothing newer is there, {kind} of {date} was not told yet"),
            (false, true) => format!("nothing else is there, {kind} of {date} serves again"),
        };
        let how = if is_used(saying.angle, &sequence.sent) { "the angle is one used before" } else { "another angle" };
        trace.pass(ANGLE_CHOSEN, format!("{what}; {how}"), &[&saying.signal.id]);
        return Ok((saying, fresh.unwrap_or_default()));
    }

    // Nothing fresh can be said. What was told first is told again, with another angle of its kind where there is one.
    let again = sequence.sent.iter().find_map(|message| {
        let signal = observed.iter().find(|signal| signal.id == message.signal && signals::tellable(signal))?;
        let angle = spoken(candidate, signal, campaign).min_by_key(|angle| is_used(angle, &sequence.sent))?;
        Some(Saying { signal, points: stale_points(angle), angle })
    });
    let Some(saying) = again else {
        trace.0.append(&mut looked_at.0);
        let fresh = fresh?;
        let hold = wordless(candidate, &fresh, campaign);
        trace.fail(ANGLE_CHOSEN, hold.detail.clone(), &[]);
        return Err(hold);
    };
    let detail = format!(
        "nothing fresh can be said; no answer is the reason itself to write about {} of {} again, until {}",
        short(&saying.signal.kind),
        iso_date(saying.signal.observed_at),
        iso_date(sequence.until),
    );
    trace.pass(SIGNAL_FRESH, detail, &[&saying.signal.id]);
    let used = is_used(saying.angle, &sequence.sent);
    trace.pass(ANGLE_CHOSEN, if used { "the angle is one used before" } else { "another angle" }, &[]);
    Ok((saying, fresh.unwrap_or_default()))
}

/// The angles for the signal's kind in the person's language, in the campaign's order.
fn spoken<'a: 'b, 'b>(
    candidate: &'b Candidate,
    signal: &'b Signal,
    campaign: &'a Campaign,
) -> impl Iterator<Item = &'a Angle> + use<'a, 'b> {
    let language: &'b str = language(candidate, campaign);
    campaign
        .angles
        .iter()
        .filter(move |angle| same_language(&angle.language, language) && same_kind(angle, &signal.kind))
}

fn language<'a>(candidate: &'a Candidate, campaign: &'a Campaign) -> &'a str {
    let recorded = candidate.contact.language.as_deref().filter(|tag| !tag.trim().is_empty());
    recorded.unwrap_or(&campaign.language)
}

/// Whether a message of the sequence was written with this very angle.
fn is_used(angle: &Angle, sent: &[Sent]) -> bool {
    sent.iter().any(|message| message.angle_version == angle.version && same_kind(angle, &message.signal_kind))
}

fn wordless(candidate: &Candidate, signals: &[Scored<'_>], campaign: &Campaign) -> Hold {
    let kinds = list(signals.iter().map(|scored| scored.signal.kind.as_str()), 3);
    let (name, language) = (person(&candidate.contact), short(language(candidate, campaign)));
    let detail = format!("{name} reads {language}, and the campaign has no angle for {kinds} in that language");
    Hold { reason: HoldReason::UnsupportedLanguage, detail, look_again: None }
}

/// Whether two BCP 47 tags have the same primary subtag: `en-GB` is read as `en`.
fn same_language(one: &str, other: &str) -> bool {
    let primary = |tag: &str| tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    primary(one) == primary(other)
}

#[cfg(test)]
mod tests;
