//! The world `reader`: reads inbound mail, which is hostile, and imports nothing.

use crate::bindings::reader::ReaderPre;
use crate::call::{CallOutcome, unexpected_output};
use crate::component::Component;
use crate::error::Error;
use crate::linked::LinkedComponent;
use crate::recording::{Input, Output, Recording};
use crate::runtime::Runtime;
use crate::state::CallState;
use crate::verify;
use crate::world::World;
use baton_facts::mail::Reading;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use wasmtime::Store;

/// A component of the world `reader`.
#[derive(Clone)]
pub struct Reader(LinkedComponent<ReaderPre<CallState>>);

impl Reader {
    /// Links the component.
    ///
    /// # Errors
    /// [`Error::World`] if it is of another world, [`Error::Load`] if its functions differ from the contract's.
    pub fn new(runtime: &Runtime, component: &Component) -> Result<Self, Error> {
        LinkedComponent::new(runtime, component, World::Reader, |linker| {
            ReaderPre::new(linker.instantiate_pre(&component.compiled)?)
        })
        .map(Self)
    }

    /// Returns the loaded component.
    pub fn component(&self) -> &Component {
        &self.0.component
    }

    /// Reads one message. The recording holds its digest, not its bytes.
    pub async fn read(&self, tenant: &str, raw: &[u8]) -> CallOutcome<Arc<Reading>> {
        let input = Input::Read { digest: hex::encode(Sha256::digest(raw)) };
        let store = self.0.store(tenant, None);
        let finished = self.0.run("read", store, async |store| self.body(store, raw).await).await;
        finished.outcome(self.component(), input, raw.len(), |output, _| match output? {
            Output::Reading(reading) => {
                let reading = reading.map_err(Error::Reading)?;
                verify::reading(&reading)?;
                Ok(reading)
            }
            _ => Err(unexpected_output()),
        })
    }

    pub(crate) async fn replay(&self, recording: &Recording, raw: &[u8]) -> Result<Output, Error> {
        let store = self.0.replay_store(recording);
        self.0.run("read", store, async |store| self.body(store, raw).await).await.result
    }

    async fn body(&self, store: &mut Store<CallState>, raw: &[u8]) -> wasmtime::Result<Output> {
        let instance = self.0.pre.instantiate_async(&mut *store).await?;
        let reading = instance.baton_handoff_reading().call_read(store, raw).await?;
        Ok(Output::Reading(reading.map(Arc::new)))
    }
}
