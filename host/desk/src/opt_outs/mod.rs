//! Suppression and erasure of people, pauses of accounts, and the stop of all sending.

pub(crate) mod erasure;
pub(crate) mod stop;
pub(crate) mod suppress;
#[cfg(test)]
mod tests;

pub use erasure::ErasureResult;
