//! A stream on the sales floor: its evidence, and what the governor made of it under each plan.

use baton_facts::policy::InspectionPlan;
use baton_facts::quality::{Assessment, Tally};

use super::StreamResult;

/// Everything is inspected.
pub(super) const ALL: u16 = 10_000;

/// A plan that a stream is judged under, and what the governor said last.
pub(super) struct Judged {
    pub plan: InspectionPlan,
    pub answer: Option<(Tally, u64, Assessment)>,
}

pub(super) struct Stream {
    pub of: super::Stream,
    pub tally: Tally,
    pub per_week: u32,
    /// The plans of those of its flows that may leave without a decision.
    pub judged: Vec<Judged>,
    /// The plan of any of its flows.
    pub plan: Option<InspectionPlan>,
    pub position: u64,
    pub open_checks: u32,
    /// Working seconds of the last inspection that a sample asked for.
    pub last_check: u64,
    pub result: StreamResult,
}

impl Stream {
    pub fn new(of: super::Stream) -> Self {
        Self {
            of,
            tally: Tally::default(),
            per_week: 0,
            judged: Vec::new(),
            plan: None,
            position: 0,
            open_checks: 0,
            last_check: 0,
            result: StreamResult::default(),
        }
    }

    /// The place of the plan among those that the stream is judged under.
    pub fn judged_under(&mut self, plan: &InspectionPlan) -> usize {
        self.judged.iter().position(|judged| judged.plan == *plan).unwrap_or_else(|| {
            self.judged.push(Judged { plan: plan.clone(), answer: None });
            self.judged.len() - 1
        })
    }

    /// Whether anything of it may leave without a decision, as it was last assessed.
    pub fn is_free(&self) -> bool {
        let free = |judged: &Judged| judged.answer.as_ref().is_some_and(|(.., assessment)| assessment.fraction < ALL);
        self.judged.iter().any(free)
    }
}
