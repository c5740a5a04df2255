//! The interface to the governor that a simulation asks.

use baton_facts::policy::InspectionPlan;
use baton_facts::quality::{Assessment, Counted, Event, LotItem, Tally};
use baton_facts::types::Timestamp;
use std::future::Future;

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
