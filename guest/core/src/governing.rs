//! Who decides, and what the decisions say about the drafts.
//!
//! What always holds: every function is pure and answers for any input; where evidence is missing the answer is the
//! stricter one.

mod assess;
mod facts;
mod grade;
mod rewriting;
mod route;
mod sample;

pub use assess::assess;
pub use grade::grade_edit;
pub use route::route;
pub use sample::sample;
