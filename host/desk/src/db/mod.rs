//! The store: one SQLite file with everything the desk keeps.
//!
//! Personal data is compressed and encrypted with a key of each data subject; the key is erased when the person asks to
//! be forgotten. Facts about companies, ids, states and times stay readable. A write is one transaction, and none is
//! open during a call to a component or over the network.

pub(crate) mod backup;
pub(crate) mod change_log;
pub(crate) mod column;
pub(crate) mod connect;
pub(crate) mod encryption;
pub(crate) mod error;
pub(crate) mod key;
pub(crate) mod random_id;
pub(crate) mod store_files;
pub(crate) mod stored_domains;
pub(crate) mod subject_keys;
#[cfg(test)]
mod tests;
pub(crate) mod tx;

pub use backup::{back_up, restore};
pub use connect::Store;
pub use error::{StoreError, StoreErrorKind};
