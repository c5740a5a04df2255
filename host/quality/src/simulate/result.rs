//! The result of a simulation: its days and its streams.

use baton_facts::quality::Standing;
use serde::{Deserialize, Serialize};

/// One working day of the team.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SimulatedDay {
    /// Prepared packages.
    pub prepared: u32,
    /// Sent messages.
    pub sent: u32,
    /// Nonconforming ones among them.
    pub nonconforming_sent: u32,
    /// Packages that a review or check stopped.
    pub stopped: u32,
    /// Decisions before a message was sent, without spot-checks.
    pub reviewed: u32,
    /// Spot-checks.
    pub checked: u32,
    /// Missed spot-checks.
    pub missed: u32,
    /// Seconds that the team spent on reviews and checks.
    pub review_seconds: u64,
    /// Each stream's standing at the end of the day; pilot if a person decides in any case.
    pub standings: Vec<Standing>,
}

/// The result of a stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct StreamResult {
    /// Prepared packages.
    pub prepared: u32,
    /// Sent messages.
    pub sent: u32,
    /// Nonconforming ones among them.
    pub nonconforming_sent: u32,
    /// Working days until it was first proven, started days included.
    pub days_to_proven: Option<u32>,
    /// The number of times that it lost auto-send.
    pub demotions: u32,
}

/// The result of a simulation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Simulation {
    /// The days, in order.
    pub days: Vec<SimulatedDay>,
    /// The streams, in the setting's order.
    pub streams: Vec<StreamResult>,
    /// Packages a day by hand, by the same team, for comparison.
    pub by_hand_per_day: u32,
    /// The setting's.
    pub seed: u64,
}
