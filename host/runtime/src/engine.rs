//! The world `engine`: prepares packages, and releases approved messages.

use crate::bindings::engine::EnginePre;
use crate::call::{ActiveCall, CallOutcome, FinishedCall, unexpected_output, unknown_function};
use crate::component::Component;
use crate::error::{AbortReason, Error};
use crate::grants::Grants;
use crate::linked::LinkedComponent;
use crate::permit::{Authority, Permit, PermitScope};
use crate::recorded_answers::RecordedAnswers;
use crate::recording::{Input, Output, Recording};
use crate::runtime::Runtime;
use crate::state::{AnswerSource, CallState};
use crate::verify;
use crate::world::World;
use crate::{extension_imports, imports};
use baton_facts::description::EngineDescription;
use baton_facts::packages::{Assignment, Check, HandoffPackage, Preparation, Prospects, Sent};
use baton_facts::policy::Campaign;
use baton_facts::types::{Message, Timestamp};
use std::sync::Arc;
use wasmtime::Store;

/// A component of the world `engine`, linked to this host's capabilities.
#[derive(Clone)]
pub struct HandoffEngine(LinkedComponent<EnginePre<CallState>>);

/// A text to release, with the package it was reviewed as part of.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReleaseRequest {
    /// The reviewed package.
    pub reviewed: Arc<HandoffPackage>,
    /// The approved text.
    pub outgoing: Arc<Message>,
    /// The names of failed checks that a person overruled.
    pub overruled: Vec<String>,
    /// The time of the final check.
    pub now: Timestamp,
}

impl ReleaseRequest {
    /// Creates a request that overrules no check.
    pub fn new(reviewed: Arc<HandoffPackage>, outgoing: Arc<Message>, now: Timestamp) -> Self {
        Self { reviewed, outgoing, overruled: Vec::new(), now }
    }

    /// Sets the names of the checks that a person overruled.
    #[must_use]
    pub fn with_overruled(self, checks: Vec<String>) -> Self {
        Self { overruled: checks, ..self }
    }
}

/// A release that the host's outbox confirmed: the entry is authorized.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct ReleaseConfirmation {
    /// The error of the engine, if it reported one or was ended after the message was authorized. The outbox counts.
    pub engine_error: Option<Error>,
}

impl ReleaseConfirmation {
    /// Creates a confirmation, for a stand-in of an engine in tests.
    pub fn new(engine_error: Option<Error>) -> Self {
        Self { engine_error }
    }
}

impl HandoffEngine {
    /// Links the component to the capabilities and to the extensions that the runtime opened.
    ///
    /// # Errors
    /// [`Error::World`] if it is of another world, [`Error::Load`] if its functions differ from the contract's.
    pub fn new(runtime: &Runtime, component: &Component) -> Result<Self, Error> {
        LinkedComponent::new(runtime, component, World::Engine, |linker| {
            imports::link(linker)?;
            extension_imports::link(linker, runtime, component)?;
            EnginePre::new(linker.instantiate_pre(&component.compiled)?)
        })
        .map(Self)
    }

    /// Returns the loaded component.
    pub fn component(&self) -> &Component {
        &self.0.component
    }

    /// Makes an instance and drops it, so that an admin sees at installation whether the component starts.
    ///
    /// # Errors
    /// [`Error::Aborted`] if it does not start within its limits.
    pub async fn start(&self) -> Result<(), Error> {
        let mut store = self.0.store("", None);
        let call = ActiveCall::begin(self.component(), "start", store.data());
        let (limit, places) = (store.data().limits.whole_call, &self.0.runtime.shared().engines);
        let body = async { self.0.pre.instantiate_async(&mut store).await.map(drop) };
        let outcome = call.run(limit, places, body).await;
        call.finish(outcome, store).result
    }

    /// Returns the engine's description of itself: the rules that it evaluates, with their titles. Nothing is granted.
    ///
    /// # Errors
    /// [`Error::Aborted`] if the component does not start or answer within its limits, [`Error::Description`] if the
    /// description breaks a bound of the contract.
    pub async fn describe(&self) -> Result<Arc<EngineDescription>, Error> {
        let nothing = Grants::default();
        let outcome = self.call("describe", &nothing, None, Input::Describe {}, |output, _| match output {
            Output::EngineDescription(description) => {
                verify::engine_description(&description)?;
                Ok(description)
            }
            _ => Err(unexpected_output()),
        });
        outcome.await.result
    }

    /// Returns a page of accounts that fit the ideal customer, best first.
    pub async fn discover(
        &self,
        grants: &Grants,
        campaign: Arc<Campaign>,
        cursor: Option<String>,
        now: Timestamp,
    ) -> CallOutcome<Arc<Prospects>> {
        let input = Input::Discover { campaign, cursor, now };
        self.call("discover", grants, None, input, |output, recording| match output {
            Output::Prospects(Ok(page)) => {
                verify::prospects(&page, &recording.exchanges)?;
                Ok(page)
            }
            Output::Prospects(Err(error)) => Err(Error::Handoff(error)),
            _ => Err(unexpected_output()),
        })
        .await
    }

