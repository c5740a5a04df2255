//! The worker that sends released messages. Only one works on a store at a time.

pub(crate) mod lock;
pub(crate) mod outbox_worker;
pub(crate) mod send_time;
#[cfg(test)]
mod tests;

pub use lock::LockError;
pub use outbox_worker::{EntryResult, EntryUpdate, OutboxWorker, RoundReport, WorkerEvent};
