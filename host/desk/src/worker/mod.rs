//! What stands between an authorised message and the world: the gates, and the worker that brings through them what may
//! leave.
//!
//! Whether a message may leave is looked at again at the moment it would. The gates are pure; the store asks them in the
//! transaction that marks a message as taken. One worker at a time works on a store.

mod lock;
mod worker;

pub use lock::Locked;
pub use worker::{Event, Happened, Round, What, Worker};
