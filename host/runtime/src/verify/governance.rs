//! Comparison of a governor's answers with the policy and the evidence that it was asked about.

use super::bounds::{self, ALL, list, name, require, text};
use crate::error::Mismatch;
use crate::recording::{Input, Output};
use baton_facts::packages::Verdict;
use baton_facts::policy::{HandoffModel, InspectionPlan, Tier};
use baton_facts::quality::{Counted, Event, Routing, Tally};

/// The number of latest inspections that are listed.
const RECENT_MAX: usize = 50;

type Compared = Result<(), Mismatch>;

/// Compares the answer with the call's arguments.
pub(crate) fn answer(input: &Input, output: &Output) -> Compared {
    match (input, output) {
        (Input::Route { tiers, score, worst, touch_number, .. }, Output::Routing(routing)) => {
            let is_doubtful = |tier: &Tier| *score < tier.minimum_score || *worst != Verdict::Pass;
            route(tiers, is_doubtful, *touch_number > 1, routing)
        }
        (Input::Count { plan, tally, event }, Output::Counted(counted)) => count(plan, tally, event, counted),
        (Input::Assess { plan, .. }, Output::Assessment(assessed)) => {
            require("level", usize::from(assessed.level) <= plan.sampling.len())?;
            require("fraction", assessed.fraction <= ALL)?;
            require("upper-bound", assessed.upper_bound <= ALL)?;
            require("recent-nonconforming", usize::from(assessed.recent_nonconforming) <= RECENT_MAX)?;
            text("reason", &assessed.reason)
        }
        (Input::Foresee { .. }, Output::Outlook(outlook)) => {
            let shares = [outlook.inspected, outlook.outgoing, outlook.outgoing_limit];
            require("outlook", shares.iter().all(|share| *share <= ALL))
        }
        (Input::Sample { items, .. }, Output::Sample(indices)) => {
            let is_ascending = indices.windows(2).all(|pair| pair[0] < pair[1]);
            let is_within = indices.last().is_none_or(|last| (*last as usize) < items.len());
            require("sample", is_ascending && is_within)
        }
        (Input::GradeEdit { .. }, Output::Grade(grade)) => {
            require("edited", grade.edited <= ALL)?;
            list("changed-facts", &grade.changed_facts)?;
            grade.changed_facts.iter().try_for_each(|fact| text("changed-facts", fact))
        }
        // A governor has no other function.
        _ => Ok(()),
    }
}

/// The model may be stricter than the tier's, never looser, and without a tier, or with a low score or a warning, a person decides.
fn route(tiers: &[Tier], is_doubtful: impl Fn(&Tier) -> bool, follow_up: bool, routing: &Routing) -> Compared {
    let loosest = match &routing.tier {
        None => HandoffModel::ReviewAndApprove,
        Some(wanted) => {
            let Some(tier) = tiers.iter().find(|tier| tier.name == *wanted) else {
                return Err(Mismatch::Range("tier"));
            };
            match (is_doubtful(tier), follow_up) {
                (true, _) => HandoffModel::ReviewAndApprove,
                (false, true) => tier.follow_up_model,
                (false, false) => tier.model,
            }
        }
    };
    require("model", looseness(routing.model) <= looseness(loosest))?;
    text("reason", &routing.reason)?;
    bounds::checks("trace", &routing.trace)
}

const fn looseness(model: HandoffModel) -> u8 {
    match model {
        HandoffModel::ReviewAndApprove => 0,
        HandoffModel::SendThenSpotCheck => 1,
        HandoffModel::Automatic => 2,
    }
}

/// One event adds at most one inspection, and only a person ends a person's stop.
fn count(plan: &InspectionPlan, before: &Tally, event: &Event, counted: &Counted) -> Compared {
    let after = &counted.tally;
    let (at, released) = match event {
        Event::Inspected(inspection) | Event::MadeUp(inspection) => (Some(inspection.at), 0),
        Event::Missed(at) => (Some(*at), 0),
        Event::Released(number) => (None, *number),
        Event::DefectElsewhere | Event::Stopped | Event::Resumed | Event::Changed(_) => (None, 0),
    };
    require("inspected", after.inspected <= before.inspected.saturating_add(1))?;
    require("nonconforming", after.nonconforming <= after.inspected)?;
    require("nonconforming", after.nonconforming <= before.nonconforming.saturating_add(1))?;
    require("clean-run", after.clean_run <= before.clean_run.saturating_add(1))?;
    require("level", usize::from(after.level) <= plan.sampling.len())?;
    require("recent", after.recent.len() <= RECENT_MAX)?;
    require("released", after.released <= before.released.saturating_add(released))?;
    require("overdue", after.overdue <= before.overdue.saturating_add(1))?;
    let is_known = after.last_inspected.is_none() || [before.last_inspected, at].contains(&after.last_inspected);
    require("last-inspected", is_known)?;
    require("last-missed", after.last_missed.is_none_or(|last| last <= after.inspected))?;
    require("stopped", after.stopped || !before.stopped || matches!(event, Event::Resumed))?;
    text("reason", &counted.reason)
}

/// Bounds the parts of an inbound message that a reader names.
pub(crate) fn reading(reading: &baton_facts::mail::Reading) -> Compared {
    list("about-message-ids", &reading.about_message_ids)?;
    reading.about_message_ids.iter().try_for_each(|id| name("about-message-ids", id))?;
    name("about-address", reading.about_address.as_deref().unwrap_or_default())?;
    match reading.kind {
        baton_facts::mail::MessageKind::AutoReply(Some(back)) => bounds::moment("auto-reply", back),
        _ => Ok(()),
    }
}
