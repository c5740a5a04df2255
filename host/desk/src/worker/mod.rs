//! The worker that sends what the outbox releases. One at a time works on a store.

pub(crate) mod lock;
pub(crate) mod outbox_worker;
#[cfg(test)]
mod tests;

pub use lock::Locked;
pub use outbox_worker::{Event, Happened, Round, What, Worker};
