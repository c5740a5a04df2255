//! Suppressions, paused accounts and the stop button, as the store has them.

pub(crate) mod suppressions;
