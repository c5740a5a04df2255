//! Personal data that can be erased.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// A value that is erased when the person it is about is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed<T> {
    /// The value.
    Open(T),
    /// The person's key was erased, or the retention time is over.
    Forgotten,
}

impl<T> Sealed<T> {
    /// Returns the value.
    pub fn open(self) -> Option<T> {
        match self {
            Self::Open(content) => Some(content),
            Self::Forgotten => None,
        }
    }

    /// Returns a reference to the value.
    pub fn as_ref(&self) -> Sealed<&T> {
        match self {
            Self::Open(content) => Sealed::Open(content),
            Self::Forgotten => Sealed::Forgotten,
        }
    }

    /// Applies a function to the value.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Sealed<U> {
        match self {
            Self::Open(content) => Sealed::Open(to(content)),
            Self::Forgotten => Sealed::Forgotten,
        }
    }
}

/// Serializes the value, or `null` if it is erased.
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
