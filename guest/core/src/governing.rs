//! Who decides, what the decisions say about the drafts, and how trust is earned and lost.
//!
//! What always holds: every function is pure and answers for any input; where evidence is missing the answer is the
//! stricter one. Logarithms and exponentials are `libm`'s, so a component and native code agree to the last bit.

mod assess;
mod bound;
mod count;
mod facts;
mod foresee;
mod grade;
#[cfg(test)]
mod laws;
mod plan;
mod random;
mod rewriting;
mod route;
mod sample;
#[cfg(test)]
mod testing;
mod time_to_go;

pub use assess::assess;
pub use count::count;
pub use foresee::foresee;
pub use grade::grade_edit;
pub use route::route;
pub use sample::sample;
