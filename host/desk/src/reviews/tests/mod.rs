//! Tests of reviews on a real file with scripted components.

mod decide;
mod observed_time;
mod queue;
pub(crate) mod seeded_defects;
mod seeded_defects_properties;
mod undo;
