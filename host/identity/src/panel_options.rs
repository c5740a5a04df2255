//! The tables `[[crm-panel]]`: the CRMs that open packages within their own records.
//!
//! The values are valid: names are unique, and every origin that can embed the panel uses TLS or is on this machine.
//! The key with which a CRM signs its tokens is not in the file.

use serde::Deserialize;

use crate::web_options::PublicUrl;

/// The shortest key, in bytes: as long as what HMAC-SHA-256 gives (RFC 7518, section 3.2).
const KEY: usize = 32;

/// The table `[[crm-panel]]`.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct CrmPanelOptions {
    /// The CRM's name in the audit log; lower-case letters, digits and hyphens.
    pub name: String,
    /// The `iss` of its tokens.
    pub issuer: String,
    /// The environment variable with the key that they are signed with, of 32 bytes or more.
    pub secret_env: String,
    /// The origins whose pages may embed the panel.
    pub frame_ancestors: Vec<PublicUrl>,
    /// The claim with the address of the user; `sub` by default.
    #[serde(default)]
    pub user: UserClaim,
}

/// The claim of a token with the user's address.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UserClaim {
    /// `sub`.
    #[default]
    Sub,
    /// `email`, for a CRM whose `sub` is an id.
    Email,
}

impl CrmPanelOptions {
    /// Returns the key; `variable` reads the environment.
    ///
    /// # Errors
    /// The fault of the variable, with a hint on the next line. The key is never part of it.
    pub fn key(&self, variable: impl Fn(&str) -> Option<String>) -> Result<Vec<u8>, String> {
        let name = &self.secret_env;
        let hint = "hint: create one with `openssl rand -hex 32` for both sides";
        match variable(name).map(String::into_bytes) {
            None => Err(format!("the CRM panel `{}`: the variable {name} is not set\n{hint}", self.name)),
            Some(key) if key.len() < KEY => {
                Err(format!("the CRM panel `{}`: {name} is shorter than {KEY} bytes\n{hint}", self.name))
            }
            Some(key) => Ok(key),
        }
    }
}
