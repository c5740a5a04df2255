//! An engine: the component that prepares packages.

use crate::bindings::engine::{Engine as Bindings, EnginePre};
use crate::call::{CallOutcome, finish, recorded, within};
use crate::capability::{CallContext, Grants};
use crate::compare::Asked;
use crate::component::{Component, World};
use crate::error::{Error, Mismatch};
use crate::imports;
use crate::permit::{Authority, Permit, PermitScope};
use crate::recording::{Input, Output, Recording};
use crate::runtime::Runtime;
use crate::state::{Answers, State, bounded};
use crate::verify::{self, Expected};
use baton_facts::errors::HandoffError;
use baton_facts::packages::{Assignment, Check, HandoffPackage, Preparation, Prospects, Sent};
use baton_facts::policy::Campaign;
use baton_facts::types::{Message, Timestamp};
use std::sync::Arc;
use wasmtime::Store;
use wasmtime::component::Linker;

/// A component of the world `engine`, linked to this host's capabilities.
#[derive(Clone)]
pub struct HandoffEngine {
    runtime: Runtime,
    component: Component,
    pre: EnginePre<State>,
}

/// A release that the host's own ledger confirms: the outbox entry is authorised.
#[derive(Debug)]
pub struct ReleaseConfirmation {
    /// What the engine reported, or how the call ended, where that was not success: the message was authorised all the
    /// same, and the ledger is what counts.
    pub engine_error: Option<Error>,
}

impl HandoffEngine {
    /// Links the component.
    ///
    /// # Errors
    /// [`Error::World`] where it is of another world, [`Error::Load`] where its functions are not the contract's.
    pub fn new(runtime: &Runtime, component: &Component) -> Result<Self, Error> {
        component.expect(World::Engine)?;
        let pre = prepare_link(runtime, component).map_err(|error| Error::Load {
            what: "its imports or exports differ from those of baton:handoff@0.1.0".into(),
            source: Some(error),
        })?;
        Ok(Self { runtime: runtime.clone(), component: component.clone(), pre })
    }

    /// The component.
    pub fn component(&self) -> &Component {
        &self.component
    }

    /// Makes an instance and drops it: whether the component starts at all, which an admin wants to know when
    /// installing it.
    ///
    /// # Errors
    /// [`Error::Aborted`] where it does not start within its bounds.
    pub async fn start(&self) -> Result<(), Error> {
        let mut store = bounded(self.runtime.wasmtime(), self.live(&Grants::default(), None, false));
        let body = async { self.pre.instantiate_async(&mut store).await.map(drop) };
        let outcome = within(self.runtime.limits().whole_call, &self.runtime.shared().engines, body).await;
        finish(outcome, store).0
    }

    /// Accounts that fit the ideal customer, best first, a page at a time.
    pub async fn discover(
        &self,
        grants: &Grants,
        campaign: Arc<Campaign>,
        cursor: Option<String>,
        now: Timestamp,
    ) -> CallOutcome<Arc<Prospects>> {
        let input = Input::Discover { campaign, cursor, now };
        self.called(grants, None, input, |output, recording| match output {
            Output::Prospects(Ok(page)) => {
                verify::prospects(&page, &recording.exchanges)?;
                Ok(page)
            }
            Output::Prospects(Err(error)) => Err(Error::Handoff(error)),
            _ => Err(other_function()),
        })
        .await
    }

    /// The whole way from an account to a package, or to the reason why there is none. A package is compared with
    /// what the capabilities answered before it is believed.
    pub async fn prepare(&self, grants: &Grants, assignment: Arc<Assignment>) -> CallOutcome<Arc<Preparation>> {
        let expected = Expected { campaign: &assignment.campaign, written: 0, contact: None };
        self.preparation(grants, &assignment, Input::Prepare { assignment: Arc::clone(&assignment) }, expected).await
    }

    /// The next touch to somebody who has not answered: to that very person.
    pub async fn follow_up(
        &self,
        grants: &Grants,
        previous: Arc<HandoffPackage>,
        sent: Arc<Vec<Sent>>,
        assignment: Arc<Assignment>,
    ) -> CallOutcome<Arc<Preparation>> {
        let input = Input::FollowUp {
            previous: Arc::clone(&previous),
            sent: Arc::clone(&sent),
            assignment: Arc::clone(&assignment),
        };
        let contact = Some(previous.contact.id.as_str());
        let expected = Expected { campaign: &assignment.campaign, written: sent.len(), contact };
        self.preparation(grants, &assignment, input, expected).await
    }

