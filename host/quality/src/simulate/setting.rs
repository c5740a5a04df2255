//! The input of a simulation: the team, the streams and the days.

use baton_facts::policy::{HandoffModel, InspectionPlan};
use baton_facts::types::BasisPoints;
use serde::{Deserialize, Serialize};

/// The team and its way of working. A working day has eight hours, a week five days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Team {
    /// Sales development representatives, at most 1,000.
    pub sdrs: u32,
    /// Average seconds for a review or check, 1 to 28,800; each takes between half and one and a half times as long.
    pub review_seconds: u32,
    /// Maximum number of reviews and checks of one SDR a day: 20 to 50 are usual.
    pub reviews_per_day: u32,
    /// Packages that one SDR researches and writes by hand in a day, for comparison: 5 to 10 are usual.
    pub by_hand_per_day: u32,
    /// The share of defects that a reviewer misses.
    pub miss_rate: BasisPoints,
    /// Working minutes until a spot-check counts as missed.
    pub check_minutes: u32,
}

impl Default for Team {
    fn default() -> Self {
        Self {
            sdrs: 2,
            review_seconds: 60,
            reviews_per_day: 40,
            by_hand_per_day: 8,
            miss_rate: 1000,
            check_minutes: 60,
        }
    }
}

/// A stream: one tier's drafts of the same origin, whose evidence counts together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Stream {
    /// The name in the result.
    pub name: String,
    /// The tier's name.
    pub tier: String,
    /// The tier's handoff model, once the stream's standing allows it.
    pub model: HandoffModel,
    /// The inspection plan.
    pub plan: InspectionPlan,
    /// Packages that could be prepared in five working days, at most 50,000. They come at random times.
    pub packages_per_week: u32,
    /// The share of nonconforming drafts.
    pub nonconforming: BasisPoints,
    /// The share of nonconforming drafts with a wrong fact, which stops every stream.
    pub factual: BasisPoints,
}

/// The setting of a simulation. All streams have one fingerprint, like those of one campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SimulationSetup {
    /// The team.
    pub team: Team,
    /// The streams, highest tier first, at most 1,000.
    pub streams: Vec<Stream>,
    /// Working days, at most 1,000.
    pub days: u32,
    /// Batches a day, each of at most 50 messages; 1 to 48.
    pub batches_per_day: u32,
    /// The same seed gives the same days.
    pub seed: u64,
}

impl SimulationSetup {
    /// Returns the same setting with this model for every tier, and with this plan if one is given.
    #[must_use]
    pub fn under(&self, model: HandoffModel, plan: Option<&InspectionPlan>) -> Self {
        let mut setting = self.clone();
        for stream in &mut setting.streams {
            stream.model = model;
            if let Some(plan) = plan {
                stream.plan.clone_from(plan);
            }
        }
        setting
    }
}
