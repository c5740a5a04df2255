//! The desk on a real file, with components that do as the test says.

mod crash;
pub(crate) mod fixture;
