//! The world `governor`: decides who reviews, and how trust is earned and lost. Imports nothing.

use crate::bindings::governor::GovernorPre;
use crate::call::{CallOutcome, unexpected_output, unknown_function};
use crate::component::Component;
use crate::error::Error;
use crate::linked::LinkedComponent;
use crate::recording::{Input, Output, Recording};
use crate::runtime::Runtime;
use crate::state::CallState;
use crate::verify;
use crate::world::World;
use baton_facts::packages::{HandoffPackage, Verdict};
use baton_facts::policy::{InspectionPlan, Tier};
use baton_facts::quality::{Assessment, Counted, Event, Grade, LotItem, Outlook, Routing, Tally};
use baton_facts::types::{Account, BasisPoints, Draft, Message, Timestamp};
use std::sync::Arc;
use wasmtime::Store;

/// A component of the world `governor`.
#[derive(Clone)]
pub struct Governor(LinkedComponent<GovernorPre<CallState>>);

impl Governor {
    /// Links the component.
    ///
    /// # Errors
    /// [`Error::World`] if it is of another world, [`Error::Load`] if its functions differ from the contract's.
    pub fn new(runtime: &Runtime, component: &Component) -> Result<Self, Error> {
        LinkedComponent::new(runtime, component, World::Governor, |linker| {
            GovernorPre::new(linker.instantiate_pre(&component.compiled)?)
        })
        .map(Self)
    }

    /// Returns the loaded component.
    pub fn component(&self) -> &Component {
        &self.0.component
    }

    /// Returns the tier and the handoff model for a package.
    ///
    /// `account` must be the host's own record, not the package's. The package's score and its worst check can only make
    /// the model stricter; a package without checks counts as failed.
    pub async fn route(
        &self,
        tiers: Arc<Vec<Tier>>,
        account: Arc<Account>,
        package: &HandoffPackage,
    ) -> CallOutcome<Arc<Routing>> {
        let worst = package.checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Fail);
        let (score, touch_number) = (package.score, package.touch_number);
        let input = Input::Route { tiers, account, score, worst, touch_number };
        self.call("route", input, |output| match output {
            Output::Routing(routing) => Some(routing),
            _ => None,
        })
        .await
    }

    /// Counts an event: returns the new evidence of the stream and the releases that the event stops.
    pub async fn count(&self, plan: InspectionPlan, tally: Tally, event: Event) -> CallOutcome<Arc<Counted>> {
        self.call("count", Input::Count { plan, tally, event }, |output| match output {
            Output::Counted(counted) => Some(counted),
            _ => None,
        })
        .await
    }

    /// Returns the standing that the evidence of a stream allows under a plan at that time. `packages_per_week` counts
    /// the stream's packages of the last five working days.
    pub async fn assess(
        &self,
        plan: InspectionPlan,
        tally: Tally,
        now: Timestamp,
        packages_per_week: u32,
    ) -> CallOutcome<Arc<Assessment>> {
        self.call("assess", Input::Assess { plan, tally, now, packages_per_week }, |output| match output {
            Output::Assessment(assessment) => Some(assessment),
            _ => None,
        })
        .await
    }

    /// Forecasts the effect of a plan at a rate of nonconforming drafts.
    pub async fn forecast(
        &self,
        plan: InspectionPlan,
        rate: BasisPoints,
        miss_rate: BasisPoints,
        in_flight: u32,
    ) -> CallOutcome<Arc<Outlook>> {
        self.call("foresee", Input::Foresee { plan, rate, miss_rate, in_flight }, |output| match output {
            Output::Outlook(outlook) => Some(outlook),
            _ => None,
        })
        .await
    }

    /// Returns the indices of the items to inspect, ascending.
    pub async fn sample(&self, items: Arc<Vec<LotItem>>, seed: u64) -> CallOutcome<Arc<Vec<u32>>> {
        self.call("sample", Input::Sample { items, seed }, |output| match output {
            Output::Sample(sample) => Some(sample),
            _ => None,
        })
        .await
    }

    /// Grades a draft by the edit that a person made to it.
    pub async fn grade_edit(&self, draft: Arc<Draft>, outgoing: Arc<Message>) -> CallOutcome<Arc<Grade>> {
        self.call("grade-edit", Input::GradeEdit { draft, outgoing }, |output| match output {
            Output::Grade(grade) => Some(grade),
            _ => None,
        })
        .await
    }

    pub(crate) async fn replay(&self, recording: &Recording) -> Result<Output, Error> {
        let store = self.0.replay_store(recording);
        self.0.run("replay", store, async |store| self.body(store, &recording.input).await).await.result
    }

    async fn call<T>(
        &self,
        function: &'static str,
        input: Input,
        read: impl FnOnce(Output) -> Option<T>,
    ) -> CallOutcome<T> {
        let store = self.0.store("", None);
        let finished = self.0.run(function, store, async |store| self.body(store, &input).await).await;
        finished.outcome(self.component(), input, 0, |output, recording| {
            let output = output?;
            verify::governor_answer(&recording.input, &output)?;
            read(output).ok_or_else(unexpected_output)
        })
    }

    async fn body(&self, store: &mut Store<CallState>, input: &Input) -> wasmtime::Result<Output> {
        let instance = self.0.pre.instantiate_async(&mut *store).await?;
        let guest = instance.baton_handoff_governance();
        Ok(match input {
            Input::Route { tiers, account, score, worst, touch_number } => {
                Output::Routing(Arc::new(guest.call_route(store, tiers, account, *score, *worst, *touch_number).await?))
            }
            Input::Count { plan, tally, event } => {
                Output::Counted(Arc::new(guest.call_count(store, plan, tally, *event).await?))
            }
            Input::Assess { plan, tally, now, packages_per_week } => {
                Output::Assessment(Arc::new(guest.call_assess(store, plan, tally, *now, *packages_per_week).await?))
            }
            Input::Foresee { plan, rate, miss_rate, in_flight } => {
                Output::Outlook(Arc::new(guest.call_foresee(store, plan, *rate, *miss_rate, *in_flight).await?))
            }
            Input::Sample { items, seed } => Output::Sample(Arc::new(guest.call_sample(store, items, *seed).await?)),
            Input::GradeEdit { draft, outgoing } => {
                Output::Grade(Arc::new(guest.call_grade_edit(store, draft, outgoing).await?))
            }
            _ => return Err(unknown_function()),
        })
    }
}
