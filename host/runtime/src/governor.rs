//! Drafters, governors and readers: components that can reach nothing, so all there is to them is the call.

use crate::bindings::{drafter, governor, reader, records};
use crate::call::{CallOutcome, finish, recorded, within};
use crate::capability::{CallContext, CapabilityError, DraftAnswer, Drafting, Grants};
use crate::component::{Component, World};
use crate::error::Error;
use crate::recording::{Input, Output, Provenance, Recording};
use crate::runtime::Runtime;
use crate::state::{Answers, State, bounded};
use async_trait::async_trait;
use baton_facts::errors::DraftingError;
use baton_facts::mail::Reading;
use baton_facts::packages::{Brief, Verdict};
use baton_facts::policy::{InspectionPlan, Tier};
use baton_facts::quality::{Assessment, Counted, Event, Grade, LotItem, Outlook, Routing, Tally};
use baton_facts::types::{Account, BasisPoints, Draft, Message, Timestamp};
use sha2::{Digest as _, Sha256};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use wasmtime::Store;
use wasmtime::component::{HasSelf, Linker};

/// What the three have in common.
#[derive(Clone)]
struct Pure<P> {
    runtime: Runtime,
    component: Component,
    pre: P,
}

impl<P> Pure<P> {
    fn new(
        runtime: &Runtime,
        component: &Component,
        world: World,
        link: impl FnOnce(&Linker<State>) -> wasmtime::Result<P>,
    ) -> Result<Self, Error> {
        component.expect(world)?;
        let pre = shapes(runtime).and_then(|linker| link(&linker)).map_err(|error| Error::Load {
            what: "its exports differ from those of baton:handoff@0.1.0".into(),
            source: Some(error),
        })?;
        Ok(Self { runtime: runtime.clone(), component: component.clone(), pre })
    }

    fn store(&self, tenant: &str, account: Option<String>) -> Store<State> {
        let call = CallContext { number: self.runtime.next_call(), tenant: tenant.to_owned(), account };
        let state = State::new(call, Answers::Live(Grants::default()), self.runtime.limits(), false);
        bounded(self.runtime.wasmtime(), state)
    }

    fn replay_store(&self, recording: &Recording) -> Store<State> {
        let call = CallContext { number: self.runtime.next_call(), tenant: String::new(), account: None };
        let limits = crate::replay::limits(recording, &self.runtime);
        let state = State::new(call, Answers::Recorded(VecDeque::new()), limits, false);
        bounded(self.runtime.wasmtime(), state)
    }

    async fn within(
        &self,
        budget: Duration,
        body: impl Future<Output = wasmtime::Result<Output>>,
    ) -> Option<wasmtime::Result<Output>> {
        within(budget, &self.runtime.shared().others, body).await
    }
}

/// A linker with the records' shapes and nothing to call.
fn shapes(runtime: &Runtime) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::<State>::new(runtime.wasmtime());
    records::types::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state)?;
    records::policy::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state)?;
    records::packages::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state)?;
    records::quality::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state)?;
    records::mail::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state)?;
    records::errors::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state)?;
    Ok(linker)
}

fn called<T, P>(
    pure: &Pure<P>,
    input: Input,
    (outcome, state): (Result<Output, Error>, State),
    read: impl FnOnce(Output) -> Option<Result<T, Error>>,
) -> CallOutcome<T> {
    let (recording, drafts) = recorded(&pure.component, state, input, &outcome);
    let result = outcome.and_then(|output| {
        read(output).unwrap_or_else(|| Err(Error::Aborted { reason: crate::error::AbortReason::Trapped, source: None }))
    });
    CallOutcome { result, recording, drafts }
}

fn not_here() -> wasmtime::Error {
    wasmtime::Error::msg("not a function of this world")
}

/// A component of the world `drafter`. As a [`Drafting`] it is what an engine's import is satisfied with: it runs in a
/// store of its own, under limits of its own, with a recording of its own.
#[derive(Clone)]
pub struct Drafter(Pure<drafter::DrafterPre<State>>);

impl Drafter {
    /// Links the component.
    ///
    /// # Errors
    /// [`Error::World`] where it is of another world, [`Error::Load`] where its functions are not the contract's.
    pub fn new(runtime: &Runtime, component: &Component) -> Result<Self, Error> {
        Pure::new(runtime, component, World::Drafter, |linker| {
            drafter::DrafterPre::new(linker.instantiate_pre(&component.compiled)?)
        })
        .map(Self)
    }

    /// The component.
    pub fn component(&self) -> &Component {
        &self.0.component
    }

