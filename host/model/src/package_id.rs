//! Package ids: short enough to type, and random enough to be unique.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A package's id: 12 characters, 60 random bits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PackageId(pub String);

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<String> for PackageId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&str> for PackageId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}
