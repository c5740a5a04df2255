//! The result of a simulation: its days and its streams.

use baton_facts::quality::Standing;
use serde::{Deserialize, Serialize};

/// One working day of the whole team.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Day {
    /// Packages that were prepared.
    pub prepared: u32,
    /// Messages that left.
    pub left: u32,
    /// Nonconforming ones among them.
    pub bad_left: u32,
    /// Packages that a review or check stopped.
    pub stopped: u32,
    /// Decisions before a message left, spot-checks aside.
    pub reviewed: u32,
    /// Spot-checks.
    pub checked: u32,
    /// Spot-checks whose time was up.
    pub missed: u32,
    /// Seconds that the team spent on reviews and checks.
    pub review_seconds: u64,
    /// Each stream's standing at the end of the day; pilot where a person decides whatever the evidence says.
    pub standings: Vec<Standing>,
}

/// What became of a stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StreamResult {
    /// Packages that were prepared.
    pub prepared: u32,
    /// Messages that left.
    pub left: u32,
    /// Nonconforming ones among them.
    pub bad_left: u32,
    /// Working days until it was proven first, begun ones counted.
    pub days_to_proven: Option<u32>,
    /// How often it lost a standing that let messages leave without a decision.
    pub demotions: u32,
}

/// What the team would see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Simulation {
    /// In order.
    pub days: Vec<Day>,
    /// In the setting's order.
    pub streams: Vec<StreamResult>,
    /// Packages a day by hand, by the same team: the baseline.
    pub by_hand_per_day: u32,
    /// The setting's.
    pub seed: u64,
}
