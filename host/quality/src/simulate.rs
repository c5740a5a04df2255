//! What a team would see before a model is switched on: packages a day, bad messages that left, hours of review, and how
//! long a stream takes to be proven.
//!
//! A discrete-event simulation of working days: batches are prepared through the day, SDRs take the most urgent work
//! first, verdicts come when a review ends and checks are missed when their time is up. What evidence is worth, what a
//! verdict stops and what is sampled is asked of the governor in use, so the simulation and the desk cannot differ in it.
//! Pure but for that: the same setting and the same governor give the same days, whatever the clock says.

mod assumptions;
mod event_loop;
mod replications;
mod stream;

pub use assumptions::{FACTUAL, Given, NONCONFORMING, Premise, Premises, Source, premises};
pub use replications::{Course, Outcome, Proven, Spread, Way, many};

use std::future::Future;

use baton_facts::policy::{HandoffModel, InspectionPlan};
use baton_facts::quality::{Assessment, Counted, Event, LotItem, Standing, Tally};
use baton_facts::types::{BasisPoints, Timestamp};
use serde::{Deserialize, Serialize};

/// What the simulation asks of a governor: the functions of the contract's `governing` by the same names.
pub trait Governing {
    /// Why there is no answer.
    type Error;

    /// What an event makes of a stream's evidence.
    fn count(
        &self,
        plan: &InspectionPlan,
        tally: Tally,
        event: Event,
    ) -> impl Future<Output = Result<Counted, Self::Error>> + Send;

    /// What a stream's evidence allows.
    fn assess(
        &self,
        plan: &InspectionPlan,
        tally: Tally,
        now: Timestamp,
        packages_per_week: u32,
    ) -> impl Future<Output = Result<Assessment, Self::Error>> + Send;

    /// The indices of the items to inspect.
    fn sample(&self, items: Vec<LotItem>, seed: u64) -> impl Future<Output = Result<Vec<u32>, Self::Error>> + Send;
}

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

/// Simulates the setting. What is beyond a bound named there is taken as the bound.
///
/// # Errors
/// Those of the governor.
pub async fn simulate<G: Governing>(setting: &Setting, governor: &G) -> Result<Simulation, G::Error> {
    event_loop::Floor::new(setting, governor).run().await
}

#[cfg(test)]
mod tests;
