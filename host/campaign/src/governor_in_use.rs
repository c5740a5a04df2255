//! The governor component behind the interface of the simulation.

use baton_facts::policy::InspectionPlan;
use baton_facts::quality::{Assessment, Counted, Event, LotItem, Tally};
use baton_facts::types::Timestamp;
use baton_quality::simulate::SimulationGovernor;
use baton_runtime::{Error, Governor};
use std::sync::Arc;

/// The governor that decides in production, so that a simulation and the desk cannot differ.
#[derive(Clone)]
pub struct GovernorInUse(pub Governor);

impl SimulationGovernor for GovernorInUse {
    type Error = Error;

    async fn count(&self, plan: &InspectionPlan, tally: Tally, event: Event) -> Result<Counted, Error> {
        self.0.count(plan.clone(), tally, event).await.result.map(Arc::unwrap_or_clone)
    }

    async fn assess(
        &self,
        plan: &InspectionPlan,
        tally: Tally,
        now: Timestamp,
        packages_per_week: u32,
    ) -> Result<Assessment, Error> {
        self.0.assess(plan.clone(), tally, now, packages_per_week).await.result.map(Arc::unwrap_or_clone)
    }

    async fn sample(&self, items: Vec<LotItem>, seed: u64) -> Result<Vec<u32>, Error> {
        self.0.sample(Arc::new(items), seed).await.result.map(Arc::unwrap_or_clone)
    }
}
