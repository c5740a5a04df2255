//! Reviews: the queue, a package's page, decisions about it, and its audit log.

pub(crate) mod assignment;
pub(crate) mod audit_log;
pub(crate) mod decide;
pub(crate) mod decide_and_release;
pub(crate) mod export;
pub(crate) mod package;
pub(crate) mod queries;
pub(crate) mod queue;
pub(crate) mod replay;
pub(crate) mod review_times;
pub(crate) mod seeded_defects;
#[cfg(test)]
pub(crate) mod tests;

pub use assignment::Assignment;
pub use decide_and_release::DecidedAndReleased;
pub use queue::{AssigneeFilter, QueueCount, QueueFilter, QueuePage, QueueRow};
pub use replay::ReplayedCall;
pub use review_times::{DecisionTimes, OwnDecisionTimes, TARGET_SECONDS};