    /// Writes a draft for the brief.
    pub async fn write(&self, tenant: &str, brief: Arc<Brief>) -> CallOutcome<Arc<Draft>> {
        let account = Some(brief.account.id.clone());
        let input = Input::Write { brief };
        let mut store = self.0.store(tenant, account);
        let outcome = self.0.within(store.data().limits.whole_call, self.body(&mut store, &input)).await;
        let ran = finish(outcome, store);
        called(&self.0, input.clone(), ran, |output| match output {
            Output::Draft(draft) => Some(draft.map_err(Error::Drafting)),
            _ => None,
        })
    }

    pub(crate) async fn again(&self, recording: &Recording) -> Result<Output, Error> {
        let mut store = self.0.replay_store(recording);
        let outcome = self.0.within(store.data().limits.whole_call, self.body(&mut store, &recording.input)).await;
        finish(outcome, store).0
    }

    async fn body(&self, store: &mut Store<State>, input: &Input) -> wasmtime::Result<Output> {
        let Input::Write { brief } = input else { return Err(not_here()) };
        let instance = self.0.pre.instantiate_async(&mut *store).await?;
        let draft = instance.baton_handoff_drafting().call_write(store, brief).await?;
        Ok(Output::Draft(draft.map(Arc::new)))
    }
}

#[async_trait]
impl Drafting for Drafter {
    async fn write(
        &self,
        call: &CallContext,
        brief: Arc<Brief>,
    ) -> Result<DraftAnswer, CapabilityError<DraftingError>> {
        let called = Self::write(self, &call.tenant, brief).await;
        match called.result {
            Ok(draft) => Ok(DraftAnswer { draft, recording: Some(called.recording) }),
            Err(Error::Drafting(error)) => Err(error.into()),
            // How a drafter failed is the admin's to know, not the engine's.
            Err(error) => {
                Err(CapabilityError::caused_by(DraftingError::Other(Some("the drafter failed".into())), error))
            }
        }
    }

    fn provenance(&self) -> Provenance {
        Provenance::Component(self.component().digest())
    }
}

/// A component of the world `governor`: who decides, and how trust is earned and lost.
#[derive(Clone)]
pub struct Governor(Pure<governor::GovernorPre<State>>);

impl Governor {
    /// Links the component.
    ///
    /// # Errors
    /// [`Error::World`] where it is of another world, [`Error::Load`] where its functions are not the contract's.
    pub fn new(runtime: &Runtime, component: &Component) -> Result<Self, Error> {
        Pure::new(runtime, component, World::Governor, |linker| {
            governor::GovernorPre::new(linker.instantiate_pre(&component.compiled)?)
        })
        .map(Self)
    }

    /// The component.
    pub fn component(&self) -> &Component {
        &self.0.component
    }

    /// The tier and the handoff model. `account` is to be the host's own record, not the package's.
    pub async fn route(
        &self,
        tiers: Arc<Vec<Tier>>,
        account: Arc<Account>,
        score: u8,
        worst: Verdict,
        touch_number: u8,
    ) -> CallOutcome<Arc<Routing>> {
        let input = Input::Route { tiers, account, score, worst, touch_number };
        self.call(input, |output| match output {
            Output::Routing(routing) => Some(Ok(routing)),
            _ => None,
        })
        .await
    }

    /// What an event makes of a stream's evidence, and what it stops.
    pub async fn count(&self, plan: InspectionPlan, tally: Tally, event: Event) -> CallOutcome<Arc<Counted>> {
        self.call(Input::Count { plan, tally, event }, |output| match output {
            Output::Counted(counted) => Some(Ok(counted)),
            _ => None,
        })
        .await
    }

    /// What a stream's evidence allows under a plan, as of now; `packages_per_week` are the stream's of the last five
    /// working days.
    pub async fn assess(
        &self,
        plan: InspectionPlan,
        tally: Tally,
        now: Timestamp,
        packages_per_week: u32,
    ) -> CallOutcome<Arc<Assessment>> {
        self.call(Input::Assess { plan, tally, now, packages_per_week }, |output| match output {
            Output::Assessment(assessment) => Some(Ok(assessment)),
            _ => None,
        })
        .await
    }

    /// What a plan does at a rate of nonconforming drafts.
    pub async fn foresee(
        &self,
        plan: InspectionPlan,
        rate: BasisPoints,
        miss_rate: BasisPoints,
        in_flight: u32,
    ) -> CallOutcome<Arc<Outlook>> {
        self.call(Input::Foresee { plan, rate, miss_rate, in_flight }, |output| match output {
            Output::Outlook(outlook) => Some(Ok(outlook)),
            _ => None,
        })
        .await
    }

