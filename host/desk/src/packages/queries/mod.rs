//! SQL queries of packages, one file per table.

pub(crate) mod decisions;
pub(crate) mod packages;
pub(crate) mod recordings;
pub(crate) mod search_index;
pub(crate) mod seeded_defects;
