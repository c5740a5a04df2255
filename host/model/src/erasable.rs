//! Personal data that may have been erased.

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
