//! One call from start to end: a place in the pool, the time limit, the tracing span, the cost and the recording.

use crate::component::Component;
use crate::cost::{self, CallCost};
use crate::error::{AbortReason, Error};
use crate::recording::{Input, Output, Recording};
use crate::state::CallState;
use std::time::Instant;
use tokio::sync::Semaphore;
use tracing::{Instrument as _, Span};
use wasmtime::{Store, Trap};

/// The outcome of a call, with its recording and its cost.
#[derive(Debug)]
#[non_exhaustive]
pub struct CallOutcome<T> {
    /// The result or the error.
    pub result: Result<T, Error>,
    /// The input, each imported call with its answer, and the output.
    pub recording: Recording,
    /// The recordings of the drafter's calls within this one.
    pub drafts: Vec<Recording>,
    /// The measured cost.
    pub cost: CallCost,
}

impl<T> CallOutcome<T> {
    /// Creates an outcome without drafts or cost, for a stand-in of a component in tests.
    pub fn new(result: Result<T, Error>, recording: Recording) -> Self {
        Self { result, recording, drafts: Vec::new(), cost: CallCost::default() }
    }
}

/// A call that is running.
pub(crate) struct ActiveCall {
    span: Span,
    start: Instant,
}

impl ActiveCall {
    /// Starts the clock and opens the call's one span. Its cost is recorded on it at the end.
    pub fn begin(component: &Component, function: &'static str, state: &CallState) -> Self {
        let span = tracing::info_span!(
            "component_call",
            tenant = state.call.tenant,
            component = %component.digest(),
            function,
            wall_us = tracing::field::Empty,
            memory = tracing::field::Empty,
            bytes_in = tracing::field::Empty,
            bytes_out = tracing::field::Empty,
            imported_calls = tracing::field::Empty,
        );
        Self { span, start: Instant::now() }
    }

    /// Waits for a place and runs `body`, both within the time of a whole call. Returns `None` if time ran out.
    pub async fn run<T>(
        &self,
        limit: std::time::Duration,
        places: &Semaphore,
        body: impl Future<Output = wasmtime::Result<T>>,
    ) -> Option<wasmtime::Result<T>> {
        let bounded = tokio::time::timeout(limit, async {
            // The semaphore is never closed, so a place is always granted.
            let _place = places.acquire().await;
            body.await
        });
        bounded.instrument(self.span.clone()).await.ok()
    }

    /// Returns the result and the state: the imported calls are known even if the call was ended.
    pub fn finish<T>(self, outcome: Option<wasmtime::Result<T>>, store: Store<CallState>) -> FinishedCall<T> {
        let result = self.span.in_scope(|| match outcome {
            Some(Ok(output)) => Ok(output),
            Some(Err(error)) => {
                let reason = store.data().abort.unwrap_or_else(|| reason(&error));
                tracing::warn!(call = store.data().call.number, ?reason, error = ?error, "a call was ended");
                Err(Error::Aborted { reason, source: Some(error.into()) })
            }
            None => Err(Error::Aborted { reason: AbortReason::WholeCall, source: None }),
        });
        let state = store.into_data();
        let (bytes_in, bytes_out) = cost::exchanged(&state.exchanges);
        let cost = CallCost {
            wall_time: self.start.elapsed(),
            memory_high_water: state.memory,
            bytes_in,
            bytes_out,
            imported_calls: u32::try_from(state.exchanges.len()).unwrap_or(u32::MAX),
        };
        FinishedCall { result, state, cost, span: self.span }
    }
}

/// A call that has ended, before its outcome is read.
pub(crate) struct FinishedCall<T> {
    pub result: Result<T, Error>,
    pub state: CallState,
    cost: CallCost,
    span: Span,
}

impl FinishedCall<Output> {
    /// Makes the recording, and reads the result out of the output. `raw` counts input that the recording does not hold.
    pub fn outcome<T>(
        self,
        component: &Component,
        input: Input,
        raw: usize,
        read: impl FnOnce(Result<Output, Error>, &Recording) -> Result<T, Error>,
    ) -> CallOutcome<T> {
        let Self { result, state, mut cost, span } = self;
        let output = match &result {
            Ok(output) => output.clone(),
            Err(Error::Aborted { reason, .. }) => Output::Aborted(reason.to_string()),
            Err(error) => Output::Aborted(error.to_string()),
        };
        cost.bytes_in += raw as u64 + cost::payload(&input);
        if result.is_ok() {
            cost.bytes_out += cost::payload(&output);
        }
        if !span.is_disabled() {
            span.record("wall_us", u64::try_from(cost.wall_time.as_micros()).unwrap_or(u64::MAX));
            span.record("memory", cost.memory_high_water as u64);
            span.record("bytes_in", cost.bytes_in);
            span.record("bytes_out", cost.bytes_out);
            span.record("imported_calls", cost.imported_calls);
        }
        let recording = Recording {
            component: component.digest(),
            world: component.world(),
            limits: state.limits,
            input,
            exchanges: state.exchanges,
            output,
        };
        let result = span.in_scope(|| read(result, &recording));
        CallOutcome { result, recording, drafts: state.drafts, cost }
    }
}

/// Returns the error for an output of another function. Each function has its own kind of output, so it never occurs.
pub(crate) fn unexpected_output() -> Error {
    Error::Aborted { reason: AbortReason::Trapped, source: None }
}

/// Returns the error for a call of a function that the component's world does not have.
pub(crate) fn unknown_function() -> wasmtime::Error {
    wasmtime::Error::msg("not a function of this world")
}

/// wasmtime has no types for two of these; the tests with hostile components pin their texts.
fn reason(error: &wasmtime::Error) -> AbortReason {
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => return AbortReason::Stack,
        Some(Trap::Interrupt) => return AbortReason::Computing,
        Some(Trap::AllocationTooLarge) => return AbortReason::Memory,
        _ => {}
    }
    let text = format!("{error:#}");
    if text.contains("fuel allocated for hostcalls") {
        AbortReason::Value
    } else if text.contains("handle index") {
        AbortReason::Handle
    } else {
        AbortReason::Trapped
    }
}
