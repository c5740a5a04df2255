//! Counts an event into the evidence of a stream: runs, levels, and the reasons to lose them.
//!
//! A level is earned one at a time, by the clearance number of conforming inspections in a row at the level before and
//! a bound within the risk limit. A defect resets all levels at once. Counted evidence is never dropped, except by a
//! change that makes it another stream.

use baton_facts::policy::{HandoffModel, InspectionPlan};
use baton_facts::quality::{Change, Counted, Event, Finding, Inspection, Reach, Suspension, Tally};
use baton_facts::types::Timestamp;

use super::bound::upper_bound_points;
use super::plan::SamplingPlan;
use crate::calendar::age_in_days;

/// Seconds of a review that counts; a package is made to be read in 60.
const REVIEW_SECONDS_MIN: u32 = 8;
/// A second missed check within this many inspections suspends.
const MISSED_WITHIN: u64 = 10;
/// The latest results that are kept beside the bound.
pub(super) const RECENT: usize = 50;
/// A level lapses after this many calendar days without an inspection.
const LAPSE_DAYS: i64 = 90;
/// A level lapses after this many releases without an inspection.
const LAPSE_RELEASES: u32 = 500;

/// Returns the evidence after `event`, and what the event stops.
///
/// A conforming inspection counts only if the package could have been released without a decision: not if routing
/// always sends it to review, not in bulk, and not in less than 8 seconds. A defect always counts. It resets the run
/// and the level but not the counts; a factual one stops every stream of the fingerprint.
///
/// A missed check counts as nonconforming at once. The first pauses the stream until its verdict comes in or a person
/// resumes it; a second within ten inspections resets the level. A late verdict is not counted twice.
///
/// A person's stop lasts until a person resumes the stream; reviews in between count. 90 days or 500 releases without
/// an inspection reset the level.
pub fn count(plan: &InspectionPlan, tally: &Tally, event: &Event) -> Counted {
    count_under(&SamplingPlan::new(plan), tally.clone(), event)
}

/// [`count`] with a plan that is read once for many events.
pub(super) fn count_under(plan: &SamplingPlan, tally: Tally, event: &Event) -> Counted {
    let now = match event {
        Event::Inspected(inspection) | Event::MadeUp(inspection) => Some(inspection.at),
        Event::Missed(at) => Some(*at),
        _ => None,
    };
    let mut next = update_level(plan, tally, now);
    let (stops, mut reason) = apply(&mut next, event);
    let level = next.level;
    let tally = update_level(plan, next, now);
    if tally.level > level {
        reason = format!("{reason}; cleared for sampling level {} of {}", tally.level, plan.levels());
    }
    Counted { tally, stops, reason }
}

/// Applies the plan and the time to the evidence: resets a level that the plan does not have, that needs more evidence, or
/// that lapsed, and grants an earned one.
///
/// Without `now` only releases can make a level lapse.
pub(super) fn update_level(plan: &SamplingPlan, mut tally: Tally, now: Option<Timestamp>) -> Tally {
    let Some(clearance) = plan.clearance else {
        tally.level = 0;
        return tally;
    };
    tally.level = tally.level.min(plan.levels());
    if tally.level > 0 && tally.cleared_with < clearance {
        tally.level = 0;
    }
    if tally.level > 0 && has_lapsed(&tally, now) {
        demote(&mut tally, Suspension::Lapse);
    }
    let earned = tally.clean_run >= clearance && within_risk_limit(plan, &tally);
    if earned && !is_halted(&tally) && !has_lapsed(&tally, now) && tally.level < plan.levels() {
        tally.cleared_with = if tally.level == 0 { clearance } else { tally.cleared_with.min(clearance) };
        tally.level += 1;
        tally.clean_run = 0;
        tally.suspended = None;
    }
    tally
}

/// Returns whether everything is reviewed for a reason that more evidence does not end.
pub(super) const fn is_halted(tally: &Tally) -> bool {
    tally.stopped || tally.overdue > 0
}

pub(super) fn within_risk_limit(plan: &SamplingPlan, tally: &Tally) -> bool {
    upper_bound_points(tally.inspected, tally.nonconforming) <= plan.risk_limit
}

fn has_lapsed(tally: &Tally, now: Option<Timestamp>) -> bool {
    let old = |last, now| age_in_days(last, now) >= LAPSE_DAYS;
    tally.released >= LAPSE_RELEASES || now.is_some_and(|now| tally.last_inspected.is_none_or(|last| old(last, now)))
}