    /// Prepares a package for an account, or returns the reason why the account is held or disqualified. The package is
    /// compared with the capabilities' answers.
    pub async fn prepare(&self, grants: &Grants, assignment: Arc<Assignment>) -> CallOutcome<Arc<Preparation>> {
        let account = assignment.account.clone();
        self.preparation("prepare", grants, account, Input::Prepare { assignment }).await
    }

    /// Prepares the next touch to the contact of `previous`, who has not answered.
    pub async fn follow_up(
        &self,
        grants: &Grants,
        previous: Arc<HandoffPackage>,
        sent: Arc<Vec<Sent>>,
        assignment: Arc<Assignment>,
    ) -> CallOutcome<Arc<Preparation>> {
        let account = assignment.account.clone();
        self.preparation("follow-up", grants, account, Input::FollowUp { previous, sent, assignment }).await
    }

    /// Prepares another draft for a rejected package, to the same contact. `sent` holds the earlier messages of the
    /// sequence; it is empty for a first touch.
    pub async fn redraft(
        &self,
        grants: &Grants,
        previous: Arc<HandoffPackage>,
        sent: Arc<Vec<Sent>>,
        note: String,
        assignment: Arc<Assignment>,
    ) -> CallOutcome<Arc<Preparation>> {
        let account = assignment.account.clone();
        self.preparation("redraft", grants, account, Input::Redraft { previous, sent, note, assignment }).await
    }

    /// Checks a text for this package. No capability is granted.
    pub async fn inspect(
        &self,
        reviewed: Arc<HandoffPackage>,
        outgoing: Arc<Message>,
        now: Timestamp,
    ) -> CallOutcome<Arc<Vec<Check>>> {
        let input = Input::Inspect { reviewed, outgoing, now };
        self.call("inspect", &Grants::default(), None, input, |output, _| match output {
            Output::Checks(checks) => {
                verify::checks(&checks)?;
                Ok(checks)
            }
            _ => Err(unexpected_output()),
        })
        .await
    }

    /// Makes the final check in the sandbox and enters the message into the outbox. Whether the message was authorized
    /// is taken from the host's own outbox, never from the engine's answer.
    ///
    /// # Errors
    /// In the result: [`Error::NotSent`] if the engine reports success without having presented the permit,
    /// [`Error::Handoff`] with the engine's reason, [`Error::Aborted`] if the call was ended before. If time ran out
    /// during [`crate::Sending::authorize`] ([`Permit::is_spent`] is then `true`), the outbox entry has the answer.
    pub async fn release(
        &self,
        grants: &Grants,
        request: ReleaseRequest,
        permit: &Permit,
    ) -> CallOutcome<ReleaseConfirmation> {
        let ReleaseRequest { reviewed, outgoing, overruled, now } = request;
        let account = reviewed.account.id.clone();
        let input = Input::Release { reviewed, outgoing, overruled, now };
        let state = self.live(grants, Some(account), false);
        let finished = self.execute("release", state, &input, Some(permit.clone())).await;
        let authorized = finished.state.authorized;
        finished.outcome(self.component(), input, 0, |output, _| {
            let reported = match output {
                Ok(Output::Released(Ok(()))) => Ok(()),
                Ok(Output::Released(Err(error))) => Err(Error::Handoff(error)),
                Ok(_) => Err(unexpected_output()),
                Err(error) => Err(error),
            };
            match (authorized, reported) {
                (true, reported) => Ok(ReleaseConfirmation { engine_error: reported.err() }),
                (false, Ok(())) => Err(Error::NotSent),
                (false, Err(error)) => Err(error),
            }
        })
    }

    async fn preparation(
        &self,
        function: &'static str,
        grants: &Grants,
        account: String,
        input: Input,
    ) -> CallOutcome<Arc<Preparation>> {
        self.call(function, grants, Some(account), input, |output, recording| match output {
            Output::Preparation(Ok(made)) => {
                verify::preparation(&made, &recording.input, &recording.exchanges)?;
                Ok(made)
            }
            Output::Preparation(Err(error)) => Err(Error::Handoff(error)),
            _ => Err(unexpected_output()),
        })
        .await
    }

    async fn call<T>(
        &self,
        function: &'static str,
        grants: &Grants,
        account: Option<String>,
        input: Input,
        read: impl FnOnce(Output, &Recording) -> Result<T, Error>,
    ) -> CallOutcome<T> {
        let state = self.live(grants, account, matches!(input, Input::Discover { .. }));
        let finished = self.execute(function, state, &input, None).await;
        finished.outcome(self.component(), input, 0, |output, recording| {
            let result = read(output?, recording);
            if let Err(Error::Mismatch(what)) = &result {
                tracing::warn!(component = %self.component().digest(), %what, "an engine's package was refused");
            }
            result
        })
    }

