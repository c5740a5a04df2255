//! A stream on the sales floor: what waits to be prepared, its evidence, and what the governor made of it.

use baton_facts::policy::HandoffModel;
use baton_facts::quality::{Assessment, Tally};

use super::result::StreamResult;
use super::setting;

/// Everything is inspected.
pub(super) const ALL: u16 = 10_000;

pub(super) struct Stream {
    pub of: setting::Stream,
    /// Packages that could be prepared by now.
    pub ready: u32,
    pub tally: Tally,
    /// What the governor said last, of which tally and on which day.
    pub answer: Option<(Tally, u64, Assessment)>,
    pub position: u64,
    pub open_checks: u32,
    /// Working seconds of the last inspection that a sample asked for.
    pub last_check: u64,
    pub result: StreamResult,
}

impl Stream {
    pub fn new(of: setting::Stream) -> Self {
        Self {
            of: setting::Stream { packages_per_week: of.packages_per_week.min(50_000), ..of },
            ready: 0,
            tally: Tally::default(),
            answer: None,
            position: 0,
            open_checks: 0,
            last_check: 0,
            result: StreamResult::default(),
        }
    }

    /// Whether its tier lets anything of it leave without a decision, once it is earned.
    pub fn may_leave(&self) -> bool {
        self.of.model != HandoffModel::ReviewAndApprove
    }

    /// Whether anything of it may leave without a decision, as it was last assessed.
    pub fn is_free(&self) -> bool {
        self.answer.as_ref().is_some_and(|(.., assessment)| assessment.fraction < ALL)
    }
}
