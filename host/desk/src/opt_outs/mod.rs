//! Suppression and erasure of people, pauses of accounts, and the stop of all sending, also of a store that is an older
//! copy.

pub(crate) mod erasure;
pub(crate) mod linked_people;
pub(crate) mod older_copy;
pub(crate) mod stop;
pub(crate) mod suppress;
#[cfg(test)]
mod tests;

pub use erasure::ErasureResult;
pub use linked_people::{DeliveredMessage, LinkedPerson};
pub use older_copy::{OlderCopy, SettledCopy};