    /// Another draft for a package that a person turned down, to the same person. `sent` is what left in the sequence
    /// before it, and empty for a first touch.
    pub async fn redraft(
        &self,
        grants: &Grants,
        previous: Arc<HandoffPackage>,
        sent: Arc<Vec<Sent>>,
        note: String,
        assignment: Arc<Assignment>,
    ) -> CallOutcome<Arc<Preparation>> {
        let written = usize::from(previous.touch_number.saturating_sub(1));
        let input = Input::Redraft { previous: Arc::clone(&previous), sent, note, assignment: Arc::clone(&assignment) };
        let contact = Some(previous.contact.id.as_str());
        let expected = Expected { campaign: &assignment.campaign, written, contact };
        self.preparation(grants, &assignment, input, expected).await
    }

    /// The checks on any text for this package. Reaches nothing.
    pub async fn inspect(
        &self,
        reviewed: Arc<HandoffPackage>,
        outgoing: Arc<Message>,
        now: Timestamp,
    ) -> CallOutcome<Arc<Vec<Check>>> {
        let input = Input::Inspect { reviewed, outgoing, now };
        self.called(&Grants::default(), None, input, |output, _| match output {
            Output::Checks(checks) => Ok(checks),
            _ => Err(other_function()),
        })
        .await
    }

    /// The final check in the sandbox, and the entry into the outbox. Whether the message was authorised is taken from
    /// the host's own ledger, never from the engine's word.
    ///
    /// # Errors
    /// In the result: [`Error::NotSent`] where the engine reports success without having presented the permit,
    /// [`Error::Handoff`] with the engine's reason, [`Error::Aborted`] where the call was ended before. Where time ran out
    /// while [`crate::Sending::authorise`] was at work ([`Permit::is_spent`] is true then), the outbox entry says
    /// whether it was in time.
    pub async fn release(
        &self,
        grants: &Grants,
        reviewed: Arc<HandoffPackage>,
        outgoing: Arc<Message>,
        overruled: Vec<String>,
        permit: &Permit,
        now: Timestamp,
    ) -> CallOutcome<ReleaseConfirmation> {
        let account = reviewed.account.id.clone();
        let input = Input::Release { reviewed, outgoing, overruled, now };
        let state = self.live(grants, Some(account), false);
        let (outcome, state) = self.execute(state, &input, Some(permit.clone())).await;
        let authorised = state.authorised;
        let (recording, drafts) = recorded(&self.component, state, input, &outcome);
        let said = match outcome {
            Ok(Output::Released(Ok(()))) => Ok(()),
            Ok(Output::Released(Err(error))) => Err(Error::Handoff(error)),
            Ok(_) => Err(other_function()),
            Err(error) => Err(error),
        };
        let result = match (authorised, said) {
            (true, said) => Ok(ReleaseConfirmation { engine_error: said.err() }),
            (false, Ok(())) => Err(Error::NotSent),
            (false, Err(error)) => Err(error),
        };
        CallOutcome { result, recording, drafts }
    }

    async fn preparation(
        &self,
        grants: &Grants,
        assignment: &Assignment,
        input: Input,
        expected: Expected<'_>,
    ) -> CallOutcome<Arc<Preparation>> {
        let account = Some(assignment.account.clone());
        self.called(grants, account, input, |output, recording| match output {
            Output::Preparation(Ok(made)) => {
                verify::preparation(&made, &expected, &recording.exchanges)?;
                Ok(made)
            }
            Output::Preparation(Err(error)) => Err(Error::Handoff(error)),
            _ => Err(other_function()),
        })
        .await
    }

    async fn called<T>(
        &self,
        grants: &Grants,
        account: Option<String>,
        input: Input,
        read: impl FnOnce(Output, &Recording) -> Result<T, Error>,
    ) -> CallOutcome<T> {
        let state = self.live(grants, account, matches!(input, Input::Discover { .. }));
        let (outcome, state) = self.execute(state, &input, None).await;
        let (recording, drafts) = recorded(&self.component, state, input, &outcome);
        let result = outcome.and_then(|output| read(output, &recording));
        if let Err(Error::Mismatch(what)) = &result {
            tracing::warn!(component = %self.component.digest(), %what, "an engine's package was refused");
        }
        CallOutcome { result, recording, drafts }
    }

    fn live(&self, grants: &Grants, account: Option<String>, may_search: bool) -> State {
        let call = CallContext { number: self.runtime.next_call(), tenant: grants.tenant.clone(), account };
        State::new(call, Answers::Live(grants.clone()), self.runtime.limits(), may_search)
    }

