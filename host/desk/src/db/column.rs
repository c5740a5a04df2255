//! Conversion between values and the JSON text of a column.

use crate::db::encryption::KeyRing;
use crate::db::error::{StoreError, StoreErrorKind};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) fn json<T: DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

pub(crate) fn text(vault: &KeyRing, value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| vault.error(StoreErrorKind::Other(error.to_string())))
}