    fn live(&self, grants: &Grants, account: Option<String>, may_search: bool) -> CallState {
        let context = self.0.context(&grants.tenant, account);
        CallState::new(context, AnswerSource::Live(grants.clone()), self.0.runtime.limits(), may_search)
    }

    /// Executes the recording again, on its own answers in their order.
    pub(crate) async fn replay(&self, recording: &Recording) -> Result<Output, Error> {
        let state = self.0.replay_store(recording).into_data();
        let permit = match &recording.input {
            // A stand-in for the permit of the recorded call; `send` is answered from the recording.
            Input::Release { outgoing, .. } => {
                let scope = PermitScope { sender: "", message: outgoing, thread: None };
                Some(Permit::mint("replay", Authority::Rule("replay".into()), &scope))
            }
            _ => None,
        };
        let FinishedCall { result, state, .. } = self.execute("replay", state, &recording.input, permit).await;
        match state.answers {
            AnswerSource::InOrder(rest) if result.is_ok() && !rest.is_empty() => {
                Err(Error::Aborted { reason: AbortReason::Diverged, source: None })
            }
            _ => result,
        }
    }

    /// Executes the recorded preparation with this engine, on the recording's answers to the same questions. The package
    /// is verified as in [`Self::prepare`].
    pub(crate) async fn execute_instead(
        &self,
        recording: &Recording,
        answers: RecordedAnswers,
    ) -> Result<Output, Error> {
        let account = match &recording.input {
            Input::Prepare { assignment } | Input::FollowUp { assignment, .. } | Input::Redraft { assignment, .. } => {
                assignment.account.clone()
            }
            _ => return Err(unexpected_output()),
        };
        let context = self.0.context("", Some(account));
        let state = CallState::new(context, AnswerSource::ByQuestion(answers), self.0.runtime.limits(), false);
        let FinishedCall { result, state, .. } = self.execute("compare", state, &recording.input, None).await;
        let output = result?;
        if let Output::Preparation(Ok(made)) = &output {
            verify::preparation(made, &recording.input, &state.exchanges)?;
        }
        Ok(output)
    }

    async fn execute(
        &self,
        function: &'static str,
        state: CallState,
        input: &Input,
        permit: Option<Permit>,
    ) -> FinishedCall<Output> {
        let limit = state.limits.whole_call;
        let mut store = state.into_store(self.0.runtime.wasmtime());
        store.data_mut().input = Some(input.clone());
        let call = ActiveCall::begin(self.component(), function, store.data());
        let places = &self.0.runtime.shared().engines;
        let body = async {
            let output = self.body(&mut store, input, permit).await?;
            store.data_mut().end_call(&output)?;
            Ok(output)
        };
        let outcome = call.run(limit, places, body).await;
        call.finish(outcome, store)
    }

    async fn body(
        &self,
        store: &mut Store<CallState>,
        input: &Input,
        permit: Option<Permit>,
    ) -> wasmtime::Result<Output> {
        let instance = self.0.pre.instantiate_async(&mut *store).await?;
        let (discovery, preparation) = (instance.baton_handoff_discovery(), instance.baton_handoff_preparation());
        let release = instance.baton_handoff_release();
        Ok(match input {
            Input::Describe {} => {
                let description = instance.baton_handoff_engine_info().call_describe(store).await?;
                Output::EngineDescription(Arc::new(description))
            }
            Input::Discover { campaign, cursor, now } => Output::Prospects(
                discovery.call_discover(&mut *store, campaign, cursor.as_deref(), *now).await?.map(Arc::new),
            ),
            Input::Prepare { assignment } => {
                Output::Preparation(preparation.call_prepare(store, assignment).await?.map(Arc::new))
            }
            Input::FollowUp { previous, sent, assignment } => {
                Output::Preparation(preparation.call_follow_up(store, previous, sent, assignment).await?.map(Arc::new))
            }
            Input::Redraft { previous, sent, note, assignment } => Output::Preparation(
                preparation.call_redraft(store, previous, sent, note, assignment).await?.map(Arc::new),
            ),
            Input::Inspect { reviewed, outgoing, now } => {
                Output::Checks(Arc::new(release.call_inspect(store, reviewed, outgoing, *now).await?))
            }
            Input::Release { reviewed, outgoing, overruled, now } => {
                let permit = permit.ok_or_else(|| wasmtime::Error::msg("a release needs a permit"))?;
                let handle = store.data_mut().table.push(permit)?;
                Output::Released(release.call_release(store, reviewed, outgoing, overruled, handle, *now).await?)
            }
            _ => return Err(unknown_function()),
        })
    }
}

impl std::fmt::Debug for HandoffEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("HandoffEngine").field(self.component()).finish()
    }
}
