//! Tests of the desk on a real file with scripted components.

mod crash;
pub(crate) mod fixture;
mod restore;
