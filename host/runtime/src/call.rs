//! Running one call: a place in the pool, a fresh instance, the bounds, and the reason when it ends early.

use crate::error::{AbortReason, Error};
use crate::recording::{Input, Output, Recording};
use crate::state::State;
use std::time::Duration;
use tokio::sync::Semaphore;
use wasmtime::{Store, Trap};

/// What came of a call, with its recording.
#[derive(Debug)]
pub struct CallOutcome<T> {
    /// The result, or why there is none.
    pub result: Result<T, Error>,
    /// What went in, each capability call with its answer, what came out.
    pub recording: Recording,
    /// The recordings of the drafter's calls within this one.
    pub drafts: Vec<Recording>,
}

/// Waits for a place and runs `body`, both within the call's time.
pub(crate) async fn within<T>(
    budget: Duration,
    places: &Semaphore,
    body: impl Future<Output = wasmtime::Result<T>>,
) -> Option<wasmtime::Result<T>> {
    tokio::time::timeout(budget, async {
        // Never closed, so a place always comes.
        let _place = places.acquire().await;
        body.await
    })
    .await
    .ok()
}

/// The result for the caller, and the state: what the call did is known even where it was ended.
pub(crate) fn finish<T>(outcome: Option<wasmtime::Result<T>>, store: Store<State>) -> (Result<T, Error>, State) {
    let result = match outcome {
        Some(Ok(output)) => Ok(output),
        Some(Err(error)) => {
            let reason = store.data().abort.unwrap_or_else(|| why(&error));
            tracing::warn!(call = store.data().call.number, ?reason, error = ?error, "a call was ended");
            Err(Error::Aborted { reason, source: Some(error) })
        }
        None => Err(Error::Aborted { reason: AbortReason::WholeCall, source: None }),
    };
    (result, store.into_data())
}

/// wasmtime has no types for two of these; their texts are pinned by the tests with hostile components.
fn why(error: &wasmtime::Error) -> AbortReason {
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => return AbortReason::Stack,
        Some(Trap::Interrupt) => return AbortReason::Computing,
        Some(Trap::AllocationTooLarge) => return AbortReason::Memory,
        _ => {}
    }
    let text = format!("{error:#}");
    if text.contains("fuel allocated for hostcalls") {
        AbortReason::Value
    } else if text.contains("unknown handle index") || text.contains("handle index") {
        AbortReason::Handle
    } else {
        AbortReason::Trapped
    }
}

/// The recording of a call that was run.
pub(crate) fn recorded(
    component: &crate::component::Component,
    state: State,
    input: Input,
    result: &Result<Output, Error>,
) -> (Recording, Vec<Recording>) {
    let output = match result {
        Ok(output) => output.clone(),
        Err(Error::Aborted { reason, .. }) => Output::Aborted(reason.to_string()),
        Err(error) => Output::Aborted(error.to_string()),
    };
    let recording = Recording {
        component: component.digest(),
        world: component.world(),
        limits: state.limits,
        input,
        exchanges: state.exchanges,
        output,
    };
    (recording, state.drafts)
}
