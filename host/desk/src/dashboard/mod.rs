//! The figures of the dashboard, and the rows behind each figure.

pub(crate) mod drill_down;
pub(crate) mod figures;
pub(crate) mod queries;
pub(crate) mod span;
#[cfg(test)]
mod tests;

pub use drill_down::{Behind, BehindRow, Figure};
pub use figures::{AccountsAs, Checked, Dashboard, Group, Made, PaceBand, RateOf, Reviewer, TeamPace};
pub use span::{DAYS_MAX, Span};
