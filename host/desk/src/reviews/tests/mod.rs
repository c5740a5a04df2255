//! Reviews on a real file, with components that do as the test says.

mod decide;
mod queue;
pub(crate) mod seeded_defects;
mod seeded_defects_properties;
mod undo;
