//! SQL queries of the outbox, of sent messages and of sequences.

pub(crate) mod outbox;
pub(crate) mod send_log;
pub(crate) mod sequences;
