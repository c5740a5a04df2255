//! Accounts: which ones a run works on, and how it saves their outcomes.

pub(crate) mod account_status;
pub(crate) mod capacity;
pub(crate) mod due;
pub(crate) mod local_facts;
pub(crate) mod queries;
pub(crate) mod redraft;
pub(crate) mod review_backlog;
pub(crate) mod save_outcome;
pub(crate) mod seed_defects;
pub(crate) mod sequence;
#[cfg(test)]
mod tests;

pub use account_status::AccountView;
pub use capacity::ReviewLoad;
pub use redraft::{RedraftInput, RedraftTask};
pub use review_backlog::{DailyCapacity, ReviewBacklog};
pub use save_outcome::SaveResult;
pub use sequence::SequenceWork;
