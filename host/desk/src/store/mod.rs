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
mod id;
mod key;
pub(crate) mod ledger;
mod open;
pub(crate) mod outbox;
pub(crate) mod pace;
pub(crate) mod packages;
pub(crate) mod panels;
pub(crate) mod planted;
pub(crate) mod queue;
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
mod transmission;
pub(crate) mod tries;
pub(crate) mod turns;
pub(crate) mod users;
pub(crate) mod words;

pub use audit::asked_from;
pub use edits::Part;
pub use error::{StoreError, Trouble};
pub use evidence::EvidenceRow;
pub use id::PackageId;
pub(crate) use id::random;
pub use open::Store;
pub use streams::StreamKey;
pub use transmission::{Claimed, Departed, Entry, Gate, Interrupted, Stop, Transmitted, Waiting};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// What may be gone because the person it is about asked to be forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed<T> {
    /// It is there.
    Open(T),
    /// The person's key was erased, or it was kept for as long as it was to be kept.
    Forgotten,
}

impl<T> Sealed<T> {
    /// What is there.
    pub fn open(self) -> Option<T> {
        match self {
            Self::Open(content) => Some(content),
            Self::Forgotten => None,
        }
    }

    /// What is there, by reference.
    pub fn as_ref(&self) -> Sealed<&T> {
        match self {
            Self::Open(content) => Sealed::Open(content),
            Self::Forgotten => Sealed::Forgotten,
        }
    }

    /// Some of it, or something made of it.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Sealed<U> {
        match self {
            Self::Open(content) => Sealed::Open(to(content)),
            Self::Forgotten => Sealed::Forgotten,
        }
    }
}

/// As its content, or `null` where that is forgotten.
impl<T: Serialize> Serialize for Sealed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().open().serialize(serializer)
    }
}

impl<T: JsonSchema> JsonSchema for Sealed<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        Option::<T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Option::<T>::json_schema(generator)
    }
}
