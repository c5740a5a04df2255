//! The recent history of a campaign: volumes, rates, and how many defects reviewers miss.

use crate::MissRate;
use serde::Serialize;

/// What is known of a campaign. Of one that was never run it is nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct History {
    /// Whole weeks that the volumes are of; 0 where the campaign has run for less than one, and they are of what there
    /// is.
    pub weeks: u32,
    /// Packages that were prepared, by tier and stream.
    pub volumes: Vec<Volume>,
    /// What inspection found, by tier and stream. Of streams that differ in their wording or their producers alone, the
    /// latest counts.
    pub rates: Vec<Rate>,
    /// The median time of the last decisions in seconds, and of how many it is.
    pub review_seconds: Option<(u32, u32)>,
    /// What reviewers miss of planted defects, where any was decided about.
    pub miss_rate: Option<MissRate>,
}

/// Packages of a tier and a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Volume {
    /// The tier's name.
    pub tier: String,
    /// The kind of signal.
    pub signal_kind: String,
    /// The angle's language.
    pub language: String,
    /// Whether they are follow-ups.
    pub follow_up: bool,
    /// How many.
    pub packages: u32,
}

/// What inspection found in a stream.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Rate {
    /// The tier's name.
    pub tier: String,
    /// The kind of signal.
    pub signal_kind: String,
    /// The angle's language.
    pub language: String,
    /// Whether they are follow-ups.
    pub follow_up: bool,
    /// Inspections that count.
    pub inspected: u64,
    /// Nonconforming ones among them.
    pub nonconforming: u64,
}
