//! Suppressing and erasing people, pausing accounts, and the stop button.

pub(crate) mod erasure;
pub(crate) mod stop;
pub(crate) mod suppress;
#[cfg(test)]
mod tests;

pub use erasure::Forgot;
