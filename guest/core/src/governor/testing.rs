//! Plans, evidence and events for the governor's tests.

use baton_facts::policy::{HandoffModel, InspectionPlan};
use baton_facts::quality::{Event, Finding, Inspection, Tally};
use baton_facts::types::Timestamp;

use super::count::count;
use crate::calendar::DAY;

/// Monday, 5 January 2026, noon.
pub(super) const NOW: Timestamp = 1_767_614_400;

/// Returns the plan with one in five, 15 in a row and a risk limit of 15%.
pub(super) fn default_plan() -> InspectionPlan {
    InspectionPlan { sampling: vec![2000], outgoing_quality_limit: 483, risk_limit: 1500, held: true }
}

pub(super) fn several_levels() -> InspectionPlan {
    InspectionPlan { sampling: vec![5000, 2000, 1000], ..default_plan() }
}

pub(super) const fn inspection_of(finding: Finding) -> Inspection {
    Inspection { at: NOW, finding, routed: HandoffModel::SendThenSpotCheck, seconds: 45, bulk: false }
}

pub(super) const CLEAN: Event = Event::Inspected(inspection_of(Finding::Conforming));
pub(super) const BAD: Event = Event::Inspected(inspection_of(Finding::Nonconforming));
pub(super) const WRONG: Event = Event::Inspected(inspection_of(Finding::FactualDefect));
pub(super) const MISSED: Event = Event::Missed(NOW);

pub(super) const fn days_later(days: i64) -> Timestamp {
    NOW + days * DAY
}

/// Returns the evidence of a new stream after these events, each repeated.
pub(super) fn after(plan: &InspectionPlan, events: &[(u32, Event)]) -> Tally {
    events.iter().fold(Tally::default(), |tally, (times, event)| {
        (0..*times).fold(tally, |tally, _| count(plan, &tally, event).tally)
    })
}