    /// The indices of the items to inspect, ascending.
    pub async fn sample(&self, items: Arc<Vec<LotItem>>, seed: u64) -> CallOutcome<Arc<Vec<u32>>> {
        self.call(Input::Sample { items, seed }, |output| match output {
            Output::Sample(sample) => Some(Ok(sample)),
            _ => None,
        })
        .await
    }

    /// What a person's edit of a draft says about the draft.
    pub async fn grade_edit(&self, draft: Arc<Draft>, outgoing: Arc<Message>) -> CallOutcome<Arc<Grade>> {
        self.call(Input::GradeEdit { draft, outgoing }, |output| match output {
            Output::Grade(grade) => Some(Ok(grade)),
            _ => None,
        })
        .await
    }

    pub(crate) async fn again(&self, recording: &Recording) -> Result<Output, Error> {
        let mut store = self.0.replay_store(recording);
        let outcome = self.0.within(store.data().limits.whole_call, self.body(&mut store, &recording.input)).await;
        finish(outcome, store).0
    }

    async fn call<T>(&self, input: Input, read: impl FnOnce(Output) -> Option<Result<T, Error>>) -> CallOutcome<T> {
        let mut store = self.0.store("", None);
        let outcome = self.0.within(store.data().limits.whole_call, self.body(&mut store, &input)).await;
        let ran = finish(outcome, store);
        called(&self.0, input.clone(), ran, read)
    }

    async fn body(&self, store: &mut Store<State>, input: &Input) -> wasmtime::Result<Output> {
        let instance = self.0.pre.instantiate_async(&mut *store).await?;
        let guest = instance.baton_handoff_governing();
        Ok(match input {
            Input::Route { tiers, account, score, worst, touch_number } => {
                Output::Routing(Arc::new(guest.call_route(store, tiers, account, *score, *worst, *touch_number).await?))
            }
            Input::Count { plan, tally, event } => {
                Output::Counted(Arc::new(guest.call_count(store, plan, *tally, *event).await?))
            }
            Input::Assess { plan, tally, now, packages_per_week } => {
                Output::Assessment(Arc::new(guest.call_assess(store, plan, *tally, *now, *packages_per_week).await?))
            }
            Input::Foresee { plan, rate, miss_rate, in_flight } => {
                Output::Outlook(Arc::new(guest.call_foresee(store, plan, *rate, *miss_rate, *in_flight).await?))
            }
            Input::Sample { items, seed } => Output::Sample(Arc::new(guest.call_sample(store, items, *seed).await?)),
            Input::GradeEdit { draft, outgoing } => {
                Output::Grade(Arc::new(guest.call_grade_edit(store, draft, outgoing).await?))
            }
            _ => return Err(not_here()),
        })
    }
}

/// A component of the world `reader`: reads inbound mail where nothing can be reached.
#[derive(Clone)]
pub struct Reader(Pure<reader::ReaderPre<State>>);

impl Reader {
    /// Links the component.
    ///
    /// # Errors
    /// [`Error::World`] where it is of another world, [`Error::Load`] where its functions are not the contract's.
    pub fn new(runtime: &Runtime, component: &Component) -> Result<Self, Error> {
        Pure::new(runtime, component, World::Reader, |linker| {
            reader::ReaderPre::new(linker.instantiate_pre(&component.compiled)?)
        })
        .map(Self)
    }

    /// The component.
    pub fn component(&self) -> &Component {
        &self.0.component
    }

    /// Reads one message. The recording keeps its digest, not its bytes.
    pub async fn read(&self, tenant: &str, raw: &[u8]) -> CallOutcome<Arc<Reading>> {
        let input = Input::Read { digest: hex::encode(Sha256::digest(raw)) };
        let mut store = self.0.store(tenant, None);
        let outcome = self.0.within(store.data().limits.whole_call, self.body(&mut store, raw)).await;
        let ran = finish(outcome, store);
        called(&self.0, input, ran, |output| match output {
            Output::Reading(reading) => Some(reading.map_err(Error::Reading)),
            _ => None,
        })
    }

    pub(crate) async fn again(&self, recording: &Recording, raw: &[u8]) -> Result<Output, Error> {
        let mut store = self.0.replay_store(recording);
        let outcome = self.0.within(store.data().limits.whole_call, self.body(&mut store, raw)).await;
        finish(outcome, store).0
    }

    async fn body(&self, store: &mut Store<State>, raw: &[u8]) -> wasmtime::Result<Output> {
        let instance = self.0.pre.instantiate_async(&mut *store).await?;
        let reading = instance.baton_handoff_replies().call_read(store, raw).await?;
        Ok(Output::Reading(reading.map(Arc::new)))
    }
}
