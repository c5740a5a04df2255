//! Personal data that can be erased.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// A value that is erased when the person it is about is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasable<T> {
    /// The value.
    Open(T),
    /// The person's key was erased, or the retention time is over.
    Erased,
}

impl<T> Erasable<T> {
    /// Returns the value.
    pub fn open(self) -> Option<T> {
        match self {
            Self::Open(content) => Some(content),
            Self::Erased => None,
        }
    }

    /// Returns a reference to the value.
    pub fn as_ref(&self) -> Erasable<&T> {
        match self {
            Self::Open(content) => Erasable::Open(content),
            Self::Erased => Erasable::Erased,
        }
    }

    /// Applies a function to the value.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Erasable<U> {
        match self {
            Self::Open(content) => Erasable::Open(to(content)),
            Self::Erased => Erasable::Erased,
        }
    }
}

/// Serializes the value, or `null` if it is erased.
impl<T: Serialize> Serialize for Erasable<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().open().serialize(serializer)
    }
}

impl<T: JsonSchema> JsonSchema for Erasable<T> {
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
