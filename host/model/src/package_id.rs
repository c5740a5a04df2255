//! Ids that the desk makes: short enough to be typed, random enough that none comes twice.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Crockford's base 32, in lower case: no letter that is read as another.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A package's id: 12 characters, 60 random bits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PackageId(pub String);

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for PackageId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// So many random characters.
///
/// # Errors
/// Where the system has no randomness.
pub(crate) fn random(characters: usize) -> Result<String, getrandom::Error> {
    let mut bytes = vec![0; characters];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect())
}
