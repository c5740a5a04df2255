//! The interface to the governor that a simulation asks.

use baton_facts::policy::InspectionPlan;
use baton_facts::quality::{Assessment, Counted, Event, LotItem, Tally};
use baton_facts::types::Timestamp;
use std::future::Future;

/// The governor of a simulation: the functions of the contract's governor by the same names.
pub trait SimulationGovernor {
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
