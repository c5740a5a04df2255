//! The world `drafter`: writes drafts and imports nothing.

use crate::bindings::drafter::DrafterPre;
use crate::call::{CallOutcome, unexpected_output, unknown_function};
use crate::capability::{CallContext, CapabilityError, DraftAnswer, Drafting};
use crate::component::Component;
use crate::error::Error;
use crate::linked::LinkedComponent;
use crate::recording::{Input, Output, Provenance, Recording};
use crate::runtime::Runtime;
use crate::state::CallState;
use crate::verify;
use crate::world::World;
use baton_facts::description::DrafterDescription;
use baton_facts::errors::DraftingError;
use baton_facts::packages::Brief;
use baton_facts::types::Draft;
use std::sync::Arc;
use wasmtime::Store;

/// A component of the world `drafter`.
///
/// As a [`Drafting`] it satisfies an engine's import: it runs in a store of its own, with its own limits and recording.
#[derive(Clone)]
pub struct Drafter(LinkedComponent<DrafterPre<CallState>>);

impl Drafter {
    /// Links the component.
    ///
    /// # Errors
    /// [`Error::World`] if it is of another world, [`Error::Load`] if its functions differ from the contract's.
    pub fn new(runtime: &Runtime, component: &Component) -> Result<Self, Error> {
        LinkedComponent::new(runtime, component, World::Drafter, |linker| {
            DrafterPre::new(linker.instantiate_pre(&component.compiled)?)
        })
        .map(Self)
    }

    /// Returns the loaded component.
    pub fn component(&self) -> &Component {
        &self.0.component
    }

    /// Returns the drafter's description of itself: the syntax of its texts and the languages of its own words.
    ///
    /// # Errors
    /// [`Error::Aborted`] if the component does not start or answer within its limits, [`Error::Description`] if the
    /// description breaks a bound of the contract.
    pub async fn describe(&self) -> Result<Arc<DrafterDescription>, Error> {
        let (store, input) = (self.0.store("", None), Input::Describe {});
        let finished = self.0.run("describe", store, async |store| self.body(store, &input).await).await;
        let outcome = finished.outcome(self.component(), input, 0, |output, _| match output? {
            Output::DrafterDescription(description) => {
                verify::drafter_description(&description)?;
                Ok(description)
            }
            _ => Err(unexpected_output()),
        });
        outcome.result
    }

    /// Writes a draft for the brief.
    pub async fn write(&self, tenant: &str, brief: Arc<Brief>) -> CallOutcome<Arc<Draft>> {
        let store = self.0.store(tenant, Some(brief.account.id.clone()));
        let input = Input::Write { brief };
        let finished = self.0.run("write", store, async |store| self.body(store, &input).await).await;
        finished.outcome(self.component(), input, 0, |output, _| match output? {
            Output::Draft(draft) => draft.map_err(Error::Drafting),
            _ => Err(unexpected_output()),
        })
    }

    pub(crate) async fn replay(&self, recording: &Recording) -> Result<Output, Error> {
        let store = self.0.replay_store(recording);
        self.0.run("write", store, async |store| self.body(store, &recording.input).await).await.result
    }

    async fn body(&self, store: &mut Store<CallState>, input: &Input) -> wasmtime::Result<Output> {
        let instance = self.0.pre.instantiate_async(&mut *store).await?;
        Ok(match input {
            Input::Describe {} => {
                let description = instance.baton_handoff_drafter_info().call_describe(store).await?;
                Output::DrafterDescription(Arc::new(description))
            }
            Input::Write { brief } => {
                let draft = instance.baton_handoff_drafting().call_write(store, brief).await?;
                Output::Draft(draft.map(Arc::new))
            }
            _ => return Err(unknown_function()),
        })
    }
}

impl Drafting for Drafter {
    async fn write(
        &self,
        call: &CallContext,
        brief: Arc<Brief>,
    ) -> Result<DraftAnswer, CapabilityError<DraftingError>> {
        let outcome = Self::write(self, &call.tenant, brief).await;
        match outcome.result {
            Ok(draft) => Ok(DraftAnswer::new(draft).with_recording(outcome.recording)),
            Err(Error::Drafting(error)) => Err(error.into()),
            // How a drafter failed is for the admin, not for the engine.
            Err(error) => {
                Err(CapabilityError::caused_by(DraftingError::Other(Some("the drafter failed".into())), error))
            }
        }
    }

    fn provenance(&self) -> Provenance {
        Provenance::Component(self.component().digest())
    }
}
