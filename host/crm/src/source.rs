//! What to read: the table `[crm]` of `baton.toml`.
//!
//! Only names and paths live here; whether a file is there and holds the named columns is found when it is read.

use std::{collections::BTreeMap, path::PathBuf};

use baton_facts::types::Verification;
use serde::{Deserialize, Serialize};

/// Which program wrote the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// HubSpot: companies and contacts, by HubSpot's labels or internal property names.
    Hubspot,
    /// Salesforce: Accounts, Contacts or Leads, and Opportunities, by API names or field labels.
    Salesforce,
}

/// The table `[crm]`: which files hold the facts and what their columns are called.
///
/// Paths are relative to the folder of `baton.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CrmSource {
    /// Which program wrote the export.
    pub format: Format,
    /// HubSpot's companies or Salesforce's Accounts.
    pub accounts: PathBuf,
    /// HubSpot's contacts, Salesforce's Contacts or its Leads.
    pub contacts: PathBuf,
    /// Salesforce's Opportunities; HubSpot has the number of open deals on the company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opportunities: Option<PathBuf>,
    /// What happened at the accounts. Without it no account has a reason to be written to now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signals: Option<PathBuf>,
    /// Earlier exchanges with the contacts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touches: Option<PathBuf>,
    /// Addresses, domains and accounts that may not be written to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressions: Option<PathBuf>,
    /// Named accounts, each by domain, id or exact name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<String>,
    /// The country of accounts whose row has none: a name or an ISO 3166-1 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_country: Option<String>,
    /// What an address without a verification state counts as.
    #[serde(default = "unknown")]
    pub unverified: Verification,
    /// Headers that differ from the standard ones.
    #[serde(default, skip_serializing_if = "ColumnMaps::is_empty")]
    pub columns: ColumnMaps,
}

/// Our field name to the header in the file.
pub type ColumnMap = BTreeMap<String, String>;

/// The tables `[crm.columns.…]`, one for each file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ColumnMaps {
    /// `[crm.columns.accounts]`
    pub accounts: ColumnMap,
    /// `[crm.columns.contacts]`
    pub contacts: ColumnMap,
    /// `[crm.columns.opportunities]`
    pub opportunities: ColumnMap,
    /// `[crm.columns.signals]`
    pub signals: ColumnMap,
    /// `[crm.columns.touches]`
    pub touches: ColumnMap,
    /// `[crm.columns.suppressions]`
    pub suppressions: ColumnMap,
}

impl ColumnMaps {
    /// Every header is the standard one.
    pub fn is_empty(&self) -> bool {
        [&self.accounts, &self.contacts, &self.opportunities, &self.signals, &self.touches, &self.suppressions]
            .iter()
            .all(|map| map.is_empty())
    }
}

fn unknown() -> Verification {
    Verification::Unknown
}
