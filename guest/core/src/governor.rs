//! Who decides about a package, what the decisions say about the drafts, and how a stream earns and loses autonomy.
//!
//! Every function is pure and accepts any input; where evidence is missing, the result is the stricter one. Logarithms
//! and exponentials come from `libm`, so components and native code agree to the last bit.

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
