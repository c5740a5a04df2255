//! The SQL of this feature, one file per table.

pub(crate) mod queue;
pub(crate) mod review_times;
