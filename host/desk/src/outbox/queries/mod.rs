//! The SQL of this feature, a file for each table.

pub(crate) mod outbox;
pub(crate) mod send_log;
pub(crate) mod sequences;
