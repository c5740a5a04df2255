//! The outbox: approved messages, the permit that releases each one, and the log of sent messages.
//!
//! A message is marked as claimed before it is sent, and its result is saved afterwards. Suppressions, pauses and
//! limits are checked again in the transaction that claims it.

pub(crate) mod claim;
pub(crate) mod entries;
pub(crate) mod queries;
pub(crate) mod recall;
pub(crate) mod release;
pub(crate) mod sent_touches;
#[cfg(test)]
mod tests;
pub(crate) mod undo;
