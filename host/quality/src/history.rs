//! The recent history of a campaign: volumes, rates, and the share of missed defects.

use crate::MissRate;
use serde::Serialize;

/// The recent history of a campaign; empty if it was never run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct History {
    /// The whole weeks that the volumes cover; 0 if the campaign has run for less than one, and they cover all of it.
    pub weeks: u32,
    /// Prepared packages, by tier and stream.
    pub volumes: Vec<Volume>,
    /// Inspections, by tier and stream. Of streams that differ only in wording or producers, the latest counts.
    pub rates: Vec<Rate>,
    /// The median review time of the last decisions in seconds, and their number.
    pub review_seconds: Option<(u32, u32)>,
    /// The miss rate of seeded defects, if any was decided about.
    pub miss_rate: Option<MissRate>,
}

/// The packages of a tier and a stream.
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
    /// Number of packages.
    pub packages: u32,
}

/// The inspections of a stream.
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
    /// Number of inspections.
    pub inspected: u64,
    /// Nonconforming ones among them.
    pub nonconforming: u64,
}
