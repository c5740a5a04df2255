//! A component linked to this host: the part that all four worlds have in common.

use crate::bindings::records;
use crate::call::{ActiveCall, FinishedCall};
use crate::capability::CallContext;
use crate::component::Component;
use crate::error::Error;
use crate::grants::Grants;
use crate::limits::Limits;
use crate::recording::{Output, Recording};
use crate::runtime::Runtime;
use crate::state::{AnswerSource, CallState};
use crate::world::World;
use std::collections::VecDeque;
use tokio::sync::Semaphore;
use wasmtime::Store;
use wasmtime::component::{HasSelf, Linker};

/// A component and its instantiation template.
#[derive(Clone)]
pub(crate) struct LinkedComponent<P> {
    pub runtime: Runtime,
    pub component: Component,
    pub pre: P,
}

impl<P> LinkedComponent<P> {
    /// Links the component with `link`, over the records of the contract.
    pub fn new(
        runtime: &Runtime,
        component: &Component,
        world: World,
        link: impl FnOnce(&mut Linker<CallState>) -> wasmtime::Result<P>,
    ) -> Result<Self, Error> {
        component.expect(world)?;
        let pre = with_records(runtime).and_then(|mut linker| link(&mut linker)).map_err(|error| Error::Load {
            what: match world {
                World::Engine => "its imports or exports differ from those of baton:handoff@0.2.0",
                _ => "its exports differ from those of baton:handoff@0.2.0",
            }
            .into(),
            source: Some(error.into()),
        })?;
        Ok(Self { runtime: runtime.clone(), component: component.clone(), pre })
    }

    pub fn context(&self, tenant: &str, account: Option<String>) -> CallContext {
        CallContext::new(self.runtime.next_call(), tenant, account)
    }

    /// Returns the store for a call without imports.
    pub fn store(&self, tenant: &str, account: Option<String>) -> Store<CallState> {
        let answers = AnswerSource::Live(Grants::default());
        CallState::new(self.context(tenant, account), answers, self.runtime.limits(), false)
            .into_store(self.runtime.wasmtime())
    }

    /// Returns the store for a replay, answered by the recording alone.
    pub fn replay_store(&self, recording: &Recording) -> Store<CallState> {
        let exchanges: VecDeque<_> = recording.exchanges.iter().cloned().collect();
        let limits = Limits::for_replay(&recording.limits, &self.runtime.limits());
        CallState::new(self.context("", None), AnswerSource::InOrder(exchanges), limits, false)
            .into_store(self.runtime.wasmtime())
    }

    /// Runs a call of a component without imports.
    pub async fn run(
        &self,
        function: &'static str,
        mut store: Store<CallState>,
        body: impl AsyncFnOnce(&mut Store<CallState>) -> wasmtime::Result<Output>,
    ) -> FinishedCall<Output> {
        let places: &Semaphore = &self.runtime.shared().others;
        let call = ActiveCall::begin(&self.component, function, store.data());
        let limit = store.data().limits.whole_call;
        let body = async {
            let output = body(&mut store).await?;
            store.data_mut().end_call(&output)?;
            Ok(output)
        };
        let outcome = call.run(limit, places, body).await;
        call.finish(outcome, store)
    }
}

/// Returns a linker with the contract's records and nothing to call.
fn with_records(runtime: &Runtime) -> wasmtime::Result<Linker<CallState>> {
    let mut linker = Linker::<CallState>::new(runtime.wasmtime());
    records::types::add_to_linker::<CallState, HasSelf<CallState>>(&mut linker, |state| state)?;
    records::policy::add_to_linker::<CallState, HasSelf<CallState>>(&mut linker, |state| state)?;
    records::packages::add_to_linker::<CallState, HasSelf<CallState>>(&mut linker, |state| state)?;
    records::quality::add_to_linker::<CallState, HasSelf<CallState>>(&mut linker, |state| state)?;
    records::mail::add_to_linker::<CallState, HasSelf<CallState>>(&mut linker, |state| state)?;
    records::description::add_to_linker::<CallState, HasSelf<CallState>>(&mut linker, |state| state)?;
    records::errors::add_to_linker::<CallState, HasSelf<CallState>>(&mut linker, |state| state)?;
    Ok(linker)
}
