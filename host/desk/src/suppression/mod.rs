//! Storage of suppressions, paused accounts and the stop of all sending.

pub(crate) mod suppressions;
