//! Who decides, and how trust is earned and lost.
use baton_facts::packages::Verdict;
use baton_facts::policy::{HandoffModel, InspectionPlan, Tier};
use baton_facts::quality::{Assessment, Grade, LotItem, Routing, Standing, Tally};
use baton_facts::types::{Account, Draft, Message};

/// The tier and the handoff model of one package.
pub fn route(_tiers: &[Tier], _account: &Account, _score: u8, _worst: Verdict, _touch_number: u8) -> Routing {
    Routing { tier: String::new(), model: HandoffModel::ReviewAndApprove, reason: String::new(), trace: Vec::new() }
}

/// What a stream's evidence allows.
pub fn assess(_plan: &InspectionPlan, _tally: &Tally) -> Assessment {
    Assessment {
        standing: Standing::Pilot,
        level: 0,
        clearance: 0,
        still_needed: 0,
        upper_bound: 10_000,
        reason: String::new(),
    }
}

/// The items to inspect.
pub fn sample(items: &[LotItem], _seed: u64) -> Vec<u32> {
    (0..items.len() as u32).collect()
}

/// What an edit says about the draft.
pub fn grade_edit(_draft: &Draft, _outgoing: &Message) -> Grade {
    Grade { conforming: true, edited: 0, changed_facts: Vec::new(), most_rewritten: None }
}