    /// Executes the recording again. Nothing live is reached.
    pub(crate) async fn again(&self, recording: &Recording) -> Result<Output, Error> {
        let answers = Answers::Recorded(recording.exchanges.iter().cloned().collect());
        let call = CallContext { number: self.runtime.next_call(), tenant: String::new(), account: None };
        let limits = crate::replay::limits(recording, &self.runtime);
        let state = State::new(call, answers, limits, false);
        let permit = match &recording.input {
            // Stands for the permit of then; `send` is answered from the recording.
            Input::Release { outgoing, .. } => {
                let scope = PermitScope { sender: "", message: outgoing, thread: None };
                Some(Permit::mint("replay", Authority::Rule("replay".into()), &scope))
            }
            _ => None,
        };
        let (outcome, state) = self.execute(state, &recording.input, permit).await;
        match state.answers {
            Answers::Recorded(rest) if outcome.is_ok() && !rest.is_empty() => {
                Err(Error::Aborted { reason: crate::error::AbortReason::Diverged, source: None })
            }
            _ => outcome,
        }
    }

    /// Executes the recorded preparation with this engine, on the recording's answers to the same questions. A package
    /// is believed as little as in [`Self::prepare`].
    pub(crate) async fn instead(&self, recording: &Recording, asked: Asked) -> Result<Output, Error> {
        let (assignment, written, contact) = match &recording.input {
            Input::Prepare { assignment } => (assignment, 0, None),
            Input::FollowUp { previous, sent, assignment } => (assignment, sent.len(), Some(&previous.contact.id)),
            Input::Redraft { previous, assignment, .. } => {
                (assignment, usize::from(previous.touch_number.saturating_sub(1)), Some(&previous.contact.id))
            }
            _ => return Err(other_function()),
        };
        let account = Some(assignment.account.clone());
        let call = CallContext { number: self.runtime.next_call(), tenant: String::new(), account };
        let state = State::new(call, Answers::Asked(asked), self.runtime.limits(), false);
        let (outcome, state) = self.execute(state, &recording.input, None).await;
        let output = outcome?;
        if let Output::Preparation(Ok(made)) = &output {
            let expected = Expected { campaign: &assignment.campaign, written, contact: contact.map(String::as_str) };
            verify::preparation(made, &expected, &state.exchanges)?;
        }
        Ok(output)
    }

    async fn execute(&self, state: State, input: &Input, permit: Option<Permit>) -> (Result<Output, Error>, State) {
        let budget = state.limits.whole_call;
        let mut store = bounded(self.runtime.wasmtime(), state);
        let places = &self.runtime.shared().engines;
        let outcome = within(budget, places, self.body(&mut store, input, permit)).await;
        finish(outcome, store)
    }

    async fn body(&self, store: &mut Store<State>, input: &Input, permit: Option<Permit>) -> wasmtime::Result<Output> {
        let instance: Bindings = self.pre.instantiate_async(&mut *store).await?;
        let guest = instance.baton_handoff_handoff();
        Ok(match input {
            Input::Discover { campaign, cursor, now } => Output::Prospects(
                guest.call_discover(&mut *store, campaign, cursor.as_deref(), *now).await?.map(Arc::new),
            ),
            Input::Prepare { assignment } => {
                Output::Preparation(guest.call_prepare(store, assignment).await?.map(Arc::new))
            }
            Input::FollowUp { previous, sent, assignment } => {
                Output::Preparation(guest.call_follow_up(store, previous, sent, assignment).await?.map(Arc::new))
            }
            Input::Redraft { previous, sent, note, assignment } => {
                Output::Preparation(guest.call_redraft(store, previous, sent, note, assignment).await?.map(Arc::new))
            }
            Input::Inspect { reviewed, outgoing, now } => {
                Output::Checks(Arc::new(guest.call_inspect(store, reviewed, outgoing, *now).await?))
            }
            Input::Release { reviewed, outgoing, overruled, now } => {
                let permit = permit.ok_or_else(|| wasmtime::Error::msg("a release needs a permit"))?;
                let handle = store.data_mut().table.push(permit)?;
                Output::Released(guest.call_release(store, reviewed, outgoing, overruled, handle, *now).await?)
            }
            _ => return Err(wasmtime::Error::msg("not a function of this world")),
        })
    }
}

impl std::fmt::Debug for HandoffEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("HandoffEngine").field(&self.component).finish()
    }
}

fn prepare_link(runtime: &Runtime, component: &Component) -> wasmtime::Result<EnginePre<State>> {
    use crate::bindings::records::{errors, packages, policy, types};
    use wasmtime::component::HasSelf;
    let mut linker = Linker::<State>::new(runtime.wasmtime());
    types::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state)?;
    policy::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state)?;
    packages::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state)?;
    errors::add_to_linker::<State, HasSelf<State>>(&mut linker, |state| state)?;
    imports::engine(&mut linker)?;
    EnginePre::new(linker.instantiate_pre(&component.compiled)?)
}

/// Each function has its own kind of output; another one cannot come back.
fn other_function() -> Error {
    Error::Handoff(HandoffError::Other(None))
}

/// So that a caller can match on what exactly did not hold.
impl From<Mismatch> for Error {
    fn from(what: Mismatch) -> Self {
        Self::Mismatch(what)
    }
}
