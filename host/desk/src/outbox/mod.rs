//! What stands between an authorised message and the world: the gates, and the worker that brings through them what may
//! leave.
//!
//! Whether a message may leave is looked at again at the moment it would. The gates are pure; the store asks them in the
//! transaction that marks a message as taken. One worker at a time works on a store.

mod gates;
mod hours;
mod lock;
mod worker;

pub use gates::{Caps, Gates};
pub(crate) use hours::day_began;
pub use hours::openings;
pub use lock::Locked;
pub use worker::{Event, Happened, Round, What, Worker};

#[cfg(test)]
mod tests;
