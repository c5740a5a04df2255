//! The table `[crm]` of `baton.toml`: the files of an export and their columns.
//!
//! These types hold names and paths only; a missing file or column is an error of the load.

use std::{collections::BTreeMap, path::PathBuf};

use baton_facts::types::{Direction, Relation, Verification};
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
    /// The order of dates such as `3/5/2026`; without it, a column in which a value settles its order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateOrder>,
    /// The restrictions that the export has no column for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub not_recorded: Vec<Restriction>,
    /// Headers that seem to restrict contact and are not read on purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored_columns: Vec<String>,
    /// Headers that differ from the standard ones.
    #[serde(default, skip_serializing_if = "ColumnMaps::is_empty")]
    pub columns: ColumnMaps,
    /// The meaning of the house's own words.
    #[serde(default, skip_serializing_if = "WordMaps::is_empty")]
    pub words: WordMaps,
}

/// The order of day and month in a date without names or a leading year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// `3/5/2026` is in March, as in exports from the United States.
    Mdy,
    /// `3/5/2026` is in May, as elsewhere.
    Dmy,
}

/// A restriction that an export usually has a column for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Restriction {
    /// The contacts who opted out.
    OptOut,
    /// The accounts that are customers, partners or competitors.
    Relation,
}

/// The tables `[crm.words.…]`, one for each vocabulary: the meaning by the word as the export writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct WordMaps {
    /// `[crm.words.relation]`: types and life-cycle stages.
    pub relation: BTreeMap<String, Relation>,
    /// `[crm.words.status]`: lead statuses.
    pub status: BTreeMap<String, StatusWord>,
    /// `[crm.words.stage]`: stages of opportunities.
    pub stage: BTreeMap<String, StageWord>,
    /// `[crm.words.direction]`: directions of touches.
    pub direction: BTreeMap<String, Direction>,
    /// `[crm.words.outcome]`: outcomes of touches.
    pub outcome: BTreeMap<String, OutcomeWord>,
}

impl WordMaps {
    /// Whether no word is mapped.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The meaning of a lead status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatusWord {
    /// Nobody talks to the person.
    Free,
    /// The person gets the messages of a sequence.
    InSequence,
    /// Somebody talks to the person, which holds the account.
    InConversation,
    /// The person is not contacted.
    Excluded,
    /// The person asked for no messages.
    OptedOut,
    /// Messages to the person bounce.
    Bounced,
}

/// The meaning of an opportunity's stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StageWord {
    Open,
    Won,
    Lost,
}

/// The meaning of a touch's outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeWord {
    /// Nobody reacted.
    NoReaction,
    Replied,
    MeetingBooked,
    NotInterested,
    OptedOut,
    Complained,
    AutoReplied,
    Bounced,
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
