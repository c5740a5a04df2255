//! Simulation of a handoff model before it is switched on: packages a day, bad messages sent, hours of review, and the time
//! until a stream is proven.
//!
//! A discrete-event simulation of working days: batches are prepared through the day, SDRs take the most urgent work
//! first, verdicts come when a review ends, and checks are missed at their deadline. The governor in use assesses the
//! evidence, so the simulation and the desk cannot differ in it. Otherwise pure: the same setting, seed and governor give
//! the same days.

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

/// The governor of a simulation: the functions of the contract's governor by the same names.
pub trait Governing {
    /// The governor's error.
    type Error;

    /// Counts an event in a stream's evidence.
    fn count(
        &self,
        plan: &InspectionPlan,
        tally: Tally,
        event: Event,
    ) -> impl Future<Output = Result<Counted, Self::Error>> + Send;

    /// Assesses a stream's evidence.
    fn assess(
        &self,
        plan: &InspectionPlan,
        tally: Tally,
        now: Timestamp,
        packages_per_week: u32,
    ) -> impl Future<Output = Result<Assessment, Self::Error>> + Send;

    /// Returns the indices of the items to inspect.
    fn sample(&self, items: Vec<LotItem>, seed: u64) -> impl Future<Output = Result<Vec<u32>, Self::Error>> + Send;
}

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
pub struct Setting {
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

impl Setting {
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

/// One working day of the team.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Day {
    /// Prepared packages.
    pub prepared: u32,
    /// Sent messages.
    pub left: u32,
    /// Nonconforming ones among them.
    pub bad_left: u32,
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
    pub left: u32,
    /// Nonconforming ones among them.
    pub bad_left: u32,
    /// Working days until it was first proven, started days included.
    pub days_to_proven: Option<u32>,
    /// How often it lost a standing that sends messages without a decision.
    pub demotions: u32,
}

/// The result of a simulation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Simulation {
    /// The days, in order.
    pub days: Vec<Day>,
    /// The streams, in the setting's order.
    pub streams: Vec<StreamResult>,
    /// Packages a day by hand, by the same team, for comparison.
    pub by_hand_per_day: u32,
    /// The setting's.
    pub seed: u64,
}

/// Simulates the setting. Values beyond a named bound are taken as the bound.
///
/// # Errors
/// The governor's errors.
pub async fn simulate<G: Governing>(setting: &Setting, governor: &G) -> Result<Simulation, G::Error> {
    event_loop::Floor::new(setting, governor).run().await
}

#[cfg(test)]
mod tests;
