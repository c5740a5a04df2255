//! What the desk keeps, in one SQLite file.
//!
//! What a person could be told by is sealed with a key of that person, and the key erased when they ask to be
//! forgotten. Facts about companies, ids, states and times stay readable. A write is one transaction, and none is open
//! while a component or the network is waited for.

pub(crate) mod accounts;
pub(crate) mod assignees;
pub(crate) mod audit;
pub(crate) mod capacity;
pub(crate) mod carried;
pub(crate) mod checks;
pub(crate) mod dashboard;
pub(crate) mod decisions;
pub(crate) mod deliveries;
pub(crate) mod edits;
mod error;
pub(crate) mod evidence;
pub(crate) mod history;
mod key;
pub(crate) mod ledger;
mod open;
pub(crate) mod outbox;
pub(crate) mod pace;
pub(crate) mod packages;
pub(crate) mod panels;
pub(crate) mod planted;
pub(crate) mod queue;
pub(crate) mod random_id;
pub(crate) mod recordings;
pub(crate) mod replies;
pub(crate) mod seal;
pub(crate) mod sequences;
pub(crate) mod sessions;
pub(crate) mod spent;
pub(crate) mod streams;
pub(crate) mod subjects;
pub(crate) mod suppressions;
pub(crate) mod tags;
pub(crate) mod tokens;
pub(crate) mod tries;
pub(crate) mod turns;
pub(crate) mod users;
pub(crate) mod words;

pub use audit::asked_from;
pub use error::{StoreError, Trouble};
pub use evidence::EvidenceRow;
pub use open::Store;
pub(crate) use random_id::random;
pub use streams::StreamKey;
