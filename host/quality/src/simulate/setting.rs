//! The input of a simulation: the team, the streams and the days.

use baton_facts::policy::{HandoffModel, InspectionPlan};
use baton_facts::types::BasisPoints;
use serde::{Deserialize, Serialize};

/// The people, and how they work. A working day has eight hours, a week five of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Team {
    /// Sales development representatives, up to 1,000.
    pub sdrs: u32,
    /// Seconds for one review or check on average; each takes between half and one and a half times as long. 1 to 28,800.
    pub review_seconds: u32,
    /// Reviews and checks that one SDR does in a day at the most: 20 to 50 are usual.
    pub reviews_per_day: u32,
    /// Packages that one SDR researches and writes by hand in a day: 5 to 10 are usual. The baseline.
    pub by_hand_per_day: u32,
    /// The share of defects that a reviewer does not see.
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

/// A stream: one tier's drafts that come to be in one way, whose evidence counts together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Stream {
    /// For the person who reads the result.
    pub name: String,
    /// The tier's name.
    pub tier: String,
    /// What the tier asks for once the stream's standing allows it.
    pub model: HandoffModel,
    /// How it is inspected.
    pub plan: InspectionPlan,
    /// Packages that could be prepared in five working days, up to 50,000. They come at random moments.
    pub packages_per_week: u32,
    /// The share of its drafts that a person would not have sent.
    pub nonconforming: BasisPoints,
    /// The share of the nonconforming ones with a wrong fact, which stops every stream.
    pub factual: BasisPoints,
}

/// What is simulated. All streams are of one fingerprint, as those of one campaign are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Setting {
    /// Who reviews.
    pub team: Team,
    /// What is prepared and evidence is kept for, highest tier first, up to 1,000.
    pub streams: Vec<Stream>,
    /// Working days, up to 1,000.
    pub days: u32,
    /// Batches a day, each up to 50 messages; 1 to 48.
    pub batches_per_day: u32,
    /// The same seed gives the same days.
    pub seed: u64,
}

impl Setting {
    /// The same with every tier asking for this model, and under this plan where one is named.
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
