//! The figures of the dashboard, and the rows behind each figure.

pub(crate) mod drill_down;
pub(crate) mod figures;
pub(crate) mod queries;
pub(crate) mod span;
#[cfg(test)]
mod tests;

pub use drill_down::{DashboardFigure, DrillDownFilter, DrillDownRow};
pub use figures::{
    AccountsInState, CheckResult, Dashboard, DecisionRate, ReviewDecision, ReviewTimeBand, ReviewerTimes, StateGroup,
    TeamReviewTimes,
};
pub use span::{DAYS_MAX, DashboardPeriod};
