//! Who decides, what the decisions say about the drafts, and how trust is earned and lost.
//!
//! What always holds: every function is pure and answers for any input; where evidence is missing the answer is the
//! stricter one. Logarithms and exponentials are `libm`'s, so a component and native code agree to the last bit.

mod assess;
mod bound;
mod changed_facts;
mod count;
mod edit_distance;
mod eta;
mod forecast;
mod grade;
mod plan;
#[cfg(test)]
mod properties;
mod random;
mod route;
mod sample;
#[cfg(test)]
mod testing;

pub use assess::assess;
pub use count::count;
pub use forecast::forecast;
pub use grade::grade_edit;
pub use route::route;
pub use sample::sample;
