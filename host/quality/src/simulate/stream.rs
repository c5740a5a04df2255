//! A stream in the simulation: its packages, its evidence, and its assessment.

use baton_facts::policy::HandoffModel;
use baton_facts::quality::{Assessment, Tally};

use super::result::StreamResult;
use super::setting;

/// Every package is inspected.
pub(super) const ALL: u16 = 10_000;

pub(super) struct StreamProgress {
    pub of: setting::Stream,
    /// Packages that could be prepared by now.
    pub ready: u32,
    pub tally: Tally,
    /// The governor's last assessment, with its evidence and day.
    pub answer: Option<(Tally, u64, Assessment)>,
    pub position: u64,
    pub open_checks: u32,
    /// The working seconds of the last inspection of a sample.
    pub last_check: u64,
    pub result: StreamResult,
}

impl StreamProgress {
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

    /// Returns whether its tier sends anything without a decision, once that is earned.
    pub fn can_auto_send(&self) -> bool {
        self.of.model != HandoffModel::ReviewAndApprove
    }

    /// Returns whether it can send without a decision, as of the last assessment.
    pub fn is_free(&self) -> bool {
        self.answer.as_ref().is_some_and(|(.., assessment)| assessment.fraction < ALL)
    }
}
