//! The table `[crm]` of `baton.toml`: the files of an export and their columns.
//!
//! These types hold names and paths only; a missing file or column is an error of the load.

use std::{collections::BTreeMap, path::PathBuf};

use baton_facts::types::Verification;
use serde::{Deserialize, Serialize};

/// The program that wrote the export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// HubSpot: companies and contacts, by HubSpot's labels or internal property names.
    Hubspot,
    /// Salesforce: Accounts, Contacts or Leads, and Opportunities, by API names or field labels.
    Salesforce,
}

/// The table `[crm]`: the files of an export and the names of their columns.
///
/// Paths are relative to the folder of `baton.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CrmSource {
    /// The program that wrote the export.
    pub format: Format,
    /// HubSpot's companies or Salesforce's Accounts.
    pub accounts: PathBuf,
    /// HubSpot's contacts, Salesforce's Contacts or its Leads.
    pub contacts: PathBuf,
    /// Salesforce's Opportunities; HubSpot has the number of open deals on the company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opportunities: Option<PathBuf>,
    /// Events at the accounts. Without them no account has a reason to be contacted now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signals: Option<PathBuf>,
    /// Earlier exchanges with the contacts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub touches: Option<PathBuf>,
    /// Addresses, domains and accounts that must not be contacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suppressions: Option<PathBuf>,
    /// Named accounts, each by domain, id or exact name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub named: Vec<String>,
    /// The country of accounts without one: a name or an ISO 3166-1 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_country: Option<String>,
    /// The verification state of an address without one.
    #[serde(default = "unknown")]
    pub unverified: Verification,
    /// An export that lacks more than this percentage of the accounts with open packages, or of the suppression list,
    /// counts as cut off: nothing is approved or sent by it. 0 to 100; 20 by default.
    #[serde(default = "missing_percent")]
    pub missing_percent: u8,
    /// Headers that differ from the standard ones.
    #[serde(default, skip_serializing_if = "ColumnMaps::is_empty")]
    pub columns: ColumnMaps,
}

/// The header in the file by the field's name in Baton.
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
    /// Whether no header is mapped.
    pub fn is_empty(&self) -> bool {
        [&self.accounts, &self.contacts, &self.opportunities, &self.signals, &self.touches, &self.suppressions]
            .iter()
            .all(|map| map.is_empty())
    }
}

impl CrmSource {
    /// Returns the files of the export.
    pub fn files(&self) -> impl Iterator<Item = &PathBuf> {
        let optional = [&self.opportunities, &self.suppressions, &self.signals, &self.touches];
        [&self.accounts, &self.contacts].into_iter().chain(optional.into_iter().flatten())
    }

    /// Returns the files of the export, for changing their paths.
    pub fn files_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let optional = [&mut self.opportunities, &mut self.suppressions, &mut self.signals, &mut self.touches];
        [&mut self.accounts, &mut self.contacts].into_iter().chain(optional.into_iter().flatten())
    }
}

const fn missing_percent() -> u8 {
    20
}

fn unknown() -> Verification {
    Verification::Unknown
}