/// Applies the event. Returns what it stops, and the reason.
fn apply(tally: &mut Tally, event: &Event) -> (Reach, String) {
    match event {
        Event::Inspected(inspection) | Event::MadeUp(inspection) => {
            let is_late_verdict = matches!(event, Event::MadeUp(_));
            match inspection.finding {
                Finding::Conforming => count_conforming(tally, inspection, is_late_verdict),
                Finding::Nonconforming | Finding::FactualDefect => count_defect(tally, inspection, is_late_verdict),
            }
        }
        Event::Missed(at) => count_missed(tally, *at),
        Event::Released(count) => {
            tally.released = tally.released.saturating_add(*count);
            (Reach::None, format!("{} sent since the last inspection", tally.released))
        }
        Event::DefectElsewhere => {
            demote(tally, Suspension::Fingerprint);
            (Reach::ThisStream, "a wrong fact was reported in another stream with the same drafter".into())
        }
        Event::Stopped => {
            demote(tally, Suspension::Person);
            tally.stopped = true;
            (Reach::ThisStream, "somebody stopped the stream".into())
        }
        Event::Resumed => {
            tally.stopped = false;
            tally.overdue = 0;
            (Reach::None, "somebody resumed the stream".into())
        }
        Event::Changed(Change::Wording) => {
            tally.level = tally.level.min(1);
            tally.clean_run = 0;
            (
                Reach::ThisStream,
                "an angle's wording changed, so the stream continues from the first sampling level".into(),
            )
        }
        Event::Changed(Change::Producer) => {
            *tally = Tally { stopped: tally.stopped, ..Tally::default() };
            (Reach::ThisStream, "the drafter or its inputs changed, so the stream starts again as a pilot".into())
        }
    }
}

fn add_inspection(tally: &mut Tally, at: Timestamp, conforming: bool) {
    tally.inspected = tally.inspected.saturating_add(1);
    tally.nonconforming = tally.nonconforming.saturating_add(u64::from(!conforming));
    tally.recent.insert(0, !conforming);
    tally.recent.truncate(RECENT);
    tally.clean_run = if conforming { tally.clean_run.saturating_add(1) } else { 0 };
    tally.last_inspected = Some(at);
    tally.released = 0;
}

/// Returns to full inspection. A pilot stays a pilot.
fn demote(tally: &mut Tally, because: Suspension) {
    if tally.level > 0 || tally.suspended.is_some() || matches!(because, Suspension::Person) {
        tally.suspended = Some(because);
    }
    tally.level = 0;
    tally.clean_run = 0;
}

fn count_conforming(tally: &mut Tally, inspection: &Inspection, is_late_verdict: bool) -> (Reach, String) {
    let uncounted = if matches!(inspection.routed, HandoffModel::ReviewAndApprove) {
        Some("this package always goes to review".to_owned())
    } else if inspection.bulk {
        Some("it was part of a bulk decision".to_owned())
    } else if inspection.seconds < REVIEW_SECONDS_MIN {
        Some(format!("it took {} seconds, and a review takes at least {REVIEW_SECONDS_MIN}", inspection.seconds))
    } else {
        None
    };
    if let Some(why) = uncounted {
        return (Reach::None, format!("good, but not counted: {why}"));
    }
    if is_late_verdict {
        tally.overdue = tally.overdue.saturating_sub(1);
        return (Reach::None, "the missed spot-check was completed: good".into());
    }
    add_inspection(tally, inspection.at, true);
    (Reach::None, format!("good, {} in a row", tally.clean_run))
}

fn count_defect(tally: &mut Tally, inspection: &Inspection, is_late_verdict: bool) -> (Reach, String) {
    if is_late_verdict && tally.overdue > 0 {
        tally.overdue -= 1;
        tally.last_inspected = Some(inspection.at);
    } else {
        add_inspection(tally, inspection.at, false);
    }
    demote(tally, Suspension::Defect);
    match inspection.finding {
        Finding::FactualDefect => {
            (Reach::Fingerprint, "a fact was wrong, so every stream with the same drafter is reviewed".into())
        }
        _ => (Reach::ThisStream, "a defect was found, so everything is reviewed".into()),
    }
}

fn count_missed(tally: &mut Tally, at: Timestamp) -> (Reach, String) {
    let (last_inspected, released) = (tally.last_inspected, tally.released);
    add_inspection(tally, at, false);
    // Nobody looked, so a missed check does not keep a level from lapsing.
    (tally.last_inspected, tally.released) = (last_inspected, released);
    let second = tally.last_missed.is_some_and(|last| tally.inspected.saturating_sub(last) <= MISSED_WITHIN);
    tally.last_missed = Some(tally.inspected);
    tally.overdue = tally.overdue.saturating_add(1);
    let reason = if second {
        tally.suspended = Some(Suspension::MissedChecks);
        tally.level = 0;
        format!("a second spot-check within {MISSED_WITHIN} inspections was missed, so everything is reviewed")
    } else {
        "a spot-check was missed, which counts as a defect; the stream waits until it is completed".into()
    };
    (Reach::ThisStream, reason)
}

#[cfg(test)]
mod tests;
