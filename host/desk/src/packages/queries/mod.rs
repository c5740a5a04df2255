//! The SQL of this feature, a file for each table.

pub(crate) mod decisions;
pub(crate) mod packages;
pub(crate) mod recordings;
pub(crate) mod search_index;
pub(crate) mod seeded_defects;
