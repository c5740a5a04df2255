//! The component calls that the desk makes, each with its recording.

use async_trait::async_trait;
use baton_facts::packages::{Check, HandoffPackage};
use baton_facts::policy::InspectionPlan;
use baton_facts::quality::{Assessment, Counted, Event, Grade, LotItem, Outlook, Tally};
use baton_facts::types::{BasisPoints, Draft, Message, Timestamp};
use baton_runtime::{
    Baseline, CallOutcome, ComparisonCandidate, ComparisonOutcome, Component, Drafter, Error, Exchange, Governor,
    Grants, HandoffEngine, Permit, Provenance, Recording, ReleaseConfirmation, ReleaseRequest, ReplayOutcome, Runtime,
    World,
};
use std::sync::Arc;

/// The handoff logic, as the desk calls it. [`HandoffComponents`] implements it; tests may use another implementation.
#[async_trait]
pub trait HandoffLogic: Send + Sync {
    /// Runs the checks on a text for this package.
    async fn inspect(
        &self,
        reviewed: Arc<HandoffPackage>,
        outgoing: Arc<Message>,
        now: Timestamp,
    ) -> CallOutcome<Arc<Vec<Check>>>;

    /// Runs the final check and sends with the permit, unless a check fails that is not overruled.
    async fn release(
        &self,
        grants: &Grants,
        request: ReleaseRequest,
        permit: &Permit,
    ) -> CallOutcome<ReleaseConfirmation>;

    /// Grades the draft by the edit that a person made.
    async fn grade_edit(&self, draft: Arc<Draft>, outgoing: Arc<Message>) -> CallOutcome<Arc<Grade>>;

    /// Counts an event into a stream's evidence.
    async fn count(&self, plan: InspectionPlan, tally: Tally, event: Event) -> CallOutcome<Arc<Counted>>;

    /// Assesses a stream's evidence: its standing and what that allows.
    async fn assess(
        &self,
        plan: InspectionPlan,
        tally: Tally,
        now: Timestamp,
        packages_per_week: u32,
    ) -> CallOutcome<Arc<Assessment>>;

    /// Forecasts the effect of a plan at a given rate of nonconforming drafts.
    async fn forecast(
        &self,
        plan: InspectionPlan,
        rate: BasisPoints,
        miss_rate: BasisPoints,
        in_flight: u32,
    ) -> CallOutcome<Arc<Outlook>>;

    /// Chooses the items to inspect.
    async fn sample(&self, items: Arc<Vec<LotItem>>, seed: u64) -> CallOutcome<Arc<Vec<u32>>>;

    /// Executes a recording again.
    async fn replay(&self, recording: &Recording) -> Result<ReplayOutcome, Error>;

    /// Executes a recorded preparation with another component.
    async fn compare(&self, candidate: &ComparisonCandidate, recording: &Recording)
    -> Result<ComparisonOutcome, Error>;
}

/// The loaded components, which implement the handoff logic.
#[derive(Clone)]
pub struct HandoffComponents {
    /// Replays recordings and compares components on them.
    pub runtime: Runtime,
    /// Checks texts and releases messages.
    pub engine: HandoffEngine,
    /// Grades edits, counts evidence and assesses streams.
    pub governor: Governor,
    /// Other components that recordings may have been made with, the drafter among them.
    pub others: Vec<Component>,
}

#[async_trait]
impl HandoffLogic for HandoffComponents {
    async fn inspect(
        &self,
        reviewed: Arc<HandoffPackage>,
        outgoing: Arc<Message>,
        now: Timestamp,
    ) -> CallOutcome<Arc<Vec<Check>>> {
        self.engine.inspect(reviewed, outgoing, now).await
    }

    async fn release(
        &self,
        grants: &Grants,
        request: ReleaseRequest,
        permit: &Permit,
    ) -> CallOutcome<ReleaseConfirmation> {
        self.engine.release(grants, request, permit).await
    }

    async fn grade_edit(&self, draft: Arc<Draft>, outgoing: Arc<Message>) -> CallOutcome<Arc<Grade>> {
        self.governor.grade_edit(draft, outgoing).await
    }

    async fn count(&self, plan: InspectionPlan, tally: Tally, event: Event) -> CallOutcome<Arc<Counted>> {
        self.governor.count(plan, tally, event).await
    }

    async fn assess(
        &self,
        plan: InspectionPlan,
        tally: Tally,
        now: Timestamp,
        packages_per_week: u32,
    ) -> CallOutcome<Arc<Assessment>> {
        self.governor.assess(plan, tally, now, packages_per_week).await
    }

    async fn forecast(
        &self,
        plan: InspectionPlan,
        rate: BasisPoints,
        miss_rate: BasisPoints,
        in_flight: u32,
    ) -> CallOutcome<Arc<Outlook>> {
        self.governor.forecast(plan, rate, miss_rate, in_flight).await
    }

    async fn sample(&self, items: Arc<Vec<LotItem>>, seed: u64) -> CallOutcome<Arc<Vec<u32>>> {
        self.governor.sample(items, seed).await
    }

    async fn replay(&self, recording: &Recording) -> Result<ReplayOutcome, Error> {
        let plugins = [self.engine.component(), self.governor.component()].into_iter().chain(&self.others);
        let plugin = plugins.into_iter().find(|plugin| plugin.digest() == recording.component);
        // If no loaded component has the recording's digest, the runtime's error names the digest it needs.
        self.runtime.replay(plugin.unwrap_or(self.engine.component()), recording, None).await
    }

    async fn compare(
        &self,
        candidate: &ComparisonCandidate,
        recording: &Recording,
    ) -> Result<ComparisonOutcome, Error> {
        let drafters = self.others.iter().filter(|plugin| plugin.world() == World::Drafter);
        let drafted = |plugin: &&Component| {
            recording.exchanges.iter().any(|exchange| match exchange {
                Exchange::Write { provenance, .. } => *provenance == Some(Provenance::Component(plugin.digest())),
                _ => false,
            })
        };
        let drafter = match drafters.into_iter().find(drafted) {
            Some(plugin) => Some(Drafter::new(&self.runtime, plugin)?),
            None => None,
        };
        let at_hand = Baseline { engine: Some(&self.engine), drafter: drafter.as_ref() };
        self.runtime.compare(candidate, at_hand, recording).await
    }
}
