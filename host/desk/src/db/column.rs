//! JSON in a text column.

use crate::db::encryption::Vault;
use crate::db::error::{StoreError, Trouble};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) fn json<T: DeserializeOwned>(text: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(text).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

pub(crate) fn text(vault: &Vault, value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| vault.error(Trouble::Other(error.to_string())))
}
