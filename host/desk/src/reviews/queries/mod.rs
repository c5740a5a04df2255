//! The SQL of this feature, a file for each table.

pub(crate) mod queue;
pub(crate) mod review_times;
